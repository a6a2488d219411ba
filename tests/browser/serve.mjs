// node serve.mjs DIST [PATH] [--port N]: the built app on 127.0.0.1 until Ctrl+C.
//
// With PATH, that file or folder lies beside the app under runs/, and the printed
// address opens it. A page cannot read a folder by URL yet, so a folder is packed
// into a temporary zip first: it shows what was there when this began.

import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { startServer } from "./server.mjs";
import { filesBelow, pack } from "./zip.mjs";

const FIRST_PORT = 8000;
const PORTS_TRIED = 100;

const stop = (message) => {
  console.error(message);
  process.exit(1);
};

/** The files of a folder that belong to runs: what lies in a `.metaflow`, or all where there is none. */
async function filesOfRuns(folder) {
  const all = await filesBelow(folder, (name) => [".git", ".venv", "node_modules"].includes(name));
  const inStores = all.filter((path) => path.split("/").includes(".metaflow"));
  return inStores.length > 0 ? inStores : all;
}

/** A folder as a temporary zip, which goes away with this process. */
async function packed(folder) {
  const store = basename(folder) === ".metaflow";
  const name = basename(store ? dirname(folder) : folder) || "runs";
  const files = await filesOfRuns(folder);
  if (files.length === 0) stop(`There are no files in ${folder}.`);
  const scratch = mkdtempSync(join(tmpdir(), "runglass-"));
  process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
  const zip = join(scratch, `${name}.zip`);
  const bytes = await pack(folder, files, zip, store ? ".metaflow/" : "");
  const size = `${files.length.toLocaleString("en")} files, ${(bytes / 1e6).toFixed(1)} MB`;
  console.log(`${folder} as it is now: ${size}. Start again to see newer runs.`);
  return zip;
}

async function listen(mounts, wanted) {
  const last = wanted ?? FIRST_PORT + PORTS_TRIED - 1;
  for (let port = wanted ?? FIRST_PORT; port <= last; port += 1) {
    try {
      return await startServer({ mounts, port });
    } catch (error) {
      if (error.code !== "EADDRINUSE") throw error;
    }
  }
  return stop(wanted ? `Port ${wanted} is taken. Try another --port.` : `Ports ${FIRST_PORT} to ${last} are taken. Try --port N.`);
}

let given;
try {
  given = parseArgs({ allowPositionals: true, options: { port: { type: "string" } } });
} catch (error) {
  stop(error.message);
}
const [dist, path, ...more] = given.positionals;
const port = given.values.port === undefined ? undefined : Number(given.values.port);
if (!dist || more.length > 0) stop("Usage: serve.mjs DIST [PATH] [--port N]");
if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) stop(`${given.values.port} is no port.`);
if (!existsSync(join(dist, "index.html"))) stop(`There is no index.html in ${dist}: build the site first, by ./dev build.`);

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));

const mounts = { "/": dist };
let hash = "";
if (path !== undefined) {
  // ./dev changes into its own folder; RUNGLASS_FROM says where it was called.
  const place = resolve(process.env.RUNGLASS_FROM ?? ".", path);
  if (!existsSync(place)) stop(`There is no ${place}.`);
  const file = statSync(place).isDirectory() ? await packed(place).catch((error) => stop(`${place} cannot be packed: ${error.message}`)) : place;
  mounts[`/runs/${basename(file)}`] = file;
  hash = `#/?src=runs/${encodeURIComponent(basename(file))}`;
}

const { origin } = await listen(mounts, port);
console.log(`Open ${origin}/${hash}`);
if (hash) console.log(`The bundled example opens by one click at ${origin}/. Ctrl+C ends this.`);
else console.log("The bundled example opens there by one click; your own runs can be dropped on the page. Ctrl+C ends this.");
