// The paper of T.4 in pixels and rows: which width and length a page needs, at every resolution.

import type { MinScanTime, PaperLength, PaperWidth, Resolution } from '../parameters.ts';

interface ResolutionFacts {
  /** Pixels per line on A4 paper (215 mm). */
  a4Pixels: number;
  rowsPerMm: number;
  /** Which of a printer's least times per line holds; the finer ones came after them and share the last. */
  scanTime: keyof MinScanTime;
  /** What to try, in this order, when the far machine does not have it: what loses least without costing more line time. */
  insteadOf: readonly Resolution[];
  /** Dots per inch by nature, whatever is preferred. */
  inch: boolean;
}

/** T.30 table 2, coarse to fine. Every resolution can be given as `R8x3.85` in the end. */
export const RESOLUTIONS: Readonly<Record<Resolution, ResolutionFacts>> = {
  'R8x3.85': { a4Pixels: 1728, rowsPerMm: 3.85, scanTime: 'standardMs', insteadOf: [], inch: false },
  'R8x7.7': { a4Pixels: 1728, rowsPerMm: 7.7, scanTime: 'fineMs', insteadOf: ['R8x3.85'], inch: false },
  'R8x15.4': {
    a4Pixels: 1728,
    rowsPerMm: 15.4,
    scanTime: 'superfineMs',
    insteadOf: ['R8x7.7', 'R8x3.85'],
    inch: false,
  },
  '300x300': {
    a4Pixels: 2592,
    rowsPerMm: 300 / 25.4,
    scanTime: 'superfineMs',
    insteadOf: ['R8x7.7', 'R8x3.85'],
    inch: true,
  },
  'R16x15.4': {
    a4Pixels: 3456,
    rowsPerMm: 15.4,
    scanTime: 'superfineMs',
    insteadOf: ['R8x15.4', '300x300', 'R8x7.7', 'R8x3.85'],
    inch: false,
  },
  '300x600': {
    a4Pixels: 2592,
    rowsPerMm: 600 / 25.4,
    scanTime: 'superfineMs',
    insteadOf: ['R8x15.4', '300x300', 'R8x7.7', 'R8x3.85'],
    inch: true,
  },
  '400x800': {
    a4Pixels: 3456,
    rowsPerMm: 800 / 25.4,
    scanTime: 'superfineMs',
    insteadOf: ['R16x15.4', 'R8x15.4', '300x300', 'R8x7.7', 'R8x3.85'],
    inch: true,
  },
  '600x600': {
    a4Pixels: 5184,
    rowsPerMm: 600 / 25.4,
    scanTime: 'superfineMs',
    insteadOf: ['R16x15.4', '300x600', '300x300', 'R8x15.4', 'R8x7.7', 'R8x3.85'],
    inch: true,
  },
  '600x1200': {
    a4Pixels: 5184,
    rowsPerMm: 1200 / 25.4,
    scanTime: 'superfineMs',
    insteadOf: ['600x600', '400x800', 'R16x15.4', '300x600', '300x300', 'R8x15.4', 'R8x7.7', 'R8x3.85'],
    inch: true,
  },
  '1200x1200': {
    a4Pixels: 10_368,
    rowsPerMm: 1200 / 25.4,
    scanTime: 'superfineMs',
    insteadOf: [
      '600x1200',
      '600x600',
      '400x800',
      'R16x15.4',
      '300x600',
      '300x300',
      'R8x15.4',
      'R8x7.7',
      'R8x3.85',
    ],
    inch: true,
  },
};

const PAPER_WIDTHS = [215, 255, 303] as const satisfies readonly PaperWidth[];
/** Pixels at 204 dpi (T.4 §2.1). */
const R8_PIXELS: Readonly<Record<PaperWidth, number>> = { 215: 1728, 255: 2048, 303: 2432 };

/** A4 is 297 mm, B4 364 mm; machines take a little more, as the standard's own test charts need it (2376 rows at 7.7/mm). */
const PAPER_MM: Readonly<Record<Exclude<PaperLength, 'unlimited'>, number>> = { A4: 309, B4: 379 };
const PAPER_LENGTHS = ['A4', 'B4', 'unlimited'] as const satisfies readonly PaperLength[];

export function widthPixels(width: PaperWidth, resolution: Resolution): number {
  return (R8_PIXELS[width] * RESOLUTIONS[resolution].a4Pixels) / R8_PIXELS[215];
}

/** The narrowest paper on which the page has room, as far as the far machine's goes. */
export function paperWidth(pixels: number, resolution: Resolution, widest: PaperWidth): PaperWidth {
  const needed = PAPER_WIDTHS.find((width) => widthPixels(width, resolution) >= pixels) ?? 303;
  return needed < widest ? needed : widest;
}

/** The shortest paper on which the page has room, as far as the far machine's goes. */
export function paperLength(rows: number, resolution: Resolution, longest: PaperLength): PaperLength {
  const needed = PAPER_LENGTHS.find((length) => rows <= (maxRows(length, resolution) ?? Infinity));
  const index = PAPER_LENGTHS.indexOf(needed ?? 'unlimited');
  return PAPER_LENGTHS[Math.min(index, PAPER_LENGTHS.indexOf(longest))] ?? longest;
}

/** Rows that fit; null for any number. */
export function maxRows(length: PaperLength, resolution: Resolution): number | null {
  if (length === 'unlimited') return null;
  return Math.floor(PAPER_MM[length] * RESOLUTIONS[resolution].rowsPerMm);
}
