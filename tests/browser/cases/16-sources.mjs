import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unpack } from "../zip.mjs";

export const name = "Sources: a link says which file it means, and several stand in one list";

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
  const mine = t.put(train, "mine/nov.zip");
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
    await page.drop(t.put(basics, "quick/runs.zip"));
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
    await page.drop(t.put(train, "renamed/december.zip"));
    await page.seesInLog("stderr", "IntCastingNaNError");
    assert.equal(page.hash(), address);
  });

  await t.check("another file of that name is told apart, and opens only when somebody says so", async () => {
    const other = t.put(basics, "other/nov.zip");
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
    await page.drop(t.put(basics, "two/nov.zip"));
    await page.seesRuns(18);
    await hasSources(page, `local:${sha256(basics)}:nov.zip`);
    await page.back();
    await page.back();
    await page.seesRuns(3);
    await hasSources(page, link);
  });

  await t.check("several things given at once are a source each, in one list", async () => {
    const page = await t.visit();
    const folder = join(t.scratch, "at-once");
    unpack(basics, folder);
    await page.drop(mine, folder, t.put(basics, "at-once.zip"));
    await page.sees("TrainFlow");
    await page.sees("LinearFlow");
    await page.raw.waitForFunction(() => location.hash.split("src=").length === 4);
    const [first, second, third] = sources(page);
    assert.equal(first, link);
    assert.match(second, /^local:.*:at-once$/);
    assert.equal(third, `local:${sha256(basics)}:at-once.zip`);
    // Two from the field.
    const other = await t.visit();
    await other.pickFile([basics, mine]);
    await other.seesRuns(21);
    await hasSources(other, `local:${sha256(basics)}:basics.zip`, link);
  });

  await t.check("the same file given twice is one source, whatever it is called", async () => {
    const page = await t.visit();
    await page.drop(mine, t.put(train, "twice/again.zip"));
    await page.seesRuns(3);
    await hasSources(page, link);
  });

  await t.check("what is given with the file that is asked for stands beside it", async () => {
    const page = await t.visit(address);
    await page.failure();
    await page.drop(t.put(basics, "with/others.zip"), mine);
    await page.seesInLog("stderr", "IntCastingNaNError");
    assert.deepEqual(sources(page)[0], link);
  });

  await t.check("a folder of archives has the runs of all of them", async () => {
    const folder = join(t.scratch, "downloads");
    t.put(train, "downloads/nov.zip");
    t.put(join(t.fixtures, "archives/run.tar.gz"), "downloads/run.tar.gz");
    const page = await t.visit();
    await page.drop(folder);
    await page.seesRuns(4);
    const picked = await t.visit();
    await picked.pickFolder(folder);
    await picked.seesRuns(4);
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

  const rows = (page) => page.raw.getByRole("table", { name: "Runs" });
  /** A run that is said to be of a source. */
  const ofSource = (page, told) => rows(page).getByText(told).filter({ visible: true }).first().waitFor();
  const rail = (page) => page.raw.getByRole("navigation", { name: "Flows" });
  const TRAIN = "examples/trainflow.zip";

  await t.check("a run's own page says of which source it is, where there are several", async () => {
    const page = await t.visit(`#/${RUN}?src=runs/basics.zip&src=${TRAIN}`);
    await page.raw.locator(".facts").getByText("trainflow.zip").waitFor();
    const alone = await t.visit(`#/${RUN}?src=${TRAIN}`);
    await alone.raw.locator(".facts").getByText("Duration").waitFor();
    assert.equal(await alone.raw.locator(".facts").getByText("trainflow.zip").count(), 0);
  });

  await t.check("another one is added to what is open, and can be left out again", async () => {
    const page = await t.visit(`#/?src=${TRAIN}`);
    await page.seesRuns(3);
    await rail(page).getByRole("link", { name: "Add…" }).click();
    await page.isTitled("Add to what is open");
    await page.drop(basics);
    await page.seesRuns(21);
    await hasSources(page, TRAIN, `local:${sha256(basics)}:basics.zip`);
    await ofSource(page, "trainflow.zip");
    await ofSource(page, "basics.zip");
    // One run of each.
    for (const run of ["1795211174306524", RUN.split("/")[1]]) await rows(page).getByText(run).waitFor();
    await rail(page).getByRole("button", { name: "Close trainflow.zip" }).click();
    await page.seesRuns(18);
    await hasSources(page, `local:${sha256(basics)}:basics.zip`);
    await page.back();
    await page.seesRuns(21);
  });

  await t.check("an address, a recent one and the example are added too", async () => {
    const page = await t.visit(`#/?src=runs/first-light.zip`);
    await page.seesRuns(4);
    await page.visit(t.address(`#/?src=runs/basics.zip&place=open`));
    await page.isTitled("Add to what is open");
    await page.openUrl("runs/client-api.zip");
    await hasSources(page, "runs/basics.zip", "runs/client-api.zip");
    await page.raw.locator(".tree-row", { hasText: "Add…" }).click();
    await page.raw.getByRole("link", { name: /^first-light\.zip/ }).click();
    await hasSources(page, "runs/basics.zip", "runs/client-api.zip", "runs/first-light.zip");
    await page.raw.locator(".tree-row", { hasText: "Add…" }).click();
    await page.raw.getByRole("link", { name: /a foreach over 12 countries/ }).click();
    await hasSources(page, "runs/basics.zip", "runs/client-api.zip", "runs/first-light.zip", TRAIN);
    await rows(page).getByText(RUN.split("/")[1]).waitFor();
  });

  await t.check("all that the site names are open in one list, under the names that it gives", async () => {
    const named = [
      { src: "runs/basics.zip", name: "Nightly <b>runs</b>" },
      { src: "runs/first-light.zip" },
      { name: "nothing" },
      null,
    ];
    writeFileSync(join(t.scratch, "sites.json"), JSON.stringify({ sources: named }));
    const site = await t.serve({
      mounts: { "/": t.dist, "/sites.json": join(t.scratch, "sites.json"), "/runs/": join(t.fixtures, "metaflow") },
    });
    const page = await t.newPage();
    await page.visit(site.url("/"));
    await page.seesRuns(22);
    await hasSources(page, "runs/basics.zip", "runs/first-light.zip");
    await ofSource(page, "Nightly <b>runs</b>");
    await ofSource(page, "first-light.zip");
    // What of the list cannot be followed is told to who was led here by it, and to nobody else.
    const fault = page.raw.getByRole("main").getByText("2 of its 4 sources have no text named “src”");
    await fault.waitFor();
    await page.visit(site.url("/#/?src=runs/first-light.zip"));
    await page.seesRuns(4);
    assert.equal(await fault.count(), 0);
    await page.back();
    await fault.waitFor();
    await page.raw.getByRole("main").getByRole("button", { name: "Close", exact: true }).click();
    await fault.waitFor({ state: "detached" });
    // An address is left as it is, and the name stays.
    await page.raw.reload();
    await ofSource(page, "Nightly <b>runs</b>");
    // What they hold is opened by others without that name.
    await page.visit(site.url("/#/?src=runs/first-light.zip"));
    await page.seesRuns(4);
  });

  await t.check("the first page names what the site has, and what it cannot understand of it", async () => {
    const site = async (text) => {
      const file = join(t.scratch, "other-sites.json");
      writeFileSync(file, text);
      return t.serve({ mounts: { "/": t.dist, "/sites.json": file, "/runs/": join(t.fixtures, "metaflow") } });
    };
    const two = await site(JSON.stringify({ sources: [{ src: "runs/basics.zip", name: "Nightly" }, { src: "runs/first-light.zip" }, { name: "nowhere" }] }));
    const page = await t.newPage();
    await page.visit(two.url("/#/"));
    const list = page.raw.getByRole("region", { name: "This site" });
    await list.getByText("1 of its 3 sources has no text named “src”").waitFor();
    await list.getByRole("link", { name: "first-light.zip" }).waitFor();
    await list.getByRole("link", { name: "Nightly" }).click();
    await page.seesRuns(18);
    await page.home();
    await list.getByRole("link", { name: "Open all" }).click();
    await page.seesRuns(22);
    const broken = await site("{ sources: [");
    const other = await t.newPage();
    await other.visit(broken.url("/"));
    await other.isTitled("What happened in that run?");
    await other.raw.getByRole("region", { name: "This site" }).getByText(/it is no JSON/).waitFor();
    const none = await t.visit();
    assert.equal(await none.raw.getByRole("region", { name: "This site" }).count(), 0);
  });

  await t.check("what is dropped while something is open asks whether both stay", async () => {
    const page = await t.visit(`#/?src=${TRAIN}`);
    await page.seesRuns(3);
    await page.drop(basics);
    const dialog = page.raw.getByRole("dialog", { name: "Open another one" });
    await dialog.getByRole("button", { name: "Open both" }).click();
    await page.seesRuns(21);
    await page.drop(t.put(join(t.fixtures, "metaflow/first-light.zip"), "first/first-light.zip"));
    await dialog.getByRole("button", { name: "Open only first-light.zip" }).click();
    await page.seesRuns(4);
    await page.drop(basics);
    await dialog.waitFor();
    await page.raw.keyboard.press("Escape");
    await page.seesRuns(4);
  });

  await t.check("one of several that fails is told, and the others are shown", async () => {
    t.expect(/Failed to load resource.*gone\.zip/);
    const page = await t.visit(`#/?src=runs/gone.zip&src=${TRAIN}&src=${link}`);
    await page.seesRuns(3);
    const missing = page.raw.getByRole("region", { name: "Sources that are not open" });
    await missing.getByText("There is nothing at this address").waitFor();
    await missing.getByText("This view needs a file from you").waitFor();
    await page.drop(mine);
    await missing.locator("summary", { hasText: "nov.zip" }).waitFor({ state: "detached" });
    // The same runs in both: the first source counts, and that is said.
    await ofSource(page, "trainflow.zip +1");
    await missing.getByText("gone.zip").first().click();
    await missing.getByRole("button", { name: "Leave it out" }).click();
    await missing.waitFor({ state: "detached" });
    await hasSources(page, TRAIN, link);
  });

  await t.check("of one of several that is cut off it is told what came, and that can be opened", async () => {
    const cut = t.put(join(t.fixtures, "broken/cut-off.zip"), "cut/cut-off.zip");
    const page = await t.visit(`#/?src=${TRAIN}&src=local:${sha256(cut)}:cut-off.zip`);
    await page.seesRuns(3);
    const missing = page.raw.getByRole("region", { name: "Sources that are not open" });
    await page.drop(cut);
    await missing.getByText("This archive is cut off").waitFor();
    await missing.locator("summary").click();
    await missing.getByText("run in part").first().waitFor();
    await missing.getByRole("button", { name: /^Open/ }).first().click();
    await page.seesRuns(4);
    await missing.waitFor({ state: "detached" });
  });

  await t.check("a place that may be in the missing one asks for it there", async () => {
    const page = await t.visit(`#/${RUN}/features/10?src=runs/basics.zip&src=${link}&attempt=0&tab=logs`);
    await page.sees("There is no");
    await page.sees(`${sha256(mine).slice(0, 12)}…`);
    await page.drop(t.put(basics, "wrong/nov.zip"));
    await page.sees("This is another file");
    await page.drop(mine);
    await page.seesInLog("stderr", "IntCastingNaNError");
  });

  await t.check("two folders of one name stand side by side", async () => {
    for (const [folder, from] of [["ana", "basics"], ["ben", "first-light"]]) unpack(join(t.fixtures, `metaflow/${from}.zip`), join(t.scratch, folder));
    const page = await t.visit();
    await page.drop(join(t.scratch, "ana/.metaflow"));
    await page.seesRuns(18);
    await rail(page).getByRole("link", { name: "Add…" }).click();
    await page.drop(join(t.scratch, "ben/.metaflow"));
    await page.raw.getByRole("button", { name: "Close .metaflow" }).nth(1).waitFor();
  });

  await t.check("pictures of several sources", async () => {
    t.expect(/Failed to load resource.*gone\.zip/);
    const hash = `#/?src=runs/gone.zip&src=${TRAIN}&src=runs/basics.zip`;
    for (const [theme, width, height] of [["light", 1280, 800], ["dark", 1280, 800], ["light", 390, 844], ["dark", 390, 844]]) {
      const page = await t.visit(hash, { theme, width, height, traced: false });
      await page.seesRuns(21);
      assert.deepEqual(await page.sideways(), []);
      // The name of the source can be read.
      const name = rows(page).getByText("trainflow.zip", { exact: true }).filter({ visible: true }).first();
      assert.ok(await name.evaluate((name) => name.scrollWidth <= name.clientWidth), "it is not cut");
      await page.picture(join(t.out, `sources-several-${width}-${theme}.png`));
      await page.visit(t.address(`${hash}&place=open`));
      assert.deepEqual(await page.sideways(), []);
      await page.picture(join(t.out, `sources-add-${width}-${theme}.png`));
    }
  });
}
