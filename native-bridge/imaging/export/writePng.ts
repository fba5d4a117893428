// Pages one below the other as one black-and-white PNG file, made row by row so that memory stays flat.

import { createDeflate } from 'node:zlib';
import { ImagingError } from '../imagingError.ts';
import { readRaster, readStoredPage } from '../storedPage.ts';
import { bilevelRows, pngChunk, pngStart } from '../view/png.ts';
import { squareHeight, stretchRows } from '../view/turn.ts';
import type { Append } from './exportPages.ts';

/** About a hundred fine A4 pages. Beyond, no viewer opens the picture; a PDF is the right thing then. */
const MOST_PIXELS = 400_000_000;

/** Throws ImagingError FILE_TOO_LARGE when the picture would be too long to be opened. */
export async function writePng(
  pages: string[],
  append: Append,
  step: (pagesDone: number, pagesTotal: number) => void,
): Promise<void> {
  const shapes = [];
  for (const path of pages) shapes.push((await readStoredPage(path)).info);
  const width = Math.max(...shapes.map((info) => info.width));
  const heights = shapes.map((info) => squareHeight(info.height, info.xDpi, info.yDpi));
  const height = heights.reduce((sum, rows) => sum + rows, 0);
  if (width * height > MOST_PIXELS) {
    throw new ImagingError(
      'FILE_TOO_LARGE',
      `${pages.length} pages make a picture of ${width} × ${height} pixels`,
    );
  }
  await append(pngStart(width, height, 1, shapes[0]?.xDpi));
  const deflate = createDeflate({ level: 1 });
  const written = (async () => {
    for await (const part of deflate) await append(pngChunk('IDAT', part as Uint8Array));
  })();
  // A failed write must end the job, not linger unobserved while a page is read.
  written.catch(() => deflate.destroy());
  for (const [index, path] of pages.entries()) {
    const page = stretchRows(await readRaster(path), heights[index] ?? 1);
    const rows = widen(page.bits, page.width, page.height, width);
    await new Promise<void>((resolve, reject) => {
      deflate.write(bilevelRows(rows, width, page.height), (error) => (error ? reject(error) : resolve()));
    });
    step(index + 1, pages.length);
  }
  deflate.end();
  await written;
  await append(pngChunk('IEND', new Uint8Array(0)));
}

/** A narrower page gets white on its right. */
function widen(bits: Uint8Array, width: number, height: number, toWidth: number): Uint8Array {
  if (width === toWidth) return bits;
  const [stride, toStride] = [(width + 7) >> 3, (toWidth + 7) >> 3];
  const widened = new Uint8Array(toStride * height);
  for (let y = 0; y < height; y++) widened.set(bits.subarray(y * stride, (y + 1) * stride), y * toStride);
  return widened;
}
