// A page's quality in words: its resolution, and what a telephone line did to it.

import type { PageQualityReport } from '../../protocol/modem.ts';
import type { DocumentPage } from '../../protocol/api/types.ts';
import { RESOLUTIONS, resolutionSchema } from '../../protocol/page.ts';
import type { Translate } from './language.tsx';

/** "Fine (204 × 196 dpi)"; the numbers alone when it is none of the usual ones. */
export function resolutionWords(page: Pick<DocumentPage, 'xDpi' | 'yDpi'>, t: Translate): string {
  const numbers = `${page.xDpi} × ${page.yDpi} dpi`;
  const names = ['standard', 'fine', 'superfine'] as const;
  const name = names.find(
    (candidate) => RESOLUTIONS[candidate].x === page.xDpi && RESOLUTIONS[candidate].y === page.yDpi,
  );
  return name === undefined ? numbers : `${t(`resolution.${name}`)} (${numbers})`;
}

/** Rows of all pages that did not arrive as they were sent. */
export function damagedLines(quality: readonly PageQualityReport[] = []): number {
  return quality.reduce((sum, { badRows }) => sum + badRows, 0);
}

/** What stands at a page that did not come as it was sent, the gravest first; nothing at one that did. */
export function qualityMarks(quality: PageQualityReport | undefined, t: Translate): string[] {
  if (quality === undefined) return [];
  const { partial, badRows } = quality;
  return [
    // All rows may have come, of a page that was refused or whose end was not heard.
    ...(partial === true ? [t('quality.perhapsPart')] : []),
    ...(badRows > 0 ? [t('quality.damaged', { count: badRows })] : []),
  ];
}

/** What is none of the usual ones (300 dpi, 400 dpi) is shown as the machine's profile names it. */
export function resolutionName(name: string, t: Translate): string {
  const usual = resolutionSchema.safeParse(name);
  return usual.success ? t(`resolution.${usual.data}`) : name;
}
