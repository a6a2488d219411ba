import assert from "node:assert/strict";

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

  await t.check("each step is told over the runs, and what takes notably longer says so", async () => {
    const page = await t.visit(`#/TrainFlow?${SRC}&tab=durations`);
    const row = (step) => trends(page).getByRole("row").filter({ has: page.raw.getByText(step, { exact: true }) });
    await row("features").waitFor();
    assert.match(await row("features").innerText(), /30 s\s+9\.7 s\s+×3\.1 slower\s+12 tasks, 3 to 12 before/);
    assert.match(await row("load").innerText(), /×1\.0$/);
    assert.match(await row("train").innerText(), /not reached/);
    await row("features").getByRole("link", { name: "features", exact: true }).click();
    await page.isAt(`TrainFlow/${FAILED}/features`);
  });

  await t.check("a run stands against those before it, by the keyboard too", async () => {
    const page = await t.visit(`#/TrainFlow/${GOOD}?${SRC}`);
    const block = page.raw.getByRole("region", { name: "Against earlier runs" });
    await block.getByText("59 s, median before 24 s").waitFor();
    assert.equal(await bars(page).count(), 2);
    assert.equal(await bars(page).last().getAttribute("aria-current"), "true");
    const compare = block.getByRole("button", { name: "Compare the steps" });
    await compare.focus();
    await page.raw.keyboard.press("Enter");
    await trends(page).getByText("×4.4 slower").waitFor();
    await bars(page).first().focus();
    await page.raw.keyboard.press("Enter");
    await page.isAt(`TrainFlow/${FIRST}`);
    // The first one has nothing before it.
    await page.isTitled("Succeeded");
    await block.waitFor({ state: "detached" });
  });
}
