// Whether it is worth waiting longer for a document that was sent: over, going on, or nothing to come for a while.

import type { Outcome, OutcomeCode } from '../../protocol/outcome.ts';
import { outcomeText } from '../../protocol/outcomeTexts.ts';
import { isTelephone } from '../../protocol/destination.ts';
import type { Delivery, OutgoingDocument, RelayStatus } from '../../protocol/api/types.ts';

/** A wait ends when nothing will happen for longer than this. */
const PATIENCE_MS = 60_000;
/** The shortest pause that people give a busy number is a minute: whoever waits at a prompt is told before. */
const TELEPHONE_PATIENCE_MS = 30_000;

/** The relay's own troubles that no waiting mends: somebody has to change a setting. */
const NEEDS_A_PERSON: ReadonlySet<OutcomeCode> = new Set<OutcomeCode>([
  'RELAY_NOT_CONFIGURED',
  'RELAY_LOGIN_REFUSED',
  'RELAY_CERTIFICATE',
  'RELAY_VERSION',
  'RELAY_REPLACED',
]);

export type Verdict =
  | { kind: 'confirmed' }
  /** Every delivery is over, at least one without a confirmation. */
  | { kind: 'notConfirmed' }
  | { kind: 'goingOn' }
  | { kind: 'stuck'; reason: Reason };

export interface Reason {
  code: OutcomeCode | 'TIMEOUT';
  text: string;
}

/**
 * Judges `document` at `now` (ms). `unchangedSince` (ms) is when it was last seen to change.
 */
export function judge(
  document: OutgoingDocument,
  relay: RelayStatus | undefined,
  now: number,
  unchangedSince: number,
): Verdict {
  const open = document.deliveries.filter((delivery) => !isOver(delivery));
  if (open.length === 0 && document.deliveries.length > 0) {
    // Its call goes on with other documents: how it went is known in the end.
    const goesOn = document.deliveries.some(
      ({ call }) => call !== undefined && call.durationMs === undefined,
    );
    if (goesOn && now - unchangedSince <= PATIENCE_MS) return { kind: 'goingOn' };
    const confirmed = document.deliveries.every((delivery) => delivery.status === 'confirmed');
    return { kind: confirmed ? 'confirmed' : 'notConfirmed' };
  }
  if (document.preparation?.disposition === 'fail') return { kind: 'notConfirmed' };
  if (open.some((delivery) => delivery.status !== 'waiting')) return { kind: 'goingOn' };

  const blocked = open.every(({ destination }) => isTelephone(destination))
    ? lineBlock(open)
    : relayBlock(relay);
  if (blocked !== undefined) return { kind: 'stuck', reason: blocked };
  const soon = open.some((delivery) => comesSoon(delivery, relay, now, unchangedSince));
  const outcome =
    open.find((delivery) => delivery.outcome !== undefined)?.outcome ??
    (open.every(({ destination }) => isTelephone(destination)) ? undefined : relay?.outcome);
  if (soon || outcome === undefined) return { kind: 'goingOn' };
  return { kind: 'stuck', reason: reasonOf(outcome) };
}

function isOver(delivery: Delivery): boolean {
  return delivery.status === 'confirmed' || delivery.status === 'failed' || delivery.status === 'cancelled';
}

/** Why nothing can be sent until somebody changes a setting. */
function relayBlock(relay: RelayStatus | undefined): Reason | undefined {
  if (relay?.state === 'notConfigured') {
    return { code: 'RELAY_NOT_CONFIGURED', text: outcomeText('RELAY_NOT_CONFIGURED') };
  }
  const { outcome } = relay ?? {};
  if (relay?.state !== 'offline' || outcome === undefined) return undefined;
  return NEEDS_A_PERSON.has(outcome.code) ? reasonOf(outcome) : undefined;
}

/** The same of telephone lines. */
function lineBlock(open: readonly Delivery[]): Reason | undefined {
  const { outcome } = open[0] ?? {};
  return outcome?.code === 'LINE_NOT_SET_UP' ? reasonOf(outcome) : undefined;
}

function comesSoon(
  delivery: Delivery,
  relay: RelayStatus | undefined,
  now: number,
  unchangedSince: number,
): boolean {
  const nextAttemptAt =
    delivery.nextAttemptAt ??
    (relay?.state === 'online' || isTelephone(delivery.destination) ? undefined : relay?.nextAttemptAt);
  const patienceMs = isTelephone(delivery.destination) ? TELEPHONE_PATIENCE_MS : PATIENCE_MS;
  if (nextAttemptAt !== undefined) return Date.parse(nextAttemptAt) - now <= patienceMs;
  // No time is set: its turn comes when something else happens. A minute is a fair trial.
  return now - unchangedSince <= PATIENCE_MS;
}

function reasonOf(outcome: Outcome): Reason {
  return { code: outcome.code, text: outcomeText(outcome.code) };
}
