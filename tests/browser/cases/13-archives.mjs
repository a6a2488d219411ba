import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

export const name = "Archives: a run in every packing that people use";

// The run of broken/bare-store.zip, packed anew by other programs.
const RUN = "LinearFlow/1795211174306524";
const PACKED = [
  "run.tar", "run.tar.gz", "run.tar.bz2", "run.tar.xz", "run.tar.zst",
  "run.deflate64.zip", "run.lzma.zip", "run.rare.zip", "run.piped.zip", "run.python.zip",
];

export async function run(t) {
  const folder = join(t.fixtures, "archives");

  const isWhole = async (page) => {
    await page.seesRuns(1);
    await page.openRun(RUN.split("/")[1]);
    await page.isAt(RUN);
    await page.openInTree("start");
    await page.openTask("start/1");
    await page.openArtifact("title");
    await page.isAt(`${RUN}/start/1/title`);
    await page.raw.locator(".scalar").waitFor();
  };

  await t.each(PACKED, (file) => `${file} is dropped on the page`, async (file) => {
    const page = await t.visit();
    await page.drop(join(folder, file));
    await isWhole(page);
  });

  const server = await t.serve({ mounts: { "/": folder }, cors: "all-with-exposed-headers" });
  await t.each(["run.tar", "run.tar.zst", "run.lzma.zip"], (file) => `${file} is opened by its address`, async (file) => {
    const page = await t.visit();
    await page.openUrl(server.url(`/${file}`));
    await isWhole(page);
  });

  const broken = await t.serve({ mounts: { "/": join(t.fixtures, "broken") }, cors: "all-with-exposed-headers" });

  await t.check("archives in an archive open by its address, each under its name", async () => {
    const page = await t.visit();
    await page.openUrl(broken.url("/archives-inside.zip"));
    await page.seesRuns(2);
    const list = await page.openProblems();
    await list.getByText("build/carol/runs.zip", { exact: false }).first().waitFor();
  });

  await t.check("a link to what could be read of an archive opens the same", async () => {
    const page = await t.visit();
    await page.openUrl(broken.url("/cut-directory.zip"));
    await page.failure();
    await page.raw.getByRole("button", { name: "Open what could be read" }).click();
    await isWhole(page);
    const other = await t.visit(page.hash());
    await other.isAt(`${RUN}/start/1/title`);
    await other.raw.locator(".scalar").waitFor();
  });

  await t.check("what is no archive inside of its packing is said", async () => {
    const note = join(t.scratch, "note.gz");
    writeFileSync(note, gzipSync("title,year\nSheep,1894\n"));
    const page = await t.visit();
    await page.drop(note);
    const { headline, explanation } = await page.failure();
    assert.equal(headline, "This is no archive that Runglass can read");
    assert.match(explanation, /note\.gz is neither a zip nor a tar/);
  });
}
