import assert from "node:assert/strict";

export const name = "The shell: one program for page and worker, and the example by one click";

export async function run(t) {
  let page;

  await t.check("the first page takes the place of the boot splash", async () => {
    page = await t.visit();
    await page.isTitled("What happened in that run?");
  });

  await t.check("the bundled example opens by one click", async () => {
    await page.openExample();
    await page.seesRuns(3);
  });

  await t.check("the engine runs in a worker, and the program came only once for both", () => {
    const count = (end) => t.home.requests.filter(({ path }) => path.endsWith(end)).length;
    assert.equal(page.raw.workers().length, 1, "workers");
    assert.equal(count(".wasm"), 1, "requests for the program");
    assert.equal(count("/worker.js"), 1, "requests for the worker's script");
  });

  await t.check("the mark in the header leads back to the first page, and Back into the example", async () => {
    await page.raw.getByRole("link", { name: /^Runglass/ }).click();
    await page.isTitled("What happened in that run?");
    await page.back();
    await page.seesRuns(3);
  });
}
