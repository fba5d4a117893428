// The TIFF files in which pages are stored and exported: T.6, one strip per page. The reader takes only pages of which
// the strip is the very data that travel; other fax TIFFs are for `readFaxTiff`, any other TIFF is for the imaging host.

import { TiffError } from './tiffDirectory.ts';
import { readFaxTiff } from './tiffReader.ts';
import { writeFaxTiff } from './tiffWriter.ts';

export { TiffError };

export interface T6PageInfo {
  width: number;
  height: number;
  /** Pixels per inch. */
  xDpi: number;
  yDpi: number;
}

export interface T6Page {
  info: T6PageInfo;
  /** One T.6 block, black = 1, most significant bit first. */
  data: Uint8Array;
}

/** A whole file in memory. Throws TiffError beyond 4 GiB. */
export function writeT6Tiff(pages: T6Page[]): Uint8Array {
  return writeFaxTiff(pages.map(({ info, data }) => ({ info: { ...info, coding: 'MMR' }, data })));
}

/** The pages of a file as `writeT6Tiff` makes it; `data` are views into `bytes`. Throws TiffError for anything else. */
export function readT6Tiff(bytes: Uint8Array): T6Page[] {
  return readFaxTiff(bytes).map(({ width, height, xDpi, yDpi, coding, fillOrder, inverted, strips }) => {
    if (coding !== 'MMR' || fillOrder !== 'msb' || inverted) throw new TiffError('not a plain T.6 page');
    const [strip, ...more] = strips;
    if (strip === undefined || strip.data.length === 0 || height === 0 || more.length > 0) {
      throw new TiffError('a page is not one strip');
    }
    return { info: { width, height, xDpi, yDpi }, data: strip.data };
  });
}
