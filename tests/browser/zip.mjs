// The recorded archives as folders, with nothing but Node.
//
// `unpack` reads the archives of tests/fixtures and trusts them; it is no reader for
// anybody else's.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { inflateRawSync } from "node:zlib";

/** Where the recorded runs were made. */
const RECORDED_IN = "/home/ana/lab/proj";

/**
 * Writes every file of a zip below a folder. Returns their paths. With `moved` the records
 * name that folder as the place of the values: the engine's own client looks nowhere else.
 */
export function unpack(zip, folder, { moved = false } = {}) {
  const bytes = readFileSync(zip);
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  let at = bytes.readUInt32LE(end + 16);
  const paths = [];
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [method, packed, nameLength, extra, comment] = [10, 20, 28, 30, 32].map((field) =>
      field === 20 ? bytes.readUInt32LE(at + field) : bytes.readUInt16LE(at + field),
    );
    const local = bytes.readUInt32LE(at + 42);
    const path = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    at += 46 + nameLength + extra + comment;
    if (path.endsWith("/")) continue;
    const target = resolve(folder, path);
    if (!target.startsWith(resolve(folder) + sep)) throw new Error(`${path} lies outside of its archive.`);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = bytes.subarray(start, start + packed);
    mkdirSync(dirname(target), { recursive: true });
    const plain = method === 0 ? content : inflateRawSync(content);
    const isRecord = moved && path.endsWith(".json");
    writeFileSync(target, isRecord ? plain.toString().replaceAll(RECORDED_IN, resolve(folder)) : plain);
    paths.push(path);
  }
  return paths;
}
