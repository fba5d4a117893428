// Image files (PNG, JPEG, WebP, GIF, AVIF, TIFF with any number of pages), read page by page with sharp.

import { open } from 'node:fs/promises';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { ImagingError } from '../imagingError.ts';
import type { ImagingWarning, PageOptions } from '../../../protocol/imaging.ts';
import type { BilevelPage, GrayPage, PageSource } from './pageSource.ts';
import { place } from './sheet.ts';
import type { Placement, Sheet } from './sheet.ts';
import { readTiffDirectories } from './tiffDirectory.ts';
import type { TiffPageTags } from './tiffDirectory.ts';

/** 200 megapixels: an A0 sheet at 400 dpi has 250. */
const MOST_PIXELS = 200_000_000;
/** What scanners and cameras write when they mean nothing by it. */
const LOWEST_BELIEVED_DPI = 90;
/** Screens have 72, 96, 120 or 144. */
const LOWEST_SCANNER_DPI = 150;
const HIGHEST_BELIEVED_DPI = 5_000;
const MM_PER_INCH = 25.4;
/** A fax page's own resolution, as different programs write it (200 for 204, 196.6 for 196). */
const SAME_RESOLUTION = 0.04;
const MOST_FAX_ROWS = 65_000;

sharp.cache(false);
sharp.concurrency(1);

/** Throws ImagingError FILE_BROKEN, FILE_NOT_SUPPORTED, FILE_TOO_LARGE, FILE_TOO_MANY_PAGES. */
export async function imageSource(
  path: string,
  kind: 'tiff' | 'image',
  maxPages: number,
): Promise<PageSource> {
  const first = await inWords(() => openPage(path, 0).metadata());
  const pageCount = kind === 'tiff' ? (first.pages ?? 1) : 1;
  const tags = kind === 'tiff' && pageCount <= maxPages ? await tiffTags(path, maxPages) : [];
  return {
    pageCount,
    substitutedFonts: [],
    page: (index, sheet, options) => inWords(() => renderPage(path, index, tags[index], sheet, options)),
    close: () => {},
  };
}

interface PageShape {
  /** As stored, in pixels. */
  width: number;
  height: number;
  /** The stored rows are columns of the picture (orientation 5 … 8). */
  onItsSide: boolean;
  xDpi: number | undefined;
  yDpi: number | undefined;
  bilevel: boolean;
}

async function renderPage(
  path: string,
  index: number,
  tags: TiffPageTags | undefined,
  sheet: Sheet,
  options: PageOptions,
): Promise<GrayPage | BilevelPage> {
  const shape = await shapeOf(path, index, tags);
  const rowRepeat = faxRowRepeat(shape, sheet);
  if (rowRepeat !== undefined) return keepPage(path, index, shape, rowRepeat, sheet);
  const { xDpi, yDpi } = shape;
  const known = xDpi !== undefined && yDpi !== undefined;
  // Without a resolution an image is as wide as the sheet.
  const stored = {
    widthMm: known ? (shape.width / xDpi) * MM_PER_INCH : sheet.widthMm,
    heightMm: known ? (shape.height / yDpi) * MM_PER_INCH : (sheet.widthMm * shape.height) / shape.width,
  };
  const size = shape.onItsSide ? { widthMm: stored.heightMm, heightMm: stored.widthMm } : stored;
  const scaled = known || !shape.onItsSide ? size : scaleToWidth(size, sheet.widthMm);
  // A scanned sheet may lie on its side; a picture or what was on a screen is meant as it stands.
  const scanned = known && Math.max(xDpi, yDpi) >= LOWEST_SCANNER_DPI;
  const mayTurn = scanned && scaled.widthMm > sheet.widthMm + 1;
  const placement = place(sheet, scaled, options.placement, mayTurn);
  const pixels = await drawOnSheet(openPage(path, index), sheet, placement);
  const warnings: ImagingWarning[] = placement.cropped ? ['cropped'] : [];
  return { kind: 'gray', pixels, warnings };
}

function scaleToWidth(size: { widthMm: number; heightMm: number }, widthMm: number) {
  return { widthMm, heightMm: (size.heightMm * widthMm) / size.widthMm };
}

async function shapeOf(path: string, index: number, tags: TiffPageTags | undefined): Promise<PageShape> {
  const metadata = await openPage(path, index).metadata();
  const { width, height } = metadata;
  if (width * height > MOST_PIXELS) throw tooLarge();
  const density = metadata.density ?? 0;
  const xDpi = believed(tags === undefined ? density : tags.xDpi);
  const yDpi = believed(tags === undefined ? density : tags.yDpi);
  return {
    width,
    height,
    onItsSide: (metadata.orientation ?? 1) >= 5,
    xDpi: yDpi === undefined ? undefined : xDpi,
    yDpi: xDpi === undefined ? undefined : yDpi,
    bilevel: tags !== undefined && tags.bilevel && tags.orientation === 1,
  };
}

function believed(dpi: number | undefined): number | undefined {
  return dpi !== undefined && dpi >= LOWEST_BELIEVED_DPI && dpi <= HIGHEST_BELIEVED_DPI ? dpi : undefined;
}

/** How often each row of a fax page is to be repeated for the resolution asked for; undefined for any other image. */
function faxRowRepeat(shape: PageShape, sheet: Sheet): number | undefined {
  const { xDpi, yDpi } = shape;
  if (!shape.bilevel || shape.width !== sheet.width || xDpi === undefined || yDpi === undefined)
    return undefined;
  const same = (dpi: number, wanted: number) => Math.abs(dpi / wanted - 1) <= SAME_RESOLUTION;
  const repeat = [1, 2, 4].find((times) => same(yDpi * times, sheet.yDpi));
  return same(xDpi, sheet.xDpi) && shape.height * (repeat ?? 1) <= MOST_FAX_ROWS ? repeat : undefined;
}

/** A fax page stays as it is, whatever its length: its pixels are those that the person sees in the file. */
async function keepPage(
  path: string,
  index: number,
  { width, height }: PageShape,
  rowRepeat: number,
  sheet: Sheet,
): Promise<BilevelPage> {
  const gray = await openPage(path, index).toColourspace('b-w').raw().toBuffer();
  const stride = width >> 3;
  const raster = new Uint8Array(stride * height * rowRepeat);
  for (let y = 0; y < height; y++) {
    const row = raster.subarray(y * rowRepeat * stride, (y * rowRepeat + 1) * stride);
    for (let at = 0; at < stride; at++) {
      const from = y * width + at * 8;
      let byte = 0;
      for (let bit = 0; bit < 8; bit++) if ((gray[from + bit] ?? 255) < 128) byte |= 0x80 >> bit;
      row[at] = byte;
    }
    for (let copy = 1; copy < rowRepeat; copy++) raster.set(row, (y * rowRepeat + copy) * stride);
  }
  const { xDpi, yDpi } = sheet;
  return { kind: 'bilevel', raster, width, height: height * rowRepeat, xDpi, yDpi, warnings: [] };
}

async function drawOnSheet(image: Sharp, sheet: Sheet, placement: Placement): Promise<Uint8Array> {
  const { left, top, width, height } = placement;
  const from = { x: Math.max(0, -left), y: Math.max(0, -top) };
  const shown = {
    width: Math.min(width - from.x, sheet.width - Math.max(0, left)),
    height: Math.min(height - from.y, sheet.height - Math.max(0, top)),
  };
  let drawing = image.autoOrient().flatten({ background: '#ffffff' });
  if (placement.turn !== 0) drawing = drawing.rotate(placement.turn);
  const { data } = await drawing
    .resize(width, height, { fit: 'fill' })
    .extract({ left: from.x, top: from.y, ...shown })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = new Uint8Array(sheet.width * sheet.height).fill(255);
  for (let y = 0; y < shown.height; y++) {
    const row = data.subarray(y * shown.width, (y + 1) * shown.width);
    pixels.set(row, (Math.max(0, top) + y) * sheet.width + Math.max(0, left));
  }
  return pixels;
}

function openPage(path: string, page: number): Sharp {
  return sharp(path, { page, limitInputPixels: MOST_PIXELS, failOn: 'error', sequentialRead: true });
}

async function tiffTags(path: string, maxPages: number): Promise<TiffPageTags[]> {
  await using file = await open(path, 'r');
  return await readTiffDirectories(file, maxPages);
}

function tooLarge(): ImagingError {
  return new ImagingError('FILE_TOO_LARGE', `more than ${MOST_PIXELS / 1_000_000} megapixels`);
}

/** sharp's and libtiff's errors are sentences only. */
async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImagingError || !(error instanceof Error)) throw error;
    const { message } = error;
    if (/exceeds pixel limit|too large|memory/i.test(message)) throw tooLarge();
    if (/not configured|not implemented|compression (scheme|method)/i.test(message)) {
      throw new ImagingError('FILE_NOT_SUPPORTED', message, { cause: error });
    }
    throw new ImagingError('FILE_BROKEN', message, { cause: error });
  }
}
