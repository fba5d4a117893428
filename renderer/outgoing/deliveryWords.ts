// A delivery's state in words with its icon, and the one thing to do about a failure.

import { Ban, CheckCheck, CircleX, Clock3, FileCog, type LucideIcon, PhoneCall, Send } from 'lucide-react';
import { isSameDestination } from '../../protocol/canonicalNumber.ts';
import type { Delivery, LiveCall, OutgoingDocument } from '../../protocol/api/types.ts';
import type { OutcomeCode } from '../../protocol/outcome.ts';
import { progressWords } from '../calls/callWords.ts';
import { destinationWords } from '../language/destinationWords.ts';
import type { Formats } from '../language/formats.ts';
import type { Translate } from '../language/language.tsx';
import type { Tone } from '../parts/statusMark.tsx';

export interface StateWords {
  icon: LucideIcon;
  tone: Tone;
  words: string;
}

export function deliveryWords(
  delivery: Delivery,
  document: OutgoingDocument,
  t: Translate,
  formats: Formats,
  /** The delivery's call over a telephone line, while one is up. */
  call?: Pick<LiveCall, 'line' | 'pagesTotal'>,
): StateWords {
  const total = pagesOf(document);
  const line = call?.line;
  if (line !== undefined)
    return {
      icon: line.progress.phase === 'dialling' ? PhoneCall : Send,
      tone: 'busy',
      words: progressWords(line.progress, call?.pagesTotal ?? total, t),
    };
  switch (delivery.status) {
    case 'waiting':
      return {
        icon: Clock3,
        tone: delivery.outcome === undefined ? 'calm' : 'wait',
        words: !document.prepared
          ? t('delivery.preparing')
          : delivery.nextAttemptAt === undefined
            ? t('delivery.waiting')
            : t(delivery.attempts === 0 ? 'delivery.goesOutAt' : 'delivery.nextAttempt', {
                time: formats.clock(delivery.nextAttemptAt),
              }),
      };
    case 'calling':
      return { icon: PhoneCall, tone: 'busy', words: t('delivery.calling') };
    case 'sending':
      return {
        icon: Send,
        tone: 'busy',
        words: t('delivery.sending', { page: Math.min(delivery.pagesConfirmed + 1, total), total }),
      };
    case 'confirmed':
      return { icon: CheckCheck, tone: 'good', words: t('delivery.confirmed') };
    case 'failed':
      return { icon: CircleX, tone: 'bad', words: t('delivery.failed') };
    case 'cancelled':
      return { icon: Ban, tone: 'calm', words: t('delivery.cancelled') };
  }
}

/** The document as a whole: one recipient's words, or how many of them have it. */
export function documentWords(
  document: OutgoingDocument,
  t: Translate,
  formats: Formats,
  calls: readonly LiveCall[] = [],
  country = '',
): StateWords {
  const { deliveries } = document;
  if (document.status === 'preparing')
    return {
      icon: FileCog,
      tone: 'busy',
      words: t('outgoing.preparing', { page: document.pages + 1, total: pagesOf(document) }),
    };
  if (document.preparation !== undefined && document.preparation.disposition === 'fail')
    return { icon: CircleX, tone: 'bad', words: t('outgoing.notPrepared') };
  const [only] = deliveries;
  if (only !== undefined && deliveries.length === 1)
    return deliveryWords(only, document, t, formats, callOf(only, document, calls, country));
  const confirmed = deliveries.filter((delivery) => delivery.status === 'confirmed').length;
  const count = { confirmed, total: deliveries.length };
  const busy = deliveries.find((delivery) => delivery.status === 'sending' || delivery.status === 'calling');
  if (document.status === 'active')
    return busy === undefined
      ? { icon: Clock3, tone: 'wait', words: t('outgoing.someConfirmed', count) }
      : { icon: Send, tone: 'busy', words: t('outgoing.someConfirmed', count) };
  if (document.status === 'confirmed')
    return { icon: CheckCheck, tone: 'good', words: t('outgoing.allConfirmed', count) };
  if (document.status === 'partly')
    return { icon: CircleX, tone: 'bad', words: t('outgoing.someConfirmed', count) };
  return document.status === 'cancelled'
    ? { icon: Ban, tone: 'calm', words: t('delivery.cancelled') }
    : { icon: CircleX, tone: 'bad', words: t('delivery.failed') };
}

export function pagesOf(document: OutgoingDocument): number {
  return document.prepared ? document.pages : Math.max(document.pages, document.pagesExpected ?? 0, 1);
}

/** The call over a telephone line that is up for this delivery. */
export function callOf(
  delivery: Delivery,
  document: OutgoingDocument,
  calls: readonly LiveCall[],
  country: string,
): LiveCall | undefined {
  return calls.find(
    ({ line, documentId, peer }) =>
      line !== undefined &&
      documentId === document.id &&
      isSameDestination(peer, delivery.destination, country),
  );
}

export type FailureAction = 'retry' | 'edit' | 'settings' | 'lines';

/** What helps against this cause. */
export function failureAction(code: OutcomeCode): FailureAction {
  switch (code) {
    case 'RELAY_NOT_CONFIGURED':
    case 'RELAY_LOGIN_REFUSED':
    case 'RELAY_CERTIFICATE':
    case 'RELAY_PROXY_REFUSED':
    case 'RELAY_REPLACED':
      return 'settings';
    case 'LINE_NOT_SET_UP':
    case 'LINE_NOT_READY':
    case 'LINE_NO_DIAL_TONE':
      return 'lines';
    case 'DEVICE_UNKNOWN':
    case 'NUMBER_NOT_DIALABLE':
    case 'FAX_INCOMPATIBLE':
    case 'FAX_PASSWORD_REFUSED':
    case 'WRONG_NUMBER':
    case 'TEL_VOICE':
    case 'PAGE_NOT_ACCEPTED':
    case 'FILE_NOT_SUPPORTED':
    case 'FILE_EMPTY':
    case 'FILE_BROKEN':
    case 'FILE_ENCRYPTED':
    case 'FILE_TOO_LARGE':
    case 'FILE_TOO_MANY_PAGES':
    case 'FILE_TOO_SLOW':
    case 'FILE_XFA_FORM':
    case 'FILE_MISSING':
    case 'IMAGING_CRASHED':
      return 'edit';
    case 'CONFIRMED':
    case 'CANCELLED':
    case 'RELAY_UNREACHABLE':
    case 'RELAY_VERSION':
    case 'RELAY_STOPPING':
    case 'RELAY_BUSY':
    case 'DEVICE_OFFLINE':
    case 'DEVICE_BUSY':
    case 'DEVICE_REFUSED':
    case 'DEVICE_NO_ANSWER':
    case 'RECEIVER_DISK_FULL':
    case 'RECEIVER_ERROR':
    case 'PEER_VERSION':
    case 'PEER_PROTOCOL':
    case 'CALL_BROKEN':
    case 'CALL_STALLED':
    case 'GIVEN_UP':
    case 'LINE_BROKEN':
    case 'TEL_BUSY':
    case 'TEL_NO_ANSWER':
    case 'TEL_NO_FAX':
    case 'TEL_DELAYED':
    case 'FAX_HUNG_UP':
    case 'FAX_NO_RESPONSE':
    case 'FAX_TRAINING_FAILED':
    case 'FAX_PAGE_REJECTED':
    case 'FAX_TOO_MANY_ERRORS':
    case 'FAX_CANNOT_RECEIVE':
    case 'FAX_OPERATOR':
    case 'FAX_NOTHING_TO_POLL':
    case 'FAX_PROTOCOL':
    case 'FAX_BROKEN_OFF':
    case 'PAGE_NOT_STORED':
    case 'PAGE_STORED_LATE':
    case 'PAGE_UNREADABLE':
    case 'DISK_FULL':
    case 'INTERNAL_ERROR':
      return 'retry';
  }
}

/** Names of the recipients, the first ones in full. */
export function recipientWords(document: OutgoingDocument, t: Translate): string {
  const names = document.deliveries.map(
    (delivery) => delivery.contactName ?? destinationWords(delivery.destination, t),
  );
  const [first, second] = names;
  if (first === undefined) return t('outgoing.noRecipient');
  if (second === undefined) return first;
  return names.length === 2
    ? t('outgoing.toTwo', { first, second })
    : t('outgoing.toMany', { first, count: names.length - 1 });
}
