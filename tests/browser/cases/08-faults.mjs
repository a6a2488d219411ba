import assert from "node:assert/strict";

export const name = "Faults of the program itself: a readable last screen, never a dead page";

export async function run(t) {
  const last = async (page, headline) => {
    const screen = page.raw.getByRole("alert");
    await screen.getByRole("heading", { name: headline }).waitFor();
    assert.ok((await screen.getByRole("listitem").count()) >= 1, "something to try");
    return screen;
  };

  await t.check("an uncaught error on the page", async () => {
    t.expect(/a trap on the page/);
    const page = await t.visit();
    await page.raw.evaluate(() => {
      setTimeout(() => {
        throw new Error("a trap on the page");
      });
    });
    const screen = await last(page, "Runglass has stopped");
    await screen.getByText(/^what +.*a trap on the page/).waitFor();
    await screen.getByRole("button", { name: "Copy details" }).waitFor();
  });

  await t.check("an uncaught error in the worker, and a reload that leads back to the place", async () => {
    t.expect(/a trap in the worker/);
    const page = await t.visit("#/TrainFlow?src=examples/trainflow.zip");
    await page.seesRuns(3);
    const [worker] = page.raw.workers();
    await worker.evaluate(() => {
      setTimeout(() => {
        throw new Error("a trap in the worker");
      });
    });
    const screen = await last(page, "Runglass has stopped");
    await screen.getByText(/a trap in the worker/).waitFor();
    await screen.getByRole("button", { name: "Reload" }).click();
    await page.seesRuns(3);
    await page.isAt("TrainFlow");
  });

  await t.check("a place that ends the program again and again has a way out", async () => {
    t.expect(/a trap at this place/);
    const page = await t.visit("#/TrainFlow?src=examples/trainflow.zip");
    await page.seesRuns(3);
    await page.raw.evaluate(() => {
      setTimeout(() => {
        throw new Error("a trap at this place");
      });
    });
    const screen = await last(page, "Runglass has stopped");
    await screen.getByRole("button", { name: "Go to the first page" }).click();
    await page.isTitled("What happened in that run?");
    assert.equal(page.hash(), "#/");
  });

  await t.check("a network that goes before the engine has come is told for what it is", async () => {
    t.expect(/ERR_INTERNET_DISCONNECTED|Failed to fetch|dynamically imported/);
    const page = await t.newPage();
    await page.raw.route(/engine.*\.(js|wasm)$/, (route) => route.abort("internetdisconnected"));
    await page.raw.goto(t.address());
    await page.isTitled("What happened in that run?");
    await page.raw.context().setOffline(true);
    await page.raw.getByRole("link", { name: "Open this example" }).click();
    await last(page, "There is no network");
  });

  await t.check("a program that does not arrive", async () => {
    t.expect(/Failed to load resource/, /wasm/i);
    const page = await t.newPage();
    await page.raw.route(/\.wasm$/, (route) => route.fulfill({ status: 500, body: "no" }));
    await page.raw.goto(t.address());
    await last(page, "Runglass could not be loaded");
  });

  await t.check("an engine that does not arrive", async () => {
    t.expect(/Failed to load resource/, /wasm/i);
    const page = await t.newPage();
    await page.raw.route(/engine.*\.wasm$/, (route) => route.fulfill({ status: 500, body: "no" }));
    await page.raw.goto(t.address());
    await page.isTitled("What happened in that run?");
    await page.raw.getByRole("link", { name: "Open this example" }).click();
    await last(page, "Runglass could not be loaded");
  });
}
