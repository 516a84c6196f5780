// An execution as a picture: a column a thread, time downwards, reads-from as arrows. Also as text.

const ROW = 27;
const ALONE_ROW = 18; // before and after the threads
const BOX = 21;
const TOP = 36;
const MARGIN = 58;
const LANE = 8;

const pen = document.createElement("canvas").getContext("2d");
function widthOf(text) {
  pen.font = `600 12px ${getComputedStyle(document.documentElement).getPropertyValue("--mono")}`;
  return pen.measureText(text).width;
}
const WRITES = ["store", "rmw", "cas", "plain_write"];
const shortLabel = (step) => (step.label ? step.label.slice(step.label.indexOf(".") + 1) : "");

// The parts of a step's text: [class, text].
function partsOf(step, steps, mutant) {
  const parts = [];
  if (step.label) {
    parts.push(["name", shortLabel(step)]);
    const weak = mutant && mutant.label === step.label;
    parts.push(["order", weak ? `${step.order}, was ${mutant.declared}` : step.order]);
  }
  parts.push(["effect", step.text.replace(" -> ", " → ")]);
  if (step.from === null) parts.push(["initial", "initial"]);
  const source = steps[step.from];
  if (source && (source.thread < 0 || step.thread < 0)) parts.push(["initial", `from ${step.from + 1}`]);
  if (step.stale) parts.push(["old", "OLD"]);
  if (step.spurious) parts.push(["old", "SPURIOUS"]);
  return parts;
}

function asText(example) {
  return example.steps
    .map((step, i) => {
      const who = step.kind === "failure" ? "VIOLATED:" : step.thread < 0 ? "alone:" : `thread ${step.thread}:`;
      const source = step.from === undefined ? "" : step.from === null ? " (initial)" : ` (from ${step.from + 1})`;
      const order = step.label ? `${shortLabel(step)} [${step.order}] ` : "";
      const flags = (step.stale ? " OLD" : "") + (step.spurious ? " SPURIOUS" : "");
      return `${String(i + 1).padStart(4)}  ${who} ${order}${step.text}${source}${flags}`;
    })
    .join("\n");
}

// The reads of other threads' values. Each step has its row to itself, so an arrow that leaves the write's row beside its
// column, goes down there, and then along the read's row crosses no box. Arrows side by side take a lane each.
function arrowsOf(steps) {
  const arrows = [];
  for (const read of steps) {
    const write = steps[read.from];
    if (!write || read.thread < 0 || write.thread < 0) continue;
    const right = read.thread > write.thread;
    arrows.push({
      read,
      write,
      right,
      own: read.thread === write.thread,
      gutter: right ? write.thread : write.thread - 1,
    });
  }
  const span = ({read, write}) => [Math.min(read.index, write.index), Math.max(read.index, write.index)];
  const lanes = new Map(); // gutter -> for each lane, the spans in it
  for (const arrow of arrows.filter((one) => !one.own).sort((a, b) => a.write.index - b.write.index)) {
    if (!lanes.has(arrow.gutter)) lanes.set(arrow.gutter, []);
    const taken = lanes.get(arrow.gutter);
    const [from, to] = span(arrow);
    let lane = taken.findIndex((spans) => spans.every(([first, last]) => last < from || first > to));
    if (lane < 0) lane = taken.push([]) - 1;
    taken[lane].push([from, to]);
    arrow.lane = lane;
  }
  return {arrows, lanesIn: (gutter) => (lanes.get(gutter) || []).length};
}

function pathOf({read, write, right, own, gutter, lane}, columns) {
  if (own) {
    const x = columns[read.thread].x;
    return `M${x},${write.y} C${x - 15},${write.y} ${x - 15},${read.y} ${x},${read.y}`;
  }
  const side = right ? 1 : -1;
  const start = right ? write.right : columns[write.thread].x;
  const end = (right ? columns[read.thread].x : read.right) - side * 7;
  const x = columns[gutter].end + 12 + lane * LANE;
  const down = read.y > write.y ? 1 : -1;
  return (
    `M${start},${write.y} H${x - side * 6} Q${x},${write.y} ${x},${write.y + down * 6} V${read.y - down * 6} ` +
    `Q${x},${read.y} ${x + side * 6},${read.y} H${end}`
  );
}

function headOf({read, right}, columns) {
  const x = right ? columns[read.thread].x : read.right;
  return `M${x},${read.y} l${right ? -8 : 8},-4 v8 z`;
}

// A column a thread, time downwards, an arrow from each write to the reads of its value.
function diagramOf(example) {
  const gap = widthOf(" ");
  let height = TOP;
  const steps = example.steps.map((step, index) => {
    const row = step.thread < 0 && step.kind !== "failure" ? ALONE_ROW : ROW;
    height += row;
    const parts = partsOf(step, example.steps, example.mutant);
    const width = parts.reduce((sum, [, text]) => sum + widthOf(text) + gap, 14 - gap);
    return {...step, index, parts, width, y: height - row / 2};
  });
  height += 8;

  const {arrows, lanesIn} = arrowsOf(steps);
  const columns = [];
  let x = MARGIN;
  for (let thread = 0; thread < example.threads; ++thread) {
    const width = Math.max(90, ...steps.filter((step) => step.thread === thread).map((step) => step.width));
    columns.push({x, end: x + width});
    x += width + 44 + LANE * lanesIn(thread);
  }
  for (const step of steps) if (step.thread >= 0) step.right = columns[step.thread].x + step.width;
  const place = (step) => (step.file ? `${step.file}:${step.line}` : "");
  const alone = steps
    .filter((step) => step.thread < 0)
    .map((step) => MARGIN + step.width + 24 + (step.kind === "failure" ? widthOf(place(step)) + 24 : 0));
  const width = Math.max(columns[columns.length - 1].end + 16, ...alone);

  const picture = svg("svg", {
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": `${example.scenario}: ${plural(steps.length, "step")} of ${example.threads} threads`,
  });
  columns.forEach((column, thread) =>
    picture.append(
      svg(
        "text",
        {class: "heading", x: column.x, y: 18, style: `fill: var(--thread-${thread % 4})`},
        `thread ${thread}`,
      ),
      svg("line", {class: "life", x1: column.x + 6, x2: column.x + 6, y1: 26, y2: height - 6}),
    ),
  );

  const words = (step, left) =>
    svg(
      "text",
      {x: left, y: step.y + 4, "xml:space": "preserve"},
      step.parts.map(([kind, text], i) => svg("tspan", {class: kind}, (i ? " " : "") + text)),
    );
  // Shows the arrows of one step alone; null: all.
  const trace = (index) => {
    const lines = [...picture.querySelectorAll(".from, .head")];
    const lit = (line) => index !== null && line.classList.contains(`step-${index}`);
    picture.classList.toggle("traced", lines.some(lit));
    for (const line of lines) line.classList.toggle("lit", lit(line));
  };

  for (const step of steps) {
    picture.append(svg("text", {class: "step-number", x: MARGIN - 24, y: step.y + 4}, String(step.index + 1)));
    const title = svg("title", null, [step.label, place(step)].filter(Boolean).join("\n"));
    if (step.kind === "failure") {
      picture.append(
        svg(
          "g",
          {class: "failure"},
          svg("rect", {x: MARGIN - 6, y: step.y - BOX / 2 - 1, width: width - MARGIN, height: BOX + 2, rx: 4}),
          svg(
            "text",
            {x: MARGIN + 2, y: step.y + 4},
            `✗ ${step.text}`,
            step.file && svg("tspan", {class: "place", dx: gap * 2}, place(step)),
          ),
        ),
      );
    } else if (step.thread < 0) {
      picture.append(svg("g", {class: "alone"}, title, words(step, MARGIN + 7)));
    } else {
      const column = columns[step.thread];
      const kind = WRITES.includes(step.kind) ? "write" : step.from !== undefined ? "read" : "other";
      const weak = example.mutant && example.mutant.label === step.label;
      picture.append(
        svg(
          "g",
          {
            class: `row${weak ? " weak" : ""}`,
            style: `--thread: var(--thread-${step.thread % 4})`,
            onmouseenter: () => trace(step.index),
            onmouseleave: () => trace(null),
          },
          title,
          svg("rect", {
            class: `box ${kind}${step.label ? "" : " plain"}`,
            x: column.x,
            y: step.y - BOX / 2,
            width: step.width,
            height: BOX,
            rx: 4,
          }),
          words(step, column.x + 7),
        ),
      );
    }
  }
  for (const arrow of arrows) {
    const steps = `step-${arrow.write.index} step-${arrow.read.index}`;
    picture.append(svg("path", {class: `from ${arrow.own ? "own " : ""}${steps}`, d: pathOf(arrow, columns)}));
    if (!arrow.own) picture.append(svg("path", {class: `head ${steps}`, d: headOf(arrow, columns)}));
  }
  return picture;
}
