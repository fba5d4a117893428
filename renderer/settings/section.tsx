// One section of the settings: its name and purpose on the left, its fields on the right, a bar while it is unsaved.

import { type ReactNode, useId } from 'react';
import { useT } from '../language/language.tsx';
import { Button } from '../parts/button.tsx';
import styles from './settings.module.css';

export function Section({
  title,
  text,
  children,
}: {
  title: string;
  text: string;
  children: ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <section className={styles['section']} aria-labelledby={id}>
      <div className={styles['about']}>
        <h2 id={id}>{title}</h2>
        <p>{text}</p>
      </div>
      <div className={styles['fields']}>{children}</div>
    </section>
  );
}

export function SaveBar({
  dirty,
  saving,
  onDiscard,
  extra,
}: {
  dirty: boolean;
  saving: boolean;
  onDiscard: () => void;
  extra?: ReactNode;
}): ReactNode {
  const t = useT();
  return (
    <div className={styles['saveBar']} data-dirty={dirty}>
      <Button type="submit" kind="primary" isDisabled={!dirty || saving} isPending={saving}>
        {t('action.saveChanges')}
      </Button>
      {dirty && <Button onPress={onDiscard}>{t('action.discard')}</Button>}
      {extra}
      {dirty && <span className={styles['unsaved']}>{t('settings.unsaved')}</span>}
    </div>
  );
}
