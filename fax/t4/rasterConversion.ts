// Pages to another resolution and width, on packed rows: what one fax machine scanned becomes what another can print.

import { WIDEST_LINE } from './coding.ts';
import { PixelMerger, PixelRepeater, RowMerger, RowRepeater, rowWords } from './rowStages.ts';
import type { RowStage } from './rowStages.ts';

/** Pixels per scan line by paper width and horizontal resolution (T.4 §2.1 and its table of optional resolutions). */
export const SCAN_LINE_PIXELS = {
  A4: { 204: 1728, 300: 2592, 408: 3456 },
  B4: { 204: 2048, 300: 3072, 408: 4096 },
  A3: { 204: 2432, 300: 3648, 408: 4864 },
} as const;

/** Resolutions in pixels per inch: 204 for R8, 408 for R16, 98, 196 and 391 for 3.85, 7.7 and 15.4 lines per mm. */
export interface RasterFormat {
  /** Pixels per row, 1 … 20,000. */
  width: number;
  /** 1 … 2,400. */
  xDpi: number;
  yDpi: number;
}

export interface TargetFormat extends RasterFormat {
  /**
   * Where the paper is narrower: `shrink` makes the whole page smaller, both ways alike (A3 on A4); `crop` cuts off
   * on both sides. Default `shrink`. A page is never made larger than it was.
   */
  fit?: 'shrink' | 'crop';
  /** Where the paper is wider: between two white margins, or at its left edge. Default `centre`. */
  align?: 'centre' | 'left';
}

export interface Raster extends RasterFormat {
  height: number;
  /** `height` rows of ceil(width / 8) bytes, most significant bit first, black = 1. */
  raster: Uint8Array;
}

/** Rows that one row may at most become: a small page must not become a huge one. */
const MOST_ENLARGEMENT = 24;

const LARGEST_HEIGHT = 65_535;

/**
 * Converts a page. Bits beyond its width are not looked at, those of the result are white. Throws RangeError when the
 * formats are not what they should be, when the raster is too short, or when the result had more than 65,535 rows.
 */
export function convertRaster(source: Raster, target: TargetFormat): Raster {
  const stride = (source.width + 7) >> 3;
  if (!(source.height >= 0) || source.raster.length < stride * source.height) {
    throw new RangeError(
      `a raster of ${source.raster.length} bytes is not ${source.width} × ${source.height}`,
    );
  }
  const rowBytes = (target.width + 7) >> 3;
  const height = convertedHeight(source, source.height, target);
  if (height > LARGEST_HEIGHT) throw new RangeError(`a page would have ${height} rows`);
  const raster = new Uint8Array(rowBytes * height);
  let at = 0;
  const converter = new RasterConverter(source, target, (row) => {
    raster.set(row, at);
    at += rowBytes;
  });
  for (let row = 0; row < source.height; row++) converter.push(source.raster, row * stride);
  converter.end();
  return { raster, width: target.width, height, xDpi: target.xDpi, yDpi: target.yDpi };
}

/** Rows that `height` rows become. Throws RangeError as `convertRaster`. */
export function convertedHeight(source: RasterFormat, height: number, target: TargetFormat): number {
  const { from, to } = planConversion(source, target).rows;
  if (to > from) return Math.floor((height * to) / from);
  // Row r goes to row ⌊r × to / from⌋.
  return height === 0 ? 0 : Math.floor(((height - 1) * to) / from) + 1;
}

/** The same row by row, so that a page can be converted while it comes in. */
export class RasterConverter {
  readonly #first: RowStage;
  readonly #words: Int32Array;
  readonly #rowBytes: number;
  readonly #lastMask: number;

  /** `emit` is given each row of the result; it is valid only until `emit` returns. Throws RangeError as `convertRaster`. */
  constructor(source: RasterFormat, target: TargetFormat, emit: (row: Uint8Array) => void) {
    const { rows, scaledWidth } = planConversion(source, target);
    this.#words = new Int32Array(rowWords(source.width));
    this.#rowBytes = (source.width + 7) >> 3;
    this.#lastMask = 0xff & (0xff << (-source.width & 7));
    let stage: RowStage = new Placement(scaledWidth, target, emit);
    if (rows.to > rows.from) stage = new RowRepeater(rows, stage);
    stage = pixelStages(source.width, scaledWidth, stage);
    if (rows.to < rows.from) stage = new RowMerger(source.width, rows, stage);
    this.#first = stage;
  }

  /** Takes the row that begins at byte `start` of `raster`. */
  push(raster: Uint8Array, start: number): void {
    const words = this.#words;
    const last = this.#rowBytes - 1;
    const whole = this.#rowBytes >> 2;
    let at = start;
    for (let index = 0; index < whole; index++, at += 4) {
      words[index] =
        ((raster[at] ?? 0) << 24) |
        ((raster[at + 1] ?? 0) << 16) |
        ((raster[at + 2] ?? 0) << 8) |
        (raster[at + 3] ?? 0);
    }
    if (whole < words.length) {
      let word = 0;
      for (let shift = 24; at <= start + last; at++, shift -= 8) word |= (raster[at] ?? 0) << shift;
      words[whole] = word;
    }
    const unused = (0xff & ~this.#lastMask) << (24 - (last & 3) * 8);
    words[last >> 2] = (words[last >> 2] ?? 0) & ~unused;
    this.#first.push(words);
  }

  /** Gives out what is still held back. */
  end(): void {
    this.#first.end();
  }
}

interface Plan {
  scaledWidth: number;
  /** `to` rows for every `from`, in lowest terms. */
  rows: { from: number; to: number };
}

function planConversion(source: RasterFormat, target: TargetFormat): Plan {
  for (const { width, xDpi, yDpi } of [source, target]) {
    const right = isWithin(width, WIDEST_LINE) && isWithin(xDpi, 2_400) && isWithin(yDpi, 2_400);
    if (!right) throw new RangeError(`${width} pixels at ${xDpi} × ${yDpi} per inch are no page format`);
  }
  const across = { from: nominal(source.xDpi), to: nominal(target.xDpi) };
  const down = { from: nominal(source.yDpi), to: nominal(target.yDpi) };
  const natural = Math.ceil((source.width * across.to) / across.from);
  if (down.to > down.from * MOST_ENLARGEMENT || natural > WIDEST_LINE * MOST_ENLARGEMENT) {
    throw new RangeError(`from ${source.xDpi} × ${source.yDpi} to ${target.xDpi} × ${target.yDpi} per inch`);
  }
  if (natural <= target.width || target.fit === 'crop') {
    return { scaledWidth: natural, rows: lowestTerms(down.from, down.to) };
  }
  return {
    scaledWidth: target.width,
    rows: lowestTerms(down.from * source.width * across.to, down.to * target.width * across.from),
  };
}

function isWithin(value: number, largest: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= largest;
}

const NOMINAL_DPI = [100, 200, 300, 400, 600, 800, 1200];

/**
 * Metric and inch resolutions of the same step count as the same, as T.30 allows (204 × 98 is 200 × 100): the same
 * pixels then stay the same pixels, and all steps of the standard are simple fractions.
 */
function nominal(dpi: number): number {
  return NOMINAL_DPI.find((step) => Math.abs(dpi - step) <= step * 0.025) ?? dpi;
}

function lowestTerms(from: number, to: number): { from: number; to: number } {
  let divisor = from;
  for (let rest = to; rest > 0;) [divisor, rest] = [rest, divisor % rest];
  return { from: from / divisor, to: to / divisor };
}

function pixelStages(from: number, to: number, next: RowStage): RowStage {
  if (to > from) return new PixelRepeater({ from, to }, next);
  if (to === from) return next;
  if (from <= 2 * to) return new PixelMerger({ from, to }, next);
  const half = (from + 1) >> 1;
  return new PixelMerger({ from, to: half }, pixelStages(half, to, next));
}

/** Puts the scaled rows on the paper. Margins are whole bytes, so the middle is met within 0.5 mm. */
class Placement implements RowStage {
  readonly #emit: (row: Uint8Array) => void;
  readonly #row: Uint8Array;
  readonly #left: number;
  readonly #cut: number;
  readonly #bytes: number;
  readonly #lastMask: number;

  constructor(scaledWidth: number, target: TargetFormat, emit: (row: Uint8Array) => void) {
    const centred = target.align !== 'left';
    const margin = target.width - scaledWidth;
    this.#emit = emit;
    this.#row = new Uint8Array((target.width + 7) >> 3);
    this.#left = centred && margin > 0 ? margin >> 4 : 0;
    this.#cut = centred && margin < 0 ? -margin >> 4 : 0;
    this.#bytes = Math.min((scaledWidth + 7) >> 3, this.#row.length - this.#left);
    this.#lastMask = 0xff & (0xff << (-target.width & 7));
  }

  push(row: Int32Array): void {
    const out = this.#row;
    for (let index = 0; index < this.#bytes; index++) {
      const from = index + this.#cut;
      out[index + this.#left] = (row[from >> 2] ?? 0) >>> (24 - (from & 3) * 8);
    }
    out[out.length - 1] = (out[out.length - 1] ?? 0) & this.#lastMask;
    this.#emit(out);
  }

  end(): void {
    // Every row was given out at once.
  }
}
