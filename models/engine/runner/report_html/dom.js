"use strict";
// Elements and numbers.

function element(make, tag, attributes, children) {
  const node = make(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}
const h = (tag, attributes, ...children) =>
  element((name) => document.createElement(name), tag, attributes, children);
const svg = (tag, attributes, ...children) =>
  element((name) => document.createElementNS("http://www.w3.org/2000/svg", name), tag, attributes, children);

const whole = (count) => count.toLocaleString("en");
function short(count) {
  if (count >= 1e6) return (count / 1e6).toFixed(count >= 1e7 ? 0 : 1) + "M";
  if (count >= 1e4) return Math.round(count / 1e3) + "k";
  if (count >= 1e3) return (count / 1e3).toFixed(1) + "k";
  return String(count);
}
const plural = (count, what) => `${whole(count)} ${what}${count === 1 ? "" : "s"}`;
