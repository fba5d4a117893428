// What a call over a telephone line was like, in one line under a delivery or an attempt.

import type { ReactNode } from 'react';
import type { CallSummary } from '../../protocol/api/lines.ts';
import { useFormats, useT } from '../language/language.tsx';
import { lineName } from '../language/lineName.ts';
import { agreedWords, durationWords } from './callWords.ts';
import styles from './calls.module.css';

export function CallFacts({
  call,
  nameMachine = true,
}: {
  call: CallSummary;
  /** Not where the machine's identity stands beside it already. */
  nameMachine?: boolean;
}): ReactNode {
  const t = useT();
  const formats = useFormats();
  const facts = [
    ...agreedWords(call, t, formats),
    ...(call.durationMs === undefined || call.durationMs === 0
      ? []
      : [t('delivery.connected', { duration: durationWords(call.durationMs) })]),
    ...(nameMachine && call.remoteId !== undefined ? [`“${call.remoteId}”`] : []),
    ...(call.lineName === undefined ? [] : [t('call.overLine', { name: lineName(call.lineName, t) })]),
  ];
  if (facts.length === 0) return null;
  return (
    <ul className={styles['facts']} aria-label={t('call.facts')}>
      {facts.map((fact) => (
        <li key={fact}>{fact}</li>
      ))}
    </ul>
  );
}
