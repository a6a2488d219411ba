// The page of a step: its tasks as cells, as a list with artifacts as columns, and what did not
// go as planned. Each thing that can be done is done by mouse and by keyboard.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

export const name = "A step: cells, columns, a chart, errors";

const RUN = "ForeachFlow/1795211227774857";
const [ROWS, COLUMNS] = [20, 60];
const NESTED = "NestedForeachFlow/1795211253052101/year?src=runs/basics.zip";
const EXAMPLE = "TrainFlow/1795218658028712/features?src=examples/trainflow.zip";

/** The field above the tasks, by what it says that can be typed. */
const FILTER = { name: /an id or an error$/ };

/** The keys of the address that begin with this. */
const said = (page, key) => new URLSearchParams(page.hash().split("?")[1]).getAll(key);

export async function run(t) {
  const grid = join(t.scratch, "grid.zip");
  execFileSync("python3", [join(t.root, "tests/fixtures/make/grid.py"), ROWS, COLUMNS, grid].map(String));
  const server = await t.serve({ mounts: { "/": t.dist, "/grid.zip": grid } });
  const visit = async (more = "", options = {}) => {
    const page = await t.newPage(options);
    await page.visit(server.url(`/#/${RUN}/work?src=grid.zip${more}`));
    return page;
  };
  const cells = (page) => page.raw.getByRole("application", { name: /tasks as cells/ });
  const told = (page) => page.raw.locator("#plot-told");
  /** Where a cell of the grid is, by its numbers: from the size of the canvas as it is. */
  const spot = async (page, row, column) => {
    const ring = page.raw.locator(".plot-ring");
    const canvas = cells(page);
    await canvas.focus();
    await page.raw.keyboard.press("Home");
    for (let up = 0; up < ROWS; up += 1) await page.raw.keyboard.press("ArrowUp");
    await told(page).getByText("region=r00 / week=w000").waitFor();
    const first = await ring.boundingBox();
    await page.raw.keyboard.press("ArrowRight");
    await told(page).getByText("region=r00 / week=w001").waitFor();
    const across = await ring.boundingBox();
    await page.raw.keyboard.press("ArrowDown");
    await told(page).getByText("region=r01 / week=w001").waitFor();
    const down = await ring.boundingBox();
    const [wide, high] = [across.x - first.x, down.y - across.y];
    return { x: first.x + first.width / 2 + column * wide, y: first.y + first.height / 2 + row * high };
  };

  await t.check("two values are a grid, whose cells are walked over by arrow keys and open by Enter", async () => {
    const page = await visit();
    await cells(page).waitFor();
    await page.sees("each cell one task, region down, week across");
    await cells(page).focus();
    // The first that did not go as planned.
    await told(page).getByText("region=r01 / week=w057, failed").waitFor();
    await page.raw.keyboard.press("ArrowDown");
    await told(page).getByText("region=r02 / week=w057, succeeded").waitFor();
    await page.raw.keyboard.press("ArrowLeft");
    await told(page).getByText("region=r02 / week=w056").waitFor();
    await page.raw.keyboard.press("End");
    await told(page).getByText("region=r02 / week=w059").waitFor();
    await page.raw.keyboard.press("Enter");
    await page.isAt(`${RUN}/work/${2 + 2 * COLUMNS + 59}`);
    await page.raw.getByRole("navigation", { name: "Place" }).getByText("region=r02 / week=w059").waitFor();
  });

  await t.check("the pointer tells of a cell, and a click opens its task", async () => {
    const page = await visit();
    await cells(page).waitFor();
    const { x, y } = await spot(page, 9, 17);
    await page.raw.mouse.move(x, y);
    const tip = page.raw.locator(".plot-tip");
    await tip.getByText("region=r09 / week=w017").waitFor();
    await tip.getByText(/^IntCastingNaNError: Cannot convert non-finite/).waitFor();
    await page.raw.mouse.click(x, y);
    await page.isAt(`${RUN}/work/${2 + 9 * COLUMNS + 17}`);
  });

  await t.check("colour and view stand in the address, and are restored by it", async () => {
    const page = await visit();
    await page.raw.getByRole("radio", { name: "Status" }).click();
    await page.raw.getByRole("radio", { name: "Strip" }).focus();
    await page.raw.keyboard.press("Enter");
    await page.raw.waitForURL((url) => url.hash.includes("as=strip") && url.hash.includes("colour=status"));
    await page.sees("each cell one task, by region, week");
    await page.reload();
    for (const name of ["Status", "Strip"]) {
      assert.equal(await page.raw.getByRole("radio", { name }).getAttribute("aria-checked"), "true");
    }
    await page.raw.getByRole("radio", { name: "Grid" }).click();
    await page.raw.getByRole("radio", { name: "Duration" }).click();
    await page.raw.waitForURL((url) => !/[?&](as|colour)=/.test(url.hash));
  });

  await t.check("cells are drawn in the colours of the theme, and again in those of another", async () => {
    const page = await visit("&colour=status", { theme: "light" });
    await cells(page).waitFor();
    const colours = () => cells(page).evaluate((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const seen = new Map();
      for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3] < 255) continue;
        const colour = `${data[at]},${data[at + 1]},${data[at + 2]}`;
        seen.set(colour, (seen.get(colour) ?? 0) + 1);
      }
      return [...seen].filter(([, count]) => count > 60).map(([colour]) => colour);
    });
    const has = (...wanted) => page.raw.waitForFunction(async ([wanted]) => {
      const canvas = document.querySelector("canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const left = new Set(wanted);
      for (let at = 0; at < data.length; at += 4) left.delete(`${data[at]},${data[at + 1]},${data[at + 2]}`);
      return left.size === 0;
    }, [wanted]);
    // --ok-bar, --fail-bar and --retry-bar.
    await has("61,157,128", "198,58,36", "192,132,16");
    await page.theme("dark");
    await has("50,143,112", "240,101,74", "209,154,46");
    assert.ok(!(await colours()).includes("61,157,128"));
  });

  await t.check("a filter keeps every cell in its place, and says how many it lets through", async () => {
    const page = await visit();
    const field = page.raw.getByRole("searchbox", FILTER);
    await field.fill("region=r03");
    await page.sees(`${COLUMNS} of 1,200 match the filter`);
    assert.deepEqual(said(page, "q"), ["region=r03"]);
    await field.fill("IntCastingNaNError");
    await page.sees("6 of 1,200 match the filter");
    await field.fill("");
    await page.raw.getByRole("button", { name: /^Only failed/ }).click();
    await page.sees("6 of 1,200 match the filter");
    assert.deepEqual(said(page, "status"), ["failed"]);
    // What is below is of all of them, and says so.
    for (const name of ["Not as planned", "Duration"]) {
      await page.raw.getByRole("region", { name }).getByText(/ of all 1,200 tasks$/).waitFor();
    }
  });

  await t.check("a filter reads the artifact that it names, says what it does not understand, and is emptied by Escape", async () => {
    const page = await visit();
    const field = page.raw.getByRole("searchbox", FILTER);
    await field.fill("loss>3");
    await page.sees("2 of 1,200 match the filter");
    await field.fill("status=failed");
    await page.sees("6 of 1,200 match the filter");
    await field.fill("lost>3");
    await page.sees("0 of 1,200 match the filter");
    const told = page.raw.locator(".filter-said");
    await told.getByText(/^“lost>3” is looked for as text: no task of this step has an artifact “lost”, as far as 20\d of them tell$/).waitFor();
    await field.fill("duration>banana region=r03");
    await page.sees(`${COLUMNS} of 1,200 match the filter`);
    await told.getByText(/^“duration>banana” is left out: a duration is a number/).waitFor();
    await field.press("Escape");
    await told.getByText(/./).waitFor({ state: "detached" });
    assert.equal(await field.inputValue(), "");
    assert.deepEqual(said(page, "q"), []);
    await page.hasFocus(field);
    await field.press("Escape");
    assert.equal(await field.evaluate((field) => field === document.activeElement), false);
  });

  await t.check("what did not go as planned is grouped by its error, with links", async () => {
    const page = await visit();
    const part = page.raw.getByRole("region", { name: "Not as planned" });
    const group = part.getByRole("heading", { name: /Cannot convert non-finite values/ });
    await group.getByText("3 failed").waitFor();
    await part.getByRole("heading", { name: /Cannot convert what is missing/ }).getByText("3 failed").waitFor();
    // All of one error are in one column, and only there.
    await part.getByText("In 3 of the 20 tasks with week=w017, in none of the other 1,180").waitFor();
    await part.getByRole("link", { name: "region=r03 / week=w017" }).click();
    await page.isAt(`${RUN}/work/${2 + 3 * COLUMNS + 17}`);
    await page.back();
    await page.raw.getByRole("region", { name: "Duration" }).getByRole("img", { name: /^Durations of 1,200 tasks: median/ }).waitFor();
    await part.getByRole("link", { name: "17 more" }).click();
    await page.raw.waitForURL((url) => url.hash.includes("as=list") && url.hash.includes("status=retried"));
    await page.raw.getByRole("table", { name: "Tasks" }).getByRole("row").nth(1).getByText("Retried").waitFor();
  });

  const table = (page) => page.raw.getByRole("table", { name: "Tasks" });
  const column = async (page, name) => {
    const heads = await table(page).getByRole("columnheader").allInnerTexts();
    const at = heads.findIndex((head) => head.trim() === name);
    assert.notEqual(at, -1, `${name} among ${heads}`);
    return table(page).getByRole("rowgroup").getByRole("row").evaluateAll((rows, at) => rows.map((row) => row.children[at].innerText.trim()), at);
  };

  await t.check("an artifact is a column: added by its name, sorted by, filtered by, and taken away", async () => {
    const page = await visit("&as=list");
    const field = page.raw.getByRole("combobox", { name: /^Add a column/ });
    await field.focus();
    await page.raw.locator('datalist option[value="loss"]').waitFor({ state: "attached" });
    await field.fill("loss");
    await field.press("Enter");
    await page.raw.waitForURL((url) => url.hash.includes("col=loss"));
    const head = table(page).getByRole("columnheader", { name: "loss" });
    await head.getByRole("button").click();
    await page.raw.waitForURL((url) => url.hash.includes("sort=col:loss"));
    await table(page).locator('[aria-sort="ascending"]').waitFor();
    const inOrder = (sign) => page.raw.waitForFunction((sign) => {
      const all = [...document.querySelectorAll(".rows .value .mono")].map((cell) => Number(cell.textContent) * sign);
      return all.length > 20 && all.every((value, at) => at === 0 || all[at - 1] <= value);
    }, sign);
    await inOrder(1);
    await head.getByRole("button").focus();
    await page.raw.keyboard.press("Enter");
    await page.raw.waitForURL((url) => url.hash.includes("sort=-col:loss"));
    await inOrder(-1);
    // Two were made to stand out: they come first, and are marked.
    const outliers = table(page).getByRole("img", { name: /^Unusually high: above/ });
    await outliers.first().waitFor();
    assert.match(await outliers.first().getAttribute("title"), /three times the distance of the quartiles/);
    const search = page.raw.getByRole("searchbox", FILTER);
    await search.fill("loss>3 region=r05");
    await page.sees("1 of 1,200 tasks");
    assert.deepEqual(await column(page, "region"), ["r05"]);
    await page.reload();
    await page.sees("1 of 1,200 tasks");
    assert.ok(Number((await column(page, "loss"))[0]) > 3);
    await page.raw.getByRole("button", { name: "Remove column loss" }).click();
    await page.raw.waitForURL((url) => !url.hash.includes("col"));
    // What is no artifact is no column, and stays to be mended.
    await field.fill("lost");
    await field.press("Enter");
    await page.sees(/^No task of this step has an artifact “lost”, as far as 20\d of them tell$/);
    assert.equal(await field.inputValue(), "lost");
    assert.deepEqual(said(page, "col"), []);
    await field.fill("los");
    await page.raw.getByText(/^No task of this step has/).waitFor({ state: "detached" });
  });

  await t.check("a column of the address that is no artifact is said, and no column", async () => {
    const page = await visit("&as=list&col=lost&col=loss");
    await page.sees(/^No task of this step has an artifact “lost”, as far as/);
    await table(page).getByRole("columnheader", { name: "loss" }).waitFor();
    assert.equal(await table(page).getByRole("columnheader", { name: "lost" }).count(), 0);
    await page.raw.getByRole("button", { name: "Remove column lost" }).click();
    await page.raw.getByText(/^No task of this step has/).waitFor({ state: "detached" });
    assert.deepEqual(said(page, "col"), ["loss"]);
  });

  await t.check("many tasks that are not drawn in the DAG are listed, one is opened", async () => {
    const page = await t.newPage();
    await page.visit(server.url(`/#/${RUN}?src=grid.zip&tab=dag&depth=tasks`));
    const field = page.raw.locator("#main").getByRole("searchbox", { name: "Find step or task" });
    const count = page.raw.locator(".tools .field output");
    await field.fill("r15 / w02");
    await count.getByText("10", { exact: true }).waitFor();
    await field.press("Enter");
    await page.sees("10 of 1,200 match the filter");
    assert.deepEqual(said(page, "q"), ["r15 / w02"]);
    await page.back();
    await field.fill("r15 / w021");
    await count.getByText("1", { exact: true }).waitFor();
    await field.press("Enter");
    await page.isAt(`${RUN}/work/${2 + 15 * COLUMNS + 21}`);
  });

  await t.check("a group of the tree leads to its tasks", async () => {
    const page = await visit();
    const tree = page.raw.getByRole("tree", { name: "Steps and tasks" });
    await tree.getByRole("treeitem", { name: /^work/ }).focus();
    await page.raw.keyboard.press("ArrowRight");
    await tree.getByRole("treeitem", { name: /^1,[01]\d\d succeeded$/ }).click();
    await page.raw.waitForURL((url) => url.hash.includes("status=succeeded"));
    await page.sees(/^1,[01]\d\d of 1,200 match the filter$/);
  });

  await t.check("few tasks are marked as unusual, although one in five takes longer than most", async () => {
    const page = await visit("&as=list&sort=-duration");
    const marks = table(page).getByRole("img", { name: /^Unusually/ });
    const rows = table(page).getByRole("rowgroup").getByRole("row");
    await rows.nth(30).waitFor();
    const [marked, drawn] = [await marks.count(), await rows.count()];
    // The one that hangs, and at most one in twenty.
    assert.ok(marked > 0 && marked < drawn && marked <= 1200 / 20, `${marked} of the ${drawn} longest`);
  });

  await t.check("values of the foreach are columns of their own, which sort as numbers where they are", async () => {
    const page = await t.visit(`#/${NESTED}`);
    await table(page).getByRole("columnheader", { name: "years" }).getByRole("button").click();
    await table(page).getByRole("columnheader", { name: "years" }).getByRole("button").click();
    await page.raw.waitForURL((url) => url.hash.includes("sort=-by:years"));
    const years = (await column(page, "years")).map(Number);
    assert.ok(years.length === 4 && years[0] > years[3], String(years));
  });

  await t.check("a column is drawn over the tasks: the pointer and the keys tell of a point, and open its task", async () => {
    const page = await visit("&as=list&col=loss");
    await page.raw.getByRole("button", { name: "Chart of loss" }).click();
    await page.raw.waitForURL((url) => url.hash.includes("chart=loss"));
    const chart = page.raw.getByRole("application", { name: /^loss of 1,200 tasks/ });
    await chart.waitFor();
    await page.sees(/the smallest and the largest of each stretch and all that failed/);
    const failed = await page.raw.locator(".chart .point.fail").getAttribute("d");
    assert.equal(failed.match(/M/g).length, 6);
    await chart.focus();
    await page.raw.keyboard.press("End");
    const words = page.raw.locator("#chart-told");
    await words.getByText(/^region=r19 \/ week=w05\d/).waitFor();
    const box = await chart.boundingBox();
    await page.raw.mouse.move(box.x + 70, box.y + 60);
    const tip = page.raw.locator(".plot-tip");
    await tip.getByText(/^region=r00/).waitFor();
    await page.raw.mouse.move(0, 0);
    await page.raw.keyboard.press("Enter");
    const isLate = (url) => Number(url.hash.match(/\/work\/(\d+)/)?.[1]) > 1190;
    await page.raw.waitForURL(isLate);
    await page.isTitled(/work\/1\d{3}/);
  });

  await t.check("a task without a number has a mark below the chart, and the caption says why", async () => {
    const page = await t.visit(`#/${EXAMPLE}&col=country&chart=country`);
    await page.sees("No task that is shown has a number here: without a point (marked below): 12 set no number");
    await page.raw.locator(".chart .blank").first().waitFor({ state: "attached" });
    assert.equal(await page.raw.locator(".chart .blank.fail").count(), 1);
  });

  await t.check("few tasks are a list with a name for each above it, and cells on request", async () => {
    const page = await t.visit(`#/${EXAMPLE}`);
    await page.raw.getByRole("group", { name: /^12 tasks/ }).getByRole("link", { name: /^country=FI, failed/ }).waitFor();
    await page.raw.getByRole("radio", { name: "Strip" }).click();
    await cells(page).focus();
    await told(page).getByText("country=FI, failed").waitFor();
  });

  await t.check("how long all of it took is a picture with room for its words", async () => {
    for (const width of [1440, 1024, 390]) {
      const page = await visit("", { width, height: 900 });
      const part = page.raw.getByRole("region", { name: "Duration" });
      const picture = await part.getByRole("img", { name: /^Durations of/ }).boundingBox();
      assert.ok(picture.width >= 220, `${picture.width} at ${width}`);
      const words = await part.locator(".bars-axis > span").evaluateAll((all) => all.map((one) => one.getBoundingClientRect()).map(({ left, right }) => [left, right]));
      assert.ok(words.length > 1);
      words.reduce(([, end], [from, to]) => (assert.ok(from > end + 3, `${words} at ${width}`), [from, to]));
    }
  });

  await t.check("the cells above the list follow its filter, and tell of a task as those of the picture do", async () => {
    const page = await t.visit(`#/${EXAMPLE}`);
    const strip = page.raw.getByRole("figure", { name: "All tasks" });
    await strip.getByRole("link").nth(11).waitFor();
    const out = () => strip.locator("a[data-out]").count();
    assert.equal(await out(), 0);
    await page.raw.getByRole("searchbox", FILTER).fill("country=FI");
    await strip.getByText("1 of 12 match the filter").waitFor();
    assert.equal(await out(), 11);
    await strip.getByRole("link", { name: /^country=FI, failed/ }).hover();
    await page.raw.locator(".plot-tip").getByText("country=FI", { exact: true }).waitFor();
    assert.match(await page.raw.locator(".plot-tip").innerText(), /features\/\d+.* at work/s);
    await page.raw.mouse.move(0, 0);
    await page.raw.locator(".plot-tip").waitFor({ state: "detached" });
  });

  await t.check("a task of a foreach within another goes by both of its values, whole", async () => {
    const page = await t.visit(`#/${NESTED}`);
    await table(page).getByRole("row").nth(4).waitFor();
    const [country, year] = [(await column(page, "countries"))[0], (await column(page, "years"))[0]];
    const strip = page.raw.getByRole("figure", { name: "All tasks" });
    await strip.getByText(`${country} / ${year}`, { exact: true }).waitFor();
    const row = page.raw.getByRole("tree", { name: "Steps and tasks" }).getByRole("treeitem", { name: `${country} / ${year}` });
    assert.equal(await row.getAttribute("title"), `countries=${country} / years=${year}`);
    assert.ok(await row.locator(".name").evaluate((name) => name.scrollWidth <= name.clientWidth), "it is whole");
  });

  await t.check("a task is found by the values that it stands for", async () => {
    const page = await t.visit(`#/${NESTED}`);
    await page.openGoTo();
    const field = page.raw.getByRole("combobox", { name: /go to/i });
    const [value] = await column(page, "countries");
    await field.fill(`countries=${value} / years=`);
    await page.raw.getByRole("option", { name: new RegExp(`year/\\d+ countries=${value} / years=`) }).first().waitFor();
  });

  await t.check("on a narrow screen all of it is within the window", async () => {
    const page = await visit("", { width: 390, height: 844 });
    await cells(page).waitFor();
    await page.raw.getByRole("region", { name: "Not as planned" }).getByRole("link").first().waitFor();
    assert.deepEqual(await page.sideways(), []);
    const list = await visit("&as=list&col=loss&chart=loss", { width: 390, height: 844 });
    await list.raw.getByRole("application", { name: /^loss of/ }).waitFor();
    assert.deepEqual(await list.sideways(), []);
    // There are no heads to sort by.
    const sort = list.raw.getByRole("combobox", { name: "Sort" });
    await sort.selectOption({ label: "By loss, falling" });
    await list.raw.waitForURL((url) => url.hash.includes("sort=-col:loss"));
    await list.raw.waitForFunction(() => Number(document.querySelector(".rows .value .mono")?.textContent) > 3);
    await sort.selectOption({ label: "In order" });
    await list.raw.waitForURL((url) => !url.hash.includes("sort="));
  });

  await t.check("in the reader's own colours bars, cells and marks keep their shapes", async () => {
    const page = await t.newPage({ theme: "light" });
    await page.raw.emulateMedia({ forcedColors: "active" });
    await page.visit(t.address(`#/${EXAMPLE}`));
    const cell = (name) => page.raw.getByRole("group", { name: /^12 tasks/ }).getByRole("link", { name }).locator(".bar");
    const shape = async (name) => (await cell(name).screenshot()).toString("base64");
    const shapes = [await shape(/^country=FI, failed/), await shape(/^country=NL, /), await shape(/^country=SE, /)];
    assert.equal(new Set(shapes).size, 3);
    const ink = await cell(/^country=NL, /).evaluate((bar) => getComputedStyle(bar).backgroundColor);
    const text = await page.raw.locator("h1").first().evaluate((title) => getComputedStyle(title).color);
    assert.equal(ink, text);
    await page.raw.getByRole("radio", { name: "Strip" }).click();
    await cells(page).waitFor();
    const seen = await cells(page).evaluate((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return Array.from({ length: data.length / 4 }, (_, at) => data.slice(4 * at, 4 * at + 3).join()).filter((colour, at) => data[4 * at + 3] === 255);
    });
    assert.ok(seen.length > 100);
    assert.deepEqual([...new Set(seen)].filter((colour) => new Set(colour.split(",")).size > 1), [], "only black and white");
  });

  await t.check("the tree finds every task of the run, says when there is none, and is whole again after Escape", async () => {
    const page = await visit();
    const tree = page.raw.getByRole("tree", { name: "Steps and tasks" });
    const field = page.raw.getByRole("searchbox", { name: "Filter steps and tasks" });
    await tree.getByRole("treeitem", { name: /^end/ }).waitFor();
    await field.fill("r07 / week=w033");
    const task = tree.getByRole("treeitem", { name: "r07 / w033" });
    await task.waitFor();
    assert.equal(await tree.getByRole("treeitem", { name: /^end/ }).count(), 0);
    await field.fill("week=w033");
    await tree.getByRole("treeitem").nth(20).waitFor();
    await field.fill("r07");
    await tree.getByRole("treeitem", { name: "10 more" }).click();
    await page.raw.waitForURL((url) => url.hash.includes("q=r07") && url.hash.includes("as=list"));
    await page.sees(`${COLUMNS} of 1,200 tasks`);
    await field.fill("nowhere");
    await page.sees("Nothing found: no step and no task has “nowhere”");
    await field.press("Escape");
    await tree.getByRole("treeitem", { name: /^end/ }).waitFor();
    assert.equal(await field.inputValue(), "");
  });

  await t.check("a task within a closed group of the tree marks the group", async () => {
    const page = await t.newPage();
    await page.visit(server.url(`/#/${RUN}/work/${2 + 7 * COLUMNS + 33}?src=grid.zip`));
    const tree = page.raw.getByRole("tree", { name: "Steps and tasks" });
    const group = tree.getByRole("treeitem", { name: /^1,[01]\d\d succeeded$/ });
    await group.and(page.raw.locator('[aria-current="true"]')).waitFor();
    assert.equal(await tree.locator('[aria-current="true"]').count(), 1);
    // Closed as well: what holds the group.
    const step = tree.getByRole("treeitem", { name: /^work/ });
    await step.focus();
    await step.press("ArrowLeft");
    await step.and(page.raw.locator('[aria-current="true"]')).waitFor();
    await page.raw.getByRole("banner").waitFor();
  });
}
