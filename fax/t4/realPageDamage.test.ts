// What becomes of real pages with damage, and of bytes that are no page.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePage } from './pageDecoder.ts';
import { encodePage } from './pageEncoder.ts';
import { EOL, bits, flipped } from './testing/bits.ts';
import { madePage } from './testing/madePage.ts';
import type { Coding, EncodeOptions } from './coding.ts';

/** Rows of eight pixels in MH. */
const WHITE = '10011';
const BLACK = '00110101000101';

describe('damage to real pages', () => {
  const { raster, width, height } = madePage(77, 1728, 60);
  const stride = 216;
  const rowOf = (page: Uint8Array, row: number) => page.subarray(row * stride, (row + 1) * stride);

  test.each<[coding: Coding, k: number, most: number]>([
    ['MH', 1, 2],
    ['MR', 4, 5],
  ])('one bit of %s costs few rows, and all others are as they were', (coding, k, most) => {
    const options: EncodeOptions = { coding, k };
    const data = encodePage(raster, width, height, options);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: data.length * 8 - 1 }), (bit) => {
        const page = decodePage(flipped(data, bit), { coding, width });
        expect(page.end === 'endOfPage' || page.end === 'endOfData').toBe(true);
        expect(Math.abs(page.quality.rows - height)).toBeLessThanOrEqual(1);
        expect(page.quality.badRows).toBeLessThanOrEqual(most);
        // From the top down to the damage, and from the bottom up to it, every row is the one that was sent.
        let top = 0;
        while (top < height && same(rowOf(page.raster, top), rowOf(raster, top))) top++;
        let bottom = 0;
        const { rows } = page.quality;
        while (
          bottom < height &&
          same(rowOf(page.raster, rows - 1 - bottom), rowOf(raster, height - 1 - bottom))
        )
          bottom++;
        expect(top + bottom).toBeGreaterThanOrEqual(height - most - 1);
      }),
      { numRuns: 400 },
    );
  });

  test.each<[coding: Coding]>([['MH'], ['MR'], ['MMR']])(
    'a cut %s page has its rows up to the cut',
    (coding) => {
      const data = encodePage(raster, width, height, { coding });
      fc.assert(
        fc.property(fc.integer({ min: 0, max: data.length - 4 }), (length) => {
          const page = decodePage(data.subarray(0, length), { coding, width });
          expect(page.end).toBe('endOfData');
          expect(page.quality.badRows).toBe(0);
          expect(same(page.raster, raster.subarray(0, page.raster.length))).toBe(true);
        }),
        { numRuns: 150 },
      );
    },
  );

  test('damaged MMR has good rows down to the damage', () => {
    const data = encodePage(raster, width, height, { coding: 'MMR' });
    const at = Math.floor(data.length / 2);
    const page = decodePage(
      Uint8Array.from(data, (byte, index) => (index < at ? byte : 0x01)),
      { coding: 'MMR', width },
    );
    expect(page.end).toBe('damage');
    expect(page.quality.rows).toBeGreaterThan(5);
    const sure = page.raster.subarray(0, (page.quality.rows - 1) * stride);
    expect(same(sure, raster.subarray(0, sure.length))).toBe(true);
  });

  test('lost bytes of MH cost the lines that they were in', () => {
    const data = encodePage(raster, width, height, { coding: 'MH' });
    fc.assert(
      fc.property(fc.nat(data.length - 60), fc.integer({ min: 1, max: 10 }), (at, lost) => {
        const rest = new Uint8Array(data.length - lost);
        rest.set(data.subarray(0, at));
        rest.set(data.subarray(at + lost), at);
        const page = decodePage(rest, { coding: 'MH', width });
        expect(page.end).toBe('endOfPage');
        expect(page.quality.rows).toBeGreaterThan(height - 8);
        expect(page.quality.badRows).toBeLessThanOrEqual(2);
      }),
      { numRuns: 200 },
    );
  });

  function same(one: Uint8Array, other: Uint8Array): boolean {
    return Buffer.compare(one, other) === 0;
  }
});

describe('no bytes at all', () => {
  const any = fc.oneof(
    fc.uint8Array({ maxLength: 600 }),
    fc
      .array(
        fc.constantFrom(EOL, `${EOL}1`, `${EOL}0`, WHITE, BLACK, '1', '001', '0001', '000010', '11011'),
        {
          maxLength: 200,
        },
      )
      .map((words) => bits(...words)),
  );

  test.each<[coding: Coding]>([['MH'], ['MR'], ['MMR']])(
    'make %s throw or give out more than asked for',
    (coding) => {
      fc.assert(
        fc.property(
          any,
          fc.integer({ min: 1, max: 3000 }),
          fc.integer({ min: 1, max: 300 }),
          (data, width, maxRows) => {
            const { raster, quality, end } = decodePage(data, { coding, width, maxRows });
            expect(quality.rows).toBeLessThanOrEqual(maxRows);
            expect(quality.rows).toBe(quality.goodRows + quality.badRows);
            expect(raster.length).toBe(quality.rows * ((width + 7) >> 3));
            expect(['endOfPage', 'endOfData', 'damage', 'limit']).toContain(end);
            // What came out is a page like any other.
            const again = decodePage(encodePage(raster, width, quality.rows, { coding }), { coding, width });
            expect(Buffer.compare(again.raster, raster)).toBe(0);
          },
        ),
        { numRuns: 700 },
      );
    },
  );
});
