// Pages made up from a seed, for the tests of the coders: every kind of row that makes them work differently.

/** A packed raster, most significant bit first, black = 1, spare bits 0. */
export interface MadePage {
  width: number;
  height: number;
  raster: Uint8Array;
}

const KINDS = ['white', 'black', 'checkers', 'longRuns', 'shortRuns', 'mixedRuns', 'near', 'same'] as const;

/** Rows of all kinds in an order that the seed decides; `near` rows are the row above with its changes moved a little. */
export function madePage(seed: number, width: number, height: number): MadePage {
  const random = randomNumbers(seed);
  const stride = (width + 7) >> 3;
  const raster = new Uint8Array(stride * height);
  let changes: number[] = [];
  for (let row = 0; row < height; row++) {
    changes = nextRow(changes, KINDS[random(KINDS.length)] ?? 'white', width, random);
    paint(raster.subarray(row * stride, (row + 1) * stride), changes, width);
  }
  return { width, height, raster };
}

/** A whole number from 0 to below `below`, the next one each time (xorshift). */
export function randomNumbers(seed: number): (below: number) => number {
  let state = (seed | 0) === 0 ? 1 : seed | 0;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Where a row changes colour, pixel by pixel: what `readChanges` is held against. */
export function slowChanges(row: Uint8Array, width: number): number[] {
  const changes: number[] = [];
  let colour = 0;
  for (let x = 0; x < width; x++) {
    const pixel = ((row[x >> 3] ?? 0) >> (7 - (x & 7))) & 1;
    if (pixel !== colour) changes.push(x);
    colour = pixel;
  }
  return changes;
}

function nextRow(
  above: number[],
  kind: (typeof KINDS)[number],
  width: number,
  random: (below: number) => number,
): number[] {
  switch (kind) {
    case 'white':
      return [];
    case 'black':
      return [0];
    case 'checkers':
      return runs(width, () => 1, random(2));
    case 'longRuns':
      return runs(width, () => 1 + random(9_000), random(40));
    case 'shortRuns':
      return runs(width, () => 1 + random(5), random(3));
    case 'mixedRuns':
      return runs(width, () => 1 + random([2, 8, 64, 700][random(4)] ?? 1), random(200));
    case 'near':
      return rising(
        above.map((change) => change + random(9) - 4).filter(() => random(20) > 0),
        width,
      );
    case 'same':
      return above;
  }
}

function runs(width: number, length: () => number, from: number): number[] {
  const changes: number[] = [];
  for (let x = from; x < width; x += length()) changes.push(x);
  return changes;
}

function rising(changes: number[], width: number): number[] {
  const kept: number[] = [];
  for (const change of changes) {
    if (change > (kept.at(-1) ?? -1) && change < width) kept.push(change);
  }
  return kept;
}

function paint(row: Uint8Array, changes: number[], width: number): void {
  for (let index = 0; index < changes.length; index += 2) {
    const end = changes[index + 1] ?? width;
    for (let x = changes[index] ?? width; x < end; x++) row[x >> 3] = (row[x >> 3] ?? 0) | (0x80 >> (x & 7));
  }
}
