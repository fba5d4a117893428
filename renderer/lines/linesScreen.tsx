// Telephone lines and all that belongs to them: lines, calls, known machines, documents to be fetched, dialling.

import { type ReactNode, useEffect, useRef } from 'react';
import { useT } from '../language/language.tsx';
import type { MessageId } from '../language/en.ts';
import { useGo } from '../shell/navigation.tsx';
import { CallsPart } from './callsPart.tsx';
import { DiallingPart } from './diallingPart.tsx';
import { LinesPart } from './linesPart.tsx';
import { MachinesPart } from './machinesPart.tsx';
import { PollingPart } from './pollingPart.tsx';
import styles from './linesScreen.module.css';

const PARTS = ['list', 'calls', 'machines', 'polling', 'dialling'] as const;
type Part = (typeof PARTS)[number];

const NAMES: Readonly<Record<Part, MessageId>> = {
  list: 'lines.title',
  calls: 'calls.title',
  machines: 'machines.short',
  polling: 'polling.title',
  dialling: 'dialling.title',
};

export function LinesScreen({ part, id }: { part: string | undefined; id: string | undefined }): ReactNode {
  const t = useT();
  const chosen = PARTS.find((candidate) => candidate === part) ?? 'list';
  return (
    <div className={styles['screen']}>
      <header className={styles['top']} data-pane="parts">
        <h1 className={styles['heading']}>{t('lines.title')}</h1>
        <nav className={styles['parts']} aria-label={t('lines.parts')}>
          {PARTS.map((candidate) => (
            <PartLink key={candidate} part={candidate} here={candidate === chosen} />
          ))}
        </nav>
      </header>
      {chosen === 'list' && <LinesPart />}
      {chosen === 'calls' && <CallsPart callId={id} />}
      {chosen === 'machines' && <MachinesPart number={id} />}
      {chosen === 'polling' && <PollingPart />}
      {chosen === 'dialling' && <DiallingPart />}
    </div>
  );
}

function PartLink({ part, here }: { part: Part; here: boolean }): ReactNode {
  const t = useT();
  const [, go] = useGo();
  const link = useRef<HTMLAnchorElement>(null);
  const to = part === 'list' ? '/lines' : `/lines/${part}`;
  // Where the window is narrow, the links scroll: the chosen one stays in sight.
  useEffect(() => {
    if (here) link.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [here]);
  return (
    <a
      ref={link}
      href={`#${to}`}
      className={styles['part']}
      aria-current={here ? 'page' : undefined}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        go(to);
      }}
    >
      {t(NAMES[part])}
    </a>
  );
}
