// Telephone calls as they run and as they are remembered: progress, journal, report.

import { ApiError, type Listing } from '../../protocol/api/types.ts';
import type { CallRecord, Line } from '../../protocol/api/lines.ts';
import type { CallProgress, CallReport, JournalLine } from '../../protocol/modem.ts';
import { outcome } from '../../protocol/outcome.ts';
import { errorText, type Log } from '../log.ts';
import type { CallRow, CallTable } from '../store/callTable.ts';
import { withoutUndefined } from '../store/row.ts';
import { brokenReport, isConnected } from './brokenReport.ts';
import { outcomeWords } from './outcomeWords.ts';

/** Journal lines are written together, so that the disk is not asked for every one. */
const FLUSH_MS = 2_000;
/** Calls are remembered for so long. */
export const KEEP_CALLS_MS = 400 * 24 * 60 * 60 * 1_000;

export interface CallLogOptions {
  table: CallTable;
  changed(callId: string): void;
  log: Log;
}

/** A call that is up. */
export interface CallEntry {
  progress(progress: CallProgress): void;
  journal(line: JournalLine): void;
  end(report: CallReport): void;
}

export interface CallLog {
  /** Calls that were up when the program ended are over now. */
  start(): void;
  begin(call: {
    callId: string;
    line: Pick<Line, 'id' | 'name'>;
    direction: 'outgoing' | 'incoming';
    number: string;
  }): CallEntry;
  list(request: {
    limit: number;
    cursor?: number | undefined;
    search?: string | undefined;
  }): Listing<CallRecord>;
  /** Throws ApiError NOT_FOUND. */
  get(callId: string): CallRecord;
  journal(callId: string): JournalLine[];
  /** Forgets calls of long ago. Returns how many. */
  forgetOld(): number;
  /** Writes down what is still in memory. */
  stop(): void;
}

interface Running {
  readonly direction: CallReport['direction'];
  progress: CallProgress | undefined;
  /** When the other end answered; ms since 1970. */
  connectedAt: number | undefined;
  /** Lines in the database, and those not there yet. */
  written: number;
  waiting: JournalLine[];
  timer: NodeJS.Timeout | undefined;
}

export function createCallLog(options: CallLogOptions): CallLog {
  const { table, log } = options;
  const running = new Map<string, Running>();

  return {
    start() {
      for (const id of table.running()) {
        const row = table.get(id);
        table.end(id, row?.report ?? reportSoFar({ direction: row?.direction ?? 'outgoing' }), Date.now());
      }
    },
    begin({ callId, line, direction, number }) {
      const mine: Running = {
        direction,
        progress: undefined,
        connectedAt: undefined,
        written: 0,
        waiting: [],
        timer: undefined,
      };
      running.set(callId, mine);
      keeping(() =>
        table.insert({ id: callId, lineId: line.id, lineName: line.name, direction, number }, Date.now()),
      );
      options.changed(callId);
      return {
        progress(progress) {
          mine.progress = progress;
          if (isConnected(progress)) mine.connectedAt ??= Date.now();
          options.changed(callId);
        },
        journal(entry) {
          mine.waiting.push(entry);
          mine.timer ??= setTimeout(() => flush(callId, mine), FLUSH_MS);
        },
        end(report) {
          flush(callId, mine);
          running.delete(callId);
          keeping(() => table.end(callId, report, Date.now()));
          options.changed(callId);
        },
      };
    },
    list({ limit, cursor, search }) {
      const rows = table.list({ limit: limit + 1, before: cursor, search });
      const last = rows.length > limit ? rows[limit - 1]?.seq : undefined;
      return withoutUndefined({ items: rows.slice(0, limit).map(recordOf), nextCursor: last?.toString() });
    },
    get: (callId) => recordOf(existing(callId)),
    journal(callId) {
      existing(callId);
      return [...table.journal(callId), ...(running.get(callId)?.waiting ?? [])];
    },
    forgetOld: () => table.removeBefore(Date.now() - KEEP_CALLS_MS),
    stop() {
      for (const [callId, mine] of running) flush(callId, mine);
    },
  };

  function flush(callId: string, mine: Running): void {
    clearTimeout(mine.timer);
    mine.timer = undefined;
    const lines = mine.waiting;
    if (lines.length === 0) return;
    keeping(() => {
      table.addJournal(callId, mine.written, lines);
      table.note(callId, reportSoFar(mine));
      mine.written += lines.length;
      mine.waiting = [];
    });
    options.changed(callId);
  }

  /** A full disk must not end the call: its journal is the least that may be lost. */
  function keeping(work: () => void): void {
    try {
      work();
    } catch (error) {
      log.warn('call not written down', { error: errorText(error) });
    }
  }

  function existing(callId: string): CallRow {
    const row = table.get(callId);
    if (row === undefined) throw new ApiError('NOT_FOUND', 'This call is no longer there.');
    return row;
  }

  function recordOf(row: CallRow): CallRecord {
    const report = row.endedAt === undefined ? undefined : row.report;
    return withoutUndefined({
      id: row.id,
      lineId: row.lineId,
      lineName: row.lineName,
      direction: row.direction,
      number: row.number,
      startedAt: new Date(row.startedAt).toISOString(),
      endedAt: row.endedAt === undefined ? undefined : new Date(row.endedAt).toISOString(),
      progress: row.endedAt === undefined ? running.get(row.id)?.progress : undefined,
      report,
      text: report === undefined ? undefined : callText(report),
      incomingIds: row.incomingIds,
      outgoingIds: row.outgoingIds,
    });
  }
}

/** What is known of a call that the program did not live to see the end of. */
function reportSoFar({
  direction,
  progress,
  connectedAt,
}: Pick<Running, 'direction'> & Partial<Pick<Running, 'progress' | 'connectedAt'>>): CallReport {
  return brokenReport(
    {
      outcome: outcome('LINE_BROKEN', 'line', 'the program ended during the call'),
      direction,
      connectedMs: connectedAt === undefined ? 0 : Math.max(0, Date.now() - connectedAt),
      pagesSent: progress?.pagesSent ?? 0,
      pagesReceived: progress?.pagesReceived ?? 0,
    },
    progress,
  );
}

/** In English. That all went well is worded for the sender; a call that only received has words of its own. */
function callText({ outcome, direction, pagesSent, pagesReceived }: CallReport): string {
  if (outcome.code !== 'CONFIRMED' || pagesSent > 0) return outcomeWords(outcome, direction);
  return pagesReceived > 0
    ? 'Received: every page is stored, and the caller was told so.'
    : 'The call ended in order; there was nothing to send or to fetch.';
}
