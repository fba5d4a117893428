// Rows of incoming documents, their pages, and the tombstones of those that are gone.

import type { DocumentHead } from '../call/documentCall.types.ts';
import type { DocumentPage, IncomingDocument } from '../../protocol/api/types.ts';
import { pageQualitySchema, type PageQualityReport } from '../../protocol/modem.ts';
import type { PageInfo } from '../../protocol/page.ts';
import { CALL_SUMMARY_COLUMNS, callSummaryOf } from './callTable.ts';
import type { Database, Row } from './database.ts';
import { count, documentPageOf, pageInfoOf } from './preparationTable.ts';
import { numberOf, optionalNumberOf, optionalTextOf, textOf, timeOf, withoutUndefined } from './row.ts';
import { searchable, searchPatterns } from './searchText.ts';

export type IncomingState = IncomingDocument['state'];

export interface IncomingRow {
  seq: number;
  id: string;
  caller: string;
  documentId: string;
  fromName: string;
  fromNumber: string | undefined;
  subject: string | undefined;
  purpose: 'fax' | 'echo';
  sentAt: string;
  state: IncomingState;
  pages: number;
  deletedAt: number | undefined;
  /** As the API shows it. */
  document: IncomingDocument;
}

export interface IncomingTable {
  insert(id: string, head: DocumentHead, now: number): void;
  find(caller: string, documentId: string): IncomingRow | undefined;
  get(id: string): IncomingRow | undefined;
  /** How many pages a document had that is gone; `undefined` when it never stood complete here. */
  tombstone(caller: string, documentId: string): number | undefined;
  list(request: { limit: number; before: number | undefined; search: string | undefined }): IncomingRow[];
  setState(id: string, state: IncomingState): void;
  /** A document taken up again: back from the trash, with what the sender now says of it. */
  resume(id: string, head: DocumentHead): void;
  addPage(id: string, index: number, info: PageInfo, storedAt: number, quality?: PageQualityReport): void;
  /** `partial`: the telephone call ended early. */
  complete(id: string, pages: number, now: number, partial?: boolean): void;
  pages(id: string): DocumentPage[];
  page(id: string, index: number): PageInfo | undefined;
  markRead(id: string, read: boolean): void;
  setDeleted(id: string, deletedAt: number | undefined): void;
  /** Takes the rows away for good; a complete document leaves its tombstone. */
  purge(id: string): void;
  deletedBefore(before: number, limit: number): string[];
  breakReceiving(): number;
  /** Documents of telephone calls that were up: partial with what came, gone when nothing did. Returns how many. */
  endTelephoneCalls(now: number): number;
  completeOf(purpose: 'fax' | 'echo'): IncomingRow[];
  /** All but the newest `keep` complete ones. */
  olderThanNewest(keep: number): string[];
  unreadCount(): number;
  exists(id: string): boolean;
}

const COLUMNS = `i.*, (SELECT c.name FROM contacts c
    WHERE c.device_id = i.caller OR c.telephone_destination = i.caller LIMIT 1) AS contact_name,
  ${CALL_SUMMARY_COLUMNS},
  (SELECT json_group_array(quality) FROM (SELECT quality FROM incoming_pages p
    WHERE i.call_id IS NOT NULL AND p.incoming_id = i.id ORDER BY p.page_index)) AS qualities`;
const INCOMING = 'incoming i LEFT JOIN calls k ON k.id = i.call_id';

export function createIncomingTable(db: Database): IncomingTable {
  const one = (condition: string, ...values: string[]): IncomingRow | undefined => {
    const row = db.prepare(`SELECT ${COLUMNS} FROM ${INCOMING} WHERE ${condition}`).get(...values);
    return row === undefined ? undefined : incomingRowOf(row);
  };
  const ids = (sql: string, ...values: number[]): string[] =>
    db
      .prepare(sql)
      .all(...values)
      .map((row) => textOf(row, 'id'));
  return {
    insert(id, head, now) {
      db.prepare(
        `INSERT INTO incoming (id, caller, document_id, from_name, from_number, addressed_to, subject, purpose, sent_at,
           search_text, state, pages_expected, received_at, remote_id, caller_number, caller_name, subaddress, call_id)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'receiving', ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        id,
        head.caller,
        head.documentId,
        head.fromName,
        head.fromNumber ?? null,
        head.to,
        head.subject ?? null,
        head.purpose,
        head.createdAt,
        searchable(head.subject, head.fromName, head.caller, head.telephone?.callerNumber),
        head.pageCount ?? null,
        now,
        head.telephone?.remoteId ?? null,
        head.telephone?.callerNumber ?? null,
        head.telephone?.callerName ?? null,
        head.telephone?.subaddress ?? null,
        head.telephone?.callId ?? null,
      );
    },
    find: (caller, documentId) => one('i.caller = ? AND i.document_id = ?', caller, documentId),
    get: (id) => one('i.id = ?', id),
    tombstone(caller, documentId) {
      const row = db
        .prepare('SELECT pages FROM incoming_tombstones WHERE caller = ? AND document_id = ?')
        .get(caller, documentId);
      return row === undefined ? undefined : numberOf(row, 'pages');
    },
    list(request) {
      const { sql, values } = inboxQuery(request);
      return db
        .prepare(sql)
        .all(...values)
        .map(incomingRowOf);
    },
    setState(id, state) {
      db.prepare('UPDATE incoming SET state = ? WHERE id = ?').run(state, id);
    },
    resume(id, head) {
      db.prepare(
        `UPDATE incoming SET state = 'receiving', deleted_at = NULL, pages_expected = coalesce(?, pages_expected)
         WHERE id = ?`,
      ).run(head.pageCount ?? null, id);
    },
    addPage(id, index, info, storedAt, quality) {
      db.transaction(() => {
        db.prepare(
          `INSERT INTO incoming_pages (incoming_id, page_index, width, height, x_dpi, y_dpi, byte_length, sha256,
             stored_at, quality) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ).run(
          id,
          index,
          info.width,
          info.height,
          info.xDpi,
          info.yDpi,
          info.byteLength,
          info.sha256,
          storedAt,
          quality === undefined ? null : JSON.stringify(quality),
        );
        db.prepare(`UPDATE incoming SET pages = ?, state = 'receiving' WHERE id = ?`).run(index + 1, id);
      });
    },
    complete(id, pages, now, partial = false) {
      db.prepare(
        `UPDATE incoming SET state = 'complete', pages_expected = iif(?, NULL, ?), completed_at = ?, deleted_at = NULL, read = 0,
           partial = ? WHERE id = ?`,
      ).run(partial ? 1 : 0, pages, now, partial ? 1 : 0, id);
    },
    pages: (id) =>
      db
        .prepare('SELECT * FROM incoming_pages WHERE incoming_id = ? ORDER BY page_index')
        .all(id)
        .map((row) =>
          withoutUndefined({
            ...documentPageOf(row, []),
            quality: qualityOf(optionalTextOf(row, 'quality')),
          }),
        ),
    page(id, index) {
      const row = db
        .prepare('SELECT * FROM incoming_pages WHERE incoming_id = ? AND page_index = ?')
        .get(id, index);
      return row === undefined ? undefined : pageInfoOf(row);
    },
    markRead(id, read) {
      db.prepare('UPDATE incoming SET read = ? WHERE id = ?').run(read ? 1 : 0, id);
    },
    setDeleted(id, deletedAt) {
      db.prepare('UPDATE incoming SET deleted_at = ? WHERE id = ?').run(deletedAt ?? null, id);
    },
    purge(id) {
      db.transaction(() => {
        db.prepare(
          `INSERT OR IGNORE INTO incoming_tombstones (caller, document_id, pages)
           SELECT caller, document_id, pages FROM incoming WHERE id = ? AND state = 'complete'`,
        ).run(id);
        db.prepare('DELETE FROM incoming WHERE id = ?').run(id);
      });
    },
    deletedBefore: (before, limit) =>
      ids('SELECT id FROM incoming WHERE deleted_at < ? LIMIT ?', before, limit),
    breakReceiving: () => db.prepare(`UPDATE incoming SET state = 'broken' WHERE state = 'receiving'`).run(),
    endTelephoneCalls(now) {
      const condition = `state = 'receiving' AND call_id IS NOT NULL`;
      return db.transaction(() => {
        const empty = db.prepare(`DELETE FROM incoming WHERE ${condition} AND pages = 0`).run();
        const partial = db
          .prepare(
            `UPDATE incoming SET state = 'complete', partial = 1, completed_at = ?
             WHERE ${condition}`,
          )
          .run(now);
        return empty + partial;
      });
    },
    completeOf: (purpose) =>
      db
        .prepare(
          `SELECT ${COLUMNS} FROM ${INCOMING} WHERE i.state = 'complete' AND i.purpose = ? ORDER BY i.seq LIMIT 1000`,
        )
        .all(purpose)
        .map(incomingRowOf),
    olderThanNewest: (keep) =>
      ids(`SELECT id FROM incoming WHERE state = 'complete' ORDER BY seq DESC LIMIT 1000 OFFSET ?`, keep),
    unreadCount: () => count(db, 'SELECT count(*) AS n FROM incoming WHERE read = 0 AND deleted_at IS NULL'),
    exists: (id) => count(db, 'SELECT count(*) AS n FROM incoming WHERE id = ?', id) > 0,
  };
}

/** The inbox listing's SQL: newest first from a cursor on. */
export function inboxQuery(request: Parameters<IncomingTable['list']>[0]): {
  sql: string;
  values: (string | number)[];
} {
  const values: (string | number)[] = [request.before ?? Number.MAX_SAFE_INTEGER];
  const conditions = ['i.deleted_at IS NULL', 'i.seq < ?'];
  for (const pattern of searchPatterns(request.search)) {
    conditions.push(
      String.raw`(i.search_text LIKE ? ESCAPE '\' OR EXISTS (SELECT 1 FROM contacts c
         WHERE (c.device_id = i.caller OR c.telephone_destination = i.caller) AND c.search_text LIKE ? ESCAPE '\'))`,
    );
    values.push(pattern, pattern);
  }
  values.push(request.limit);
  return {
    sql: `SELECT ${COLUMNS} FROM ${INCOMING} WHERE ${conditions.join(' AND ')} ORDER BY i.seq DESC LIMIT ?`,
    values,
  };
}

function incomingRowOf(row: Row): IncomingRow {
  const purpose = textOf(row, 'purpose') === 'echo' ? 'echo' : 'fax';
  const state = stateOf(textOf(row, 'state'));
  const caller = textOf(row, 'caller');
  const subject = optionalTextOf(row, 'subject');
  const pages = numberOf(row, 'pages');
  return {
    seq: numberOf(row, 'seq'),
    id: textOf(row, 'id'),
    caller,
    documentId: textOf(row, 'document_id'),
    fromName: textOf(row, 'from_name'),
    fromNumber: optionalTextOf(row, 'from_number'),
    subject,
    purpose,
    sentAt: textOf(row, 'sent_at'),
    state,
    pages,
    deletedAt: optionalNumberOf(row, 'deleted_at'),
    document: withoutUndefined({
      id: textOf(row, 'id'),
      from: caller,
      fromName: textOf(row, 'from_name'),
      contactName: optionalTextOf(row, 'contact_name'),
      subject,
      purpose,
      pages,
      pagesExpected: optionalNumberOf(row, 'pages_expected'),
      state: state === 'complete' && numberOf(row, 'partial') === 1 ? 'partial' : state,
      read: numberOf(row, 'read') === 1,
      receivedAt: timeOf(row, 'received_at'),
      completedAt: row['completed_at'] === null ? undefined : timeOf(row, 'completed_at'),
      remoteId: optionalTextOf(row, 'remote_id'),
      callerNumber: optionalTextOf(row, 'caller_number'),
      callerName: optionalTextOf(row, 'caller_name'),
      subaddress: optionalTextOf(row, 'subaddress'),
      call: callSummaryOf(row),
      quality: row['call_id'] === null ? undefined : qualitiesOf(textOf(row, 'qualities')),
    }),
  };
}

/** Of every page, in order; pages of another version's making count as undamaged. */
function qualitiesOf(json: string): PageQualityReport[] {
  const texts: unknown = JSON.parse(json);
  return Array.isArray(texts)
    ? texts.map((text) => qualityOf(typeof text === 'string' ? text : undefined) ?? UNKNOWN_QUALITY)
    : [];
}

const UNKNOWN_QUALITY: PageQualityReport = { rows: 0, badRows: 0, longestBadRun: 0, ecm: false };

function qualityOf(json: string | undefined): PageQualityReport | undefined {
  return json === undefined ? undefined : pageQualitySchema.safeParse(JSON.parse(json)).data;
}

function stateOf(text: string): IncomingState {
  switch (text) {
    case 'receiving':
    case 'broken':
    case 'cancelled':
      return text;
    default:
      return 'complete';
  }
}
