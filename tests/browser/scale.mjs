import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { A_RUN } from "./page.mjs";
import { timeline } from "./timeline.mjs";
import { unpack } from "./zip.mjs";

// What a reader of large runs and of large archives waits for: a part of the case on speed,
// where `./dev bench` has made them.

/** How often each is done; the middle one is printed. */
const TIMES = 5;
const RUN = "ForeachFlow/1795211227774857";
const MAKER = "tests/fixtures/make/large.py";

/** Metaflow's client reads what the maker of large runs makes, and the page says the same of it. */
export async function asMade(t, python) {
  const [many, archive, lab] = [1000, join(t.scratch, "made.zip"), join(t.scratch, "made")];
  execFileSync("python3", [join(t.root, MAKER), String(many), archive, "5000"]);
  unpack(archive, lab, { moved: true });
  const env = { ...process.env, METAFLOW_USER: "bench", METAFLOW_DATASTORE_SYSROOT_LOCAL: lab };
  const told = execFileSync(python, [join(t.root, "tests/peers/metaflow_large.py"), RUN], { cwd: lab, env, encoding: "utf8" });
  const [tasks, well, again] = told.split(/\s/).map(Number);
  if (tasks !== many + 3 || well !== tasks || again === 0) throw new Error(`The client says of a made run: ${told}`);
  const page = await t.newPage();
  await page.visit(t.address());
  await page.drop(archive);
  await page.raw.locator(A_RUN).first().waitFor();
  await page.goTo(RUN);
  await page.openTab("Tasks");
  await page.raw.locator(table(tasks)).waitFor();
  // In the rail: those of the foreach that needed one attempt.
  await page.sees(`${many - again} succeeded`);
}

/** `folder` is what `tests/bench/scale.py` has filled. */
export async function scale(t, folder) {
  const { runs, gigabyte } = JSON.parse(readFileSync(join(folder, "scale.json")));
  const server = await t.serve({ mounts: { "/": folder }, cors: "all-with-exposed-headers" });
  for (const made of runs) {
    const share = ((100 * made.zip) / made.raw).toFixed(1);
    t.say(`${count(made.tasks)} tasks: raw zip ${(made.raw / 1e6).toFixed(0)} MB; packed ${count(made.files)} files, packed zip ${(made.zip / 1e6).toFixed(1)} MB (${share} % of the raw one)`);
    t.say(`packing into a folder: ${made.seconds.toFixed(1)} s, ${made.memory.toFixed(0)} MB of memory; into a zip: ${made.zip_seconds.toFixed(1)} s`);
    if (made.client) t.say(`the status of every task by Metaflow's Python client, from a folder on a warm disk: ${Math.round(made.client * 1000)} ms`);
    for (const file of made.archives) await measure(t, server, file, made.tasks);
  }
  await measure(t, server, gigabyte.archive, gigabyte.tasks);
  for (const made of runs) await timeline(t, server.url(`/${made.archives[0]}`), made.tasks);
}

const count = (number) => number.toLocaleString("en");

/** The table of so many tasks: when it knows how many there are, each of them has a status. */
const table = (tasks) => `[role="table"][aria-rowcount="${tasks}"]`;

/** The list of runs, then all tasks of the run, then a task far from both ends; and what was fetched for the list. */
async function measure(t, server, file, tasks) {
  await t.check(`measures ${file}`, async () => {
    const times = { list: [], tasks: [], task: [] };
    const memory = [];
    const longest = [];
    const fetched = [];
    const url = server.url(`/${file}`);
    const size = Number((await fetch(url, { method: "HEAD" })).headers.get("content-length"));
    for (let round = 0; round < TIMES; round += 1) {
      const page = await t.newPage({ traced: false });
      await page.visit(t.address());
      server.requests.length = 0;
      times.list.push(await page.timeTo(A_RUN, () => page.openUrl(url)));
      fetched.push(server.requests.reduce((sum, { bytes }) => sum + bytes, 0));
      const some = `${RUN}/work/${Math.trunc(tasks * 0.7)}`;
      // A task's page comes first where the archive is large and the run is not.
      const toTask = async () => times.task.push(await page.timeTo(".log .line .txt", () => goTo(page, `#/${some}?src=${url}`)));
      const toTasks = async () => times.tasks.push(await page.timeTo(table(tasks + 3), () => goTo(page, `#/${RUN}?src=${url}&tab=tasks`)));
      for (const step of tasks < 1000 ? [toTask, toTasks] : [toTasks, toTask]) await step();
      longest.push(await page.longestTask());
      const [worker] = page.raw.workers();
      memory.push((await worker.evaluate(() => globalThis.runglassProgram.memory.buffer.byteLength)) / 1e6);
      await page.raw.context().close();
    }
    t.say(`${file}: run list ${spread(times.list)} after ${((100 * middle(fetched)) / size).toFixed(2)} % of ${(size / 1e6).toFixed(0)} MB, all ${count(tasks)} tasks ${spread(times.tasks)}, a task's log ${spread(times.task)}; longest task on the main thread ${spread(longest)}; memory of the engine ${middle(memory)} MB`);
  });
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
