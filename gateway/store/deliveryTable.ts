// Rows of deliveries (one recipient of one outgoing document) and of the attempts made for them.

import { outcome, type Outcome, type OutcomeCode } from '../../protocol/outcome.ts';
import { deliverySchema, type Attempt, type Delivery } from '../../protocol/api/types.ts';
import type { Database, Row } from './database.ts';
import { count, outcomeOf } from './preparationTable.ts';
import { numberOf, optionalNumberOf, optionalTextOf, textOf, timeOf, withoutUndefined } from './row.ts';

export type DeliveryStatus = Delivery['status'];

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
  }): void;
  get(id: string): DeliveryRow | undefined;
  ofDocument(documentId: string): DeliveryRow[];
  /** The one that has waited longest past its time, for a destination that is not among `busyDestinations`. */
  nextDue(now: number, busyDestinations: readonly string[]): DeliveryRow | undefined;
  /** When the next one falls due, leaving out those for `busyDestinations`. */
  earliestDue(busyDestinations: readonly string[]): number | undefined;
  /** Waiting ones whose time to give up has come. */
  expired(startedBefore: number, limit: number): DeliveryRow[];
  /** After the PC's clock was put back: times that lie further ahead than `latest` become `now`. */
  mendTimes(now: number, latest: number): void;
  running(): DeliveryRow[];
  begin(id: string, startedAt: number): void;
  setStatus(id: string, status: 'calling' | 'sending'): void;
  setPagesConfirmed(id: string, pages: number): void;
  /** Somebody wants a running one cancelled: its row says so until it has ended, also after a crash. */
  noteCancelWish(id: string): void;
  end(id: string, end: DeliveryEnd): void;
  endAttempt(id: string, endedAt: number, outcome: Outcome): void;
  /** Pages are ready: the document's deliveries may begin. */
  release(documentId: string, now: number): void;
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

export function createDeliveryTable(db: Database): DeliveryTable {
  const one = (sql: string, ...values: (string | number)[]): DeliveryRow | undefined => {
    const row = db.prepare(sql).get(...values);
    return row === undefined ? undefined : deliveryRowOf(row);
  };
  return {
    insert(delivery) {
      db.prepare(
        `INSERT INTO deliveries (id, document_id, destination, status, next_attempt_at, give_up_from)
         VALUES (?, ?, ?, 'waiting', ?, ?)`,
      ).run(
        delivery.id,
        delivery.documentId,
        delivery.destination,
        delivery.nextAttemptAt ?? null,
        delivery.giveUpFrom,
      );
    },
    get: (id) => one(`SELECT ${COLUMNS} FROM deliveries d WHERE d.id = ?`, id),
    ofDocument: (documentId) =>
      db
        .prepare(`SELECT ${COLUMNS} FROM deliveries d WHERE d.document_id = ? ORDER BY d.seq`)
        .all(documentId)
        .map(deliveryRowOf),
    nextDue: (now, busyDestinations) =>
      one(
        `SELECT ${COLUMNS} FROM deliveries d WHERE d.status = 'waiting' AND d.next_attempt_at <= ?
           AND d.destination NOT IN (SELECT value FROM json_each(?)) ORDER BY d.next_attempt_at, d.seq LIMIT 1`,
        now,
        JSON.stringify(busyDestinations),
      ),
    earliestDue(busyDestinations) {
      const row = db
        .prepare(
          `SELECT next_attempt_at FROM deliveries WHERE status = 'waiting' AND next_attempt_at > 0
             AND destination NOT IN (SELECT value FROM json_each(?)) ORDER BY next_attempt_at LIMIT 1`,
        )
        .get(JSON.stringify(busyDestinations));
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
    mendTimes(now, latest) {
      db.prepare(
        `UPDATE deliveries SET next_attempt_at = ? WHERE status = 'waiting' AND next_attempt_at > ?`,
      ).run(now, latest);
      db.prepare(
        `UPDATE deliveries SET give_up_from = ? WHERE status = 'waiting' AND next_attempt_at > 0
           AND give_up_from > ?`,
      ).run(now, now);
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
    release(documentId, now) {
      db.prepare(
        `UPDATE deliveries SET next_attempt_at = ? WHERE document_id = ? AND status = 'waiting'
           AND next_attempt_at IS NULL`,
      ).run(now, documentId);
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
          `SELECT * FROM (SELECT a.* FROM deliveries d JOIN attempts a ON a.delivery_id = d.id
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
  });
}
