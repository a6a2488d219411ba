// node soak.mjs [MINUTES] [--dist DIR]: runs written for an hour under a page that shows
// them, by `./dev soak`. The short form is a browser test.
//
// Prints what server and page hold in memory, each minute, and ends badly as soon as a
// run does not appear, does not end, or memory grows beyond what a start may take.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { AppPage, eyes } from "./page.mjs";
import { startProgram } from "./program.mjs";
import { Writer, soak } from "./writing.mjs";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
/** Megabytes by which the middle of the last minutes may lie above that of the first. */
const GROWTH = 24;

const { positionals, values } = parseArgs({ allowPositionals: true, options: { dist: { type: "string" } } });
const minutes = Number(positionals[0] ?? 60);
if (!(minutes > 0)) {
  console.error("Usage: soak.mjs [MINUTES] [--dist DIR]");
  process.exit(2);
}
const dist = resolve(values.dist ?? join(ROOT, "dist"));
const scratch = mkdtempSync(join(tmpdir(), "runglass-soak-"));
const lab = join(scratch, "lab");
const store = join(lab, ".metaflow");
mkdirSync(store, { recursive: true });
const writer = new Writer(join(ROOT, "tests/fixtures/broken/bare-store.zip"), join(scratch, "recorded"), store);
writer.begin();
writer.write(writer.next());
const server = await startProgram({ root: ROOT, dist, path: lab });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--enable-precise-memory-info"],
});
const middle = (numbers) => [...numbers].sort((a, b) => a - b)[Math.trunc(numbers.length / 2)];
const kinds = ["server", "engine", "page"];
const samples = [];
let failed = false;
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB" });
  context.setDefaultTimeout(60_000);
  await context.addInitScript(eyes);
  const page = new AppPage(await context.newPage());
  const faults = [];
  page.raw.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.visit(`${server.origin}/`);
  await page.seesRuns(1);
  const begun = Date.now();
  let printed = 0;
  const passed = () => (Date.now() - begun) / 60_000;
  await soak({
    page,
    server,
    writer,
    more: () => passed() < minutes,
    told: (sample) => {
      samples.push(sample);
      if (passed() < printed && passed() < minutes) return;
      printed = Math.floor(passed()) + 1;
      const told = kinds.map((kind) => `${kind} ${sample[kind].toFixed(1)} MB`).join(", ");
      console.log(`${passed().toFixed(1).padStart(5)} min  ${String(sample.round).padStart(4)} runs  ${told}`);
    },
  });
  if (faults.length > 0) throw new Error(faults.join("\n"));
  for (const kind of kinds) {
    // What a start takes is not growth.
    const third = Math.max(1, Math.trunc(samples.length / 3));
    const [first, last] = [samples.slice(third, 2 * third), samples.slice(-third)].map((some) => middle(some.map((one) => one[kind])));
    console.log(`${kind}: ${first.toFixed(1)} MB in the second third, ${last.toFixed(1)} MB in the last`);
    if (last - first > GROWTH) throw new Error(`The memory of the ${kind} grows.`);
  }
  console.log(`${samples.length} runs appeared, ran and ended under one page.`);
} catch (error) {
  console.error(error);
  failed = true;
} finally {
  await browser.close();
  const { code } = await server.close();
  if (code !== 0) failed = true;
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
