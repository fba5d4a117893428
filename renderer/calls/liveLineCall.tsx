// A call over a telephone line while it is up: phase, page, share of the page, what was agreed, time left.

import type { ReactNode } from 'react';
import type { LiveCall } from '../../protocol/api/types.ts';
import { useFormats, useT } from '../language/language.tsx';
import { lineName } from '../language/lineName.ts';
import { PageProgress } from '../parts/pageProgress.tsx';
import { agreedWords, type LineCall, progressWords, remainingWords } from './callWords.ts';
import styles from './calls.module.css';

export function LiveLineCall({
  call,
  line,
  label,
  nameLine = true,
}: {
  call: Pick<LiveCall, 'pagesDone' | 'pagesTotal'>;
  line: LineCall;
  /** Of the bar, for assistive technology. */
  label: string;
  /** Not where the line's name stands above already. */
  nameLine?: boolean;
}): ReactNode {
  const t = useT();
  const formats = useFormats();
  const { progress } = line;
  const words = progressWords(progress, call.pagesTotal, t);
  const left = remainingWords(line, t);
  const share = progress.phase === 'sending' ? (progress.pagePercent ?? 0) / 100 : 0;
  const facts = [
    ...(progress.phase === 'sending' && progress.pagePercent !== undefined
      ? [t('call.percent', { percent: Math.round(progress.pagePercent) })]
      : []),
    ...agreedWords(progress, t, formats),
    ...(progress.remoteId === undefined ? [] : [`“${progress.remoteId}”`]),
    ...(nameLine ? [t('call.overLine', { name: lineName(line.lineName, t) })] : []),
  ];
  return (
    <div className={styles['live']}>
      <p className={styles['liveWords']}>
        <strong>{words}</strong>
        {left !== undefined && <span>{left}</span>}
      </p>
      <PageProgress
        label={label}
        text={words}
        done={call.pagesDone + share}
        // How many pages come in, nobody knows beforehand; before the first page there is nothing to measure.
        total={call.pagesTotal}
      />
      <ul className={styles['facts']} aria-label={t('call.facts')}>
        {facts.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
    </div>
  );
}
