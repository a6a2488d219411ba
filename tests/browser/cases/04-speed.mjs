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
      let longest = 0;
      for (let round = 0; round < TIMES; round += 1) {
        const page = await t.newPage(options);
        times.push(await measured(page));
        longest = Math.max(longest, await page.longestTask());
        await page.raw.context().close();
      }
      times.sort((a, b) => a - b);
      const [fastest, middle, slowest] = [times[0], times[Math.trunc(TIMES / 2)], times.at(-1)].map(Math.round);
      const task = longest === 0 ? "no task of 50 ms or more on the main thread" : `longest task on the main thread ${Math.round(longest)} ms`;
      t.say(`${what}: ${middle} ms (${fastest} to ${slowest} in ${TIMES}), ${task}`);
    });
  }
}
