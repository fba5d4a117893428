// Test pages for calls with virtual modems, in every resolution, as our driver and as the machine take them.

import { testPage } from '../../fax/t30/testing/testPages.ts';
import type { RasterPage } from '../../native-bridge/modem/class1/rasterPages.testSupport.ts';
import type { CallDocument } from '../../protocol/modem.ts';
import type { FaxPage } from '../virtual-modem/machine/machinePages.ts';

const WIDTH = 1728;
const ROW_OCTETS = WIDTH / 8;
const DPI = {
  'R8x3.85': { xDpi: 204, yDpi: 98 },
  'R8x7.7': { xDpi: 204, yDpi: 196 },
  'R8x15.4': { xDpi: 204, yDpi: 391 },
  'R16x15.4': { xDpi: 408, yDpi: 391 },
} as const;

export type PageResolution = keyof typeof DPI;

export function pagesOf(what: { pages?: number; rows?: number; resolution?: PageResolution }): RasterPage[] {
  const { pages = 1, rows = 40, resolution = 'R8x7.7' } = what;
  return Array.from({ length: pages }, (_, index) => {
    const { raster } = testPage(index, rows);
    const page = { width: WIDTH, height: rows, raster };
    return resolution === 'R16x15.4' ? twiceAsWide(page) : page;
  });
}

export function faxPage({ width, height, raster }: RasterPage, resolution: PageResolution): FaxPage {
  return { geometry: { widthPixels: width, rows: height, resolution }, raster };
}

export function documentsOf(pages: readonly RasterPage[], resolution: PageResolution): CallDocument[] {
  if (pages.length === 0) return [];
  return [{ pages: pages.map(({ width, height }) => ({ width, height, ...DPI[resolution] })) }];
}

/** The page beside itself: as many pixels as R16 has across the same paper. */
function twiceAsWide({ width, height, raster }: RasterPage): RasterPage {
  const rows = Array.from({ length: height }, (_, row) =>
    raster.subarray(row * ROW_OCTETS, (row + 1) * ROW_OCTETS),
  );
  return {
    width: 2 * width,
    height,
    raster: Uint8Array.from(Buffer.concat(rows.flatMap((row) => [row, row]))),
  };
}
