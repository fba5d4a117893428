// The T.6 coder and decoder against each other and against bytes that are no T.6 at all.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeT6 } from './t6Decoder.ts';
import { encodeT6 } from './t6Encoder.ts';

/** A raster by runs per row, so that long runs, short ones and similar rows all come up. */
const structuredPage = fc
  .record({
    width: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constantFrom(1728, 2592, 5300, 20_000)),
    rows: fc.array(
      fc.array(fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6000 })), {
        maxLength: 30,
      }),
      {
        minLength: 1,
        maxLength: 12,
      },
    ),
    shifts: fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 12 }),
  })
  .map(({ width, rows, shifts }) => {
    const lines = rows.flatMap((runs) => [
      paint(width, runs, 0),
      ...shifts.map((shift) => paint(width, runs, shift)),
    ]);
    return { width, height: lines.length, raster: join(lines) };
  });

const randomPage = fc
  .record({ width: fc.integer({ min: 1, max: 200 }), height: fc.integer({ min: 1, max: 20 }) })
  .chain(({ width, height }) => {
    const length = Math.ceil(width / 8) * height;
    return fc
      .uint8Array({ minLength: length, maxLength: length })
      .map((raster) => ({ width, height, raster: withoutSpareBits(raster, width) }));
  });

function paint(width: number, runs: number[], shift: number): Uint8Array {
  const row = new Uint8Array(Math.ceil(width / 8));
  let position = shift;
  for (const [index, run] of runs.entries()) {
    if (index % 2 === 1) {
      for (let x = Math.max(position, 0); x < Math.min(position + run, width); x++) {
        row[x >> 3] = (row[x >> 3] ?? 0) | (0x80 >> (x & 7));
      }
    }
    position += run;
  }
  return row;
}

function join(rows: Uint8Array[]): Uint8Array {
  const stride = rows[0]?.length ?? 0;
  const raster = new Uint8Array(stride * rows.length);
  for (const [index, row] of rows.entries()) raster.set(row, index * stride);
  return raster;
}

function withoutSpareBits(raster: Uint8Array, width: number): Uint8Array {
  const stride = Math.ceil(width / 8);
  const spare = stride * 8 - width;
  return raster.map((byte, index) => (index % stride === stride - 1 ? byte & (0xff << spare) : byte));
}

describe('T.6', () => {
  test('a white line of 1728 pixels is one V0, and EOFB closes the block', () => {
    expect([...encodeT6(new Uint8Array(216), 1728, 1)]).toEqual([0x80, 0x08, 0x00, 0x80]);
  });

  test('a black line is a white run of 0 and a black run of 1728', () => {
    const bits = ['001', '00110101', '0000001100101', '0000110111', '000000000001', '000000000001'].join('');
    const bytes = (bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/g) ?? []).map((byte) =>
      parseInt(byte, 2),
    );
    expect([...encodeT6(new Uint8Array(216).fill(0xff), 1728, 1)]).toEqual(bytes);
  });

  test.each([
    ['random', randomPage],
    ['structured', structuredPage],
  ])('every %s raster comes back as it was', (_name, page) => {
    fc.assert(
      fc.property(page, ({ width, height, raster }) => {
        const decoded = decodeT6(encodeT6(raster, width, height), width, height + 5);
        expect(decoded.complete).toBe(true);
        expect(decoded.rows).toBe(height);
        expect(Buffer.compare(decoded.raster, raster)).toBe(0);
      }),
    );
  });

  test('bits beyond the width change nothing', () => {
    const raster = Uint8Array.of(0b10100000, 0b11000000);
    const dirty = Uint8Array.of(0b10111111, 0b11011111);
    expect(encodeT6(dirty, 3, 2)).toEqual(encodeT6(raster, 3, 2));
  });

  test('a raster shorter than it says is refused', () => {
    expect(() => encodeT6(new Uint8Array(10), 1728, 1)).toThrow(RangeError);
  });

  test('any bytes at all decode to at most the rows asked for', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 500 }),
        (data, width, maxRows) => {
          const { raster, rows } = decodeT6(data, width, maxRows);
          expect(rows).toBeLessThanOrEqual(maxRows);
          expect(raster.length).toBe(rows * Math.ceil(width / 8));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('what any bytes decode to is a raster that codes and decodes to itself', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 100 }),
        (data, width) => {
          const first = decodeT6(data, width, 100);
          fc.pre(first.rows > 0);
          const again = decodeT6(encodeT6(first.raster, width, first.rows), width, 100);
          expect(Buffer.compare(again.raster, first.raster)).toBe(0);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('damage ends the page and leaves the rows before it as they were', () => {
    fc.assert(
      fc.property(
        structuredPage,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        ({ width, height, raster }, where) => {
          const data = encodeT6(raster, width, height);
          const cut = data.subarray(0, Math.floor(data.length * where));
          const decoded = decodeT6(cut, width, height + 1);
          expect(decoded.complete).toBe(false);
          expect(Buffer.compare(decoded.raster, raster.subarray(0, decoded.raster.length))).toBe(0);
        },
      ),
    );
  });

  test('a page of a single endless code costs no more than its data', () => {
    // V0 over and over: one row per bit.
    const decoded = decodeT6(new Uint8Array(1_000_000).fill(0xff), 20_000, 65_535);
    expect(decoded).toMatchObject({ rows: 65_535, complete: true });
  });
});
