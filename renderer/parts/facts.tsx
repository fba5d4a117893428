// Names and values one below the other.

import { Fragment, type ReactNode } from 'react';
import styles from './facts.module.css';

/** Name, value, and whether the value is an id or address where each character counts. */
export type Fact = readonly [name: string, value: ReactNode, kind?: 'exact'];

export function Facts({
  facts,
  columns = false,
}: {
  facts: readonly (Fact | undefined)[];
  /** Value beside name, where there is room for it. */
  columns?: boolean;
}): ReactNode {
  const list = (
    <dl className={styles['facts']}>
      {facts
        .filter((fact) => fact !== undefined)
        .map(([name, value, kind]) => (
          <Fragment key={name}>
            <dt className={styles['name']}>{name}</dt>
            <dd className={kind === 'exact' ? styles['exact'] : styles['value']}>{value}</dd>
          </Fragment>
        ))}
    </dl>
  );
  return columns ? <div className={styles['columns']}>{list}</div> : list;
}
