// Where a packed row changes colour: the form in which T.4 and T.6 see a line.

/** Room that `readChanges` needs for a row of this width, with its end marks. */
export function changesCapacity(width: number): number {
  return width + 4;
}

/**
 * Writes the pixel positions where the row changes colour to `changes`: even entries white to black, odd ones black
 * to white, the line beginning white. Four entries of `width` follow. Returns the number of changes.
 * The row starts at byte `start` of `raster`, most significant bit first; bits beyond `width` are not looked at.
 */
export function readChanges(raster: Uint8Array, start: number, width: number, changes: Uint32Array): number {
  const stride = (width + 7) >> 3;
  let count = 0;
  /** 0 while white, 0xff while black. */
  let colour = 0;
  for (let index = 0; index < stride; index++) {
    // A set bit is a pixel that differs from the running colour.
    let differing = (raster[start + index] ?? 0) ^ colour;
    while (differing !== 0) {
      const bit = Math.clz32(differing) - 24;
      const position = index * 8 + bit;
      if (position >= width) break;
      changes[count++] = position;
      colour ^= 0xff;
      differing = (differing ^ 0xff) & (0xff >> bit);
    }
  }
  changes.fill(width, count, count + 4);
  return count;
}

/** Paints the black runs between the changes into a white row that starts at byte `start`. */
export function paintChanges(
  changes: Uint32Array,
  count: number,
  width: number,
  raster: Uint8Array,
  start: number,
): void {
  for (let index = 0; index < count; index += 2) {
    const from = changes[index] ?? width;
    const to = index + 1 < count ? (changes[index + 1] ?? width) : width;
    paintRun(raster, start, from, to);
  }
}

function paintRun(raster: Uint8Array, start: number, from: number, to: number): void {
  if (to <= from) return;
  const first = start + (from >> 3);
  const last = start + ((to - 1) >> 3);
  const firstMask = 0xff >> (from & 7);
  const lastMask = 0xff & (0xff << (7 - ((to - 1) & 7)));
  if (first === last) {
    raster[first] = (raster[first] ?? 0) | (firstMask & lastMask);
    return;
  }
  raster[first] = (raster[first] ?? 0) | firstMask;
  raster.fill(0xff, first + 1, last);
  raster[last] = (raster[last] ?? 0) | lastMask;
}
