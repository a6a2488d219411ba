import assert from "node:assert/strict";

export const name = "Timeline: a run over time, by mouse and by keyboard, and in the address";

const GOOD = "TrainFlow/1795218597618720";
const FAILED = "TrainFlow/1795218658028712";
/** Its tasks ran on three nodes and an instance. */
const SURVEY = "SurveyFlow/1795413496415889";
const SRC = "src=examples/trainflow.zip&tab=timeline";

export async function run(t) {
  const visit = async (run, more = "") => {
    const page = await t.visit(`#/${run}?${SRC}${more}`);
    await bars(page).first().waitFor();
    return page;
  };

  await t.check("every task has a row, each attempt a bar, and steps that were not reached say so", async () => {
    const page = await visit(FAILED);
    assert.deepEqual(await names(page), [
      "start", "load", "reference", "features",
      ...["AT", "BE", "CH", "DE", "DK", "ES", "FI", "FR", "IT", "NL", "NO", "SE"].map((country) => `country=${country}`),
      "join", "train", "evaluate", "publish", "end",
    ]);
    // Two attempts of FI, which failed both, and of NL.
    assert.equal(await bars(page).count(), 17);
    assert.equal(await page.raw.locator(".lane .bar-of.fail").count(), 3);
    const legend = await page.raw.getByRole("region", { name: "Sums" }).locator(".legend > span").allInnerTexts();
    assert.deepEqual(legend, ["failed attempt", "queued", "waiting to retry"]);
    const row = rows(page).filter({ hasText: "publish" });
    assert.match(await row.innerText(), /not reached/);
    const told = await row.getByRole("link").getAttribute("aria-label");
    assert.equal(told, "publish, not reached");
  });

  await t.check("bars of a row never overlap, and begin where the record says", async () => {
    const page = await visit(FAILED);
    const lanes = await page.raw.locator(".lane").evaluateAll((lanes) => lanes.map((lane) => [...lane.querySelectorAll(".bar-of")].map((bar) => {
      const { left, right } = bar.getBoundingClientRect();
      return [left, right];
    })));
    for (const lane of lanes) for (let at = 1; at < lane.length; at += 1) assert.ok(lane[at - 1][1] <= lane[at][0], `${lane}`);
    const both = lanes.filter((lane) => lane.length === 2);
    assert.equal(both.length, 2);
    // The later they began, the further right they are.
    const of = async (name) => (await bar(page, name).boundingBox()).x;
    assert.ok(await of("start") < await of("load") && await of("load") < await of("country=AT") && await of("country=AT") < await of("country=SE"));
  });

  await t.check("a range is drawn with the mouse, summed up, kept in the address, and dropped with Escape", async () => {
    const page = await visit(GOOD);
    const [before, after] = [await bar(page, "country=DK").boundingBox(), await bar(page, "country=SE").boundingBox()];
    const y = before.y + 60;
    await drag(page, [before.x, y], [after.x + after.width, y]);
    await page.raw.waitForURL((url) => /[&?]time=\d+\.\.\d+/.test(url.hash));
    // What it amounts to comes a moment later.
    await sums(page).getByText("8 of 20").waitFor();
    assert.match(await sums(page).innerText(), /Selected\s+1\d\.\d s to 2\d\.\d s[\s\S]*9\.\d s 16% of the run/);
    assert.match(await sums(page).innerText(), /Tasks at work\s+8 of 20/);
    assert.match(await sums(page).innerText(), /features 1\d s/);
    // Whoever opens the link sees the same.
    const other = await t.visit(await page.raw.evaluate(() => location.hash));
    await sums(other).getByText("8 of 20").waitFor();
    assert.equal(await sums(other).innerText(), await sums(page).innerText());
    await page.raw.keyboard.press("Escape");
    await page.raw.waitForURL((url) => !url.hash.includes("time="));
    await sums(page).getByText("20 of 20").waitFor();
  });

  await t.check("Enter looks at the range alone, and back is the view before it", async () => {
    const page = await visit(GOOD);
    const train = await bar(page, "train").boundingBox();
    await drag(page, [train.x - 20, train.y + 50], [train.x + 300, train.y + 50]);
    await page.raw.waitForURL((url) => url.hash.includes("time="));
    await page.raw.keyboard.press("Enter");
    await page.raw.waitForURL((url) => url.hash.includes("zoom="));
    await place(page).getByText(/^[\d.]+ s to [\d.]+ s$/).first().waitFor();
    await wider(page, "train", train.width);
    await page.back();
    await page.raw.waitForURL((url) => !url.hash.includes("zoom="));
    await until(page, async () => Math.abs((await bar(page, "train").boundingBox()).x - train.x) < 2);
    await page.raw.getByRole("button", { name: "Zoom to it" }).click();
    await page.raw.waitForURL((url) => url.hash.includes("zoom="));
    const outer = zoomOf(await page.raw.evaluate(() => location.hash)).text;
    await wider(page, "train", train.width);
    // A part of that part: each that one came through is a crumb, which leads back to it.
    const larger = await bar(page, "train").boundingBox();
    await page.raw.keyboard.press("Escape");
    await page.raw.waitForURL((url) => !url.hash.includes("time="));
    await drag(page, [larger.x + 20, larger.y + 50], [larger.x + 120, larger.y + 50]);
    await page.raw.waitForURL((url) => url.hash.includes("time="));
    await page.raw.keyboard.press("Enter");
    await page.raw.waitForURL((url) => url.hash.split("zoom=").length === 3);
    await page.reload();
    const crumb = place(page).getByRole("button", { name: /^[\d.]+ m?s$/ });
    await crumb.click();
    await page.raw.waitForURL((url) => url.hash.split("zoom=").length === 2 && url.hash.includes(outer));
    await crumb.waitFor({ state: "detached" });
    // The crumb of the whole run leads back as well.
    await place(page).getByRole("button", { name: "Whole run" }).click();
    await page.raw.waitForURL((url) => !url.hash.includes("zoom="));
  });

  await t.check("keys and the wheel zoom and pan, and the address follows when they rest", async () => {
    const page = await visit(GOOD);
    const { width, y } = await bar(page, "country=SE").boundingBox();
    await page.raw.keyboard.press("w");
    await wider(page, "country=SE", width);
    await page.raw.waitForURL((url) => /zoom=\d+\.\.\d+/.test(url.hash));
    assert.equal((await bar(page, "country=SE").boundingBox()).y, y, "no row is elsewhere for it");
    const first = zoomOf(await page.raw.evaluate(() => location.hash));
    await page.raw.keyboard.press("d");
    await page.raw.waitForURL((url) => url.hash.includes("zoom=") && !url.hash.includes(first.text));
    const second = zoomOf(await page.raw.evaluate(() => location.hash));
    assert.ok(second.from > first.from && Math.abs((second.to - second.from) - (first.to - first.from)) < 5);
    await page.raw.keyboard.press("f");
    await page.raw.waitForURL((url) => !url.hash.includes("zoom="));
    const box = await bar(page, "train").boundingBox();
    await page.raw.mouse.move(box.x + 2, box.y + 4);
    await page.raw.keyboard.down("Control");
    await page.raw.mouse.wheel(0, -200);
    await page.raw.keyboard.up("Control");
    await wider(page, "train", box.width);
    // What is below the pointer stays there.
    assert.ok(Math.abs((await bar(page, "train").boundingBox()).x - box.x) < 6);
  });

  await t.check("the frame in the small picture moves the view, and its ends make it shorter", async () => {
    const page = await visit(GOOD);
    const strip = await page.raw.locator(".time-strip").boundingBox();
    const y = strip.y + 16;
    // The address is told whenever the hand rests, so also on the way.
    const zoom = async () => zoomOf(await page.raw.evaluate(() => location.hash));
    await drag(page, [strip.x + strip.width - 1, y], [strip.x + strip.width / 2, y]);
    await until(page, async () => Math.abs(length(await zoom()) - 29.8) < 0.4);
    const half = await zoom();
    await drag(page, [strip.x + strip.width / 4, y], [strip.x + strip.width / 2, y]);
    await until(page, async () => Math.abs(((await zoom())?.from - half.from) / 1e6 - 14.9) < 0.4);
    assert.ok(Math.abs(length(await zoom()) - length(half)) < 0.02);
  });

  await t.check("rows are put together, put in order and filtered, and the address says how", async () => {
    const page = await visit(FAILED);
    const tools = page.raw.getByRole("tabpanel");
    await tools.getByRole("combobox", { name: "Group" }).selectOption({ label: "By status" });
    await page.raw.waitForURL((url) => url.hash.includes("group=status"));
    await rows(page).filter({ hasText: "Failed" }).first().waitFor();
    assert.deepEqual((await names(page)).slice(0, 4), ["Failed", "features country=FI", "Succeeded after a retry", "features country=NL"]);
    await tools.getByRole("combobox", { name: "Group" }).selectOption({ label: "One list" });
    await tools.getByRole("combobox", { name: "Order" }).selectOption({ label: "Longest" });
    await page.raw.waitForURL((url) => url.hash.includes("group=none") && url.hash.includes("sort=-duration"));
    // What is longest is what the rows say, waits between attempts included.
    await until(page, async () => (await names(page)).slice(0, 2).join() === "features country=FI,features country=NL");
    assert.match(await rows(page).first().innerText(), /23 s/);
    await tools.getByRole("combobox", { name: "Duration" }).selectOption({ label: "under 1s" });
    await page.raw.waitForURL((url) => url.hash.includes("under=1s"));
    await until(page, async () => (await names(page)).join() === "start/1");
    await tools.getByRole("combobox", { name: "Duration" }).selectOption({ label: "Any duration" });
    await tools.getByRole("searchbox").fill("country=se");
    await page.raw.waitForURL((url) => url.hash.includes("q=country%3Dse") || url.hash.includes("q=country=se"));
    await until(page, async () => (await names(page)).join() === "features country=SE");
    await tools.getByRole("searchbox").fill("nowhere");
    await page.sees("No task matches");
    await page.raw.getByRole("button", { name: "Clear filter" }).click();
    await until(page, async () => (await names(page)).length === 15);
    await tools.getByRole("combobox", { name: "Group" }).selectOption({ label: "By country" });
    await page.raw.waitForURL((url) => url.hash.includes("group=over:country"));
    await rows(page).filter({ hasText: "not over country" }).waitFor();
    await tools.getByRole("button", { name: /^Only failed/ }).click();
    await page.raw.waitForURL((url) => url.hash.includes("status=failed"));
    await until(page, async () => (await names(page)).join() === "features country=FI");
    await sums(page).getByText("1 of 15").waitFor();
  });

  await t.check("where the view is a part of the run, only the rows in it can be asked for", async () => {
    const page = await visit(GOOD);
    const train = await bar(page, "train").boundingBox();
    await drag(page, [train.x + 5, train.y + 50], [train.x + 60, train.y + 50]);
    await page.raw.waitForURL((url) => url.hash.includes("time="));
    await page.raw.keyboard.press("Enter");
    await page.raw.getByRole("button", { name: "In view" }).click();
    await page.raw.waitForURL((url) => url.hash.includes("rows=view"));
    await until(page, async () => (await names(page)).join() === "train");
    await page.raw.keyboard.press("f");
    await until(page, async () => (await names(page)).length > 15);
  });

  await t.check("a range is selected, moved and looked at by the keyboard alone", async () => {
    const page = await visit(GOOD);
    await page.raw.getByRole("link", { name: /^train, / }).focus();
    for (let part = 0; part < 2; part += 1) await page.raw.keyboard.press("ArrowRight");
    await page.raw.keyboard.press("m");
    await page.raw.waitForURL((url) => url.hash.includes("time="));
    const time = async () => /time=(\d+)\.\.(\d+)/.exec(await page.raw.evaluate(() => location.hash)).slice(1).map(Number);
    const [begin, end] = await time();
    assert.ok(Math.abs(end - begin - 1_100_000) < 200_000, `the first attempt of train: ${end - begin}`);
    await page.raw.keyboard.press("Shift+ArrowRight");
    await until(page, async () => (await time())[1] > end);
    assert.equal((await time())[0], begin);
    await page.raw.keyboard.press("<");
    await until(page, async () => (await time())[0] < begin);
    // What was marked is what Enter looks at, not the row that has the focus.
    await page.raw.keyboard.press("Enter");
    await page.raw.waitForURL((url) => url.hash.includes("zoom="));
    assert.ok(await page.raw.locator(".lane .beyond").count() > 10, "rows whose bars are elsewhere say which way");
    const labels = await page.raw.locator(".time-curve text").allTextContents();
    assert.ok(labels.length > 1 && labels.every((label) => / s$/.test(label)), `since the start, all of them: ${labels}`);
    // The rows are one stop of the keyboard: the next one is below them.
    await page.raw.getByRole("link", { name: /^train, / }).focus();
    await page.raw.keyboard.press("Tab");
    assert.ok(await page.raw.evaluate(() => document.activeElement.closest(".time-foot") !== null));
  });

  await t.check("two fingers zoom, and one selects above the rows", async () => {
    const page = await t.visit(`#/${GOOD}?${SRC}`, { width: 390, height: 844 });
    await bars(page).first().waitFor();
    const browser = await page.raw.context().newCDPSession(page.raw);
    const touch = (type, ...points) => browser.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
    const rows = await page.raw.locator(".time-body").boundingBox();
    const y = rows.y + 100;
    await touch("touchStart", [150, y]);
    await touch("touchStart", [150, y], [210, y]);
    for (const by of [10, 20, 30, 40, 50, 60]) await touch("touchMove", [150 - by, y], [210 + by, y]);
    await touch("touchEnd");
    await page.raw.waitForURL((url) => url.hash.includes("zoom="));
    assert.ok(length(zoomOf(await page.raw.evaluate(() => location.hash))) < 30);
    const curve = await page.raw.locator(".time-curve").boundingBox();
    await touch("touchStart", [100, curve.y + 40]);
    for (const x of [120, 160, 200]) await touch("touchMove", [x, curve.y + 40]);
    await touch("touchEnd");
    await page.raw.waitForURL((url) => url.hash.includes("time="));
  });

  await t.check("the curve says how many ran and were queued where the pointer is", async () => {
    const page = await visit(FAILED);
    const de = await bar(page, "country=DE").boundingBox();
    const curve = await page.raw.locator(".time-curve").boundingBox();
    await page.raw.mouse.move(de.x + 8, curve.y + 40);
    await page.raw.getByRole("tooltip").filter({ hasText: /Running\s*4\s*Queued\s*0/ }).waitFor();
  });

  await t.check("rows are put together by the hosts that tasks ran on, where these are recorded", async () => {
    const page = await t.visit(`#/${SURVEY}?src=runs/hosts.zip&tab=timeline`);
    await bars(page).first().waitFor();
    const group = (page) => page.raw.getByRole("combobox", { name: "Group" });
    await group(page).selectOption({ label: "By host" });
    await page.raw.waitForURL((url) => url.hash.includes("group=host"));
    const HOSTS = [
      "10.0.2.9", "count plots=hedge", "count plots=hill", "count plots=slope",
      "10.0.2.17", "count plots=ditch", "count plots=wood",
      "10.0.12.4", "count plots=edge", "count plots=pond",
      "i-0b51c7d20f6a94e83", "compare/9",
      "no host recorded", "start/1", "end/10",
    ];
    await until(page, async () => (await names(page)).join() === HOSTS.join());
    // A task that went on elsewhere stands where it was last, and each attempt says where it was.
    const moved = rows(page).filter({ hasText: "hill" });
    assert.match(await moved.getByRole("link").getAttribute("aria-label"), /attempt 0 failed on 10\.0\.2\.17 from .*attempt 1 succeeded on 10\.0\.2\.9 from/);
    // It failed at once: above the line of the wait after it.
    await moved.locator(".bar-of.fail").hover({ position: { x: 1, y: 2 } });
    await page.raw.getByRole("tooltip").filter({ hasText: /Host\s*10\.0\.2\.17/ }).waitFor();
    // Who opens the link sees the same, and may close a group, also that of none.
    const other = await t.visit(await page.raw.evaluate(() => location.hash));
    await until(other, async () => (await names(other)).join() === HOSTS.join());
    for (const [name, flipped] of [["10.0.2.9", "flip=%253D10.0.2.9"], ["no host recorded", "flip=%253D10.0.2.9/none"]]) {
      await rows(other).filter({ hasText: name }).getByRole("button", { name: `${name},` }).click();
      await other.raw.waitForURL((url) => url.hash.endsWith(flipped));
    }
    await until(other, async () => (await names(other)).length === HOSTS.length - 5);
    await other.raw.getByRole("searchbox", { name: "Step, value, id or host" }).fill("10.0.12");
    await until(other, async () => (await names(other)).join() === "10.0.12.4,count plots=edge,count plots=pond");
    await other.raw.getByRole("radio", { name: "Table" }).click();
    const pond = other.raw.getByRole("table", { name: "Timeline" }).getByRole("row").filter({ hasText: "pond" });
    assert.equal((await pond.getByRole("cell").allInnerTexts())[7], "10.0.12.4");
    // So does the page of a task, of the attempt that is looked at and of all.
    const task = await t.visit(`#/${SURVEY}/count/5?src=runs/hosts.zip&tab=about&attempt=0`);
    await task.raw.getByText(/exit code 1, on 10\.0\.2\.17$/).waitFor();
    await task.raw.getByText(/on 10\.0\.2\.9$/).waitFor();
    await task.raw.getByText("10.0.2.17", { exact: true }).waitFor();
    // A run without them is not asked about.
    const without = await visit(GOOD);
    assert.ok(!(await group(without).innerText()).includes("host"));
  });

  await t.check("the keyboard goes over rows and the parts of a bar, opens groups, and opens an attempt", async () => {
    const page = await visit(GOOD);
    await rows(page).filter({ hasText: "reference" }).getByRole("link").focus();
    await page.raw.keyboard.press("ArrowDown");
    await page.hasFocus(page.raw.getByRole("link", { name: /^features, / }));
    await page.raw.keyboard.press("ArrowLeft");
    await until(page, async () => !(await names(page)).includes("country=AT"));
    await page.raw.waitForURL((url) => url.hash.includes("flip=features"));
    await page.hasFocus(page.raw.getByRole("link", { name: /^features, / }));
    await page.raw.keyboard.press("ArrowRight");
    await until(page, async () => (await names(page)).includes("country=AT"));
    await page.raw.getByRole("link", { name: /^train, / }).focus();
    const said = page.raw.locator(".time > [role=status]");
    // Waiting to begin, the first attempt, waiting for the second, the second.
    for (const told of [/^Waited to begin/, /^Attempt 0 \(1 of 2\), Status Failed/, /^Waited .* For attempt 1/, /^Attempt 1 \(2 of 2\), Status Succeeded/]) {
      await page.raw.keyboard.press("ArrowRight");
      await said.filter({ hasText: told }).waitFor({ state: "attached" });
    }
    await page.raw.keyboard.press("ArrowLeft");
    await page.raw.keyboard.press("ArrowLeft");
    await page.raw.keyboard.press("Enter");
    await page.isAt(`${GOOD}/train/17`);
    await page.raw.waitForURL((url) => url.hash.includes("attempt=0"));
  });

  await t.check("a bar opens the attempt that it shows, and says what it is beside the pointer", async () => {
    const page = await visit(GOOD);
    const failed = rows(page).filter({ hasText: "train" }).locator(".bar-of.fail");
    await failed.hover();
    const tip = page.raw.getByRole("tooltip");
    await tip.filter({ hasText: "Failed" }).waitFor();
    assert.match(await tip.innerText(), /train[\s\S]*Attempt\s*0 \(1 of 2\)[\s\S]*Critical path\s*began [\d.]+ s after join\/16, which it needed/);
    await failed.click();
    await page.isAt(`${GOOD}/train/17`);
    await page.raw.waitForURL((url) => url.hash.includes("attempt=0"));
  });

  await t.check("the critical path is marked, listed with what each part waited for, and can be hidden", async () => {
    const page = await visit(GOOD);
    // One for each attempt, of which train had two.
    assert.equal(await page.raw.locator(".lane .on-path").count(), 11);
    const button = page.raw.getByRole("button", { name: /^Critical path, whole run/ });
    assert.match((await button.innerText()).replaceAll(/\s+/g, " "), /waiting to begin 2\d s \d\d%, waiting to retry 12 s 2\d%, train 7\.8 s 13% and \d more/);
    await button.click();
    const drawn = await page.raw.locator(".time-rows .links path").getAttribute("d");
    const list = page.raw.getByRole("complementary", { name: "Critical path" });
    const parts = (await list.locator(".path-parts > li").allInnerTexts()).map((text) => text.replaceAll(/\s+/g, " "));
    assert.equal(parts.length, 10);
    assert.match(parts[4], /^999 ms to be handed out, as a place was free [\d.]+ s to begin ?features country=SE/);
    // It stands in the address, beside the table as well, and closes by its button or Escape.
    await page.raw.waitForURL((url) => url.hash.includes("side=path"));
    await page.raw.getByRole("radio", { name: "Table" }).click();
    await page.raw.getByRole("table", { name: "Timeline" }).getByRole("row").filter({ hasText: "train" }).first().waitFor();
    const links = page.raw.locator(".time-rows .links path");
    await page.raw.getByRole("radio", { name: "Picture" }).click();
    await bars(page).first().waitFor();
    // Rows have their own height again, and the lines between them.
    await until(page, async () => await links.getAttribute("d") === drawn);
    await list.getByRole("button", { name: "Close" }).click();
    await list.waitFor({ state: "detached" });
    await page.hasFocus(button);
    await page.raw.keyboard.press("Enter");
    await list.waitFor();
    await page.raw.keyboard.press("Escape");
    await list.waitFor({ state: "detached" });
    await page.raw.waitForURL((url) => !url.hash.includes("side="));
    await page.raw.getByRole("button", { name: "Critical path", exact: true }).click();
    await page.raw.waitForURL((url) => url.hash.includes("path=hidden"));
    await page.raw.locator(".lane .on-path").first().waitFor({ state: "detached" });
  });

  await t.check("what each step amounts to is listed in full, for the selected range as well", async () => {
    const page = await visit(GOOD);
    const button = sums(page).getByRole("button", { name: "and 7 steps" });
    await button.click();
    await page.raw.waitForURL((url) => url.hash.includes("side=steps"));
    const list = page.raw.getByRole("complementary", { name: "At work, by step" });
    const steps = async () => (await list.getByRole("listitem").allInnerTexts()).map((text) => text.replaceAll(/\s+/g, " "));
    assert.equal((await steps()).length, 9);
    assert.match((await steps())[0], /^features 6\d% ?2\d s ?×12, the longest 3\.3 s$/);
    await page.raw.getByRole("link", { name: /^train, / }).focus();
    await page.raw.keyboard.press("m");
    await list.getByText(/^[23]\d(\.\d+)? s to 5\d(\.\d+)? s\.$/).waitFor();
    assert.match((await steps()).join(), /^train 100% ?7\.8 s$/);
  });

  await t.check("idle time is cut on request, and what is looked at stays looked at", async () => {
    const page = await visit(GOOD);
    const { width } = await bar(page, "load").boundingBox();
    await page.raw.getByRole("button", { name: "Collapse idle" }).click();
    await page.raw.waitForURL((url) => url.hash.includes("idle=cut"));
    await wider(page, "load", width);
    assert.equal(await page.raw.locator(".zigzag").count(), 3);
    await page.raw.keyboard.press("w");
    await page.raw.waitForURL((url) => url.hash.includes("zoom="));
    const before = zoomOf(await page.raw.evaluate(() => location.hash));
    await page.raw.getByRole("button", { name: "Collapse idle" }).click();
    await page.raw.waitForURL((url) => !url.hash.includes("idle=cut"));
    const crumb = place(page).locator("[aria-current]");
    await crumb.waitFor();
    assert.equal(zoomOf(await page.raw.evaluate(() => location.hash)).text, before.text);
  });

  await t.check("times are told since the start, by the reader's clock or in UTC", async () => {
    const page = await t.newPage({ zone: "Asia/Kolkata" });
    await page.visit(t.address(`#/${GOOD}?${SRC}`));
    await bars(page).first().waitFor();
    assert.match((await page.raw.locator(".time-curve text").allTextContents()).join(" "), /10 s 20 s 30 s/);
    await page.raw.getByRole("combobox", { name: "Times" }).selectOption("utc");
    await page.raw.waitForURL((url) => url.hash.includes("clock=utc"));
    await until(page, async () => (await page.raw.locator(".time-curve text").allTextContents()).every((label) => /^\d\d:\d\d:\d\d$/.test(label)));
    const utc = await page.raw.locator(".time-curve text").first().textContent();
    await page.raw.getByRole("combobox", { name: "Times" }).selectOption("local");
    await page.raw.waitForURL((url) => url.hash.includes("clock=local"));
    // Half an hour apart, and some.
    await until(page, async () => (await page.raw.locator(".time-curve text").first().textContent()).slice(3, 5) === String((Number(utc.slice(3, 5)) + 30) % 60).padStart(2, "0"));
  });

  await t.check("the table says the same as the picture, and is sorted by its heads", async () => {
    const page = await visit(GOOD);
    await page.raw.getByRole("radio", { name: "Table" }).click();
    await page.raw.waitForURL((url) => url.hash.includes("as=table"));
    const table = page.raw.getByRole("table", { name: "Timeline" });
    const train = table.getByRole("row").filter({ has: page.raw.getByRole("link", { name: "train", exact: true }) });
    await train.waitFor();
    const cells = await train.getByRole("cell").allInnerTexts();
    assert.equal(cells[0], "train");
    assert.equal(cells[1], "Succeeded after a retry");
    assert.match(cells[2], /^31\.\d+ s$/);
    assert.equal(cells[5], "20 s");
    assert.match(cells[6], /^2: 0 failed 1\.1 s, waited 12 s, 1 succeeded 6\.\d s$/);
    assert.match(cells[7], /which it needed/);
    await table.getByRole("button", { name: "Took" }).click();
    await page.raw.waitForURL((url) => url.hash.includes("sort=duration"));
    // Groups are opened and closed here as well, and what is below the picture is below it.
    await table.getByRole("button", { name: "features" }).click();
    await page.raw.waitForURL((url) => url.hash.includes("flip=features"));
    await table.getByRole("link", { name: "country=SE" }).waitFor({ state: "detached" });
    await sums(page).getByText("20 of 20").waitFor();
    const narrow = await t.visit(await page.raw.evaluate(() => location.hash), { width: 390, height: 844 });
    await narrow.raw.getByRole("row").filter({ hasText: "train" }).getByText(/^31\.\d+ s to 5\d\.\d+ s, after [\d.]+ s in the queue$/).waitFor();
  });

  await t.check("a run of one task, one that was killed at once, and one whose steps lead back", async () => {
    const open = async (run) => {
      const page = await t.visit(`#/${run}?src=runs/basics.zip&tab=timeline`);
      await bars(page).first().waitFor();
      return page;
    };
    const killed = await open("KilledFlow/1795211357043842");
    assert.deepEqual(await names(killed), ["start", "doomed", "end"]);
    await sums(killed).getByText("> 1.9 s", { exact: true }).waitFor();
    // It ended as it began: still to be seen.
    assert.ok((await bar(killed, "doomed").boundingBox()).width >= 2);
    const loop = await open("SwitchFlow/1795211334900110");
    assert.deepEqual((await names(loop)).slice(3, 8), ["loop", "iteration=0", "iteration=1", "iteration=2", "iteration=3"]);
    await loop.raw.locator(".lane .on-path").nth(5).waitFor({ state: "attached" });
  });
}

const rows = (page) => page.raw.locator(".time-rows .row");
const bars = (page) => page.raw.locator(".lane .bar-of");
/** The last attempt of the row with this name. */
const bar = (page, name) => rows(page).filter({ has: page.raw.locator(`.whole[aria-label^="${name},"]`) }).locator(".bar-of").last();
const sums = (page) => page.raw.getByRole("region", { name: "Sums" });
const place = (page) => page.raw.getByRole("navigation", { name: "Part of the run" });

const names = (page) => page.raw.locator(".time-rows .row .name").evaluateAll((names) => names.map((name) => {
  const [step, ...rest] = [...name.childNodes].map((node) => node.textContent);
  return name.querySelector(".dim") ? `${step} ${rest.join("").trim()}` : name.textContent;
}));

async function drag(page, from, to) {
  await page.raw.mouse.move(...from);
  await page.raw.mouse.down();
  await page.raw.mouse.move((from[0] + to[0]) / 2, from[1], { steps: 3 });
  await page.raw.mouse.move(...to, { steps: 3 });
  await page.raw.mouse.up();
}

/** Waits until a bar is wider than it was. */
async function wider(page, name, than) {
  const label = `.whole[aria-label^="${name},"]`;
  await page.raw.waitForFunction(
    ([label, than]) => [...(document.querySelector(label)?.closest(".row").querySelectorAll(".bar-of") ?? [])].at(-1)?.getBoundingClientRect().width > than + 3,
    [label, than],
  );
}

function zoomOf(hash) {
  const found = /zoom=(\d+)\.\.(\d+)/.exec(hash);
  return found && { text: found[0], from: Number(found[1]), to: Number(found[2]) };
}

/** In seconds; of no zoom none. */
const length = (zoom) => (zoom ? (zoom.to - zoom.from) / 1e6 : 0);

/** Waits, frame by frame, until something is so. */
async function until(page, isRight) {
  for (let frame = 0; frame < 600; frame += 1) {
    if (await isRight()) return;
    await page.raw.evaluate(() => new Promise((seen) => requestAnimationFrame(seen)));
  }
  throw new Error(`It never came to be: ${isRight}`);
}
