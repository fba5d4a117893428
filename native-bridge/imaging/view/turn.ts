// Turning and stretching of packed black-and-white pages, pixel for pixel.

export interface Bits {
  /** Packed rows, most significant bit first, black = 1. */
  bits: Uint8Array;
  width: number;
  height: number;
}

/** Degrees clockwise. */
export type Turn = 0 | 90 | 180 | 270;

export function turnBits({ bits, width, height }: Bits, turn: Turn): Bits {
  if (turn === 0) return { bits, width, height };
  const stride = (width + 7) >> 3;
  const [toWidth, toHeight] = turn === 180 ? [width, height] : [height, width];
  const toStride = (toWidth + 7) >> 3;
  const turned = new Uint8Array(toStride * toHeight);
  for (let y = 0; y < height; y++) {
    for (let index = 0; index < stride; index++) {
      const byte = bits[y * stride + index] ?? 0;
      // Paper is mostly white.
      if (byte === 0) continue;
      for (let bit = 0; bit < 8; bit++) {
        const x = index * 8 + bit;
        if ((byte & (0x80 >> bit)) === 0 || x >= width) continue;
        const toX = turn === 90 ? height - 1 - y : turn === 180 ? width - 1 - x : y;
        const toY = turn === 90 ? x : turn === 180 ? height - 1 - y : width - 1 - x;
        const at = toY * toStride + (toX >> 3);
        turned[at] = (turned[at] ?? 0) | (0x80 >> (toX & 7));
      }
    }
  }
  return { bits: turned, width: toWidth, height: toHeight };
}

/** The same page with another number of rows: rows are repeated, or joined so that no ink is lost. */
export function stretchRows({ bits, width, height }: Bits, toHeight: number): Bits {
  if (toHeight === height) return { bits, width, height };
  const stride = (width + 7) >> 3;
  const stretched = new Uint8Array(stride * toHeight);
  for (let row = 0; row < toHeight; row++) {
    const first = Math.floor((row * height) / toHeight);
    const last = Math.max(first + 1, Math.floor(((row + 1) * height) / toHeight));
    for (let y = first; y < last; y++) {
      for (let x = 0; x < stride; x++) {
        stretched[row * stride + x] = (stretched[row * stride + x] ?? 0) | (bits[y * stride + x] ?? 0);
      }
    }
  }
  return { bits: stretched, width, height: toHeight };
}

/** How many rows make the pixels square; the same number where they nearly are (204 × 196). */
export function squareHeight(height: number, xDpi: number, yDpi: number): number {
  const ratio = xDpi / yDpi;
  return Math.abs(ratio - 1) < 0.05 ? height : Math.max(1, Math.round(height * ratio));
}
