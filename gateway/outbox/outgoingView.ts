// An outgoing document as the API shows it: its rows, and the causes that keep it waiting right now.

import { outcome, type Outcome } from '../../protocol/outcome.ts';
import { outcomeText } from '../../protocol/outcomeTexts.ts';
import type { OutgoingDocument, RelayStatus } from '../../protocol/api/types.ts';
import { deliveryOf, type DeliveryRow } from '../store/deliveryTable.ts';
import type { OutgoingRow } from '../store/outgoingTable.ts';
import { withoutUndefined } from '../store/row.ts';
import type { Store } from '../store/store.ts';

export function outgoingView(store: Store, row: OutgoingRow, relay: RelayStatus): OutgoingDocument {
  const preparation = store.preparations.get(row.preparationId);
  if (preparation === undefined) throw new Error(`document ${row.id} has no preparation`);
  const cause = relayCause(relay);
  return withoutUndefined({
    id: row.id,
    title: row.title,
    status: row.status,
    createdAt: new Date(row.createdAt).toISOString(),
    sentAt: row.sentAt === undefined ? undefined : new Date(row.sentAt).toISOString(),
    finishedAt: row.finishedAt === undefined ? undefined : new Date(row.finishedAt).toISOString(),
    options: preparation.options,
    pages: preparation.pages,
    pagesExpected: preparation.pagesExpected,
    prepared: preparation.state === 'ready',
    preparation: preparation.outcome,
    preparationText: preparation.outcome === undefined ? undefined : words(preparation.outcome),
    failedFileName: preparation.failedFileName,
    substitutedFonts: preparation.substitutedFonts,
    totalBytes: preparation.totalBytes,
    sending: shownSending(row.sending),
    deliveries: store.deliveries
      .ofDocument(row.id)
      .map((delivery) => deliveryOf(withCause(delivery, cause, relay), words)),
  });
}

function shownSending({ password: _, ...shown }: OutgoingRow['sending']): OutgoingDocument['sending'] {
  return shown;
}

/** Why nothing can be sent at the moment; `undefined` while the relay is online or about to be. */
export function relayCause(relay: RelayStatus): Outcome | undefined {
  if (relay.state === 'online') return undefined;
  if (relay.state === 'notConfigured') return outcome('RELAY_NOT_CONFIGURED', 'relay');
  if (relay.state === 'connecting') return relay.outcome;
  return relay.outcome ?? outcome('RELAY_UNREACHABLE', 'relay');
}

/** What is waiting shows what it waits for: the relay, before anything that was wrong earlier. */
function withCause(delivery: DeliveryRow, cause: Outcome | undefined, relay: RelayStatus): DeliveryRow {
  if (delivery.status !== 'waiting' || delivery.nextAttemptAt === undefined || cause === undefined) {
    return delivery;
  }
  const next = relay.nextAttemptAt === undefined ? Number.NaN : Date.parse(relay.nextAttemptAt);
  return { ...delivery, outcome: cause, nextAttemptAt: Number.isNaN(next) ? undefined : next };
}

function words(of: Outcome): string {
  return outcomeText(of.code, 'en');
}
