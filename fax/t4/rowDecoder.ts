// The codes of one line to its changes: runs (T.4 one-dimensional) or modes against the line above (T.4
// two-dimensional, T.6). Both can stop where the data end for now and go on when there are more.

import * as modeCodes from './modeCodes.ts';
import * as runCodes from './runCodes.ts';
import { closeChanges } from './rowChanges.ts';
import type { Changes } from './rowChanges.ts';

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

/** Bits of a word that hold data at every position within a byte: a white code and a black one. */
export const SURE_BITS = 25;
/** A horizontal mode with two such codes takes 28. */
export const READ_AHEAD_BITS = 32;

/** The row is whole; or the data end before it does; or what stands at the position is no code of a row this wide. */
export type RowState = 'whole' | 'unfinished' | 'broken';

// What is imported the engine fetches and checks anew at every use; constants of this module become part of its code,
// which saves a tenth of the time.
const {
  FIRST_OTHER_MODE,
  HORIZONTAL,
  LONGEST_MODE_CODE,
  MODE_BITS_MASK,
  PASS_SHIFT,
  VERTICAL_REACH,
  modeLookup,
} = modeCodes;
const { BLACK_LOOKUP, EMPTY_RUN, FIRST_SPECIAL, NO_CODE, PAIR_BITS, WHITE_CODE_BITS, pairLookup, runLookup } =
  runCodes;

const WHITE_SHIFT = 32 - WHITE_CODE_BITS;
const BLACK_SHIFT = WHITE_SHIFT - 1;
const PAIR_SHIFT = 32 - PAIR_BITS;
const MODE_SHIFT = 32 - LONGEST_MODE_CODE;
/** V0 is a single 1. */
const THREE_V0 = 0b111;

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
    const pair = pairLookup[window >>> PAIR_SHIFT] ?? 0;
    const change = a0 + ((pair >> 4) & 63);
    if (pair !== 0 && change < width) {
      a0 = change + (pair >> 10);
      current[count] = change;
      current[count + 1] = a0;
      count += 2;
      position += pair & 15;
      continue;
    }
    const white = runLookup[window >>> WHITE_SHIFT] ?? NO_CODE;
    if (white < FIRST_SPECIAL) {
      a0 += white >> 4;
      position += white & 15;
      window <<= white & 15;
      current[count++] = a0;
    } else {
      cursor.position = position;
      const run = readSpecialRun(cursor, 0);
      if (run === UNFINISHED) return leave(cursor, begin, beginA0, beginCount);
      if (run < 0) return 'broken';
      a0 += run;
      count = addChange(current, count, a0);
      position = cursor.position;
      if (position > safeLimit && a0 < width) return leave(cursor, begin, beginA0, beginCount);
      window = view.getInt32(position >> 3) << (position & 7);
    }
    if (a0 >= width) break;
    const black = runLookup[BLACK_LOOKUP + (window >>> BLACK_SHIFT)] ?? NO_CODE;
    if (black < FIRST_SPECIAL) {
      a0 += black >> 4;
      position += black & 15;
      current[count++] = a0;
    } else {
      cursor.position = position;
      const run = readSpecialRun(cursor, 1);
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
    let window = view.getInt32(position >> 3) << (position & 7);
    // Where a page is calm V0 follows V0: three at once, unless the row ends or begins with one of them.
    if (window >>> 29 === THREE_V0 && b > 0) {
      const third = reference[b + 2] ?? width;
      if (third < width) {
        current[count] = reference[b] ?? width;
        current[count + 1] = reference[b + 1] ?? width;
        current[count + 2] = third;
        a0 = third;
        b += 3;
        count += 3;
        position += 3;
        continue;
      }
    }
    const entry = modeLookup[window >>> MODE_SHIFT] ?? 0;
    if (entry < FIRST_OTHER_MODE) {
      // On a dithered page nobody foretells the next mode, and a branch that is guessed wrongly takes longer than all
      // of this: so vertical and pass modes are one, and b is moved by arithmetic.
      const pass = (entry >> PASS_SHIFT) & 1;
      b += pass;
      const a1 = (reference[b] ?? width) + (entry >> 4) - VERTICAL_REACH;
      const isBefore = b > 0 ? (a1 - (reference[b - 1] ?? 0)) >>> 31 : 0;
      const isBehind = ((reference[b + 1] ?? width) - a1 - 1) >>> 31;
      if (a1 > a0) current[count] = a1;
      else if (a1 === a0) count = addChange(current, count, a1) - 1;
      else break;
      count += 1 - pass;
      position += entry & MODE_BITS_MASK;
      a0 = a1;
      // b1 is of the other colour now (behind a pass, of the same): the next change, the one before where a1 is left of
      // that, or the third one where a1 is not left of the next.
      b += 1 + ((isBehind - isBefore) << 1);
      if (a0 < width && (reference[b] ?? width) <= a0) b = firstBeyond(reference, b, a0);
      continue;
    }
    if (entry !== HORIZONTAL) break;
    const colour = count & 1;
    window = view.getInt32((position + 3) >> 3) << ((position + 3) & 7);
    const first = runLookup[colour * BLACK_LOOKUP + (window >>> (WHITE_SHIFT - colour))] ?? NO_CODE;
    window <<= first & 15;
    const second = runLookup[(colour ^ 1) * BLACK_LOOKUP + (window >>> (BLACK_SHIFT + colour))] ?? NO_CODE;
    if (first < FIRST_SPECIAL && second < FIRST_SPECIAL) {
      a0 += first >> 4;
      current[count] = a0;
      a0 += second >> 4;
      current[count + 1] = a0;
      count += 2;
      position += 3 + (first & 15) + (second & 15);
    } else {
      cursor.position = position + 3;
      cursor.a0 = a0;
      cursor.count = count;
      const state = readRunPair(cursor);
      if (state === 'unfinished') {
        cursor.b = b;
        return leave(cursor, position, a0, count);
      }
      if (state === 'broken') return state;
      position = cursor.position;
      a0 = cursor.a0;
      count = cursor.count;
    }
    if (a0 < width && (reference[b] ?? width) <= a0) b = firstBeyond(reference, b, a0);
  }
  if (a0 < width) {
    cursor.position = position;
    return 'broken';
  }
  return closeRow(cursor, position, a0, count);
}

/** The first change beyond `a0`, which is left of the page's edge, to the same colour as that at `b`. */
function firstBeyond(reference: Changes, b: number, a0: number): number {
  let beyond = b + 2;
  while ((reference[beyond] ?? 0) <= a0) beyond += 2;
  return beyond;
}

const UNFINISHED = -1;
const BROKEN = -2;

/** The two runs of a horizontal mode, the first one in the colour of a0. Leaves the changes below `count` as they are. */
function readRunPair(cursor: RowCursor): RowState {
  const { current, width } = cursor;
  const colour = cursor.count & 1;
  for (let index = 0; index < 2; index++) {
    if (cursor.position > cursor.safeLimit) return 'unfinished';
    const run = readSpecialRun(cursor, colour ^ index);
    if (run === UNFINISHED) return 'unfinished';
    if (run === BROKEN) return 'broken';
    cursor.a0 += run;
    if (cursor.a0 > width) return 'broken';
    cursor.count = addChange(current, cursor.count, cursor.a0);
  }
  return 'whole';
}

/** A whole run with its make-up codes, in pixels; `colour` is 1 for black. The cursor goes behind it, or to no code. */
function readSpecialRun(cursor: RowCursor, colour: number): number {
  const { view, safeLimit, width } = cursor;
  const lookup = colour * BLACK_LOOKUP;
  const shift = WHITE_SHIFT - colour;
  let position = cursor.position;
  let run = 0;
  for (;;) {
    const window = view.getInt32(position >> 3) << (position & 7);
    const code = runLookup[lookup + (window >>> shift)] ?? NO_CODE;
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
