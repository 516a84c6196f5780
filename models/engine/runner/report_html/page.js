// The page as a whole: summary, filters, links.

const KINDS = {
  good: ["holds", "refuted", "as expected"],
  bad: ["violated", "not as expected"],
  warn: ["inconclusive", "survived"],
  even: ["equivalent"],
};

function cardOf(title, verdicts, known, note) {
  if (!verdicts.length) return null;
  const counts = inOrder(known, verdicts).map((name) => [
    name,
    verdicts.filter((verdict) => verdict === name).length,
  ]);
  const kindOf = (name) => Object.keys(KINDS).find((kind) => KINDS[kind].includes(name)) || "warn";
  return h(
    "div",
    {class: "card"},
    h("h3", null, title),
    h(
      "div",
      {class: "figures"},
      counts.map(([name, count]) =>
        h("span", null, h("b", null, whole(count)), " ", h("span", {class: "muted"}, name)),
      ),
    ),
    h(
      "div",
      {class: "bar", "aria-hidden": "true"},
      counts.map(([name, count]) => h("i", {class: kindOf(name), style: `flex: ${count}`})),
    ),
    h("p", {class: "muted"}, note),
  );
}

function outcomeInWords() {
  const violated = new Set(data.scenarios.filter((entry) => entry.verdict === "violated").map((entry) => entry.name))
    .size;
  const missed = new Set(data.gallery.filter((entry) => entry.verdict !== entry.expected).map((entry) => entry.id))
    .size;
  if (data.exit === 1) {
    return [
      violated && `${plural(violated, "scenario")} violated`,
      missed && `${plural(missed, "bug")} of the gallery not as expected`,
    ]
      .filter(Boolean)
      .join(", ");
  }
  if (data.interrupted) return "Interrupted: a partial report";
  if (data.exit !== 0) return "Not everything was proven";
  const refuted = data.mutants.filter((entry) => entry.verdict === "refuted").length;
  return (
    [
      data.scenarios.length && "All scenarios hold",
      data.gallery.length && "every bug of the gallery is caught",
      data.mutants.length && `${refuted} of ${plural(data.mutants.length, "weaker order")} refuted`,
    ]
      .filter(Boolean)
      .join(", ")
      .replace(/^./, (first) => first.toUpperCase()) || "Nothing was to be done"
  );
}

// What needs attention, worst first, a line for each scenario, bug and weaker order.
function findingsOf() {
  const lines = [];
  const add = (bad, link, name, entries, engineOf, textOf) => {
    const texts = groupBy(entries, textOf);
    lines.push({
      bad,
      link,
      name,
      text: [...texts].map(([text, those]) => `${text} (${those.map(engineOf).join(", ")})`).join("; "),
    });
  };
  for (const [name, all] of groupBy(data.scenarios, (entry) => entry.name)) {
    const entries = all.filter((entry) => entry.verdict !== "holds");
    if (!entries.length) continue;
    add(
      entries.some((entry) => entry.verdict === "violated"),
      linkTo("scenario", name),
      name,
      entries,
      (entry) => entry.engine,
      (entry) => `${entry.verdict}: ${entry.reason}`,
    );
  }
  for (const [id, all] of groupBy(data.gallery, (entry) => entry.id)) {
    const entries = all.filter((entry) => entry.verdict !== entry.expected);
    if (!entries.length) continue;
    add(
      entries.some((entry) => entry.verdict !== "inconclusive"),
      linkTo("bug", id),
      id,
      entries,
      (entry) => entry.judge,
      (entry) => `expected: ${entry.expected}, but: ${entry.verdict} ${entry.reason}`,
    );
  }
  for (const entry of data.mutants.filter((one) => one.verdict === "inconclusive")) {
    add(
      false,
      linkTo("site", entry.label, {weaker: entry.weaker, engine: entry.engine}),
      `${entry.label} → ${entry.weaker}`,
      [entry],
      () => entry.engine,
      () => `inconclusive: ${entry.reason}`,
    );
  }
  if (!lines.length) return null;
  lines.sort((a, b) => Number(b.bad) - Number(a.bad));
  const listOf = (some) =>
    h(
      "ul",
      {class: "findings"},
      some.map((line) =>
        h("li", {class: line.bad && "bad"}, h("a", {href: line.link, class: "mono"}, line.name), " ", line.text),
      ),
    );
  const kShown = 8;
  return h(
    "div",
    {role: "group", "aria-label": "What needs attention"},
    listOf(lines.slice(0, kShown)),
    lines.length > kShown &&
      h("details", {class: "more"}, h("summary", null, `${lines.length - kShown} more`), listOf(lines.slice(kShown))),
  );
}

// The weakened sites of a run with a mutant.
function weakenedOf() {
  const mutants = data.scenarios.map((entry) => (data.counterexamples[entry.token] || {}).mutant).filter(Boolean);
  return [...new Set(mutants.map((mutant) => `${mutant.label}: ${mutant.order} instead of ${mutant.declared}`))];
}

function drawSummary() {
  const exhaustive = data.scenarios.filter((entry) => entry.claim === "exhaustive").length;
  const executions = data.scenarios.reduce((sum, entry) => sum + entry.executions, 0);
  const meta = [
    `seed ${data.seed}`,
    data.shard && `shard ${data.shard}`,
    data.timed && "timed run",
    data.host,
  ].filter(Boolean);
  const disagreements = Object.keys(data.disagreements).length;
  const outcome = outcomeInWords();
  $("summary").append(
    ...[
      h(
        "div",
        {class: "title"},
        h("h1", null, "Hallmark model checks"),
        h("span", {class: "meta"}, meta.join(" · ")),
      ),
      h("p", {class: `outcome ${["good", "bad"][data.exit] || "warn"}`}, outcome),
      h(
        "div",
        {class: "cards"},
        cardOf(
          "Scenarios, on each engine",
          data.scenarios.map((entry) => entry.verdict),
          ["holds", "violated", "inconclusive"],
          `${whole(executions)} executions; ${exhaustive} exhaustive, ${data.scenarios.length - exhaustive} not`,
        ),
        cardOf(
          "Weaker orders",
          data.mutants.map((entry) => entry.verdict),
          ["refuted", "equivalent", "survived", "inconclusive"],
          `${plural(data.sites.length, "site")}, ${plural(disagreements, "disagreement")} between engines`,
        ),
        cardOf(
          "Gallery of bugs",
          data.gallery.map((entry) => (entry.verdict === entry.expected ? "as expected" : "not as expected")),
          ["as expected", "not as expected"],
          `${new Set(data.gallery.map((entry) => entry.id)).size} variants`,
        ),
      ),
      weakenedOf().map((text) => h("p", {class: "weakened"}, "Weakened for this run: ", h("code", null, text))),
      findingsOf() || "",
    ].flat(),
  );
  document.title = `${outcome} – Hallmark model checks`;
}

let hash = new URLSearchParams();
// Names what is open; the filters stay.
function setHash(target) {
  const next = new URLSearchParams(target);
  for (const name of ["q", "show"]) if (hash.get(name)) next.set(name, hash.get(name));
  hash = next;
  history.replaceState(null, "", "#" + next.toString());
}

const search = h("input", {
  type: "search",
  placeholder: "Search  /",
  "aria-label": "Search names, properties, files",
  oninput: () => {
    hash.set("q", search.value);
    filter();
    setHash(targetOf(hash));
  },
  onkeydown: (event) => {
    if (event.key !== "Escape") return;
    search.value = "";
    search.dispatchEvent(new Event("input"));
  },
});
const chips = new Map();
const count = h("span", {role: "status"});

function targetOf(parameters) {
  return Object.fromEntries([...parameters].filter(([name]) => name !== "q" && name !== "show"));
}

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = [...chips].filter(([, chip]) => chip.getAttribute("aria-pressed") === "true").map(([name]) => name);
  let shown = 0;
  for (const row of rows) {
    const visible =
      words.every((word) => row.text.includes(word)) &&
      (!wanted.length || row.verdicts.some((verdict) => wanted.includes(verdict)));
    row.body.hidden = !visible;
    shown += visible;
  }
  for (const group of new Set(rows.map((row) => row.group).filter(Boolean))) {
    group.hidden = rows.every((row) => row.group !== group || row.body.hidden);
  }
  for (const section of document.querySelectorAll("section")) {
    section.hidden =
      rows.every((row) => row.body.hidden || !section.contains(row.body)) && words.length + wanted.length > 0;
  }
  count.textContent =
    shown === rows.length ? plural(shown, "row") : `${whole(shown)} of ${plural(rows.length, "row")}`;
}

function drawTools(sections) {
  const verdicts = inOrder(
    ["violated", "wrong", "inconclusive", "holds", "refuted", "survived", "equivalent", "caught", "passes"],
    rows.flatMap((row) => row.verdicts),
  );
  for (const verdict of verdicts) {
    chips.set(
      verdict,
      button(
        "chip",
        verdict === "wrong" ? "not as expected" : verdict,
        () => {
          const chip = chips.get(verdict);
          chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
          hash.set(
            "show",
            [...chips]
              .filter(([, one]) => one.getAttribute("aria-pressed") === "true")
              .map(([name]) => name)
              .join(","),
          );
          filter();
          setHash(targetOf(hash));
        },
        {"aria-pressed": "false"},
      ),
    );
  }
  const theme = button("", "light / dark", () => {
    const dark =
      getComputedStyle(document.documentElement).colorScheme === "dark" ||
      (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
    document.documentElement.dataset.theme = dark ? "light" : "dark";
  });
  $("tools").append(
    h(
      "span",
      {class: "links"},
      sections.map((section) =>
        h(
          "a",
          {
            href: `#${section.id}`,
            onclick: (event) => {
              event.preventDefault();
              section.scrollIntoView();
            },
          },
          section.id,
        ),
      ),
    ),
    search,
    h("span", {class: "chips", role: "group", "aria-label": "Show only rows with"}, [...chips.values()]),
    h("span", {class: "end"}, count, theme),
  );
}

// Filters as the hash says, then the row that it names, opened and in view.
function follow() {
  hash = new URLSearchParams(location.hash.slice(1));
  search.value = hash.get("q") || "";
  const shown = (hash.get("show") || "").split(",");
  for (const [name, chip] of chips) chip.setAttribute("aria-pressed", String(shown.includes(name)));
  filter();
  const row = rows.find((one) => hash.get(one.kind) === one.name);
  if (!row) return;
  row.body.hidden = false;
  row.body.closest("section").hidden = false;
  row.open(true, false, hash.get("weaker") || hash.get("engine") ? targetOf(hash) : undefined);
  row.toggle.focus({preventScroll: true});
  row.body.scrollIntoView({block: "start"});
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target instanceof HTMLInputElement;
  if (event.key === "/" && !typing) {
    event.preventDefault();
    search.focus();
    return;
  }
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (!step || !(event.target.classList && event.target.classList.contains("toggle"))) return;
  const toggles = rows.filter((row) => !row.body.hidden).map((row) => row.toggle);
  const next = toggles[toggles.indexOf(event.target) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function draw() {
  const sections = [
    data.scenarios.length && scenarioSection(),
    data.sites.length && siteSection(),
    data.gallery.length && gallerySection(),
  ].filter(Boolean);
  $("main").replaceChildren(...sections);
  drawSummary();
  drawTools(sections);
  follow();
  addEventListener("hashchange", follow);
  addEventListener("keydown", onKey);
}

draw();
