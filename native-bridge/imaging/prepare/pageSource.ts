// What every kind of file becomes: numbered pages that can be had as gray pixels on a sheet.

import type { ImagingWarning, PageOptions } from '../../../protocol/imaging.ts';
import type { Sheet } from './sheet.ts';

/** A page on the sheet: `sheet.width` × `sheet.height` bytes, 0 black … 255 white. */
export interface GrayPage {
  kind: 'gray';
  pixels: Uint8Array;
  warnings: ImagingWarning[];
}

/** A page that is a fax page already and is kept pixel for pixel: packed rows, most significant bit first, black = 1. */
export interface BilevelPage {
  kind: 'bilevel';
  raster: Uint8Array;
  width: number;
  height: number;
  xDpi: number;
  yDpi: number;
  warnings: ImagingWarning[];
}

export interface PageSource {
  readonly pageCount: number;
  page(index: number, sheet: Sheet, options: PageOptions): Promise<GrayPage | BilevelPage>;
  /** Names of fonts that were replaced so far. */
  readonly substitutedFonts: readonly string[];
  close(): void;
}
