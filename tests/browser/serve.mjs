// node serve.mjs DIST [--port N]: the built app on 127.0.0.1 until Ctrl+C, with the bundled
// example and no runs of its own: those `runglass serve` gives.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startServer } from "./server.mjs";

const FIRST_PORT = 8000;
const PORTS_TRIED = 100;

const stop = (message) => {
  console.error(message);
  process.exit(1);
};

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
const [dist, ...more] = given.positionals;
const port = given.values.port === undefined ? undefined : Number(given.values.port);
if (!dist || more.length > 0) stop("Usage: serve.mjs DIST [--port N]");
if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) stop(`${given.values.port} is no port.`);
if (!existsSync(join(dist, "index.html"))) stop(`There is no index.html in ${dist}: build the site first, by ./dev build.`);

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));

const { origin } = await listen({ "/": dist }, port);
console.log(`Open ${origin}/`);
console.log("The bundled example opens there by one click; your own runs can be dropped on the page. Ctrl+C ends this.");
