// The frame check sequence against published values and against damage.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appendFcs, fcs, hasGoodFcs } from './fcs.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('FCS', () => {
  test('has the check value of CRC-16/X.25', () => {
    expect(fcs(Uint8Array.from(Buffer.from('123456789')))).toBe(0x906e);
  });

  test.each([
    ['MCF', 'FF 13 8C', 'FF 13 8C A2 F1'],
    ['CFR', 'FF 13 84', 'FF 13 84 EA 7D'],
    ['DCN', 'FF 13 FA', 'FF 13 FA 13 E7'],
    ['RCP', 'FF 03 86', 'FF 03 86 69 CB'],
  ])('ends %s as on the line', (_name, frame, onTheLine) => {
    expect(appendFcs(hex(frame))).toEqual(hex(onTheLine));
    expect(hasGoodFcs(hex(onTheLine))).toBe(true);
  });

  test('is good for every frame that it was appended to', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (frame) => {
        expect(hasGoodFcs(appendFcs(frame))).toBe(true);
      }),
    );
  });

  test('notices every burst of damage up to 16 bits', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.nat(),
        fc.integer({ min: 1, max: 0xffff }),
        (frame, place, damage) => {
          const line = appendFcs(frame);
          const at = place % (line.length - 1);
          line[at] = (line[at] ?? 0) ^ (damage & 0xff);
          line[at + 1] = (line[at + 1] ?? 0) ^ (damage >> 8);
          expect(hasGoodFcs(line)).toBe(false);
        },
      ),
    );
  });

  test('is never good in fewer than three octets', () => {
    expect(hasGoodFcs(new Uint8Array(0))).toBe(false);
    expect(hasGoodFcs(hex('00'))).toBe(false);
    expect(hasGoodFcs(hex('00 00'))).toBe(false);
  });
});
