// The calls that are running: from the first ring to what became of each delivery in it, written down truly.

import { outcome, type Outcome } from '../../protocol/outcome.ts';
import type { LiveCall } from '../../protocol/api/types.ts';
import { errorText } from '../log.ts';
import { CANCELLED, type DeliveryEnd, type DeliveryRow, type RouteName } from '../store/deliveryTable.ts';
import { withoutUndefined } from '../store/row.ts';
import type { OutboxOptions } from './outbox.types.ts';
import { createParcel } from './parcel.ts';
import { pause } from './pause.ts';
import type { Parcel, Route } from './route.types.ts';

const HOUR_MS = 60 * 60 * 1_000;
/** How long a result that the disk did not take waits before it is written again. */
const WRITE_AGAIN_MS = 10_000;

export interface DeliveryRuns {
  running(route: RouteName): number;
  busyDestinations(): string[];
  /** Makes one call for these deliveries, which go to the same destination. */
  start(route: Route, deliveries: readonly DeliveryRow[]): void;
  /** Ends the call that a delivery is in; resolves when it has ended. `undefined` when it is in none. */
  cancel(deliveryId: string): Promise<void> | undefined;
  liveCalls(): LiveCall[];
  stop(): Promise<void>;
}

interface Run {
  readonly route: Route;
  readonly destination: string;
  readonly items: readonly Item[];
  readonly cancelling: AbortController;
  readonly startedAt: number;
  describe: (() => Pick<LiveCall, 'callId' | 'line'>) | undefined;
  done: Promise<void>;
}

/** One delivery in a run. */
interface Item {
  readonly delivery: DeliveryRow;
  pagesConfirmed: number;
  pagesTotal: number;
  /** Somebody wants this one cancelled; the others of its call go on later. */
  unwanted: boolean;
  /** The far end has it, whatever becomes of the call; its end may still have to be written down. */
  delivered: boolean;
  ended: boolean;
}

export function createDeliveryRuns(options: OutboxOptions, onRoom: () => void): DeliveryRuns {
  const { store, events, log } = options;
  const random = options.random ?? Math.random;
  const running = new Set<Run>();
  const stopping = new AbortController();

  return {
    running: (name) => [...running].filter(({ route }) => route.name === name).length,
    busyDestinations: () => [...running].map(({ destination }) => destination),
    start,
    cancel(deliveryId) {
      for (const run of running) {
        const item = run.items.find(({ delivery }) => delivery.id === deliveryId);
        if (item === undefined || item.ended) continue;
        item.unwanted = true;
        run.cancelling.abort();
        return run.done;
      }
      return undefined;
    },
    liveCalls: () => [...running].flatMap(liveCallOf),
    async stop() {
      stopping.abort();
      await Promise.all([...running].map((run) => run.done));
    },
  };

  function start(route: Route, deliveries: readonly DeliveryRow[]): void {
    const now = Date.now();
    const [first] = deliveries;
    if (first === undefined || stopping.signal.aborted) return;
    store.db.transaction(() => {
      for (const delivery of deliveries) {
        store.deliveries.begin(delivery.id, now);
        store.outgoing.refresh(delivery.documentId, now);
      }
    });
    const run: Run = {
      route,
      destination: first.destination,
      items: deliveries.map((delivery) => ({
        delivery,
        pagesConfirmed: delivery.pagesConfirmed,
        pagesTotal: 0,
        unwanted: false,
        delivered: false,
        ended: false,
      })),
      cancelling: new AbortController(),
      startedAt: now,
      describe: undefined,
      done: Promise.resolve(),
    };
    running.add(run);
    run.done = carryOut(run);
    for (const item of run.items) changed(item);
  }

  /** Never throws: whatever happens, every delivery has an end that is written down. */
  async function carryOut(run: Run): Promise<void> {
    let result: Outcome;
    try {
      result = await attempt(run);
    } catch (error) {
      log.error('delivery failed inside', { destination: run.destination, error: errorText(error) });
      result = outcome('INTERNAL_ERROR', 'call', error instanceof Error ? error.message : undefined);
    }
    // Those that were delivered on the way have their end, and it was told.
    const open = run.items.filter(({ ended }) => !ended);
    for (const item of open) await writeEnd(run, item, result);
    running.delete(run);
    for (const item of open) tellEnd(item);
    onRoom();
  }

  async function attempt(run: Run): Promise<Outcome> {
    const items = new Map<Parcel, Item>();
    for (const item of run.items) {
      const parcel = createParcel(store, item.delivery, options.settings(), (pages) =>
        noteProgress(item, pages),
      );
      item.pagesTotal = parcel.source.pageCount;
      items.set(parcel, item);
    }
    return run.route.call({
      destination: run.destination,
      parcels: [...items.keys()],
      cancelling: run.cancelling.signal,
      stopping: stopping.signal,
      live(describe) {
        run.describe = describe;
        events.statusChanged();
      },
      recorded(callId) {
        for (const { delivery } of run.items) store.deliveries.noteCall(delivery.id, callId);
      },
      connected() {
        for (const item of run.items) {
          if (item.ended) continue;
          store.deliveries.setStatus(item.delivery.id, 'sending');
          changed(item);
        }
      },
      delivered(parcel) {
        const item = items.get(parcel);
        if (item === undefined || item.ended) return;
        item.delivered = true;
        try {
          noteEnd(run, item, outcome('CONFIRMED', 'confirm'));
          tellEnd(item);
        } catch (error) {
          // Written again when the call is over.
          log.warn('delivery not noted yet', { delivery: item.delivery.id, error: errorText(error) });
        }
      },
    });
  }

  function noteProgress(item: Item, pages: number): void {
    if (pages <= item.pagesConfirmed) return;
    item.pagesConfirmed = pages;
    try {
      store.deliveries.setPagesConfirmed(item.delivery.id, pages);
    } catch (error) {
      // Written again with the end.
      log.warn('progress not noted', { delivery: item.delivery.id, error: errorText(error) });
    }
    changed(item);
  }

  /** Writes the end down, again and again if the disk does not take it; what was confirmed stays confirmed. */
  async function writeEnd(run: Run, item: Item, result: Outcome): Promise<void> {
    for (;;) {
      try {
        noteEnd(run, item, item.delivered ? outcome('CONFIRMED', 'confirm') : result);
        return;
      } catch (error) {
        log.error('end of a delivery not noted', { delivery: item.delivery.id, error: errorText(error) });
        // At the next start the receiver says again that it has the document.
        if (!(await pause(WRITE_AGAIN_MS, stopping.signal))) return;
      }
    }
  }

  function noteEnd(run: Run, item: Item, result: Outcome): void {
    const now = Date.now();
    const { id, documentId } = item.delivery;
    const end = endOf(run, item, result, now);
    store.db.transaction(() => {
      store.deliveries.setPagesConfirmed(id, item.pagesConfirmed);
      store.deliveries.endAttempt(id, now, end.status === 'cancelled' ? CANCELLED : result);
      store.deliveries.end(id, end);
      store.outgoing.refresh(documentId, now);
    });
    item.ended = true;
    if (end.status === 'waiting' && end.retryAt !== undefined && run.route.holdsBack(result.code)) {
      const held = store.deliveries.holdBack(run.destination, end.retryAt, end);
      for (const heldDocument of new Set(held)) events.outgoingChanged(heldDocument);
    }
  }

  /** `retryAt`: when the number may be called again for others, which need not wait for this one's own hours. */
  function endOf(run: Run, item: Item, result: Outcome, now: number): DeliveryEnd & { retryAt?: number } {
    const { delivery } = item;
    if (result.disposition === 'done') {
      item.pagesConfirmed = item.pagesTotal;
      return { status: 'confirmed', outcome: result, confirmedAt: now };
    }
    if (item.unwanted) return { status: 'cancelled', outcome: CANCELLED };
    const document = store.outgoing.get(delivery.documentId);
    const notBefore = (at: number): number =>
      document === undefined ? at : run.route.notBefore(document.sending, at);
    if (stopping.signal.aborted) {
      const cause = outcome('CALL_BROKEN', 'call', 'the program ended during the call');
      return { status: 'waiting', outcome: cause, nextAttemptAt: now };
    }
    // Its call was ended for the sake of another document in it.
    if (run.cancelling.signal.aborted)
      return { status: 'waiting', outcome: delivery.outcome, nextAttemptAt: now };
    if (result.disposition === 'fail') return { status: 'failed', outcome: result };
    const giveUp: DeliveryEnd = { status: 'failed', outcome: outcome('GIVEN_UP', 'queue', result.code) };
    if (now - delivery.giveUpFrom >= options.settings().giveUpAfterHours * HOUR_MS) return giveUp;
    const kind = run.route.retryKind(result.code);
    const gotFurther = item.pagesConfirmed > delivery.pagesConfirmed;
    const sameKind = delivery.outcome !== undefined && run.route.retryKind(delivery.outcome.code) === kind;
    const failures = gotFurther || !sameKind ? 1 : delivery.failures + 1;
    const delayMs = run.route.retryAfterMs(kind, failures, random());
    if (delayMs === 'giveUp') return giveUp;
    const retryAt = now + delayMs;
    return { status: 'waiting', outcome: result, failures, retryAt, nextAttemptAt: notBefore(retryAt) };
  }

  function tellEnd(item: Item): void {
    try {
      changed(item);
      const status = store.outgoing.get(item.delivery.documentId)?.status;
      if (status !== undefined && status !== 'active' && status !== 'preparing' && status !== 'draft') {
        events.finished(item.delivery.documentId);
      }
    } catch (error) {
      log.error('end of a delivery not told', { delivery: item.delivery.id, error: errorText(error) });
    }
  }

  function changed(item: Item): void {
    events.outgoingChanged(item.delivery.documentId);
    events.statusChanged();
  }
}

function liveCallOf(run: Run): LiveCall[] {
  const described = run.describe?.();
  const current = run.items.find(({ ended }) => !ended) ?? run.items.at(-1);
  if (described === undefined || current === undefined) return [];
  return [
    withoutUndefined({
      ...described,
      direction: 'outgoing' as const,
      peer: run.destination,
      peerName: current.delivery.contactName,
      documentId: current.delivery.documentId,
      pagesDone: current.pagesConfirmed,
      pagesTotal: current.pagesTotal,
      startedAt: new Date(run.startedAt).toISOString(),
    }),
  ];
}
