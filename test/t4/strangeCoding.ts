// Codes pages as the standard allows but no ordinary encoder does: runs in several pieces, horizontal mode where another
// one would be shorter. Built from strings of bits, apart from the product's encoder but for the code words.

import type { Coding } from '../../fax/t4/coding.ts';
import { HORIZONTAL_WORD, PASS_WORD, VERTICAL_REACH, VERTICAL_WORDS } from '../../fax/t4/modeCodes.ts';
import { RUN_LENGTH_SHIFT, blackCodes, whiteCodes } from '../../fax/t4/runCodes.ts';
import type { SeededRandom } from '../harness/seededRandom.ts';
import { rowBytes } from './pages/page.ts';
import type { Page } from './pages/page.ts';

const EOL = '000000000001';
/** How often the strange way is taken where there is one. */
const STRANGE = 0.2;

/** The whole page, most significant bit first, without RTC or EOFB; MR takes two-dimensional lines as it likes. */
export function strangelyCoded(
  { raster, width, height }: Page,
  coding: Coding,
  random: SeededRandom,
): Uint8Array {
  const bits: string[] = [];
  let reference: number[] = [];
  for (let row = 0; row < height; row++) {
    const changes = changesOf(raster, row * rowBytes(width), width);
    const twoDimensional = coding === 'MMR' || (coding === 'MR' && row > 0 && random.next() < 0.8);
    if (coding !== 'MMR') bits.push('0'.repeat(random.next() < STRANGE ? random.integer(0, 30) : 0), EOL);
    if (coding === 'MR') bits.push(twoDimensional ? '0' : '1');
    bits.push(
      twoDimensional
        ? modes(changes, reference, width, random)
        : runs(changes, width, random, coding === 'MH'),
    );
    reference = changes;
  }
  const all = bits.join('');
  return Uint8Array.from({ length: Math.ceil(all.length / 8) }, (_, at) =>
    Number.parseInt(all.slice(at * 8, at * 8 + 8).padEnd(8, '0'), 2),
  );
}

function changesOf(raster: Uint8Array, start: number, width: number): number[] {
  const changes: number[] = [];
  for (let x = 0, colour = 0; x < width; x++) {
    const pixel = ((raster[start + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1;
    if (pixel !== colour) changes.push(x);
    colour = pixel;
  }
  return changes;
}

/** With `split` also empty runs of the other colour; in the line above a two-dimensional one they mislead libtiff. */
function runs(changes: readonly number[], width: number, random: SeededRandom, split: boolean): string {
  let bits = '';
  let from = 0;
  for (const [index, to] of [...changes, width].entries()) {
    const length = to - from;
    if (split && length > 1 && random.next() < STRANGE / 4) {
      const first = random.integer(1, length);
      bits += run(first, index, random) + run(0, index + 1, random) + run(length - first, index, random);
    } else {
      bits += run(length, index, random);
    }
    from = to;
  }
  return bits;
}

/** T.4 §4.2.1.3.2, with the choices that it leaves to nobody. */
function modes(
  changes: readonly number[],
  reference: readonly number[],
  width: number,
  random: SeededRandom,
): string {
  let bits = '';
  let a0 = -1;
  /** Index of a1; odd while a0 is black. */
  let a = 0;
  while (a0 < width) {
    const a1 = changes[a] ?? width;
    const b = reference.findIndex((position, index) => position > a0 && index % 2 === a % 2);
    const b1 = b < 0 ? width : (reference[b] ?? width);
    const b2 = b < 0 ? width : (reference[b + 1] ?? width);
    const offset = a1 - b1;
    const strange = random.next() < STRANGE;
    if (b2 < a1 && !strange) {
      bits += PASS_WORD;
      a0 = b2;
    } else if (b2 >= a1 && Math.abs(offset) <= VERTICAL_REACH && !strange) {
      bits += VERTICAL_WORDS[offset + VERTICAL_REACH] ?? '';
      a0 = a1;
      a++;
    } else {
      const a2 = changes[a + 1] ?? width;
      bits += HORIZONTAL_WORD + run(a1 - Math.max(a0, 0), a, random) + run(a2 - a1, a + 1, random);
      a0 = a2;
      a += 2;
    }
  }
  return bits;
}

/** Make-up codes in more pieces than needed, and the code that ends the run; `colour` is odd for black. */
function run(length: number, colour: number, random: SeededRandom): string {
  const codes = colour % 2 === 0 ? whiteCodes : blackCodes;
  const word = (pixels: number) => {
    const entry = codes[pixels] ?? 0;
    const bits = entry >>> RUN_LENGTH_SHIFT;
    return (entry & ((1 << RUN_LENGTH_SHIFT) - 1)).toString(2).padStart(bits, '0');
  };
  const makeUp = (pixels: number) => word(pixels).slice(0, word(pixels).length - word(0).length);
  let bits = '';
  let rest = length;
  while (rest >= 64) {
    const most = Math.min(rest & ~63, 2560);
    const piece = random.next() < STRANGE ? 64 * random.integer(1, most / 64 + 1) : most;
    bits += makeUp(piece);
    rest -= piece;
  }
  return bits + word(rest);
}
