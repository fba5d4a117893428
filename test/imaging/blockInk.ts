// Comparing two renderings of a page: how much ink there is in every small block.

export interface Pixels {
  width: number;
  height: number;
  black(x: number, y: number): boolean;
}

const BLOCK = 24;

/** Ink per block of 24 × 24 pixels, over the given width and height from the top left. */
export function blockInk(pixels: Pixels, width: number, height: number): number[] {
  const columns = Math.floor(width / BLOCK);
  const rows = Math.floor(height / BLOCK);
  const ink = Array.from({ length: columns * rows }, () => 0);
  for (let y = 0; y < rows * BLOCK; y++) {
    for (let x = 0; x < columns * BLOCK; x++) {
      if (!pixels.black(x, y)) continue;
      const block = Math.floor(y / BLOCK) * columns + Math.floor(x / BLOCK);
      ink[block] = (ink[block] ?? 0) + 1;
    }
  }
  return ink;
}

/** Pearson's correlation, 1 for the same picture. */
export function correlation(left: number[], right: number[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanLeft, meanRight] = [mean(left), mean(right)];
  let [both, squareLeft, squareRight] = [0, 0, 0];
  for (const [index, value] of left.entries()) {
    const a = value - meanLeft;
    const b = (right[index] ?? 0) - meanRight;
    both += a * b;
    squareLeft += a * a;
    squareRight += b * b;
  }
  return both / Math.sqrt(squareLeft * squareRight);
}

/** A binary PBM (P4), as pdftoppm -mono writes it. */
export function readPbm(file: Buffer): Pixels {
  const head = /^P4\s+(\d+)\s+(\d+)\s/.exec(file.toString('latin1', 0, 64));
  if (head === null) throw new Error('not a binary PBM');
  const [width, height] = [Number(head[1]), Number(head[2])];
  const rows = file.subarray(head[0].length);
  const stride = Math.ceil(width / 8);
  return {
    width,
    height,
    black: (x, y) => (((rows[y * stride + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) === 1,
  };
}
