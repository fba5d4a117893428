// What the receiver might stumble over, said before sending.

import type { ReactNode } from 'react';
import type { DocumentPage, OutgoingDocument } from '../../protocol/api/types.ts';
import type { ImagingWarning } from '../../protocol/imaging.ts';
import { useT } from '../language/language.tsx';
import { Notice } from '../parts/notice.tsx';
import { pageRanges } from './pageRanges.ts';

const ORDER: readonly ImagingWarning[] = [
  'fontMissing',
  'fontSubstituted',
  'mostlyGray',
  'cropped',
  'blankPage',
];

export function DraftWarnings({
  document,
  pages,
}: {
  document: OutgoingDocument;
  pages: readonly DocumentPage[];
}): ReactNode {
  const t = useT();
  const found = ORDER.map((warning) => ({
    warning,
    pages: pages.filter((page) => page.warnings.includes(warning)).map((page) => page.index + 1),
  })).filter(
    ({ warning, pages: on }) =>
      on.length > 0 || (warning === 'fontSubstituted' && document.substitutedFonts.length > 0),
  );
  if (found.length === 0) return null;
  return (
    <ul aria-label={t('newFax.warnings')}>
      {found.map(({ warning, pages: on }) => (
        <li key={warning}>
          <Notice tone="warn">
            {warning === 'fontSubstituted'
              ? t('warning.fontSubstituted', { fonts: document.substitutedFonts.join(', ') || '–' })
              : t(`warning.${warning}`, { count: on.length, pages: pageRanges(on) })}
          </Notice>
        </li>
      ))}
    </ul>
  );
}
