// Rows of deliveries (one recipient of one outgoing document) and of the attempts made for them.

import { outcome, type Outcome, type OutcomeCode } from '../../protocol/outcome.ts';
import { deliverySchema, type Attempt, type Delivery, type Sending } from '../../protocol/api/types.ts';
import type { CallSummary } from '../../protocol/api/lines.ts';
import { CALL_SUMMARY_COLUMNS, callSummaryOf } from './callTable.ts';
import type { Database, Row } from './database.ts';
import { count, outcomeOf } from './preparationTable.ts';
import { numberOf, optionalNumberOf, optionalTextOf, textOf, timeOf, withoutUndefined } from './row.ts';

export type DeliveryStatus = Delivery['status'];
export type RouteName = 'relay' | 'telephone';

export interface DeliveryRow {
  id: string;
  documentId: string;
  destination: string;
  contactName: string | undefined;
  status: DeliveryStatus;
  pagesConfirmed: number;
  outcome: Outcome | undefined;
  attempts: number;
  failures: number;
  nextAttemptAt: number | undefined;
  giveUpFrom: number;
  confirmedAt: number | undefined;
  /** Of the last attempt, where it was asked for (`ofDocument`). */
  call: CallSummary | undefined;
}

/** How an attempt or a whole delivery ended, as it is written down. */
export interface DeliveryEnd {
  status: DeliveryStatus;
  outcome: Outcome | undefined;
  nextAttemptAt?: number | undefined;
  failures?: number | undefined;
  confirmedAt?: number | undefined;
}

export interface DeliveryTable {
  insert(delivery: {
    id: string;
    documentId: string;
    destination: string;
    nextAttemptAt: number | undefined;
    giveUpFrom: number;
    priority?: Sending['priority'];
  }): void;
  get(id: string): DeliveryRow | undefined;
  ofDocument(documentId: string): DeliveryRow[];
  /** Of those of the highest priority the one that has waited longest past its time, `except` for some destinations. */
  nextDue(route: RouteName, now: number, except: readonly string[]): DeliveryRow | undefined;
  /** Those due for one destination, in the same order. */
  dueFor(destination: string, now: number, limit: number): DeliveryRow[];
  /** When the next one falls due, leaving out those for the destinations in `except`. */
  earliestDue(route: RouteName, except: readonly string[]): number | undefined;
  /** Waiting ones whose time to give up has come. */
  expired(startedBefore: number, limit: number): DeliveryRow[];
  /** Those that have a time, whenever it is. */
  waiting(): DeliveryRow[];
  /** Of one that waits; ms since 1970. */
  setTimes(id: string, times: { nextAttemptAt: number; giveUpFrom: number }): void;
  running(): DeliveryRow[];
  begin(id: string, startedAt: number): void;
  /** The telephone call of the attempt that was begun last. */
  noteCall(id: string, callId: string): void;
  setStatus(id: string, status: 'calling' | 'sending'): void;
  setPagesConfirmed(id: string, pages: number): void;
  /** Somebody wants a running one cancelled: its row says so until it has ended, also after a crash. */
  noteCancelWish(id: string): void;
  end(id: string, end: DeliveryEnd): void;
  endAttempt(id: string, endedAt: number, outcome: Outcome): void;
  /** Pages are ready: the document's deliveries may begin, each at its time, and are given up so long after that. */
  release(documentId: string, nextAttemptAt: (destination: string) => number): void;
  /** Documents whose deliveries wait for pages that are ready already, or have failed. */
  waitingForNothing(): string[];
  /** Waiting ones for a destination that would be tried before `until` wait with the same cause. Returns their documents. */
  holdBack(destination: string, until: number, cause: Pick<DeliveryEnd, 'outcome' | 'failures'>): string[];
  /** Failed, cancelled or waiting: tried again from the beginning of its patience. */
  queueAgain(id: string, nextAttemptAt: number | undefined, now: number): void;
  /** Waiting ones whose last cause is one of `codes` (for one destination, or for all) are tried at once. Returns their documents. */
  wake(codes: readonly OutcomeCode[], now: number, destination?: string): string[];
  attempts(documentId: string, limit: number): Attempt[];
}

const COLUMNS = `d.*, (SELECT c.name FROM contacts c
  WHERE c.device_id = d.destination OR c.telephone_destination = d.destination LIMIT 1) AS contact_name`;
/** With the telephone call of the last attempt. */
const SHOWN = `SELECT ${COLUMNS}, ${CALL_SUMMARY_COLUMNS} FROM deliveries d
  LEFT JOIN attempts t ON t.delivery_id = d.id AND t.number = d.attempts LEFT JOIN calls k ON k.id = t.call_id`;
const PRIORITIES = { high: 1, normal: 0, low: -1 } as const satisfies Record<Sending['priority'], number>;

/** Which one is due: by route and priority, and a list of destinations to leave out. */
export const NEXT_DUE = `SELECT ${COLUMNS} FROM deliveries d WHERE d.status = 'waiting' AND d.route = ?
  AND d.priority = ? AND d.next_attempt_at <= ? AND d.destination NOT IN (SELECT value FROM json_each(?))
  ORDER BY d.next_attempt_at, d.seq LIMIT 1`;
export const EARLIEST_DUE = `SELECT next_attempt_at FROM deliveries WHERE status = 'waiting' AND route = ?
  AND next_attempt_at > 0 AND destination NOT IN (SELECT value FROM json_each(?)) ORDER BY next_attempt_at LIMIT 1`;

export function createDeliveryTable(db: Database): DeliveryTable {
  const one = (sql: string, ...values: (string | number)[]): DeliveryRow | undefined => {
    const row = db.prepare(sql).get(...values);
    return row === undefined ? undefined : deliveryRowOf(row);
  };
  return {
    insert(delivery) {
      db.prepare(
        `INSERT INTO deliveries (id, document_id, destination, status, next_attempt_at, give_up_from, priority)
         VALUES (?, ?, ?, 'waiting', ?, ?, ?)`,
      ).run(
        delivery.id,
        delivery.documentId,
        delivery.destination,
        delivery.nextAttemptAt ?? null,
        delivery.giveUpFrom,
        PRIORITIES[delivery.priority ?? 'normal'],
      );
    },
    get: (id) => one(`SELECT ${COLUMNS} FROM deliveries d WHERE d.id = ?`, id),
    ofDocument: (documentId) =>
      db.prepare(`${SHOWN} WHERE d.document_id = ? ORDER BY d.seq`).all(documentId).map(deliveryRowOf),
    nextDue(route, now, except) {
      for (const priority of Object.values(PRIORITIES)) {
        const due = one(NEXT_DUE, route, priority, now, JSON.stringify(except));
        if (due !== undefined) return due;
      }
      return undefined;
    },
    dueFor: (destination, now, limit) =>
      db
        .prepare(
          `SELECT ${COLUMNS} FROM deliveries d WHERE d.status = 'waiting' AND d.destination = ?
             AND d.next_attempt_at <= ? ORDER BY d.priority DESC, d.next_attempt_at, d.seq LIMIT ?`,
        )
        .all(destination, now, limit)
        .map(deliveryRowOf),
    earliestDue(route, except) {
      const row = db.prepare(EARLIEST_DUE).get(route, JSON.stringify(except));
      return row === undefined ? undefined : optionalNumberOf(row, 'next_attempt_at');
    },
    expired: (startedBefore, limit) =>
      db
        .prepare(
          `SELECT ${COLUMNS} FROM deliveries d WHERE d.status = 'waiting' AND d.next_attempt_at > 0
             AND d.give_up_from < ? LIMIT ?`,
        )
        .all(startedBefore, limit)
        .map(deliveryRowOf),
    waiting: () =>
      db
        .prepare(
          `SELECT ${COLUMNS} FROM deliveries d WHERE d.status = 'waiting' AND d.next_attempt_at > 0 ORDER BY d.seq`,
        )
        .all()
        .map(deliveryRowOf),
    setTimes(id, { nextAttemptAt, giveUpFrom }) {
      db.prepare(
        `UPDATE deliveries SET next_attempt_at = ?, give_up_from = ? WHERE id = ? AND status = 'waiting'`,
      ).run(nextAttemptAt, giveUpFrom, id);
    },
    running: () =>
      db
        .prepare(`SELECT ${COLUMNS} FROM deliveries d WHERE d.status IN ('calling', 'sending')`)
        .all()
        .map(deliveryRowOf),
    begin(id, startedAt) {
      db.transaction(() => {
        db.prepare(
          `UPDATE deliveries SET status = 'calling', attempts = attempts + 1, next_attempt_at = NULL WHERE id = ?`,
        ).run(id);
        db.prepare(
          `INSERT INTO attempts (delivery_id, number, started_at, pages_confirmed)
           SELECT id, attempts, ?, pages_confirmed FROM deliveries WHERE id = ?`,
        ).run(startedAt, id);
      });
    },
    noteCall(id, callId) {
      db.prepare(
        `UPDATE attempts SET call_id = ?
         WHERE delivery_id = ? AND number = (SELECT attempts FROM deliveries WHERE id = ?)`,
      ).run(callId, id, id);
    },
    setStatus(id, status) {
      db.prepare('UPDATE deliveries SET status = ? WHERE id = ?').run(status, id);
    },
    setPagesConfirmed(id, pages) {
      db.prepare('UPDATE deliveries SET pages_confirmed = ? WHERE id = ?').run(pages, id);
    },
    noteCancelWish(id) {
      db.prepare(
        `UPDATE deliveries SET outcome = ?, outcome_code = ? WHERE id = ? AND status IN ('calling', 'sending')`,
      ).run(...outcomeColumns(CANCELLED), id);
    },
    end(id, end) {
      db.prepare(
        `UPDATE deliveries SET status = ?, outcome = ?, outcome_code = ?, next_attempt_at = ?, failures = ?,
           confirmed_at = ? WHERE id = ?`,
      ).run(
        end.status,
        ...outcomeColumns(end.outcome),
        end.nextAttemptAt ?? null,
        end.failures ?? 0,
        end.confirmedAt ?? null,
        id,
      );
    },
    endAttempt(id, endedAt, how) {
      db.prepare(
        `UPDATE attempts SET ended_at = ?, outcome = ?,
           pages_confirmed = (SELECT pages_confirmed FROM deliveries WHERE id = delivery_id)
         WHERE delivery_id = ? AND number = (SELECT attempts FROM deliveries WHERE id = ?) AND ended_at IS NULL`,
      ).run(endedAt, JSON.stringify(how), id, id);
    },
    release(documentId, nextAttemptAt) {
      const waiting = db
        .prepare(
          `SELECT id, destination FROM deliveries WHERE document_id = ? AND status = 'waiting'
             AND next_attempt_at IS NULL`,
        )
        .all(documentId);
      for (const row of waiting) {
        const at = nextAttemptAt(textOf(row, 'destination'));
        db.prepare('UPDATE deliveries SET next_attempt_at = ?, give_up_from = ? WHERE id = ?').run(
          at,
          at,
          textOf(row, 'id'),
        );
      }
    },
    waitingForNothing: () =>
      db
        .prepare(
          `SELECT DISTINCT d.document_id FROM deliveries d JOIN outgoing o ON o.id = d.document_id
             JOIN preparations p ON p.id = o.preparation_id
           WHERE d.status = 'waiting' AND d.next_attempt_at IS NULL AND p.state <> 'open'`,
        )
        .all()
        .map((row) => textOf(row, 'document_id')),
    holdBack: (destination, until, cause) =>
      db
        .prepare(
          `UPDATE deliveries SET next_attempt_at = ?, outcome = ?, outcome_code = ?, failures = ?
           WHERE status = 'waiting' AND destination = ? AND next_attempt_at < ? RETURNING document_id`,
        )
        .all(until, ...outcomeColumns(cause.outcome), cause.failures ?? 0, destination, until)
        .map((row) => textOf(row, 'document_id')),
    queueAgain(id, nextAttemptAt, now) {
      db.prepare(
        `UPDATE deliveries SET status = 'waiting', outcome = NULL, outcome_code = NULL, failures = 0,
           next_attempt_at = ?, give_up_from = ? WHERE id = ?`,
      ).run(nextAttemptAt ?? null, now, id);
    },
    wake(codes, now, destination) {
      const where =
        destination === undefined ? 'next_attempt_at > ?' : 'next_attempt_at > ? AND destination = ?';
      const values = destination === undefined ? [now] : [now, destination];
      return db
        .prepare(
          `UPDATE deliveries SET next_attempt_at = ? WHERE status = 'waiting' AND ${where}
             AND outcome_code IN (SELECT value FROM json_each(?)) RETURNING document_id`,
        )
        .all(now, ...values, JSON.stringify(codes))
        .map((row) => textOf(row, 'document_id'));
    },
    attempts: (documentId, limit) =>
      db
        .prepare(
          `SELECT * FROM (SELECT a.*, ${CALL_SUMMARY_COLUMNS} FROM deliveries d JOIN attempts a ON a.delivery_id = d.id
             LEFT JOIN calls k ON k.id = a.call_id
             WHERE d.document_id = ? ORDER BY a.started_at DESC LIMIT ?) ORDER BY started_at, number`,
        )
        .all(documentId, limit)
        .map(attemptOf),
  };
}

/** The delivery as the API shows it. */
export function deliveryOf(row: DeliveryRow, textFor: (outcome: Outcome) => string): Delivery {
  return withoutUndefined({
    id: row.id,
    destination: row.destination,
    contactName: row.contactName,
    status: row.status,
    pagesConfirmed: row.pagesConfirmed,
    outcome: row.outcome,
    text: row.outcome === undefined ? undefined : textFor(row.outcome),
    attempts: row.attempts,
    nextAttemptAt: row.nextAttemptAt === undefined ? undefined : new Date(row.nextAttemptAt).toISOString(),
    confirmedAt: row.confirmedAt === undefined ? undefined : new Date(row.confirmedAt).toISOString(),
    call: row.call,
  });
}

/** How many documents are failed, for the badge. */
export function failedCount(db: Database): number {
  return count(db, `SELECT count(*) AS n FROM outgoing WHERE status IN ('failed', 'partly')`);
}

export const CANCELLED = outcome('CANCELLED', 'queue');

/** Of one that is running: somebody wants it cancelled. */
export function isToBeCancelled(running: Pick<DeliveryRow, 'outcome'>): boolean {
  return running.outcome?.code === CANCELLED.code;
}

function outcomeColumns(of: Outcome | undefined): [string | null, string | null] {
  return of === undefined ? [null, null] : [JSON.stringify(of), of.code];
}

function deliveryRowOf(row: Row): DeliveryRow {
  return {
    id: textOf(row, 'id'),
    documentId: textOf(row, 'document_id'),
    destination: textOf(row, 'destination'),
    contactName: optionalTextOf(row, 'contact_name'),
    status: deliverySchema.shape.status.parse(textOf(row, 'status')),
    pagesConfirmed: numberOf(row, 'pages_confirmed'),
    outcome: outcomeOf(row, 'outcome'),
    attempts: numberOf(row, 'attempts'),
    failures: numberOf(row, 'failures'),
    nextAttemptAt: optionalNumberOf(row, 'next_attempt_at'),
    giveUpFrom: numberOf(row, 'give_up_from'),
    confirmedAt: optionalNumberOf(row, 'confirmed_at'),
    call: 'call_summary_id' in row ? callSummaryOf(row) : undefined,
  };
}

function attemptOf(row: Row): Attempt {
  return withoutUndefined({
    deliveryId: textOf(row, 'delivery_id'),
    number: numberOf(row, 'number'),
    startedAt: timeOf(row, 'started_at'),
    endedAt: row['ended_at'] === null ? undefined : timeOf(row, 'ended_at'),
    pagesConfirmed: numberOf(row, 'pages_confirmed'),
    outcome: outcomeOf(row, 'outcome'),
    call: callSummaryOf(row),
  });
}
