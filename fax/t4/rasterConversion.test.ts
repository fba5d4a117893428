// Converted pages: of the right size and in the right place, with text that is read and photographs that stay gray.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RasterConverter, SCAN_LINE_PIXELS, convertRaster, convertedHeight } from './rasterConversion.ts';
import type { Raster, TargetFormat } from './rasterConversion.ts';

const FINE = { xDpi: 204, yDpi: 196 };

function draw(
  width: number,
  height: number,
  isBlack: (x: number, y: number) => boolean,
  dpi: { xDpi: number; yDpi: number } = FINE,
): Raster {
  const stride = (width + 7) >> 3;
  const raster = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * stride + (x >> 3);
      if (isBlack(x, y)) raster[at] = (raster[at] ?? 0) | (0x80 >> (x & 7));
    }
  }
  return { raster, width, height, ...dpi };
}

function isBlack({ raster, width }: Raster, x: number, y: number): boolean {
  return (((raster[y * ((width + 7) >> 3) + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) === 1;
}

function blackShare(page: Raster): number {
  let count = 0;
  for (let y = 0; y < page.height; y++) {
    for (let x = 0; x < page.width; x++) if (isBlack(page, x, y)) count++;
  }
  return count / (page.width * page.height);
}

/** Floyd and Steinberg's dither of an even gray. */
function dithered(width: number, height: number, gray: number): Raster {
  let errors = new Float64Array(width + 2);
  let below = new Float64Array(width + 2);
  const rows: boolean[][] = [];
  const add = (to: Float64Array, at: number, error: number) => (to[at] = (to[at] ?? 0) + error);
  for (let y = 0; y < height; y++) {
    rows.push(
      Array.from({ length: width }, (_, x) => {
        const wanted = gray + (errors[x + 1] ?? 0);
        const error = wanted - (wanted > 0.5 ? 1 : 0);
        add(errors, x + 2, (error * 7) / 16);
        add(below, x, (error * 3) / 16);
        add(below, x + 1, (error * 5) / 16);
        add(below, x + 2, error / 16);
        return wanted > 0.5;
      }),
    );
    [errors, below] = [below, errors.fill(0)];
  }
  return draw(width, height, (x, y) => rows[y]?.[x] === true);
}

const dpi = fc.constantFrom(98, 100, 150, 196, 200, 204, 300, 391, 400, 408);
const page = fc
  .record({ width: fc.integer({ min: 1, max: 150 }), height: fc.integer({ min: 0, max: 12 }) })
  .chain(({ width, height }) => {
    const length = Math.ceil(width / 8) * height;
    const raster = fc.uint8Array({ minLength: length, maxLength: length });
    return fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      xDpi: dpi,
      yDpi: dpi,
      raster,
    });
  });
const target = fc.record({
  width: fc.integer({ min: 1, max: 200 }),
  xDpi: dpi,
  yDpi: dpi,
  fit: fc.constantFrom('shrink' as const, 'crop' as const),
  align: fc.constantFrom('centre' as const, 'left' as const),
});

describe('sizes', () => {
  test('each width of the standard becomes its counterpart at another resolution', () => {
    for (const widths of Object.values(SCAN_LINE_PIXELS)) {
      for (const [from, width] of Object.entries(widths)) {
        for (const [to, expected] of Object.entries(widths)) {
          const line = draw(width, 2, () => true, { xDpi: Number(from), yDpi: 196 });
          const converted = convertRaster(line, { width: expected, xDpi: Number(to), yDpi: 196 });
          expect(blackShare(converted)).toBe(1);
        }
      }
    }
  });

  const rows: [from: number, to: number, height: number, expected: number][] = [
    [98, 196, 1146, 2292],
    [98, 391, 1146, 4584],
    [196, 98, 2292, 1146],
    [196, 98, 2293, 1147],
    [391, 98, 4583, 1146],
    [391, 196, 4583, 2292],
    [300, 196, 3508, 2339],
    [400, 196, 4677, 2339],
    [200, 98, 2339, 1170],
    [100, 196, 1100, 2200],
    [196, 200, 2292, 2292],
  ];
  test.each(rows)('from %i to %i rows per inch %i rows become %i', (from, to, height, expected) => {
    const source = { width: 8, xDpi: 204, yDpi: from };
    expect(convertedHeight(source, height, { width: 8, xDpi: 204, yDpi: to })).toBe(expected);
  });

  test('metric and inch resolutions of one step are the same pixels', () => {
    const metric = dithered(200, 20, 0.4);
    const inch = convertRaster(metric, { width: 200, xDpi: 200, yDpi: 200 });
    expect(inch).toEqual({ ...metric, xDpi: 200, yDpi: 200 });
  });

  test('a wider page shrinks both ways alike, so that a circle stays one', () => {
    const circle = draw(2432, 1000, (x, y) => Math.hypot(x - 1216, (y - 500) * (204 / 196)) < 400);
    const shrunk = convertRaster(circle, { width: 1728, ...FINE });
    expect(shrunk.height).toBe(710);
    const across = Array.from({ length: 1728 }, (_, x) => isBlack(shrunk, x, 355)).filter(Boolean).length;
    const down = Array.from({ length: shrunk.height }, (_, y) => isBlack(shrunk, 864, y)).filter(Boolean);
    expect(Math.abs(across - 800 * (1728 / 2432))).toBeLessThan(3);
    expect(Math.abs(down.length * (204 / 196) - across)).toBeLessThan(4);
  });

  test('a narrower page stands in the middle or at the left, a wider one may be cut', () => {
    const black = draw(1728, 1, () => true);
    const span = (converted: Raster) => {
      const line = Array.from({ length: converted.width }, (_, x) => isBlack(converted, x, 0));
      return [line.indexOf(true), line.lastIndexOf(true)];
    };
    expect(span(convertRaster(black, { width: 2432, ...FINE }))).toEqual([352, 2079]);
    expect(span(convertRaster(black, { width: 2048, ...FINE, align: 'left' }))).toEqual([0, 1727]);
    const middle = draw(2048, 2, (x) => x >= 160 && x < 1888);
    const cut = convertRaster(middle, { width: 1728, ...FINE, fit: 'crop' });
    expect([blackShare(cut), cut.height]).toEqual([1, 2]);
    const left = convertRaster(middle, { width: 1728, ...FINE, fit: 'crop', align: 'left' });
    expect(span(left)).toEqual([160, 1727]);
  });

  test('what is no format is refused', () => {
    const source = draw(8, 2, () => true);
    const wrong: [Partial<Raster>, Partial<TargetFormat>][] = [
      [{ width: 0 }, {}],
      [{ width: 20_001 }, {}],
      [{ xDpi: 0 }, {}],
      [{ yDpi: 2401 }, {}],
      [{ height: 3 }, {}],
      [{ height: -1 }, {}],
      [{}, { width: 1.5 }],
      [{}, { xDpi: Number.NaN }],
      [{ yDpi: 10 }, { yDpi: 2400 }],
      [{ height: 40_000, raster: new Uint8Array(40_000), yDpi: 98 }, { yDpi: 391 }],
    ];
    for (const [from, to] of wrong) {
      expect(() => convertRaster({ ...source, ...from }, { width: 8, ...FINE, ...to })).toThrow(RangeError);
    }
  });
});

describe('any page in any format', () => {
  test('white stays white, black stays black, and rows come one by one as all at once', () => {
    fc.assert(
      fc.property(page, target, (source, to) => {
        const converted = convertRaster(source, to);
        expect(converted.height).toBe(convertedHeight(source, source.height, to));
        const rows: number[] = [];
        const converter = new RasterConverter(source, to, (row) => rows.push(...row));
        const stride = Math.ceil(source.width / 8);
        for (let row = 0; row < source.height; row++) converter.push(source.raster, row * stride);
        converter.end();
        expect(Uint8Array.from(rows)).toEqual(converted.raster);
        const white = { ...source, raster: new Uint8Array(source.raster.length) };
        expect(convertRaster(white, to).raster.every((byte) => byte === 0)).toBe(true);
        const black = { ...source, raster: source.raster.slice().fill(0xff) };
        const whole = { ...to, width: Math.min(to.width, source.width), xDpi: source.xDpi };
        const dark = convertRaster(black, whole);
        if (dark.height > 0) expect(blackShare(dark)).toBe(1);
      }),
      { numRuns: 500 },
    );
  });

  test('the same format gives the same pixels', () => {
    fc.assert(
      fc.property(page, ({ raster, ...format }) => {
        const clean = draw(
          format.width,
          format.height,
          (x, y) => isBlack({ raster, ...format }, x, y),
          format,
        );
        expect(convertRaster({ raster, ...format }, format)).toEqual(clean);
      }),
    );
  });

  test('doubled and halved again it is as before, either way', () => {
    fc.assert(
      fc.property(page, ({ raster, width, height }) => {
        const source = draw(width, height, (x, y) => isBlack({ raster, width, height, ...FINE }, x, y), {
          xDpi: 204,
          yDpi: 98,
        });
        const double = convertRaster(source, { width: width * 2, xDpi: 408, yDpi: 196 });
        expect([double.width, double.height]).toEqual([width * 2, height * 2]);
        expect(convertRaster(double, { width, xDpi: 204, yDpi: 98 })).toEqual(source);
      }),
    );
  });

  test('a pixel is black where all it stands for was black, and white where all was white', () => {
    const shrinking = fc.tuple(page, fc.integer({ min: 1, max: 150 }));
    fc.assert(
      fc.property(shrinking, ([source, width]) => {
        const from = { ...source, ...FINE };
        if (width > from.width || from.width > 2 * width) return;
        const to = convertRaster(from, { width, ...FINE });
        const blacks = Array.from({ length: to.height * width }, () => [0, 0]);
        for (let y = 0; y < from.height; y++) {
          for (let x = 0; x < from.width; x++) {
            const column = Math.floor((x * width) / from.width);
            const row = Math.floor((y * width) / from.width);
            const counts = blacks[row * width + column];
            if (counts === undefined) throw new Error('beyond the page');
            counts[isBlack(from, x, y) ? 1 : 0] = 1;
          }
        }
        for (const [index, [white, black]] of blacks.entries()) {
          const got = isBlack(to, index % width, Math.floor(index / width));
          if (white === 0) expect(got).toBe(true);
          if (black === 0) expect(got).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('enlarged it is the nearest pixel everywhere', () => {
    fc.assert(
      fc.property(page, ({ raster, width, height }) => {
        const source = { raster, width, height, ...FINE };
        const to = convertRaster(source, { width: Math.ceil(width * 1.5), xDpi: 300, yDpi: 300 });
        for (let y = 0; y < to.height; y++) {
          for (let x = 0; x < to.width; x++) {
            const fromX = Math.floor((x * width) / to.width);
            // Three rows for two: row y is given out as soon as two thirds of it have come.
            const fromY = Math.ceil(((y + 1) * 2) / 3) - 1;
            expect(isBlack(to, x, y)).toBe(isBlack(source, fromX, fromY));
          }
        }
      }),
    );
  });
});

const SMALLER: [name: string, target: TargetFormat][] = [
  ['half the rows', { width: 640, xDpi: 204, yDpi: 98 }],
  ['half the pixels per row', { width: 320, xDpi: 100, yDpi: 196 }],
  ['half of both', { width: 320, xDpi: 100, yDpi: 98 }],
  ['from A3 to A4', { width: 454, xDpi: 204, yDpi: 196 }],
];

describe('strokes', () => {
  test.each(SMALLER)('one pixel thin do not vanish nor break: %s', (_, to) => {
    for (const at of [100, 101, 102, 103]) {
      const lines = convertRaster(
        draw(640, 400, (x, y) => x === at || y === at),
        to,
      );
      const scaleX = to.width / 640;
      const row = Math.floor((at * lines.height) / 400);
      const column = Math.floor(at * scaleX);
      for (let x = 0; x < lines.width; x++) {
        expect([row - 1, row, row + 1].some((y) => isBlack(lines, x, y))).toBe(true);
      }
      for (let y = 0; y < lines.height; y++) {
        expect([column - 1, column, column + 1].some((x) => isBlack(lines, x, y))).toBe(true);
      }
    }
  });

  test.each(SMALLER)('that are slanted stay whole: %s', (_, to) => {
    for (const slope of [0.2, 0.5, 1, 2, 5]) {
      const line = convertRaster(
        draw(640, 400, (x, y) => (slope <= 1 ? y === Math.round(x * slope) : x === Math.round(y / slope))),
        to,
      );
      // Each black pixel has another one beside it further down or to the right, up to the end of the line.
      let gaps = 0;
      for (let y = 1; y < line.height - 2; y++) {
        for (let x = 1; x < line.width - 2; x++) {
          if (!isBlack(line, x, y)) continue;
          const goesOn =
            isBlack(line, x + 1, y) || [x - 1, x, x + 1].some((next) => isBlack(line, next, y + 1));
          if (!goesOn) gaps++;
        }
      }
      expect(gaps).toBeLessThanOrEqual(1);
    }
  });
});

describe('photographs', () => {
  test.each(SMALLER)('stay as gray as they were: %s', (_, to) => {
    for (const gray of [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]) {
      const before = dithered(640, 200, gray);
      const change = blackShare(convertRaster(before, to)) - blackShare(before);
      // Merged twice, the checks next to the middle gray become even ones.
      expect(Math.abs(change)).toBeLessThan(to.width === 320 && to.yDpi === 98 ? 0.12 : 0.06);
    }
  });

  test('in fine checks stay so, where every row or pixel kept alike would turn black or white', () => {
    const checks = draw(640, 200, (x, y) => ((x + y) & 1) === 0);
    for (const [, to] of SMALLER) expect(blackShare(convertRaster(checks, to))).toBeCloseTo(0.5, 1);
  });
});
