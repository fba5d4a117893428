// The codes of one line to its changes: runs (T.4 one-dimensional) or modes against the line above (T.4
// two-dimensional, T.6). Both can stop where the data end for now and go on when there are more.

import { HORIZONTAL, LONGEST_MODE_CODE, PASS, V0, modeLookup } from './modeCodes.ts';
import {
  BLACK_CODE_BITS,
  EMPTY_RUN,
  FIRST_SPECIAL,
  NO_CODE,
  WHITE_CODE_BITS,
  blackLookup,
  whiteLookup,
} from './runCodes.ts';
import { closeChanges } from './rowChanges.ts';
import type { Changes } from './rowChanges.ts';
import type { RunLookup } from './runCodes.ts';

/** Where a row stands: what the decoders below take up and leave behind. Positions in the data are in bits. */
export interface RowCursor {
  view: DataView;
  position: number;
  /** No code that begins behind it may be read. `READ_AHEAD_BITS` from it on can be looked at. */
  safeLimit: number;
  width: number;
  /** The row is known up to this pixel. */
  a0: number;
  /** Changes found so far; even while a0 is white. */
  count: number;
  /** Index of b1 in the reference. */
  b: number;
  current: Changes;
  reference: Changes;
}

/** A code of a white and of a black run are looked up from one word of which 25 bits are sure to be there. */
export const READ_AHEAD_BITS = 32;

/** The row is whole; or the data end before it does; or what stands at the position is no code of a row this wide. */
export type RowState = 'whole' | 'unfinished' | 'broken';

const WHITE_SHIFT = 32 - WHITE_CODE_BITS;
const BLACK_SHIFT = 32 - BLACK_CODE_BITS;
const MODE_SHIFT = 32 - LONGEST_MODE_CODE;

/** Begins a row at the cursor's position. */
export function beginRow(cursor: RowCursor): void {
  cursor.a0 = 0;
  cursor.count = 0;
  cursor.b = 0;
}

/** Reads a one-dimensional row. Where it is unfinished, the cursor stands before the white run that is to be read. */
export function decodeRuns(cursor: RowCursor): RowState {
  const { view, safeLimit, width, current } = cursor;
  let { position, a0, count } = cursor;
  while (a0 < width) {
    if (position > safeLimit) return leave(cursor, position, a0, count);
    // A pair of runs is taken as one, or not at all when the data end within it.
    const begin = position;
    const beginA0 = a0;
    const beginCount = count;
    let window = view.getInt32(position >> 3) << (position & 7);
    const white = whiteLookup[window >>> WHITE_SHIFT] ?? NO_CODE;
    if (white < FIRST_SPECIAL) {
      a0 += white >> 4;
      position += white & 15;
      window <<= white & 15;
      current[count++] = a0;
    } else {
      cursor.position = position;
      const run = readSpecialRun(cursor, whiteLookup, WHITE_SHIFT);
      if (run === UNFINISHED) return leave(cursor, begin, beginA0, beginCount);
      if (run < 0) return 'broken';
      a0 += run;
      count = addChange(current, count, a0);
      position = cursor.position;
      if (position > safeLimit && a0 < width) return leave(cursor, begin, beginA0, beginCount);
      window = view.getInt32(position >> 3) << (position & 7);
    }
    if (a0 >= width) break;
    const black = blackLookup[window >>> BLACK_SHIFT] ?? NO_CODE;
    if (black < FIRST_SPECIAL) {
      a0 += black >> 4;
      position += black & 15;
      current[count++] = a0;
    } else {
      cursor.position = position;
      const run = readSpecialRun(cursor, blackLookup, BLACK_SHIFT);
      if (run === UNFINISHED) return leave(cursor, begin, beginA0, beginCount);
      if (run < 0) return 'broken';
      a0 += run;
      count = addChange(current, count, a0);
      position = cursor.position;
    }
  }
  return closeRow(cursor, position, a0, count);
}

/**
 * Reads a two-dimensional row against `reference`. Where it is unfinished, the cursor stands before the mode that is
 * to be read.
 */
export function decodeModes(cursor: RowCursor): RowState {
  const { view, safeLimit, width, current, reference } = cursor;
  let { position, a0, count, b } = cursor;
  while (a0 < width) {
    if (position > safeLimit) {
      cursor.b = b;
      return leave(cursor, position, a0, count);
    }
    const window = view.getInt32(position >> 3) << (position & 7);
    if (window < 0) {
      // One V0 after the other. Zeros were shifted in at the low end, so no more are seen than there are.
      let modes = Math.clz32(~window);
      position += modes;
      do {
        a0 = reference[b++] ?? width;
        current[count++] = a0;
        modes--;
      } while (modes > 0 && a0 < width);
      position -= modes;
      continue;
    }
    const entry = modeLookup[window >>> MODE_SHIFT] ?? 0;
    const kind = entry & 15;
    if (kind === HORIZONTAL) {
      cursor.position = position + 3;
      cursor.a0 = a0;
      cursor.count = count;
      const state = readRunPair(cursor);
      if (state !== 'whole') {
        if (state === 'unfinished') {
          cursor.b = b;
          return leave(cursor, position, a0, count);
        }
        return state;
      }
      position = cursor.position;
      a0 = cursor.a0;
      count = cursor.count;
    } else if (kind === PASS) {
      a0 = reference[b + 1] ?? width;
      position += 4;
      b += 2;
      continue;
    } else if (kind !== 0) {
      const a1 = (reference[b] ?? width) + kind - V0;
      if (a1 < a0 || a1 > width) break;
      position += entry >> 4;
      a0 = a1;
      count = addChange(current, count, a1);
      b += kind > V0 || b === 0 ? 1 : -1;
    } else {
      break;
    }
    if (a0 < width) while ((reference[b] ?? width) <= a0) b += 2;
  }
  if (a0 < width) {
    cursor.position = position;
    return 'broken';
  }
  return closeRow(cursor, position, a0, count);
}

const UNFINISHED = -1;
const BROKEN = -2;

/** The two runs of a horizontal mode, the first one in the colour of a0. Leaves the changes below `count` as they are. */
function readRunPair(cursor: RowCursor): RowState {
  const { current, width } = cursor;
  const white = (cursor.count & 1) === 0;
  for (let index = 0; index < 2; index++) {
    if (cursor.position > cursor.safeLimit) return 'unfinished';
    const run =
      (index === 0) === white
        ? readSpecialRun(cursor, whiteLookup, WHITE_SHIFT)
        : readSpecialRun(cursor, blackLookup, BLACK_SHIFT);
    if (run === UNFINISHED) return 'unfinished';
    if (run === BROKEN) return 'broken';
    cursor.a0 += run;
    if (cursor.a0 > width) return 'broken';
    cursor.count = addChange(current, cursor.count, cursor.a0);
  }
  return 'whole';
}

/** A whole run with its make-up codes, in pixels. The cursor goes behind it, or to the code that is none. */
function readSpecialRun(cursor: RowCursor, lookup: RunLookup, shift: number): number {
  const { view, safeLimit, width } = cursor;
  let position = cursor.position;
  let run = 0;
  for (;;) {
    const code = lookup[(view.getInt32(position >> 3) << (position & 7)) >>> shift] ?? NO_CODE;
    if (code === NO_CODE) {
      cursor.position = position;
      return BROKEN;
    }
    position += code & 15;
    if (code < FIRST_SPECIAL || code >= EMPTY_RUN) {
      if (code < FIRST_SPECIAL) run += code >> 4;
      cursor.position = position;
      return run;
    }
    run += code >> 4;
    if (run > width) {
      cursor.position = position;
      return BROKEN;
    }
    if (position > safeLimit) return UNFINISHED;
  }
}

/** Two changes at one place are none: empty runs disappear, however a strange encoder uses them. */
function addChange(changes: Changes, count: number, position: number): number {
  if (count > 0 && changes[count - 1] === position) return count - 1;
  changes[count] = position;
  return count + 1;
}

function leave(cursor: RowCursor, position: number, a0: number, count: number): RowState {
  cursor.position = position;
  cursor.a0 = a0;
  cursor.count = count;
  return 'unfinished';
}

function closeRow(cursor: RowCursor, position: number, a0: number, count: number): RowState {
  const { current, width } = cursor;
  cursor.position = position;
  if (a0 > width) return 'broken';
  // A change at the very end is none.
  let changes = count;
  while (changes > 0 && current[changes - 1] === width) changes--;
  cursor.count = changes;
  closeChanges(current, changes, width);
  return 'whole';
}
