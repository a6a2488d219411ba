// A small server of files, for the tests and for `./dev serve`: loopback only.
//
// It behaves as a good static host does, and on demand as a bad one: without
// ranges, without permission for other pages, with refusals, in small pieces, or
// holding an answer back half-way. It keeps a list of what was asked of it.
//
// Start with `startServer`.

import { once } from "node:events";
import { createReadStream } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { extname, join, sep } from "node:path";
import { gzipSync } from "node:zlib";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".gz": "application/gzip",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".log": "text/plain; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".zip": "application/zip",
};

/** Headers that a page of another origin sees only when they are named. */
const EXPOSED = "Accept-Ranges, Content-Length, Content-Range, ETag";

/**
 * Serves folders and files on 127.0.0.1.
 *
 * `mounts` says what lies where: `{ "/some/where/": "dist", "/runs/a.zip": "tests/…/a.zip" }`;
 * the longest that fits counts. Options, all of which can be changed while it runs,
 * by `server.options`:
 * - `ranges`: whether `Range` is honoured (default true);
 * - `cors`: "none", "all", or "all-with-exposed-headers";
 * - `status`: path → status that is sent instead of the file;
 * - `piece`: bytes of a body that are written in one turn of the event loop;
 * - `lies`: "part" sends the part that was asked for first, whatever part is asked for, as a
 *   cache that looks at addresses alone; "packed" packs every body by gzip and unpacks ranges
 *   to more than was asked for, as some proxies do;
 * - `announce`: path → the `Content-Length` that is sent, whatever the file has;
 * - `tls`: `{ key, cert }`, to serve by https;
 * - `needs`: `{ header, value }`, without which nothing is given (401);
 * - `signed`: the query without which nothing is given (403), as with presigned addresses;
 * - `hold`: path → bytes after which the answer waits for `server.release(path)`, at its
 *   next piece (64 KiB where `piece` is not given).
 *
 * `server.requests` is the log: `{ method, path, range, status, bytes, aborted, ended }`,
 * the path decoded, `bytes` those of the body so far, `aborted` when the reader went
 * away, `ended` a promise of the end.
 */
export async function startServer({ mounts, port = 0, ...given }) {
  const options = { ranges: true, cors: "none", piece: 0, ...given, status: { ...given.status }, announce: { ...given.announce }, hold: { ...given.hold } };
  const requests = [];
  const held = new Set();
  const parts = new Map();
  const roots = [];
  for (const [at, place] of Object.entries(mounts)) roots.push({ at, root: await realpath(place) });
  roots.sort((a, b) => b.at.length - a.at.length);

  const { tls } = options;
  const create = tls ? (heard) => createSecureServer(tls, heard) : createServer;
  const server = create((request, response) => {
    const entry = { method: request.method, path: request.url, range: request.headers.range, status: 0, bytes: 0, aborted: false };
    requests.push(entry);
    entry.ended = once(response, "close").then(() => {
      entry.aborted = !response.writableFinished;
    });
    answer({ request, response, entry, options, roots, held, parts }).catch((error) => {
      // A file went away while it was read.
      if (response.headersSent) response.destroy();
      else refuse(response, entry, 500, `${error.message}\n`);
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const origin = `${tls ? "https" : "http"}://127.0.0.1:${server.address().port}`;
  return {
    origin,
    options,
    requests,
    /** Lets the answers for a path go on, those that are not held yet too. */
    release: (path) => {
      delete options.hold[path];
      for (const one of [...held]) if (one.path === path) one.go();
    },
    /** The address of a path that begins with `/`. */
    url: (path) => origin + path,
    close: () =>
      new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      }),
  };
}

async function answer({ request, response, entry, options, roots, held, parts }) {
  // A page that gave this machine's address a name of its own (DNS rebinding) reads nothing.
  const host = request.headers.host?.replace(/:\d+$/, "");
  if (host !== "127.0.0.1" && host !== "localhost") return refuse(response, entry, 421, "This server is only for this machine.\n");

  if (options.cors !== "none") response.setHeader("Access-Control-Allow-Origin", "*");
  if (options.cors === "all-with-exposed-headers") response.setHeader("Access-Control-Expose-Headers", EXPOSED);
  response.setHeader("Cache-Control", "no-cache");
  response.setHeader("X-Content-Type-Options", "nosniff");

  if (request.method === "OPTIONS" && options.cors !== "none") {
    response.setHeader("Access-Control-Allow-Headers", ["Range", options.needs?.header].filter(Boolean).join(", "));
    return refuse(response, entry, 204, "");
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return refuse(response, entry, 405, "Only GET and HEAD are answered here.\n");
  }
  const path = pathOf(request.url);
  if (path === undefined) return refuse(response, entry, 400, "This is no path.\n");
  entry.path = path;
  const { header, value } = options.needs ?? {};
  if (header) entry.key = request.headers[header.toLowerCase()];
  if (entry.key !== value) return refuse(response, entry, 401, "Who asks?\n");
  if (options.signed && request.url.split("?")[1] !== options.signed) return refuse(response, entry, 403, "Not without a signature.\n");
  if (options.status[path]) return refuse(response, entry, options.status[path], "As the test wants it.\n");

  const found = await find(path, roots);
  if (!found) return refuse(response, entry, 404, `There is no ${path} here.\n`);
  if (found.folder) {
    response.setHeader("Location", `${encodeURI(path)}/`);
    return refuse(response, entry, 301, "");
  }

  const { file, stats } = found;
  const size = stats.size;
  const etag = `"${size.toString(16)}-${Math.trunc(stats.mtimeMs).toString(16)}"`;
  response.setHeader("Content-Type", TYPES[extname(file).toLowerCase()] ?? "application/octet-stream");
  response.setHeader("ETag", etag);
  response.setHeader("Last-Modified", stats.mtime.toUTCString());
  if (options.ranges) response.setHeader("Accept-Ranges", "bytes");
  if (request.headers["if-none-match"] === etag) return refuse(response, entry, 304, "");

  const condition = request.headers["if-range"];
  const range = options.ranges && (!condition || condition === etag) ? rangeOf(request.headers.range, size) : "whole";
  if (range === "none") {
    response.setHeader("Content-Range", `bytes */${size}`);
    return refuse(response, entry, 416, "");
  }
  let [first, end] = range === "whole" ? [0, size] : range;
  if (options.lies === "packed") return packed(file, range, { response, entry, size });
  if (options.lies === "part" && range !== "whole") {
    if (!parts.has(path)) parts.set(path, range);
    [first, end] = parts.get(path);
  }
  if (range !== "whole") response.setHeader("Content-Range", `bytes ${first}-${end - 1}/${size}`);
  response.setHeader("Content-Length", options.announce[path] ?? end - first);
  entry.status = range === "whole" ? 200 : 206;
  response.writeHead(entry.status);
  if (request.method === "HEAD" || first === end) return response.end();
  await send(file, first, end, { response, entry, options, held });
}

/** The body packed, whatever was asked for: a range counts the packed bytes, which is what it means, and a reader sees the unpacked ones. */
async function packed(file, range, { response, entry, size }) {
  const body = gzipSync(await readFile(file));
  response.setHeader("Content-Encoding", "gzip");
  if (range !== "whole") response.setHeader("Content-Range", `bytes ${range[0]}-${range[1] - 1}/${size}`);
  response.setHeader("Content-Length", body.length);
  entry.status = range === "whole" ? 200 : 206;
  entry.bytes = body.length;
  response.writeHead(entry.status);
  response.end(body);
}

/** An answer that is no file. */
function refuse(response, entry, status, text) {
  entry.status = status;
  response.statusCode = status;
  if (text) response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.end(text);
}

/** The path of a request, decoded; nothing for one that tries to climb or to hide a separator. */
function pathOf(url) {
  let parts;
  try {
    parts = url.split(/[?#]/, 1)[0].split("/").map(decodeURIComponent);
  } catch {
    return undefined;
  }
  const bad = (part) => part === "." || part === ".." || /[/\\\0]/.test(part);
  return parts[0] !== "" || parts.some(bad) ? undefined : parts.join("/");
}

/** The file at a path, or that there is a folder there. Links may not lead out of a root. */
async function find(path, roots) {
  const { at, root } = roots.find(({ at }) => path === at || (at.endsWith("/") && path.startsWith(at))) ?? {};
  if (root === undefined) return undefined;
  let file;
  try {
    file = await realpath(join(root, path.slice(at.length), path.endsWith("/") ? "index.html" : ""));
  } catch {
    return undefined;
  }
  if (file !== root && !file.startsWith(root + sep)) return undefined;
  const stats = await stat(file);
  if (stats.isDirectory()) return { folder: true };
  return stats.isFile() ? { file, stats } : undefined;
}

/**
 * What a `Range` header asks for, as `[first, end]` with the end left out; "whole"
 * where there is none, or one that need not be understood (RFC 9110 §14.2: another
 * unit, several ranges); "none" where it asks for bytes that are not there.
 */
function rangeOf(header, size) {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === undefined || (first === "" && last === "")) return "whole";
  if (first === "") return Number(last) === 0 || size === 0 ? "none" : [Math.max(0, size - Number(last)), size];
  if (last !== "" && Number(last) < Number(first)) return "whole";
  return Number(first) >= size ? "none" : [Number(first), last === "" ? size : Math.min(size, Number(last) + 1)];
}

/** Sends bytes `first` to `end` of a file, in the pieces and with the halt that were asked for. */
async function send(file, first, end, { response, entry, options, held }) {
  const highWaterMark = options.piece || undefined;
  const gone = new Promise((closed) => response.once("close", closed));
  for await (const chunk of createReadStream(file, { start: first, end: end - 1, highWaterMark })) {
    if (entry.bytes >= options.hold[entry.path]) {
      const waiting = { path: entry.path };
      const released = new Promise((go) => (waiting.go = go));
      held.add(waiting);
      await Promise.race([released, gone]);
      held.delete(waiting);
    }
    if (response.destroyed) return;
    entry.bytes += chunk.length;
    if (!response.write(chunk)) await Promise.race([new Promise((go) => response.once("drain", go)), gone]);
    if (options.piece) await new Promise(setImmediate);
  }
  response.end();
}
