import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const name = "Sources: a link says which file it means";

const RUN = "TrainFlow/1795218658028712";

const sha256 = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

/** The sources of the address. */
const sources = (page) => [...page.hash().matchAll(/[?&]src=([^&]*)/g)].map(([, src]) => decodeURIComponent(src));

/** Waits until the address has these sources. */
const hasSources = (page, ...wanted) =>
  page.raw.waitForFunction((wanted) => {
    const found = [...location.hash.matchAll(/[?&]src=([^&]*)/g)].map(([, src]) => decodeURIComponent(src));
    return JSON.stringify(found) === JSON.stringify(wanted);
  }, wanted);

/** What was copied last. */
const copied = (page) => page.raw.evaluate(() => navigator.clipboard.readText());

const sees = (page, role, name) => page.raw.getByRole("main").getByRole(role, { name }).waitFor();

export async function run(t) {
  const train = join(t.root, "public/examples/trainflow.zip");
  const basics = join(t.fixtures, "metaflow/basics.zip");
  const put = (from, path) => {
    const to = join(t.scratch, path);
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(from, to);
    return to;
  };
  const mine = put(train, "mine/nov.zip");
  const link = `local:${sha256(mine)}:nov.zip`;
  const allowClipboard = (page) => page.raw.context().grantPermissions(["clipboard-read", "clipboard-write"]);

  await t.check("the link to a place in a dropped archive carries its SHA-256", async () => {
    const page = await t.visit();
    await allowClipboard(page);
    await page.drop(mine);
    await page.seesRuns(3);
    await hasSources(page, link);
    await page.goTo(`${RUN}/features/10`);
    await page.isAt(`${RUN}/features/10`);
    await hasSources(page, link);
    await page.raw.getByRole("button", { name: "Copy link to this view" }).click();
    await page.sees("Link for who has nov.zip: copied");
    const hash = new URL(await copied(page)).hash;
    assert.match(hash, new RegExp(`^#/${RUN}/features/10\\?src=${link}`));
  });

  await t.check("and does so when it is asked for before it is known", async () => {
    const page = await t.visit();
    await allowClipboard(page);
    await page.drop(put(basics, "quick/runs.zip"));
    await page.raw.getByRole("button", { name: "Copy link to this view" }).click();
    await page.sees("Link for who has runs.zip: copied");
    assert.match(await copied(page), new RegExp(`local:${sha256(basics)}:runs\\.zip`));
  });

  const address = `#/${RUN}/features/10?src=${link}&attempt=0&tab=logs`;

  await t.check("who follows it is asked for that file, and is then at the place", async () => {
    const page = await t.visit(address);
    const { headline, explanation, advice } = await page.failure();
    assert.equal(headline, "This view needs a file from you");
    assert.match(explanation, /nov\.zip/);
    assert.match(advice.join(" "), /ask them/);
    await page.sees(`${RUN}/features/10, logs`);
    await page.sees(`${sha256(mine).slice(0, 12)}…`);
    await page.drop(mine);
    await page.seesInLog("stderr", "IntCastingNaNError");
    assert.equal(page.hash(), address);
  });

  await t.check("the same bytes by another name are that file", async () => {
    const page = await t.visit(address);
    await page.failure();
    await page.drop(put(train, "renamed/december.zip"));
    await page.seesInLog("stderr", "IntCastingNaNError");
    assert.equal(page.hash(), address);
  });

  await t.check("another file of that name is told apart, and opens only when somebody says so", async () => {
    const other = put(basics, "other/nov.zip");
    const page = await t.visit(address);
    await page.failure();
    await page.drop(other);
    await page.isTitled("This is another file");
    const { explanation } = await page.failure();
    assert.match(explanation, /nov\.zip has the name that the link says, and other bytes/);
    for (const print of [sha256(mine), sha256(other)]) await page.sees(`${print.slice(0, 12)}…`);
    assert.equal(page.hash(), address);
    await sees(page, "button", "Open it all the same");
    // The right one can still be given.
    await page.drop(mine);
    await page.seesInLog("stderr", "IntCastingNaNError");
    await page.reload();
    await page.failure();
    await page.drop(other);
    await page.raw.getByRole("button", { name: "Open it all the same" }).click();
    await page.sees("There is no");
    assert.deepEqual(sources(page), [`local:${sha256(other)}:nov.zip`]);
    await page.isAt(`${RUN}/features/10`);
    await page.back();
    await page.isTitled("This is another file");
  });

  await t.check("two files of one name are two: Back leads to the first", async () => {
    const page = await t.visit();
    await page.drop(mine);
    await page.seesRuns(3);
    await hasSources(page, link);
    await page.home();
    await page.drop(put(basics, "two/nov.zip"));
    await page.seesRuns(18);
    await hasSources(page, `local:${sha256(basics)}:nov.zip`);
    await page.back();
    await page.back();
    await page.seesRuns(3);
    await hasSources(page, link);
  });

  await t.check("a folder has no fingerprint, and is asked for by its name", async () => {
    const page = await t.visit("#/?src=local:~3:.metaflow");
    await page.failure();
    await sees(page, "button", "Choose folder");
  });

  await t.check("a name is only a name, whatever stands in it", async () => {
    const evil = "<img src=x onerror=alert(1)>`b`.zip";
    const page = await t.visit(`#/?src=local:${sha256(mine)}:${encodeURIComponent(evil)}`);
    await page.failure();
    await page.raw.getByRole("main").getByRole("listitem").getByText(evil, { exact: true }).waitFor();
    assert.equal(await page.raw.locator("main img").count(), 0);
  });

  await t.check("pictures of the page that asks", async () => {
    writeFileSync(join(t.scratch, "december.zip"), readFileSync(basics));
    for (const [theme, width, height] of [["light", 1280, 800], ["dark", 1280, 800], ["light", 390, 844], ["dark", 390, 844]]) {
      const page = await t.visit(address, { theme, width, height, traced: false });
      await page.failure();
      assert.deepEqual(await page.sideways(), []);
      await page.picture(join(t.out, `sources-wanted-${width}-${theme}.png`));
      await page.pickFile(join(t.scratch, "december.zip"));
      await page.isTitled("This is another file");
      assert.deepEqual(await page.sideways(), []);
      await page.picture(join(t.out, `sources-other-${width}-${theme}.png`));
    }
  });
}
