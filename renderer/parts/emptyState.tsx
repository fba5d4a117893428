// What stands where nothing is yet: a mark, one sentence, and the way on.

import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './emptyState.module.css';

export function EmptyState({
  icon: Icon,
  title,
  text,
  children,
}: {
  icon: LucideIcon;
  title: string;
  text?: ReactNode;
  children?: ReactNode;
}): ReactNode {
  return (
    <div className={styles['empty']}>
      <span className={styles['mark']}>
        <Icon size={26} strokeWidth={1.5} aria-hidden />
      </span>
      <h2 className={styles['title']}>{title}</h2>
      {text !== undefined && <p className={styles['text']}>{text}</p>}
      {children !== undefined && <div className={styles['actions']}>{children}</div>}
    </div>
  );
}
