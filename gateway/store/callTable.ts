// Rows of telephone calls and of their journals.

import { callReportSchema, type CallReport, type JournalLine } from '../../protocol/modem.ts';
import type { CallSummary } from '../../protocol/api/lines.ts';
import type { Database, Row } from './database.ts';
import { numberOf, optionalNumberOf, optionalTextOf, textOf, withoutUndefined } from './row.ts';
import { searchable, searchPatterns } from './searchText.ts';

export interface CallRow {
  seq: number;
  id: string;
  lineId: string;
  lineName: string;
  direction: 'outgoing' | 'incoming';
  /** Dialled, or given by the caller; empty when the caller gave none. */
  number: string;
  startedAt: number;
  endedAt: number | undefined;
  report: CallReport | undefined;
  incomingIds: string[];
  outgoingIds: string[];
}

export interface CallTable {
  insert(call: Pick<CallRow, 'id' | 'lineId' | 'lineName' | 'direction' | 'number'>, startedAt: number): void;
  /** What would stand as its report if the program ended now. */
  note(id: string, report: CallReport): void;
  end(id: string, report: CallReport, endedAt: number): void;
  get(id: string): CallRow | undefined;
  /** Newest first. */
  list(request: { limit: number; before: number | undefined; search: string | undefined }): CallRow[];
  addJournal(id: string, first: number, lines: readonly JournalLine[]): void;
  journal(id: string): JournalLine[];
  /** Calls without an end. */
  running(): string[];
  /** Takes calls away that began before. */
  removeBefore(startedBefore: number): number;
}

const COLUMNS = `c.*,
  (SELECT json_group_array(i.id) FROM incoming i WHERE i.call_id = c.id) AS incoming_ids,
  (SELECT json_group_array(DISTINCT d.document_id) FROM attempts a JOIN deliveries d ON d.id = a.delivery_id
    WHERE a.call_id = c.id) AS outgoing_ids`;

export function createCallTable(db: Database): CallTable {
  return {
    insert(call, startedAt) {
      db.prepare(
        `INSERT INTO calls (id, line_id, line_name, direction, number, search_text, started_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        call.id,
        call.lineId,
        call.lineName,
        call.direction,
        call.number,
        searchable(call.number, call.lineName),
        startedAt,
      );
    },
    note(id, report) {
      db.prepare('UPDATE calls SET report = ? WHERE id = ? AND ended_at IS NULL').run(
        JSON.stringify(report),
        id,
      );
    },
    end(id, report, endedAt) {
      db.prepare(
        `UPDATE calls SET report = ?, ended_at = ?, search_text = search_text || ' ' || ? WHERE id = ?`,
      ).run(JSON.stringify(report), endedAt, searchable(report.remoteId), id);
    },
    get(id) {
      const row = db.prepare(`SELECT ${COLUMNS} FROM calls c WHERE c.id = ?`).get(id);
      return row === undefined ? undefined : callRowOf(row);
    },
    list({ limit, before, search }) {
      const patterns = searchPatterns(search);
      const matching = patterns.map(() => String.raw` AND c.search_text LIKE ? ESCAPE '\'`).join('');
      return db
        .prepare(`SELECT ${COLUMNS} FROM calls c WHERE c.seq < ?${matching} ORDER BY c.seq DESC LIMIT ?`)
        .all(before ?? Number.MAX_SAFE_INTEGER, ...patterns, limit)
        .map(callRowOf);
    },
    addJournal(id, first, lines) {
      db.transaction(() => {
        for (const [index, { atMs, text }] of lines.entries()) {
          db.prepare(
            'INSERT OR REPLACE INTO call_journal (call_id, number, at_ms, line) VALUES (?, ?, ?, ?)',
          ).run(id, first + index, atMs, text);
        }
      });
    },
    journal: (id) =>
      db
        .prepare('SELECT at_ms, line FROM call_journal WHERE call_id = ? ORDER BY number')
        .all(id)
        .map((row) => ({ atMs: numberOf(row, 'at_ms'), text: textOf(row, 'line') })),
    running: () =>
      db
        .prepare('SELECT id FROM calls WHERE ended_at IS NULL')
        .all()
        .map((row) => textOf(row, 'id')),
    removeBefore: (startedBefore) =>
      db.prepare('DELETE FROM calls WHERE started_at < ? AND ended_at IS NOT NULL').run(startedBefore),
  };
}

/** For a delivery, an attempt or an incoming document: the columns of its call under the table name `k`. */
export const CALL_SUMMARY_COLUMNS = `k.id AS call_summary_id, k.line_name AS call_line_name, k.report AS call_report`;

/** The summary from those columns; `undefined` where there was no call. */
export function callSummaryOf(row: Row): CallSummary | undefined {
  const callId = optionalTextOf(row, 'call_summary_id');
  if (callId === undefined) return undefined;
  const report = reportOf(optionalTextOf(row, 'call_report'));
  return withoutUndefined({
    callId,
    lineName: optionalTextOf(row, 'call_line_name'),
    remoteId: report?.remoteId,
    rateBps: report?.rateBps,
    modulation: report?.modulation,
    coding: report?.coding,
    resolution: report?.resolution,
    ecm: report?.ecm,
    durationMs: report?.connectedMs,
  });
}

function callRowOf(row: Row): CallRow {
  return {
    seq: numberOf(row, 'seq'),
    id: textOf(row, 'id'),
    lineId: textOf(row, 'line_id'),
    lineName: textOf(row, 'line_name'),
    direction: textOf(row, 'direction') === 'incoming' ? 'incoming' : 'outgoing',
    number: textOf(row, 'number'),
    startedAt: numberOf(row, 'started_at'),
    endedAt: optionalNumberOf(row, 'ended_at'),
    report: reportOf(optionalTextOf(row, 'report')),
    incomingIds: idsOf(textOf(row, 'incoming_ids')),
    outgoingIds: idsOf(textOf(row, 'outgoing_ids')),
  };
}

function idsOf(json: string): string[] {
  const ids: unknown = JSON.parse(json);
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [];
}

/** A report that another version wrote must not make a list unreadable. */
function reportOf(json: string | undefined): CallReport | undefined {
  if (json === undefined) return undefined;
  const parsed = callReportSchema.safeParse(JSON.parse(json));
  return parsed.success ? parsed.data : undefined;
}
