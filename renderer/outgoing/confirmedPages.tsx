// The pages as small pictures, each marked as soon as every recipient has confirmed it.

import { Check } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button as BaseButton } from 'react-aria-components';
import type { DocumentPage, OutgoingDocument } from '../../protocol/api/types.ts';
import { useT } from '../language/language.tsx';
import { Button } from '../parts/button.tsx';
import { PageImage } from '../parts/pageImage.tsx';
import styles from './outgoing.module.css';

/** Shown at first; the rest on demand, for documents of hundreds of pages. */
const SHOWN_PAGES = 60;

export function ConfirmedPages({
  document,
  pages,
  onOpen,
}: {
  document: OutgoingDocument;
  pages: readonly DocumentPage[];
  onOpen: (index: number) => void;
}): ReactNode {
  const t = useT();
  const [shown, setShown] = useState(SHOWN_PAGES);
  const confirmed =
    document.deliveries.length === 0
      ? 0
      : Math.min(...document.deliveries.map((delivery) => delivery.pagesConfirmed));
  const sending = document.deliveries.some((delivery) => delivery.status === 'sending');
  return (
    <>
      <ul className={styles['pages']}>
        {pages.slice(0, shown).map((page) => {
          const done = page.index < confirmed;
          const state = done ? 'confirmed' : sending && page.index === confirmed ? 'sending' : 'open';
          return (
            <li key={page.index}>
              <BaseButton
                className={styles['page'] ?? ''}
                onPress={() => onOpen(page.index)}
                aria-label={t(done ? 'outgoing.pageConfirmed' : 'outgoing.pageOpen', {
                  page: page.index + 1,
                })}
              >
                <span className={styles['pageImage']} data-state={state}>
                  <PageImage
                    folder="outgoing"
                    documentId={document.id}
                    index={page.index}
                    cssWidth={92}
                    decorative
                  />
                  {done && (
                    <span className={styles['pageMark']}>
                      <Check size={12} strokeWidth={3} aria-hidden />
                    </span>
                  )}
                </span>
                <span className={styles['pageNumber']}>{page.index + 1}</span>
              </BaseButton>
            </li>
          );
        })}
      </ul>
      {pages.length > shown && (
        <Button small onPress={() => setShown(shown + SHOWN_PAGES * 4)}>
          {t('outgoing.morePages', { count: pages.length - shown })}
        </Button>
      )}
    </>
  );
}
