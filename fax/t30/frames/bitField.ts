// The bits of a DIS, DTC or DCS, counted from 1 as the standard counts them, and the extension bits that say how far
// the field goes (T.30 Table 2, note 1).

import { TABLE_OCTETS } from './bitTable.ts';

export interface BitField {
  has: (bit: number) => boolean;
  /** Whether two, three or four bits in order read like this: `'10'`. */
  read: (firstBit: number, count: number) => string;
}

/**
 * Takes a field of any length. Octets that are missing, that follow a cleared extension bit (some modems leave the FCS
 * there), or that the table does not know are zero.
 */
export function readBits(fif: Uint8Array): BitField {
  const octets = fif.subarray(0, Math.min(significantOctets(fif), TABLE_OCTETS));
  const has = (bit: number): boolean =>
    bit >= 1 && (((octets[(bit - 1) >> 3] ?? 0) >> ((bit - 1) & 7)) & 1) === 1;
  return {
    has,
    read: (firstBit, count) =>
      Array.from({ length: count }, (_, index) => (has(firstBit + index) ? '1' : '0')).join(''),
  };
}

/** The shortest field with these bits: three octets or more, with the extension bits it needs. */
export function writeBits(bits: Iterable<number>): Uint8Array {
  const octets = new Uint8Array(TABLE_OCTETS);
  let used = LEAST_OCTETS;
  for (const bit of bits) {
    const index = (bit - 1) >> 3;
    if (index >= 0 && index < TABLE_OCTETS && !isExtensionBit(bit)) {
      octets[index] = (octets[index] ?? 0) | (1 << ((bit - 1) & 7));
      used = Math.max(used, index + 1);
    }
  }
  for (let index = LEAST_OCTETS - 1; index < used - 1; index += 1) {
    octets[index] = (octets[index] ?? 0) | EXTENSION;
  }
  return octets.slice(0, used);
}

/** `readBits` backwards: the numbers of the bits that are 1 in `'10'`. */
export function bitsOf(firstBit: number, pattern: string): number[] {
  return pattern.split('').flatMap((digit, index) => (digit === '1' ? [firstBit + index] : []));
}

/** Bits 24, 32, 40 …: another octet follows. Bits 8 and 16 are others. */
export function isExtensionBit(bit: number): boolean {
  return bit >= 24 && bit % 8 === 0;
}

const LEAST_OCTETS = 3;
const EXTENSION = 0x80;

function significantOctets(fif: Uint8Array): number {
  for (let index = LEAST_OCTETS - 1; index < fif.length; index += 1) {
    if (((fif[index] ?? 0) & EXTENSION) === 0) {
      return index + 1;
    }
  }
  return fif.length;
}
