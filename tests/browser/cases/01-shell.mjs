import assert from "node:assert/strict";

export const name = "The shell: the page before the engine, and the example by one click";

export async function run(t) {
  let page;

  const count = (end) => t.home.requests.filter(({ path }) => end.test(path)).length;

  await t.check("the first page takes the place of the boot splash, without the engine", async () => {
    page = await t.visit();
    await page.isTitled("What happened in that run?");
    assert.equal(page.raw.workers().length, 0, "workers");
    assert.equal(count(/engine/), 0, "requests for the engine");
  });

  await t.check("the bundled example opens by one click", async () => {
    await page.openExample();
    await page.seesRuns(3);
  });

  await t.check("the engine runs in one worker, and each part of the program came once", () => {
    assert.equal(page.raw.workers().length, 1, "workers");
    assert.equal(count(/\/runglass-[0-9a-f]+_bg\.wasm$/), 1, "requests for the page's program");
    assert.equal(count(/\/runglass-engine-[0-9a-f]+_bg\.wasm$/), 1, "requests for the engine");
    assert.equal(count(/\/worker-[0-9a-f]+\.js$/), 1, "requests for the worker's script");
  });

  await t.check("the mark in the header leads back to the first page, and Back into the example", async () => {
    await page.raw.getByRole("link", { name: /^Runglass/ }).click();
    await page.isTitled("What happened in that run?");
    await page.back();
    await page.seesRuns(3);
  });
}
