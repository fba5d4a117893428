// The sheet of paper a page is laid on, in pixels and in millimetres, and how a source page is laid on it.

import { RESOLUTIONS } from '../../../protocol/page.ts';
import type { Resolution } from '../../../protocol/page.ts';
import type { PageOptions } from '../../../protocol/imaging.ts';

const MM_PER_INCH = 25.4;
/** T.4: scan lines per millimetre. */
const LINES_PER_MM = { standard: 3.85, fine: 7.7, superfine: 15.4 } as const satisfies Record<
  Resolution,
  number
>;
const SHEET_HEIGHT_MM = { a4: 297, letter: 279.4 } as const;
/** T.4: pixels along a line of 215 mm. */
const SHEET_WIDTH = 1728;
/** Turning a page must gain this much size to be worth it. */
const TURN_GAIN = 1.05;
/** What is cut off a page without a word, in millimetres per direction: Letter is 0.7 mm wider than the scan line. */
const UNNOTICED_CUT_MM = 1;
/** PDFium and sharp are not asked for more pixels per side than this, even where most of them are cut off. */
const LARGEST_SIDE = 60_000;

export interface Sheet {
  /** Pixels. */
  width: number;
  height: number;
  xDpi: number;
  yDpi: number;
  pixelsPerMmX: number;
  pixelsPerMmY: number;
  /** Millimetres. */
  widthMm: number;
  heightMm: number;
}

export interface Placement {
  /** Degrees clockwise that the source page is turned before it is laid down. */
  turn: 0 | 90;
  /** Where the turned page lies on the sheet, in pixels; beyond the sheet it is cut off. */
  left: number;
  top: number;
  width: number;
  height: number;
  cropped: boolean;
}

export function sheetFor(options: Pick<PageOptions, 'paper' | 'resolution'>): Sheet {
  const { x, y } = RESOLUTIONS[options.resolution];
  const heightMm = SHEET_HEIGHT_MM[options.paper];
  const pixelsPerMmX = x / MM_PER_INCH;
  const pixelsPerMmY = LINES_PER_MM[options.resolution];
  return {
    width: SHEET_WIDTH,
    height: Math.round(heightMm * pixelsPerMmY),
    xDpi: x,
    yDpi: y,
    pixelsPerMmX,
    pixelsPerMmY,
    widthMm: SHEET_WIDTH / pixelsPerMmX,
    heightMm,
  };
}

/**
 * Lays a page of the given real size on the sheet: centred from left to right, beginning at the top. `fit` keeps the
 * aspect in millimetres and makes the page as large as the sheet allows; `crop` keeps its size. With `mayTurn` a page
 * that is wider than high is turned where it then fits better.
 */
export function place(
  sheet: Sheet,
  source: { widthMm: number; heightMm: number },
  placement: PageOptions['placement'],
  mayTurn: boolean,
): Placement {
  const scaleUpright = fitScale(sheet, source.widthMm, source.heightMm);
  const scaleTurned = fitScale(sheet, source.heightMm, source.widthMm);
  const wouldShrink = scaleUpright < 1 || placement === 'fit';
  const turn =
    mayTurn && wouldShrink && source.widthMm > source.heightMm && scaleTurned > scaleUpright * TURN_GAIN;
  const scale = placement === 'crop' ? 1 : turn ? scaleTurned : scaleUpright;
  const widthMm = (turn ? source.heightMm : source.widthMm) * scale;
  const heightMm = (turn ? source.widthMm : source.heightMm) * scale;
  const width = pixels(widthMm * sheet.pixelsPerMmX);
  const height = pixels(heightMm * sheet.pixelsPerMmY);
  return {
    turn: turn ? 90 : 0,
    left: Math.round((sheet.width - width) / 2),
    top: 0,
    width,
    height: placement === 'fit' ? Math.min(height, sheet.height) : height,
    cropped: widthMm > sheet.widthMm + UNNOTICED_CUT_MM || heightMm > sheet.heightMm + UNNOTICED_CUT_MM,
  };
}

function fitScale(sheet: Sheet, widthMm: number, heightMm: number): number {
  return Math.min(sheet.widthMm / widthMm, sheet.heightMm / heightMm);
}

function pixels(size: number): number {
  return Math.min(LARGEST_SIDE, Math.max(1, Math.round(size)));
}
