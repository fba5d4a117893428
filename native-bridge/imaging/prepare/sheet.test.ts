// Laying pages on the sheet.

import { describe, expect, test } from 'vitest';
import { place, sheetFor } from './sheet.ts';

const a4 = sheetFor({ paper: 'a4', resolution: 'fine' });

describe('the sheet', () => {
  test.each([
    ['a4', 'standard', 1143],
    ['a4', 'fine', 2287],
    ['a4', 'superfine', 4574],
    ['letter', 'standard', 1076],
    ['letter', 'fine', 2151],
    ['letter', 'superfine', 4303],
  ] as const)('%s %s has %i rows', (paper, resolution, rows) => {
    expect(sheetFor({ paper, resolution })).toMatchObject({ width: 1728, height: rows });
  });
});

describe('a page on the sheet', () => {
  test('A4 keeps its size and stands in the middle of the longer scan line', () => {
    expect(place(a4, { widthMm: 210, heightMm: 297 }, 'fit', true)).toEqual({
      turn: 0,
      left: 21,
      top: 0,
      width: 1687,
      height: 2287,
      cropped: false,
    });
  });

  test('fit keeps the shape in millimetres at every resolution', () => {
    for (const resolution of ['standard', 'fine', 'superfine'] as const) {
      const sheet = sheetFor({ paper: 'a4', resolution });
      const { width, height } = place(sheet, { widthMm: 100, heightMm: 120 }, 'fit', false);
      expect(width / sheet.pixelsPerMmX / (height / sheet.pixelsPerMmY)).toBeCloseTo(100 / 120, 2);
      expect(width).toBe(1728);
    }
  });

  test('landscape is turned when it may be', () => {
    const landscape = { widthMm: 297, heightMm: 210 };
    expect(place(a4, landscape, 'fit', true)).toMatchObject({ turn: 90, width: 1687, height: 2287 });
    expect(place(a4, landscape, 'fit', false)).toMatchObject({ turn: 0, width: 1728 });
    expect(place(a4, landscape, 'crop', true)).toMatchObject({ turn: 90, cropped: false });
  });

  test('a small landscape page keeps upright when nothing has to give way', () => {
    expect(place(a4, { widthMm: 148, heightMm: 105 }, 'crop', true)).toMatchObject({
      turn: 0,
      cropped: false,
    });
  });

  test('crop cuts what is larger and says so, but not for the fraction that Letter is wider', () => {
    expect(place(a4, { widthMm: 297, heightMm: 420 }, 'crop', true)).toMatchObject({
      cropped: true,
      left: -328,
    });
    expect(place(a4, { widthMm: 215.9, heightMm: 279.4 }, 'crop', true)).toMatchObject({ cropped: false });
  });

  test('pages of any size give sizes that can be worked with', () => {
    for (const side of [1e-6, 0.35, 1, 1e6, 1e12]) {
      for (const placement of ['fit', 'crop'] as const) {
        const { width, height } = place(a4, { widthMm: side, heightMm: 300 }, placement, true);
        expect(Math.min(width, height)).toBeGreaterThanOrEqual(1);
        expect(Math.max(width, height)).toBeLessThanOrEqual(60_000);
      }
    }
  });
});
