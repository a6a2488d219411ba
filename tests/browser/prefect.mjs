// A real Prefect server, flows on it, and how long Prefect's own page takes.
//
// node prefect.mjs --scale FOLDER: measures that page on what tests/bench/prefect_run.py has put into FOLDER.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { CHROMIUM_ARGS, chromiumPath } from "./chromium.mjs";
import { AppPage, eyes } from "./page.mjs";

/** How often each is done; the middle one is printed. */
const TIMES = 5;
/** Longest wait for one thing on the page, in milliseconds. */
const PATIENCE = 30_000;

/** Starts tests/peers/prefect_server.py, which says there what `flags` there are. */
export async function startPrefect(root, flags = []) {
  const child = spawn("python3", [join(root, "tests/peers/prefect_server.py"), ...flags], { stdio: ["pipe", "pipe", "pipe"] });
  const said = heard(child);
  const told = await said.next();
  if (!told) {
    await once(child, "close");
    throw new Error(`Prefect does not start: ${said.errors()}`);
  }
  const { url, version, home } = told;
  const close = async () => {
    child.stdin.end();
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  };
  return { url, version, home, origin: new URL(url).origin, close };
}

/** Starts tests/peers/prefect_flows.py on such a server. */
export function startFlows(root, { url, home, origin }, flags = []) {
  const child = spawn("python3", [join(root, "tests/peers/prefect_flows.py"), url, home, ...flags], { stdio: ["pipe", "pipe", "pipe"] });
  const said = heard(child);
  const over = once(child, "exit");
  return {
    origin,
    /** The next thing that it says: that a run has begun, that a task waits, that all has ended. */
    next: async () => (await said.next()) ?? Promise.reject(new Error(`The flows say no more: ${said.errors()}`)),
    /** Lets one task that waits at this gate go on, or fail. */
    let: (gate, way = "") => child.stdin.write(`${gate} ${way}\n`),
    /** When the server has been told all. */
    over,
    /** As if it was killed, where it is not over. */
    async close() {
      child.stdin.end();
      await over;
    },
  };
}

/** What a program says in lines of JSON; nothing more at its end. */
function heard(child) {
  let errors = "";
  child.stderr.on("data", (data) => (errors = (errors + data).slice(-4000)));
  // It may end before it is told to.
  child.stdin.on("error", () => {});
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    return done ? undefined : JSON.parse(value);
  };
  return { next, errors: () => errors };
}

/**
 * Milliseconds that Prefect's own page takes: from nothing to the first task runs of a run of thousands; from the first
 * key of a name to the one task run of that name; from a click on a state to those in it. For these two the page gets
 * no graph: drawing thousands keeps it busy for minutes where there is no graphics card.
 */
export async function measurePrefect(root, folder) {
  const { flow_run, first, failed, tasks } = JSON.parse(readFileSync(join(folder, "prefect.json"), "utf8"));
  const server = await startPrefect(root, ["--database", join(folder, "prefect.db"), "--no-services", "--page"]);
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_ARGS });
  const address = `${server.origin}/v2/runs/flow-run/${flow_run}?tab=TaskRuns`;
  const link = (id) => `a[href*="/task-run/${id}"]`;

  const opened = async (graph, measured) => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB", timezoneId: "UTC" });
    context.setDefaultTimeout(PATIENCE);
    await context.addInitScript(eyes);
    // A question without an answer.
    if (!graph) await context.route(/graph-v2/, () => {});
    const page = new AppPage(await context.newPage());
    const took = await page.timeToLoad(link(""), address);
    const more = await measured?.(page);
    await context.close();
    return more ?? took;
  };
  const byName = (page) => page.timeTo(link(first.id), () => page.raw.getByPlaceholder("Search by run name").pressSequentially(first.name));
  const byState = async (page) => {
    await page.raw.getByRole("button", { name: "All run states" }).click();
    const option = page.raw.getByRole("menuitem", { name: "Failed", exact: true });
    return page.timeTo(link(failed.id), () => option.click());
  };

  const times = { list: [], name: [], state: [] };
  try {
    // The first time, the server is not warm.
    await opened(true);
    for (let round = 0; round < TIMES; round += 1) {
      times.list.push(await opened(true));
      times.name.push(await opened(false, byName));
      times.state.push(await opened(false, byState));
    }
  } finally {
    await browser.close();
    await server.close();
  }
  return { version: server.version, tasks, times };
}

/** What was measured, as lines for people. */
export function saidOf({ version, tasks, times }) {
  const all = tasks.toLocaleString("en");
  return [
    `Prefect ${version}'s own page, the first 20 of ${all} task runs, from nothing: ${spread(times.list)}`,
    `  one of them by its name, from the first key: ${spread(times.name)}; those that failed: ${spread(times.state)}`,
  ];
}

function spread(times) {
  const sorted = times.map(Math.round).sort((a, b) => a - b);
  return `${sorted[Math.trunc(sorted.length / 2)]} ms (${sorted[0]} to ${sorted.at(-1)} in ${sorted.length})`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { scale: { type: "string" } } });
  if (!values.scale) {
    console.error("Usage: prefect.mjs --scale FOLDER");
    process.exit(2);
  }
  const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
  for (const line of saidOf(await measurePrefect(root, values.scale))) console.log(line);
}
