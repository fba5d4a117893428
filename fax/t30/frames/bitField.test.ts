// Bit numbers and extension bits, and the table against the standard's own structure.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bitsOf, isExtensionBit, readBits, writeBits } from './bitField.ts';
import { BIT_TABLE, TABLE_OCTETS } from './bitTable.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const bitsIn = (fif: Uint8Array): number[] =>
  Array.from({ length: 128 }, (_, index) => index + 1).filter((bit) => readBits(fif).has(bit));

describe('the bits of a field', () => {
  test('are counted from 1, the first in the lowest bit of the first octet', () => {
    expect(bitsIn(hex('01 80 01'))).toEqual([1, 16, 17]);
    expect(readBits(hex('00 00 10')).read(21, 3)).toBe('100');
    expect(bitsOf(21, '101')).toEqual([21, 23]);
    expect(readBits(hex('FF FF FF')).has(0)).toBe(false);
  });

  test('end where an extension bit says so, or where the octets end', () => {
    expect(bitsIn(hex('00 00 80 04'))).toEqual([24, 27]);
    expect(bitsIn(hex('00 00 00 04'))).toEqual([]);
    expect(bitsIn(hex('00 00 80'))).toEqual([24]);
    expect(bitsIn(hex('00 02'))).toEqual([10]);
    expect(bitsIn(hex(''))).toEqual([]);
  });

  test('beyond octet 16 are ignored', () => {
    expect(bitsIn(hex(`00 00 ${'80'.repeat(14)} FF FF`))).toEqual([
      24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 128,
    ]);
  });
});

describe('a written field', () => {
  test('has three octets at least, and no more than it needs', () => {
    expect(writeBits([])).toEqual(hex('00 00 00'));
    expect(writeBits([27])).toEqual(hex('00 00 80 04'));
    expect(writeBits([127])).toEqual(hex(`00 00 ${'80'.repeat(13)} 40`));
  });

  test('takes no extension bit and no bit beyond the table from its caller', () => {
    expect(writeBits([24, 32, 128, 129, 0, -5])).toEqual(hex('00 00 00'));
  });

  test('is read as it was written', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 127 })), (bits) => {
        const information = bits.filter((bit) => !isExtensionBit(bit)).toSorted((a, b) => a - b);
        expect(bitsIn(writeBits(bits)).filter((bit) => !isExtensionBit(bit))).toEqual(information);
      }),
    );
  });
});

describe('the table of bits', () => {
  test('is in the order of the standard, names no bit twice and no extension bit', () => {
    const bits = BIT_TABLE.map(({ bit }) => bit);
    expect(bits).toEqual([...new Set(bits)].toSorted((a, b) => a - b));
    expect(bits.some(isExtensionBit)).toBe(false);
    expect(Math.max(...bits)).toBeLessThanOrEqual(8 * TABLE_OCTETS);
  });

  test('has a name of its own for every bit that is told by name', () => {
    const names = BIT_TABLE.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('says of the same bits as T.30 that they need error correction', () => {
    expect(BIT_TABLE.filter(({ needsEcm }) => needsEcm).map(({ bit }) => bit)).toEqual([
      31, 36, 38, 51, 53, 54, 55, 57, 59, 60, 62, 65, 68, 78, 79, 92, 93, 94, 115, 116, 127,
    ]);
  });
});
