// Pages of real documents at every fax resolution and width: PDFs drawn by poppler, photographs dithered.

import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { fixtureFile } from '../../harness/fixtures.ts';
import { runTool } from '../../harness/runTool.ts';
import { Canvas } from './canvas.ts';
import type { Page } from './page.ts';
import { readPbm } from './pbm.ts';

interface Rendering {
  file: string;
  /** First and last page of the document. */
  pages: readonly [first: number, last: number];
  width: number;
  height: number;
  xDpi: number;
  yDpi: number;
}

const A4_STANDARD = { width: 1728, height: 1146, xDpi: 204, yDpi: 98 };
const A4_FINE = { width: 1728, height: 2292, xDpi: 204, yDpi: 196 };
const A4_SUPERFINE = { width: 1728, height: 4584, xDpi: 204, yDpi: 391 };
const A4_300 = { width: 2592, height: 3508, xDpi: 300, yDpi: 300 };
const A4_400 = { width: 3456, height: 4584, xDpi: 408, yDpi: 391 };
const B4_FINE = { width: 2048, height: 2810, xDpi: 204, yDpi: 196 };
const A3_FINE = { width: 2432, height: 3240, xDpi: 204, yDpi: 196 };
const B4_400 = { width: 4096, height: 5620, xDpi: 408, yDpi: 391 };
const A3_300 = { width: 3648, height: 4961, xDpi: 300, yDpi: 300 };
const A3_400 = { width: 4864, height: 6480, xDpi: 408, yDpi: 391 };

const TEN_PAGES = 'ten-pages.pdf';

const RENDERINGS: readonly Rendering[] = [
  { file: TEN_PAGES, pages: [1, 10], ...A4_FINE },
  { file: TEN_PAGES, pages: [1, 10], ...A4_STANDARD },
  { file: TEN_PAGES, pages: [1, 3], ...A4_SUPERFINE },
  { file: TEN_PAGES, pages: [4, 6], ...A4_300 },
  { file: TEN_PAGES, pages: [7, 8], ...A4_400 },
  { file: TEN_PAGES, pages: [2, 4], ...B4_FINE },
  { file: TEN_PAGES, pages: [5, 7], ...A3_FINE },
  { file: TEN_PAGES, pages: [9, 9], ...B4_400 },
  { file: TEN_PAGES, pages: [10, 10], ...A3_300 },
  { file: TEN_PAGES, pages: [3, 3], ...A3_400 },
  { file: 'cairo-landscape-and-letter.pdf', pages: [1, 3], ...A4_FINE },
  { file: 'cairo-landscape-and-letter.pdf', pages: [1, 3], ...A4_STANDARD },
  { file: 'one-page.pdf', pages: [1, 1], ...A4_FINE },
  { file: 'one-page.pdf', pages: [1, 1], ...A4_300 },
];

const PHOTOGRAPHS: readonly Omit<Rendering, 'pages'>[] = [
  { file: 'photo-exif-rotated.jpg', ...A4_FINE, height: 800 },
  { file: 'photo-exif-rotated.jpg', ...A4_STANDARD, height: 400 },
  { file: 'photo-exif-rotated.jpg', ...A4_300, height: 600 },
  { file: 'photo-exif-rotated.jpg', ...A4_400, height: 600 },
  { file: 'picture.webp', ...B4_FINE, height: 500 },
];

/** All fifty; `name` says document, page and size. */
export async function realPages(): Promise<Page[]> {
  const pages: Page[] = [];
  for (const rendering of RENDERINGS) pages.push(...(await renderedPages(rendering)));
  for (const photograph of PHOTOGRAPHS) pages.push(await ditheredPhotograph(photograph));
  return pages;
}

/** Ten A4 pages of text at 204 × 196: what an office sends. */
export function fineTextPages(): Promise<Page[]> {
  return renderedPages({ file: TEN_PAGES, pages: [1, 10], ...A4_FINE });
}

/** A photograph over a whole A4 page at 204 × 196: the costliest page that is sent. */
export function finePhotograph(): Promise<Page> {
  return ditheredPhotograph({ file: 'photo-exif-rotated.jpg', ...A4_FINE });
}

async function renderedPages({ file, pages, width, height, xDpi, yDpi }: Rendering): Promise<Page[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hikyaku-t4-pages-'));
  try {
    const [first, last] = pages.map(String);
    const size = ['-scale-to-x', String(width), '-scale-to-y', String(height)];
    const range = ['-f', first ?? '1', '-l', last ?? '1'];
    await runTool('pdftoppm', ['-mono', ...size, ...range, fixtureFile(file), path.join(folder, 'page')]);
    const names = (await readdir(folder)).toSorted();
    return await Promise.all(
      names.map(async (name, index) => ({
        name: `${file} ${pages[0] + index}, ${width} × ${height}`,
        xDpi,
        yDpi,
        ...readPbm(await readFile(path.join(folder, name))),
      })),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function ditheredPhotograph(photograph: Omit<Rendering, 'pages'>): Promise<Page> {
  const { file, width, height, xDpi, yDpi } = photograph;
  const { data } = await sharp(fixtureFile(file))
    .rotate()
    .flatten({ background: 'white' })
    .resize(width, height, { fit: 'fill' })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const channels = data.length / (width * height);
  const canvas = new Canvas(width, height, 1);
  canvas.halftone(0, 0, width, height, (x, y) => 1 - (data[(y * width + x) * channels] ?? 255) / 255);
  return { ...canvas.page(`${file}, ${width} × ${height}`), xDpi, yDpi };
}
