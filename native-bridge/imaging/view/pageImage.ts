// The `pageImage` job: a stored page as PNG, exactly as it was sent or as a smooth small picture.

import type { ImagingRequest } from '../../../protocol/imaging.ts';
import { ImagingError } from '../imagingError.ts';
import { readRaster } from '../storedPage.ts';
import type { Raster } from '../storedPage.ts';
import { bilevelPng, grayPng } from './png.ts';
import { reduceToGray } from './reduce.ts';
import { squareHeight, turnBits } from './turn.ts';

type PageImageRequest = Extract<ImagingRequest, { type: 'pageImage' }>;

/** A page is not enlarged to more than this. */
const MOST_GRAY_PIXELS = 150_000_000;

/** Throws ImagingError FILE_MISSING, FILE_BROKEN, FILE_TOO_LARGE. */
export async function pageImage(request: PageImageRequest): Promise<Uint8Array<ArrayBuffer>> {
  const page = turned(await readRaster(request.path), request.rotate);
  const { bits, width, height, xDpi, yDpi } = page;
  if (request.maxWidth === undefined || request.maxWidth >= width) {
    const toHeight = request.square ? squareHeight(height, xDpi, yDpi) : height;
    const toWidth = request.square ? squareHeight(width, yDpi, xDpi) : width;
    // Square pixels come by adding rows or by averaging them away, never by adding columns.
    if (toHeight === height) return await bilevelPng(bits, width, height);
    if (toHeight > height) return await repeated(page, toHeight);
    return await gray(page, toWidth > width ? width : toWidth, toHeight);
  }
  const scale = request.maxWidth / width;
  const aspect = request.square ? xDpi / yDpi : 1;
  return await gray(page, request.maxWidth, Math.max(1, Math.round(height * scale * aspect)));
}

async function repeated(page: Raster, toHeight: number): Promise<Uint8Array<ArrayBuffer>> {
  const stride = (page.width + 7) >> 3;
  checkPixels(stride, toHeight);
  const bits = new Uint8Array(stride * toHeight);
  for (let row = 0; row < toHeight; row++) {
    const from = Math.floor((row * page.height) / toHeight) * stride;
    bits.set(page.bits.subarray(from, from + stride), row * stride);
  }
  return await bilevelPng(bits, page.width, toHeight);
}

async function gray(page: Raster, toWidth: number, toHeight: number): Promise<Uint8Array<ArrayBuffer>> {
  checkPixels(toWidth, toHeight);
  return await grayPng(
    reduceToGray(page.bits, page.width, page.height, toWidth, toHeight),
    toWidth,
    toHeight,
  );
}

function checkPixels(width: number, height: number): void {
  if (width * height > MOST_GRAY_PIXELS) {
    throw new ImagingError('FILE_TOO_LARGE', `an image of ${width} × ${height} pixels`);
  }
}

function turned(page: Raster, turn: PageImageRequest['rotate']): Raster {
  const sideways = turn === 90 || turn === 270;
  return {
    ...turnBits(page, turn),
    xDpi: sideways ? page.yDpi : page.xDpi,
    yDpi: sideways ? page.xDpi : page.yDpi,
  };
}
