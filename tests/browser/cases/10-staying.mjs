import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { unpack } from "../zip.mjs";

export const name = "Staying: what was opened, typed and searched is kept while one looks around";

const FAILED = "TrainFlow/1795218658028712";
const EXAMPLE = "src=examples/trainflow.zip";

export async function run(t) {
  const [eighteen, four] = ["metaflow/basics.zip", "metaflow/first-light.zip"].map((path) => join(t.fixtures, path));

  await t.check("a file given again under the same name shows what it holds now", async () => {
    const named = (folder, from) => {
      mkdirSync(join(t.scratch, folder));
      copyFileSync(from, join(t.scratch, folder, "runs.zip"));
      return join(t.scratch, folder, "runs.zip");
    };
    const [before, after] = [named("monday", eighteen), named("friday", four)];
    const page = await t.visit();
    await page.drop(before);
    await page.seesRuns(18);
    await page.home();
    await page.drop(after);
    await page.seesRuns(4);
    // Also over what is open, from a place that the other does not have.
    await page.drop(before);
    await page.seesRuns(18);
    await page.openRun("1795211261502114");
    await page.drop(after);
    await page.seesRuns(4);
  });

  await t.check("so does a folder", async () => {
    unpack(eighteen, join(t.scratch, "ana"));
    unpack(four, join(t.scratch, "ben"));
    const page = await t.visit();
    await page.drop(join(t.scratch, "ana/.metaflow"));
    await page.seesRuns(18);
    await page.home();
    await page.drop(join(t.scratch, "ben/.metaflow"));
    await page.seesRuns(4);
  });

  await t.check("after a reload the folder that is asked for can be chosen", async () => {
    const page = await t.visit();
    await page.pickFolder(join(t.scratch, "ben/.metaflow"));
    await page.seesRuns(4);
    await page.reload();
    await page.sees("What to try");
    await page.pickFolder(join(t.scratch, "ben/.metaflow"));
    await page.seesRuns(4);
  });

  await t.check("the log of a failed attempt opens where it was raised", async () => {
    const page = await t.visit(`#/${FAILED}/features/10?${EXAMPLE}&attempt=0&tab=logs`);
    const raised = page.raw.locator('[data-stream="stderr"] .line[data-hot]');
    await raised.filter({ hasText: "IntCastingNaNError" }).waitFor();
    await page.sees("Raised IntCastingNaNError");
    assert.ok(await inView(raised), "the line is scrolled into view");
  });

  await t.check("a search in the logs shows its first hit, and stays when a line is selected", async () => {
    const page = await t.visit(`#/LogsFlow/1795211361776098/long/2?src=runs/basics.zip&tab=logs`);
    const field = page.raw.getByRole("searchbox", { name: "Search these logs" });
    await field.fill("1400");
    const hit = page.raw.locator('[data-stream="stdout"] .line[data-found]');
    await hit.filter({ hasText: "1400" }).waitFor();
    assert.ok(await inView(hit), "the hit is scrolled into view");
    await hit.locator(".no").click();
    await page.raw.waitForURL((url) => url.hash.includes("lines="));
    await hit.waitFor();
    assert.ok(await inView(hit), "the hit is still in view");
    assert.equal(await field.inputValue(), "1400");
  });

  await t.check("a list of 3,000 items can be read to its end", async () => {
    const page = await t.visit("#/ArtifactZooFlow/1795211382116679/builtins_/2/a_biglist?src=runs/basics.zip");
    const tree = page.raw.getByRole("tree", { name: "Value" });
    for (let shown = 100; shown < 3000; shown += 100) {
      await page.raw.getByRole("button", { name: /^Show 100 more of 3,000/ }).click();
      await tree.getByRole("treeitem").nth(shown + 99).waitFor();
    }
    await tree.getByText("2999").first().waitFor();
    assert.equal(await page.raw.getByRole("button", { name: /more of 3,000/ }).count(), 0);
  });

  await t.check("Enter in Go to follows what is typed, not what was found before", async () => {
    const page = await t.visit(`#/?${EXAMPLE}`);
    await page.openGoTo();
    const field = page.raw.getByRole("combobox", { name: "Go to" });
    await field.fill(`${FAILED}/features/13`);
    await field.press("Enter");
    await page.isAt(`${FAILED}/features/13`);
  });

  await t.check("Go to finds runs from a place that is not there", async () => {
    const page = await t.visit(`#/TrainFlow/1?${EXAMPLE}`);
    await page.sees("There is no run");
    await page.openGoTo();
    await page.raw.getByRole("option").filter({ hasText: FAILED }).first().waitFor();
  });

  const LARGE = "ForeachFlow/1795211227774857";
  const large = join(t.scratch, "large.zip");
  execFileSync("python3", [join(t.root, "tests/fixtures/make/large.py"), "400", large]);
  const server = await t.serve({ mounts: { "/": t.dist, "/large.zip": large } });

  await t.check("Go to says that the tasks are still being read, and Enter waits for them", async () => {
    const page = await t.newPage();
    await page.visit(server.url("/#/?src=large.zip"));
    await page.seesRuns(1);
    server.options.hold["/large.zip"] = 0;
    await page.raw.goto(server.url(`/#/${LARGE}/work/300?src=large.zip`));
    await page.raw.keyboard.press("Control+k");
    const field = page.raw.getByRole("combobox", { name: "Go to" });
    await page.raw.getByRole("option").filter({ hasText: LARGE }).waitFor();
    await field.fill("work/399");
    const told = page.raw.getByRole("dialog", { name: "Go to" }).getByRole("status");
    await told.getByText(`The tasks of ${LARGE} are still being read`).waitFor();
    await field.press("Enter");
    await told.getByText(/^Goes there as soon as/).waitFor();
    server.release("/large.zip");
    await page.isAt(`${LARGE}/work/399`);
    await page.isTitled("work/399");
  });

  await t.check("arrows lead from row to row, also to those that are not drawn yet", async () => {
    const page = await t.newPage();
    await page.visit(server.url(`/#/${LARGE}?src=large.zip&tab=tasks`));
    const rows = page.raw.getByRole("table", { name: "Tasks" }).getByRole("rowgroup").getByRole("link");
    const isAt = (name) => page.raw.waitForFunction((name) => document.activeElement.matches(".row .whole") && document.activeElement.textContent === name, name);
    await rows.filter({ hasText: "start/1" }).focus();
    await page.raw.keyboard.press("ArrowUp");
    await isAt("start/1");
    const [, second, third] = await rows.allInnerTexts();
    await page.raw.keyboard.press("ArrowDown");
    await page.raw.keyboard.press("ArrowDown");
    await isAt(third);
    await page.raw.keyboard.press("ArrowUp");
    await isAt(second);
    await page.raw.keyboard.press("End");
    await isAt("end/403");
    await page.raw.keyboard.press("Home");
    await isAt("start/1");
    // Faster than rows come.
    for (let row = 0; row < 120; row += 1) await page.raw.keyboard.press("ArrowDown");
    await isAt("work/121");
    for (let row = 0; row < 119; row += 1) await page.raw.keyboard.press("ArrowUp");
    await isAt(second);
    await page.raw.keyboard.press("PageDown");
    await page.raw.keyboard.press("PageUp");
    await isAt(second);
    // The list itself has the focus: down is into it, to the first row that is seen.
    await page.raw.keyboard.press("Home");
    await isAt("start/1");
    await page.raw.locator(".scroll:has(> .table)").focus();
    await page.raw.keyboard.press("ArrowDown");
    await isAt("start/1");
    await page.raw.keyboard.press("ArrowDown");
    await isAt(second);
    await page.raw.keyboard.press("Enter");
    await page.isAt(`${LARGE}/${second}`);
    // What is typed in a field keeps its own arrows.
    const runs = await t.visit("#/?src=runs/basics.zip");
    await runs.seesRuns(18);
    const field = runs.raw.getByRole("searchbox", { name: "Text, id, user or tag" });
    await field.fill("Flow");
    for (const key of ["Home", "ArrowRight", "ArrowDown", "ArrowUp"]) await field.press(key);
    await runs.hasFocus(field);
    const first = runs.raw.getByRole("table", { name: "Runs" }).getByRole("rowgroup").getByRole("row");
    await first.first().locator("a.whole").focus();
    await runs.raw.keyboard.press("ArrowDown");
    await runs.hasFocus(first.nth(1).locator("a.whole"));
  });

  await t.check("the rail keeps what was opened, what was typed, and the focus", async () => {
    const page = await t.visit(`#/${FAILED}?${EXAMPLE}`);
    const tree = page.raw.getByRole("tree", { name: "Steps and tasks" });
    const step = tree.getByRole("treeitem", { name: /^features/ });
    const group = tree.getByRole("treeitem", { name: /succeeded/ }).first();
    await group.focus();
    await group.press("ArrowRight");
    const task = tree.getByRole("treeitem", { name: /country=DE/ });
    await task.focus();
    await task.press("Enter");
    await page.raw.getByRole("tablist", { name: "This task" }).waitFor();
    await task.and(page.raw.locator('[aria-selected="true"]')).waitFor();
    assert.equal(await task.evaluate((row) => row === document.activeElement), true);
    assert.equal(await step.first().getAttribute("aria-expanded"), "true");
    await page.raw.getByRole("searchbox", { name: "Filter steps and tasks" }).fill("country=N");
    await tree.getByRole("treeitem", { name: /country=NL/ }).click();
    await page.isTitled("features/13");
    assert.equal(await tree.getByRole("treeitem", { name: /country=DE/ }).count(), 0, "the filter still holds");
  });

  await t.check("a tab of the browser is told by its place", async () => {
    const page = await t.visit(`#/${FAILED}/features/10?${EXAMPLE}`);
    await page.raw.waitForFunction(() => document.title.startsWith("features/10"));
  });
}

/** Whether an element lies within the pane that it scrolls in. */
function inView(locator) {
  return locator.first().evaluate((line) => {
    const pane = line.closest(".scroll").getBoundingClientRect();
    const { top, bottom } = line.getBoundingClientRect();
    return top >= pane.top - 1 && bottom <= pane.bottom + 1;
  });
}
