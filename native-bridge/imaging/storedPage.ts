// A stored page file as pixels. Its contents came from another computer and are trusted with nothing.

import { open } from 'node:fs/promises';
import { decodePage } from '../../fax/t4/pageDecoder.ts';
import { TiffError, readT6Tiff } from '../../fax/t4/tiff.ts';
import type { T6Page, T6PageInfo } from '../../fax/t4/tiff.ts';
import { MAX_PAGE_BYTES, MAX_PAGE_WIDTH } from '../../protocol/page.ts';
import { ImagingError } from './imagingError.ts';

/** The data, the directory, and some room for what a later version may add to it. */
const LARGEST_FILE = MAX_PAGE_BYTES + 65_536;
/** 20,000 pixels × 65,535 rows would be 160 MB of raster. An A3 page at 600 dpi has 70 megapixels. */
const MOST_PIXELS = 300_000_000;

export interface Raster {
  /** Packed rows, most significant bit first, black = 1. */
  bits: Uint8Array;
  width: number;
  height: number;
  xDpi: number;
  yDpi: number;
}

/** Throws ImagingError FILE_BROKEN, FILE_MISSING, FILE_TOO_LARGE. */
export async function readStoredPage(path: string): Promise<T6Page> {
  await using file = await open(path, 'r').catch((error: unknown) => {
    throw new ImagingError('FILE_MISSING', 'the page is not where it was stored', { cause: error });
  });
  const { size } = await file.stat();
  if (size > LARGEST_FILE) throw new ImagingError('FILE_TOO_LARGE', `a page file of ${size} bytes`);
  try {
    const [page, ...more] = readT6Tiff(await file.readFile());
    if (page === undefined || more.length > 0) throw new TiffError('not one page');
    checkSize(page.info);
    return page;
  } catch (error) {
    if (!(error instanceof TiffError)) throw error;
    throw new ImagingError('FILE_BROKEN', error.message, { cause: error });
  }
}

/** A damaged page has its good rows and white below. Throws as `readStoredPage`. */
export async function readRaster(path: string): Promise<Raster> {
  const { info, data } = await readStoredPage(path);
  const { width, height } = info;
  const decoded = decodePage(data, { coding: 'MMR', width, maxRows: height });
  const bits = new Uint8Array(((width + 7) >> 3) * height);
  bits.set(decoded.raster);
  return { ...info, bits };
}

function checkSize({ width, height }: T6PageInfo): void {
  if (width > MAX_PAGE_WIDTH || width * height > MOST_PIXELS) {
    throw new ImagingError('FILE_TOO_LARGE', `a page of ${width} × ${height} pixels`);
  }
}
