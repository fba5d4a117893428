// Rows of outgoing documents: drafts, outbox, sent, failed.

import { outgoingStatusSchema, type OutgoingStatus, type Sending } from '../../protocol/api/types.ts';
import type { Database, Row } from './database.ts';
import { count } from './preparationTable.ts';
import { numberOf, optionalNumberOf, optionalTextOf, textOf, timeOf, withoutUndefined } from './row.ts';
import { searchable, searchPatterns } from './searchText.ts';

export type OutgoingFolder = 'draft' | 'outbox' | 'sent' | 'failed';

export interface OutgoingRow {
  id: string;
  preparationId: string;
  title: string;
  purpose: 'fax' | 'echo';
  echoOf: string | undefined;
  status: OutgoingStatus;
  position: number | undefined;
  createdAt: number;
  sentAt: number | undefined;
  finishedAt: number | undefined;
  sending: Sending;
}

export interface OutgoingTable {
  insert(document: {
    id: string;
    preparationId: string;
    title: string;
    purpose: 'fax' | 'echo';
    echoOf?: string | undefined;
    createdAt: number;
  }): void;
  get(id: string): OutgoingRow | undefined;
  byEchoOf(incomingId: string): OutgoingRow | undefined;
  list(request: {
    folder: 'outbox' | 'sent' | 'failed' | 'all';
    limit: number;
    before: number | undefined;
    search: string | undefined;
  }): OutgoingRow[];
  /** Puts it at the end of the queue, under its final title. */
  send(
    id: string,
    request: { title: string; recipients: readonly string[]; sending: Partial<Sending> },
    now: number,
  ): void;
  /** Works out status and folder from its pages and deliveries. Call it in the transaction that changed those. */
  refresh(id: string, now: number): void;
  remove(id: string): void;
  activeCount(): number;
  /** But for those that are kept to be fetched. */
  draftsBefore(before: number): string[];
  /** Documents of a purpose that are over. */
  finished(purpose: 'fax' | 'echo', limit: number): OutgoingRow[];
}

/** In the order of the column's values −1, 0, 1. */
const PRIORITIES = ['low', 'normal', 'high'] as const satisfies readonly Sending['priority'][];

export function createOutgoingTable(db: Database): OutgoingTable {
  return {
    insert(document) {
      db.prepare(
        `INSERT INTO outgoing (id, preparation_id, title, search_text, purpose, echo_of, status, folder, created_at)
         VALUES (?, ?, ?, ?, ?, ?, 'draft', 'draft', ?)`,
      ).run(
        document.id,
        document.preparationId,
        document.title,
        searchable(document.title),
        document.purpose,
        document.echoOf ?? null,
        document.createdAt,
      );
    },
    get(id) {
      const row = db.prepare('SELECT * FROM outgoing WHERE id = ?').get(id);
      return row === undefined ? undefined : outgoingRowOf(row);
    },
    byEchoOf(incomingId) {
      const row = db.prepare('SELECT * FROM outgoing WHERE echo_of = ?').get(incomingId);
      return row === undefined ? undefined : outgoingRowOf(row);
    },
    list(request) {
      const { sql, values } = listQuery(request);
      return db
        .prepare(sql)
        .all(...values)
        .map(outgoingRowOf);
    },
    send(id, { title, recipients, sending }, now) {
      db.prepare(
        `UPDATE outgoing SET title = ?, search_text = ?, sent_at = ?, priority = ?, send_at = ?, cheap_hours = ?,
           subaddress = ?, password = ?, position = (SELECT coalesce(max(position), 0) + 1 FROM outgoing)
         WHERE id = ?`,
      ).run(
        title,
        searchable(title, ...recipients),
        now,
        PRIORITIES.indexOf(sending.priority ?? 'normal') - 1,
        sending.sendAt === undefined ? null : Date.parse(sending.sendAt),
        sending.cheapHours === true ? 1 : 0,
        sending.subaddress ?? null,
        sending.password ?? null,
        id,
      );
    },
    refresh(id, now) {
      const { status, folder, over } = statusOf(db, id);
      db.prepare(
        `UPDATE outgoing SET status = ?, folder = ?,
           finished_at = CASE WHEN ? THEN coalesce(finished_at, ?) ELSE NULL END WHERE id = ?`,
      ).run(status, folder, over ? 1 : 0, now, id);
    },
    remove(id) {
      db.prepare('DELETE FROM outgoing WHERE id = ?').run(id);
    },
    activeCount: () => count(db, `SELECT count(*) AS n FROM outgoing WHERE folder = 'outbox'`),
    draftsBefore: (before) =>
      db
        .prepare(`SELECT id FROM outgoing WHERE folder = 'draft' AND created_at < ?
             AND id NOT IN (SELECT outgoing_id FROM poll_offers)`)
        .all(before)
        .map((row) => textOf(row, 'id')),
    finished: (purpose, limit) =>
      db
        .prepare(
          `SELECT * FROM outgoing WHERE folder IN ('sent', 'failed') AND purpose = ? ORDER BY position LIMIT ?`,
        )
        .all(purpose, limit)
        .map(outgoingRowOf),
  };
}

/** The listing's SQL: by position, newest first, from a cursor on, so that page 1000 costs what page 1 costs. */
export function listQuery(request: Parameters<OutgoingTable['list']>[0]): {
  sql: string;
  values: (string | number)[];
} {
  const patterns = searchPatterns(request.search);
  const values: (string | number)[] = [request.before ?? Number.MAX_SAFE_INTEGER];
  const conditions = ['o.position < ?'];
  if (request.folder !== 'all') {
    conditions.push('o.folder = ?');
    values.push(request.folder);
  }
  for (const pattern of patterns) {
    conditions.push(
      String.raw`(o.search_text LIKE ? ESCAPE '\' OR EXISTS (SELECT 1 FROM deliveries d JOIN contacts c
         ON c.device_id = d.destination OR c.telephone_destination = d.destination WHERE d.document_id = o.id AND c.search_text LIKE ? ESCAPE '\'))`,
    );
    values.push(pattern, pattern);
  }
  values.push(request.limit);
  return {
    sql: `SELECT o.* FROM outgoing o WHERE ${conditions.join(' AND ')} ORDER BY o.position DESC LIMIT ?`,
    values,
  };
}

function statusOf(
  db: Database,
  id: string,
): { status: OutgoingStatus; folder: OutgoingFolder; over: boolean } {
  const row = db
    .prepare(
      `SELECT (SELECT p.state FROM preparations p WHERE p.id = o.preparation_id) AS preparation,
         count(d.id) AS total,
         count(*) FILTER (WHERE d.status IN ('waiting', 'calling', 'sending')) AS open,
         count(*) FILTER (WHERE d.status = 'confirmed') AS confirmed,
         count(*) FILTER (WHERE d.status = 'cancelled') AS cancelled
       FROM outgoing o LEFT JOIN deliveries d ON d.document_id = o.id WHERE o.id = ?`,
    )
    .get(id);
  const total = row === undefined ? 0 : numberOf(row, 'total');
  if (row === undefined || total === 0) return { status: 'draft', folder: 'draft', over: false };
  if (numberOf(row, 'open') > 0) {
    const preparing = textOf(row, 'preparation') === 'open';
    return { status: preparing ? 'preparing' : 'active', folder: 'outbox', over: false };
  }
  if (numberOf(row, 'confirmed') === total) return { status: 'confirmed', folder: 'sent', over: true };
  if (numberOf(row, 'confirmed') > 0) return { status: 'partly', folder: 'failed', over: true };
  const cancelled = numberOf(row, 'cancelled') === total;
  return { status: cancelled ? 'cancelled' : 'failed', folder: 'failed', over: true };
}

function outgoingRowOf(row: Row): OutgoingRow {
  return {
    id: textOf(row, 'id'),
    preparationId: textOf(row, 'preparation_id'),
    title: textOf(row, 'title'),
    purpose: textOf(row, 'purpose') === 'echo' ? 'echo' : 'fax',
    echoOf: optionalTextOf(row, 'echo_of'),
    status: outgoingStatusSchema.parse(textOf(row, 'status')),
    position: optionalNumberOf(row, 'position'),
    createdAt: numberOf(row, 'created_at'),
    sentAt: optionalNumberOf(row, 'sent_at'),
    finishedAt: optionalNumberOf(row, 'finished_at'),
    sending: withoutUndefined({
      priority: PRIORITIES[numberOf(row, 'priority') + 1] ?? 'normal',
      sendAt: row['send_at'] === null ? undefined : timeOf(row, 'send_at'),
      cheapHours: numberOf(row, 'cheap_hours') === 1,
      subaddress: optionalTextOf(row, 'subaddress'),
      password: optionalTextOf(row, 'password'),
    }),
  };
}
