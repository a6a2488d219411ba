// Runs that are written while somebody looks: a recorded run again and again, as if it
// happened now, file by file and each file first in half.

import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { unpack } from "./zip.mjs";

const RECORDED = "1795211174306524";
const FLOW = "LinearFlow";

/** Runs that stay; older ones are deleted, as somebody does whose disk is full. */
const KEPT = 30;

/** Moments in names and records, in milliseconds. */
const MOMENT = /(?<!\d)1795211\d{6}(?!\d)/g;

export class Writer {
  #files;
  #folder;
  #last = 0;
  /** The runs that are there, the newest last. */
  runs = [];

  /** Into the datastore at `folder`, from the archive of the run; `scratch` is for unpacking. */
  constructor(archive, scratch, folder) {
    unpack(archive, scratch);
    this.#folder = folder;
    const paths = readdirSync(scratch, { recursive: true, withFileTypes: true });
    this.#files = paths
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .map((path) => [path.slice(scratch.length + 1), readFileSync(path)]);
  }

  /** What is no run: the flow's own record, and the values. */
  begin() {
    for (const [path, bytes] of this.#files) if (!path.includes(RECORDED)) this.#write(path, bytes);
  }

  /** The id of a run that begins now. */
  next() {
    this.#last = Math.max(Date.now(), this.#last + 1);
    const id = `${this.#last}000`;
    this.runs.push(id);
    while (this.runs.length > KEPT) rmSync(join(this.#folder, FLOW, this.runs.shift()), { recursive: true });
    return id;
  }

  /** The files of a run, those that `wanted` says yes to, the run's own record first. */
  write(id, wanted = () => true) {
    const later = Number(id.slice(0, 13)) - Number(RECORDED.slice(0, 13));
    const now = (text) => text.replaceAll(RECORDED, id).replace(MOMENT, (moment) => String(Number(moment) + later));
    const depth = (path) => path.split("/").length;
    const files = this.#files.filter(([path]) => path.includes(RECORDED) && wanted(path));
    files.sort(([a], [b]) => depth(a) - depth(b) || (a < b ? -1 : 1));
    for (const [path, bytes] of files) {
      const text = now(bytes.toString("latin1"));
      const whole = Buffer.from(text, "latin1");
      this.#write(now(path), whole.subarray(0, whole.length / 2));
      this.#write(now(path), whole);
    }
  }

  #write(path, bytes) {
    const place = join(this.#folder, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, bytes);
  }
}

/** Before the last step has begun, and what is left of the run then. */
export const BEFORE_THE_END = (path) => !path.includes("/end/");
export const THE_END = (path) => path.includes("/end/");

/**
 * Writes runs under a page that shows the list of them, until `more` says no. Each must
 * appear, run, and be seen to end; nothing may be left out at the end. `told` hears what
 * server and page hold in memory, in megabytes.
 */
export async function soak({ page, server, writer, more, told }) {
  const row = (id) => page.raw.getByRole("table", { name: "Runs" }).getByRole("row").filter({ hasText: id });
  const shows = (id, status) => row(id).filter({ has: page.raw.getByRole("img", { name: status }).or(page.raw.getByText(status)) });
  for (let round = 1; more(round); round += 1) {
    const id = writer.next();
    writer.write(id, BEFORE_THE_END);
    await shows(id, "Running").waitFor();
    writer.write(id, THE_END);
    await shows(id, "Succeeded").waitFor();
    await page.raw.locator(`[role="table"][aria-label="Runs"][aria-rowcount="${writer.runs.length}"]`).waitFor();
    const [worker] = page.raw.workers();
    const engine = await worker.evaluate(() => globalThis.runglassProgram.memory.buffer.byteLength);
    const heap = await page.raw.evaluate(() => performance.memory?.usedJSHeapSize ?? 0);
    told({ round, server: server.memory(), engine: engine / 2 ** 20, page: heap / 2 ** 20 });
  }
}
