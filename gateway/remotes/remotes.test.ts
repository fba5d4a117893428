// What the gateway learns of the machine at a number, and what people may change of it.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { outcome, type OutcomeCode } from '../../protocol/outcome.ts';
import type { CallReport } from '../../protocol/modem.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { migrate } from '../store/migrations.ts';
import { createRemoteTable } from '../store/remoteTable.ts';
import { createRemotes, type Remotes } from './remotes.ts';

const NUMBER = '+81312345678';
let db: Database;
let remotes: Remotes;

beforeEach(() => {
  vi.useFakeTimers();
  db = openDatabase(':memory:');
  migrate(db);
  remotes = createRemotes({
    table: createRemoteTable(db),
    canonicalNumber: (number) => number.replace(/^0/, '+81'),
    changed: () => undefined,
  });
});
afterEach(() => {
  db.close();
  vi.useRealTimers();
});

function report(code: OutcomeCode, change: Partial<CallReport> = {}): CallReport {
  return {
    outcome: outcome(code, 'page'),
    direction: 'outgoing',
    connectedMs: 30_000,
    pagesSent: 1,
    pagesReceived: 0,
    complete: true,
    remoteId: '+81 3 1234 5678',
    rateBps: 14_400,
    modulation: 'V.17',
    trouble: { trainingFailedAt: [], repeats: 0 },
    ...change,
  };
}

const failedTraining = (...rates: number[]): CallReport['trouble'] => ({
  trainingFailedAt: rates.map((rateBps) => ({ modulation: 'V.17' as const, rateBps })),
  repeats: 0,
});

test('a confirmed call teaches who answers there, however the number is written', () => {
  remotes.learn('0312345678', report('CONFIRMED'));
  expect(remotes.get(NUMBER)).toMatchObject({
    identity: '+81 3 1234 5678',
    callsConfirmed: 1,
    callsFailed: 0,
  });
  expect(remotes.expectedIdentities(NUMBER)).toEqual(['+81 3 1234 5678']);
  expect(remotes.hints(NUMBER)).toEqual({ avoidModulations: [], avoidCodings: [], avoidEcm: false });
});

test('a number that nobody answered is not remembered', () => {
  remotes.learn(NUMBER, report('TEL_BUSY', { remoteId: undefined }));
  expect(() => remotes.get(NUMBER)).toThrow('Nothing is known');
});

test('V.17 that failed twice and made way for V.29 is left out next time, and tried again after a month', () => {
  remotes.learn(NUMBER, report('CONFIRMED', { modulation: 'V.29', trouble: failedTraining(14_400, 12_000) }));
  expect(remotes.hints(NUMBER).avoidModulations).toEqual(['V.17']);
  vi.advanceTimersByTime(31 * 24 * 60 * 60 * 1_000);
  expect(remotes.hints(NUMBER).avoidModulations).toEqual([]);
});

test('V.17 that failed once and then carried the fax stays in use', () => {
  remotes.learn(NUMBER, report('CONFIRMED', { rateBps: 12_000, trouble: failedTraining(14_400) }));
  expect(remotes.hints(NUMBER).avoidModulations).toEqual([]);
});

test('too many errors make the next call slower, and at the lowest rate do without error correction', () => {
  remotes.learn(NUMBER, report('FAX_TOO_MANY_ERRORS', { ecm: true }));
  expect(remotes.hints(NUMBER).maxRateBps).toBe(12_000);
  remotes.learn(NUMBER, report('FAX_TOO_MANY_ERRORS', { ecm: true, rateBps: 2_400, modulation: 'V.27ter' }));
  expect(remotes.hints(NUMBER).avoidEcm).toBe(true);
});

test.each(['FAX_HUNG_UP', 'FAX_NO_RESPONSE'] as const)(
  'a machine that is gone before it has a page (%s) is met without V.17, then slower, and last without error correction',
  (code) => {
    const gone = (change: Partial<CallReport>) =>
      remotes.learn(NUMBER, report(code, { pagesSent: 0, ecm: true, complete: false, ...change }));
    gone({});
    expect(remotes.hints(NUMBER)).toEqual({ avoidModulations: ['V.17'], avoidCodings: [], avoidEcm: false });
    gone({ modulation: 'V.29', rateBps: 9_600 });
    expect(remotes.hints(NUMBER)).toMatchObject({ maxRateBps: 7_200, avoidEcm: false });
    gone({ modulation: 'V.29', rateBps: 7_200 });
    expect(remotes.hints(NUMBER)).toMatchObject({ maxRateBps: 4_800, avoidEcm: false });
    for (let time = 0; time < 3; time++) gone({ modulation: 'V.27ter', rateBps: 4_800 });
    expect(remotes.get(NUMBER)).toMatchObject({
      avoidModulations: ['V.17'],
      maxRateBps: 4_800,
      avoidEcm: true,
    });
    vi.advanceTimersByTime(31 * 24 * 60 * 60 * 1_000);
    expect(remotes.hints(NUMBER)).toEqual({ avoidModulations: [], avoidCodings: [], avoidEcm: false });
  },
);

test('a machine that hangs up later, before anything was agreed, or in its own call teaches nothing of the kind', () => {
  remotes.learn(NUMBER, report('FAX_HUNG_UP', { pagesSent: 1 }));
  remotes.learn(NUMBER, report('FAX_HUNG_UP', { pagesSent: 0, pagesReceived: 1 }));
  remotes.learn(NUMBER, report('FAX_HUNG_UP', { pagesSent: 0, rateBps: undefined, modulation: undefined }));
  remotes.learn(NUMBER, report('FAX_NO_RESPONSE', { pagesSent: 0, direction: 'incoming' }));
  remotes.learn(NUMBER, report('TEL_BUSY', { pagesSent: 0 }));
  expect(remotes.hints(NUMBER)).toEqual({ avoidModulations: [], avoidCodings: [], avoidEcm: false });
});

test('what a person set stays, until it is reset', () => {
  remotes.change('0312345678', { maxRateBps: 9_600, identity: '03 1234 5678' });
  remotes.learn(NUMBER, report('FAX_TOO_MANY_ERRORS', { rateBps: 9_600 }));
  expect(remotes.get(NUMBER)).toMatchObject({ maxRateBps: 9_600, identity: '03 1234 5678', fixed: true });
  remotes.reset(NUMBER);
  expect(() => remotes.get(NUMBER)).toThrow('Nothing is known');
  expect(() => remotes.change(NUMBER, { maxRateBps: -1 })).toThrow('no settings');
});

test('a limit that was set by hand is taken away again alone', () => {
  remotes.change(NUMBER, { maxRateBps: 9_600, avoidEcm: true });
  expect(remotes.change(NUMBER, { maxRateBps: null })).not.toHaveProperty('maxRateBps');
  expect(remotes.hints(NUMBER)).toEqual({ avoidModulations: [], avoidCodings: [], avoidEcm: true });
});

test('let learn again, it forgets what was set by hand, and nothing that it heard', () => {
  remotes.learn(NUMBER, report('CONFIRMED', { remoteMaker: 'Acme' }));
  remotes.change(NUMBER, { maxRateBps: 9_600, avoidModulations: ['V.17'], avoidEcm: true });
  const learning = remotes.change(NUMBER, { fixed: false });
  expect(learning).toMatchObject({
    fixed: false,
    avoidModulations: [],
    avoidEcm: false,
    identity: '+81 3 1234 5678',
    maker: 'Acme',
    callsConfirmed: 1,
  });
  expect(learning).not.toHaveProperty('maxRateBps');
  remotes.change(NUMBER, { identity: 'TYPED' });
  expect(remotes.change(NUMBER, { fixed: false })).not.toHaveProperty('identity');
  // What a call taught stays until it is forgotten by itself.
  remotes.learn(NUMBER, report('FAX_TOO_MANY_ERRORS'));
  expect(remotes.change(NUMBER, { fixed: false }).maxRateBps).toBe(12_000);
  // Said while it learns, it is a lesson as any other.
  remotes.change(NUMBER, { fixed: false, avoidEcm: true });
  expect(remotes.hints(NUMBER).avoidEcm).toBe(true);
  vi.advanceTimersByTime(31 * 24 * 60 * 60 * 1_000);
  expect(remotes.hints(NUMBER)).toEqual({ avoidModulations: [], avoidCodings: [], avoidEcm: false });
});

test('an identity is what a fax machine can give, and may be taken away', () => {
  for (const [identity, words] of [
    ['ring\u0007', 'no control characters'],
    ['\u202e1234', 'no control characters'],
    ['1'.repeat(21), 'at most 20 characters'],
  ] as const) {
    expect(() => remotes.change(NUMBER, { identity })).toThrow(words);
  }
  remotes.change(NUMBER, { identity: ' ACME 03 ' });
  expect(remotes.expectedIdentities(NUMBER)).toEqual(['ACME 03']);
  remotes.change(NUMBER, { identity: '' });
  expect(remotes.expectedIdentities(NUMBER)).toEqual([]);
});

test('a number is found however it is written, and what is no number is told', () => {
  remotes.learn('03-1234-5678', report('CONFIRMED'));
  expect(remotes.get('+81 (3) 1234 5678').number).toBe(NUMBER);
  expect(remotes.list({ limit: 9 }).items).toHaveLength(1);
  expect(() => remotes.change('the office', { avoidEcm: true })).toThrow('“the office” is not a telephone');
  expect(() => remotes.reset('0755551234')).toThrow('Nothing is known');
  remotes.reset('03 1234 5678');
  expect(remotes.list({ limit: 9 }).items).toEqual([]);
});

test('a wrong number’s identity is not taken for the right one', () => {
  remotes.learn(NUMBER, report('CONFIRMED'));
  remotes.learn(NUMBER, report('WRONG_NUMBER', { remoteId: '999' }));
  expect(remotes.get(NUMBER)).toMatchObject({ identity: '+81 3 1234 5678', callsFailed: 1 });
});

test('lists those called last first, in pages, and finds them by number or identity', () => {
  for (let index = 1; index <= 5; index += 1) {
    remotes.learn(`+8131234567${index}`, report('CONFIRMED', { remoteId: `OFFICE ${index}` }));
  }
  const first = remotes.list({ limit: 2 });
  expect(first.items.map(({ identity }) => identity)).toEqual(['OFFICE 5', 'OFFICE 4']);
  const next = remotes.list({ limit: 10, cursor: Number(first.nextCursor) });
  expect(next.items.map(({ identity }) => identity)).toEqual(['OFFICE 3', 'OFFICE 2', 'OFFICE 1']);
  expect(next.nextCursor).toBeUndefined();
  expect(remotes.list({ limit: 10, search: '12345673' }).items).toHaveLength(1);
});
