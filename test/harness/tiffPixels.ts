// The pixels of a TIFF as libtiff sees them: `tiffcp` undoes the compression, and only its plain output is read here.
// Two files whose pages have equal hashes show the same picture, bit for bit.

import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runTool } from './runTool.ts';

export interface TiffPage {
  width: number;
  height: number;
  /** SHA-256 (hex) over the rows, one bit per pixel, black = 1, rows padded with 0 to whole bytes. */
  sha256: string;
  blackPixels: number;
}

/** Every page of a TIFF file, decoded by libtiff. */
export async function tiffPixels(file: string): Promise<TiffPage[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hikyaku-tiff-'));
  try {
    const plain = path.join(folder, 'plain.tif');
    await runTool('tiffcp', ['-c', 'none', '-f', 'msb2lsb', '-p', 'contig', file, plain]);
    return readPlainTiff(await readFile(plain));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// TIFF 6.0, section 8: the tags that an uncompressed bilevel image needs.
const TAG = {
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  stripByteCounts: 279,
} as const;

function readPlainTiff(bytes: Buffer): TiffPage[] {
  const little = bytes.toString('latin1', 0, 2) === 'II';
  const read16 = (offset: number) => (little ? bytes.readUInt16LE(offset) : bytes.readUInt16BE(offset));
  const read32 = (offset: number) => (little ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset));
  const pages: TiffPage[] = [];
  let directory = read32(4);
  while (directory !== 0) {
    const count = read16(directory);
    const tags = new Map<number, number[]>();
    for (let index = 0; index < count; index += 1) {
      const entry = directory + 2 + index * 12;
      tags.set(read16(entry), readValues(entry));
    }
    pages.push(readPage(bytes, tags));
    directory = read32(directory + 2 + count * 12);
  }
  return pages;

  function readValues(entry: number): number[] {
    const size = read16(entry + 2) === 3 ? 2 : 4;
    const howMany = read32(entry + 4);
    const start = howMany * size <= 4 ? entry + 8 : read32(entry + 8);
    if (size === 4 && read16(entry + 2) !== 4) return [];
    return Array.from({ length: howMany }, (_, index) =>
      size === 2 ? read16(start + index * 2) : read32(start + index * 4),
    );
  }
}

function readPage(bytes: Buffer, tags: Map<number, number[]>): TiffPage {
  const one = (tag: number, otherwise?: number) => {
    const value = tags.get(tag)?.[0] ?? otherwise;
    if (value === undefined) throw new Error(`TIFF tag ${tag} is missing`);
    return value;
  };
  if (one(TAG.compression, 1) !== 1) throw new Error('the TIFF is still compressed');
  if (one(TAG.bitsPerSample, 1) !== 1) throw new Error('the TIFF is not bilevel');
  const width = one(TAG.imageWidth);
  const height = one(TAG.imageLength);
  const blackIsZero = one(TAG.photometric) === 1;
  const counts = tags.get(TAG.stripByteCounts) ?? [];
  const strips = (tags.get(TAG.stripOffsets) ?? []).map((offset, index) =>
    bytes.subarray(offset, offset + (counts[index] ?? 0)),
  );
  const rows = Buffer.concat(strips);
  const rowBytes = Math.ceil(width / 8);
  if (rows.length !== rowBytes * height) throw new Error('the TIFF has not as many rows as it says');
  const lastByteMask = (0xff << (rowBytes * 8 - width)) & 0xff;
  let blackPixels = 0;
  for (let index = 0; index < rows.length; index += 1) {
    const stored = rows[index] ?? 0;
    const black = blackIsZero ? ~stored & 0xff : stored;
    const byte = index % rowBytes === rowBytes - 1 ? black & lastByteMask : black;
    rows[index] = byte;
    blackPixels += ONES[byte] ?? 0;
  }
  return { width, height, sha256: createHash('sha256').update(rows).digest('hex'), blackPixels };
}

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);
