// Gray pixels to black and white. "Mixed": tiles that are a picture get a clustered-dot screen, which a fax machine
// prints well and T.6 codes well; everything else a threshold that follows faint text.

import type { PageOptions } from '../../../protocol/imaging.ts';

const TILE = 8;
/** Grays between these are neither ink nor paper: lighter shades, as behind table headings, are left white. */
const DARKEST_GRAY = 30;
const LIGHTEST_GRAY = 212;
/** Share of such grays that makes a tile a piece of a picture, and how many of the nine around must be so. */
const PICTURE_PIXELS = 0.7 * TILE * TILE;
const PICTURE_NEIGHBOURS = 5;
const THRESHOLD = 150;
/** Around here nothing is darker than this: what ink there is, is gray ink. */
const FAINT_INK = 110;
/** Gray ink differs from its paper by this much; less is noise or the rim of a shade that is left white. */
const FAINT_CONTRAST = 44;
const WHITE_WORD = 0xffff_ffff;
/** Nothing this light becomes a dot. */
const BLANK = 245;
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
  const around = overNeighbours(tiles.gray, columns, rows, (a, b, c) => a + b + c);
  const picture = tiles.gray.map((gray, tile) =>
    gray === 1 && (around[tile] ?? 0) >= PICTURE_NEIGHBOURS ? 1 : 0,
  );
  // A picture's border tiles belong to it, so that it has no thresholded rim.
  const screened =
    mode === 'photo' ? picture.slice().fill(1) : overNeighbours(picture, columns, rows, Math.max);
  if (mode === 'text') screened.fill(0);
  const darkest = overNeighbours(tiles.darkest, columns, rows, Math.min);
  const lightest = overNeighbours(tiles.lightest, columns, rows, Math.max);
  const screen = clusteredDots(aspect);
  const raster = new Uint8Array(columns * height);
  for (let y = 0; y < height; y++) {
    const tileRow = Math.floor(y / TILE) * columns;
    const dots = (y % screen.height) * CELL;
    for (let column = 0; column < columns; column++) {
      const tile = tileRow + column;
      // Most tiles are blank.
      if ((tiles.darkest[tile] ?? 0) >= BLANK) continue;
      const from = y * width + column * TILE;
      const count = Math.min(TILE, width - column * TILE);
      const asPicture = screened[tile] === 1;
      const threshold = thresholdFor(darkest[tile] ?? 0, lightest[tile] ?? 255);
      let byte = 0;
      for (let bit = 0; bit < count; bit++) {
        const limit = asPicture ? (screen.limits[dots + bit] ?? 0) : threshold;
        if ((pixels[from + bit] ?? 255) < limit) byte |= 0x80 >> bit;
      }
      raster[y * columns + column] = byte;
    }
  }
  return { raster, grayShare: picture.reduce((sum, tile) => sum + tile, 0) / picture.length };
}

interface Tiles {
  darkest: Uint8Array;
  lightest: Uint8Array;
  /** 1 where most pixels are gray. */
  gray: Uint8Array;
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
  const words = fourAtATime(pixels, width);
  for (let y = 0; y < height; y++) {
    const tileRow = Math.floor(y / TILE) * columns;
    for (let column = 0; column < columns; column++) {
      const tile = tileRow + column;
      const from = y * width + column * TILE;
      // Paper is mostly white, and it is cheap to see that eight pixels are.
      if (words !== undefined && words[from >> 2] === WHITE_WORD && words[(from >> 2) + 1] === WHITE_WORD) {
        lightest[tile] = 255;
        continue;
      }
      const to = from + Math.min(TILE, width - column * TILE);
      let dark = darkest[tile] ?? 255;
      let light = lightest[tile] ?? 0;
      let gray = 0;
      for (let at = from; at < to; at++) {
        const value = pixels[at] ?? 255;
        if (value < dark) dark = value;
        if (value > light) light = value;
        if (value > DARKEST_GRAY && value < LIGHTEST_GRAY) gray++;
      }
      darkest[tile] = dark;
      lightest[tile] = light;
      grays[tile] = (grays[tile] ?? 0) + gray;
    }
  }
  return { darkest, lightest, gray: grays.map((count) => (count > PICTURE_PIXELS ? 1 : 0)) };
}

/** The pixels as words, where every tile begins at one. */
function fourAtATime(pixels: Uint8Array, width: number): Uint32Array | undefined {
  if (width % TILE !== 0 || pixels.byteOffset % 4 !== 0) return undefined;
  return new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length >> 2);
}

/** Joins each tile with its eight neighbours, first along the rows, then along the columns. */
function overNeighbours(
  tiles: Uint8Array,
  columns: number,
  rows: number,
  join: (left: number, middle: number, right: number) => number,
): Uint8Array {
  const along = (from: Uint8Array, step: number, count: number, place: (tile: number) => number) =>
    from.map((value, tile) => {
      const at = place(tile);
      return join(
        at > 0 ? (from[tile - step] ?? value) : value,
        value,
        at < count - 1 ? (from[tile + step] ?? value) : value,
      );
    });
  const rowsJoined = along(tiles, 1, columns, (tile) => tile % columns);
  return along(rowsJoined, columns, rows, (tile) => Math.floor(tile / columns));
}

function thresholdFor(darkest: number, lightest: number): number {
  const faint = darkest > FAINT_INK && lightest - darkest >= FAINT_CONTRAST;
  return faint ? (darkest + lightest) / 2 : THRESHOLD;
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
