// Black and white out of gray.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBilevel } from './toBilevel.ts';

const WIDTH = 160;
const HEIGHT = 120;

function page(gray: (x: number, y: number) => number): Uint8Array {
  return Uint8Array.from({ length: WIDTH * HEIGHT }, (_, at) => gray(at % WIDTH, Math.floor(at / WIDTH)));
}

function inkShare(raster: Uint8Array, left: number, top: number, right: number, bottom: number): number {
  let ink = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++)
      ink += ((raster[y * (WIDTH / 8) + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1;
  }
  return ink / ((right - left) * (bottom - top));
}

const convert = (
  gray: (x: number, y: number) => number,
  mode: 'text' | 'auto' | 'photo' = 'auto',
  aspect = 196 / 204,
) => toBilevel(page(gray), WIDTH, HEIGHT, mode, aspect);

describe('gray to black and white', () => {
  test('black lines on white stay exactly as they are', () => {
    const { raster, grayShare } = convert((x) => (x % 16 < 3 ? 0 : 255));
    for (let y = 0; y < HEIGHT; y++) {
      expect([...raster.subarray(y * 20, y * 20 + 4)]).toEqual([0xe0, 0, 0xe0, 0]);
    }
    expect(grayShare).toBe(0);
  });

  test.each([60, 120, 180])('a field of gray %i gets as much ink as it is dark', (level) => {
    const { raster, grayShare } = convert(() => level);
    expect(inkShare(raster, 0, 0, WIDTH, HEIGHT)).toBeCloseTo(1 - level / 255, 1);
    expect(grayShare).toBe(1);
  });

  test.each([98, 196, 391])('dots are as dense at %i rows per inch', (yDpi) => {
    const { raster } = convert(() => 128, 'auto', yDpi / 204);
    expect(inkShare(raster, 0, 0, WIDTH, HEIGHT)).toBeCloseTo(0.5, 1);
  });

  test('light gray text on white is kept whole', () => {
    const { raster } = convert((x, y) => (y % 24 < 3 && x > 20 && x < 140 ? 200 : 255));
    expect(inkShare(raster, 24, 24, 136, 27)).toBe(1);
    expect(inkShare(raster, 24, 30, 136, 46)).toBe(0);
  });

  test('a light shade is left white, its rim too, and text on it is black', () => {
    const { raster } = convert((x, y) => (x < 40 || y < 40 ? 255 : x > 80 && x < 84 ? 0 : 221));
    expect(inkShare(raster, 0, 0, 80, HEIGHT)).toBe(0);
    expect(inkShare(raster, 81, 40, 84, HEIGHT)).toBe(1);
  });

  test('text mode never screens', () => {
    const { raster } = convert(() => 120, 'text');
    expect(inkShare(raster, 0, 0, WIDTH, HEIGHT)).toBe(1);
  });

  test('photo mode screens even small things, and leaves white white and black black', () => {
    const { raster } = convert((x) => (x < 50 ? 255 : x < 100 ? 0 : 128), 'photo');
    expect(inkShare(raster, 0, 0, 50, HEIGHT)).toBe(0);
    expect(inkShare(raster, 50, 0, 100, HEIGHT)).toBe(1);
    expect(inkShare(raster, 104, 0, 160, HEIGHT)).toBeCloseTo(0.5, 1);
  });

  test('any size and any content gives a raster of that size with clean spare bits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 1, max: 40 }),
        fc.infiniteStream(fc.nat(255)),
        (width, height, grays) => {
          const pixels = Uint8Array.from(grays.take(width * height));
          const { raster } = toBilevel(pixels, width, height, 'auto', 1);
          const stride = Math.ceil(width / 8);
          expect(raster.length).toBe(stride * height);
          const spare = 0xff >> (width - (stride - 1) * 8);
          for (let y = 0; y < height; y++) expect((raster[y * stride + stride - 1] ?? 0) & spare).toBe(0);
        },
      ),
    );
  });
});
