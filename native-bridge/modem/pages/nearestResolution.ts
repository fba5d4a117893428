// The resolutions that pages are converted to and from, and which of them is nearest to a page's.

import type { Resolution } from '../../../fax/t30/parameters.ts';
import { dotsPerInch } from './dotsPerInch.ts';

/** Of those that T.30 has, the ones of common machines; others are not announced. */
export const CONVERTED_RESOLUTIONS: readonly Resolution[] = [
  'R8x3.85',
  'R8x7.7',
  'R8x15.4',
  '300x300',
  'R16x15.4',
];

/** The one that is nearest to a page's, in proportion and over both directions together. */
export function nearestResolution(xDpi: number, yDpi: number): Resolution {
  const distance = (resolution: Resolution): number => {
    const dots = dotsPerInch(resolution, false);
    return Math.abs(Math.log(dots.xDpi / xDpi)) + Math.abs(Math.log(dots.yDpi / yDpi));
  };
  const nearest = CONVERTED_RESOLUTIONS.toSorted((one, other) => distance(one) - distance(other))[0];
  return nearest ?? 'R8x7.7';
}
