// Conversion of pages to other resolutions and widths: any pixels and any formats give a page of the size that was
// foretold, or are refused.

import { convertRaster, convertedHeight } from '../../../fax/t4/rasterConversion.ts';
import type { Raster, RasterFormat, TargetFormat } from '../../../fax/t4/rasterConversion.ts';
import type { SeededRandom } from '../../harness/seededRandom.ts';
import { rowBytes } from '../../t4/pages/page.ts';
import { must } from '../fuzzTarget.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';
import { smallPages } from './smallPages.ts';

const X_DPI = [204, 300, 408, 200, 400, 100, 1, 2400];
const Y_DPI = [98, 196, 391, 300, 100, 200, 400, 1, 2400];
/** Beyond it a page is only checked for being refused or not: it would take too long. */
const MOST_PIXELS = 4_000_000;

export const rasterConvertingTarget: FuzzTarget = {
  name: 'raster conversion',
  prepare() {
    const rasters = smallPages().map(({ raster }) => raster);
    return { choose: (random) => ({ bytes: random.pick(rasters), others: rasters, check: checkConversion }) };
  },
};

function checkConversion(raster: Uint8Array, random: SeededRandom): void {
  const width = random.pick([random.integer(1, 200), 304, 1728, random.integer(1, 20_001)]);
  const source = { ...format(random), width, raster, height: Math.floor(raster.length / rowBytes(width)) };
  const target: TargetFormat = {
    ...format(random),
    width: random.pick([width, width, random.integer(1, 400), 1728, random.integer(1, 20_001)]),
    fit: random.pick(['shrink', 'crop']),
    align: random.pick(['centre', 'left']),
  };
  const said = () => JSON.stringify({ source: { ...source, raster: raster.length }, target });
  let height: number;
  let converted: Raster;
  try {
    height = convertedHeight(source, source.height, target);
    must(Number.isInteger(height) && height >= 0, () => `a height of ${height}: ${said()}`);
    if (height * target.width > MOST_PIXELS) return;
    converted = convertRaster(source, target);
  } catch (error) {
    if (error instanceof RangeError) return;
    throw error;
  }
  must(converted.height === height && converted.width === target.width, () => `another size: ${said()}`);
  must(converted.raster.length === height * rowBytes(target.width), () => `not its rows: ${said()}`);
  const spare = 0xff >> (8 - (rowBytes(target.width) * 8 - target.width));
  for (
    let last = rowBytes(target.width) - 1;
    last < converted.raster.length;
    last += rowBytes(target.width)
  ) {
    must(((converted.raster[last] ?? 0) & spare) === 0, () => `ink beyond the width: ${said()}`);
  }
  const isWhite = raster.subarray(0, source.height * rowBytes(width)).every((byte) => byte === 0);
  must(!isWhite || converted.raster.every((byte) => byte === 0), () => `ink on a white page: ${said()}`);
}

function format(random: SeededRandom): Omit<RasterFormat, 'width'> {
  const any = random.integer(0, 6) === 0;
  return any
    ? { xDpi: random.integer(0, 2500), yDpi: random.integer(0, 2500) }
    : { xDpi: random.pick(X_DPI), yDpi: random.pick(Y_DPI) };
}
