// Gray pixels to black and white. "Mixed": tiles that are a picture get a clustered-dot screen, which a fax machine
// prints well and T.6 codes well; everything else a threshold that follows faint text.

import type { PageOptions } from '../../../protocol/imaging.ts';

const TILE = 8;
/** Grays between these are neither ink nor paper. */
const DARKEST_GRAY = 30;
const LIGHTEST_GRAY = 225;
/** Share of such grays that makes a tile a piece of a picture, and how many of the nine around must be so. */
const PICTURE_PIXELS = 0.7 * TILE * TILE;
const PICTURE_NEIGHBOURS = 5;
const THRESHOLD = 150;
/** Around here nothing is darker than this: what ink there is, is gray ink. */
const FAINT_INK = 110;
/** Gray ink differs from its paper by this much; less is noise or a faint shade. */
const FAINT_CONTRAST = 40;
const CELL = 8;

export interface Bilevel {
  /** Packed rows, most significant bit first, black = 1. */
  raster: Uint8Array;
  /** Share (0 … 1) of the page that is picture or gray. */
  grayShare: number;
}

/** `pixels` are rows of `width` bytes, 0 black … 255 white; `aspect` is yDpi / xDpi, so that dots come out round. */
export function toBilevel(
  pixels: Uint8Array,
  width: number,
  height: number,
  mode: PageOptions['mode'],
  aspect: number,
): Bilevel {
  const columns = Math.ceil(width / TILE);
  const rows = Math.ceil(height / TILE);
  const tiles = measureTiles(pixels, width, height, columns, rows);
  const screened = mode === 'photo' ? tiles.gray.fill(1) : pictureTiles(tiles.gray, columns, rows);
  const grayShare =
    mode === 'photo' ? tiles.grayShare : screened.reduce((sum, tile) => sum + tile, 0) / (columns * rows);
  const screen = clusteredDots(aspect);
  const raster = new Uint8Array(columns * height);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const asPicture = mode !== 'text' && anyAround(screened, columns, rows, column, row);
      const threshold = asPicture ? 0 : thresholdFor(tiles, columns, rows, column, row);
      const right = Math.min(width, (column + 1) * TILE);
      for (let y = row * TILE; y < Math.min(height, (row + 1) * TILE); y++) {
        const line = y * width;
        const dots = (y % screen.height) * CELL;
        let byte = 0;
        for (let x = column * TILE; x < right; x++) {
          const limit = asPicture ? (screen.limits[dots + (x & 7)] ?? 0) : threshold;
          if ((pixels[line + x] ?? 255) < limit) byte |= 0x80 >> (x & 7);
        }
        raster[y * columns + column] = byte;
      }
    }
  }
  return { raster, grayShare };
}

interface Tiles {
  darkest: Uint8Array;
  lightest: Uint8Array;
  /** 1 where most pixels are gray. */
  gray: Uint8Array;
  grayShare: number;
}

function measureTiles(
  pixels: Uint8Array,
  width: number,
  height: number,
  columns: number,
  rows: number,
): Tiles {
  const darkest = new Uint8Array(columns * rows).fill(255);
  const lightest = new Uint8Array(columns * rows);
  const grays = new Uint8Array(columns * rows);
  for (let y = 0; y < height; y++) {
    const tileRow = Math.floor(y / TILE) * columns;
    for (let x = 0; x < width; x++) {
      const value = pixels[y * width + x] ?? 255;
      const tile = tileRow + (x >> 3);
      if (value < (darkest[tile] ?? 0)) darkest[tile] = value;
      if (value > (lightest[tile] ?? 0)) lightest[tile] = value;
      if (value > DARKEST_GRAY && value < LIGHTEST_GRAY) grays[tile] = (grays[tile] ?? 0) + 1;
    }
  }
  const gray = grays.map((count) => (count > PICTURE_PIXELS ? 1 : 0));
  return { darkest, lightest, gray, grayShare: gray.reduce((sum, tile) => sum + tile, 0) / gray.length };
}

function pictureTiles(gray: Uint8Array, columns: number, rows: number): Uint8Array {
  return gray.map((isGray, tile) => {
    if (isGray === 0) return 0;
    let around = 0;
    forAround(
      columns,
      rows,
      tile % columns,
      Math.floor(tile / columns),
      (near) => (around += gray[near] ?? 0),
    );
    return around >= PICTURE_NEIGHBOURS ? 1 : 0;
  });
}

/** A picture's border tiles belong to it, so that it has no thresholded rim. */
function anyAround(
  screened: Uint8Array,
  columns: number,
  rows: number,
  column: number,
  row: number,
): boolean {
  let any = 0;
  forAround(columns, rows, column, row, (near) => (any |= screened[near] ?? 0));
  return any !== 0;
}

function thresholdFor(tiles: Tiles, columns: number, rows: number, column: number, row: number): number {
  let darkest = 255;
  let lightest = 0;
  forAround(columns, rows, column, row, (near) => {
    darkest = Math.min(darkest, tiles.darkest[near] ?? 255);
    lightest = Math.max(lightest, tiles.lightest[near] ?? 0);
  });
  const faint = darkest > FAINT_INK && lightest - darkest >= FAINT_CONTRAST;
  return faint ? (darkest + lightest) / 2 : THRESHOLD;
}

function forAround(
  columns: number,
  rows: number,
  column: number,
  row: number,
  visit: (tile: number) => void,
): void {
  for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
    for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) visit(y * columns + x);
  }
}

/** A 45° screen of round dots: two to a cell of 8 pixels' width and as many rows as make it square on paper. */
function clusteredDots(aspect: number): { limits: Uint8Array; height: number } {
  const height = Math.max(2, Math.round((CELL * aspect) / 2) * 2);
  const spots = Array.from({ length: CELL * height }, (_, index) => {
    const x = ((index % CELL) + 0.5) / CELL;
    const y = (Math.floor(index / CELL) + 0.5) / height;
    return { index, spot: Math.cos(2 * Math.PI * (x + y)) + Math.cos(2 * Math.PI * (x - y)) };
  });
  const limits = new Uint8Array(spots.length);
  // The first places to turn black get the highest limits. Near white stays white, near black black.
  for (const [rank, { index }] of spots.toSorted((left, right) => right.spot - left.spot).entries()) {
    limits[index] = Math.round(244 - (rank / (spots.length - 1)) * 232);
  }
  return { limits, height };
}
