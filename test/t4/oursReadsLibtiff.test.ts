// What libtiff codes, we decode to the same pixels: every coding, both fill orders, whole pages and strips.

import { beforeAll, describe, expect, test } from 'vitest';
import type { Coding } from '../../fax/t4/coding.ts';
import { PageDecoder, decodePage } from '../../fax/t4/pageDecoder.ts';
import { expectRasters } from './expectRasters.ts';
import { plainImage, withLibtiff } from './libtiff.ts';
import { charts } from './pages/charts.ts';
import type { Page } from './pages/page.ts';
import { oddWidthPages, patternPages } from './pages/patterns.ts';
import { realPages } from './pages/realPages.ts';
import type { TiffImage } from './tiffFile.ts';

const PATTERN_WIDTHS = [1728, 2048, 2432, 2592, 3456, 4096, 4864];

let pages: Page[];
beforeAll(async () => {
  const patterns = PATTERN_WIDTHS.flatMap((width) => patternPages(width, 60));
  pages = [...(await realPages()), ...charts(), ...patterns, ...oddWidthPages()];
});

/** Charts and patterns: enough where only the strips are smaller. */
const SMALL = / wide$|^chart /;
const WHOLE_PAGE = ['-r', '65535'];
const CODINGS: [name: string, coding: Coding, options: string[], only?: RegExp][] = [
  ['g3:1d', 'MH', ['-c', 'g3:1d', ...WHOLE_PAGE]],
  ['g3:1d:fill, least bit first', 'MH', ['-c', 'g3:1d:fill', '-f', 'lsb2msb', ...WHOLE_PAGE]],
  ['g3:1d in strips of 100 rows', 'MH', ['-c', 'g3:1d', '-r', '100'], SMALL],
  ['g3:2d', 'MR', ['-c', 'g3:2d', ...WHOLE_PAGE]],
  ['g3:2d, least bit first', 'MR', ['-c', 'g3:2d', '-f', 'lsb2msb', ...WHOLE_PAGE]],
  ['g3:2d:fill in strips of 64 rows', 'MR', ['-c', 'g3:2d:fill', '-r', '64'], SMALL],
  ['g4', 'MMR', ['-c', 'g4', ...WHOLE_PAGE]],
  ['g4, least bit first', 'MMR', ['-c', 'g4', '-f', 'lsb2msb', ...WHOLE_PAGE]],
  ['g4 in strips of 7 rows', 'MMR', ['-c', 'g4', '-r', '7'], SMALL],
];

describe('we read what libtiff codes', () => {
  test.each(CODINGS)('%s', async (_name, coding, options, only) => {
    const some = pages.filter(({ name }) => only?.test(name) ?? true);
    const { images, complaints } = await withLibtiff((libtiff) =>
      libtiff.copy(some.map(plainImage), ...options),
    );
    expect(complaints).toBe('');
    expect(images.filter(({ t4Options }) => (t4Options & 1) === 1).length).toBe(
      coding === 'MR' ? some.length : 0,
    );
    expectRasters(
      some,
      images.map((image) => decodeStrips(image, coding)),
    );
  });

  test('row by row, in pieces of any size', async () => {
    const some = charts().slice(0, 3);
    const { images } = await withLibtiff((libtiff) =>
      libtiff.copy(some.map(plainImage), '-c', 'g3:2d', ...WHOLE_PAGE),
    );
    const rasters = images.map(({ strips, width }) => {
      const data = strips[0] ?? new Uint8Array();
      const decoder = new PageDecoder({ coding: 'MR', width });
      const rows: Uint8Array[] = [];
      for (let at = 0, size = 1; at < data.length; at += size, size = (size * 7 + 3) % 611) {
        decoder.push(data.subarray(at, at + size));
        rows.push(decoder.takeRows().slice());
      }
      decoder.end();
      rows.push(decoder.takeRows());
      return new Uint8Array(Buffer.concat(rows));
    });
    expectRasters(some, rasters);
  });
});

/** Every strip is a page of its own (TIFF 6.0, section 11). */
function decodeStrips(
  { width, height, fillOrder, rowsPerStrip, strips }: TiffImage,
  coding: Coding,
): Uint8Array {
  const rasters = strips.map((data, index) => {
    const rows = Math.min(rowsPerStrip, height - index * rowsPerStrip);
    const { raster, quality } = decodePage(data, {
      coding,
      width,
      fillOrder: fillOrder === 2 ? 'lsb' : 'msb',
      maxRows: rows,
    });
    expect(quality).toEqual({ rows, goodRows: rows, badRows: 0, longestBadRun: 0 });
    return raster;
  });
  return new Uint8Array(Buffer.concat(rasters));
}
