// Compares many pages at once and names those that differ: a diff of pixels helps nobody.

import { expect } from 'vitest';
import type { Page } from './pages/page.ts';

/** Fails unless every raster is that of the page at its place. */
export function expectRasters(pages: readonly Page[], rasters: readonly Uint8Array[]): void {
  const different = pages.filter(({ raster }, index) => {
    const other = rasters[index];
    return other === undefined || Buffer.compare(other, raster) !== 0;
  });
  expect(different.map(({ name }) => name)).toEqual([]);
  expect(rasters.length).toBe(pages.length);
}
