// Folders into zips and back, with nothing but Node.
//
// `pack` stores without packing tighter: the zip is read on this machine. It writes
// zip64 (APPNOTE 4.3.14) where there are more files or bytes than the old records
// can count, because a Metaflow datastore has some 48 files for every task.
// `unpack` reads the archives of tests/fixtures and trusts them; it is no reader
// for anybody else's.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { inflateRawSync } from "node:zlib";

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;

const FULL16 = 0xffff;
const FULL32 = 0xffffffff;
/** Names are UTF-8 (general purpose bit 11). */
const UTF8 = 0x0800;
/** 1 January 1980, the day on which a zip's time begins: times are not what is looked at. */
const DAY_ONE = 0x0021;

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes, before = 0) {
  let value = ~before;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 0xff] ^ (value >>> 8);
  return ~value >>> 0;
}

/** Little-endian fields, each `[bytes, value]`. */
function record(...fields) {
  const bytes = Buffer.alloc(fields.reduce((sum, [width]) => sum + width, 0));
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 8) bytes.writeBigUInt64LE(BigInt(value), at);
    else bytes.writeUIntLE(value, at, width);
    at += width;
  }
  return bytes;
}

/**
 * Every file below a folder, with `/` between the parts, sorted. Links are not
 * followed, and what `skip` says yes to, by its name, is not looked at.
 */
export async function filesBelow(folder, skip = () => false, below = "") {
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found = [];
  for (const entry of entries) {
    if (skip(entry.name)) continue;
    const path = below ? `${below}/${entry.name}` : entry.name;
    if (entry.isDirectory()) found.push(...(await filesBelow(folder, skip, path)));
    else if (entry.isFile()) found.push(path);
  }
  return found;
}

/**
 * Writes files of a folder into a zip, under their paths with `prefix` before them.
 * Returns how many bytes of content there are.
 */
export async function pack(folder, files, zip, prefix = "") {
  const out = await open(zip, "w");
  const directory = [];
  let at = 0;
  let content = 0;
  try {
    const buffer = Buffer.alloc(1 << 20);
    for (const path of files) {
      const name = Buffer.from(prefix + path);
      const start = at;
      at += 30 + name.length;
      let [crc, size] = [0, 0];
      const file = await open(join(folder, path));
      try {
        for (;;) {
          const { bytesRead } = await file.read(buffer, 0, buffer.length);
          if (bytesRead === 0) break;
          const chunk = buffer.subarray(0, bytesRead);
          crc = crc32(chunk, crc);
          size += bytesRead;
          await out.write(chunk, 0, bytesRead, at);
          at += bytesRead;
        }
      } finally {
        await file.close();
      }
      if (size >= FULL32) throw new Error(`${path} has ${size} bytes, and a file of this zip has less than 4 GiB.`);
      // Version, flags, no compression, time and date, checksum, sizes.
      const facts = [[2, 20], [2, UTF8], [2, 0], [2, 0], [2, DAY_ONE], [4, crc], [4, size], [4, size], [2, name.length]];
      const header = Buffer.concat([record([4, LOCAL], ...facts, [2, 0]), name]);
      await out.write(header, 0, header.length, start);
      const far = start >= FULL32 ? record([2, 1], [2, 8], [8, start]) : Buffer.alloc(0);
      const rest = [[2, far.length], [2, 0], [2, 0], [2, 0], [4, 0], [4, Math.min(start, FULL32)]];
      directory.push(record([4, CENTRAL], [2, 45], ...facts, ...rest), name, far);
      content += size;
    }
    const entries = files.length;
    const list = Buffer.concat(directory);
    const end = at + list.length;
    const parts = [list];
    if (entries >= FULL16 || at >= FULL32 || list.length >= FULL32) {
      parts.push(record([4, END64], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, entries], [8, entries], [8, list.length], [8, at]));
      parts.push(record([4, LOCATOR64], [4, 0], [8, end], [4, 1]));
    }
    const count = Math.min(entries, FULL16);
    parts.push(record([4, END], [2, 0], [2, 0], [2, count], [2, count], [4, Math.min(list.length, FULL32)], [4, Math.min(at, FULL32)], [2, 0]));
    for (const part of parts) {
      await out.write(part, 0, part.length, at);
      at += part.length;
    }
  } finally {
    await out.close();
  }
  return content;
}

/** Writes every file of a zip below a folder. Returns their paths. */
export function unpack(zip, folder) {
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
    writeFileSync(target, method === 0 ? content : inflateRawSync(content));
    paths.push(path);
  }
  return paths;
}
