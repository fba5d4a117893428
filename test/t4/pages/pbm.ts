// Binary PBM as poppler writes it: no comments, spare bits of any colour.

import { rowBytes } from './page.ts';

/** Throws when it is no binary PBM, or half of one. */
export function readPbm(bytes: Buffer): { width: number; height: number; raster: Uint8Array } {
  const header = /^P4\s+(\d+)\s+(\d+)\s/.exec(bytes.toString('latin1', 0, 40));
  if (header === null) throw new Error('not a PBM');
  const width = Number(header[1]);
  const height = Number(header[2]);
  const raster = new Uint8Array(
    bytes.subarray(header[0].length, header[0].length + rowBytes(width) * height),
  );
  if (raster.length !== rowBytes(width) * height) throw new Error('half a page');
  const spare = (0xff << (rowBytes(width) * 8 - width)) & 0xff;
  for (let last = rowBytes(width) - 1; last < raster.length; last += rowBytes(width)) {
    raster[last] = (raster[last] ?? 0) & spare;
  }
  return { width, height, raster };
}
