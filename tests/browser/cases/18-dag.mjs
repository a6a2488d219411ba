import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const name = "The DAG: all that can be done with it by mouse and by keyboard, the address of each, and graphs of thousands of steps";

const RUN = "TrainFlow/1795218658028712";
const SRC = "src=examples/trainflow.zip";
/** What stands in the drawing, and leads to the task that failed. */
const STEPS = ["start", "load", "reference", "features", "join", "train", "evaluate", "publish", "end"];
const BROKEN = "features/10";
/** More than a page holds well (https://web.dev/articles/dom-size). */
const MOST_ELEMENTS = 2000;

export async function run(t) {
  const dag = (more = "") => `#/${RUN}?${SRC}&tab=dag${more}`;
  const main = (page) => page.raw.getByRole("main");
  const picture = (page) => main(page).getByRole("group", { name: /arrow keys walk along/ });
  const node = (page, name) => picture(page).getByRole("button", { name: new RegExp(`^${name}(?![\\w/])`) });
  /** Of a task, which is called by its value. */
  const task = (page, path) => picture(page).locator(`[data-step="${path}"]`);
  const panel = (page) => main(page).getByRole("complementary");
  const press = (page, ...keys) => keys.reduce((before, key) => before.then(() => page.raw.keyboard.press(key)), Promise.resolve());
  /** Waits until these stand behind `?` in the address, and those that are null do not. */
  const says = (page, wanted) =>
    page.raw.waitForURL(({ hash }) => {
      const found = new URLSearchParams(hash.split("?")[1]);
      return Object.entries(wanted).every(([key, value]) => found.get(key) === value);
    });
  const visit = async (hash, options) => {
    const page = await t.visit(hash, options);
    await picture(page).waitFor();
    return page;
  };
  const zoom = async (page) => Number.parseInt(await main(page).getByRole("status").filter({ hasText: "%" }).innerText(), 10);
  const elements = (page) => page.raw.evaluate(() => document.querySelectorAll("*").length);
  /** Where the middle of something is, and whether that is within the drawing's pane. */
  const isInView = async (page, locator) => {
    const [box, pane] = await Promise.all([locator.boundingBox(), page.raw.locator(".canvas").boundingBox()]);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    return x > pane.x && x < pane.x + pane.width && y > pane.y && y < pane.y + pane.height;
  };
  const isDrawnAs = (page, count) => page.raw.waitForFunction((count) => document.querySelectorAll(".node").length >= count, count);

  await t.check("a click chooses a step and another one opens it; the address says which", async () => {
    const page = await visit(dag());
    await node(page, "features").click();
    await says(page, { select: "features" });
    await panel(page).getByRole("heading", { name: "features" }).waitFor();
    await panel(page).getByText("Median of its tasks").waitFor();
    await panel(page).getByText("@retry times=1").first().waitFor();
    // A move is no click.
    const box = await node(page, "train").boundingBox();
    await page.raw.mouse.move(box.x + 20, box.y + 20);
    await page.raw.mouse.down();
    await page.raw.mouse.move(box.x + 90, box.y + 60, { steps: 4 });
    await page.raw.mouse.up();
    const moved = await node(page, "train").boundingBox();
    assert.ok(moved.x > box.x + 50 && moved.y > box.y + 20, "it was dragged along");
    assert.match(page.hash(), /select=features/);
    await node(page, "load").dblclick();
    await page.isAt(`${RUN}/load`);
  });

  await t.check("arrow keys walk along the edges, Escape lets go, Enter opens", async () => {
    const page = await visit(dag());
    await node(page, "start").focus();
    const way = [["ArrowDown", "load"], ["ArrowRight", "reference"], ["ArrowLeft", "load"], ["ArrowDown", "features"], ["ArrowUp", "load"], ["ArrowDown", "features"], ["ArrowDown", "join"], ["ArrowDown", "train"], ["ArrowUp", "join"], ["End", "end"], ["Home", "start"]];
    for (const [key, to] of way) {
      await press(page, key);
      await says(page, { select: to });
      await page.hasFocus(node(page, to));
      assert.equal(await node(page, to).getAttribute("aria-pressed"), "true");
    }
    await press(page, "Escape");
    await says(page, { select: null });
    await press(page, "Enter");
    await page.isAt(`${RUN}/start`);
  });

  await t.check("a step says how its tasks fared, how long they took and what it is for", async () => {
    const page = await visit(dag());
    assert.match(await node(page, "features").getAttribute("aria-label"), /^features 30 s 12 × 1\.9 s · 1 failed @retry \+1, failed, 12 tasks, 30 s at work, median of its tasks 1\.9 s$/);
    await node(page, "features").hover();
    const told = await page.raw.getByRole("tooltip").innerText();
    for (const part of ["Failed", "Median", "@resources", "Builds one country's feature frame."]) assert.ok(told.includes(part), told);
    // It stays where it is, and goes with the pointer.
    const before = await page.raw.getByRole("tooltip").boundingBox();
    const box = await node(page, "features").boundingBox();
    await page.raw.mouse.move(box.x + 30, box.y + 30, { steps: 5 });
    assert.deepEqual(await page.raw.getByRole("tooltip").boundingBox(), before);
    await node(page, "train").hover();
    await page.raw.getByRole("tooltip").filter({ hasText: "Not reached" }).waitFor();
    await page.raw.mouse.move(1, 1);
    await page.raw.getByRole("tooltip").waitFor({ state: "detached" });
    assert.equal(await node(page, "features").locator(".mk.fail").count(), 1, "the part of the bar that failed");
  });

  await t.check("the table says the same of every step", async () => {
    const page = await visit(dag());
    const drawn = new Map();
    for (const name of STEPS) drawn.set(name, await node(page, name).getAttribute("aria-label"));
    await main(page).getByRole("radio", { name: "Table" }).click();
    await says(page, { as: "table" });
    const rows = main(page).getByRole("table", { name: "Steps" }).getByRole("rowgroup").getByRole("row");
    assert.equal(await rows.count(), STEPS.length);
    for (const row of await rows.all()) {
      const [status, name, tasks, failed, took, , , kindAndGroup] = await row.getByRole("cell").allInnerTexts();
      const seen = drawn.get(name);
      const kind = kindAndGroup.replace(/(^|, )in .*/, "");
      const facts = [status.toLowerCase(), took, kind, tasks === "0" ? "not reached" : `${tasks} task`, failed.split(", ").find((one) => one.endsWith(" failed"))];
      for (const fact of facts.filter(Boolean)) assert.ok(seen.includes(fact), `${fact} of ${name} is not in “${seen}”`);
    }
    const features = rows.filter({ has: page.raw.getByRole("link", { name: "features" }) });
    assert.match(await features.innerText(), /1 failed, 1 retried[\s\S]*join[\s\S]*@retry times=1/);
    assert.match(await features.getByRole("link").getAttribute("title"), /@resources[\s\S]*Builds one country/);
    // What stands beside the lines and on the frames of the drawing.
    const told = async (name) => (await rows.filter({ has: page.raw.getByRole("link", { name, exact: true }) }).innerText()).replace(/\s+/g, " ");
    assert.match(await told("features"), /in country × 12 join \(waits for all 12, 11 arrived, not reached\)/);
    assert.match(await told("evaluate"), /switch publish \(passed is True, not reached\), end \(passed is False, not reached\)/);
    await page.raw.setViewportSize({ width: 390, height: 844 });
    assert.match(await told("train"), /join · to evaluate \(not reached\) · @retry times=2/);
    await page.raw.setViewportSize({ width: 1440, height: 900 });
    // Back, by the keyboard.
    await main(page).getByRole("radio", { name: "Steps" }).focus();
    await press(page, "Enter");
    await says(page, { as: null });
    await picture(page).waitFor();
  });

  await t.check("the legend has what is drawn and nothing else, and what was left out says why", async () => {
    const legend = (page) => main(page).locator(".legend > span").allInnerTexts();
    const failed = await visit(dag());
    assert.deepEqual(await legend(failed), ["failed", "succeeded after a retry", "succeeded", "first start to last end · tasks × median duration", "path taken", "not reached"]);
    assert.match(await node(failed, "publish").getAttribute("aria-label"), /not reached$/);
    const ended = await visit(`#/TrainFlow/1795218571629966?${SRC}&tab=dag`);
    assert.deepEqual(await legend(ended), ["succeeded", "first start to last end · tasks × median duration", "path taken", "not taken"]);
    assert.match(await node(ended, "publish").getAttribute("aria-label"), /^publish not taken.*, not taken$/);
    // What it stands on hides what is below it.
    const ground = await main(ended).locator(".legend").evaluate((one) => getComputedStyle(one).backgroundColor);
    assert.doesNotMatch(ground, /transparent|, 0\)/);
  });

  await t.check("what a foreach repeats has a frame around it, with nothing else in it", async () => {
    const page = await visit(dag());
    const frame = picture(page).locator(".around");
    assert.deepEqual(await frame.allTextContents(), ["country × 12"]);
    const outer = await frame.locator(".ground").boundingBox();
    for (const name of STEPS) {
      const box = await node(page, name).locator(".box").boundingBox();
      const isInside = box.x > outer.x && box.x + box.width < outer.x + outer.width && box.y > outer.y && box.y + box.height < outer.y + outer.height;
      assert.equal(isInside, name === "features", name);
    }
  });

  await t.check("the mark of a running step stays in its box", async () => {
    const page = await visit(dag());
    const turns = await node(page, "train").evaluate((one) => {
      one.querySelector(".glyph").setAttribute("class", "glyph run");
      return one.getAnimations({ subtree: true }).length;
    });
    assert.equal(turns, 0);
  });

  await t.check("the panel beside it hides no tools, is closed by a button, and a click on empty ground lets go", async () => {
    for (const width of [1440, 1024, 700]) {
      const page = await visit(dag("&select=load"), { width, height: 800 });
      await panel(page).getByRole("heading", { name: "load" }).waitFor();
      const [side, tools] = await Promise.all([panel(page).boundingBox(), main(page).locator(".tools").boundingBox()]);
      const isBelow = side.y >= tools.y + tools.height - 1;
      const isBeside = side.x >= tools.x + tools.width - 1;
      assert.ok(isBelow || isBeside, `${width} px: ${JSON.stringify([side, tools])}`);
      await main(page).getByRole("button", { name: "Larger" }).click();
      await panel(page).getByRole("button", { name: "Close" }).click();
      await says(page, { select: null });
      await page.hasFocus(node(page, "load"));
      await node(page, "load").click();
      await says(page, { select: "load" });
      const pane = await page.raw.locator(".canvas").boundingBox();
      await page.raw.mouse.click(pane.x + 8, pane.y + 8);
      await says(page, { select: null });
    }
  });

  await t.check("who comes back from a step goes on where it was left", async () => {
    const page = await visit(dag());
    for (const open of [() => press(page, "Enter"), () => node(page, "features").dblclick()]) {
      await node(page, "features").focus();
      await open();
      await page.isAt(`${RUN}/features`);
      await page.back();
      await says(page, { select: "features", tab: "dag" });
      await page.hasFocus(node(page, "features"));
    }
  });

  await t.check("opened, a step has a tile for each of its tasks, the failed one first", async () => {
    const page = await visit(dag());
    await main(page).getByRole("radio", { name: "Tasks" }).click();
    await says(page, { depth: "tasks" });
    const tiles = picture(page).getByRole("group", { name: "Tasks of features" }).getByRole("link");
    await tiles.first().waitFor();
    assert.equal(await tiles.count(), 12);
    assert.match(await tiles.first().getAttribute("aria-label"), /^country=FI, failed, \d/);
    const first = tiles.first();
    await first.focus();
    await press(page, "ArrowRight");
    await page.hasFocus(tiles.nth(1));
    await press(page, "ArrowDown", "End", "Home");
    await page.hasFocus(first);
    await press(page, "Enter");
    await page.isAt(`${RUN}/${BROKEN}`);
    await page.back();
    await tiles.nth(3).click();
    await page.raw.waitForURL(/features\/\d+\?/);
    await page.raw.getByRole("tablist", { name: "This task" }).waitFor();
  });

  await t.check("of a task, what led to it and what it led to is drawn", async () => {
    const page = await t.visit(`#/${RUN}/${BROKEN}?${SRC}`);
    await main(page).getByRole("link", { name: "Show in the DAG" }).click();
    await says(page, { tab: "dag", of: BROKEN, select: BROKEN });
    await task(page, BROKEN).waitFor();
    // It is the one that is marked, and it says its value.
    assert.deepEqual(await picture(page).locator(".asked").evaluateAll((all) => all.map((one) => one.dataset.step)), [BROKEN]);
    assert.match(await task(page, BROKEN).getAttribute("aria-label"), /^country=FI /);
    const drawn = await picture(page).getByRole("button").evaluateAll((all) => all.map((one) => one.dataset.step));
    assert.deepEqual(drawn.sort(), [BROKEN, "load/2", "start/1"].sort());
    await task(page, BROKEN).focus();
    await press(page, "ArrowUp");
    await says(page, { select: "load/2" });
    await panel(page).getByRole("link", { name: "What led to it" }).click();
    await says(page, { of: "load/2" });
    await page.raw.waitForFunction(() => document.querySelectorAll(".node").length === 14);
    await main(page).getByRole("radio", { name: "Table" }).click();
    const rows = main(page).getByRole("table", { name: "Tasks" }).getByRole("rowgroup").getByRole("row");
    assert.equal(await rows.count(), 14);
    assert.match(await rows.filter({ has: page.raw.getByRole("link", { name: BROKEN }) }).innerText(), /Failed[\s\S]*country=FI[\s\S]*2 attempts/);
    await main(page).getByRole("radio", { name: "Lineage" }).click();
    await task(page, "load/2").focus();
    await press(page, "Enter");
    await page.isAt(`${RUN}/load/2`);
    await page.back();
    await main(page).getByRole("button", { name: "Back to the steps" }).click();
    await says(page, { of: null, select: null });
    await node(page, "features").waitFor();
  });

  await t.check("finding goes from match to match, and the others fade", async () => {
    const page = await visit(dag());
    await main(page).focus();
    await press(page, "/");
    const field = main(page).getByRole("searchbox", { name: "Find step or task" });
    await page.hasFocus(field);
    await page.raw.keyboard.type("E");
    const count = main(page).locator(".field output");
    await count.getByText("4", { exact: true }).waitFor();
    assert.equal(await node(page, "start").evaluate((one) => one.classList.contains("faded")), true);
    for (const [key, to, told] of [["Enter", "reference", "1 of 4"], ["Enter", "features", "2 of 4"], ["Shift+Enter", "reference", "1 of 4"], ["Shift+Enter", "end", "4 of 4"], ["Enter", "reference", "1 of 4"]]) {
      await press(page, key);
      await says(page, { select: to });
      await count.getByText(told, { exact: true }).waitFor();
      assert.ok(await isInView(page, node(page, to)));
    }
    await page.hasFocus(field);
    await field.fill("nothing has this");
    await count.getByText("none").waitFor();
  });

  await t.check("a task is found by its value where the steps are opened", async () => {
    const page = await visit(dag("&depth=tasks"));
    await main(page).getByRole("searchbox", { name: "Find step or task" }).fill("fi");
    await main(page).locator(".field output").getByText("1", { exact: true }).waitFor();
    const tiles = picture(page).getByRole("group", { name: "Tasks of features" }).getByRole("link");
    const found = await tiles.evaluateAll((all) => all.filter((one) => !one.classList.contains("faded")).map((one) => one.getAttribute("aria-label")));
    assert.equal(found.length, 1, found.join());
    assert.match(found[0], /^country=FI,/);
    assert.equal(await node(page, "load").evaluate((one) => one.classList.contains("faded")), true);
    // What is behind a tile says how long it took, its wait included.
    await tiles.first().hover();
    assert.match(await page.raw.getByRole("tooltip").innerText(), /Took/);
  });

  await t.check("a task is found where its step is closed: Enter opens it, and goes to the tile", async () => {
    const page = await visit(dag());
    const field = main(page).getByRole("searchbox", { name: "Find step or task" });
    await field.fill("country=d");
    const count = main(page).locator(".field output");
    await count.getByText("2", { exact: true }).waitFor();
    assert.equal(await node(page, "load").evaluate((one) => one.classList.contains("faded")), true);
    assert.equal(await node(page, "features").evaluate((one) => one.classList.contains("faded")), false);
    const tiles = picture(page).getByRole("group", { name: "Tasks of features" }).getByRole("link");
    const reached = () => tiles.and(page.raw.locator(".reached"));
    for (const [name, told] of [[/^country=DE,/, "1 of 2"], [/^country=DK,/, "2 of 2"], [/^country=DE,/, "1 of 2"]]) {
      await field.press("Enter");
      await says(page, { depth: "tasks", select: "features" });
      await count.getByText(told, { exact: true }).waitFor();
      const tile = reached().and(page.raw.getByRole("link", { name }));
      await tile.waitFor();
      assert.equal(await reached().count(), 1);
      assert.ok(await isInView(page, tile));
    }
    assert.equal(await field.inputValue(), "country=d");
    await page.hasFocus(field);
  });

  await t.check("it comes nearer and goes farther by wheel, by buttons and by a key", async () => {
    const page = await visit(dag());
    const before = await zoom(page);
    await main(page).getByRole("button", { name: "Larger" }).click();
    assert.ok((await zoom(page)) > before);
    await node(page, "train").hover();
    await page.raw.mouse.wheel(0, 900);
    await page.raw.waitForFunction(() => document.querySelector(".dag").dataset.zoom === "far" || document.querySelector(".dag").dataset.zoom === "block");
    assert.ok((await zoom(page)) < before);
    await main(page).focus();
    await press(page, "f");
    await page.raw.waitForFunction((zoom) => [...document.querySelectorAll("output")].some((one) => one.textContent === `${zoom}%`), before);
  });

  await t.check("what only ended well because an exception was caught is told so", async () => {
    const page = await visit("#/CatchFlow/1795211276885134?src=runs/basics.zip&tab=dag");
    const told = async (name) => node(page, name).getAttribute("aria-label");
    assert.match(await told("hard"), /succeeded, with an exception that was caught/);
    assert.match(await told("start"), /succeeded, with an exception that was caught/);
    assert.doesNotMatch(await told("end"), /caught/);
    await node(page, "hard").click();
    await panel(page).getByText("With an exception caught").waitFor();
  });

  await t.check("what was not reached is left out, and the address says so", async () => {
    const page = await visit(dag());
    await main(page).getByRole("button", { name: "Not reached: shown" }).click();
    await says(page, { reached: "only" });
    await page.raw.waitForFunction(() => document.querySelectorAll(".node").length === 4);
    await main(page).getByRole("button", { name: "Not reached: hidden" }).click();
    await says(page, { reached: null });
    await isDrawnAs(page, STEPS.length);
  });

  await t.check("it is saved as SVG and as PNG, in the colours of the screen", async () => {
    const grounds = [];
    for (const theme of ["light", "dark"]) {
      const page = await visit(dag("&depth=tasks"), { theme });
      const save = async (kind, byKeyboard) => {
        const menu = main(page).locator("summary").filter({ hasText: "Save" });
        await menu.focus();
        await press(page, "ArrowDown");
        const item = main(page).getByRole("menuitem", { name: `Save as ${kind}` });
        const [download] = await Promise.all([page.raw.waitForEvent("download"), byKeyboard ? item.press("Enter") : item.click()]);
        assert.equal(download.suggestedFilename(), `${RUN.replace("/", "-")}-dag.${kind.toLowerCase()}`);
        return readFileSync(await download.path());
      };
      const svg = (await save("SVG", true)).toString();
      for (const text of [...STEPS, "country=FI, failed", "Builds one country"]) assert.ok(svg.includes(text), text);
      assert.doesNotMatch(svg, /var\(|light-dark|""/);
      grounds.push(svg.match(/<rect fill="(#\w+)"/)[1]);
      const [, width, height] = svg.match(/ width="([\d.]+)" height="([\d.]+)"/);
      const png = await save("PNG", false);
      assert.deepEqual([...png.subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join(""), "PNG");
      assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [width, height].map((side) => Math.floor(2 * side)));
    }
    assert.notEqual(grounds[0], grounds[1]);
  });

  const made = (steps, wide) => {
    const archive = join(t.scratch, `${steps}-${wide}.zip`);
    execFileSync("python3", [join(t.root, "tests/fixtures/make/graph.py"), String(steps), archive, String(wide)]);
    return archive;
  };
  const MANY = "LinearFlow/1795211174306524";
  /** A page with a made run, at its DAG. */
  const open = async (archive, options, more = "") => {
    const page = await t.newPage({ traced: false, ...options });
    const server = await t.serve({ mounts: { "/": t.scratch }, cors: "all-with-exposed-headers" });
    const url = server.url(archive.slice(t.scratch.length));
    await page.visit(t.address(`#/${MANY}?src=${url}&tab=dag${more}`));
    await page.raw.locator(".dag[data-there]").waitFor();
    await isDrawnAs(page, 1);
    return page;
  };
  const map = (page) => page.raw.locator(".minimap");

  await t.check("a large drawing has a map, by which one goes anywhere in it", async () => {
    const archive = made(400, 12);
    const page = await open(archive);
    await map(page).waitFor();
    // It begins where something can be seen.
    assert.ok((await zoom(page)) > 50);
    const frame = async () => map(page).locator(".frame").evaluate((one) => ["x", "y"].map((name) => Number(one.getAttribute(name))));
    const before = await frame();
    const { x, y, width, height } = await map(page).boundingBox();
    await page.raw.mouse.click(x + width / 2, y + height - 12);
    const after = await frame();
    assert.ok(after[1] > before[1] + 20, `${before} ${after}`);
    await page.raw.mouse.move(x + width / 2, y + height - 12);
    await page.raw.mouse.down();
    await page.raw.mouse.move(x + width / 2, y + 30, { steps: 5 });
    await page.raw.mouse.up();
    assert.ok((await frame())[1] < after[1] - 20);
    // One that is far away is found, and walked on from.
    const field = main(page).getByRole("searchbox", { name: "Find step or task" });
    await field.fill("step_390");
    await field.press("Enter");
    await says(page, { select: "step_390" });
    assert.ok(await isInView(page, node(page, "step_390")));
    await node(page, "step_390").focus();
    for (let steps = 0; steps < 12; steps += 1) await press(page, "ArrowUp");
    await page.raw.waitForFunction(() => document.activeElement.dataset.step === new URLSearchParams(location.hash.split("?")[1]).get("select"));
    const here = await page.raw.evaluate(() => document.activeElement.dataset.step);
    assert.notEqual(here, "step_390");
    assert.ok(await isInView(page, node(page, here)));

    const small = await open(archive, { width: 390, height: 844 });
    assert.equal(await map(small).isVisible(), false);
    const fits = await visit(dag());
    assert.equal(await map(fits).count(), 0);
  });

  await t.each(
    [[2000, 40], [20_000, 150], [5000, 1]],
    ([steps, wide]) => `${steps} steps, ${wide} beside one another: never more than ${MOST_ELEMENTS} elements, and never a frozen page`,
    async ([steps, wide]) => {
      const archive = made(steps, wide);
      const begun = performance.now();
      const page = await open(archive);
      const took = performance.now() - begun;
      const most = [await elements(page)];
      await main(page).focus();
      await press(page, "f");
      for (let times = 0; times < 14; times += 1) {
        most.push(await elements(page));
        await main(page).getByRole("button", { name: "Larger" }).click();
      }
      const pane = await page.raw.locator(".canvas").boundingBox();
      await page.raw.mouse.move(pane.x + 400, pane.y + 300);
      await page.raw.mouse.down();
      for (let times = 1; times < 12; times += 1) {
        await page.raw.mouse.move(pane.x + 400 - 30 * times, pane.y + 300 - 20 * times);
        most.push(await elements(page));
      }
      await page.raw.mouse.up();
      assert.ok(Math.max(...most) < MOST_ELEMENTS, `${Math.max(...most)} elements`);
      // A layer as large as such a drawing costs a second.
      assert.equal(await page.raw.locator("[data-glides]").count(), 0);
      t.say(`${steps} steps: there after ${Math.round(took)} ms, at most ${Math.max(...most)} elements; longest task ${Math.round(await page.longestTask())} ms`);
    },
  );

  await t.check("thousands of steps in a row fit so that they can be seen", async () => {
    const page = await open(made(5000, 1));
    await main(page).focus();
    await press(page, "f");
    await page.raw.waitForFunction(() => document.querySelector(".dag").dataset.zoom === "block");
    const first = await page.raw.locator(".node").first().boundingBox();
    assert.ok(first.width >= 20 && first.height >= 5, JSON.stringify(first));
    assert.ok(await isInView(page, page.raw.locator(".node").first()));
    // What does not fit is said.
    assert.match(await main(page).getByRole("status").filter({ hasText: "%" }).getAttribute("title"), /goes on beyond the pane/);
    // As far away as it goes, there is still something.
    for (let times = 0; times < 40; times += 1) await main(page).getByRole("button", { name: "Smaller" }).click();
    const block = await page.raw.locator(".block.skip").boundingBox();
    assert.ok(block.width >= 1.9, JSON.stringify(block));
  });

  await t.check("a block among very many is chosen by a click", async () => {
    const page = await open(made(2000, 40));
    await main(page).focus();
    await press(page, "f");
    const block = page.raw.locator(".block").first();
    await block.waitFor();
    const pane = await page.raw.locator(".canvas").boundingBox();
    const at = await page.raw.evaluate(({ x, y, width, height }) => {
      for (let down = y + 20; down < y + height; down += 3) {
        const found = document.elementFromPoint(x + width / 2, down);
        if (found?.classList.contains("block")) return [x + width / 2, down];
      }
      return null;
    }, pane);
    await page.raw.mouse.click(...at);
    await page.raw.waitForURL(/select=step_\d+/);
    await panel(page).getByRole("heading", { name: /^step_\d+$/ }).waitFor();
  });
}
