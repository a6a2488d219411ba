// node first-load.mjs DIST: what a first visit loads, and whether it is little enough.
//
// Counted is every file that index.html names, and every file that those name in turn.
// The whole page and the engine come when a source is about to be opened, and are printed
// beside it; examples are fetched when somebody asks for one.

import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** Bytes of gzip that all files of a first visit may have together. */
const LIMIT = 250_000;

const READ_FOR_NAMES = /\.(html|css|m?js)$/;

/** The files of a first visit, as paths below `dist`, the page first. */
function loaded(dist) {
  const files = ["index.html"];
  for (const file of files) {
    if (!READ_FOR_NAMES.test(file)) continue;
    for (const name of names(readFileSync(join(dist, file), "utf8"))) {
      // A script's imports lie beside it, what it names otherwise beside the page.
      for (const base of [dirname(file), "."]) {
        const path = relative(dist, join(dist, base, name));
        if (path.startsWith("..") || path.split(sep)[0] === "examples" || files.includes(path)) continue;
        const there = join(dist, path);
        if (existsSync(there) && statSync(there).isFile()) files.push(path);
      }
    }
  }
  return files;
}

/** Everything in a text that could be the name of a file beside it. */
function names(text) {
  const found = text.match(/[\w./-]+\.(?:css|m?js|wasm|svg|png|ico|woff2|webmanifest|json)(?![\w.])/g) ?? [];
  return new Set(found.map((name) => name.replace(/^\.?\//, "")));
}

function sizes(bytes) {
  const most = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return [bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes, { params: most }).length];
}

const [dist] = process.argv.slice(2);
if (!dist || !existsSync(join(dist, "index.html"))) {
  console.error(`There is no index.html in ${dist ?? "(no folder given)"}: build the site first, by ./dev build.`);
  process.exit(2);
}

const first = loaded(dist);
const opening = readdirSync(dist).filter((file) => /^runglass-.*\.(js|wasm)$/.test(file) && !first.includes(file)).sort();
const width = Math.max(...[...first, ...opening].map((file) => file.length), "opening a source".length);
const line = (name, cells) => console.log(name.padEnd(width), ...cells.map((cell) => cell.toLocaleString("en").padStart(10)));

/** Prints the files with their sizes; answers the sums. */
function table(title, files) {
  const rows = files.map((file) => [file, ...sizes(readFileSync(join(dist, file)))]);
  const total = rows.reduce((sum, [, ...row]) => sum.map((value, at) => value + row[at]), [0, 0, 0]);
  line(title, ["raw", "gzip", "brotli"]);
  for (const [file, ...row] of rows) line(file, row);
  line("total", total);
  return total;
}

const [, gzip] = table("first load", first);
console.log();
table("opening a source", opening);

const rest = (LIMIT - gzip).toLocaleString("en");
console.log(`\n${LIMIT.toLocaleString("en")} bytes of gzip are allowed for the first load: ${gzip > LIMIT ? `${rest.slice(1)} too many` : `${rest} left`}.`);
process.exit(gzip > LIMIT ? 1 : 0);
