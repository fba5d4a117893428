// Calls as they are remembered: journal and report survive, whatever happens to the program.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { outcome } from '../../protocol/outcome.ts';
import type { CallReport } from '../../protocol/modem.ts';
import { createCallTable, type CallTable } from '../store/callTable.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { migrate } from '../store/migrations.ts';
import { createCallLog, KEEP_CALLS_MS, type CallLog } from './callLog.ts';

let db: Database;
let table: CallTable;
let calls: CallLog;
let changed: string[];
const warnings: string[] = [];
const log = {
  info: () => undefined,
  warn: (text: string) => void warnings.push(text),
  error: () => undefined,
};

const REPORT: CallReport = {
  outcome: outcome('CONFIRMED', 'confirm'),
  direction: 'outgoing',
  connectedMs: 40_100,
  pagesSent: 1,
  pagesReceived: 0,
  complete: true,
  remoteId: '03 1234 5678',
  trouble: { trainingFailedAt: [], repeats: 0 },
};

beforeEach(() => {
  vi.useFakeTimers();
  warnings.length = 0;
  changed = [];
  db = openDatabase(':memory:');
  migrate(db);
  table = createCallTable(db);
  calls = create();
});
afterEach(() => {
  vi.useRealTimers();
  db.close();
});

function create(): CallLog {
  return createCallLog({ table, changed: (id) => changed.push(id), log });
}

function begin(callId = 'call-1', log_ = calls) {
  return log_.begin({
    callId,
    line: { id: 'line', name: 'Front desk' },
    direction: 'outgoing',
    number: '0312345678',
  });
}

test('a call is listed while it runs, with its progress, and afterwards with its report', () => {
  const entry = begin();
  entry.progress({ phase: 'sending', page: 0, pagePercent: 40, pagesSent: 0, pagesReceived: 0 });
  expect(calls.get('call-1')).toMatchObject({ number: '0312345678', progress: { pagePercent: 40 } });
  entry.end(REPORT);
  const over = calls.get('call-1');
  expect(over).toMatchObject({ report: { connectedMs: 40_100 }, text: expect.stringContaining('Delivered') });
  expect(over.progress).toBeUndefined();
  expect(calls.list({ limit: 10, search: '1234 5678' }).items).toHaveLength(1);
});

test('a call that received is not said to have delivered', () => {
  begin('a').end({ ...REPORT, direction: 'incoming', pagesSent: 0, pagesReceived: 2 });
  begin('b').end({ ...REPORT, direction: 'incoming', pagesSent: 0 });
  expect(calls.get('a').text).toContain('Received');
  expect(calls.get('b').text).toContain('nothing to send');
});

test('the journal can be read at once, is written together, and stays after the program has ended', () => {
  const entry = begin();
  entry.journal({ atMs: 0, text: 'We dial.' });
  entry.journal({ atMs: 900, text: 'They answer.' });
  expect(calls.journal('call-1').map(({ text }) => text)).toEqual(['We dial.', 'They answer.']);
  expect(table.journal('call-1')).toEqual([]);
  vi.advanceTimersByTime(2_000);
  entry.journal({ atMs: 3_000, text: 'Training.' });
  calls.stop();
  expect(table.journal('call-1').map(({ text }) => text)).toEqual(['We dial.', 'They answer.', 'Training.']);
});

test('a call that was up when the program ended is over at the next start', () => {
  begin();
  const next = create();
  next.start();
  expect(next.get('call-1').report?.outcome.code).toBe('LINE_BROKEN');
  expect(table.running()).toEqual([]);
});

test('of a call that was up when the program was killed, what was known stands in its report', () => {
  const entry = begin();
  const facts = { remoteId: '+81 75', rateBps: 9_600, coding: 'MR', ecm: false } as const;
  entry.progress({ phase: 'dialling', pagesSent: 0, pagesReceived: 0 });
  vi.advanceTimersByTime(5_000);
  entry.progress({ phase: 'identifying', pagesSent: 0, pagesReceived: 0 });
  vi.advanceTimersByTime(10_000);
  entry.progress({ phase: 'sending', pagesSent: 1, pagesReceived: 0, ...facts });
  entry.journal({ atMs: 0, text: 'Page 1 was confirmed.' });
  vi.advanceTimersByTime(2_000);
  expect(calls.get('call-1').report).toBeUndefined();
  const next = create();
  next.start();
  expect(next.get('call-1').report).toMatchObject({
    outcome: { code: 'LINE_BROKEN' },
    direction: 'outgoing',
    connectedMs: 12_000,
    pagesSent: 1,
    complete: false,
    ...facts,
  });
});

test('a disk that takes no writing does not disturb the call', () => {
  const entry = begin();
  db.exec('DROP TABLE call_journal');
  entry.journal({ atMs: 0, text: 'We dial.' });
  vi.advanceTimersByTime(2_000);
  expect(warnings).toEqual(['call not written down']);
  entry.end(REPORT);
  expect(calls.get('call-1').report?.pagesSent).toBe(1);
});

test('lists the newest first, page by page, and forgets what is very old', () => {
  for (const id of ['a', 'b', 'c']) begin(id).end(REPORT);
  const first = calls.list({ limit: 2 });
  expect(first.items.map(({ id }) => id)).toEqual(['c', 'b']);
  expect(calls.list({ limit: 2, cursor: Number(first.nextCursor) }).items.map(({ id }) => id)).toEqual(['a']);
  vi.advanceTimersByTime(KEEP_CALLS_MS + 1);
  expect(calls.forgetOld()).toBe(3);
  expect(() => calls.get('a')).toThrow('no longer there');
});
