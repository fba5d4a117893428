// A state as icon and word together; never by colour alone.

import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './statusMark.module.css';

export type Tone = 'good' | 'busy' | 'wait' | 'bad' | 'calm';

export function StatusMark({
  icon: Icon,
  tone,
  children,
}: {
  icon: LucideIcon;
  tone: Tone;
  children: ReactNode;
}): ReactNode {
  return (
    <span className={styles['mark']} data-tone={tone}>
      <Icon size={14} strokeWidth={2} aria-hidden />
      <span>{children}</span>
    </span>
  );
}
