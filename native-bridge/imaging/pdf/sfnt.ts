// The little that is needed of a TrueType or OpenType file: its faces, their names, and which characters they have.

/** A face within a font file. */
export interface Face {
  /** Offset of its table directory; 0 except in collections. */
  offset: number;
  /** Family, full and PostScript names in all languages of the file. */
  names: string[];
  bold: boolean;
  italic: boolean;
}

export type ReadAt = (offset: number, length: number) => Buffer;

const MOST_FACES = 64;
const MOST_TABLES = 200;
const MOST_NAME_BYTES = 1 << 20;
/** name table: family, full name, PostScript name, typographic family. */
const NAME_IDS = new Set([1, 4, 6, 16]);

/** The faces of a font file; empty when it is none. `readAt` gives fewer bytes at the end of the file. */
export function readFaces(readAt: ReadAt): Face[] {
  return faceOffsets(readAt).flatMap((offset) => {
    const tables = readTables(readAt, offset);
    const name = tables.get('name');
    if (name === undefined) return [];
    const head = tables.get('head');
    const macStyle = head === undefined ? 0 : u16(readAt(head.offset + 44, 2), 0);
    return [
      {
        offset,
        names: readNames(readAt(name.offset, Math.min(name.length, MOST_NAME_BYTES))),
        bold: (macStyle & 1) !== 0,
        italic: (macStyle & 2) !== 0,
      },
    ];
  });
}

/** One face as a font file of its own (a face of a collection shares tables with its neighbours). */
export function extractFace(readAt: ReadAt, offset: number): Uint8Array {
  const directory = readAt(offset, 12);
  const tables = [...readTables(readAt, offset)];
  const headerLength = 12 + tables.length * 16;
  let position = (headerLength + 3) & ~3;
  const placed = tables.map(([tag, table]) => {
    const at = position;
    position += (table.length + 3) & ~3;
    return { tag, table, at };
  });
  const font = Buffer.alloc(position);
  directory.copy(font, 0);
  font.writeUInt16BE(tables.length, 4);
  for (const [index, { tag, table, at }] of placed.entries()) {
    const entry = 12 + index * 16;
    font.write(tag, entry, 'latin1');
    font.writeUInt32BE(table.checksum, entry + 4);
    font.writeUInt32BE(at, entry + 8);
    font.writeUInt32BE(table.length, entry + 12);
    readAt(table.offset, table.length).copy(font, at);
  }
  return font;
}

/** Whether the face draws a character, from its Unicode cmap (formats 4 and 12). */
export function characterTest(readAt: ReadAt, offset: number): (codePoint: number) => boolean {
  const cmap = readTables(readAt, offset).get('cmap');
  if (cmap === undefined) return () => false;
  const table = readAt(cmap.offset, Math.min(cmap.length, 4 << 20));
  let best: { format: number; at: number } | undefined;
  const count = Math.min(u16(table, 2), 64);
  for (let index = 0; index < count; index++) {
    const at = u32(table, 4 + index * 8 + 4);
    const platform = u16(table, 4 + index * 8);
    const format = u16(table, at);
    if ((platform === 0 || platform === 3) && (format === 12 || (format === 4 && best === undefined))) {
      best = { format, at };
    }
  }
  if (best === undefined) return () => false;
  const ranges = best.format === 12 ? readRanges12(table, best.at) : readRanges4(table, best.at);
  return (codePoint) => ranges.some(([first, last]) => codePoint >= first && codePoint <= last);
}

function faceOffsets(readAt: ReadAt): number[] {
  const head = readAt(0, 12);
  if (head.length < 12) return [];
  const tag = head.toString('latin1', 0, 4);
  if (tag === 'OTTO' || tag === 'true' || tag === '\0\x01\0\0') return [0];
  if (tag !== 'ttcf') return [];
  const count = Math.min(u32(head, 8), MOST_FACES);
  const list = readAt(12, count * 4);
  return Array.from({ length: count }, (_, index) => u32(list, index * 4));
}

interface Table {
  offset: number;
  length: number;
  checksum: number;
}

function readTables(readAt: ReadAt, offset: number): Map<string, Table> {
  const count = Math.min(u16(readAt(offset + 4, 2), 0), MOST_TABLES);
  const directory = readAt(offset + 12, count * 16);
  const tables = new Map<string, Table>();
  for (let at = 0; at + 16 <= directory.length; at += 16) {
    tables.set(directory.toString('latin1', at, at + 4), {
      checksum: u32(directory, at + 4),
      offset: u32(directory, at + 8),
      length: u32(directory, at + 12),
    });
  }
  return tables;
}

function readNames(table: Buffer): string[] {
  const count = u16(table, 2);
  const strings = u16(table, 4);
  const names = new Set<string>();
  for (let at = 6; at + 12 <= table.length && at < 6 + count * 12; at += 12) {
    const platform = u16(table, at);
    if (!NAME_IDS.has(u16(table, at + 6))) continue;
    const start = strings + u16(table, at + 10);
    const bytes = table.subarray(start, start + u16(table, at + 8));
    names.add(platform === 1 ? bytes.toString('latin1') : utf16be(bytes));
  }
  return [...names];
}

function readRanges4(table: Buffer, at: number): [number, number][] {
  const segments = u16(table, at + 6) >> 1;
  return Array.from({ length: segments }, (_, index): [number, number] => [
    u16(table, at + 16 + segments * 2 + index * 2),
    u16(table, at + 14 + index * 2),
  ]).filter(([first, last]) => first <= last && first !== 0xffff);
}

function readRanges12(table: Buffer, at: number): [number, number][] {
  const groups = Math.min(u32(table, at + 12), 100_000);
  return Array.from({ length: groups }, (_, index): [number, number] => [
    u32(table, at + 16 + index * 12),
    u32(table, at + 20 + index * 12),
  ]);
}

function utf16be(bytes: Buffer): string {
  return Buffer.from(bytes.subarray(0, bytes.length & ~1))
    .swap16()
    .toString('utf16le');
}

function u16(bytes: Buffer, at: number): number {
  return at + 2 <= bytes.length ? bytes.readUInt16BE(at) : 0;
}

function u32(bytes: Buffer, at: number): number {
  return at + 4 <= bytes.length ? bytes.readUInt32BE(at) : 0;
}
