// What sharp does not tell of a TIFF page: its two resolutions, and whether it is black and white.

import type { FileHandle } from 'node:fs/promises';

export interface TiffPageTags {
  width: number;
  height: number;
  bilevel: boolean;
  /** Pixels per inch; undefined when the file does not say. */
  xDpi: number | undefined;
  yDpi: number | undefined;
  /** 1 … 8 as in TIFF 6.0. */
  orientation: number;
}

const MOST_ENTRIES = 512;
const CENTIMETRES = 3;

/** Reads the directories of a classic TIFF file in order, at most `maxPages`; stops at damage. BigTIFF gives none. */
export async function readTiffDirectories(file: FileHandle, maxPages: number): Promise<TiffPageTags[]> {
  const head = await readAt(file, 0, 8);
  if (head.length < 8) return [];
  const little = head[0] === 0x49;
  const u16 = (bytes: Buffer, at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const u32 = (bytes: Buffer, at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  if (u16(head, 2) !== 42) return [];
  const pages: TiffPageTags[] = [];
  const seen = new Set<number>();
  let offset = u32(head, 4);
  while (offset !== 0 && !seen.has(offset) && pages.length < maxPages) {
    seen.add(offset);
    const counted = await readAt(file, offset, 2);
    if (counted.length < 2) break;
    const count = Math.min(u16(counted, 0), MOST_ENTRIES);
    const entries = await readAt(file, offset + 2, count * 12 + 4);
    if (entries.length < count * 12 + 4) break;
    const values = new Map<number, number>();
    for (let at = 0; at < count * 12; at += 12) {
      const type = u16(entries, at + 2);
      values.set(u16(entries, at), type === 3 ? u16(entries, at + 8) : u32(entries, at + 8));
    }
    const rational = async (tag: number) => {
      const at = values.get(tag);
      const bytes = at === undefined ? Buffer.alloc(0) : await readAt(file, at, 8);
      if (bytes.length < 8 || u32(bytes, 4) === 0) return undefined;
      const perUnit = u32(bytes, 0) / u32(bytes, 4);
      const unit = values.get(296) ?? 2;
      if (!(perUnit > 0) || unit === 1) return undefined;
      return unit === CENTIMETRES ? perUnit * 2.54 : perUnit;
    };
    pages.push({
      width: values.get(256) ?? 0,
      height: values.get(257) ?? 0,
      bilevel: (values.get(258) ?? 1) === 1 && (values.get(277) ?? 1) === 1 && (values.get(262) ?? 0) <= 1,
      xDpi: await rational(282),
      yDpi: await rational(283),
      orientation: values.get(274) ?? 1,
    });
    offset = u32(entries, count * 12);
  }
  return pages;
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, offset);
  return bytes.subarray(0, bytesRead);
}
