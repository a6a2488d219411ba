import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { programAt } from "../program.mjs";
import { BEFORE_THE_END, THE_END, Writer, soak } from "../writing.mjs";

export const name = "runglass serve: a folder of runs, and what is written into it";

/** Runs that are written under the page; `./dev soak` does it for an hour. */
const ROUNDS = 12;

export async function run(t) {
  const recorded = join(t.fixtures, "broken/bare-store.zip");
  /** A folder with a datastore in it, and who writes into it. */
  const newLab = (name) => {
    const lab = join(t.scratch, name);
    const writer = new Writer(recorded, join(t.scratch, `${name}-recorded`), join(lab, ".metaflow"));
    writer.begin();
    writer.write(writer.next());
    return { lab, writer };
  };
  /** The page stays the same page: what it has in its global scope would be gone. */
  const stays = (page) => page.raw.evaluate(() => (globalThis.here ??= { since: performance.now() }).since);

  await t.check("the address of the server alone leads to its runs", async () => {
    const { lab } = newLab("address");
    const server = await t.runglass(lab);
    const page = await t.newPage();
    await page.visit(`${server.origin}/`);
    await page.seesRuns(1);
    assert.equal(page.hash(), "#/?src=runs/");
    assert.equal(`${server.origin}/${page.hash()}`, server.address);
    await page.raw.getByRole("button", { name: "live", exact: true }).waitFor();
    // From there the first page is a click away, and stays.
    await page.home();
    await page.reload();
    await page.isTitled("What happened in that run?");
    await page.openUrl("runs/");
    await page.seesRuns(1);
    await page.raw.close();
    assert.deepEqual(await server.close(), { code: 0, signal: null });
  });

  await t.check("the first run of an empty folder is shown as soon as it is written", async () => {
    const lab = join(t.scratch, "empty");
    mkdirSync(lab);
    const writer = new Writer(recorded, join(t.scratch, "empty-recorded"), join(lab, ".metaflow"));
    const server = await t.runglass(lab);
    const page = await t.newPage();
    await page.visit(`${server.origin}/`);
    await page.isTitled("There are no runs in here yet");
    const since = await stays(page);
    writer.begin();
    writer.write(writer.next());
    await page.seesRuns(1);
    await page.raw.getByRole("button", { name: "live", exact: true }).waitFor();
    assert.equal(await stays(page), since, "nothing was loaded again");
  });

  await t.check("a pack that is being written is told as such, and shown when it is whole", async () => {
    const packed = join(t.scratch, "packed");
    execFileSync(programAt(t.root), ["pack", recorded, "-o", packed]);
    const [index, doneSoFar] = ["runglass.json", "runglass.part.json"].map((name) => join(packed, name));
    renameSync(index, doneSoFar);
    const server = await t.runglass(packed);
    const page = await t.newPage();
    await page.visit(`${server.origin}/`);
    await page.isTitled("This pack is not whole yet");
    const since = await stays(page);
    renameSync(doneSoFar, index);
    await page.seesRuns(1);
    assert.equal(await stays(page), since, "nothing was loaded again");
  });

  await t.check("an archive is served by itself, in ranges", async () => {
    const server = await t.runglass(join(t.fixtures, "metaflow/basics.zip"));
    const page = await t.newPage();
    await page.visit(`${server.origin}/`);
    await page.sees("LinearFlow");
    assert.equal(page.hash(), "#/?src=runs/basics.zip");
    assert.equal(await page.raw.getByRole("button", { name: "live", exact: true }).count(), 0);
  });

  await t.check("a real flow is followed from its first task to its end", async () => {
    const { lab } = newLab("flow");
    const gates = join(t.scratch, "gates");
    mkdirSync(gates);
    for (const gate of ["start", "FI", "PT", "end"]) execFileSync("mkfifo", [join(gates, gate)]);
    const open = (gate, word = "go") => writeFileSync(join(gates, gate), word);
    const server = await t.runglass(lab);
    const page = await t.newPage();
    await page.visit(`${server.origin}/`);
    await page.seesRuns(1);
    const since = await stays(page);
    const flow = spawn(peer(), [join(t.root, "tests/peers/metaflow_growing.py"), "run"], {
      env: { ...process.env, GATES: gates, METAFLOW_DATASTORE_SYSROOT_LOCAL: lab, USER: "ana", PYTHONUNBUFFERED: "1" },
      stdio: "ignore",
    });
    const ended = new Promise((end) => flow.once("exit", end));
    try {
      await page.seesRuns(2);
      await page.raw.getByRole("table", { name: "Runs" }).getByRole("link", { name: /GrowingFlow/ }).first().click();
      await page.sees("Running");
      const tree = page.raw.getByRole("tree", { name: "Steps and tasks" });
      await tree.getByRole("treeitem", { name: /^\s*start/ }).waitFor();
      open("start");
      // The tasks of the foreach come by themselves.
      await page.openTab("Tasks");
      for (const country of ["FI", "PT"]) await page.sees(`countries=${country}`);
      // How long it runs goes on though nothing is written: every task waits.
      for (const told of [page.raw.locator(".head-acts").getByText(/ so far$/), page.raw.getByRole("table", { name: "Tasks" }).getByRole("row").nth(2).getByRole("cell").nth(4)]) {
        const before = await told.innerText();
        await page.raw.waitForFunction(([node, before]) => node.innerText !== before, [await told.elementHandle(), before]);
      }
      // The filter that somebody is typing in keeps its text and the focus.
      const filter = page.raw.locator(".main .filter-input");
      await filter.fill("work");
      open("FI", "fail");
      // The second attempt waits at the same gate.
      await page.sees("2 attempts");
      open("FI");
      open("PT");
      await tree.getByRole("treeitem", { name: /^\s*join/ }).waitFor();
      await tree.getByRole("treeitem", { name: /^\s*end/ }).waitFor();
      assert.equal(await filter.inputValue(), "work");
      assert.ok(await filter.evaluate((field) => field === document.activeElement), "the focus is where it was");
      await filter.fill("");
      await page.raw.getByRole("main").getByRole("link", { name: /end\/\d+/ }).click();
      await page.raw.getByRole("tablist", { name: "This task" }).waitFor();
      await page.openTab("Logs");
      open("end");
      await page.seesInLog("stdout", "the last words");
      await page.raw.getByRole("main").getByText("Succeeded").first().waitFor();
      assert.equal(await ended, 0);
      await page.raw.getByRole("navigation", { name: "Place" }).getByRole("link").nth(2).click();
      await page.isTitled("Succeeded after a retry");
      assert.equal(await stays(page), since, "nothing was loaded again");
    } finally {
      flow.kill("SIGKILL");
    }
  });

  await t.check("a log that grows is read to its end, and the reader stays where he is", async () => {
    const { lab, writer } = newLab("log");
    const id = writer.next();
    writer.write(id, BEFORE_THE_END);
    const log = join(lab, `.metaflow/LinearFlow/${id}/middle/2/0.runtime_stdout.log`);
    const server = await t.runglass(lab);
    const page = await t.newPage();
    await page.visit(`${server.origin}/#/LinearFlow/${id}/middle/2?src=runs/&tab=logs`);
    await page.raw.getByRole("tablist", { name: "This task" }).waitFor();
    const [first] = readFileSync(log, "utf8").split("\n");
    const line = (text) => `${first.slice(0, first.indexOf("]") + 1)}${text}\n`;
    for (const word of ["one", "two", "three"]) {
      appendFileSync(log, line(`and then ${word}`));
      await page.seesInLog("stdout", `and then ${word}`);
    }
    // A record that is there in half is no record, and the whole one is read.
    writer.write(id, THE_END);
    await page.raw.getByRole("tree", { name: "Steps and tasks" }).getByRole("treeitem", { name: /^\s*end/ }).waitFor();
  });

  await t.check("a server that goes away is told, and heard again when it is back", async () => {
    t.expect(/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|ERR_INCOMPLETE_CHUNKED/);
    const { lab, writer } = newLab("gone");
    const server = await t.runglass(lab);
    const page = await t.newPage();
    await page.visit(`${server.origin}/`);
    await page.seesRuns(1);
    await server.close();
    await page.raw.getByRole("button", { name: "not live" }).waitFor();
    writer.write(writer.next());
    await t.runglass(lab, "--port", server.port);
    await page.raw.getByRole("button", { name: "live", exact: true }).waitFor();
    await page.seesRuns(2);
  });

  await t.check("R reads again what was changed long after its end", async () => {
    const { lab, writer } = newLab("again");
    const server = await t.runglass(lab);
    const page = await t.newPage();
    await page.visit(`${server.origin}/`);
    await page.seesRuns(1);
    const record = join(lab, `.metaflow/LinearFlow/${writer.runs[0]}/_meta/_self.json`);
    const told = readFileSync(record, "utf8");
    assert.match(told, /"first"/);
    writeFileSync(record, told.replace('"first"', '"renamed"'));
    await page.raw.keyboard.press("r");
    await page.sees("renamed");
  });

  await t.check("a dropped folder is followed too, and a picked one says that it is not", async () => {
    const { lab, writer } = newLab("dropped");
    const page = await t.visit();
    await page.drop(join(lab, ".metaflow"));
    await page.seesRuns(1);
    await page.raw.getByRole("button", { name: "live", exact: true }).waitFor();
    const id = writer.next();
    writer.write(id, BEFORE_THE_END);
    await page.seesRuns(2);
    await page.openRun(id);
    await page.sees("Running");
    writer.write(id, THE_END);
    await page.raw.getByRole("main").getByText("Succeeded").first().waitFor();

    const other = await t.visit();
    await other.pickFolder(join(lab, ".metaflow"));
    await other.seesRuns(2);
    assert.equal(await other.raw.getByRole("button", { name: "live", exact: true }).count(), 0);
    await other.raw.keyboard.press("r");
    await other.sees("Drop the folder on the page to see what is written into it");
  });

  await t.check("runs come and go under one page, and memory stays flat", async () => {
    const { lab, writer } = newLab("soak");
    const server = await t.runglass(lab);
    const page = await t.newPage({ traced: false });
    await page.visit(`${server.origin}/`);
    await page.seesRuns(1);
    const samples = [];
    await soak({ page, server, writer, more: (round) => round <= ROUNDS, told: (sample) => samples.push(sample) });
    const [first, last] = [samples[2], samples.at(-1)];
    t.say(`after ${first.round} and ${last.round} runs: server ${first.server.toFixed(1)} and ${last.server.toFixed(1)} MB, engine ${first.engine.toFixed(1)} and ${last.engine.toFixed(1)} MB`);
    assert.ok(last.server - first.server < 16, "the server keeps nothing of what it has given");
    assert.ok(last.engine - first.engine < 8, "the engine keeps no run that is gone");
  });
}

/** The Python that has Metaflow's own client. */
function peer() {
  assert.ok(process.env.RUNGLASS_PEER, "Metaflow's own client is there (./dev test installs it)");
  return process.env.RUNGLASS_PEER;
}
