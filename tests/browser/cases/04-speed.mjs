import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { A_RUN } from "../page.mjs";
import { asMade, scale } from "../scale.mjs";
import { unpack } from "../zip.mjs";

export const name = "Speed: what a reader waits for, printed and not judged";

/** How often each is done; the middle one is printed. */
const TIMES = 5;

export async function run(t) {
  const zip = join(t.fixtures, "metaflow/basics.zip");
  const folder = join(t.scratch, "lab");
  const files = unpack(zip, folder, { moved: true }).length.toLocaleString("en");
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
  // `./dev bench` names a Python that has the engine's own client. It reads nothing but
  // a folder on this machine's disk, and prints its list as text.
  const peer = process.env.RUNGLASS_PEER;
  let peers;
  if (peer) {
    await t.check("measures the engine's own client", () => {
      const times = [];
      for (let round = 0; round < TIMES; round += 1) times.push(askPeer(t, peer, folder));
      peers = middle(times);
      t.say(`the run list by Metaflow's Python client, from the folder (${files} files): ${spread(times)}`);
    });
  }

  if (peer) await t.check("Metaflow's client reads a large run that is made, and the page says the same of it", () => asMade(t, peer));
  if (process.env.RUNGLASS_FRAME) await frame(t, process.env.RUNGLASS_FRAME);
  if (process.env.RUNGLASS_SCALE) await scale(t, process.env.RUNGLASS_SCALE);

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
      if (peers && what.includes("run list")) t.say(`  ${(peers / middle(times)).toFixed(2)} times as fast as that client`);
    });
  }
}

/** How long the page takes to show a frame of 100 MB, which `./dev bench` makes. */
async function frame(t, folder) {
  const { path, first, again } = JSON.parse(readFileSync(join(folder, "frame.json")));
  const runs = await t.serve({ mounts: { "/": folder }, cors: "all-with-exposed-headers" });
  await t.check("measures a frame of 100 MB", async () => {
    const times = [];
    const tasks = [];
    const memory = [];
    for (let round = 0; round < TIMES; round += 1) {
      const page = await t.newPage({ traced: false });
      await page.visit(t.address(`#/${path}?src=${runs.url("/frame.zip")}&tab=logs`));
      const link = page.raw.locator('.side a[href*="/frame?"]');
      await link.waitFor();
      times.push(await page.timeTo(".sheet-row", () => link.click()));
      tasks.push(await page.longestTask());
      const [worker] = page.raw.workers();
      memory.push((await worker.evaluate(() => globalThis.runglassProgram.memory.buffer.byteLength)) / 1e6);
      await page.raw.context().close();
    }
    t.say(`a frame of 100 MB: first screen ${spread(times)}, longest task on the main thread ${spread(tasks)}, memory of the engine ${middle(memory)} MB`);
    const ratio = (first * 1000) / middle(times);
    const copy = `${Math.round(again * 1000)} ms out of the unpacked copy that it keeps`;
    t.say(`  ${ratio.toFixed(2)} times as fast as Metaflow's Python client reads it at first (${Math.round(first * 1000)} ms; ${copy})`);
  });
}

/** How long the client takes to start and to list the runs of a folder, in milliseconds. */
function askPeer(t, python, folder) {
  const env = { ...process.env, METAFLOW_USER: "bench", METAFLOW_DATASTORE_SYSROOT_LOCAL: folder };
  const begun = performance.now();
  const printed = execFileSync(python, [join(t.root, "tests/peers/metaflow_runs.py")], { cwd: folder, env, encoding: "utf8" });
  const took = performance.now() - begun;
  if (!printed.includes("LinearFlow/")) throw new Error(`The client listed no runs: ${printed}`);
  return took;
}

const ascending = (times) => times.map(Math.round).sort((a, b) => a - b);
const middle = (times) => ascending(times)[Math.trunc(times.length / 2)];

/** The middle one of some times, and between which they lie. */
function spread(times) {
  const sorted = ascending(times);
  return `${middle(times)} ms (${sorted[0]} to ${sorted.at(-1)} in ${sorted.length})`;
}
