// Says plainly when the gateway cannot be reached; goes by itself when it can.

import { Unplug } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useConnectionState } from '../gateway/gateway.tsx';
import { useT } from '../language/language.tsx';
import styles from './shell.module.css';

/** A first connection that takes longer than this is worth a word. */
const PATIENCE_MS = 2_500;

export function ConnectionBanner(): ReactNode {
  const t = useT();
  const state = useConnectionState();
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (state !== 'connecting') return undefined;
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const shown = state === 'closed' || (state === 'connecting' && late);
  return (
    <div role="alert">
      {shown && (
        <div className={styles['banner']}>
          <Unplug size={17} aria-hidden />
          <span>{t('connection.lost')}</span>
        </div>
      )}
    </div>
  );
}
