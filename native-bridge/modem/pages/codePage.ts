// A stored page, coded for the line: in the resolution, width and length that the far machine takes.

import { PageDecoder } from '../../../fax/t4/pageDecoder.ts';
import { PageEncoder } from '../../../fax/t4/pageEncoder.ts';
import { RasterConverter, convertedHeight } from '../../../fax/t4/rasterConversion.ts';
import type { TargetFormat } from '../../../fax/t4/rasterConversion.ts';
import { PAINT_SLACK, paintChanges } from '../../../fax/t4/rowChanges.ts';
import type { RowListener } from '../../../fax/t4/pageDecoder.ts';
import type { PageFormat } from '../../../fax/t30/parameters.ts';
import { MAX_PAGE_BYTES, MAX_PAGE_HEIGHT } from '../../../protocol/page.ts';
import type { PageInfo } from '../../../protocol/page.ts';
import { dotsPerInch } from './dotsPerInch.ts';
import { GentleWork } from './gentleWork.ts';

export interface StoredPage {
  info: PageInfo;
  /** T.6 as stored: one block, most significant bit first. */
  data: Uint8Array;
}

/** An A3 page at 600 dpi has 70 megapixels. */
const MOST_PIXELS = 300_000_000;
/** In one step. A row takes one bit at least. */
const STEP_OCTETS = 64;
/** A page that had to be made smaller than this would not be read with pleasure. */
const LEAST_SHRINKING = 0.5;

/**
 * The page for the line: least significant bit first, RTC or EOFB behind it. A page that is too wide or too long for the
 * far machine's paper is made smaller as a whole, down to half; white rows at its end are left out before that.
 * Rejects with an Error in words when the page is damaged, cannot be made to fit, or would be too large.
 */
export async function codePage(
  page: StoredPage,
  format: PageFormat,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { info, data } = page;
  if (data.length !== info.byteLength) throw new Error('the stored page is not whole');
  if (info.width * info.height > MOST_PIXELS) {
    throw new Error(`the page is too large: ${info.width} × ${info.height} pixels`);
  }
  try {
    const layout = await layOut(page, format, signal);
    return await convert(page, format, layout, signal);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Error(`the page cannot be converted for the far machine: ${error.message}`, { cause: error });
  }
}

interface Layout {
  /** Of the stored page. */
  rows: number;
  target: TargetFormat;
  /** White at the left of every row. */
  marginOctets: number;
}

async function layOut(page: StoredPage, format: PageFormat, signal?: AbortSignal): Promise<Layout> {
  const { info } = page;
  const { widthPixels, maxRows } = format;
  const target: TargetFormat = { width: widthPixels, ...dotsPerInch(format.resolution, false) };
  const whole: Layout = { rows: info.height, target, marginOctets: 0 };
  const height = convertedHeight(info, info.height, target);
  if (height > MAX_PAGE_HEIGHT) throw new RangeError(`it would have ${height} rows`);
  if (maxRows === null || height <= maxRows) return whole;
  const inked = await inkedRows(page, signal);
  if (convertedHeight(info, inked, target) <= maxRows) {
    return { ...whole, rows: Math.min(info.height, rowsWithin(page, target, inked, maxRows)) };
  }
  const natural = convertedHeight(info, inked, target);
  const widest = Math.min(widthPixels, Math.ceil(((info.width * target.xDpi) / info.xDpi) * 1.05));
  for (let width = natural * LEAST_SHRINKING > maxRows ? 0 : widest; width > 0; width--) {
    const smaller = { ...target, width };
    if (convertedHeight(info, inked, smaller) > maxRows) continue;
    return { rows: inked, target: smaller, marginOctets: (widthPixels - width) >> 4 };
  }
  throw new Error(
    `the page is ${millimetres(natural, target.yDpi)} mm long, and the far machine takes ${millimetres(maxRows, target.yDpi)} mm`,
  );
}

function millimetres(rows: number, yDpi: number): number {
  return Math.round((rows * 25.4) / yDpi);
}

/** Most rows of the page that fit, `least` of them known to. */
function rowsWithin(page: StoredPage, target: TargetFormat, least: number, maxRows: number): number {
  let fits = least;
  let tooMany = page.info.height;
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (convertedHeight(page.info, middle, target) <= maxRows) fits = middle;
    else tooMany = middle;
  }
  return fits;
}

/** Rows down to the last one that is not white; at least one. */
async function inkedRows(page: StoredPage, signal?: AbortSignal): Promise<number> {
  let row = 0;
  let last = 1;
  await decode(page, page.info.height, signal, (_changes, count) => {
    row++;
    if (count > 0) last = row;
  });
  return last;
}

async function convert(
  page: StoredPage,
  format: PageFormat,
  { rows, target, marginOctets }: Layout,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { coding, k, minScanBits, widthPixels } = format;
  const encoder = new PageEncoder(widthPixels, { coding, k, minScanBits, fillOrder: 'lsb' });
  const pieces: Uint8Array[] = [];
  let octets = 0;
  const take = (piece: Uint8Array): void => {
    octets += piece.length;
    if (octets > MAX_PAGE_BYTES) throw new Error('the page is too large to be sent: its coding has no end');
    pieces.push(piece);
  };
  const { onRow, end } =
    target.width === widthPixels && isUnchanged(page.info, target)
      ? direct(encoder)
      : resized(page.info, target, { encoder, widthPixels, marginOctets });
  await decode(page, rows, signal, onRow, () => take(encoder.take()));
  end();
  take(encoder.end());
  return joined(pieces, octets);
}

interface RowPath {
  onRow: RowListener;
  end: () => void;
}

function direct(encoder: PageEncoder): RowPath {
  return { onRow: (changes, count) => encoder.addChanges(changes, count), end: () => undefined };
}

function resized(
  info: PageInfo,
  target: TargetFormat,
  { encoder, widthPixels, marginOctets }: { encoder: PageEncoder; widthPixels: number; marginOctets: number },
): RowPath {
  const line = new Uint8Array((widthPixels + 7) >> 3);
  const converter = new RasterConverter(info, target, (row) => {
    line.set(row, marginOctets);
    encoder.addRows(line);
  });
  const row = new Uint8Array(((info.width + 7) >> 3) + PAINT_SLACK);
  const view = new DataView(row.buffer);
  return {
    onRow(changes, count) {
      row.fill(0);
      paintChanges(changes, count, info.width, view, 0);
      converter.push(row, 0);
    },
    end: () => converter.end(),
  };
}

/** Asks the conversion itself which resolutions are the same to it. */
function isUnchanged(info: PageInfo, target: TargetFormat): boolean {
  const across = { width: info.width, xDpi: info.xDpi, yDpi: info.xDpi };
  return (
    info.width === target.width &&
    convertedHeight(info, MAX_PAGE_HEIGHT, target) === MAX_PAGE_HEIGHT &&
    convertedHeight(across, MAX_PAGE_HEIGHT, { ...target, yDpi: target.xDpi }) === MAX_PAGE_HEIGHT
  );
}

/** The first `rows` rows of the page, one by one; `onRest` is called between the slices of the work. */
async function decode(
  { info, data }: StoredPage,
  rows: number,
  signal: AbortSignal | undefined,
  onRow: RowListener,
  onRest: () => void = () => undefined,
): Promise<void> {
  let given = 0;
  const decoder = new PageDecoder(
    { coding: 'MMR', width: info.width, maxRows: info.height },
    (changes, count, bad) => {
      given++;
      if (given <= rows) onRow(changes, count, bad);
    },
  );
  const isOver = (): boolean => decoder.ended !== null || given >= rows;
  const work = new GentleWork();
  for (let at = 0; at < data.length && !isOver(); at += STEP_OCTETS) {
    decoder.push(data.subarray(at, at + STEP_OCTETS));
    if (!work.isDue) continue;
    onRest();
    await work.rest();
    signal?.throwIfAborted();
  }
  if (given < rows) decoder.end();
  if (given < rows) {
    throw new Error(`the stored page is damaged: ${given} of ${info.height} rows can be read`);
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
