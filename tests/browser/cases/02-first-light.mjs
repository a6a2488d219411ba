import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unpack } from "../zip.mjs";

export const name = "First light: a datastore comes in by five ways and is walked down to a retried attempt";

// A task that broke twice and worked the third time.
const RUN = "RetryFlow/1795211261502114";
const STEP = "flaky";
const TASK = "flaky/2";
const ARTIFACT = "attempt_value";

export async function run(t) {
  const zip = join(t.fixtures, "metaflow/basics.zip");
  const folder = join(t.scratch, "lab");
  unpack(zip, folder);

  const oracle = JSON.parse(readFileSync(join(t.fixtures, "metaflow/basics.expected.json"), "utf8"));
  const runs = Object.keys(oracle.runs).length;
  const attempt = (number) => oracle.tasks[`${RUN}/${TASK}`].attempts[number];
  const firstLine = (number) => attempt(number).stderr.split("\n")[0];
  const value = (number) => attempt(number).artifacts[ARTIFACT].repr.slice(1, -1);
  assert.notEqual(firstLine(0), firstLine(2), "the attempts must be told apart");
  assert.notEqual(value(0), value(2), "the attempts must be told apart");

  let page;

  await t.check("a zip dropped on the page shows every run", async () => {
    page = await t.visit();
    await page.drop(zip);
    await page.seesRuns(runs);
  });

  await t.check("walks from the run over the DAG and its step to the task", async () => {
    await page.openRun(RUN.split("/")[1]);
    await page.isAt(RUN);
    await page.openTab("DAG");
    await page.openInDag(STEP);
    await page.isAt(`${RUN}/${STEP}`);
    await page.openTask(TASK);
    await page.isAt(`${RUN}/${TASK}`);
  });

  await t.check("shows the last attempt first, and walks down to attempt 0", async () => {
    await page.openTab("Logs");
    await page.seesInLog("stderr", firstLine(2));
    await page.openAttempt(0);
    await page.seesInLog("stderr", firstLine(0));
    assert.match(page.hash(), /[?&]attempt=0(&|$)/);
  });

  await t.check("opens an artifact of attempt 0", async () => {
    await page.openArtifact(ARTIFACT);
    await page.isAt(`${RUN}/${TASK}/${ARTIFACT}`);
    await page.sees(value(0));
  });

  await t.check("goes back to the log of attempt 0, and forward to the artifact", async () => {
    await page.back();
    await page.back();
    await page.isAt(`${RUN}/${TASK}`);
    await page.seesInLog("stderr", firstLine(0));
    await page.forward();
    await page.forward();
    await page.isAt(`${RUN}/${TASK}/${ARTIFACT}`);
    await page.sees(value(0));
  });

  await t.check("another attempt keeps the artifact, and shows what that attempt left", async () => {
    await page.openAttempt(2);
    await page.isAt(`${RUN}/${TASK}/${ARTIFACT}`);
    await page.sees(value(2));
    await page.back();
    await page.sees(value(0));
  });

  await t.check("switches between dark and light", async () => {
    await page.theme("dark");
    const dark = await page.ground();
    await page.theme("light");
    assert.notEqual(await page.ground(), dark);
  });

  await t.check("after a reload it keeps the place and the theme, and asks for the file by its name", async () => {
    const before = page.hash();
    const light = await page.ground();
    await page.reload();
    assert.equal(page.hash(), before);
    assert.equal(await page.ground(), light);
    const { headline, explanation } = await page.failure();
    assert.equal(headline, "This view needs a file from you");
    assert.match(explanation, /basics\.zip/);
  });

  await t.check("the same file, picked, restores the view", async () => {
    await page.pickFile(zip);
    await page.isAt(`${RUN}/${TASK}/${ARTIFACT}`);
    await page.sees(value(0));
  });

  await t.check("the tree at the left leads to the steps and tasks too", async () => {
    await page.openInTree("start");
    await page.isAt(`${RUN}/start`);
    await page.openInTree(STEP);
    await page.isAt(`${RUN}/${STEP}`);
  });

  /** From the list of runs to the stderr of attempt 0, by *Go to*. */
  const readsAttempt0 = async (page) => {
    await page.seesRuns(runs);
    await page.goTo(`${RUN}/${TASK}`);
    await page.isAt(`${RUN}/${TASK}`);
    await page.openAttempt(0);
    await page.seesInLog("stderr", firstLine(0));
  };

  const ways = [
    ["a folder dropped on the page, with its hidden .metaflow", (page) => page.drop(folder)],
    ["the .metaflow folder itself, dropped", (page) => page.drop(join(folder, ".metaflow"))],
    ["a zip picked", (page) => page.pickFile(zip)],
    ["a folder picked", (page) => page.pickFolder(folder)],
    ["a zip by its URL, beside the app", (page) => page.openUrl("runs/basics.zip")],
  ];
  await t.each(
    ways,
    ([way]) => `reads attempt 0 from ${way}`,
    async ([, bringIn]) => {
      const page = await t.visit();
      await bringIn(page);
      await readsAttempt0(page);
    },
  );

  const shared = `#/${RUN}/${TASK}/${ARTIFACT}?src=runs/basics.zip&attempt=0`;
  await t.check("a pasted link opens the artifact of attempt 0, and a reload keeps it", async () => {
    page = await t.visit(shared);
    await page.sees(value(0));
    const before = page.hash();
    await page.reload();
    assert.equal(page.hash(), before);
    await page.sees(value(0));
  });

  await t.check("a zip of another origin that shares it opens, by ranges and without", async () => {
    for (const options of [{ cors: "all-with-exposed-headers" }, { cors: "all" }, { cors: "all", ranges: false }]) {
      const server = await t.serve(options);
      const page = await t.visit(`#/?src=${server.url("/basics.zip")}`);
      await page.seesRuns(runs);
      if (options.cors === "all-with-exposed-headers") {
        const whole = server.requests.filter(({ status }) => status === 200);
        assert.deepEqual(whole, [], "nothing is fetched whole where ranges work");
      }
    }
  });
}
