// node run.mjs [NAME] [--dist DIR]: the browser tests, or those whose file name has NAME in it.
//
// One Chromium for all, a fresh context for every visit. A case is a file in cases/
// that exports `name` and `run(t)`; `t` is a `Case` below. A case passes when its
// checks do, and when nothing went wrong that it did not announce: no error on the
// console of page or worker, no uncaught exception, no failed request, and not one
// request to a server that is not this test's.
//
// What failed leaves a picture and a trace in out/ (npx playwright show-trace FILE).

import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { CHROMIUM_ARGS, chromiumPath } from "./chromium.mjs";
import { AppPage, eyes } from "./page.mjs";
import { startFlows, startPrefect } from "./prefect.mjs";
import { startProgram } from "./program.mjs";
import { startServer } from "./server.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, "../..");
const OUT = join(HERE, "out");
const FIXTURES = join(ROOT, "tests/fixtures");

/** Longest wait for one thing on the screen, and for one check, in milliseconds. */
const PATIENCE = 20_000;
const CHECK_DEADLINE = 120_000;

let [passed, failed] = [0, 0];

/** Runs in a page before the app: a browser that leads back to no file that was given to it. */
function withoutHandles() {
  delete globalThis.showOpenFilePicker;
  delete globalThis.showDirectoryPicker;
  delete DataTransferItem.prototype.getAsFileSystemHandle;
}

class CaseEnded extends Error {}

/** What went wrong, and on which line of a case. */
function told(error) {
  const place = error.stack?.split("\n").find((line) => line.includes("/cases/"));
  return [error.message ?? error, place?.trim()].filter(Boolean).join("\n").replace(/^/gm, "   # ");
}

/** What a case works with. */
class Case {
  #browser;
  #writing;
  #name;
  #contexts = [];
  #servers = [];
  #expected = [];
  #wrong = [];

  constructor(browser, name, home) {
    this.#browser = browser;
    this.#name = name;
    /** Serves the app from a subfolder, with the recorded archives under its runs/ and broken/. */
    this.home = home;
    /** A folder for what the case writes; it is removed afterwards. */
    this.scratch = mkdtempSync(join(tmpdir(), "runglass-test-"));
    this.out = OUT;
    /** The built site. */
    this.dist = dist;
    this.fixtures = FIXTURES;
    this.root = ROOT;
  }

  /** The address of the app with this behind `#`. */
  address(hash = "") {
    return this.home.url(`/some/where/${hash}`);
  }

  /** A copy of a file, at this path among what the case writes. */
  put(from, path) {
    const to = join(this.scratch, path);
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(from, to);
    return to;
  }

  /** Another server, which is another origin. It ends with the case. */
  async serve(options) {
    const server = await startServer({ mounts: { "/": join(FIXTURES, "metaflow") }, ...options });
    this.#servers.push(server);
    return server;
  }

  /** The real `runglass serve` over a path, with the app that is tested. It ends with the case. */
  async runglass(path, ...options) {
    const server = await startProgram({ root: ROOT, dist, path, options });
    this.#servers.push(server);
    return server;
  }

  /** A real web server over a folder, as tests/peers/servers.py starts it. It ends with the case. */
  async real(name, folder, ...flags) {
    const script = join(ROOT, "tests/peers/servers.py");
    const child = spawn("python3", [script, name, folder, ...flags], { stdio: ["pipe", "pipe", "pipe"] });
    let errors = "";
    child.stderr.on("data", (data) => (errors += data));
    const line = await Promise.race([
      once(createInterface(child.stdout), "line"),
      once(child, "exit").then(() => Promise.reject(new Error(`${name} does not start: ${errors}`))),
    ]);
    const { url, root } = JSON.parse(line[0]);
    const close = async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, "exit");
    };
    const server = { origin: new URL(url).origin, url: (path) => url + path, root, close };
    this.#servers.push(server);
    return server;
  }

  /** A real Prefect server, as tests/peers/prefect_server.py starts it. It ends with the case. */
  async prefect(...flags) {
    const server = await startPrefect(ROOT, flags);
    this.#servers.push(server);
    return server;
  }

  /** Flows on that server which go on when they are let, as in tests/peers/prefect_flows.py. They end with the case. */
  flows(server, ...flags) {
    const flows = startFlows(ROOT, server, flags);
    // Before the server does.
    this.#servers.unshift(flows);
    return flows;
  }

  /**
   * A fresh browser profile with one page; nothing is loaded yet. `theme` is the
   * system's, `before` a function that runs in the page before the app does. `handles` are
   * those of files and folders, which Chromium alone has, and asks people about. `vouched`:
   * a certificate that the case has made itself is believed. `zone` is where the reader sits.
   */
  async newPage({ theme = "dark", width = 1440, height = 900, before, handles = false, traced = true, vouched = false, zone = "UTC" } = {}, browser = this.#browser) {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      locale: "en-GB",
      timezoneId: zone,
      reducedMotion: "reduce",
      hasTouch: width < 640,
      ignoreHTTPSErrors: vouched,
    });
    context.setDefaultTimeout(PATIENCE);
    await context.addInitScript(eyes);
    if (!handles) await context.addInitScript(withoutHandles);
    if (before) await context.addInitScript(before);
    if (traced) await context.tracing.start({ screenshots: true, snapshots: true });
    this.#contexts.push({ context, traced });
    this.#listen(context);
    return new AppPage(await context.newPage());
  }

  /**
   * A page of a browser that lets pages write into folders without asking somebody: the
   * one for people has a question at this point that only people can answer.
   */
  async newWritingPage(options = {}) {
    const executablePath = process.env.CHROMIUM_SHELL || "/usr/bin/chromium-headless-shell";
    const args = [...CHROMIUM_ARGS, "--enable-experimental-web-platform-features"];
    this.#writing ??= await chromium.launch({ executablePath, args });
    return this.newPage({ handles: true, ...options }, this.#writing);
  }

  /** The same, with the app open at an address. */
  async visit(hash = "", options = {}) {
    const page = await this.newPage(options);
    await page.visit(this.address(hash));
    return page;
  }

  #listen(context) {
    const wrong = (what) => {
      if (!this.#expected.some((pattern) => pattern.test(what))) this.#wrong.push(what);
    };
    context.on("console", (message) => {
      if (message.type() !== "error") return;
      const { url, lineNumber } = message.location();
      wrong(`console: ${message.text()} (${url}:${lineNumber})`);
    });
    context.on("weberror", (event) => wrong(`uncaught: ${event.error().stack ?? event.error()}`));
    context.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      const ours = [this.home, ...this.#servers].some((server) => server.origin === origin);
      if (!ours && protocol !== "blob:" && protocol !== "data:") wrong(`another origin: ${request.url()}`);
    });
    context.on("requestfailed", (request) => {
      // A request that was stopped, by the app or by leaving the page, has not failed.
      const why = request.failure()?.errorText;
      if (why !== "net::ERR_ABORTED") wrong(`request failed: ${request.url()} ${why}`);
    });
  }

  /** Announces something that the browser will complain about, as it should. */
  expect(...patterns) {
    this.#expected.push(...patterns);
  }

  /** One thing that holds. When it does not, the case ends. */
  async check(name, body) {
    if (!(await this.#checked(name, body))) throw new CaseEnded();
  }

  /** The same thing for every row; one that fails does not keep the others from being checked. */
  async each(rows, name, body) {
    let good = true;
    for (const row of rows) {
      good = (await this.#checked(name(row), () => body(row))) && good;
      await this.#closePages();
    }
    if (!good) throw new CaseEnded();
  }

  /** Says something about the checks around it. */
  say(text) {
    console.log(`   # ${text}`);
  }

  async #checked(name, body) {
    const number = passed + failed + 1;
    let deadline;
    const late = new Promise((_, reject) => {
      deadline = setTimeout(() => reject(new Error(`not done after ${CHECK_DEADLINE / 1000} s`)), CHECK_DEADLINE);
    });
    try {
      await Promise.race([body(), late]);
      passed += 1;
      console.log(`ok ${number} ${name}`);
      return true;
    } catch (error) {
      failed += 1;
      console.log(`not ok ${number} ${name}`);
      console.log(told(error));
      await this.#keepEvidence(number);
      return false;
    } finally {
      clearTimeout(deadline);
    }
  }

  /** Pictures of what is on the screen, and the trace of how it came to be. */
  async #keepEvidence(number) {
    let pages = 0;
    for (const one of this.#contexts) {
      for (const page of one.context.pages()) {
        pages += 1;
        const path = join(OUT, `${this.#name}-${number}-${pages}`);
        try {
          await page.screenshot({ path: `${path}.png`, timeout: 5000 });
          if (one.traced) await one.context.tracing.stop({ path: `${path}.zip` });
          one.traced = false;
          console.log(`   # ${path}.png, and .zip has the trace; at ${page.url()}`);
        } catch (error) {
          console.log(`   # no picture: ${error.message.split("\n", 1)}`);
        }
      }
    }
  }

  async #closePages() {
    for (const { context, traced } of this.#contexts.splice(0)) {
      if (traced) await context.tracing.stop();
      await context.close();
    }
  }

  /** The last check of every case, then the end of all that it started. */
  async end() {
    try {
      await this.#checked("nothing went wrong beside that, and no other server was asked", () => {
        if (this.#wrong.length > 0) throw new Error(this.#wrong.join("\n"));
      });
    } finally {
      await this.#closePages();
      await this.#writing?.close();
      for (const server of this.#servers) await server.close();
      rmSync(this.scratch, { recursive: true, force: true });
    }
  }
}

async function runCase(browser, file, home) {
  const one = await import(pathToFileURL(join(HERE, "cases", file)));
  console.log(`\n${one.name}`);
  const t = new Case(browser, file.replace(/\.mjs$/, ""), home);
  try {
    await one.run(t);
  } catch (error) {
    if (!(error instanceof CaseEnded)) {
      // A case does its work in checks; what it throws outside of them counts as one.
      await t.check(one.name, () => Promise.reject(error)).catch(() => {});
    }
  }
  await t.end();
}

const { positionals, values } = parseArgs({ allowPositionals: true, options: { dist: { type: "string" } } });
const dist = resolve(values.dist ?? join(ROOT, "dist"));
if (!existsSync(join(dist, "index.html"))) {
  console.error(`There is no index.html in ${dist}: build the site first, by ./dev build.`);
  process.exit(2);
}
const wanted = positionals[0] ?? "";
const files = readdirSync(join(HERE, "cases")).filter((file) => file.endsWith(".mjs") && file.includes(wanted));
if (files.length === 0) {
  console.error(`No file in tests/browser/cases has “${wanted}” in its name.`);
  process.exit(2);
}

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const home = await startServer({
  mounts: { "/some/where/": dist, "/some/where/runs/": join(FIXTURES, "metaflow"), "/some/where/broken/": join(FIXTURES, "broken"), "/some/where/prefect/": join(FIXTURES, "prefect") },
});
const browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_ARGS });
try {
  for (const file of files.sort()) await runCase(browser, file, home);
} finally {
  await browser.close();
  await home.close();
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
