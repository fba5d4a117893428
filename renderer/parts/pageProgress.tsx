// Pages confirmed out of all pages, as a bar with its words for assistive technology.

import type { ReactNode } from 'react';
import { ProgressBar } from 'react-aria-components';
import styles from './pageProgress.module.css';

export function PageProgress({
  label,
  text,
  done,
  total,
  tone = 'busy',
}: {
  label: string;
  /** The same in words: "page 3 of 12". */
  text: string;
  done: number;
  /** `undefined`: not known yet. */
  total: number | undefined;
  tone?: 'busy' | 'good' | 'bad' | 'wait';
}): ReactNode {
  const share = total === undefined || total === 0 ? 0 : Math.min(1, done / total);
  return (
    <ProgressBar
      aria-label={label}
      value={share * 100}
      isIndeterminate={total === undefined}
      valueLabel={text}
      className={styles['bar'] ?? ''}
    >
      <div className={styles['track']} data-tone={tone}>
        <div className={styles['fill']} style={{ inlineSize: `${share * 100}%` }} />
      </div>
    </ProgressBar>
  );
}
