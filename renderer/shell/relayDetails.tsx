// All that is known of the relay connection, behind the status strip.

import { type ReactNode } from 'react';
import type { GatewayStatus } from '../../protocol/api/types.ts';
import { outcomeText } from '../../protocol/outcomeTexts.ts';
import { useFormats, useLanguage, useT } from '../language/language.tsx';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Facts } from '../parts/facts.tsx';
import { StatusMark } from '../parts/statusMark.tsx';
import { useGo } from './navigation.tsx';
import { relayWords } from './relayWords.ts';

export function RelayDetails({
  status,
  open,
  onClose,
}: {
  status: GatewayStatus;
  open: boolean;
  onClose: () => void;
}): ReactNode {
  const t = useT();
  const formats = useFormats();
  const language = useLanguage();
  const [, go] = useGo();
  const { relay } = status;
  const { icon, tone, words } = relayWords(relay, t);
  return (
    <Dialog
      title={t('relay.title')}
      open={open}
      onClose={onClose}
      footer={
        <Button
          onPress={() => {
            onClose();
            go('/settings');
          }}
        >
          {t('action.openSettings')}
        </Button>
      }
    >
      <StatusMark icon={icon} tone={tone}>
        {words}
      </StatusMark>
      {relay.outcome !== undefined && relay.state !== 'online' && (
        <p>{outcomeText(relay.outcome.code, language)}</p>
      )}
      {relay.embedded && <p>{t('relay.embeddedText')}</p>}
      <Facts
        facts={[
          relay.deviceId === undefined ? undefined : [t('relay.deviceId'), relay.deviceId, 'exact'],
          relay.url === undefined ? undefined : [t('relay.url'), relay.url, 'exact'],
          relay.relayName === undefined ? undefined : [t('relay.name'), relay.relayName],
          [t('relay.encryption'), relay.encrypted ? t('relay.encrypted') : t('relay.notEncrypted')],
          relay.since === undefined ? undefined : [t('relay.since'), formats.dateTime(relay.since)],
          relay.lastContactAt === undefined
            ? undefined
            : [t('relay.lastContact'), formats.exactTime(relay.lastContactAt)],
          relay.nextAttemptAt === undefined
            ? undefined
            : [t('relay.nextAttempt'), formats.exactTime(relay.nextAttemptAt)],
          [
            t('relay.connections'),
            t('relay.connectionCount', { count: relay.connections, idle: relay.idleConnections }),
          ],
          status.diskFreeBytes === undefined
            ? undefined
            : [t('relay.diskFree'), formats.bytes(status.diskFreeBytes)],
          [t('relay.version'), status.version],
        ]}
      />
    </Dialog>
  );
}
