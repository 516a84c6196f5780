// The report's pages in a headless browser: what a reader does with them. A page that logs an error or asks for
// anything but itself fails its test.
import assert from "node:assert/strict";
import {createRequire} from "node:module";
import {after, before, test} from "node:test";
import {pathToFileURL} from "node:url";

const {REPORT_PAGES, REPORT_MODULES, REPORT_CHROMIUM} = process.env;
const {chromium} = createRequire(`${REPORT_MODULES}/package.json`)("playwright-core");
let browser;
before(async () => {
  browser = await chromium.launch({executablePath: REPORT_CHROMIUM});
});
after(() => browser.close());

// Opens a page, hands it to `use`, and then looks at what it complained of.
async function withPage(name, hash, use, options = {}) {
  const context = await browser.newContext({viewport: {width: 1280, height: 900}, ...options});
  const page = await context.newPage();
  page.setDefaultTimeout(5000);
  const complaints = [];
  const url = pathToFileURL(`${REPORT_PAGES}/${name}.html`).href;
  page.on("console", (message) => complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== url) complaints.push(`request: ${request.url()}`);
  });
  try {
    await page.goto(url + hash);
    await use(page);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}
const opens = (title, name, hash, use, options) => test(title, () => withPage(name, hash, use, options));

const rowOf = (page, name) =>
  page.locator("tbody.row").filter({has: page.locator(".toggle", {hasText: exactly(name)})});
const exactly = (text) => new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
const dataOf = (page) => page.evaluate(() => JSON.parse(document.getElementById("data").textContent));
const shownRows = (page) => page.locator("tbody.row:visible .toggle").allTextContents();

opens("a run that holds says so, and claims what it checked", "holds", "", async (page) => {
  const data = await dataOf(page);
  assert.equal(await page.locator(".outcome").textContent(), "All scenarios hold");
  assert.match(await page.title(), /^All scenarios hold/);
  assert.equal(await page.locator(".findings").count(), 0);
  assert.deepEqual(
    (await page.locator("#scenarios .toggle").allTextContents()).sort(),
    [...new Set(data.scenarios.map((entry) => entry.name))].sort(),
  );
  const cells = rowOf(page, "sound.no_race").locator(".claim");
  assert.deepEqual(await cells.allTextContents(), ["2.0k sampled", "all 2", "all 2"]);
});

opens("a finding leads to its counterexample", "violated", "", async (page) => {
  assert.equal(await page.locator(".outcome").textContent(), "3 scenarios violated");
  assert.deepEqual(await page.locator(".findings a").allTextContents(), [
    "faulty.deadlock",
    "faulty.lost_wake_up",
    "faulty.race",
    "faulty.unreached",
  ]);
  await page.locator(".findings a", {hasText: "faulty.race"}).click();
  const row = rowOf(page, "faulty.race");
  await row.locator(".diagram svg").waitFor();
  assert.equal(await row.locator(".toggle").getAttribute("aria-expanded"), "true");
  assert.match(page.url(), /#scenario=faulty\.race$/);
  assert.deepEqual(await row.getByRole("tab").allTextContents(), [
    "relacy violated",
    "explorer violated",
    "explorer-lb violated",
  ]);
  assert.match(await row.locator(".failure").textContent(), /data race.*tests\/runner\/faulty_scenarios\.cpp:\d+/);
  await row.getByRole("tab", {name: "explorer violated", exact: true}).click();
  assert.match(await row.locator(".token code").textContent(), /^hallmark-check replay 'explorer:faulty\.race:-:/);
  assert.equal(await rowOf(page, "sound.no_race").locator(".diagram").count(), 0);
});

// Every execution of the page, against the steps in its data: boxes in their columns and in order, an arrow for each
// value that one thread reads from another, and no arrow across a box.
for (const name of ["violated", "weakened", "mutants"]) {
  opens(`interleavings show what the data say: ${name}`, name, "", async (page) => {
    const wrong = await page.evaluate(() => {
      const problems = [];
      let arrows = 0;
      for (const [token, example] of Object.entries(data.counterexamples)) {
        const say = (what) => problems.push(`${token}: ${what}`);
        const picture = diagramOf(example);
        document.body.append(picture);
        const inThreads = example.steps.filter((step) => step.thread >= 0);
        const boxes = [...picture.querySelectorAll(".row .box")].map((box) => box.getBBox());
        if (boxes.length !== inThreads.length) say(`${boxes.length} boxes for ${inThreads.length} steps`);
        if (picture.querySelectorAll(".heading").length !== example.threads) say("a column is missing");
        boxes.forEach((box, i) => {
          if (i > 0 && box.y < boxes[i - 1].y + boxes[i - 1].height) say(`step ${i} is not below the one before`);
          for (let j = 0; j < i; ++j) {
            if ((boxes[j].x === box.x) !== (inThreads[j].thread === inThreads[i].thread))
              say(`columns of ${i} and ${j}`);
          }
        });
        const crossing = inThreads.filter(
          (step) =>
            step.from !== undefined &&
            step.from !== null &&
            example.steps[step.from].thread >= 0 &&
            example.steps[step.from].thread !== step.thread,
        );
        const lines = [...picture.querySelectorAll(".from:not(.own)")];
        arrows += lines.length;
        if (lines.length !== crossing.length) say(`${lines.length} arrows for ${crossing.length} reads`);
        for (const step of crossing) {
          const line = picture.querySelector(`.from.step-${step.from}.step-${example.steps.indexOf(step)}`);
          if (!line) {
            say(`no arrow to step ${example.steps.indexOf(step)}`);
            continue;
          }
          const inside = (point, box, by) =>
            point.x > box.x - by &&
            point.x < box.x + box.width + by &&
            point.y > box.y - by &&
            point.y < box.y + box.height + by;
          const boxOf = (one) => boxes[inThreads.indexOf(one)];
          const length = line.getTotalLength();
          if (!inside(line.getPointAtLength(0), boxOf(example.steps[step.from]), 1)) say("an arrow starts elsewhere");
          if (!inside(line.getPointAtLength(length), boxOf(step), 9)) say("an arrow ends elsewhere");
          for (let at = 2; at < length; at += 2) {
            if (boxes.some((box) => inside(line.getPointAtLength(at), box, -1))) {
              say("an arrow crosses a box");
              break;
            }
          }
        }
        const failed = example.steps.some((step) => step.kind === "failure");
        if (failed !== (picture.querySelectorAll(".failure").length === 1)) say("the violation is not shown");
        if (asText(example).split("\n").length !== example.steps.length) say("not every step is told as text");
        picture.remove();
      }
      if (Object.keys(data.counterexamples).length === 0) problems.push("no counterexample");
      if (arrows === 0) problems.push("not one arrow");
      return problems;
    });
    assert.deepEqual(wrong, []);
  });
}

opens("a weakened site stands out", "weakened", "#scenario=sound.no_race", async (page) => {
  assert.match(
    await page.locator(".weakened").textContent(),
    /sound\.no_race\.store_flag: relaxed instead of release/,
  );
  const weak = rowOf(page, "sound.no_race").locator(".row.weak");
  assert.equal(await weak.count(), 1);
  assert.match(await weak.textContent(), /no_race\.store_flag relaxed, was release writes 1/);
});

opens("pointing at a step shows its arrows alone", "weakened", "#scenario=sound.no_race", async (page) => {
  const picture = rowOf(page, "sound.no_race").locator(".diagram svg");
  await picture.locator(".row.weak").hover();
  assert.equal(await picture.locator(".from.lit").count(), 1);
  assert.ok(await picture.evaluate((node) => node.classList.contains("traced")));
  await page.mouse.move(0, 0);
  assert.equal(await picture.locator(".lit").count(), 0);
});

opens("search and verdicts narrow the tables", "violated", "", async (page) => {
  const all = (await shownRows(page)).length;
  await page.getByRole("searchbox").fill("nobody faulty race");
  assert.deepEqual(await shownRows(page), []);
  await page.getByRole("searchbox").fill("DATA race");
  assert.deepEqual(await shownRows(page), ["faulty.race"]);
  assert.equal(await page.locator("#sites").isVisible(), false);
  await page.getByRole("searchbox").press("Escape");
  assert.equal((await shownRows(page)).length, all);
  await page.getByRole("button", {name: "violated", exact: true}).click();
  assert.deepEqual(await shownRows(page), ["faulty.deadlock", "faulty.lost_wake_up", "faulty.race"]);
  await page.getByRole("button", {name: "inconclusive", exact: true}).click();
  assert.deepEqual(await shownRows(page), [
    "faulty.deadlock",
    "faulty.lost_wake_up",
    "faulty.race",
    "faulty.unreached",
  ]);
  assert.match(await page.getByRole("status").first().textContent(), new RegExp(`^4 of ${all} rows$`));
  await page.reload(); // the hash has the filters
  assert.equal((await shownRows(page)).length, 4);
});

opens(
  "a link opens a scenario, whatever is filtered",
  "violated",
  "#scenario=faulty.unreached&show=holds",
  async (page) => {
    const row = rowOf(page, "faulty.unreached");
    assert.match(await row.locator(".reason").first().textContent(), /never reached: pigs fly/);
    assert.ok(
      await row.locator(".toggle").evaluate((node) => {
        const {top, bottom} = node.getBoundingClientRect();
        return top > 30 && bottom < innerHeight && document.activeElement === node;
      }),
    );
    assert.equal(await row.locator(".never").count(), 3);
  },
);

opens(
  "a link opens a site with one of its weaker orders",
  "mutants",
  "#site=sound.no_race.store_flag&weaker=relaxed&engine=explorer",
  async (page) => {
    const row = rowOf(page, "sound.no_race.store_flag");
    assert.match(await row.getByRole("tab", {selected: true}).textContent(), /→ relaxed explorer: refuted/);
    assert.match(
      await row.locator(".token code").textContent(),
      /'explorer:sound\.no_race:sound\.no_race\.store_flag=relaxed:/,
    );
  },
);

opens(
  "the kill matrix has a cell for each mutant, and each opens its counterexample",
  "mutants",
  "",
  async (page) => {
    const data = await dataOf(page);
    assert.ok(data.mutants.length >= 3); // one, on each engine
    assert.equal(await page.locator("#sites .cell:is(button)").count(), data.mutants.length);
    for (const mutant of data.mutants.filter((one) => one.verdict === "refuted")) {
      await page
        .locator(
          `#sites button.cell[title^="${mutant.label} ${mutant.order} → ${mutant.weaker} on ${mutant.engine}:"]`,
        )
        .click();
      const row = rowOf(page, mutant.label);
      assert.match(
        await row.locator(".token code").textContent(),
        exactly(`hallmark-check replay '${mutant.token}'`),
      );
      assert.match(page.url(), new RegExp(`weaker=${mutant.weaker}&engine=${mutant.engine}$`));
    }
    const store = rowOf(page, "sound.no_race.store_flag");
    assert.match(await store.locator(".source").textContent(), /flag_\.store\(1/);
  },
);

opens("everything can be done by keyboard", "violated", "", async (page) => {
  await page.keyboard.press("/");
  await page.keyboard.type("faulty");
  assert.equal(await page.getByRole("searchbox").inputValue(), "faulty");
  await page.locator("#scenarios .toggle:visible").first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  const row = rowOf(page, "faulty.lost_wake_up");
  assert.equal(await row.locator(".toggle").getAttribute("aria-expanded"), "true");
  await row.getByRole("tab", {selected: true}).focus();
  await page.keyboard.press("ArrowRight");
  assert.match(await row.getByRole("tab", {selected: true}).textContent(), /^explorer /);
  await row.locator(".toggle").focus();
  await page.keyboard.press("Enter");
  assert.equal(await row.locator(".diagram").isVisible(), false);
});

opens("text from a report is never markup", "hostile", "", async (page) => {
  const data = await dataOf(page);
  assert.match(await page.title(), /^1 scenario violated, 1 bug of the gallery not as expected/);
  assert.equal(await page.locator("img, main b b, main u, main script, header script, header img").count(), 0);
  for (const toggle of await page.locator(".toggle").all()) await toggle.click();
  assert.equal(await page.locator("img, main u, main script").count(), 0);
  assert.ok((await shownRows(page)).includes(data.scenarios[0].name));
  assert.ok((await page.locator(".diagram-grid, .detail-grid").first().textContent()).includes("<b>outcome</b>"));
  assert.match(await page.locator(".note").first().textContent(), /could not replay/);
  await page.goto(`${page.url().split("#")[0]}#${new URLSearchParams({bug: 'X&1=#"'})}`);
  assert.equal(await rowOf(page, 'X&1=#"').locator(".toggle").getAttribute("aria-expanded"), "true");
});

for (const colorScheme of ["light", "dark"]) {
  opens(
    `it is ${colorScheme} where the reader's system is, and the other way at will`,
    "violated",
    "",
    async (page) => {
      const lightness = () =>
        page.evaluate(() => {
          const canvas = document.createElement("canvas").getContext("2d");
          canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
          canvas.fillRect(0, 0, 1, 1);
          return canvas.getImageData(0, 0, 1, 1).data[1];
        });
      const isLight = async () => (await lightness()) > 128;
      assert.equal(await isLight(), colorScheme === "light");
      await page.getByRole("button", {name: "light / dark"}).click();
      assert.equal(await isLight(), colorScheme !== "light");
      await page.getByRole("button", {name: "light / dark"}).click();
      assert.equal(await isLight(), colorScheme === "light");
    },
    {colorScheme},
  );
}

opens("on paper there are no controls, and it is light", "violated", "#scenario=faulty.race", async (page) => {
  await page.getByRole("button", {name: "light / dark"}).click();
  await page.emulateMedia({media: "print"});
  assert.equal(await page.locator("nav").isVisible(), false);
  assert.equal(await rowOf(page, "faulty.race").locator(".diagram svg").isVisible(), true);
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), "light");
  assert.ok((await page.pdf()).length > 10000);
});

opens(
  "a narrow window scrolls tables, not the page",
  "mutants",
  "",
  async (page) => {
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  },
  {viewport: {width: 420, height: 800}},
);
