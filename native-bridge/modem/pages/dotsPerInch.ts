// T.30's resolutions as the pixels per inch that a stored page is labelled with.

import type { Resolution } from '../../../fax/t30/parameters.ts';

interface Dots {
  xDpi: number;
  yDpi: number;
}

/** T.30 table 2, coarse to fine; the inch form where DCS bit 44 makes another resolution of the same bits. */
const DOTS: Readonly<Record<Resolution, { metric: Dots; inch: Dots }>> = {
  'R8x3.85': { metric: { xDpi: 204, yDpi: 98 }, inch: { xDpi: 200, yDpi: 100 } },
  'R8x7.7': { metric: { xDpi: 204, yDpi: 196 }, inch: { xDpi: 200, yDpi: 200 } },
  'R8x15.4': { metric: { xDpi: 204, yDpi: 391 }, inch: { xDpi: 200, yDpi: 400 } },
  '300x300': always(300, 300),
  'R16x15.4': { metric: { xDpi: 408, yDpi: 391 }, inch: { xDpi: 400, yDpi: 400 } },
  '300x600': always(300, 600),
  '400x800': always(400, 800),
  '600x600': always(600, 600),
  '600x1200': always(600, 1200),
  '1200x1200': always(1200, 1200),
};

export function dotsPerInch(resolution: Resolution, inch: boolean): Dots {
  return DOTS[resolution][inch ? 'inch' : 'metric'];
}

function always(xDpi: number, yDpi: number): { metric: Dots; inch: Dots } {
  return { metric: { xDpi, yDpi }, inch: { xDpi, yDpi } };
}
