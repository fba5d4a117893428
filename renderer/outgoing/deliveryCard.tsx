// One recipient: state, progress, the outcome in plain words, one button for it, attempts and technical detail folded.

import { PhoneOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { isTelephone } from '../../protocol/destination.ts';
import type { Attempt, Delivery, LiveCall, OutgoingDocument } from '../../protocol/api/types.ts';
import { outcomeText } from '../../protocol/outcomeTexts.ts';
import { CallFacts } from '../calls/callFacts.tsx';
import { StoryButton } from '../calls/callStory.tsx';
import { LiveLineCall } from '../calls/liveLineCall.tsx';
import { useAttempts, useCountry, useStatus } from '../gateway/queries.ts';
import { destinationWords } from '../language/destinationWords.ts';
import { type Translate, useFormats, useLanguage, useT } from '../language/language.tsx';
import { outcomeCause } from '../language/outcomeWords.ts';
import { Button } from '../parts/button.tsx';
import { Fold } from '../parts/fold.tsx';
import { PageProgress } from '../parts/pageProgress.tsx';
import { StatusMark } from '../parts/statusMark.tsx';
import { startFax } from '../shell/faxIntent.ts';
import { useGo } from '../shell/navigation.tsx';
import { callOf, deliveryWords, failureAction, pagesOf } from './deliveryWords.ts';
import { useOutgoingCommands } from './outgoingCommands.ts';
import styles from './outgoing.module.css';

export function DeliveryCard({
  delivery,
  document,
}: {
  delivery: Delivery;
  document: OutgoingDocument;
}): ReactNode {
  const t = useT();
  const formats = useFormats();
  const language = useLanguage();
  const call = callOf(delivery, document, useStatus()?.calls ?? [], useCountry());
  const { icon, tone, words } = deliveryWords(delivery, document, t, formats, call);
  const shown = destinationWords(delivery.destination, t);
  const total = pagesOf(document);
  const open = ['waiting', 'calling', 'sending'].includes(delivery.status);
  const name = delivery.contactName ?? shown;
  const explained = delivery.outcome !== undefined && !['calling', 'sending'].includes(delivery.status);
  return (
    <li className={styles['delivery']} data-status={delivery.status}>
      <div className={styles['deliveryHead']}>
        <span className={styles['recipient']}>
          <strong>{name}</strong>
          {delivery.contactName !== undefined && <span className={styles['id']}>{shown}</span>}
        </span>
        {call?.line === undefined && (
          <StatusMark icon={icon} tone={tone}>
            {words}
          </StatusMark>
        )}
        <DeliveryActions delivery={delivery} document={document} open={open} call={call} />
      </div>
      {call?.line !== undefined && (
        <LiveLineCall call={call} line={call.line} label={t('delivery.progressOf', { name })} />
      )}
      {call?.line === undefined &&
        (open || delivery.pagesConfirmed < total) &&
        delivery.status !== 'cancelled' && (
          <PageProgress
            label={t('delivery.progressOf', { name })}
            text={t('delivery.pagesConfirmed', { done: delivery.pagesConfirmed, total })}
            done={delivery.pagesConfirmed}
            total={total}
            tone={delivery.status === 'failed' ? 'bad' : 'busy'}
          />
        )}
      {explained && delivery.outcome !== undefined && (
        <p className={styles['outcome']}>{outcomeText(delivery.outcome.code, language)}</p>
      )}
      <p className={styles['counts']}>
        <span>{t('delivery.pagesConfirmed', { done: delivery.pagesConfirmed, total })}</span>
        {delivery.confirmedAt !== undefined && (
          <span>{t('delivery.confirmedAt', { time: formats.exactTime(delivery.confirmedAt) })}</span>
        )}
        {delivery.confirmedAt !== undefined && <span>{confirmedBy(delivery, t)}</span>}
      </p>
      {call === undefined && delivery.call !== undefined && (
        <CallFacts call={delivery.call} nameMachine={delivery.confirmedAt === undefined} />
      )}
      {delivery.attempts > 0 && <Attempts delivery={delivery} documentId={document.id} />}
    </li>
  );
}

function DeliveryActions({
  delivery,
  document,
  open,
  call,
}: {
  delivery: Delivery;
  document: OutgoingDocument;
  open: boolean;
  call: LiveCall | undefined;
}): ReactNode {
  const t = useT();
  const [, go] = useGo();
  const commands = useOutgoingCommands();
  const several = document.deliveries.length > 1;
  if (open)
    return (
      <span className={styles['deliveryActions']}>
        {several && delivery.status === 'waiting' && delivery.nextAttemptAt !== undefined && (
          <Button small kind="quiet" onPress={() => void commands.retry(document, [delivery.id])}>
            {t('action.retryNow')}
          </Button>
        )}
        {delivery.outcome !== undefined && failureAction(delivery.outcome.code) === 'settings' && (
          <Button small onPress={() => go('/settings')}>
            {t('action.openSettings')}
          </Button>
        )}
        {delivery.outcome !== undefined && failureAction(delivery.outcome.code) === 'lines' && (
          <Button small onPress={() => go('/lines')}>
            {t('action.openLines')}
          </Button>
        )}
        {(several || call !== undefined) && (
          <Button
            small
            kind="quiet"
            {...(call === undefined ? {} : { icon: PhoneOff })}
            onPress={() => void commands.cancel(document, [delivery.id])}
          >
            {t(call === undefined ? 'action.cancelOne' : 'delivery.hangUp')}
          </Button>
        )}
      </span>
    );
  if (delivery.status === 'confirmed') return null;
  const action = delivery.outcome === undefined ? 'retry' : failureAction(delivery.outcome.code);
  if (action === 'settings')
    return (
      <Button small onPress={() => go('/settings')}>
        {t('action.openSettings')}
      </Button>
    );
  if (action === 'lines')
    return (
      <Button small onPress={() => go('/lines')}>
        {t('action.openLines')}
      </Button>
    );
  if (action === 'edit' && document.pages > 0)
    return (
      <Button
        small
        onPress={() =>
          startFax(go, {
            pagesOf: { documentId: document.id, title: document.title },
            title: document.title,
            to: [delivery.destination],
          })
        }
      >
        {t('action.edit')}
      </Button>
    );
  if (action === 'edit') return null;
  return (
    <Button small onPress={() => void commands.retry(document, [delivery.id])}>
      {t('action.retry')}
    </Button>
  );
}

function Attempts({ delivery, documentId }: { delivery: Delivery; documentId: string }): ReactNode {
  const t = useT();
  return (
    <Fold title={t('delivery.attempts', { count: delivery.attempts })}>
      <AttemptList deliveryId={delivery.id} documentId={documentId} />
    </Fold>
  );
}

function confirmedBy(delivery: Delivery, t: Translate): string {
  if (!isTelephone(delivery.destination)) return t('delivery.confirmedBy', { id: delivery.destination });
  const id = delivery.call?.remoteId;
  return id === undefined
    ? t('delivery.confirmedByNumber', { number: destinationWords(delivery.destination, t) })
    : t('delivery.confirmedByMachine', { id });
}

/** More attempts than these are of interest to nobody. */
const SHOWN_ATTEMPTS = 50;

function AttemptList({ deliveryId, documentId }: { deliveryId: string; documentId: string }): ReactNode {
  const attempts = (useAttempts(documentId) ?? [])
    .filter((attempt) => attempt.deliveryId === deliveryId)
    .toReversed()
    .slice(0, SHOWN_ATTEMPTS);
  return (
    <ol className={styles['attempts']}>
      {attempts.map((attempt, index) => (
        <AttemptLine key={attempt.number} attempt={attempt} isLast={index === 0} />
      ))}
    </ol>
  );
}

function AttemptLine({ attempt, isLast }: { attempt: Attempt; isLast: boolean }): ReactNode {
  const t = useT();
  const formats = useFormats();
  const language = useLanguage();
  const { outcome } = attempt;
  return (
    <li className={styles['attempt']}>
      <span className={styles['attemptTime']}>
        {attempt.number}. {formats.exactTime(attempt.startedAt)}
      </span>
      <span>
        {outcome === undefined
          ? t('delivery.running')
          : // What the program did after an earlier one, the attempt above tells.
            isLast
            ? outcomeText(outcome.code, language)
            : outcomeCause(outcome.code, language)}
      </span>
      {outcome !== undefined && outcome.disposition !== 'done' && (
        <code className={styles['technical']}>
          {outcome.code} · {outcome.phase}
          {outcome.detail === undefined ? '' : ` · ${outcome.detail}`}
        </code>
      )}
      {attempt.call !== undefined && (
        <span className={styles['attemptCall']}>
          <CallFacts call={attempt.call} />
          <StoryButton callId={attempt.call.callId} name={String(attempt.number)} />
        </span>
      )}
    </li>
  );
}
