// Pieces of the charts: real enough, and small, so that a fuzzer gets through many.

import { seededRandom } from '../../harness/seededRandom.ts';
import { charts } from '../../t4/pages/charts.ts';
import { croppedPage } from '../../t4/pages/page.ts';
import type { Page } from '../../t4/pages/page.ts';
import { oddWidthPages, patternPages } from '../../t4/pages/patterns.ts';

let made: readonly Page[] | undefined;

/** The same pieces every time: of charts, patterns and odd widths. */
export function smallPages(): readonly Page[] {
  if (made !== undefined) return made;
  const random = seededRandom(77);
  const pieces = Array.from({ length: 90 }, () => {
    const chart = random.pick(charts());
    const width = random.pick([random.integer(1, 80), 64, 160, 216, 300, 1728]);
    const height = random.integer(1, 24);
    const left = 8 * random.integer(0, (chart.width - width) / 8);
    return croppedPage(chart, { left, top: random.integer(100, chart.height - height), width, height });
  });
  made = [...pieces, ...patternPages(61, 9), ...patternPages(304, 8), ...oddWidthPages()];
  return made;
}
