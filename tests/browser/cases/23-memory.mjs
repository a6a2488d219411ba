// What a large value has taken is given back when it is closed: another engine takes the place of the one that holds it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

export const name = "Memory: a large value is given back when it is closed, and nobody notices";

const RUN = "LinearFlow/1795211174306524";

export async function run(t) {
  const heavy = join(t.scratch, "heavy.zip");
  execFileSync("python3", [join(t.root, "tests/fixtures/make/heavy.py"), "2000000", heavy]);
  const server = await t.serve({ mounts: { "/": t.dist, "/heavy.zip": heavy } });
  /** Of all engines together. */
  const memory = async (page) => {
    const each = await Promise.all(page.raw.workers().map((worker) => worker.evaluate(() => globalThis.runglassProgram?.memory.buffer.byteLength ?? 0).catch(() => 0)));
    return each.reduce((sum, one) => sum + one, 0) / 1e6;
  };
  const until = async (page, isSo) => {
    for (let frame = 0; frame < 1200; frame += 1) {
      if (await isSo()) return;
      await page.raw.evaluate(() => new Promise((seen) => requestAnimationFrame(seen)));
    }
    throw new Error(`It never came to be: ${isSo}`);
  };
  /** Opens the value, closes it, and waits until its memory is given back. */
  const looksAndCloses = async (page) => {
    const before = await memory(page);
    await page.openRun(RUN.split("/")[1]);
    await page.openTab("Tasks");
    await page.openTask("start/1");
    await page.openArtifact("count");
    await page.sees("2,000,000");
    const during = await memory(page);
    assert.ok(during > before + 64, `${during} MB with it, ${before} MB before`);
    await page.back();
    await until(page, async () => page.raw.workers().length === 1 && (await memory(page)) < before + 32);
    t.say(`${before.toFixed(0)} MB before, ${during.toFixed(0)} MB with a list of 2,000,000 floats, ${(await memory(page)).toFixed(0)} MB after it`);
  };
  const goesOn = async (page) => {
    await page.openArtifact("title");
    await page.back();
    await page.raw.getByRole("navigation", { name: "Place" }).getByRole("link", { name: RUN.split("/")[1] }).click();
    await page.openTab("Timeline");
    await page.raw.locator(".lane .bar-of").first().waitFor();
  };

  await t.check("of an archive behind a server", async () => {
    const page = await t.newPage();
    await page.visit(server.url("/#/?src=heavy.zip"));
    await page.seesRuns(1);
    await looksAndCloses(page);
    await goesOn(page);
  });

  await t.check("of an archive that was dropped", async () => {
    const page = await t.newPage();
    await page.visit(server.url("/"));
    await page.drop(heavy);
    await page.seesRuns(1);
    await looksAndCloses(page);
    await goesOn(page);
  });
}
