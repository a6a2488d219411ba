// `runglass serve` as somebody starts it: the real program over a folder, with the app
// that was built.

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The program that `cargo test` and `cargo build` leave behind. */
export function programAt(root) {
  const program = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug/runglass");
  if (!existsSync(program)) throw new Error(`There is no ${program}: build it by cargo build.`);
  return program;
}

/** Starts it; `options` are those of its command line. */
export async function startProgram({ root, dist, path, options = [] }) {
  const fixed = ["serve", path, "--app", dist, "--no-open"];
  const port = options.includes("--port") ? [] : ["--port", "0"];
  const child = spawn(programAt(root), [...fixed, ...port, ...options], { stdio: ["ignore", "pipe", "pipe"] });
  const said = [];
  child.stderr.on("data", (bytes) => said.push(bytes));
  const ended = new Promise((end) => child.once("exit", (code, signal) => end({ code, signal })));
  const lines = createInterface({ input: child.stdout });
  const address = await Promise.race([new Promise((line) => lines.once("line", line)), ended.then(() => undefined)]);
  if (!address) throw new Error(Buffer.concat(said).toString());
  const { origin, port: listening } = new URL(address);
  return {
    address,
    origin,
    port: listening,
    /** Ends it as Ctrl+C does; how it ended. */
    async close() {
      if (child.exitCode === null) child.kill("SIGINT");
      return ended;
    },
    /** Megabytes that it holds in memory. */
    memory() {
      const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"));
      return Number(kilobytes) / 1024;
    },
  };
}
