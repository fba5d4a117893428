// Below a new fax: how many pages it has, how large they are, and how long they will take.

import type { ReactNode } from 'react';
import { isTelephone } from '../../protocol/destination.ts';
import type { OutgoingDocument } from '../../protocol/api/types.ts';
import { type Translate, useFormats, useT } from '../language/language.tsx';
import { estimatedSeconds, telephoneSeconds } from './sendEstimate.ts';
import styles from './newFax.module.css';

export function Estimate({
  document,
  recipients,
}: {
  document: OutgoingDocument | undefined;
  recipients: readonly string[];
}): ReactNode {
  const t = useT();
  const formats = useFormats();
  if (document === undefined || document.pages === 0) return <span className={styles['estimate']} />;
  const { pages, pagesExpected, prepared, totalBytes } = document;
  if (!prepared)
    return (
      <span className={styles['estimate']} role="status">
        {pagesExpected === undefined
          ? t('newFax.made', { count: pages })
          : t('newFax.madeOf', { done: pages, total: pagesExpected })}
      </span>
    );
  const calls = recipients.filter(isTelephone).length;
  const time =
    calls === 0
      ? durationWords(estimatedSeconds(pages, totalBytes), t)
      : t(calls === 1 ? 'newFax.perCall' : 'newFax.calls', {
          time: durationWords(calls * telephoneSeconds(pages, totalBytes), t),
          count: calls,
        });
  return (
    <span className={styles['estimate']}>
      {t('pages', { count: pages })} · {formats.bytes(totalBytes)} · {time}
    </span>
  );
}

function durationWords(seconds: number, t: Translate): string {
  if (seconds <= 10) return t('newFax.fewSeconds');
  return seconds < 90
    ? t('newFax.seconds', { count: Math.ceil(seconds / 10) * 10 })
    : t('newFax.minutes', { count: Math.ceil(seconds / 60) });
}
