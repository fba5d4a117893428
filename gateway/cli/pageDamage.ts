// What a telephone line did to received pages, in words for the command line.

import type { PageQualityReport } from '../../protocol/modem.ts';
import { counted } from './output.ts';

/** Of a whole document, in its list; empty when nothing happened to it. */
export function damageText(quality: readonly PageQualityReport[]): string {
  const partial = quality.filter((page) => page.partial === true);
  const damaged = quality.filter(({ badRows }) => badRows > 0);
  const rows = damaged.reduce((sum, { badRows }) => sum + badRows, 0);
  return [
    ...(partial.length > 0 ? [`${counted(partial.length, 'page')} perhaps incomplete`] : []),
    ...(damaged.length > 0 ? [`${counted(damaged.length, 'damaged page')} (${counted(rows, 'line')})`] : []),
  ].join(', ');
}

/** Of one page. */
export function pageMarks(quality: PageQualityReport | undefined): string[] {
  if (quality === undefined) return [];
  const { partial, badRows, rows } = quality;
  return [
    // All rows may have come, of a page that was refused or whose end was not heard.
    ...(partial === true ? ['perhaps incomplete'] : []),
    ...(badRows > 0 ? [`${badRows} of ${rows} lines damaged`] : []),
  ];
}
