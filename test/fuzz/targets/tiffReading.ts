// TIFF files: read, or refused in words.

import type { Coding } from '../../../fax/t4/coding.ts';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import { TiffError, readT6Tiff, writeT6Tiff } from '../../../fax/t4/tiff.ts';
import { decodeFaxTiffPage, readFaxTiff } from '../../../fax/t4/tiffReader.ts';
import { writeFaxTiff } from '../../../fax/t4/tiffWriter.ts';
import { rowBytes } from '../../t4/pages/page.ts';
import type { Page } from '../../t4/pages/page.ts';
import { GROUP_3, GROUP_4, HUFFMAN, writeTiff } from '../../t4/tiffFile.ts';
import { must } from '../fuzzTarget.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';
import { smallPages } from './smallPages.ts';

/** Beyond it a page is only read, not decoded: it would take too long. */
const MOST_PIXELS = 4_000_000;
const PAGES_DECODED = 3;
const CODINGS: readonly Coding[] = ['MH', 'MR', 'MMR'];

export const storedTiffTarget: FuzzTarget = {
  name: 'stored TIFF',
  prepare() {
    const pages = smallPages().map(({ raster, width, height, xDpi, yDpi }) => ({
      info: { width, height, xDpi, yDpi },
      data: encodePage(raster, width, height, { coding: 'MMR' }),
    }));
    const files = pages.map((_, index) => writeT6Tiff(pages.slice(index, index + 1 + (index % 4))));
    return { choose: (random) => ({ bytes: random.pick(files), others: files, check: checkStored }) };
  },
};

function checkStored(bytes: Uint8Array): void {
  unlessRefused(() => {
    for (const { info, data } of readT6Tiff(bytes)) {
      must(data.length <= bytes.length, () => `${data.length} bytes out of ${bytes.length}`);
      must(info.width >= 1 && info.height >= 1, () => `a page of ${info.width} × ${info.height}`);
    }
  });
}

export const faxTiffTarget: FuzzTarget = {
  name: 'fax TIFF',
  prepare() {
    const files = smallPages().map((page, index) =>
      index % 2 === 0
        ? foreignFile(page, index)
        : ownFile(smallPages().slice(index, index + 1 + (index % 3))),
    );
    return { choose: (random) => ({ bytes: random.pick(files), others: files, check: checkFile }) };
  },
};

function ownFile(pages: readonly Page[]): Uint8Array {
  return writeFaxTiff(
    pages.map(({ raster, ...info }, index) => {
      const coding = CODINGS[index % 3] ?? 'MH';
      const data = encodePage(raster, info.width, info.height, { coding, endOfPage: coding === 'MMR' });
      return { info: { ...info, coding, fillOrder: 'msb' }, data };
    }),
    { dateTime: '2026:11:22 12:00:00' },
  );
}

/** In several strips, of any compression. */
function foreignFile({ raster, ...shape }: Page, index: number): Uint8Array {
  const { width, height } = shape;
  const compression = [HUFFMAN, GROUP_3, GROUP_4][index % 3] ?? GROUP_3;
  const rowsPerStrip = 1 + (index % 7);
  const strips = Array.from({ length: Math.ceil(height / rowsPerStrip) }, (_, strip) => {
    const rows = Math.min(rowsPerStrip, height - strip * rowsPerStrip);
    const from = strip * rowsPerStrip * rowBytes(width);
    return encodePage(raster.subarray(from, from + rows * rowBytes(width)), width, rows, {
      coding: compression === GROUP_4 ? 'MMR' : 'MH',
      ...(compression === HUFFMAN ? { eol: false, byteAligned: true } : {}),
    });
  });
  const photometric = index % 5 === 0 ? 1 : 0;
  return writeTiff([
    { ...shape, compression, fillOrder: 1, photometric, t4Options: 0, rowsPerStrip, strips },
  ]);
}

function checkFile(bytes: Uint8Array): void {
  unlessRefused(() => {
    const pages = readFaxTiff(bytes);
    must(pages.length <= bytes.length / 10, () => `${pages.length} pages in ${bytes.length} bytes`);
    for (const page of pages.slice(0, PAGES_DECODED)) {
      // Where the height is not said, the data bound it: a row takes one bit at least.
      const length = page.strips.reduce((sum, { data }) => sum + data.length, 0);
      if (page.width * (page.height === 0 ? length * 8 : page.height) > MOST_PIXELS) continue;
      const { raster, width, height, quality } = decodeFaxTiffPage(page);
      const said = () => JSON.stringify({ width, height, wanted: page.height, quality });
      must(raster.length === rowBytes(width) * height, () => `not its rows: ${said()}`);
      must(page.height === 0 || height === page.height, () => `not its height: ${said()}`);
      must(quality.goodRows + quality.badRows === quality.rows, () => `rows do not add up: ${said()}`);
    }
  });
}

function unlessRefused(read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof TiffError)) throw error;
  }
}
