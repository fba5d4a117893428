// An outgoing document as the API shows it: its rows, and the causes that keep it waiting right now.

import { isTelephone } from '../../protocol/destination.ts';
import type { OutgoingDocument } from '../../protocol/api/types.ts';
import { outcomeWords } from '../calls/outcomeWords.ts';
import { deliveryOf, type DeliveryRow } from '../store/deliveryTable.ts';
import type { OutgoingRow } from '../store/outgoingTable.ts';
import { withoutUndefined } from '../store/row.ts';
import type { Store } from '../store/store.ts';
import type { Routes } from './outbox.types.ts';

export function outgoingView(store: Store, row: OutgoingRow, routes: Routes): OutgoingDocument {
  const preparation = store.preparations.get(row.preparationId);
  if (preparation === undefined) throw new Error(`document ${row.id} has no preparation`);
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
    preparationText: preparation.outcome === undefined ? undefined : outcomeWords(preparation.outcome),
    failedFileName: preparation.failedFileName,
    substitutedFonts: preparation.substitutedFonts,
    totalBytes: preparation.totalBytes,
    sending: shownSending(row.sending),
    deliveries: store.deliveries
      .ofDocument(row.id)
      .map((delivery) => deliveryOf(withCause(delivery, routes), outcomeWords)),
  });
}

function shownSending(sending: OutgoingRow['sending']): OutgoingDocument['sending'] {
  const { priority, sendAt, cheapHours, subaddress } = sending;
  return withoutUndefined({ priority, sendAt, cheapHours, subaddress });
}

/** What is waiting shows what it waits for: the relay or a line, before anything that was wrong earlier. */
function withCause(delivery: DeliveryRow, { relay, telephone }: Routes): DeliveryRow {
  if (delivery.status !== 'waiting' || delivery.nextAttemptAt === undefined) return delivery;
  // What was put off by a person waits for its time, whatever else is wrong now.
  if (delivery.outcome === undefined && delivery.nextAttemptAt > Date.now()) return delivery;
  const { destination } = delivery;
  const block = (isTelephone(destination) ? telephone : relay).block(destination);
  return block === undefined ? delivery : { ...delivery, outcome: block.outcome, nextAttemptAt: block.until };
}
