// Reads TIFF files of raw fax data (TIFF-F, RFC 2306, and what other programs make of it): T.4 and T.6 strips.

import { WIDEST_LINE } from './coding.ts';
import type { Coding, FillOrder, PageQuality } from './coding.ts';
import { PageDecoder, decodePage } from './pageDecoder.ts';
import { PAINT_SLACK, paintChanges } from './rowChanges.ts';
import { RowTally } from './rowTally.ts';
import { TAG, TiffError, readTiffDirectories } from './tiffDirectory.ts';
import type { TiffDirectory } from './tiffDirectory.ts';

export interface FaxTiffPage {
  /** Pixels per row. */
  width: number;
  /** Rows; 0 where the file does not say. */
  height: number;
  /** Pixels per inch; 204 and 196 where the file does not say. */
  xDpi: number;
  yDpi: number;
  coding: Coding;
  /** Every row begins at a byte and there are no EOLs (compression 2). */
  byteAligned: boolean;
  fillOrder: FillOrder;
  /** What is coded as black is meant white (photometric 1). */
  inverted: boolean;
  /** From the top, each coded for itself: views into the file. */
  strips: { data: Uint8Array; rows: number }[];
  /** What the receiver of the page noted about its quality. */
  noted: { badRows?: number; longestBadRun?: number; cleanness?: 'clean' | 'regenerated' | 'unclean' };
}

export interface DecodedTiffPage {
  /** `height` rows of ceil(width / 8) bytes, most significant bit first, black = 1. */
  raster: Uint8Array;
  width: number;
  height: number;
  /** Rows that a strip does not have are white and count as bad. */
  quality: PageQuality;
}

const LARGEST_SIDE = 65_535;
const LARGEST_DPI = 2_400;
/** An A3 page at 600 dpi has 70 million; 20,000 × 65,535 would be 160 MB of raster. */
const MOST_PIXELS = 300_000_000;
/** In one file. Many pages could point to one and the same list of strips. */
const MOST_STRIPS = 100_000;
const CM_PER_INCH = 2.54;
const RESOLUTION_IN_CM = 3;
const CLEANNESS = ['clean', 'regenerated', 'unclean'] as const;

/** The pages of a file. Throws TiffError for whatever is no sound TIFF file of T.4 or T.6 pages. */
export function readFaxTiff(bytes: Uint8Array): FaxTiffPage[] {
  const directories = readTiffDirectories(bytes);
  const pages: FaxTiffPage[] = [];
  let stripsLeft = MOST_STRIPS;
  for (const directory of directories) {
    const page = readPage(bytes, directory, directories, stripsLeft);
    stripsLeft -= page.strips.length;
    pages.push(page);
  }
  // No two strips share their data, so the work on a file is bounded by its length.
  const length = pages.reduce(
    (sum, { strips }) => sum + strips.reduce((pageSum, { data }) => pageSum + data.length, 0),
    0,
  );
  if (length > bytes.length) throw new TiffError('strips overlap');
  return pages;
}

/** Decodes a page, damaged or not. Throws TiffError for more than 300 million pixels, or 20,000 in a row. */
export function decodeFaxTiffPage(page: FaxTiffPage): DecodedTiffPage {
  const { width, height, strips } = page;
  if (width > WIDEST_LINE || width * height > MOST_PIXELS) {
    throw new TiffError(`a page of ${width} × ${height} pixels`);
  }
  const decoded = height === 0 ? decodeToEnd(page) : decodeStrips(page);
  if (page.inverted && strips.length > 0) invert(decoded.raster, width);
  return decoded;
}

function readPage(
  bytes: Uint8Array,
  directory: TiffDirectory,
  directories: TiffDirectory[],
  mostStrips: number,
): FaxTiffPage {
  for (const tag of [TAG.bitsPerSample, TAG.samplesPerPixel]) {
    if ((directory.number(tag) ?? 1) !== 1) throw new TiffError('not a page in black and white');
  }
  const width = directory.number(TAG.imageWidth) ?? 0;
  const height = directory.number(TAG.imageLength) ?? 0;
  if (width < 1 || width > LARGEST_SIDE || height > LARGEST_SIDE) {
    throw new TiffError(`a page of ${width} × ${height} pixels`);
  }
  const compression = directory.number(TAG.compression) ?? 1;
  const inCm = directory.number(TAG.resolutionUnit) === RESOLUTION_IN_CM;
  const perInch = inCm ? CM_PER_INCH : 1;
  const badRows = directory.number(TAG.badFaxLines);
  const longestBadRun = directory.number(TAG.consecutiveBadFaxLines);
  const cleanness = CLEANNESS[directory.number(TAG.cleanFaxData) ?? CLEANNESS.length];
  return {
    width,
    height,
    xDpi: resolution(directory.rational(TAG.xResolution), perInch) ?? 204,
    yDpi: resolution(directory.rational(TAG.yResolution), perInch) ?? 196,
    coding: codingOf(directory, compression),
    byteAligned: compression === 2,
    fillOrder: directory.number(TAG.fillOrder) === 2 ? 'lsb' : 'msb',
    inverted: directory.number(TAG.photometric) === 1,
    strips: readStrips(bytes, directory, directories, { height, mostStrips }),
    noted: {
      ...(badRows === undefined ? {} : { badRows }),
      ...(longestBadRun === undefined ? {} : { longestBadRun }),
      ...(cleanness === undefined ? {} : { cleanness }),
    },
  };
}

function codingOf(directory: TiffDirectory, compression: number): Coding {
  if (compression === 2) return 'MH';
  // T4Options bit 0; bit 2, EOLs that end at a byte, is nothing but fill to the decoder.
  if (compression === 3) return ((directory.number(TAG.t4Options) ?? 0) & 1) === 1 ? 'MR' : 'MH';
  if (compression === 4) return 'MMR';
  throw new TiffError(`compression ${compression} is not T.4 or T.6`);
}

function resolution(value: number | undefined, perInch: number): number | undefined {
  if (value === undefined) return undefined;
  const dpi = Math.round(value * perInch);
  return dpi >= 1 && dpi <= LARGEST_DPI ? dpi : undefined;
}

function readStrips(
  bytes: Uint8Array,
  directory: TiffDirectory,
  directories: TiffDirectory[],
  { height, mostStrips }: { height: number; mostStrips: number },
): FaxTiffPage['strips'] {
  const rowsPerStrip = Math.max(1, directory.number(TAG.rowsPerStrip) ?? LARGEST_SIDE);
  const expected = Math.max(1, Math.ceil(height / rowsPerStrip));
  if (expected > mostStrips) throw new TiffError(`more than ${MOST_STRIPS} strips`);
  const offsets = directory.numbers(TAG.stripOffsets, expected);
  if (offsets.length < expected) throw new TiffError('a page has too few strips');
  const lengths = directory.numbers(TAG.stripByteCounts, expected);
  if (lengths.length === 0 && expected === 1) {
    lengths.push(lengthUntilNext(bytes, offsets[0] ?? 0, directories));
  }
  return offsets.map((offset, index) => {
    const length = lengths[index];
    if (length === undefined || offset + length > bytes.length) {
      throw new TiffError('page data lie outside the file');
    }
    const rows = height === 0 ? LARGEST_SIDE : Math.min(rowsPerStrip, height - index * rowsPerStrip);
    return { data: bytes.subarray(offset, offset + length), rows };
  });
}

/** Where the length of a strip is not given, it ends before the next directory or with the file. */
function lengthUntilNext(bytes: Uint8Array, offset: number, directories: TiffDirectory[]): number {
  const ends = directories.map((directory) => directory.offset).filter((end) => end > offset);
  return Math.max(0, Math.min(bytes.length, ...ends) - offset);
}

function decodeToEnd({ width, coding, byteAligned, fillOrder, strips }: FaxTiffPage): DecodedTiffPage {
  const [strip] = strips;
  const maxRows = Math.max(1, Math.min(LARGEST_SIDE, Math.floor(MOST_PIXELS / width)));
  const data = strip?.data ?? new Uint8Array(0);
  const { raster, quality } = decodePage(data, { width, coding, byteAligned, fillOrder, maxRows });
  return { raster, width, height: quality.rows, quality };
}

function decodeStrips(page: FaxTiffPage): DecodedTiffPage {
  const { width, height, coding, byteAligned, fillOrder } = page;
  const stride = (width + 7) >> 3;
  const bytes = new Uint8Array(stride * height + PAINT_SLACK);
  const view = new DataView(bytes.buffer);
  const tally = new RowTally();
  let end = 0;
  for (const { data, rows } of page.strips) {
    end += rows;
    if (data.length > 0) {
      const options = { width, coding, byteAligned, fillOrder, maxRows: rows };
      const decoder = new PageDecoder(options, (changes, count, bad) => {
        paintChanges(changes, count, width, view, tally.quality.rows * stride);
        tally.add(bad);
      });
      decoder.push(data);
      decoder.end();
    }
    while (tally.quality.rows < end) tally.add(true);
  }
  return { raster: bytes.subarray(0, stride * height), width, height, quality: tally.quality };
}

function invert(raster: Uint8Array, width: number): void {
  const stride = (width + 7) >> 3;
  const lastMask = 0xff & (0xff << (-width & 7));
  for (let index = 0; index < raster.length; index++) raster[index] = ~(raster[index] ?? 0);
  for (let last = stride - 1; last < raster.length; last += stride) {
    raster[last] = (raster[last] ?? 0) & lastMask;
  }
}
