import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const name = "Bad input: a message says what, where and what to try, and the rest is shown";

const RUN = "LinearFlow/1795211174306524";

// What each archive of tests/fixtures/broken must end in. One of:
// - `dead`: nothing can be shown; the headline, and a word of the advice;
// - `problems`: the run is shown; a part of the place that the list of problems names;
// - `value`: the run is shown; what the artifact says, by its place in the run;
// - nothing: nothing is wrong with it; how many runs it has, if not one.
const BROKEN = {
  "archives-inside": { runs: 2, problems: "build/carol/runs.zip" },
  "archives-too-deep": { dead: ["No runs can be read in here", "Unpack the outer archive"] },
  "attempt-gap": { problems: `${RUN}/middle/2` },
  "bare-store": {},
  bomb: { value: ["start/1/title", /zeros|larger|too large|bytes/i] },
  "cut-directory": { dead: ["This archive is cut off", "again"] },
  "cut-json": { problems: "start/1/_meta/_self.json" },
  "cut-off": { dead: ["This archive is cut off", "again"] },
  "cut-table": { value: ["middle/2/squares", /list/] },
  "empty-json": { problems: "start/1/_meta/_self.json" },
  empty: { dead: ["This archive holds no files", "zip -r"] },
  encrypted: { dead: ["This archive is encrypted", "password"] },
  "evil-names": { problems: "evil-names.zip" },
  "foreign-paths": { value: ["middle/2/squares", /list/] },
  "four-gigabytes": { value: ["start/1/palette", /ends in the middle of this file/] },
  "lying-count": { problems: "lying-count.zip" },
  "lying-directory": {},
  "lying-end": { dead: ["The directory of this archive cannot be read", "again"] },
  "missing-attempt-json": {},
  "names-alike": { problems: "names-alike.zip" },
  "overlapping-files": { problems: "overlapping-files.zip" },
  "packed-bomb": { dead: ["This archive unpacks to very much", "Open it anyway"] },
  "symbolic-links": { problems: "symbolic-links.zip" },
  "missing-blob-dir": { value: ["start/1/title", /not in this source/] },
  "missing-blob": { value: ["start/1/title", /not in this source/] },
  "missing-flow-self": { problems: "LinearFlow/_meta/_self.json" },
  "missing-run-self": { problems: `${RUN}/_meta/_self.json` },
  "missing-self": { runs: 5, problems: "_meta/_self.json" },
  "missing-step-self": { problems: "middle/_meta/_self.json" },
  "missing-table": { value: ["middle/2/squares", /table of this attempt/] },
  "missing-task-self": { problems: "middle/2/_meta/_self.json" },
  "nested-outer-folders": {},
  "no-runs": { dead: ["There are no runs in here", ".metaflow"] },
  "not-a-zip": { dead: ["This is no archive that Runglass can read", ".zip"] },
  "odd-blobs": { value: ["start/1/title", /damaged|checksum/i] },
  "odd-log-lines": {},
  "odd-names": { value: ["größe 100%25 #1?/..2/title", /title/] },
  "other-methods": { value: ["end/3/title", /method 250/] },
  "other-shape-json": { problems: "0.runtime" },
  "table-of-lost-blobs": { value: ["middle/2/title", /no SHA-1/] },
  "truncated-gzip-blob": { value: ["start/1/title", /damaged|cut off/i] },
  "two-stores": { runs: 2 },
  "unknown-metadata": {},
  "wrong-sha-blob": { value: ["start/1/title", /SHA-1/] },
  "zero-bytes": { dead: ["This file is empty", "again"] },
};

export async function run(t) {
  const files = readdirSync(join(t.fixtures, "broken"));
  const there = files.map((file) => file.split(".")[0]);
  const fileOf = (archive) => files.find((file) => file.split(".")[0] === archive) ?? archive;

  await t.check("every broken archive is looked at here", () => {
    assert.deepEqual(Object.keys(BROKEN).sort(), there.sort());
  });

  await t.each(
    Object.entries(BROKEN),
    ([archive, { dead }]) => `${fileOf(archive)} ${dead ? `ends in “${dead[0]}”` : "is shown as far as it goes"}`,
    async ([archive, { dead, problems, value, runs = 1 }]) => {
      const page = await t.visit();
      await page.drop(join(t.fixtures, "broken", fileOf(archive)));
      if (dead) {
        await saysWhy(page, ...dead, fileOf(archive));
        return;
      }
      await page.seesRuns(runs);
      await page.openRun(RUN.split("/")[1]);
      await page.isAt(RUN);
      if (problems) {
        const list = await page.openProblems();
        await list.getByText(problems).first().waitFor();
      }
      if (value) {
        const [artifact, words] = value;
        const [step, task, name] = artifact.split("/");
        await page.openInTree(step);
        await page.openTask(`${step}/${task}`);
        await page.openArtifact(name);
        await page.raw.getByRole("main").getByText(words).first().waitFor();
      }
    },
  );

  await t.check("of an archive that is cut off it is told what came, and that opens", async () => {
    const page = await t.visit();
    await page.drop(join(t.fixtures, "broken/cut-off.zip"));
    const main = page.raw.getByRole("main");
    await main.getByText("37 whole files").waitFor();
    await main.getByText("ends at byte 10,583").waitFor();
    await main.getByText("1 run in part").waitFor();
    await main.getByText("middle/2/0.data.json is cut off or damaged").first().waitFor();
    await main.getByRole("button", { name: "Open what could be read" }).click();
    await page.seesRuns(1);
    await main.getByText("in part", { exact: true }).waitFor();
    await page.openRun(RUN.split("/")[1]);
    await page.isAt(RUN);
    assert.match(page.hash(), /[?&]anyway=1/);
    await main.getByText("Only a part of this run is in the archive").first().waitFor();
    const list = await page.openProblems();
    await list.getByText("cut-off.zip, byte 10583").waitFor();
  });

  await t.check("what unpacks to very much is asked about, and opens", async () => {
    const page = await t.visit();
    await page.drop(join(t.fixtures, "broken/packed-bomb.tar.gz"));
    await page.raw.getByRole("button", { name: "Open it anyway" }).click();
    await page.seesRuns(1);
  });

  await t.check("a folder without runs says what it looked for", async () => {
    const folder = join(t.scratch, "holiday");
    mkdirSync(folder);
    writeFileSync(join(folder, "beach.txt"), "sand");
    const page = await t.visit();
    await page.drop(folder);
    await saysWhy(page, "There are no runs in here yet", ".metaflow", "holiday");
  });

  await t.check("after a failure another file can be dropped, and is shown", async () => {
    const page = await t.visit();
    await page.drop(join(t.fixtures, "broken/not-a-zip.zip"));
    await page.failure();
    await page.drop(join(t.fixtures, "broken/bare-store.zip"));
    await page.seesRuns(1);
  });

  // The browser reports each of these itself, and a page cannot keep it from that.
  t.expect(/Failed to load resource|blocked by CORS policy|ERR_CONNECTION_REFUSED|ERR_FAILED/);
  const refusing = await t.serve({ cors: "none" });
  const gone = await t.serve({});
  const nowhere = gone.url("/basics.zip");
  await gone.close();
  const addresses = [
    ["a 404", "runs/none.zip", "There is nothing at this address", "Check the address", /404/],
    ["a server that wants to know who asks", t.home.url("/some/where/runs/secret.zip"), "The server does not give this file to you", "permission", /403/],
    ["a server that fails", t.home.url("/some/where/runs/broken.zip"), "The server refused", "Try again", /503/],
    ["a server that shares with no other page (CORS)", refusing.url("/basics.zip"), "The server does not share this file with other pages", "lines for it stand below", /CORS.*Access-Control-Allow-Origin/],
    ["an address where nothing answers", nowhere, "Nothing answers at this address", "Check that the server runs", /127\.0\.0\.1/],
    ["what is no address", "https://", "This is not an address", "https://", /https:\/\//],
    ["an empty file by URL", "broken/zero-bytes.zip", "This file is empty", "again", /0 bytes/],
  ];
  t.home.options.status["/some/where/runs/secret.zip"] = 403;
  t.home.options.status["/some/where/runs/broken.zip"] = 503;
  try {
    await t.each(
      addresses,
      ([what, , headline]) => `${what} ends in “${headline}”`,
      async ([, address, headline, advice, explanation]) => {
        const page = await t.visit();
        await page.openUrl(address);
        await saysWhy(page, headline, advice, explanation);
      },
    );
  } finally {
    t.home.options.status = {};
  }
}

/** The screen says what, in the explanation where, and what to try. */
async function saysWhy(page, headline, advice, where) {
  const said = await page.failure();
  assert.equal(said.headline, headline);
  assert.ok(where instanceof RegExp ? where.test(said.explanation) : said.explanation.includes(where), `“${said.explanation}” says where: ${where}`);
  assert.ok(said.advice.join("\n").includes(advice), `“${said.advice.join(" / ")}” has the advice “${advice}”`);
  assert.ok(said.advice.length >= 1 && said.advice.length <= 3, "one to three things to try");
}
