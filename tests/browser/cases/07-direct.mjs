import assert from "node:assert/strict";
import { join } from "node:path";
import { unpack } from "../zip.mjs";

export const name = "Without workers: the engine runs on the page itself, and shows the same";

export async function run(t) {
  const zip = join(t.fixtures, "metaflow/basics.zip");
  const folder = join(t.scratch, "lab");
  unpack(zip, folder);
  const options = {
    before: () => {
      delete globalThis.Worker;
    },
  };
  const ways = [
    ["the example", (page) => page.openExample(), 3],
    ["a zip dropped on the page", (page) => page.drop(zip), 18],
    ["a folder dropped on the page", (page) => page.drop(folder), 18],
    ["a folder picked", (page) => page.pickFolder(folder), 18],
    ["a zip by URL", (page) => page.openUrl("runs/basics.zip"), 18],
  ];
  await t.each(
    ways,
    ([way]) => `opens ${way}`,
    async ([, bringIn, runs]) => {
      const page = await t.visit("", options);
      await bringIn(page);
      await page.seesRuns(runs);
      assert.equal(page.raw.workers().length, 0, "workers");
    },
  );

  await t.check("walks down to attempt 0 and reads its stderr and an artifact", async () => {
    const page = await t.visit("#/RetryFlow/1795211261502114/flaky/2?src=runs/basics.zip&attempt=0", options);
    await page.seesInLog("stderr", "stderr of attempt 0");
    await page.openArtifact("attempt_value");
    await page.sees("value from attempt 0");
  });
}
