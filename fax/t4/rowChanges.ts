// Where a packed row changes colour: the form in which T.4 and T.6 see a line.

import { WIDEST_LINE } from './coding.ts';

/**
 * The pixel positions where a row changes colour, in rising order: even entries white to black, odd ones black to
 * white, the line beginning white. `END_MARKS` entries of the row's width follow.
 */
export type Changes = Int32Array;

export const END_MARKS = 4;

/** A row without changes, that is a white one, with room for every other row of this width. */
export function whiteChanges(width: number): Changes {
  return new Int32Array(width + 2 * END_MARKS).fill(width, 0, END_MARKS);
}

/** Writes the end marks behind `count` changes. */
export function closeChanges(changes: Changes, count: number, width: number): void {
  changes[count] = width;
  changes[count + 1] = width;
  changes[count + 2] = width;
  changes[count + 3] = width;
}

/**
 * Writes the changes of a row and their end marks to `changes` and returns their number. The row starts at byte
 * `start` of what `view` shows, most significant bit first, black = 1; bits beyond `width` are not looked at.
 */
export function readChanges(view: DataView, start: number, width: number, changes: Changes): number {
  let count = 0;
  /** The last pixel before the word, in its lowest bit. */
  let before = 0;
  const whole = width & ~31;
  for (let base = 0, at = start; base < whole; base += 32, at += 4) {
    const word = view.getInt32(at);
    // A set bit is a pixel that differs from the one on its left.
    let differing = word ^ ((word >>> 1) | (before << 31));
    before = word;
    while (differing !== 0) {
      const bit = Math.clz32(differing);
      changes[count++] = base + bit;
      differing ^= 0x8000_0000 >>> bit;
    }
  }
  if (whole < width) {
    const word = lastWord(view, start + (whole >> 3), width - whole);
    let differing = (word ^ ((word >>> 1) | (before << 31))) & ~(-1 >>> (width - whole));
    while (differing !== 0) {
      const bit = Math.clz32(differing);
      changes[count++] = whole + bit;
      differing ^= 0x8000_0000 >>> bit;
    }
  }
  closeChanges(changes, count, width);
  return count;
}

/** The last 1 … 31 pixels of a row as the high bits of a word, without touching a byte behind the row. */
function lastWord(view: DataView, start: number, pixels: number): number {
  let word = 0;
  for (let shift = 24, at = start; shift > 24 - pixels; shift -= 8, at++) word |= view.getUint8(at) << shift;
  return word;
}

/** Bytes behind a row that `paintChanges` may overwrite with zeros. */
export const PAINT_SLACK = 4;

/**
 * The pixels that differ from the one on their left, as words of a row; all 0 between two rows. Putting a change in
 * takes no decision, which is what makes it faster than painting runs.
 */
const toggles = new Int32Array((WIDEST_LINE >> 5) + 2);

/**
 * Paints the black runs between the changes into a white row that starts at byte `start` of what `view` shows. Up to
 * `PAINT_SLACK` bytes behind the row may be set to 0: paint from the top down.
 */
export function paintChanges(
  changes: Changes,
  count: number,
  width: number,
  view: DataView,
  start: number,
): void {
  if (count === 0) return;
  // An odd number of changes leaves the row black up to the end mark that follows them.
  const last = count - 1 + (count & 1);
  for (let index = 0; index <= last; index++) {
    const change = changes[index] ?? width;
    // Everything from here on has the other colour.
    toggles[change >> 5] = (toggles[change >> 5] ?? 0) ^ (-1 >>> (change & 31));
  }
  const end = ((changes[last] ?? width) >> 5) + 1;
  let colour = 0;
  for (let index = (changes[0] ?? width) >> 5; index < end; index++) {
    const word = (toggles[index] ?? 0) ^ colour;
    toggles[index] = 0;
    colour = -(word & 1);
    if (word !== 0) view.setInt32(start + (index << 2), word);
  }
}
