// The tables of the report, from the JSON in #data, and what opens under their rows. Text reaches the page as text
// nodes only, so that nothing in it is markup.

const data = JSON.parse(document.getElementById("data").textContent);
const ENGINES = ["relacy", "explorer", "explorer-lb"];
const ORDERS = ["relaxed", "acquire", "release", "acq_rel", "seq_cst"];

const $ = (id) => document.getElementById(id);

function groupBy(list, keyOf) {
  const groups = new Map();
  for (const entry of list) {
    const key = keyOf(entry);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(entry);
  }
  return groups;
}
const inOrder = (known, present) => [
  ...known.filter((name) => present.includes(name)),
  ...[...new Set(present)].filter((name) => !known.includes(name)).sort(),
];

// Hash: #scenario=..., #site=...[&weaker=...&engine=...], #bug=..., and q=..., show=... for the filters.
const linkTo = (kind, name, more) => "#" + new URLSearchParams({[kind]: name, ...more}).toString();

function button(className, text, onclick, more) {
  return h("button", {type: "button", class: className, onclick, ...more}, text);
}

// ---------------------------------------------------------------------------------------------------------------
// Counterexamples

function counterexampleOf(token) {
  const example = data.counterexamples[token];
  const command = `hallmark-check replay '${token}'`;
  const said = h("span", {role: "status"});
  const copy = button("copy", "copy", () =>
    navigator.clipboard.writeText(command).then(
      () => {
        said.textContent = " copied";
      },
      () => {
        said.textContent = " not allowed: select the text";
      },
    ),
  );
  const line = h("div", {class: "token"}, h("code", null, command), copy, said);
  if (!example) return h("div", null, line, h("p", {class: "note"}, "This process could not replay the token."));
  return h(
    "div",
    {class: "counterexample"},
    line,
    !example.violated && h("p", {class: "note"}, "The replay found no violation: the code has changed since."),
    h("div", {class: "diagram", tabindex: "0", role: "group", "aria-label": "Interleaving"}, diagramOf(example)),
    h(
      "div",
      {class: "diagram-legend"},
      h("span", null, "time goes down; one row a step"),
      h("span", null, "green arrow: from a write to a read of its value (dotted: the thread's own)"),
      h("span", null, "filled: writes, hollow: reads, dashed: not atomic"),
      example.mutant && h("span", null, "red: the weakened operation"),
      h("span", null, "OLD: a newer value was there"),
    ),
    h("details", {class: "as-text"}, h("summary", null, "As text"), h("pre", null, asText(example))),
  );
}

// Several executions of which one is shown: {name, title, verdict, body()}.
function tabsOf(variants, chosen) {
  const panel = h("div", {role: "tabpanel"});
  const tabs = variants.map((variant) => {
    const tab = button(
      "tab",
      [h("span", {class: "mono"}, variant.name), " ", h("span", {class: "muted"}, variant.title)],
      () => show(variant, tab),
      {role: "tab", "aria-selected": "false"},
    );
    return tab;
  });
  function show(variant, tab) {
    for (const other of tabs) {
      other.setAttribute("aria-selected", String(other === tab));
      other.tabIndex = other === tab ? 0 : -1;
    }
    panel.replaceChildren(...[variant.body()].flat().filter(Boolean));
  }
  const list = h(
    "div",
    {
      class: "tabs",
      role: "tablist",
      onkeydown: (event) => {
        const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
        if (!step) return;
        const next = (tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length;
        show(variants[next], tabs[next]);
        tabs[next].focus();
      },
    },
    tabs,
  );
  const first = Math.max(0, variants.findIndex(chosen || (() => false)));
  if (variants.length) show(variants[first], tabs[first]);
  return h("div", null, variants.length > 0 && list, panel);
}

// ---------------------------------------------------------------------------------------------------------------
// Rows that open

const rows = []; // {kind, name, text, verdicts, body, open()}

// `cells` follow the first one, whose button opens the row; `detail` makes what is then shown.
function rowOf({kind, name, caption, text, verdicts, cells, columns, detail}) {
  const toggle = button("toggle", caption, () => row.open(toggle.getAttribute("aria-expanded") !== "true", true), {
    "aria-expanded": "false",
  });
  const more = h("td", {class: "detail", colspan: String(columns)});
  const second = h("tr", {hidden: true}, more);
  const body = h("tbody", {class: "row"}, h("tr", null, h("td", null, toggle), cells), second);
  const row = {
    kind,
    name,
    text: `${name} ${text}`.toLowerCase(),
    verdicts,
    body,
    toggle,
    open(open, byHand, chosen) {
      toggle.setAttribute("aria-expanded", String(open));
      second.hidden = !open;
      if (open && (chosen || !more.hasChildNodes())) more.replaceChildren(detail(chosen));
      if (byHand) setHash(open ? {[kind]: name} : {});
    },
  };
  rows.push(row);
  return row;
}

const claimed = (entry) =>
  entry.claim === "exhaustive" ? `all ${whole(entry.executions)}` : short(entry.executions);
const mark = (verdict) => (verdict === "holds" ? "good" : verdict === "violated" ? "bad" : "warn");

function scenarioCell(entry) {
  if (!entry) return h("td", {class: "absent"}, "–");
  const claim = entry.claim === "exhaustive" ? "" : ` ${entry.claim}`;
  const holds = entry.verdict === "holds";
  const small = holds ? claim : entry.executions > 0 ? ` after ${short(entry.executions)}` : "";
  return h(
    "td",
    null,
    h(
      "span",
      {class: `claim ${mark(entry.verdict)}`, title: `${entry.verdict}: ${entry.bounds}`},
      holds ? claimed(entry) : entry.verdict,
      h("small", null, small),
    ),
  );
}

function reachedTable(entries) {
  const names = [...new Set(entries.flatMap((entry) => Object.keys(entry.witnesses)))].sort();
  if (!names.length) return h("p", {class: "muted"}, "No outcomes are listed: the scenario only asserts.");
  const most = Math.max(1, ...entries.flatMap((entry) => Object.values(entry.witnesses)));
  return h(
    "table",
    {class: "inner"},
    h(
      "thead",
      null,
      h(
        "tr",
        null,
        h("th", null, "reached"),
        entries.map((entry) => h("th", {class: "number"}, entry.engine)),
      ),
    ),
    h(
      "tbody",
      null,
      names.map((name) =>
        h(
          "tr",
          null,
          h("td", {class: "mono"}, name.replace(/^outcome /, "")),
          entries.map((entry) => {
            const count = entry.witnesses[name];
            if (count === undefined) return h("td", {class: "number absent"}, "–");
            const width = count ? 4 + (96 * Math.log1p(count)) / Math.log1p(most) : 0;
            return h(
              "td",
              {class: "number reached"},
              count ? whole(count) : entry.verdict === "violated" ? "0" : h("span", {class: "never"}, "never"),
              h("i", {style: `width: ${width}%`}),
            );
          }),
        ),
      ),
    ),
  );
}

function scenarioDetail(name, entries) {
  const failed = entries.filter((entry) => entry.verdict !== "holds");
  return h(
    "div",
    null,
    h(
      "div",
      {class: "detail-grid"},
      h(
        "div",
        null,
        h("h3", null, "What each engine did"),
        h(
          "table",
          {class: "inner"},
          h(
            "thead",
            null,
            h(
              "tr",
              null,
              ["engine", "claim", "checked", "s", "executions/s", "duplicates", "abandoned"].map((title, i) =>
                h("th", {class: i > 2 && "number"}, title),
              ),
            ),
          ),
          h(
            "tbody",
            null,
            entries.map((entry) =>
              h(
                "tr",
                null,
                h("td", null, entry.engine),
                h("td", null, entry.claim),
                h("td", null, entry.bounds),
                h("td", {class: "number"}, entry.seconds.toFixed(2)),
                h(
                  "td",
                  {class: "number"},
                  entry.seconds > 0 ? short(Math.round(entry.executions / entry.seconds)) : "–",
                ),
                h("td", {class: "number"}, whole(entry.duplicates)),
                h("td", {class: "number"}, whole(entry.blocked)),
              ),
            ),
          ),
        ),
      ),
      h("div", null, h("h3", null, "Outcomes and witnesses"), reachedTable(entries)),
    ),
    failed.length > 0 &&
      tabsOf(
        failed.map((entry) => ({
          name: entry.engine,
          title: entry.verdict,
          body: () => [
            h("p", {class: `reason ${mark(entry.verdict)}`}, h("b", null, entry.verdict), ": ", entry.reason),
            entry.token && counterexampleOf(entry.token),
          ],
        })),
      ),
  );
}

function scenarioSection() {
  const engines = inOrder(
    ENGINES,
    data.scenarios.map((entry) => entry.engine),
  );
  const columns = engines.length + 2;
  const section = [...groupBy(data.scenarios, (entry) => entry.name)].map(([name, entries]) => {
    entries.sort((a, b) => engines.indexOf(a.engine) - engines.indexOf(b.engine));
    const holds = entries[0].holds || "";
    return rowOf({
      kind: "scenario",
      name,
      caption: captionOf(name),
      columns,
      text: [holds, ...entries.map((entry) => `${entry.engine} ${entry.claim} ${entry.reason}`)].join(" "),
      verdicts: entries.map((entry) => entry.verdict),
      cells: [
        h("td", {class: "muted"}, holds),
        engines.map((engine) => scenarioCell(entries.find((entry) => entry.engine === engine))),
      ],
      detail: () => scenarioDetail(name, entries),
    }).body;
  });
  return h(
    "section",
    {id: "scenarios"},
    h(
      "div",
      {class: "section-head"},
      h("h2", null, "Scenarios"),
      h(
        "div",
        {class: "legend"},
        h("span", null, h("b", null, "all n"), ": every execution, once up to equivalence (exhaustive)"),
        h("span", null, h("b", null, "n sampled"), ": that many random executions and no more"),
      ),
    ),
    h(
      "div",
      {class: "wrap"},
      h(
        "table",
        null,
        h(
          "thead",
          null,
          h(
            "tr",
            null,
            h("th", null, "scenario"),
            h("th", null, "what holds"),
            engines.map((engine) => h("th", null, engine)),
          ),
        ),
        section,
      ),
    ),
  );
}

function captionOf(label) {
  const dot = label.indexOf(".");
  return dot < 0 ? [label] : [h("span", {class: "primitive"}, label.slice(0, dot + 1)), label.slice(dot + 1)];
}

// ---------------------------------------------------------------------------------------------------------------
// Heat map: how many executions until it was refuted

const heatOf = (executions) => Math.round(78 - 10 * Math.min(6.5, Math.log10(Math.max(1, executions))));
const SIGNS = {survived: "○", equivalent: "=", inconclusive: "!", wrong: "!", passes: "✓"};

function heatCell(verdict, executions, title, onclick) {
  const known = verdict === "refuted" || verdict === "caught";
  return button(`cell ${verdict}`, known ? short(executions) : SIGNS[verdict] || verdict, onclick, {
    title,
    "aria-label": title,
    style: known ? `--heat: ${heatOf(executions)}` : null,
    tabindex: "-1",
  });
}

function heatLegend() {
  const sample = (verdict, executions, text) =>
    h(
      "span",
      null,
      h(
        "span",
        {class: "cell " + verdict, style: `--heat: ${heatOf(executions)}`},
        executions ? short(executions) : SIGNS[verdict],
      ),
      text,
    );
  return [sample("refuted", 1, "refuted at once"), sample("refuted", 1e6, "after a million executions")].concat(
    [
      ["survived", "not refuted by this many"],
      ["equivalent", "no execution differs (exhaustive)"],
      ["inconclusive", "not judged"],
    ].map(([verdict, text]) => sample(verdict, 0, text)),
  );
}

const mutantTitle = (mutant) => {
  const by = mutant.verdict === "refuted" ? ` by ${mutant.scenario}` : "";
  return (
    `${mutant.label} ${mutant.order} → ${mutant.weaker} on ${mutant.engine}: ${mutant.verdict}${by} after ` +
    `${plural(mutant.executions, "execution")}${mutant.reason ? ": " + mutant.reason : ""}`
  );
};

function partnersOf(site) {
  const observed = site.observed || [];
  const labels = [...new Set([...(site.partners || []), ...observed.map((pair) => pair.partner)])]
    .filter(Boolean)
    .sort();
  if (!labels.length) return h("p", {class: "muted"}, "The comment names none.");
  return h(
    "ul",
    {class: "partners"},
    labels.map((label) => {
      const seen = observed.filter((pair) => pair.partner === label);
      return h(
        "li",
        null,
        h("a", {href: linkTo("site", label), class: "mono"}, label),
        h(
          "span",
          {class: "muted"},
          (site.partners || []).includes(label) ? " named in the comment" : " not named",
          seen.map((pair) => `; ${pair.relation || "seen"} in ${pair.scenario || "?"} on ${pair.engine || "?"}`),
        ),
      );
    }),
  );
}

function siteDetail(site, mutants, chosen) {
  return h(
    "div",
    null,
    h(
      "div",
      {class: "detail-grid"},
      h(
        "div",
        null,
        h("h3", null, site.file ? `${site.file}${site.line ? ":" + site.line : ""}` : "never executed"),
        h(
          "pre",
          {class: "source"},
          (site.comment || []).map((line) => h("span", {class: "comment"}, `//${line}\n`)),
          (site.code || []).join("\n") || "The source was not there when the report was made.",
        ),
      ),
      h("div", null, h("h3", null, "Partners"), partnersOf(site)),
    ),
    mutants.length === 0
      ? data.mutants.length > 0 && h("p", {class: "muted"}, "No weaker order exists, or none was tried.")
      : tabsOf(
          mutants.map((mutant) => ({
            ...mutant,
            name: `→ ${mutant.weaker}`,
            title: `${mutant.engine}: ${mutant.verdict}`,
            body: () => [
              h(
                "p",
                {class: `reason ${mutant.verdict === "refuted" ? "" : "warn"}`},
                h("b", null, mutant.verdict),
                mutant.verdict === "refuted" ? " by " : "",
                mutant.verdict === "refuted" &&
                  h("a", {href: linkTo("scenario", mutant.scenario), class: "mono"}, mutant.scenario),
                ` after ${plural(mutant.executions, "execution")}${mutant.reason ? ": " + mutant.reason : ""}`,
              ),
              data.disagreements[`${mutant.label}=${mutant.weaker}`] &&
                h(
                  "p",
                  {class: "note"},
                  "The engines disagree: ",
                  data.disagreements[`${mutant.label}=${mutant.weaker}`],
                ),
              mutant.token && counterexampleOf(mutant.token),
            ],
          })),
          chosen &&
            ((mutant) => mutant.weaker === chosen.weaker && (!chosen.engine || mutant.engine === chosen.engine)),
        ),
  );
}

function siteSection() {
  const engines = inOrder(
    ENGINES,
    data.mutants.map((mutant) => mutant.engine),
  );
  const orders = inOrder(
    ORDERS,
    data.mutants.map((mutant) => mutant.weaker),
  );
  const groups = orders.map((weaker) => ({
    weaker,
    engines: engines.filter((engine) =>
      data.mutants.some((mutant) => mutant.weaker === weaker && mutant.engine === engine),
    ),
  }));
  const heat = groups.flatMap(({weaker, engines: those}) =>
    those.map((engine, i) => ({weaker, engine, first: i === 0})),
  );
  const columns = heat.length + 4;
  const mutantsOf = groupBy(data.mutants, (mutant) => mutant.label);
  const body = [];
  for (const [primitive, sites] of groupBy(data.sites, (site) => site.label.split(".")[0])) {
    const file = (sites.find((site) => site.file) || {}).file || "";
    const group = h(
      "tbody",
      {class: "group"},
      h("tr", null, h("td", {colspan: String(columns)}, h("b", null, primitive), ` ${file}`)),
    );
    body.push(group);
    for (const site of sites) {
      const mutants = mutantsOf.get(site.label) || [];
      const row = rowOf({
        kind: "site",
        name: site.label,
        caption: captionOf(site.label),
        columns,
        text: [
          site.file,
          site.order,
          site.operation,
          ...(site.partners || []),
          ...mutants.map((mutant) => `${mutant.scenario} ${mutant.verdict}`),
        ].join(" "),
        verdicts: mutants.map((mutant) => mutant.verdict),
        cells: [
          h("td", null, site.operation),
          h("td", null, site.order),
          heat.map(({weaker, engine, first}) => {
            const mutant = mutants.find((one) => one.weaker === weaker && one.engine === engine);
            return h(
              "td",
              {class: `heat${first ? " first" : ""}`},
              mutant &&
                heatCell(mutant.verdict, mutant.executions, mutantTitle(mutant), () => {
                  row.open(true, false, mutant);
                  setHash({site: site.label, weaker, engine});
                }),
            );
          }),
          h("td", {class: "number muted first"}, site.line ? `line ${site.line}` : ""),
        ],
        detail: (chosen) => siteDetail(site, mutants, chosen),
      });
      row.group = group;
      body.push(row.body);
    }
  }
  return h(
    "section",
    {id: "sites"},
    h(
      "div",
      {class: "section-head"},
      h("h2", null, heat.length ? "Kill matrix: each site with each weaker order" : "Sites"),
      heat.length
        ? h("div", {class: "legend"}, heatLegend())
        : h("span", {class: "muted"}, "Which of their orders are needed: hallmark-check mutants"),
    ),
    h(
      "div",
      {class: "wrap"},
      h(
        "table",
        {class: "matrix"},
        h(
          "thead",
          null,
          h(
            "tr",
            null,
            ["site", "", "order"].map((title) => h("th", {rowspan: "2"}, title)),
            groups.map(({weaker, engines: those}) =>
              h("th", {class: "weaker first", colspan: String(those.length)}, `→ ${weaker}`),
            ),
            h("th", {rowspan: "2", class: "first number"}, "place"),
          ),
          h(
            "tr",
            null,
            heat.map(({engine, first}) =>
              h("th", {class: `engine${first ? " first" : ""}`, title: engine}, engine.replace("explorer", "expl")),
            ),
          ),
        ),
        body,
      ),
    ),
  );
}

function gallerySection() {
  const judges = inOrder(
    ENGINES,
    data.gallery.map((entry) => entry.judge),
  );
  const columns = judges.length + 3;
  const verdictOf = (entry) =>
    entry.verdict === entry.expected || entry.verdict === "inconclusive" ? entry.verdict : "wrong";
  const body = [...groupBy(data.gallery, (entry) => entry.id)].map(([id, entries]) => {
    const row = rowOf({
      kind: "bug",
      name: id,
      caption: [id],
      columns,
      text: entries.map((entry) => `${entry.what} ${entry.scenario} ${entry.reason} ${entry.expected}`).join(" "),
      verdicts: entries.map(verdictOf),
      cells: [
        h("td", null, entries[0].what),
        h("td", {class: "muted"}, entries[0].expected),
        judges.map((judge, i) => {
          const entry = entries.find((one) => one.judge === judge);
          return h(
            "td",
            {class: `heat${i ? "" : " first"}`},
            entry &&
              heatCell(
                verdictOf(entry),
                entry.executions,
                `${id} on ${judge}: ${entry.verdict} after ${plural(entry.executions, "execution")}` +
                  (entry.reason ? `: ${entry.reason}` : ""),
                () => {
                  row.open(true, false, entry);
                  setHash({bug: id, engine: judge});
                },
              ),
          );
        }),
      ],
      detail: (chosen) =>
        tabsOf(
          entries.map((entry) => ({
            ...entry,
            name: entry.judge,
            title: entry.verdict,
            body: () => [
              h(
                "p",
                {class: `reason ${verdictOf(entry) === "wrong" ? "bad" : ""}`},
                h("b", null, entry.verdict),
                entry.scenario && ` by ${entry.scenario}`,
                ` after ${plural(entry.executions, "execution")}`,
                entry.reason && `: ${entry.reason}`,
              ),
              entry.token && counterexampleOf(entry.token),
            ],
          })),
          chosen && ((entry) => entry.judge === (chosen.judge || chosen.engine)),
        ),
    });
    return row.body;
  });
  return h(
    "section",
    {id: "gallery"},
    h(
      "div",
      {class: "section-head"},
      h("h2", null, "Gallery: real bugs, and controls that must pass"),
      h("div", {class: "legend"}, "the number of executions after which the bug was caught"),
    ),
    h(
      "div",
      {class: "wrap"},
      h(
        "table",
        {class: "matrix"},
        h(
          "thead",
          null,
          h(
            "tr",
            null,
            h("th", null, "id"),
            h("th", null, "what the variant does"),
            h("th", null, "expected"),
            judges.map((judge, i) =>
              h("th", {class: `engine${i ? "" : " first"}`, title: judge}, judge.replace("explorer", "expl")),
            ),
          ),
        ),
        body,
      ),
    ),
  );
}
