// A page's quality in words.

import type { DocumentPage } from '../../protocol/api/types.ts';
import { RESOLUTIONS } from '../../protocol/page.ts';
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
