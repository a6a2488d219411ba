import { readFileSync } from "node:fs";
import { join } from "node:path";
import { A_RUN } from "./page.mjs";

// What a reader of a run of ten thousand tasks waits for, raw and packed: a part of the
// case on speed, where `./dev bench` has made such a run.

/** How often each is done; the middle one is printed. */
const TIMES = 5;
const RUN = "ForeachFlow/1795211227774857";
/** A task far from both ends. */
const TASK = "work/7777";

/** `folder` is what `tests/bench/scale.py` has filled. */
export async function scale(t, folder) {
  const made = JSON.parse(readFileSync(join(folder, "scale.json")));
  const count = (number) => number.toLocaleString("en");
  const share = ((100 * made.zip) / made.raw).toFixed(1);
  t.say(`${count(made.tasks)} tasks: raw zip ${(made.raw / 1e6).toFixed(0)} MB; packed ${count(made.files)} files, packed zip ${(made.zip / 1e6).toFixed(1)} MB (${share} % of the raw one)`);
  t.say(`packing into a folder: ${made.seconds.toFixed(1)} s, ${made.memory.toFixed(0)} MB of memory; into a zip: ${made.zip_seconds.toFixed(1)} s`);
  const server = await t.serve({ mounts: { "/": folder }, cors: "all-with-exposed-headers" });

  for (const file of ["packed.zip", "raw.zip"]) {
    await t.check(`measures ${file}`, async () => {
      const times = { list: [], tasks: [], task: [] };
      const memory = [];
      const longest = [];
      for (let round = 0; round < TIMES; round += 1) {
        const page = await t.newPage({ traced: false });
        await page.visit(t.address());
        times.list.push(await page.timeTo(A_RUN, () => page.openUrl(server.url(`/${file}`))));
        // Every task has a status: the table says how many rows it has.
        const all = `[role="table"][aria-rowcount="${made.tasks + 3}"]`;
        times.tasks.push(await page.timeTo(all, () => goTo(page, `#/${RUN}?src=${server.url(`/${file}`)}&tab=tasks`)));
        times.task.push(await page.timeTo(".log .line .txt", () => goTo(page, `#/${RUN}/${TASK}?src=${server.url(`/${file}`)}`)));
        longest.push(await page.longestTask());
        const [worker] = page.raw.workers();
        memory.push((await worker.evaluate(() => globalThis.runglassProgram.memory.buffer.byteLength)) / 1e6);
        await page.raw.context().close();
      }
      t.say(`${file}: run list ${spread(times.list)}, all tasks ${spread(times.tasks)}, a task's log ${spread(times.task)}; longest task on the main thread ${spread(longest)}; memory of the engine ${middle(memory)} MB`);
    });
  }
}

/** Follows an address as a click on a link would. */
function goTo(page, address) {
  return page.raw.evaluate((address) => {
    const link = document.createElement("a");
    link.href = address;
    document.body.append(link);
    link.click();
    link.remove();
  }, address);
}

const ascending = (times) => times.map(Math.round).sort((a, b) => a - b);
const middle = (times) => ascending(times)[Math.trunc(times.length / 2)];

function spread(times) {
  const sorted = ascending(times);
  return `${middle(times)} ms (${sorted[0]} to ${sorted.at(-1)} in ${sorted.length})`;
}
