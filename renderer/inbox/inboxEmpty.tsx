// The inbox before the first fax: what others need to reach this office, and a test.

import { Inbox, Send } from 'lucide-react';
import type { ReactNode } from 'react';
import { useOnline, useStatus } from '../gateway/queries.ts';
import { useT } from '../language/language.tsx';
import { Button } from '../parts/button.tsx';
import { EmptyState } from '../parts/emptyState.tsx';
import { startFax } from '../shell/faxIntent.ts';
import { useGo } from '../shell/navigation.tsx';
import panes from '../shell/panes.module.css';

export function InboxEmpty(): ReactNode {
  const t = useT();
  const [, go] = useGo();
  const relay = useStatus()?.relay;
  const echo = useOnline().some((device) => device.deviceId === 'echo');
  const ready = relay?.state === 'online' && relay.deviceId !== undefined;
  return (
    <section className={panes['whole']} aria-label={t('inbox.title')} data-pane="list">
      <h1 className="visuallyHidden">{t('inbox.title')}</h1>
      <EmptyState
        icon={Inbox}
        title={ready ? t('inbox.ready') : t('inbox.notReady')}
        text={ready ? t('inbox.readyText', { deviceId: relay.deviceId ?? '' }) : t('inbox.notReadyText')}
      >
        {echo && (
          <Button kind="primary" icon={Send} onPress={() => startFax(go, { to: ['echo'], testPage: true })}>
            {t('inbox.sendTest')}
          </Button>
        )}
        {!ready && <Button onPress={() => go('/settings')}>{t('action.openSettings')}</Button>}
      </EmptyState>
    </section>
  );
}
