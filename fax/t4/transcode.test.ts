// A page coded anew is the page that one would get by decoding and encoding it.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Coding, DecodeOptions, EncodeOptions, FillOrder } from './coding.ts';
import { decodePage } from './pageDecoder.ts';
import { encodePage } from './pageEncoder.ts';
import { convertRaster } from './rasterConversion.ts';
import { Transcoder, transcode } from './transcode.ts';

const coding = fc.constantFrom<Coding>('MH', 'MR', 'MMR');
const fillOrder = fc.constantFrom<FillOrder>('msb', 'lsb');
const encoding = fc.record({
  coding,
  fillOrder,
  k: fc.integer({ min: 1, max: 5 }),
  minScanBits: fc.constantFrom(0, 96),
});
const page = fc.integer({ min: 1, max: 70 }).chain((width) => {
  const stride = Math.ceil(width / 8);
  return fc.integer({ min: 0, max: 20 }).chain((height) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      raster: fc.uint8Array({ minLength: stride * height, maxLength: stride * height }),
    }),
  );
});

function decodeThenEncode(data: Uint8Array, from: DecodeOptions, to: EncodeOptions): Uint8Array {
  const { raster, quality } = decodePage(data, from);
  return encodePage(raster, from.width, quality.rows, to);
}

describe('transcoding', () => {
  test('equals decoding and encoding, from any coding to any other', () => {
    fc.assert(
      fc.property(page, encoding, encoding, ({ raster, width, height }, first, to) => {
        const from = { coding: first.coding, fillOrder: first.fillOrder, width };
        const data = encodePage(raster, width, height, first);
        const result = transcode(data, from, to);
        expect(result.data).toEqual(encodePage(raster, width, height, to));
        expect(result.quality).toEqual({ rows: height, goodRows: height, badRows: 0, longestBadRun: 0 });
        expect(result.end).toBe('endOfPage');
      }),
    );
  });

  test('of a damaged page gives a sound one with the damaged rows replaced', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(page, encoding, encoding, damage, ({ raster, width, height }, first, to, changes) => {
        const from = { coding: first.coding, fillOrder: first.fillOrder, width };
        const data = encodePage(raster, width, height, first);
        for (const [at, byte] of changes) data[at % data.length] = byte;
        const result = transcode(data, from, to);
        expect(result.data).toEqual(decodeThenEncode(data, from, to));
        const again = decodePage(result.data, { coding: to.coding, fillOrder: to.fillOrder, width });
        expect(again.quality).toMatchObject({ rows: result.quality.rows, badRows: 0 });
      }),
    );
  });

  test('row by row gives the same bytes, the first ones before the page has ended', () => {
    const width = 1728;
    const height = 300;
    const raster = Uint8Array.from({ length: (width / 8) * height }, (_, at) => (at * at * 31) & 0xff);
    const from = { coding: 'MR' as const, width };
    const to = { coding: 'MMR' as const };
    const data = encodePage(raster, width, height, { coding: 'MR' });
    const transcoder = new Transcoder(from, to);
    const parts: number[] = [];
    for (let at = 0; at < data.length; at += 97) {
      transcoder.push(data.subarray(at, at + 97));
      parts.push(...transcoder.take());
      if (at === 97 * 100) {
        expect(parts.length).toBeGreaterThan(1000);
        expect(transcoder.quality.rows).toBeGreaterThan(1);
        expect(transcoder.ended).toBeNull();
      }
    }
    expect(transcoder.end()).toBe('endOfPage');
    expect(transcoder.ended).toBe('endOfPage');
    parts.push(...transcoder.take());
    expect(Uint8Array.from(parts)).toEqual(transcode(data, from, to).data);
    // Ending twice ends once.
    expect(transcoder.end()).toBe('endOfPage');
    expect(transcoder.take()).toHaveLength(0);
  });

  test('to another size equals converting the pixels', () => {
    const width = 2432;
    const height = 120;
    const raster = Uint8Array.from({ length: (width / 8) * height }, (_, at) =>
      at % 900 < 300 ? 0xff : at % 7 === 0 ? 0x18 : 0,
    );
    const target = { width: 1728, xDpi: 204, yDpi: 98 };
    const data = encodePage(raster, width, height, { coding: 'MMR' });
    const { data: smaller, quality } = transcode(
      data,
      { coding: 'MMR', width },
      { coding: 'MH' },
      { xDpi: 408, yDpi: 196, target },
    );
    const expected = convertRaster({ raster, width, height, xDpi: 408, yDpi: 196 }, target);
    expect(quality.rows).toBe(height);
    expect(decodePage(smaller, { coding: 'MH', width: 1728 }).raster).toEqual(expected.raster);
  });
});
