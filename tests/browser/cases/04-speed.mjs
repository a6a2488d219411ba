import { statSync } from "node:fs";
import { join } from "node:path";
import { A_RUN } from "../page.mjs";
import { unpack } from "../zip.mjs";

export const name = "Speed: what a reader waits for, printed and not judged";

/** How often each is done; the middle one is printed. */
const TIMES = 5;

export async function run(t) {
  const zip = join(t.fixtures, "metaflow/basics.zip");
  const folder = join(t.scratch, "lab");
  const files = unpack(zip, folder).length.toLocaleString("en");
  const size = `${files} files, ${(statSync(zip).size / 1e6).toFixed(1)} MB`;
  // Tracing costs time that no reader spends.
  const options = { traced: false };

  const ways = [
    ["the first page, from nothing", (page) => page.timeToLoad("main h1", t.address())],
    [`the run list by link, from nothing (${size})`, (page) => page.timeToLoad(A_RUN, t.address("#/?src=runs/basics.zip"))],
    [`the run list by URL (${size})`, async (page) => {
      await page.visit(t.address());
      return page.timeTo(A_RUN, () => page.openUrl("runs/basics.zip"));
    }],
    [`the run list by dropping the zip (${size})`, async (page) => {
      await page.visit(t.address());
      return page.timeTo(A_RUN, () => page.drop(zip));
    }],
    [`the run list by dropping the folder (${files} files)`, async (page) => {
      await page.visit(t.address());
      return page.timeTo(A_RUN, () => page.drop(folder));
    }],
  ];
  for (const [what, measured] of ways) {
    await t.check(`measures ${what}`, async () => {
      const times = [];
      const tasks = [];
      for (let round = 0; round < TIMES; round += 1) {
        const page = await t.newPage(options);
        times.push(await measured(page));
        tasks.push(await page.longestTask());
        await page.raw.context().close();
      }
      // Tasks below 50 ms are not told by a browser, and count as 0.
      t.say(`${what}: ${spread(times)}, longest task on the main thread ${spread(tasks)}`);
    });
  }
}

/** The middle one of some times, and between which they lie. */
function spread(times) {
  const sorted = times.map(Math.round).sort((a, b) => a - b);
  return `${sorted[Math.trunc(sorted.length / 2)]} ms (${sorted[0]} to ${sorted.at(-1)} in ${sorted.length})`;
}
