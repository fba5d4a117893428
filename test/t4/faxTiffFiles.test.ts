// Whole TIFF files: ours as libtiff reads them, and libtiff's as we read them.

import { describe, expect, test } from 'vitest';
import type { Coding, FillOrder } from '../../fax/t4/coding.ts';
import { encodePage } from '../../fax/t4/pageEncoder.ts';
import { decodeFaxTiffPage, readFaxTiff } from '../../fax/t4/tiffReader.ts';
import { writeFaxTiff } from '../../fax/t4/tiffWriter.ts';
import { expectRasters } from './expectRasters.ts';
import { plainImage, withLibtiff } from './libtiff.ts';
import { charts } from './pages/charts.ts';
import { oddWidthPages, patternPages } from './pages/patterns.ts';

const pages = [...charts().slice(0, 4), ...patternPages(1728, 30), ...oddWidthPages()];
const [MSB, LSB] = ['msb', 'lsb'] as const satisfies FillOrder[];

describe('TIFF files', () => {
  test.each([
    ['MR', MSB],
    ['MR', LSB],
    ['MMR', MSB],
    ['MMR', LSB],
  ] satisfies [Coding, FillOrder][])(
    'of ours in %s, %s first, are the same pages to libtiff',
    async (coding, fillOrder) => {
      const file = writeFaxTiff(
        pages.map(({ raster, width, height, xDpi, yDpi }) => ({
          info: { width, height, xDpi, yDpi, coding, fillOrder },
          data: encodePage(raster, width, height, { coding, fillOrder, endOfPage: coding === 'MMR' }),
        })),
      );
      const { rasters, complaints } = await withLibtiff((libtiff) => libtiff.pixels(file));
      expect(complaints).toBe('');
      expectRasters(pages, rasters);
    },
  );

  test.each([
    ['one-dimensional', ['-c', 'g3:1d']],
    [
      'two-dimensional with fill, least bit first, in strips',
      ['-c', 'g3:2d:fill', '-f', 'lsb2msb', '-r', '16'],
    ],
    ['T.6 in a big-endian file', ['-B', '-c', 'g4']],
    ['T.6 in strips, least bit first', ['-c', 'g4', '-f', 'lsb2msb', '-r', '5']],
  ])('of libtiff’s, %s, are the same pages to us', async (_name, options) => {
    const { file } = await withLibtiff((libtiff) => libtiff.copy(pages.map(plainImage), ...options));
    const read = readFaxTiff(file).map(decodeFaxTiffPage);
    expectRasters(
      pages,
      read.map(({ raster }) => raster),
    );
    expect(read.map(({ quality }) => quality.badRows)).toEqual(pages.map(() => 0));
  });
});
