// The T.6 (MMR) decoder: one T.6 block to a packed bilevel raster, whatever the bytes are.

import { changesCapacity, paintChanges } from './rowChanges.ts';
import { RUN_CODE_BITS, blackLookup, whiteLookup } from './runCodes.ts';
import type { RunLookup } from './runCodes.ts';

export interface DecodedT6 {
  /** `rows` rows of ceil(width / 8) bytes, most significant bit first, black = 1. */
  raster: Uint8Array;
  rows: number;
  /** The block ended as it should: by EOFB, or with `maxRows` good rows. False when damage or the end of the data cut it short. */
  complete: boolean;
}

const EOL = 1;
const MODE_BITS = 7;
const PASS = 8;
const HORIZONTAL = 9;
/** By the next 7 bits (T.6 table 1): `length << 4 | mode`; modes 1 … 7 are VL3 … VR3; 0 is no code (EOL, extension or damage). */
const MODES = toModes([
  ['0000010', 1],
  ['000010', 2],
  ['010', 3],
  ['1', 4],
  ['011', 5],
  ['000011', 6],
  ['0000011', 7],
  ['0001', PASS],
  ['001', HORIZONTAL],
]);

/**
 * Decodes at most `maxRows` rows. Never throws and always ends: every code takes bits, so the work is bounded by the
 * data and by `maxRows`, the memory by `maxRows` rows. T.6 cannot resynchronise: damage ends the page with the rows
 * that were good before it.
 */
export function decodeT6(data: Uint8Array, width: number, maxRows: number): DecodedT6 {
  if (!(width >= 1) || !(maxRows >= 1)) return { raster: new Uint8Array(0), rows: 0, complete: false };
  const stride = (width + 7) >> 3;
  // A row takes one bit at least.
  const raster = new Uint8Array(stride * Math.min(maxRows, data.length * 8));
  const bits = new BitReader(data);
  let reference = new Uint32Array(changesCapacity(width)).fill(width, 0, 4);
  let current = new Uint32Array(changesCapacity(width));
  let rows = 0;
  let complete = false;
  for (;;) {
    complete = rows === maxRows || (bits.peek(12) === EOL && bits.peekAfter(12, 12) === EOL);
    if (complete) break;
    const count = decodeRow(bits, reference, current, width);
    if (count < 0) break;
    paintChanges(current, count, width, raster, rows * stride);
    rows++;
    [reference, current] = [current, reference];
  }
  return { raster: raster.subarray(0, rows * stride), rows, complete };
}

/** Returns the number of changes, or −1 where the data are no row. */
function decodeRow(bits: BitReader, reference: Uint32Array, current: Uint32Array, width: number): number {
  /** The pixel from which on the row is not known yet, and whether anything was read (a0 begins before the row). */
  let a0 = 0;
  let begun = false;
  let count = 0;
  /** 0 while a0 is white, 1 while it is black. */
  let colour = 0;
  let b = 0;
  do {
    const code = MODES[bits.peek(MODE_BITS)] ?? 0;
    const mode = code & 15;
    if (mode === 0 || !bits.skip(code >> 4)) return -1;
    const from = begun ? a0 : -1;
    while ((reference[b] ?? width) < width && (reference[b] ?? width) <= from) b += 2;
    if (mode === PASS) {
      a0 = reference[b + 1] ?? width;
    } else if (mode === HORIZONTAL) {
      for (let run = 0; run < 2; run++) {
        const pixels = readRun(bits, colour === 0 ? whiteLookup : blackLookup, width);
        if (pixels < 0 || a0 + pixels > width) return -1;
        a0 += pixels;
        count = addChange(current, count, a0);
        colour ^= 1;
      }
    } else {
      const a1 = (reference[b] ?? width) + mode - 4;
      if (a1 < a0 || a1 > width) return -1;
      a0 = a1;
      count = addChange(current, count, a0);
      colour ^= 1;
      b = b > 0 ? b - 1 : 1;
    }
    begun = true;
  } while (a0 < width);
  // A change at the very end is no change; what was read may end with several.
  while (count > 0 && current[count - 1] === width) count--;
  current.fill(width, count, count + 4);
  return count;
}

/** Two changes at one place are none: empty runs that a strange coder wrote disappear. */
function addChange(changes: Uint32Array, count: number, position: number): number {
  if (count > 0 && changes[count - 1] === position) return count - 1;
  changes[count] = position;
  return count + 1;
}

/** A whole run in pixels, or −1 for no code or a run wider than the page. */
function readRun(bits: BitReader, lookup: RunLookup, width: number): number {
  let total = 0;
  for (;;) {
    const code = lookup[bits.peek(RUN_CODE_BITS)] ?? 0;
    if (code === 0 || !bits.skip(code >> 12)) return -1;
    const pixels = code & 0xfff;
    total += pixels;
    if (total > width) return -1;
    if (pixels < 64) return total;
  }
}

function toModes(words: [string, number][]): Uint8Array {
  const modes = new Uint8Array(1 << MODE_BITS);
  for (const [word, mode] of words) {
    const spare = MODE_BITS - word.length;
    const first = parseInt(word, 2) << spare;
    modes.fill((word.length << 4) | mode, first, first + (1 << spare));
  }
  return modes;
}

/** Reads beyond the end give zeros, which are no code; taking them is refused. */
class BitReader {
  readonly #data: Uint8Array;
  readonly #end: number;
  #position = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
    this.#end = data.length * 8;
  }

  /** The next `length` (≤ 17) bits. */
  peek(length: number): number {
    return this.peekAfter(0, length);
  }

  peekAfter(ahead: number, length: number): number {
    const position = this.#position + ahead;
    const index = position >> 3;
    const word =
      ((this.#data[index] ?? 0) << 16) | ((this.#data[index + 1] ?? 0) << 8) | (this.#data[index + 2] ?? 0);
    return (word >> (24 - length - (position & 7))) & ((1 << length) - 1);
  }

  /** False when the data end before. */
  skip(length: number): boolean {
    this.#position += length;
    return this.#position <= this.#end;
  }
}
