// What we code, libtiff decodes to the same pixels and finds nothing to complain of.

import { beforeAll, describe, expect, test } from 'vitest';
import type { Coding, EncodeOptions, FillOrder } from '../../fax/t4/coding.ts';
import { encodePage } from '../../fax/t4/pageEncoder.ts';
import { expectRasters } from './expectRasters.ts';
import { codedImage, libtiffReadsOneDimensional, withLibtiff } from './libtiff.ts';
import { charts } from './pages/charts.ts';
import type { Page } from './pages/page.ts';
import { oddWidthPages, patternPages } from './pages/patterns.ts';
import { realPages } from './pages/realPages.ts';
import { HUFFMAN } from './tiffFile.ts';

const PATTERN_WIDTHS = [1728, 2048, 2432, 2592, 3456, 4096, 4864];

let pages: Page[];
beforeAll(async () => {
  const patterns = PATTERN_WIDTHS.flatMap((width) => patternPages(width, 60));
  pages = [...(await realPages()), ...charts(), ...patterns, ...oddWidthPages()];
});

const CODINGS: [name: string, options: EncodeOptions][] = [
  ['MH', { coding: 'MH' }],
  ['MR with K = 2', { coding: 'MR', k: 2 }],
  ['MR with K = 4', { coding: 'MR', k: 4 }],
  ['MMR', { coding: 'MMR' }],
];
const FILL_ORDERS: FillOrder[] = ['msb', 'lsb'];

describe('libtiff reads what we code', () => {
  test('the pages are at least 40 real ones', () => {
    expect(pages.filter(({ name }) => /\.(pdf|jpg|webp) /.test(name)).length).toBeGreaterThanOrEqual(40);
  });

  for (const [name, options] of CODINGS) {
    for (const fillOrder of FILL_ORDERS) {
      test(`${name}, ${fillOrder} first: every page, pixel for pixel`, async () => {
        // Half with the end of page and half without: a TIFF may have it or not.
        const readable = readablePages(options.coding);
        const images = readable.map((page, index) =>
          codedImage(
            page,
            options.coding,
            fillOrder,
            encode(page, { ...options, fillOrder, endOfPage: index % 2 === 0 }),
          ),
        );
        const { rasters, complaints } = await withLibtiff((libtiff) => libtiff.pixels(images));
        expect(complaints).toBe('');
        expectRasters(readable, rasters);
      });
    }
  }

  test('MH without EOL in rows that begin at a byte, as in TIFF compression 2', async () => {
    const readable = readablePages('MH');
    const images = readable.map((page) => ({
      ...codedImage(page, 'MH', 'msb', encode(page, { coding: 'MH', eol: false, byteAligned: true })),
      compression: HUFFMAN,
    }));
    const { rasters, complaints } = await withLibtiff((libtiff) => libtiff.pixels(images));
    expect(complaints).toBe('');
    expectRasters(readable, rasters);
  });

  test.each([
    ['MH', 288],
    ['MR', 144],
  ] satisfies [Coding, number][])('%s filled up to %d bits a line', async (coding, minScanBits) => {
    const readable = readablePages(coding).filter(({ name }) => / wide$|^chart /.test(name));
    const images = readable.map((page) =>
      codedImage(page, coding, 'lsb', encode(page, { coding, minScanBits, fillOrder: 'lsb' })),
    );
    const { rasters, complaints } = await withLibtiff((libtiff) => libtiff.pixels(images));
    expect(complaints).toBe('');
    expectRasters(readable, rasters);
  });

  for (const [name, options] of CODINGS) {
    for (const fillOrder of FILL_ORDERS) {
      test(`${name}, ${fillOrder} first: the stream of a modem, through fax2tiff`, async () => {
        const some = pages.filter(({ width }) => width === 1728).slice(0, 12);
        const streams = some.map((page) => encode(page, { ...options, fillOrder, minScanBits: 96 }));
        const received = await withLibtiff((libtiff) =>
          libtiff.receive(streams, { coding: options.coding, fillOrder, width: 1728 }),
        );
        for (const [index, page] of some.entries()) {
          const { raster = new Uint8Array(), height = 0 } = received.pages[index] ?? {};
          const theirs = Buffer.from(raster.subarray(0, page.raster.length));
          expect(`${page.name}: ${theirs.equals(page.raster)}`).toBe(`${page.name}: true`);
          // fax2tiff does not know an RTC: it makes a few rows of it, never less than the page has.
          expect(height).toBeGreaterThanOrEqual(page.height);
          expect(height).toBeLessThanOrEqual(page.height + 6);
        }
      });
    }
  }
});

function encode(page: Page, options: EncodeOptions): Uint8Array {
  return encodePage(page.raster, page.width, page.height, options);
}

/** All but the few on which libtiff's one-dimensional decoder gives up; poppler judges those. */
function readablePages(coding: Coding): Page[] {
  return coding === 'MH' ? pages.filter(libtiffReadsOneDimensional) : pages;
}
