// Fax pages as foreign fax programs want them from a file: one strip per page, white is zero, coded as on the line.

import { readFile, writeFile } from 'node:fs/promises';
import { withLibtiff } from '../t4/libtiff.ts';
import { PLAIN, plainRaster, readTiff, writeTiff } from '../t4/tiffFile.ts';

export type LineCoding = 'MH' | 'MR' | 'MMR';

const TIFFCP_CODING = { MH: 'g3:1d', MR: 'g3:2d', MMR: 'g4' } as const satisfies Record<LineCoding, string>;

/** Writes `from` (any bilevel TIFF) to `to`, coded by libtiff; MH and MR with the RTC of T.4 §4.1.4 at the end. */
export async function writeCodedFile(from: string, to: string, coding: LineCoding): Promise<void> {
  await withLibtiff(async (libtiff) => {
    const { images } = await libtiff.copy(await readFile(from), '-c', 'none', '-f', 'msb2lsb');
    const upright = images.map((image) => ({
      ...image,
      strips: [plainRaster(image)],
      compression: PLAIN,
      photometric: 0,
      rowsPerStrip: image.height,
    }));
    const options = ['-c', TIFFCP_CODING[coding], '-r', '1000000', '-f', 'lsb2msb'];
    const { file } = await libtiff.copy(upright, ...options);
    const coded = readTiff(file).map((image) => ({
      ...image,
      strips:
        coding === 'MMR' ? image.strips : image.strips.map((strip) => withReturnToControl(strip, coding)),
    }));
    await writeFile(to, writeTiff(coded));
  });
}

/** Page rasters, black = 1. */
export async function pageRasters(
  file: string,
): Promise<{ width: number; height: number; raster: Uint8Array }[]> {
  return withLibtiff(async (libtiff) => {
    const { images } = await libtiff.copy(await readFile(file), '-c', 'none', '-f', 'msb2lsb');
    return images.map((image) => ({ width: image.width, height: image.height, raster: plainRaster(image) }));
  });
}

/** Six EOLs, with the tag of a one-dimensional line in MR; the first bit is the least significant one. */
function withReturnToControl(strip: Uint8Array, coding: 'MH' | 'MR'): Uint8Array {
  const bits = (coding === 'MH' ? '000000000001' : '0000000000011').repeat(6);
  const end = new Uint8Array(Math.ceil(bits.length / 8));
  for (let bit = 0; bit < bits.length; bit += 1) {
    if (bits[bit] === '1') end[bit >> 3] = (end[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
  const whole = new Uint8Array(strip.length + end.length);
  whole.set(strip);
  whole.set(end, strip.length);
  return whole;
}
