// The outbox: queues documents for their recipients, keeps several calls running, tries again, gives up, cancels.

import type { DirectoryEntry } from '../../protocol/relay.ts';
import { outcome, type Outcome } from '../../protocol/outcome.ts';
import { isTelephone } from '../../protocol/destination.ts';
import { ApiError, type LiveCall, type RelayStatus, type Sending } from '../../protocol/api/types.ts';
import { errorText } from '../log.ts';
import { CANCELLED, isToBeCancelled, type DeliveryRow } from '../store/deliveryTable.ts';
import { newId } from '../store/newId.ts';
import type { OutgoingRow } from '../store/outgoingTable.ts';
import { withoutUndefined } from '../store/row.ts';
import { createDueTimes } from './dueTimes.ts';
import { createDeliveryRuns, type DeliveryRuns } from './deliveryRuns.ts';
import type { OutboxOptions } from './outbox.types.ts';
import { pause } from './pause.ts';
import { GONE_WHEN_ONLINE } from './retryDelays.ts';
import type { Route } from './route.types.ts';

/** Deliveries are looked over for those to give up at least so often. */
const GIVE_UP_CHECK_MS = 30_000;
const HOUR_MS = 60 * 60 * 1_000;
/** How long a cancel waits for the end of the calls to be written down. */
const CANCEL_NOTED_WITHIN_MS = 15_000;
/** Destinations that cannot be called just now are looked past so often, before those behind them have to wait too. */
const MOST_PASSED_OVER = 200;

export interface Outbox {
  /** Puts back what was running when the program ended and begins. Returns how many deliveries were taken up again. */
  start(): number;
  /** Breaks running calls; their deliveries wait for the next start. */
  stop(): Promise<void>;
  relayStatusChanged(status: RelayStatus): void;
  /** A line came free or became ready: what waits for one may go on. */
  linesChanged(): void;
  directoryChanged(change: { online: boolean; device: DirectoryEntry }): void;
  preparationEnded(preparationId: string, failure: Outcome | undefined): void;
  /** Throws ApiError NOT_FOUND, CONFLICT. */
  send(
    documentId: string,
    recipients: readonly string[],
    title: string | undefined,
    sending?: Partial<Sending>,
  ): void;
  cancel(documentId: string, deliveryIds: readonly string[] | undefined): Promise<void>;
  retry(documentId: string, deliveryIds: readonly string[] | undefined): void;
  remove(documentId: string): Promise<void>;
  liveCalls(): LiveCall[];
}

export function createOutbox(options: OutboxOptions): Outbox {
  const { store, events, log } = options;
  let started = false;
  let timer: NodeJS.Timeout | undefined;
  let giveUpCheckedAt = 0;
  let wasOnline = false;
  const { routes } = options;
  const bothRoutes = [routes.telephone, routes.relay];
  const routeOf = (destination: string): Route =>
    isTelephone(destination) ? routes.telephone : routes.relay;
  const dueTimes = createDueTimes(store, routeOf);
  const runs: DeliveryRuns = createDeliveryRuns(options, () => pump());

  return {
    start() {
      const resumed = putBackRunning();
      tellMissedEnds();
      started = true;
      wasOnline = routes.relay.block('') === undefined;
      pump();
      return resumed;
    },
    async stop() {
      started = false;
      clearTimeout(timer);
      await runs.stop();
    },
    relayStatusChanged(status) {
      const online = status.state === 'online';
      if (online && !wasOnline) tellChanged(store.deliveries.wake(GONE_WHEN_ONLINE, Date.now()));
      wasOnline = online;
      pump();
    },
    linesChanged: () => pump(),
    directoryChanged({ online, device }) {
      if (!online) return;
      const gone = device.busy
        ? (['DEVICE_OFFLINE'] as const)
        : (['DEVICE_OFFLINE', 'DEVICE_BUSY', 'DEVICE_NO_ANSWER', 'CALL_BROKEN'] as const);
      tellChanged(store.deliveries.wake(gone, Date.now(), device.deviceId));
      pump();
    },
    preparationEnded(preparationId, failure) {
      for (const documentId of store.preparations.documentIds(preparationId)) {
        pagesEnded(documentId, failure);
      }
      pump();
    },
    send(documentId, recipients, title, sending = {}) {
      queue(documentId, recipients, title, sending);
      pump();
    },
    cancel,
    retry,
    remove,
    liveCalls: () => runs.liveCalls(),
  };

  function queue(
    documentId: string,
    recipients: readonly string[],
    title: string | undefined,
    sending: Partial<Sending>,
  ): void {
    const now = Date.now();
    store.db.transaction(() => {
      const row = get(documentId);
      if (row.status !== 'draft') throw new ApiError('CONFLICT', 'This fax has been sent already.');
      const preparation = store.preparations.get(row.preparationId);
      const whole: Sending = { priority: 'normal', cheapHours: false, ...withoutUndefined(sending) };
      const destinations = recipients.map((destination) => routeOf(destination).canonical(destination));
      for (const destination of new Set(destinations)) {
        const dueAt = routeOf(destination).notBefore(whole, now);
        store.deliveries.insert({
          id: newId(),
          documentId,
          destination,
          nextAttemptAt: preparation?.state === 'ready' ? dueAt : undefined,
          giveUpFrom: dueAt,
          priority: whole.priority,
        });
      }
      const kept = title?.trim() ?? '';
      store.outgoing.send(documentId, { title: kept === '' ? row.title : kept, recipients, sending }, now);
      if (preparation?.state === 'failed') failWaiting(documentId, preparation.outcome);
      store.outgoing.refresh(documentId, now);
    });
    told(documentId);
  }

  function pagesEnded(documentId: string, failure: Outcome | undefined): void {
    const now = Date.now();
    store.db.transaction(() => {
      if (failure === undefined) {
        const { sending } = get(documentId);
        store.deliveries.release(documentId, (destination) => routeOf(destination).notBefore(sending, now));
      } else failWaiting(documentId, failure);
      store.outgoing.refresh(documentId, now);
    });
    told(documentId);
    if (failure !== undefined) tellIfFinished(documentId);
  }

  function failWaiting(documentId: string, failure: Outcome | undefined): void {
    for (const delivery of store.deliveries.ofDocument(documentId)) {
      if (delivery.status === 'waiting') {
        store.deliveries.end(delivery.id, {
          status: 'failed',
          outcome: failure ?? outcome('INTERNAL_ERROR', 'prepare'),
        });
      }
    }
  }

  async function cancel(documentId: string, deliveryIds: readonly string[] | undefined): Promise<void> {
    const row = get(documentId);
    const unwanted = chosen(documentId, deliveryIds);
    // Before the disk is asked: the calls end also when it takes no writing.
    const running = unwanted.flatMap((delivery) => runs.cancel(delivery.id) ?? []);
    store.db.transaction(() => {
      for (const delivery of unwanted) {
        if (delivery.status === 'waiting') {
          store.deliveries.end(delivery.id, { status: 'cancelled', outcome: CANCELLED });
        } else {
          store.deliveries.noteCancelWish(delivery.id);
        }
      }
      store.outgoing.refresh(documentId, Date.now());
    });
    told(documentId);
    // The call is ended at once; a disk that takes no writing may keep its end from being noted.
    const noted = new AbortController();
    const tooLong = pause(CANCEL_NOTED_WITHIN_MS, noted.signal);
    const stillOpen = await Promise.race([Promise.all(running).then(() => false), tooLong]);
    noted.abort();
    if (stillOpen) return;
    // The end of a call tells it by itself.
    if (running.length === 0) tellIfFinished(documentId);
    // Nobody waits for these pages any more: what is still being made of them is not needed.
    const preparation = store.preparations.get(row.preparationId);
    if (preparation?.state === 'open' && everyoneCancelled(row.preparationId)) {
      await options.withdrawPreparation(row.preparationId);
    }
  }

  function retry(documentId: string, deliveryIds: readonly string[] | undefined): void {
    const now = Date.now();
    let prepareAgain = false;
    store.db.transaction(() => {
      const row = get(documentId);
      const again = chosen(documentId, deliveryIds).filter((delivery) =>
        ['failed', 'cancelled', 'waiting'].includes(delivery.status),
      );
      if (again.length === 0) return;
      const preparation = store.preparations.get(row.preparationId);
      if (preparation?.state === 'failed') {
        if (store.preparations.files(preparation.id).length < store.preparations.fileCount(preparation.id)) {
          throw new ApiError('CONFLICT', 'The files of this fax are no longer there. Send them anew.');
        }
        store.preparations.reopen(preparation.id);
        prepareAgain = true;
      }
      for (const delivery of again) {
        store.deliveries.queueAgain(delivery.id, preparation?.state === 'ready' ? now : undefined, now);
      }
      store.outgoing.refresh(documentId, now);
    });
    if (prepareAgain) options.wakePreparer();
    told(documentId);
    pump();
  }

  async function remove(documentId: string): Promise<void> {
    const row = get(documentId);
    if (row.status === 'preparing' || row.status === 'active') {
      throw new ApiError('CONFLICT', 'This fax is still being sent. Cancel it first.');
    }
    store.outgoing.remove(documentId);
    events.outgoingRemoved(documentId);
    events.statusChanged();
    const preparation = store.preparations.get(row.preparationId);
    // Pages that are ready stay for an hour, in case that the same file is sent now.
    if (preparation !== undefined && preparation.state !== 'ready') {
      if (store.preparations.documentIds(preparation.id).length === 0) {
        await options.discardPreparation(preparation.id);
      }
    }
  }

  function everyoneCancelled(preparationId: string): boolean {
    return store.preparations
      .documentIds(preparationId)
      .every((id) => store.outgoing.get(id)?.status === 'cancelled');
  }

  function get(documentId: string): OutgoingRow {
    const row = store.outgoing.get(documentId);
    if (row === undefined) throw new ApiError('NOT_FOUND', 'This fax is no longer there.');
    return row;
  }

  function chosen(documentId: string, deliveryIds: readonly string[] | undefined): DeliveryRow[] {
    get(documentId);
    const all = store.deliveries.ofDocument(documentId);
    if (deliveryIds === undefined) return all;
    const unknown = deliveryIds.find((id) => !all.some((delivery) => delivery.id === id));
    if (unknown !== undefined) throw new ApiError('NOT_FOUND', 'This fax has no such recipient.');
    return all.filter((delivery) => deliveryIds.includes(delivery.id));
  }

  /** Sent again, but for those that had arrived, or that somebody wanted cancelled. */
  function putBackRunning(): number {
    const left = store.deliveries.running();
    const whole = left.filter(isWholeOverTelephone);
    const unwanted = left.filter((delivery) => isToBeCancelled(delivery) && !whole.includes(delivery));
    const cause = outcome('CALL_BROKEN', 'call', 'the program ended during the call');
    const now = Date.now();
    store.db.transaction(() => {
      for (const delivery of left) {
        if (whole.includes(delivery)) {
          const confirmed = outcome('CONFIRMED', 'confirm');
          store.deliveries.endAttempt(delivery.id, now, confirmed);
          store.deliveries.end(delivery.id, { status: 'confirmed', outcome: confirmed, confirmedAt: now });
          store.outgoing.refresh(delivery.documentId, now);
          continue;
        }
        const isUnwanted = unwanted.includes(delivery);
        store.deliveries.endAttempt(delivery.id, now, isUnwanted ? CANCELLED : cause);
        store.deliveries.end(
          delivery.id,
          isUnwanted
            ? { status: 'cancelled', outcome: CANCELLED }
            : { status: 'waiting', outcome: cause, nextAttemptAt: now },
        );
        store.outgoing.refresh(delivery.documentId, now);
      }
    });
    for (const documentId of new Set([...whole, ...unwanted].map((delivery) => delivery.documentId))) {
      told(documentId);
      tellIfFinished(documentId);
    }
    const resumed = left.length - unwanted.length - whole.length;
    if (resumed > 0) log.info('deliveries taken up again', { deliveries: resumed });
    return resumed;
  }

  /** Its last page was confirmed, and the program ended before it could write down that this was the last. */
  function isWholeOverTelephone({ destination, documentId, pagesConfirmed }: DeliveryRow): boolean {
    // A relay's receiver says beside its pages that it has the document.
    if (!isTelephone(destination) || pagesConfirmed === 0) return false;
    const preparation = store.preparations.get(get(documentId).preparationId);
    return preparation?.state === 'ready' && pagesConfirmed >= preparation.pages;
  }

  /** The program may have ended after pages were ready, or had failed, and before those that wait for them were told. */
  function tellMissedEnds(): void {
    for (const documentId of store.deliveries.waitingForNothing()) {
      const preparation = store.preparations.get(get(documentId).preparationId);
      const failure = preparation?.outcome ?? outcome('INTERNAL_ERROR', 'prepare');
      pagesEnded(documentId, preparation?.state === 'ready' ? undefined : failure);
    }
  }

  /** Begins what is due as far as there is room, and sets the clock for the next. */
  function pump(): void {
    if (!started) return;
    try {
      const now = Date.now();
      // The PC's clock may have been put back meanwhile.
      if (Math.abs(now - giveUpCheckedAt) >= GIVE_UP_CHECK_MS) {
        giveUpCheckedAt = now;
        giveUp(now);
      }
      for (const route of bothRoutes) startDue(route, now);
      setTimer(now);
    } catch (error) {
      log.error('outbox stopped short', { error: errorText(error) });
      clearTimeout(timer);
      timer = setTimeout(pump, GIVE_UP_CHECK_MS);
    }
  }

  function startDue(route: Route, now: number): void {
    const passedOver: string[] = [];
    while (route.room(runs.running(route.name)) > 0 && passedOver.length < MOST_PASSED_OVER) {
      const due = store.deliveries.nextDue(route.name, now, [...runs.busyDestinations(), ...passedOver]);
      if (due === undefined) return;
      if (!route.takes(due.destination)) {
        passedOver.push(due.destination);
        continue;
      }
      const all = store.deliveries.dueFor(due.destination, now, route.documentsPerCall);
      const putOff = all.filter((delivery) => dueTimes.isPutOff(delivery, now));
      tellChanged(putOff.map(({ documentId }) => documentId));
      // Others may be due in place of those that were put off.
      if (putOff.length === 0) runs.start(route, all);
    }
  }

  function setTimer(now: number): void {
    clearTimeout(timer);
    const untilMs = bothRoutes.map((route) => untilNext(route, now));
    timer = setTimeout(pump, Math.min(...untilMs, GIVE_UP_CHECK_MS));
  }

  /** Until this route has something to do that nothing else tells of. */
  function untilNext(route: Route, now: number): number {
    const pausedUntil = route.pausedUntil();
    if (pausedUntil > now) return pausedUntil - now;
    if (route.room(runs.running(route.name)) === 0) return Number.POSITIVE_INFINITY;
    const due = store.deliveries.earliestDue(route.name, runs.busyDestinations());
    // What is due already and was not started waits for the relay or for a line; both are told.
    return due === undefined || due <= now ? Number.POSITIVE_INFINITY : due - now;
  }

  function giveUp(now: number): void {
    tellChanged(dueTimes.lookOver(now));
    const startedBefore = now - options.settings().giveUpAfterHours * HOUR_MS;
    for (const delivery of store.deliveries.expired(startedBefore, 500)) {
      const last = routeOf(delivery.destination).block(delivery.destination)?.outcome ?? delivery.outcome;
      store.db.transaction(() => {
        store.deliveries.end(delivery.id, {
          status: 'failed',
          outcome: outcome('GIVEN_UP', 'queue', last?.code),
        });
        store.outgoing.refresh(delivery.documentId, now);
      });
      told(delivery.documentId);
      tellIfFinished(delivery.documentId);
    }
  }

  function told(documentId: string): void {
    events.outgoingChanged(documentId);
    events.statusChanged();
  }

  function tellChanged(documentIds: readonly string[]): void {
    for (const documentId of new Set(documentIds)) events.outgoingChanged(documentId);
  }

  function tellIfFinished(documentId: string): void {
    const status = store.outgoing.get(documentId)?.status;
    if (status === 'confirmed' || status === 'partly' || status === 'failed' || status === 'cancelled') {
      events.finished(documentId);
    }
  }
}
