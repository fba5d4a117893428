// Pages for the screen: turned, reduced, as PNG.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reduceToGray } from './reduce.ts';
import { squareHeight, stretchRows, turnBits } from './turn.ts';

const page = fc
  .record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 30 }) })
  .chain(({ width, height }) =>
    fc
      .array(fc.boolean(), { minLength: width * height, maxLength: width * height })
      .map((black) => ({ width, height, black, bits: pack(black, width, height) })),
  );

function pack(black: boolean[], width: number, height: number): Uint8Array {
  const stride = Math.ceil(width / 8);
  const bits = new Uint8Array(stride * height);
  for (const [at, isBlack] of black.entries()) {
    const [x, y] = [at % width, Math.floor(at / width)];
    if (isBlack) bits[y * stride + (x >> 3)] = (bits[y * stride + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
  }
  return bits;
}

describe('turning', () => {
  test('four quarter turns, or two halves, are none', () => {
    fc.assert(
      fc.property(page, ({ bits, width, height }) => {
        const original = { bits, width, height };
        let turned = original;
        for (let quarter = 0; quarter < 4; quarter++) turned = turnBits(turned, 90);
        expect(turned).toEqual(original);
        expect(turnBits(turnBits(original, 180), 180)).toEqual(original);
        expect(turnBits(turnBits(original, 90), 90)).toEqual(turnBits(original, 180));
        expect(turnBits(turnBits(original, 180), 90)).toEqual(turnBits(original, 270));
      }),
    );
  });

  test('clockwise: what was on top is on the right', () => {
    const top = { bits: Uint8Array.of(0b11100000, 0), width: 3, height: 2 };
    expect(turnBits(top, 90)).toEqual({
      bits: Uint8Array.of(0b01000000, 0b01000000, 0b01000000),
      width: 2,
      height: 3,
    });
  });
});

describe('rows', () => {
  test('are repeated or joined, and no ink is lost', () => {
    const two = { bits: Uint8Array.of(0x80, 0x01), width: 8, height: 2 };
    expect([...stretchRows(two, 4).bits]).toEqual([0x80, 0x80, 0x01, 0x01]);
    expect([...stretchRows(two, 1).bits]).toEqual([0x81]);
  });

  test.each([
    [98, 208],
    [196, 100],
    [391, 52],
  ])('at %i to the inch, 100 of them become %i', (yDpi, rows) => {
    expect(squareHeight(100, 204, yDpi)).toBe(rows);
  });
});

describe('reduction', () => {
  test('is the mean of the pixels under each target pixel', () => {
    fc.assert(
      fc.property(
        page,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        (source, toWidth, toHeight) => {
          const { black, width, height, bits } = source;
          const gray = reduceToGray(bits, width, height, toWidth, toHeight);
          for (let row = 0; row < toHeight; row++) {
            for (let column = 0; column < toWidth; column++) {
              let ink = 0;
              for (let y = 0; y < height; y++) {
                for (let x = 0; x < width; x++) {
                  if (!black[y * width + x]) continue;
                  ink +=
                    overlap(x, column * (width / toWidth), width / toWidth) *
                    overlap(y, row * (height / toHeight), height / toHeight);
                }
              }
              const expected = 255 * (1 - ink / ((width / toWidth) * (height / toHeight)));
              expect(Math.abs((gray[row * toWidth + column] ?? -9) - expected)).toBeLessThan(1);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** How much of pixel `at` lies within `length` from `from`. */
function overlap(at: number, from: number, length: number): number {
  return Math.max(0, Math.min(at + 1, from + length) - Math.max(at, from));
}
