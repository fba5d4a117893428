// When waiting deliveries may go out and how long they are tried, put right where the PC's clock was put back or nobody was
// there to send them: the program was not running, or no line came free before the cheap hours were over.

import type { DeliveryRow } from '../store/deliveryTable.ts';
import type { Store } from '../store/store.ts';
import type { Route } from './route.types.ts';

/** The outbox looks at its deliveries more often: after a longer pause the PC slept, or its clock was put on. */
const MISSED_MS = 5 * 60_000;

export interface DueTimes {
  /**
   * Call it before any is given up. After the clock was put back, nothing waits for years. A delivery that could not be
   * tried even once while the program was not running has its whole time from now on. Returns the documents that changed.
   */
  lookOver(now: number): string[];
  /** Whether a delivery that is due has to wait all the same, for the next cheap hours; it is put off to them then. */
  isPutOff(delivery: DeliveryRow, now: number): boolean;
}

export function createDueTimes(store: Store, routeOf: (destination: string) => Route): DueTimes {
  let lookedAt: number | undefined;
  return {
    lookOver(now) {
      const before = lookedAt;
      lookedAt = now;
      if (before !== undefined && now >= before && now - before < MISSED_MS) return [];
      return store.db.transaction(() =>
        store.deliveries.waiting().flatMap((delivery) => {
          const times = mended(delivery, now);
          if (times === undefined) return [];
          store.deliveries.setTimes(delivery.id, times);
          return [delivery.documentId];
        }),
      );
    },
    isPutOff(delivery, now) {
      const earliest = earliestFor(delivery, now);
      if (earliest <= now || isPersonsWish(delivery)) return false;
      store.deliveries.setTimes(delivery.id, {
        nextAttemptAt: earliest,
        giveUpFrom: delivery.attempts === 0 ? earliest : delivery.giveUpFrom,
      });
      return true;
    },
  };

  /** `undefined` when they are right. */
  function mended(
    delivery: DeliveryRow,
    now: number,
  ): { nextAttemptAt: number; giveUpFrom: number } | undefined {
    const { nextAttemptAt, giveUpFrom, attempts, outcome } = delivery;
    if (nextAttemptAt === undefined) return undefined;
    const earliest = earliestFor(delivery, now);
    if (nextAttemptAt <= now) {
      if (attempts > 0) return giveUpFrom > now ? { nextAttemptAt, giveUpFrom: now } : undefined;
      return { nextAttemptAt, giveUpFrom: isPersonsWish(delivery) ? now : earliest };
    }
    const { longestDelayMs } = routeOf(delivery.destination);
    // Only what was tried, or was kept back behind another one, waits for longer than its own time.
    const isDelayed = attempts > 0 || outcome !== undefined;
    const latest = isDelayed ? earliestFor(delivery, now + longestDelayMs) : earliest;
    const next = nextAttemptAt > latest ? earliest : nextAttemptAt;
    const from = Math.min(giveUpFrom, Math.max(now, next));
    return next === nextAttemptAt && from === giveUpFrom
      ? undefined
      : { nextAttemptAt: next, giveUpFrom: from };
  }

  function earliestFor(delivery: DeliveryRow, at: number): number {
    const document = store.outgoing.get(delivery.documentId);
    return document === undefined ? at : routeOf(delivery.destination).notBefore(document.sending, at);
  }

  /** Somebody had it tried at once, whatever the hour: it was due at a time that is not its own. */
  function isPersonsWish(delivery: DeliveryRow): boolean {
    const { nextAttemptAt, outcome } = delivery;
    if (nextAttemptAt === undefined || outcome !== undefined) return false;
    return earliestFor(delivery, nextAttemptAt) > nextAttemptAt;
  }
}
