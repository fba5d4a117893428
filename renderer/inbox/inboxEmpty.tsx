// The inbox before the first fax: what others need to reach this office, and a test.

import { Inbox, Phone, Send } from 'lucide-react';
import type { ReactNode } from 'react';
import { useOnline, useSettings, useStatus } from '../gateway/queries.ts';
import { useT } from '../language/language.tsx';
import { Button } from '../parts/button.tsx';
import { EmptyState } from '../parts/emptyState.tsx';
import { startFax } from '../shell/faxIntent.ts';
import { useGo } from '../shell/navigation.tsx';
import panes from '../shell/panes.module.css';

export function InboxEmpty(): ReactNode {
  const t = useT();
  const [, go] = useGo();
  const status = useStatus();
  const relay = status?.relay;
  const echo = useOnline().some((device) => device.deviceId === 'echo');
  const line = status?.lines.some(({ state }) => state === 'ready') === true;
  const settings = useSettings();
  const number = line ? (settings?.faxNumber ?? '') : '';
  const online = relay?.state === 'online' && relay.deviceId !== undefined;
  const ready = online || line;
  const deviceId = relay?.deviceId ?? '';
  const text = (): string => {
    if (number === '') return online ? t('inbox.readyText', { deviceId }) : t('inbox.readyLine');
    return online ? t('inbox.readyBoth', { number, deviceId }) : t('inbox.readyNumber', { number });
  };
  return (
    <section className={panes['whole']} aria-label={t('inbox.title')} data-pane="list">
      <h1 className="visuallyHidden">{t('inbox.title')}</h1>
      <EmptyState
        icon={Inbox}
        title={ready ? t('inbox.ready') : t('inbox.notReady')}
        text={ready ? text() : t('inbox.notReadyText')}
      >
        {echo && (
          <Button kind="primary" icon={Send} onPress={() => startFax(go, { to: ['echo'], testPage: true })}>
            {t('inbox.sendTest')}
          </Button>
        )}
        {status?.lines.length === 0 && (
          <Button icon={Phone} onPress={() => go('/lines')}>
            {t('inbox.addLine')}
          </Button>
        )}
        {!ready && <Button onPress={() => go('/settings')}>{t('action.openSettings')}</Button>}
      </EmptyState>
    </section>
  );
}
