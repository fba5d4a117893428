// A bilevel page as the T.4 tests, benchmarks and the fuzzer use it.

export interface Page {
  name: string;
  width: number;
  height: number;
  /** Pixels per inch. */
  xDpi: number;
  yDpi: number;
  /** `height` rows of ceil(width / 8) bytes, most significant bit first, black = 1, spare bits 0. */
  raster: Uint8Array;
}

export function rowBytes(width: number): number {
  return (width + 7) >> 3;
}

/** A page painted pixel by pixel. */
export function paintedPage(
  name: string,
  width: number,
  height: number,
  black: (x: number, y: number) => boolean,
  dpi: { xDpi: number; yDpi: number } = { xDpi: 204, yDpi: 196 },
): Page {
  const stride = rowBytes(width);
  const raster = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (black(x, y))
        raster[y * stride + (x >> 3)] = (raster[y * stride + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
    }
  }
  return { name, width, height, ...dpi, raster };
}

/** Rows of a page from `top`, and columns from `left` (a multiple of 8). */
export function croppedPage(
  page: Page,
  area: { left: number; top: number; width: number; height: number },
): Page {
  const { left, top, width, height } = area;
  const stride = rowBytes(width);
  const raster = new Uint8Array(stride * height);
  const spare = (0xff << (stride * 8 - width)) & 0xff;
  for (let y = 0; y < height; y++) {
    const start = (top + y) * rowBytes(page.width) + (left >> 3);
    raster.set(page.raster.subarray(start, start + stride), y * stride);
    const last = (y + 1) * stride - 1;
    raster[last] = (raster[last] ?? 0) & spare;
  }
  return { ...page, width, height, raster };
}
