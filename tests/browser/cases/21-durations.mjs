import assert from "node:assert/strict";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unpack } from "../zip.mjs";

export const name = "Durations: a flow's runs beside one another, each step over them, and a run against those before it";

const [FIRST, GOOD, FAILED] = ["1795218571629966", "1795218597618720", "1795218658028712"];
const SRC = "src=examples/trainflow.zip";

export async function run(t) {
  const bars = (page) => page.raw.getByRole("figure", { name: /^Durations/ }).getByRole("link");
  const trends = (page) => page.raw.getByRole("table", { name: "Steps over the runs" });
  const names = async (page) => (await bars(page).evaluateAll((bars) => bars.map((bar) => bar.getAttribute("aria-label")))).map((label) => label.split(", ").slice(0, 3).join(", "));

  await t.check("each run of a flow has a bar as long as it took, with the mark of what it came to", async () => {
    const page = await t.visit(`#/TrainFlow?${SRC}&tab=durations`);
    await trends(page).getByRole("row").nth(9).waitFor();
    assert.deepEqual(await names(page), [`${FIRST}, succeeded, 24 s`, `${GOOD}, succeeded after a retry, 59 s`, `${FAILED}, failed, 42 s`]);
    const heights = await bars(page).locator(".bar").evaluateAll((all) => all.map((bar) => bar.getBoundingClientRect().height));
    const near = (one, other) => assert.ok(Math.abs(one - other) < 0.02, `${one} is not ${other}`);
    near(heights[0] / heights[1], 24.5 / 59);
    near(heights[2] / heights[1], 42.3 / 59);
    assert.equal(await bars(page).locator(".glyph.fail").count(), 1);
  });

  await t.check("each step is told over the runs, and one that failed is not compared", async () => {
    const page = await t.visit(`#/TrainFlow?${SRC}&tab=durations`);
    const row = (step) => trends(page).getByRole("row").filter({ has: page.raw.getByText(step, { exact: true }) });
    await row("features").waitFor();
    assert.match(await row("features").innerText(), /30 s\s+9\.7 s\s+failed after 30 s\s+12 tasks, 3 to 12 before/);
    assert.match(await row("load").innerText(), /as usual$/);
    assert.match(await row("reference").innerText(), /(×\d+\.\d (slower|faster)|as usual)$/);
    await page.raw.getByText(/^failed after 42 s; median of 2 runs before \d+ s$/).waitFor();
    assert.deepEqual(await trends(page).getByRole("columnheader").allInnerTexts(), ["Step", "Over the runs", "Last", "Median before", "Change"]);
    assert.ok(await isWhole(row("features").getByRole("cell").last()), "nothing of the change is cut");
    assert.match(await row("train").innerText(), /not reached/);
    await row("features").getByRole("link", { name: "features", exact: true }).click();
    await page.isAt(`TrainFlow/${FAILED}/features`);
  });

  await t.check("a run stands against those before it, by the keyboard too", async () => {
    const page = await t.visit(`#/TrainFlow/${GOOD}?${SRC}`);
    const block = page.raw.getByRole("region", { name: "Against earlier runs" });
    await block.getByText("59 s, median of 1 run before 24 s").waitFor();
    assert.equal(await bars(page).count(), 2);
    assert.equal(await bars(page).last().getAttribute("aria-current"), "true");
    const compare = block.getByRole("button", { name: "Compare the steps" });
    await compare.focus();
    await page.raw.keyboard.press("Enter");
    await page.raw.waitForURL((url) => url.hash.includes("compare=steps"));
    await page.hasFocus(compare);
    // What it waited to be tried again is no work.
    const train = trends(page).getByRole("row", { name: "train" });
    await train.getByText("×1.7 slower").waitFor();
    await train.getByText(/^without 12 s to retry$/).waitFor();
    await trends(page).getByRole("columnheader", { name: "This run" }).waitFor();
    await trends(page).getByRole("row", { name: "end" }).getByText("as usual").waitFor();
    assert.ok(await isWhole(trends(page).getByRole("row", { name: "features" }).getByRole("cell").last()), "nothing of the change is cut");
    // Both began on the same day: once is enough.
    assert.doesNotMatch(await page.raw.locator("figcaption").innerText(), / to /);
    await bars(page).first().focus();
    await page.raw.keyboard.press("Enter");
    await page.isAt(`TrainFlow/${FIRST}`);
    // The first one has nothing before it.
    await page.isTitled("Succeeded");
    await block.waitFor({ state: "detached" });
  });

  await t.check("what has no end was only seen so long, and says so", async () => {
    const page = await t.visit("#/KilledFlow?src=runs/basics.zip&tab=durations");
    await page.raw.getByText("> 1.9 s, and none before to compare with").waitFor();
    assert.match((await names(page))[1], /^\d+, unfinished, > 1\.9 s$/);
    const doomed = trends(page).getByRole("row", { name: "doomed" });
    await doomed.getByRole("cell", { name: "no end", exact: true }).waitFor();
    assert.match(await doomed.getByRole("link").last().getAttribute("aria-label"), /^doomed in \d+, unfinished, 1 task, no end$/);
  });

  await t.check("the longest steps say what was waited for them, and lead to the timeline", async () => {
    const page = await t.visit(`#/TrainFlow/${GOOD}?${SRC}`);
    const train = page.raw.locator(".longest li").filter({ hasText: "train" });
    await train.getByText(/^12 s to retry$/).waitFor();
    assert.match(await train.locator(".faint").getAttribute("title"), /for its tasks to begin, and 12 s for another attempt$/);
    const features = page.raw.locator(".longest li").filter({ hasText: "features" });
    await features.getByText(/^waited [\d.]+ s$/).waitFor();
    await page.raw.getByRole("link", { name: "Open timeline" }).click();
    await page.raw.waitForURL((url) => url.hash.includes("tab=timeline"));
  });

  await t.check("times that cannot be are unknown, and it is said why", async () => {
    const folder = join(t.scratch, "stores");
    unpack(join(t.fixtures, "broken/two-stores.zip"), folder);
    const page = await t.visit();
    await page.drop(join(folder, "bob"));
    await page.seesRuns(1);
    await page.openRun("1795211188000000");
    await page.raw.getByText("The run ended 5.6 s before it began, by its records.").waitFor();
    assert.equal(await page.raw.getByText("Duration", { exact: true }).count(), 0);
    assert.equal(await page.raw.getByText("0 s", { exact: true }).count(), 0);
  });

  await t.check("of a run without any time its timeline says that nothing is known", async () => {
    const folder = join(t.scratch, "timeless");
    for (const path of unpack(join(t.fixtures, "broken/two-stores.zip"), folder)) {
      const file = join(folder, path);
      if (path.endsWith(".log") || path.endsWith(".attempt.json")) rmSync(file);
      if (!path.includes("/_meta/")) continue;
      writeFileSync(file, readFileSync(file, "utf8").replace(/"ts_epoch": \d+/, '"ts_epoch": 0'));
      renameSync(file, file.replace(/(sysmeta_.*)_\d+\.json$/, "$1_0.json"));
    }
    const page = await t.visit();
    await page.drop(join(folder, "ana"));
    await page.seesRuns(1);
    await page.openRun("1795211174306524");
    await page.raw.getByRole("tab", { name: "Timeline" }).click();
    const sums = page.raw.getByRole("region", { name: "Sums" });
    await sums.waitFor();
    assert.equal(await sums.innerText(), ["Whole run", "Tasks at work", "At once, mean", "Queued, total"].map((name) => `${name}\nunknown`).join("\n"));
    assert.equal(await page.raw.getByText(/1970/).count(), 0);
  });
}

/** Whether all of what an element holds can be seen. */
const isWhole = (element) => element.evaluate((of) => of.scrollWidth <= of.clientWidth && of.scrollHeight <= of.clientHeight);
