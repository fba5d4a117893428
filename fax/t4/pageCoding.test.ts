// Every page in every coding comes back as it was, however its bytes arrive.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PageDecoder, decodePage } from './pageDecoder.ts';
import { PageEncoder, encodePage } from './pageEncoder.ts';
import { madePage, randomNumbers } from './testing/madePage.ts';
import type { DecodeOptions, EncodeOptions } from './coding.ts';

const WIDTHS = [1, 7, 8, 9, 63, 64, 1728, 2048, 2432, 2560, 2561, 3456, 4096, 4864, 5121, 20_000];

const encodings = fc.record({
  coding: fc.constantFrom('MH', 'MR', 'MMR'),
  k: fc.constantFrom(1, 2, 4, 7, 100),
  minScanBits: fc.constantFrom(0, 48, 96, 288, 1344),
  eol: fc.boolean(),
  byteAligned: fc.boolean(),
  endOfPage: fc.boolean(),
  fillOrder: fc.constantFrom('msb', 'lsb'),
} satisfies Record<keyof EncodeOptions, unknown>);

function decoding(options: EncodeOptions, width: number): DecodeOptions {
  const { coding, fillOrder, byteAligned, eol } = options;
  const bare = coding === 'MMR' || (coding === 'MH' && eol === false);
  return { coding, width, ...(fillOrder && { fillOrder }), byteAligned: bare && byteAligned === true };
}

/** What a decoder that gets the data in pieces of 1 … `longest` bytes gives out, taken now and then. */
function decodeInPieces(data: Uint8Array, options: DecodeOptions, longest: number, seed: number) {
  const random = randomNumbers(seed);
  const decoder = new PageDecoder(options);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < data.length;) {
    const length = 1 + random(longest);
    decoder.push(data.slice(at, at + length));
    at += length;
    if (random(3) === 0) parts.push(decoder.takeRows());
  }
  const end = decoder.end();
  parts.push(decoder.takeRows());
  return { raster: Buffer.concat(parts), quality: decoder.quality, end, badRanges: [...decoder.badRanges] };
}

describe('every coding', () => {
  test.each(WIDTHS)('at a width of %i brings every page back', (width) => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 14 }), encodings, (seed, height, options) => {
        const { raster } = madePage(seed, width, height);
        const decoded = decodePage(encodePage(raster, width, height, options), decoding(options, width));
        expect(Buffer.compare(decoded.raster, raster)).toBe(0);
        expect(decoded.quality).toEqual({ rows: height, goodRows: height, badRows: 0, longestBadRun: 0 });
        expect(decoded.badRanges).toEqual([]);
        const closed = options.endOfPage && !(options.coding === 'MH' && !options.eol);
        expect(decoded.end).toBe(closed ? 'endOfPage' : 'endOfData');
      }),
      { numRuns: 60 },
    );
  });

  test('comes out the same from pieces of any size', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(...WIDTHS),
        fc.integer({ min: 1, max: 12 }),
        encodings,
        fc.constantFrom(1, 2, 50, 5000),
        (seed, width, height, options, longest) => {
          const { raster } = madePage(seed, width, height);
          const data = encodePage(raster, width, height, options);
          const pieces = decodeInPieces(data, decoding(options, width), longest, seed);
          expect(Buffer.compare(pieces.raster, raster)).toBe(0);
          expect(pieces.quality.goodRows).toBe(height);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('comes out the same from pieces of any size, damaged too', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 8 });
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(1, 9, 64, 1728, 5121),
        encodings,
        damage,
        fc.constantFrom(1, 3, 40),
        (seed, width, options, changes, longest) => {
          const { raster } = madePage(seed, width, 10);
          const data = encodePage(raster, width, 10, options);
          for (const [at, mask] of changes) data[at % data.length] = (data[at % data.length] ?? 0) ^ mask;
          const whole = decodePage(data, decoding(options, width));
          const pieces = decodeInPieces(data, decoding(options, width), longest, seed);
          expect(pieces).toEqual({ ...whole, raster: Buffer.from(whole.raster) });
        },
      ),
      { numRuns: 600 },
    );
  });

  test('goes over into every other one by changes alone', () => {
    fc.assert(
      fc.property(fc.integer(), encodings, encodings, (seed, from, to) => {
        const { raster, width, height } = madePage(seed, 1728, 30);
        const encoder = new PageEncoder(width, to);
        const decoder = new PageDecoder(decoding(from, width), (changes, count) =>
          encoder.addChanges(changes, count),
        );
        decoder.push(encodePage(raster, width, height, from));
        decoder.end();
        expect(decoder.takeRows().length).toBe(0);
        expect(Buffer.compare(encoder.end(), encodePage(raster, width, height, to))).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test('has no page that is longer than what was reserved for it', () => {
    // Checkers are the worst for MH, checkers moved by half for MR and MMR.
    const raster = Uint8Array.from({ length: 2500 * 6 }, (_, index) =>
      Math.floor(index / 2500) % 2 === 0 ? 0x55 : 0xcc,
    );
    for (const coding of ['MH', 'MR', 'MMR'] as const) {
      const data = encodePage(raster, 20_000, 6, { coding });
      expect(Buffer.compare(decodePage(data, { coding, width: 20_000 }).raster, raster)).toBe(0);
    }
  });

  test('gives rows out as soon as the bits behind them are there', () => {
    const { raster } = madePage(11, 1728, 40);
    for (const coding of ['MH', 'MR', 'MMR'] as const) {
      const encoder = new PageEncoder(1728, { coding });
      const decoder = new PageDecoder({ coding, width: 1728 });
      for (let row = 0; row < 40; row++) {
        encoder.addRows(raster.subarray(row * 216, (row + 1) * 216));
        decoder.push(encoder.take());
        // 32 bits are looked ahead, and in MMR a white row may be a single one.
        expect(decoder.quality.rows).toBeGreaterThanOrEqual(coding === 'MMR' ? row - 39 : row - 1);
      }
      decoder.push(encoder.end());
      if (coding !== 'MMR') expect(decoder.ended).toBe('endOfPage');
      expect(decoder.end()).toBe('endOfPage');
      expect(decoder.quality.rows).toBe(40);
    }
  });
});
