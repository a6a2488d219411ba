import assert from "node:assert/strict";

export const name = "Stopping: a long download says how far it is, and ends when nobody waits for it";

const ZIP = "/basics.zip";

export async function run(t) {
  // Half of the file, then nothing more: as slow as can be, without a clock.
  const options = { cors: "all", ranges: false, hold: { [ZIP]: 1_000_000 } };

  await t.check("says why the whole file is read, and how much of it is there", async () => {
    const server = await t.serve(options);
    const page = await t.newPage();
    await page.raw.goto(t.address(`#/?src=${server.url(ZIP)}`));
    await page.sees(/sends no ranges/);
    await page.raw.getByRole("progressbar").waitFor();
    server.release(ZIP);
    await page.seesRuns(18);
  });

  await t.check("a server that does not answer is told to be silent", async () => {
    const server = await t.serve({ ...options, hold: { [ZIP]: 0 } });
    const page = await t.newPage();
    // The seconds pass when the test says so.
    await page.raw.clock.install();
    await page.raw.goto(t.address(`#/?src=${server.url(ZIP)}`));
    await page.sees(/^Opening/);
    await page.raw.clock.runFor(8000);
    await page.sees(/Nothing has come for \d+ s/);
    server.release(ZIP);
    await page.seesRuns(18);
  });

  await t.check("Stop leads back to the first page and ends the download", async () => {
    const server = await t.serve(options);
    const page = await t.newPage();
    await page.raw.goto(t.address(`#/?src=${server.url(ZIP)}`));
    const stop = page.raw.getByRole("link", { name: "Stop" }).or(page.raw.getByRole("button", { name: "Stop" }));
    // Only what has begun can be ended.
    await page.sees(/sends no ranges/);
    const [download] = server.requests.filter(({ method }) => method === "GET");
    await stop.click();
    await page.isTitled("What happened in that run?");
    await download.ended;
    assert.ok(download.aborted, "the download was ended by the reader");
  });
}
