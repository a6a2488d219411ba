// node finish.mjs: the last step of a build, run by trunk as its hook `post_build`.
//
// What trunk has put into TRUNK_STAGING_DIR becomes what is served: one style sheet
// instead of many, scripts without what only their writers read, programs without
// exports that nobody calls, and every file but index.html under the hash of what is in
// it, so that a server may let browsers keep them for ever.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

const tools = join(dirname(fileURLToPath(import.meta.url)), "node_modules/.bin");
const site = process.env.TRUNK_STAGING_DIR;
// The way without --release is for looking quickly, and is left as it is.
if (!site || process.env.TRUNK_PROFILE === "debug") process.exit(0);

/** What the compiled programs use of WebAssembly beyond its first version. */
const FEATURES = ["bulk-memory", "nontrapping-float-to-int", "reference-types", "multivalue", "sign-ext", "mutable-globals"];

/** Exports of a crate that Leptos brings along, for streams that nobody here makes. */
const UNUSED = /intounderlying/;

const read = (name) => readFileSync(join(site, name), "utf8");
const write = (name, text) => writeFileSync(join(site, name), text);
let page = read("index.html");

/** Gives a file the name of its content, here and in the page. */
function named(name) {
  const hash = createHash("sha256").update(readFileSync(join(site, name))).digest("hex").slice(0, 16);
  const to = name.replace(/(-[0-9a-f]{10,16})?((_bg)?\.[a-z]+)$/, `-${hash}$2`);
  renameSync(join(site, name), join(site, to));
  page = page.replaceAll(name, to);
  return to;
}

function minified(name, format) {
  const text = read(name);
  write(name, transformSync(text, { loader: "js", minify: true, format, target: "es2022", legalComments: "none" }).code);
}

/** Removes what only the unused exports need. */
function slimmed(name) {
  const path = join(site, name);
  const scratch = mkdtempSync(join(tmpdir(), "runglass-"));
  const exports = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(path)));
  const used = exports.map((one) => one.name).filter((one) => !UNUSED.test(one));
  const graph = [{ name: "outside", root: true, reaches: used }, ...used.map((one) => ({ name: one, export: one }))];
  writeFileSync(join(scratch, "graph.json"), JSON.stringify(graph));
  const features = FEATURES.map((one) => `--enable-${one}`);
  const quiet = { stdio: ["ignore", "ignore", "inherit"] };
  execFileSync(join(tools, "wasm-metadce"), [path, ...features, "-f", join(scratch, "graph.json"), "-o", join(scratch, "less.wasm")], quiet);
  const strip = ["--strip-debug", "--strip-producers", "--strip-target-features"];
  execFileSync(join(tools, "wasm-opt"), [join(scratch, "less.wasm"), ...features, "-Oz", ...strip, "-o", path], quiet);
  rmSync(scratch, { recursive: true });
}

// Which program comes first `boot.js` knows: a link to a run needs no first page.
page = page.replace(/<link rel="(module)?preload"[^>]*>\s*/g, "");

// One style sheet.
const sheets = [...page.matchAll(/<link rel="stylesheet" href="\.\/([^"]+\.css)"[^>]*>\s*/g)];
const style = sheets.map(([, name]) => read(name)).join("\n");
write("style.css", transformSync(style, { loader: "css", minify: true, target: "es2022" }).code);
sheets.forEach(([link, name], at) => {
  page = page.replace(link, at === 0 ? '<link rel="stylesheet" href="./style.css">\n' : "");
  rmSync(join(site, name));
});
named("style.css");

// The programs, each a script and its WebAssembly.
for (const wasm of readdirSync(site).filter((name) => name.endsWith("_bg.wasm"))) {
  const script = wasm.replace("_bg.wasm", ".js");
  slimmed(wasm);
  // Both under the hash of both: they only fit each other.
  const both = createHash("sha256").update(readFileSync(join(site, wasm))).update(read(script));
  const stem = wasm.replace(/(-[0-9a-f]{10,16})?_bg\.wasm$/, "");
  const to = `${stem}-${both.digest("hex").slice(0, 16)}`;
  const from = wasm.replace("_bg.wasm", "");
  write(script, read(script).replaceAll(wasm, `${to}_bg.wasm`));
  minified(script, "esm");
  renameSync(join(site, wasm), join(site, `${to}_bg.wasm`));
  renameSync(join(site, script), join(site, `${to}.js`));
  page = page.replaceAll(`${from}_bg.wasm`, `${to}_bg.wasm`).replaceAll(`${from}.js`, `${to}.js`);
  page = page.replaceAll(`"./${from}"`, `"./${to}"`);
}

for (const script of ["boot.js", "worker.js"]) {
  minified(script);
  named(script);
}
write("index.html", page.replace(/<!--[^]*?-->/g, "").replace(/\n\s+/g, "\n"));
