// What the fake gateway decides without state: folders, a document's status from its deliveries, search and pages of lists.

import type { ListRequest } from '../../protocol/api/services.ts';
import type {
  Attempt,
  Delivery,
  Listing,
  OutgoingDocument,
  OutgoingStatus,
} from '../../protocol/api/types.ts';
import { outcome } from '../../protocol/outcome.ts';

export const outboxStates = new Set<OutgoingStatus>(['preparing', 'active']);
export const overStates = new Set<Delivery['status']>(['confirmed', 'failed', 'cancelled']);

export const inFailed = (document: OutgoingDocument): boolean =>
  document.status === 'failed' || document.status === 'partly' || document.status === 'cancelled';

export const before = (now: Date, seconds: number): string =>
  new Date(now.getTime() - seconds * 1000).toISOString();

export function matches(words: (string | undefined)[], search: string | undefined): boolean {
  if (search === undefined || search.trim() === '') return true;
  const text = words.join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export function list<T extends { id: string }>(
  all: T[],
  request: ListRequest,
  words: (item: T) => (string | undefined)[],
): Listing<T> {
  const found = all.filter((item) => matches(words(item), request.search));
  const start = request.cursor === undefined ? 0 : found.findIndex((item) => item.id === request.cursor) + 1;
  const items = found.slice(start, start + request.limit);
  const last = items.at(-1);
  return last !== undefined && start + items.length < found.length
    ? { items, nextCursor: last.id }
    : { items };
}

/** The document's status as its deliveries make it. */
export function settle(document: OutgoingDocument): OutgoingDocument {
  if (document.status === 'draft') return document;
  const { deliveries } = document;
  if (document.preparation !== undefined && document.preparation.disposition === 'fail')
    return { ...document, status: 'failed', finishedAt: new Date().toISOString() };
  if (deliveries.some((delivery) => !overStates.has(delivery.status)))
    return { ...document, status: document.prepared ? 'active' : 'preparing' };
  const confirmed = deliveries.filter((delivery) => delivery.status === 'confirmed').length;
  const status: OutgoingStatus =
    confirmed === deliveries.length
      ? 'confirmed'
      : confirmed > 0
        ? 'partly'
        : deliveries.some((delivery) => delivery.status === 'failed')
          ? 'failed'
          : 'cancelled';
  return { ...document, status, finishedAt: new Date().toISOString() };
}

export function sampleAttempts(document: OutgoingDocument): Attempt[] {
  const start = Date.parse(document.sentAt ?? document.createdAt);
  return document.deliveries.flatMap((delivery) =>
    Array.from({ length: delivery.attempts }, (_, index): Attempt => {
      const last = index === delivery.attempts - 1;
      const running = last && delivery.status === 'sending';
      const result = last ? delivery.outcome : outcome('DEVICE_OFFLINE', 'connect');
      return {
        deliveryId: delivery.id,
        number: index + 1,
        startedAt: new Date(start + index * 300_000).toISOString(),
        ...(running ? {} : { endedAt: new Date(start + index * 300_000 + 4_200).toISOString() }),
        pagesConfirmed: last ? delivery.pagesConfirmed : 0,
        ...(running || result === undefined ? {} : { outcome: result }),
      };
    }),
  );
}
