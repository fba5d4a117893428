// A smooth gray picture of a black-and-white page: every target pixel is the mean of the area it covers.

/** `bits` are packed rows, black = 1. Returns rows of `toWidth` bytes, 255 white. Also enlarges. */
export function reduceToGray(
  bits: Uint8Array,
  width: number,
  height: number,
  toWidth: number,
  toHeight: number,
): Uint8Array {
  const pixels = new Uint8Array(toWidth * toHeight);
  const sums = new Float64Array(toWidth);
  const line = new Float64Array(toWidth);
  const perRow = height / toHeight;
  const scale = 255 / ((width / toWidth) * perRow);
  let readRow = -1;
  for (let row = 0; row < toHeight; row++) {
    const from = row * perRow;
    const to = Math.min(height, from + perRow);
    sums.fill(0);
    for (let y = Math.floor(from); y < to; y++) {
      if (y !== readRow) readLine(bits, y, width, line);
      readRow = y;
      const share = Math.min(y + 1, to) - Math.max(y, from);
      for (let x = 0; x < toWidth; x++) sums[x] = (sums[x] ?? 0) + (line[x] ?? 0) * share;
    }
    for (let x = 0; x < toWidth; x++) pixels[row * toWidth + x] = 255.5 - (sums[x] ?? 0) * scale;
  }
  return pixels;
}

/** Black pixels of one row that fall into each target column, fractions of pixels included. */
function readLine(bits: Uint8Array, y: number, width: number, line: Float64Array): void {
  const start = y * ((width + 7) >> 3);
  const perColumn = width / line.length;
  const black = (x: number) => ((bits[start + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1;
  let x = 0;
  /** How much of pixel x is used up. */
  let used = 0;
  for (let column = 0; column < line.length; column++) {
    const end = Math.min(width, (column + 1) * perColumn);
    let sum = 0;
    while (x + 1 <= end) {
      sum += black(x) * (1 - used);
      x++;
      used = 0;
    }
    if (x < width && end > x + used) {
      sum += black(x) * (end - x - used);
      used = end - x;
    }
    line[column] = sum;
  }
}
