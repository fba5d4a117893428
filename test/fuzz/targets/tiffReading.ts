// TIFF files: read, or refused in words.

import { TiffError, readT6Tiff, writeT6Tiff } from '../../../fax/t4/tiff.ts';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import { must } from '../fuzzTarget.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';
import { smallPages } from './smallPages.ts';

export const storedTiffTarget: FuzzTarget = {
  name: 'stored TIFF',
  prepare() {
    const pages = smallPages().map(({ raster, width, height, xDpi, yDpi }) => ({
      info: { width, height, xDpi, yDpi },
      data: encodePage(raster, width, height, { coding: 'MMR' }),
    }));
    const files = pages.map((_, index) => writeT6Tiff(pages.slice(index, index + 1 + (index % 4))));
    return { choose: (random) => ({ bytes: random.pick(files), others: files, check: checkFile }) };
  },
};

function checkFile(bytes: Uint8Array): void {
  try {
    for (const { info, data } of readT6Tiff(bytes)) {
      must(data.length <= bytes.length, () => `${data.length} bytes out of ${bytes.length}`);
      must(info.width >= 1 && info.height >= 1, () => `a page of ${info.width} × ${info.height}`);
    }
  } catch (error) {
    if (!(error instanceof TiffError)) throw error;
  }
}
