// The first start: three sentences and the way to the first fax. Seen once, never in the way again.

import { FileUp, Phone, Send, ShieldCheck } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useInbox, useOnline, useOutgoingFolder, useStatus } from '../gateway/queries.ts';
import { useT } from '../language/language.tsx';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { readPreference, writePreference } from '../theme/preferences.ts';
import { startFax } from './faxIntent.ts';
import { useGo } from './navigation.tsx';
import styles from './shell.module.css';

export function Welcome(): ReactNode {
  const [seen, setSeen] = useState(() => readPreference('welcomeSeen') !== undefined);
  if (seen) return null;
  return (
    <WelcomeDialog
      onDone={() => {
        writePreference('welcomeSeen', 'yes');
        setSeen(true);
      }}
    />
  );
}

function WelcomeDialog({ onDone }: { onDone: () => void }): ReactNode {
  const t = useT();
  const [path, go] = useGo();
  const relay = useStatus()?.relay;
  const echo = useOnline().some((device) => device.deviceId === 'echo');
  const inbox = useInbox('');
  const lists = [inbox, useOutgoingFolder('outbox', ''), useOutgoingFolder('sent', '')];
  // Who has faxes already needs no welcome; while nothing is known yet, nothing is said.
  const fresh =
    relay !== undefined &&
    lists.every((list) => !list.loading && list.failed === undefined && list.items.length === 0);
  return (
    <Dialog
      title={t('welcome.title')}
      open={fresh && path.startsWith('/inbox')}
      onClose={onDone}
      footer={
        <>
          <Button onPress={onDone}>{t('welcome.later')}</Button>
          {echo && (
            <Button
              kind="primary"
              icon={Send}
              autoFocus
              onPress={() => {
                onDone();
                startFax(go, { to: ['echo'], testPage: true });
              }}
            >
              {t('welcome.firstFax')}
            </Button>
          )}
        </>
      }
    >
      <p>{t('welcome.text')}</p>
      <ul className={styles['welcomeSteps']}>
        <li>
          <FileUp size={20} strokeWidth={1.75} aria-hidden />
          <span>{t('welcome.point1')}</span>
        </li>
        <li>
          <ShieldCheck size={20} strokeWidth={1.75} aria-hidden />
          <span>{t('welcome.point2')}</span>
        </li>
        <li>
          <Send size={20} strokeWidth={1.75} aria-hidden />
          <span>{relay?.embedded === true ? t('welcome.point3Embedded') : t('welcome.point3')}</span>
        </li>
        <li>
          <Phone size={20} strokeWidth={1.75} aria-hidden />
          <span>{t('welcome.point4')}</span>
        </li>
      </ul>
    </Dialog>
  );
}
