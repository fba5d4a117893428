// What a browser sees that the gateway does not know: where the link with the key is found.

import type { ReactNode } from 'react';
import { useT } from '../language/language.tsx';
import markUrl from '../theme/mark.svg';
import styles from './shell.module.css';

export function SignIn(): ReactNode {
  const t = useT();
  return (
    <main className={styles['signIn']}>
      <img src={markUrl} alt="" />
      <h1>{t('signIn.title')}</h1>
      <p>{t('signIn.text')}</p>
      <ol className={styles['signInSteps']}>
        <li>{t('signIn.step1')}</li>
        <li>
          {t('signIn.step2')} <code>{`${location.origin}/#key=…`}</code>
        </li>
        <li>{t('signIn.step3')}</li>
      </ol>
    </main>
  );
}
