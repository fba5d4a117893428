// Finding the end-of-line code among the bits of a page (T.4 §4.1.2), also where one of its bits is wrong.

import { SURE_BITS } from './rowDecoder.ts';

/** An EOL is at least so many zeros and a 1 (T.4 §4.1.2). */
export const EOL_ZEROS = 11;

/**
 * The first position from `position` on at which `EOL_ZEROS` zeros begin; where there are none, a position behind which
 * they may still come. All in bits; data that end at `limit`.
 */
export function positionOfZeros(view: DataView, position: number, limit: number): number {
  const last = limit - SURE_BITS;
  let at = position;
  while (at <= last) {
    // A bit stands for that many zeros from it on: 1, 2, 4, 8, 11.
    let zeros = ~(view.getInt32(at >> 3) << (at & 7)) & (-1 << (32 - SURE_BITS));
    zeros &= zeros << 1;
    zeros &= zeros << 2;
    zeros &= zeros << 4;
    zeros &= zeros << 3;
    if (zeros !== 0) return at + Math.clz32(zeros);
    at += SURE_BITS - EOL_ZEROS + 1;
  }
  return at;
}

/**
 * Where the final 1 of an EOL stands of which one zero is a 1: the one at `position`, whose bits are the highest of
 * `bits`, behind `zeros` zeros. Undefined when it is none.
 */
export function endOfDamagedEol(bits: number, zeros: number, position: number): number | undefined {
  const more = Math.clz32(bits << 1);
  return zeros + 1 + more >= EOL_ZEROS && more < EOL_ZEROS ? position + 1 + more : undefined;
}
