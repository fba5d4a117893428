// Pages that no document looks like, but that strain a coder: nothing, everything, checkers, stripes, noise.

import { seededRandom } from '../../harness/seededRandom.ts';
import { paintedPage } from './page.ts';
import type { Page } from './page.ts';

/** Every pattern at one width. Noise is the same on every call. */
export function patternPages(width: number, height: number): Page[] {
  const random = seededRandom(width * 65_536 + height);
  const patterns: [name: string, black: (x: number, y: number) => boolean][] = [
    ['blank', () => false],
    ['all black', () => true],
    ['one-pixel checkers', (x, y) => (x + y) % 2 === 0],
    ['inverse checkers', (x, y) => (x + y) % 2 === 1],
    ['vertical stripes', (x) => x % 2 === 0],
    ['horizontal stripes', (_x, y) => y % 2 === 0],
    ['wide vertical stripes', (x) => x % 130 < 65],
    ['sparse noise', () => random.next() < 0.02],
    ['noise', () => random.next() < 0.5],
    ['diagonal', (x, y) => Math.abs(x - y * 3 - 4) < 3],
    ['last pixel', (x) => x === width - 1],
    ['first pixel', (x) => x === 0],
  ];
  return patterns.map(([name, black]) => paintedPage(`${name}, ${width} wide`, width, height, black));
}

/** Widths at which something is special: one pixel, around a byte, beyond the longest make-up code, the largest. */
export function oddWidthPages(): Page[] {
  const random = seededRandom(4);
  return [1, 7, 8, 9, 63, 64, 65, 1729, 2559, 2560, 2561, 2593, 2624, 5120, 5300, 9999, 20_000].map((width) =>
    paintedPage(`${width} wide`, width, 12, (x, y) => {
      if (y < 3) return y === 1;
      if (y < 6) return x >= width - y;
      if (y < 9) return x > 2 && x < width - 4;
      return random.next() < 0.1;
    }),
  );
}
