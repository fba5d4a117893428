// Streams that are right but unlike those of ordinary encoders: libtiff and we see the same page.

import { expect, test } from 'vitest';
import type { Coding } from '../../fax/t4/coding.ts';
import { decodePage } from '../../fax/t4/pageDecoder.ts';
import { seededRandom } from '../harness/seededRandom.ts';
import { expectRasters } from './expectRasters.ts';
import { codedImage, withLibtiff } from './libtiff.ts';
import { charts } from './pages/charts.ts';
import { croppedPage } from './pages/page.ts';
import { oddWidthPages } from './pages/patterns.ts';
import { strangelyCoded } from './strangeCoding.ts';

const CODINGS: Coding[] = ['MH', 'MR', 'MMR'];

test.each(CODINGS)('%s by a strange encoder is the same page to libtiff and to us', async (coding) => {
  const pieces = charts().flatMap((chart) =>
    [200, 700, 1300].map((top) => croppedPage(chart, { left: 0, top, width: chart.width, height: 60 })),
  );
  const pages = [...pieces, ...oddWidthPages()];
  const random = seededRandom(9);
  const streams = pages.map((page) => strangelyCoded(page, coding, random));
  const ours = pages.map(({ width, height }, index) =>
    decodePage(streams[index] ?? new Uint8Array(), { coding, width, maxRows: height }),
  );
  expectRasters(
    pages,
    ours.map(({ raster }) => raster),
  );
  expect(ours.filter(({ quality }) => quality.badRows > 0)).toEqual([]);
  const images = pages.map((page, index) =>
    codedImage(page, coding, 'msb', streams[index] ?? new Uint8Array()),
  );
  const { rasters, complaints } = await withLibtiff((libtiff) => libtiff.pixels(images));
  expect(complaints).toBe('');
  expectRasters(pages, rasters);
});
