// One line as runs (T.4 one-dimensional) or as modes against the line above (T.4 two-dimensional, T.6).

import { HORIZONTAL_WORD, PASS_WORD, VERTICAL_WORDS } from './modeCodes.ts';
import { LONGEST_CODED_RUN, LONGEST_MAKE_UP, RUN_LENGTH_SHIFT, blackCodes, whiteCodes } from './runCodes.ts';
import type { BitWriter } from './bitWriter.ts';
import type { Changes } from './rowChanges.ts';
import type { RunCodes } from './runCodes.ts';

const VERTICAL_BITS = Uint8Array.from(VERTICAL_WORDS, (word) => parseInt(word, 2));
const VERTICAL_LENGTHS = Uint8Array.from(VERTICAL_WORDS, (word) => word.length);
const PASS_BITS = parseInt(PASS_WORD, 2);
const HORIZONTAL_BITS = parseInt(HORIZONTAL_WORD, 2);
const CODE_MASK = (1 << RUN_LENGTH_SHIFT) - 1;

/** Most bytes that a line of this many changes takes against one of `referenceCount`, at any width. */
export function lineBytes(count: number, referenceCount: number): number {
  // A run takes at most 25 bits, half a horizontal mode 2 more; eight codes of 2560 fit in 20,000 pixels.
  return (count + 2) * 4 + referenceCount + 32;
}

/** Writes the line as alternating white and black runs (T.4 §4.1). */
export function encodeRuns(writer: BitWriter, changes: Changes, count: number): void {
  writer.reserve(lineBytes(count, 0));
  let a0 = 0;
  // The end mark behind the last change closes the last run.
  for (let index = 0; index <= count; index++) {
    const change = changes[index] ?? 0;
    putRun(writer, change - a0, (index & 1) === 0 ? whiteCodes : blackCodes);
    a0 = change;
  }
}

/**
 * Writes the line by the modes of T.4 §4.2 and T.6 §2.2: a0, a1, a2 are on the coded line, b1, b2 on the reference.
 * `referenceCount` changes of the reference only serve to reserve room.
 */
export function encodeModes(
  writer: BitWriter,
  changes: Changes,
  count: number,
  reference: Changes,
  referenceCount: number,
  width: number,
): void {
  writer.reserve(lineBytes(count, referenceCount));
  let a0 = 0;
  /** Index of a1; its parity is the colour of a0. */
  let a = 0;
  /** Index of b1: the first change beyond a0 to the colour that a0 has not. */
  let b = 0;
  while (a0 < width) {
    const a1 = changes[a] ?? width;
    const b1 = reference[b] ?? width;
    const offset = a1 - b1;
    if (offset === 0) {
      writer.put(1, 1);
      a0 = a1;
      a++;
      b++;
      continue;
    }
    const b2 = reference[b + 1] ?? width;
    if (b2 < a1) {
      writer.put(PASS_BITS, 4);
      a0 = b2;
      b += 2;
      continue;
    }
    if (offset >= -3 && offset <= 3) {
      writer.put(VERTICAL_BITS[offset + 3] ?? 0, VERTICAL_LENGTHS[offset + 3] ?? 0);
      a0 = a1;
      a++;
      // The other colour's first change beyond a0 may lie just before b1.
      b += offset > 0 || b === 0 ? 1 : -1;
    } else {
      const a2 = changes[a + 1] ?? width;
      const white = (a & 1) === 0;
      writer.put(HORIZONTAL_BITS, 3);
      putRun(writer, a1 - a0, white ? whiteCodes : blackCodes);
      putRun(writer, a2 - a1, white ? blackCodes : whiteCodes);
      a0 = a2;
      a += 2;
    }
    if (a0 >= width) break;
    while ((reference[b] ?? width) <= a0) b += 2;
  }
}

function putRun(writer: BitWriter, pixels: number, codes: RunCodes): void {
  let rest = pixels;
  for (; rest > LONGEST_CODED_RUN; rest -= LONGEST_MAKE_UP) writer.put(0b000000011111, 12);
  const code = codes[rest] ?? 0;
  writer.put(code & CODE_MASK, code >>> RUN_LENGTH_SHIFT);
}
