// Changes read from pixels and painted again, held against the same done pixel by pixel.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { END_MARKS, PAINT_SLACK, paintChanges, readChanges, whiteChanges } from './rowChanges.ts';
import { madePage, slowChanges } from './testing/madePage.ts';

const widths = fc.oneof(fc.integer({ min: 1, max: 140 }), fc.constantFrom(1728, 2431, 20_000));

describe('row changes', () => {
  test('are those that looking at every pixel finds, with end marks behind, at any place in memory', () => {
    fc.assert(
      fc.property(fc.integer(), widths, fc.nat(7), (seed, width, offset) => {
        const { raster } = madePage(seed, width, 6);
        const stride = (width + 7) >> 3;
        const memory = new Uint8Array(offset + raster.length);
        memory.set(raster, offset);
        const view = new DataView(memory.buffer, offset);
        const changes = whiteChanges(width);
        for (let row = 0; row < 6; row++) {
          const count = readChanges(view, row * stride, width, changes);
          const expected = slowChanges(raster.subarray(row * stride, (row + 1) * stride), width);
          expect([...changes.subarray(0, count)]).toEqual(expected);
          expect([...changes.subarray(count, count + END_MARKS)]).toEqual(Array(END_MARKS).fill(width));
        }
      }),
    );
  });

  test('of bits beyond the width there are none', () => {
    for (let width = 1; width < 80; width++) {
      const changes = whiteChanges(width);
      const row = new Uint8Array((width + 7) >> 3);
      const spare = row.length * 8 - width;
      row[row.length - 1] = (1 << spare) - 1;
      expect(readChanges(new DataView(row.buffer), 0, width, changes)).toBe(0);
    }
  });

  test('are painted as the pixels that they were read from, row under row', () => {
    fc.assert(
      fc.property(fc.integer(), widths, fc.nat(7), (seed, width, offset) => {
        const { raster } = madePage(seed, width, 6);
        const stride = (width + 7) >> 3;
        const view = new DataView(raster.buffer);
        const painted = new Uint8Array(offset + raster.length + PAINT_SLACK);
        const changes = whiteChanges(width);
        for (let row = 0; row < 6; row++) {
          const count = readChanges(view, row * stride, width, changes);
          paintChanges(changes, count, width, new DataView(painted.buffer, offset), row * stride);
        }
        expect(Buffer.compare(painted.subarray(offset, offset + raster.length), raster)).toBe(0);
        expect(painted.subarray(offset + raster.length).every((byte) => byte === 0)).toBe(true);
      }),
    );
  });
});
