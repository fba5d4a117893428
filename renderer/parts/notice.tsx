// A sentence that matters, set apart: a warning, an error, a hint.

import { CircleX, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './notice.module.css';

const ICONS = { bad: CircleX, warn: TriangleAlert, info: Info, good: Info } as const;

export function Notice({ tone, children }: { tone: keyof typeof ICONS; children: ReactNode }): ReactNode {
  const Icon = ICONS[tone];
  return (
    <div className={styles['notice']} data-tone={tone}>
      <Icon size={16} strokeWidth={2} aria-hidden />
      <div>{children}</div>
    </div>
  );
}
