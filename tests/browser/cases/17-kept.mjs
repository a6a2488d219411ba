import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unpack } from "../zip.mjs";

export const name = "Kept: a local archive or folder opens again after a reload, and is forgotten when somebody says so";

const RUN = "TrainFlow/1795218658028712";
const sha256 = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

/** What the browser keeps: the keys of the store, and the names of the copies. */
const kept = (page) =>
  page.raw.evaluate(async () => {
    const keys = await new Promise((found) => {
      const opening = indexedDB.open("runglass", 1);
      opening.onerror = () => found([]);
      opening.onsuccess = () => {
        const asked = opening.result.transaction("kept").objectStore("kept").getAllKeys();
        asked.onsuccess = () => {
          opening.result.close();
          found(asked.result);
        };
      };
    });
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("kept").catch(() => undefined);
    const copies = [];
    if (folder) for await (const name of folder.keys()) copies.push(name);
    return { keys, copies };
  });

/** Waits until the browser keeps so many things. */
async function keeps(page, count) {
  for (;;) {
    const found = await kept(page);
    if (found.keys.length === count) return found;
    await page.raw.evaluate(() => new Promise((next) => requestAnimationFrame(next)));
  }
}

/** Puts the files of a zip, or a file, where pages have real handles of them (OPFS). */
async function lay(page, path, bytes) {
  await page.raw.evaluate(
    async ([path, bytes]) => {
      const parts = path.split("/");
      const name = parts.pop();
      let folder = await navigator.storage.getDirectory();
      for (const part of parts) folder = await folder.getDirectoryHandle(part, { create: true });
      const stream = await (await folder.getFileHandle(name, { create: true })).createWritable();
      await stream.write(Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0)));
      await stream.close();
    },
    [path, bytes.toString("base64")],
  );
}

/** In a page: the browser's own choosers, answered with what `lay` has put there. */
function choosers() {
  const root = () => navigator.storage.getDirectory();
  globalThis.showOpenFilePicker = async () => [await (await root()).getFileHandle("nov.zip")];
  globalThis.showDirectoryPicker = async () => (await (await root()).getDirectoryHandle("lab")).getDirectoryHandle(".metaflow");
}

/** In a page: the browser asks before it gives what it kept, and then gives it. */
function asking() {
  if (!globalThis.FileSystemHandle) return;
  let allowed = false;
  FileSystemHandle.prototype.queryPermission = async () => (allowed ? "granted" : "prompt");
  FileSystemHandle.prototype.requestPermission = async () => {
    allowed = navigator.userActivation.isActive;
    return allowed ? "granted" : "denied";
  };
}

export async function run(t) {
  const train = join(t.root, "public/examples/trainflow.zip");
  const basics = join(t.fixtures, "metaflow/basics.zip");
  const mine = t.put(train, "mine/nov.zip");
  const print = sha256(mine);
  const rail = (page) => page.raw.getByRole("navigation", { name: "Flows" });
  const main = (page) => page.raw.getByRole("main");
  const offer = (page) => rail(page).getByRole("button", { name: /^Keep a copy of nov\.zip in this browser/ });

  await t.check("without handles nothing is kept unasked, and a copy when somebody asks for it", async () => {
    const page = await t.visit();
    await page.drop(mine);
    await page.seesRuns(3);
    await offer(page).waitFor();
    assert.deepEqual(await kept(page), { keys: [], copies: [] });
    await offer(page).click();
    await page.sees("A copy of nov.zip is kept in this browser");
    assert.deepEqual(await kept(page), { keys: [print], copies: [print] });
    await page.goTo(`${RUN}/features/10`);
    await page.openAttempt(0);
    await page.seesInLog("stderr", "IntCastingNaNError");
    const before = page.hash();
    await page.reload();
    await page.seesInLog("stderr", "IntCastingNaNError");
    assert.equal(page.hash(), before);
    // Also from the list, by which it is forgotten too.
    await page.home();
    await main(page).getByText("copy kept").filter({ visible: true }).waitFor();
    await main(page).getByRole("link", { name: /^nov\.zip/ }).click();
    await page.seesRuns(3);
    await page.home();
    await main(page).getByRole("button", { name: "Forget nov.zip" }).click();
    await main(page).getByRole("link", { name: /^nov\.zip/ }).waitFor({ state: "detached" });
    assert.deepEqual(await keeps(page, 0), { keys: [], copies: [] });
    await page.visit(t.address(before));
    await page.reload();
    assert.equal((await page.failure()).headline, "This view needs a file from you");
  });

  await t.check("keeping, forgetting and clearing leave the focus where it was", async () => {
    const page = await t.visit();
    await page.drop(mine);
    const forget = rail(page).getByRole("button", { name: "Forget nov.zip" });
    await offer(page).focus();
    await page.raw.keyboard.press("Enter");
    await forget.waitFor();
    await page.hasFocus(rail(page).getByText("copy kept").locator(".."));
    await page.raw.keyboard.press("Tab");
    await page.hasFocus(forget);
    await page.raw.keyboard.press("Enter");
    await offer(page).waitFor();
    await page.raw.keyboard.press("Tab");
    await page.hasFocus(offer(page));
    await page.visit(t.address("#/?src=runs/basics.zip"));
    await page.seesRuns(18);
    await page.home();
    const clear = main(page).getByRole("button", { name: "Clear" });
    await clear.focus();
    await page.raw.keyboard.press("Enter");
    await clear.waitFor({ state: "detached" });
    await page.hasFocus(main(page).getByRole("heading", { name: "Recent" }));
  });

  await t.check("a copy that holds something else by now is told apart", async () => {
    const page = await t.visit();
    await page.drop(mine);
    await offer(page).click();
    await page.sees("A copy of nov.zip is kept in this browser");
    await page.raw.evaluate(async (print) => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("kept");
      const stream = await (await folder.getFileHandle(print)).createWritable();
      await stream.write("something else");
      await stream.close();
    }, print);
    await page.reload();
    await page.isTitled("This is another file");
  });

  await t.check("the failure to keep a copy is told, and leaves no half of one", async () => {
    const page = await t.newPage({
      // Where no page is yet there is no storage either.
      before: () => navigator.storage && (navigator.storage.estimate = async () => ({ quota: 1000, usage: 400 })),
    });
    await page.visit(t.address());
    await page.drop(mine);
    await offer(page).click();
    await page.sees(/The browser has room for 600 /);
    assert.deepEqual(await kept(page), { keys: [], copies: [] });
  });

  await t.check("a file that is chosen opens again after a reload, without a copy", async () => {
    const page = await t.newPage({ handles: true, before: choosers });
    await page.visit(t.address());
    await lay(page, "nov.zip", readFileSync(mine));
    await main(page).getByRole("button", { name: "Choose file" }).click();
    await page.seesRuns(3);
    assert.deepEqual(await keeps(page, 1), { keys: [print], copies: [] });
    await page.openRun(RUN.split("/")[1]);
    await page.reload();
    await page.isAt(RUN);
    await page.raw.getByRole("tablist", { name: "This run" }).waitFor();
    // What it holds is compared each time.
    await lay(page, "nov.zip", readFileSync(basics));
    await page.reload();
    await page.isTitled("This is another file");
    await main(page).getByRole("button", { name: "Open it all the same" }).click();
    await page.raw.waitForFunction((print) => location.hash.includes(print), sha256(basics));
  });

  await t.check("a folder that is chosen is followed, and opens again as the same one", async () => {
    const page = await t.newPage({ handles: true, before: choosers });
    await page.visit(t.address());
    const scratch = join(t.scratch, "lab");
    for (const path of unpack(join(t.fixtures, "metaflow/first-light.zip"), scratch)) await lay(page, `lab/${path}`, readFileSync(join(scratch, path)));
    await main(page).getByRole("button", { name: "Choose folder" }).click();
    await page.seesRuns(4);
    const { keys } = await keeps(page, 1);
    assert.match(keys[0], /^@[0-9a-f]{8}$/);
    await page.raw.waitForFunction((key) => location.hash.includes(`local:${key}:.metaflow`), keys[0]);
    await page.raw.getByRole("button", { name: "live" }).waitFor();
    await page.reload();
    await page.seesRuns(4);
    // The same folder is kept once.
    await page.home();
    await main(page).getByRole("button", { name: "Choose folder" }).click();
    await page.seesRuns(4);
    await page.raw.waitForFunction((key) => location.hash.includes(`local:${key}:.metaflow`), keys[0]);
    assert.deepEqual((await kept(page)).keys, keys);
    await page.raw.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.raw.getByRole("button", { name: "Copy link to this view" }).click();
    await page.sees("Link for who has .metaflow: copied");
    const link = await page.raw.evaluate(() => navigator.clipboard.readText());
    assert.match(link, /src=local::\.metaflow/, "the mark of this browser is told to nobody");
    await rail(page).getByRole("button", { name: "Forget .metaflow" }).click();
    await keeps(page, 0);
    await page.reload();
    await page.failure();
  });

  await t.check("where the browser wants to be asked, one click opens it again", async () => {
    for (const [theme, width, height] of [["dark", 1280, 800], ["light", 390, 844]]) {
      const page = await t.newPage({ handles: true, theme, width, height, before: choosers });
      await page.visit(t.address());
      await lay(page, "nov.zip", readFileSync(mine));
      await main(page).getByRole("button", { name: "Choose file" }).click();
      await page.seesRuns(3);
      await keeps(page, 1);
      await page.raw.addInitScript(asking);
      await page.reload();
      const { headline, explanation } = await page.failure();
      assert.equal(headline, "This can be opened again");
      assert.match(explanation, /This browser knows the way to nov\.zip/);
      assert.deepEqual(await page.sideways(), []);
      await page.picture(join(t.out, `kept-asks-${width}-${theme}.png`));
      await main(page).getByRole("button", { name: "Open again" }).click();
      await page.seesRuns(3);
    }
  });

  await t.check("what is dropped is kept by its handle, where the browser has one", async () => {
    const page = await t.newWritingPage();
    await page.visit(t.address());
    await page.drop(mine);
    await page.seesRuns(3);
    await keeps(page, 1);
    await page.reload();
    // This browser may give it at once or want to be asked.
    const again = main(page).getByRole("button", { name: "Open again" });
    await again.or(page.raw.getByRole("table", { name: "Runs" }).getByRole("link").first()).first().waitFor();
    if (await again.isVisible()) await again.click();
    await page.seesRuns(3);
  });

  await t.check("junk in what is kept does no harm", async () => {
    const page = await t.visit();
    await page.raw.evaluate(async (print) => {
      const database = await new Promise((opened) => {
        const opening = indexedDB.open("runglass", 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore("kept");
        opening.onsuccess = () => opened(opening.result);
      });
      const store = database.transaction("kept", "readwrite").objectStore("kept");
      const junk = [null, 7, "text", [], {}, { name: 3, copy: true }, { name: "x", copy: "yes" }, { name: "x", handle: {} }, { name: "nov.zip", size: -1, copy: true }];
      junk.forEach((one, at) => store.put(one, `junk-${at}`));
      store.put({ name: "nov.zip", size: NaN, copy: true }, print);
      store.put({ name: "x", copy: true }, 12);
      await new Promise((done) => (store.transaction.oncomplete = done));
      database.close();
      localStorage.setItem("runglass.recent", "junk\n1 2 3\nx y z file % % %\n");
    }, print);
    await page.visit(t.address(`#/?src=local:${print}:nov.zip`));
    await page.failure();
    await page.drop(mine);
    await page.seesRuns(3);
    await page.home();
    await main(page).getByRole("button", { name: "Clear" }).click();
    await main(page).getByText("What you open is listed here").waitFor();
  });

  await t.check("nor does a database of another version, or none", async () => {
    // What browsers look for beside any document but the app's own.
    t.expect(/favicon\.ico/);
    const page = await t.newPage();
    await page.raw.goto(t.home.url("/some/where/favicon.svg"));
    await page.raw.evaluate(() => new Promise((done) => (indexedDB.open("runglass", 7).onsuccess = ({ target }) => (target.result.close(), done()))));
    await page.visit(t.address());
    await page.drop(mine);
    await page.seesRuns(3);
    await offer(page).click();
    await page.sees("The file could not be copied");
    const none = await t.newPage({ before: () => Object.defineProperty(globalThis, "indexedDB", { get: () => undefined }) });
    await none.visit(t.address());
    await none.drop(mine);
    await none.seesRuns(3);
  });

  await t.check("pictures of what is kept", async () => {
    for (const [theme, width, height] of [["light", 1280, 800], ["dark", 1280, 800], ["light", 390, 844], ["dark", 390, 844]]) {
      const page = await t.visit("", { theme, width, height, traced: false });
      await page.drop(mine);
      await page.seesRuns(3);
      if (width < 900) await page.raw.getByRole("button", { name: "Menu" }).click();
      await offer(page).waitFor();
      await page.picture(join(t.out, `kept-offer-${width}-${theme}.png`));
      await offer(page).click();
      await rail(page).getByRole("button", { name: "Forget nov.zip" }).waitFor();
      await page.picture(join(t.out, `kept-copy-${width}-${theme}.png`));
      await page.visit(t.address("#/?src=runs/basics.zip"));
      await page.seesRuns(18);
      await page.visit(t.address("#/"));
      await main(page).getByRole("button", { name: "Forget nov.zip" }).waitFor();
      assert.deepEqual(await page.sideways(), []);
      await page.picture(join(t.out, `kept-open-${width}-${theme}.png`));
    }
  });
}
