// The strip at the lower edge: the relay and the telephone lines in words, this device's id, the call that is up.

import { PhoneIncoming, PhoneOff, PhoneOutgoing } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button as BaseButton } from 'react-aria-components';
import { isSameDestination } from '../../protocol/canonicalNumber.ts';
import type { LiveCall } from '../../protocol/api/types.ts';
import { useApi } from '../gateway/gateway.tsx';
import { useCountry, useStatus } from '../gateway/queries.ts';
import { useErrorWords } from '../language/errorWords.ts';
import { type Translate, useT } from '../language/language.tsx';
import { Button } from '../parts/button.tsx';
import { PageProgress } from '../parts/pageProgress.tsx';
import { StatusMark } from '../parts/statusMark.tsx';
import { useToast } from '../parts/toasts.tsx';
import { remainingWords } from '../calls/callWords.ts';
import { destinationWords } from '../language/destinationWords.ts';
import { peerOf } from './announcements.ts';
import { LineStates } from './lineStates.tsx';
import { useGo } from './navigation.tsx';
import { RelayDetails } from './relayDetails.tsx';
import { relayWords } from './relayWords.ts';
import styles from './shell.module.css';

export function StatusStrip(): ReactNode {
  const t = useT();
  const status = useStatus();
  const [details, setDetails] = useState(false);
  if (status === undefined) return <footer className={styles['strip']} aria-label={t('strip.label')} />;
  const [call] = status.calls;
  const { icon, tone, words } = relayWords(status.relay, t);
  return (
    <footer className={styles['strip']} aria-label={t('strip.label')} data-pane="strip">
      <BaseButton className={styles['stripButton'] ?? ''} onPress={() => setDetails(true)} data-pane-focus>
        <StatusMark icon={icon} tone={tone}>
          {words}
        </StatusMark>
      </BaseButton>
      {status.relay.deviceId !== undefined && (
        <span className={styles['deviceId']} title={t('strip.deviceId')}>
          <span className="visuallyHidden">{t('strip.deviceId')} </span>
          {status.relay.deviceId}
        </span>
      )}
      <LineStates lines={status.lines} />
      <span className={styles['stripGap']} />
      {call !== undefined && <Call call={call} />}
      {status.calls.length > 1 && (
        <span className={styles['callMore']}>{t('strip.moreCalls', { count: status.calls.length - 1 })}</span>
      )}
      <RelayDetails status={status} open={details} onClose={() => setDetails(false)} />
    </footer>
  );
}

function Call({ call }: { call: LiveCall }): ReactNode {
  const t = useT();
  const api = useApi();
  const toast = useToast();
  const words = useErrorWords();
  const [, go] = useGo();
  const country = useCountry();
  const outgoing = call.direction === 'outgoing';
  const text = callWords(call, t);
  const name = destinationWords(peerOf(call), t);
  const { documentId, line } = call;
  /** A fax on its way is cancelled; a call that brings one is ended. */
  const hangUp = async (): Promise<void> => {
    try {
      if (!outgoing || documentId === undefined) {
        await api.calls.hangUp.mutate({ callId: call.callId });
        toast({ text: t('strip.callEnded', { name }) });
        return;
      }
      const { deliveries } = await api.outgoing.get.query({ documentId });
      // Only this call's recipient; the others of the same fax go on.
      const ids = deliveries
        .filter((delivery) => isSameDestination(delivery.destination, call.peer, country))
        .map((delivery) => delivery.id);
      await api.outgoing.cancel.mutate({ documentId, deliveryIds: ids });
      toast({ text: t('strip.hungUp', { name }) });
    } catch (error) {
      toast({ kind: 'error', text: words(error) });
    }
  };
  return (
    <div className={styles['call']}>
      {outgoing ? <PhoneOutgoing size={14} aria-hidden /> : <PhoneIncoming size={14} aria-hidden />}
      <BaseButton
        className={styles['stripButton'] ?? ''}
        isDisabled={documentId === undefined}
        onPress={() => go(`/${outgoing ? 'outbox' : 'inbox'}/${documentId ?? ''}`)}
      >
        <span className={styles['callText']}>{text}</span>
      </BaseButton>
      <span className={styles['callBar']}>
        <PageProgress
          label={text}
          text={text}
          done={call.pagesDone + (line?.progress.pagePercent ?? 0) / 100}
          total={call.pagesTotal}
        />
      </span>
      {((outgoing && documentId !== undefined) || line !== undefined) && (
        <Button kind="quiet" small icon={PhoneOff} onPress={() => void hangUp()}>
          {t('strip.hangUp')}
        </Button>
      )}
    </div>
  );
}

function callWords(call: LiveCall, t: Translate): string {
  const name = destinationWords(peerOf(call), t);
  if (call.line !== undefined) return lineCallWords(call, call.line, name, t);
  const direction = call.direction === 'outgoing' ? 'sending' : 'receiving';
  if (call.pagesTotal === undefined) return t(`strip.${direction}`, { name });
  // Under way is the page after the last one that is safe.
  const page = Math.min(call.pagesDone + 1, call.pagesTotal);
  return t(`strip.${direction}Page`, { name, page, total: call.pagesTotal });
}

function lineCallWords(
  call: LiveCall,
  line: NonNullable<LiveCall['line']>,
  name: string,
  t: Translate,
): string {
  const { progress } = line;
  const left = remainingWords(line, t);
  const words = ((): string => {
    switch (progress.phase) {
      case 'dialling':
        return t('strip.dialling', { name });
      case 'answering':
        return t('strip.answering', { name });
      case 'identifying':
      case 'training':
        return t('strip.connected', { name });
      case 'receiving':
        return t('strip.receivingLine', { name, page: (progress.page ?? progress.pagesReceived) + 1 });
      case 'sending':
      case 'confirming':
      case 'ending': {
        if (call.direction === 'incoming') return t('strip.receiving', { name });
        if (call.pagesTotal === undefined) return t('strip.sending', { name });
        const page = Math.min(call.pagesDone + 1, call.pagesTotal);
        return t('strip.sendingPage', { name, page, total: call.pagesTotal });
      }
    }
  })();
  return left === undefined ? words : t('strip.withLeft', { call: words, left });
}
