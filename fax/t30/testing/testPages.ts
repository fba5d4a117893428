// Pages for calls in memory: small, each unlike every other, so that a lost, doubled or mixed-up page is noticed.

import type { PageGeometry } from '../parameters.ts';

export interface TestPage {
  geometry: PageGeometry;
  /** Rows of ceil(width / 8) bytes, most significant bit first, black = 1. */
  raster: Uint8Array;
}

/** `plain` pages code to a few hundred octets; `dense` ones to about 200 octets per row, whatever the coding. */
export type Density = 'plain' | 'dense';

/** Page `index` of a call: A4 wide, at standard resolution. */
export function testPage(index: number, rows = 24, density: Density = 'plain'): TestPage {
  const widthPixels = 1728;
  const stride = widthPixels >> 3;
  const raster = new Uint8Array(stride * rows);
  const random = randomOctets(index * 7919 + rows);
  for (let row = 0; row < rows; row++) {
    const line = raster.subarray(row * stride, (row + 1) * stride);
    if (density === 'dense') for (let at = 0; at < stride; at++) line[at] = random();
    else line.fill(random(), row + 3, row + 3 + (random() >> 3));
  }
  // The page's own number, in its first row.
  raster.fill(0xff, 1, 2 + (index % (stride - 3)));
  return { geometry: { widthPixels, rows, resolution: 'R8x3.85' }, raster };
}

export function testPages(count: number, rows?: number, density?: Density): TestPage[] {
  return Array.from({ length: count }, (_, index) => testPage(index, rows, density));
}

/** Always the same octets for the same seed. */
export function randomOctets(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
}
