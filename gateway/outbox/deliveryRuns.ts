// The deliveries that are running: one attempt each, from the call to what became of it, written down truly.

import type { CallInfo } from '../../protocol/relay.ts';
import { outcome, type Outcome } from '../../protocol/outcome.ts';
import type { LiveCall, Settings } from '../../protocol/api/types.ts';
import type { DocumentSource } from '../call/documentCall.types.ts';
import { errorText } from '../log.ts';
import type { RelayCall } from '../relaySession/relaySession.types.ts';
import { CANCELLED, type DeliveryEnd, type DeliveryRow } from '../store/deliveryTable.ts';
import { pagePath } from '../store/durableFile.ts';
import { readPageFile } from '../store/pageFile.ts';
import { withoutUndefined } from '../store/row.ts';
import type { OutboxOptions } from './outbox.types.ts';
import { pause } from './pause.ts';
import { retryDelayMs, retryKind } from './retryDelays.ts';

const MOST_CALLS = 4;
const HOUR_MS = 60 * 60 * 1_000;
/** How long a result that the disk did not take waits before it is written again. */
const WRITE_AGAIN_MS = 10_000;

export interface DeliveryRuns {
  hasRoom(now: number): boolean;
  /** The relay asked for a pause until then. */
  pausedUntil(): number;
  busyDestinations(): string[];
  start(delivery: DeliveryRow): void;
  /** Withdraws a running one; resolves when it has ended. `undefined` when it is not running. */
  cancel(deliveryId: string): Promise<void> | undefined;
  liveCalls(): LiveCall[];
  stop(): Promise<void>;
}

interface Run {
  readonly delivery: DeliveryRow;
  readonly cancelling: AbortController;
  readonly startedAt: number;
  pagesConfirmed: number;
  pagesTotal: number;
  call: RelayCall | undefined;
  done: Promise<void>;
}

export function createDeliveryRuns(options: OutboxOptions, onRoom: () => void): DeliveryRuns {
  const { store, events, log } = options;
  const mostCalls = options.mostCalls ?? MOST_CALLS;
  const random = options.random ?? Math.random;
  const running = new Map<string, Run>();
  const stopping = new AbortController();
  let pausedUntil = 0;
  let pauses = 0;

  return {
    hasRoom(now) {
      // One connection stays free, so that the office can be called meanwhile.
      const room = Math.max(1, Math.min(mostCalls, options.settings().maxConnections - 1));
      return !stopping.signal.aborted && running.size < room && pausedUntil <= now;
    },
    pausedUntil: () => pausedUntil,
    busyDestinations: () => [...running.values()].map((run) => run.delivery.destination),
    start,
    cancel(deliveryId) {
      const run = running.get(deliveryId);
      run?.cancelling.abort();
      return run?.done;
    },
    liveCalls: () => [...running.values()].flatMap((run) => liveCallOf(run)),
    async stop() {
      stopping.abort();
      for (const run of running.values()) run.call?.abort();
      await Promise.all([...running.values()].map((run) => run.done));
    },
  };

  function start(delivery: DeliveryRow): void {
    const now = Date.now();
    store.db.transaction(() => {
      store.deliveries.begin(delivery.id, now);
      store.outgoing.refresh(delivery.documentId, now);
    });
    const run: Run = {
      delivery,
      cancelling: new AbortController(),
      startedAt: now,
      pagesConfirmed: delivery.pagesConfirmed,
      pagesTotal: 0,
      call: undefined,
      done: Promise.resolve(),
    };
    running.set(delivery.id, run);
    run.done = carryOut(run);
    changed(run);
  }

  /** Never throws: whatever happens, the delivery has an end that is written down. */
  async function carryOut(run: Run): Promise<void> {
    let result: Outcome;
    try {
      result = await attempt(run);
    } catch (error) {
      log.error('delivery failed inside', { delivery: run.delivery.id, error: errorText(error) });
      result = outcome('INTERNAL_ERROR', 'call', error instanceof Error ? error.message : undefined);
    }
    await writeEnd(run, result);
    running.delete(run.delivery.id);
    try {
      changed(run);
      const status = store.outgoing.get(run.delivery.documentId)?.status;
      if (status !== undefined && status !== 'active' && status !== 'preparing' && status !== 'draft') {
        events.finished(run.delivery.documentId);
      }
    } catch (error) {
      log.error('end of a delivery not told', { delivery: run.delivery.id, error: errorText(error) });
    }
    onRoom();
  }

  async function attempt(run: Run): Promise<Outcome> {
    const { delivery, cancelling } = run;
    const settings = options.settings();
    const source = sourceOf(run, settings);
    run.pagesTotal = source.pageCount;
    const info: CallInfo = { kind: 'document', displayName: settings.displayName };
    const connecting = AbortSignal.any([cancelling.signal, stopping.signal]);
    const answer = await options.call(delivery.destination, info, connecting);
    if ('outcome' in answer) return answer.outcome;
    const { call } = answer;
    run.call = call;
    try {
      // A call that came up while the program stops is broken, not withdrawn: the document goes on later.
      if (stopping.signal.aborted) call.abort();
      store.deliveries.setStatus(delivery.id, 'sending');
      changed(run);
      return await options.sendDocument(call, source, {
        software: options.software,
        log,
        signal: cancelling.signal,
      });
    } finally {
      await call.release();
      run.call = undefined;
    }
  }

  function sourceOf(run: Run, settings: Settings): DocumentSource {
    const { delivery } = run;
    const document = store.outgoing.get(delivery.documentId);
    const preparation = document === undefined ? undefined : store.preparations.get(document.preparationId);
    if (document === undefined || preparation?.state !== 'ready') throw new Error('the pages are not ready');
    const folder = `${store.folder.outgoingPages}/${preparation.id}`;
    return {
      documentId: delivery.id,
      fromName: settings.displayName,
      ...(settings.faxNumber === '' ? {} : { fromNumber: settings.faxNumber }),
      to: delivery.destination,
      pageCount: preparation.pages,
      subject: document.title,
      purpose: document.purpose,
      createdAt: new Date(document.createdAt).toISOString(),
      async page(index) {
        const page = store.preparations.page(preparation.id, index);
        if (page === undefined) throw new Error(`page ${index} is not there`);
        return { info: page, data: await readPageFile(pagePath(folder, index), page) };
      },
      confirmed(pages) {
        if (pages <= run.pagesConfirmed) return;
        run.pagesConfirmed = pages;
        try {
          store.deliveries.setPagesConfirmed(delivery.id, pages);
        } catch (error) {
          // Only the display suffers: the receiver knows how far it is, and the end is written down for itself.
          log.warn('progress not noted', { delivery: delivery.id, error: errorText(error) });
        }
        changed(run);
      },
    };
  }

  /** Writes the end down, again and again if the disk does not take it; what was confirmed stays confirmed. */
  async function writeEnd(run: Run, result: Outcome): Promise<void> {
    for (;;) {
      try {
        noteEnd(run, result);
        return;
      } catch (error) {
        log.error('end of a delivery not noted', { delivery: run.delivery.id, error: errorText(error) });
        // At the next start the receiver says again that it has the document.
        if (!(await pause(WRITE_AGAIN_MS, stopping.signal))) return;
      }
    }
  }

  function noteEnd(run: Run, result: Outcome): void {
    const now = Date.now();
    const { id, documentId } = run.delivery;
    const end = endOf(run, result, now);
    store.db.transaction(() => {
      store.deliveries.setPagesConfirmed(id, run.pagesConfirmed);
      store.deliveries.endAttempt(id, now, end.status === 'cancelled' ? CANCELLED : result);
      store.deliveries.end(id, end);
      store.outgoing.refresh(documentId, now);
    });
    if (result.code === 'RELAY_BUSY') {
      pauses += 1;
      pausedUntil = now + retryDelayMs('relay', pauses, random());
    } else {
      pauses = 0;
    }
    // Others for the same place would only meet the same cause.
    const here = ['DEVICE_OFFLINE', 'DEVICE_BUSY', 'DEVICE_NO_ANSWER', 'RECEIVER_DISK_FULL'];
    if (end.status === 'waiting' && end.nextAttemptAt !== undefined && here.includes(result.code)) {
      const held = store.deliveries.holdBack(run.delivery.destination, end.nextAttemptAt, end);
      for (const heldDocument of new Set(held)) events.outgoingChanged(heldDocument);
    }
  }

  function endOf(run: Run, result: Outcome, now: number): DeliveryEnd {
    if (result.disposition === 'done') {
      run.pagesConfirmed = run.pagesTotal;
      return { status: 'confirmed', outcome: result, confirmedAt: now };
    }
    if (run.cancelling.signal.aborted) return { status: 'cancelled', outcome: CANCELLED };
    if (stopping.signal.aborted) {
      const cause = outcome('CALL_BROKEN', 'call', 'the program ended during the call');
      return { status: 'waiting', outcome: cause, nextAttemptAt: now };
    }
    if (result.disposition === 'fail') return { status: 'failed', outcome: result };
    const { delivery } = run;
    if (now - delivery.giveUpFrom >= options.settings().giveUpAfterHours * HOUR_MS) {
      return { status: 'failed', outcome: outcome('GIVEN_UP', 'queue', result.code) };
    }
    const kind = retryKind(result.code);
    const gotFurther = run.pagesConfirmed > delivery.pagesConfirmed;
    const sameKind = delivery.outcome !== undefined && retryKind(delivery.outcome.code) === kind;
    const failures = gotFurther || !sameKind ? 1 : delivery.failures + 1;
    return {
      status: 'waiting',
      outcome: result,
      failures,
      nextAttemptAt: now + retryDelayMs(kind, failures, random()),
    };
  }

  function changed(run: Run): void {
    events.outgoingChanged(run.delivery.documentId);
    events.statusChanged();
  }
}

function liveCallOf(run: Run): LiveCall[] {
  if (run.call === undefined) return [];
  return [
    withoutUndefined({
      callId: run.call.callId,
      direction: 'outgoing' as const,
      peer: run.delivery.destination,
      peerName: run.delivery.contactName,
      documentId: run.delivery.documentId,
      pagesDone: run.pagesConfirmed,
      pagesTotal: run.pagesTotal,
      startedAt: new Date(run.startedAt).toISOString(),
    }),
  ];
}
