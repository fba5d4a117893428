// Faxes that nobody could send at their time: the PC was off or asleep, its clock was wrong, or no line was free.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { outcome } from '../../protocol/outcome.ts';
import { FAKE_CLOCK, HOUR_MS, OutboxStage, START } from './outboxStage.testSupport.ts';
import { reportOf, ScriptedLine, TELEPHONE_SETTINGS } from './telephoneRoute.testSupport.ts';

const NUMBER = 'tel:0312345678';
const DAY_MS = 24 * HOUR_MS;
let line: ScriptedLine;
let stage: OutboxStage;

beforeEach(() => {
  vi.useFakeTimers(FAKE_CLOCK);
  line = new ScriptedLine();
  const clock = (ms: number): string => new Date(ms).toTimeString().slice(0, 5);
  // For an hour, from four hours after the start.
  const cheapHours = { from: clock(START + 4 * HOUR_MS), to: clock(START + 5 * HOUR_MS) };
  line.settings = { ...TELEPHONE_SETTINGS, cheapHours };
  stage = new OutboxStage((ms) => vi.advanceTimersByTimeAsync(ms), line.options());
});
afterEach(async () => {
  for (const call of line.calls) call.end({});
  await stage.close();
  vi.useRealTimers();
});

/** Hours after the start at which calls were made. */
const calledAfterHours = (): number[] => line.calls.map(({ at }) => (at - START) / HOUR_MS);
const status = (id: string): unknown => stage.view(id).deliveries[0]?.status;

/** The program is not running until then. */
async function offUntil(hours: number): Promise<void> {
  vi.setSystemTime(START + hours * HOUR_MS);
  stage.restart();
  await stage.settle();
}

test('one whose time came while the PC was off for days is tried, and tried again', async () => {
  const id = stage.send([NUMBER], true, { sendAt: new Date(START + 2 * HOUR_MS).toISOString() });
  await stage.settle();
  await offUntil(60);
  expect(calledAfterHours()).toEqual([60]);
  line.calls[0]?.end({ outcome: outcome('TEL_BUSY', 'dial') });
  await stage.settle(60_000);
  expect(line.calls).toHaveLength(2);
  line.calls[1]?.end({ outcome: outcome('TEL_BUSY', 'dial') });
  await stage.settle();
  expect(status(id)).toBe('waiting');
});

test('one that was never tried keeps its whole time from when the PC woke up', async () => {
  line.availability = 'notReady';
  const id = stage.send([NUMBER, 'osaka']);
  stage.relay = { ...stage.relay, state: 'offline' };
  vi.setSystemTime(START + 60 * HOUR_MS);
  await stage.settle(60_000);
  expect(status(id)).toBe('waiting');
  await stage.settle(DAY_MS - 5 * 60_000);
  expect(status(id)).toBe('waiting');
  await stage.settle(10 * 60_000);
  expect(stage.view(id).deliveries[0]).toMatchObject({ status: 'failed', outcome: { code: 'GIVEN_UP' } });
});

test('one that was tried is given up at its time, wherever the program was meanwhile', async () => {
  const id = stage.send([NUMBER]);
  await stage.settle();
  line.calls[0]?.end({ outcome: outcome('TEL_NO_ANSWER', 'dial') });
  await stage.settle();
  await offUntil(60);
  expect(line.calls).toHaveLength(1);
  expect(stage.view(id).deliveries[0]).toMatchObject({
    status: 'failed',
    outcome: { code: 'GIVEN_UP', detail: 'TEL_NO_ANSWER' },
  });
});

test('one whose pages were made long after it was sent is tried', async () => {
  const id = stage.send([NUMBER], false);
  await stage.settle();
  await offUntil(60);
  stage.makeReady(id);
  stage.outbox.preparationEnded(`p-${id}`, undefined);
  await stage.settle();
  expect(calledAfterHours()).toEqual([60]);
  expect(status(id)).toBe('calling');
});

test('one for cheap hours that were over when the PC was switched on waits for the next ones', async () => {
  const id = stage.send([NUMBER], true, { cheapHours: true });
  await stage.settle();
  await offUntil(50);
  expect(line.calls).toEqual([]);
  expect(stage.view(id).deliveries[0]).toMatchObject({
    status: 'waiting',
    nextAttemptAt: new Date(START + 52 * HOUR_MS).toISOString(),
  });
  await stage.settle(2 * HOUR_MS);
  expect(calledAfterHours()).toEqual([52]);
});

test('one for cheap hours in which no line came free waits for the next ones, and others do not wait for it', async () => {
  line.availability = 'busy';
  stage.send([NUMBER], true, { cheapHours: true });
  await stage.settle(6 * HOUR_MS);
  const other = stage.send([NUMBER]);
  line.availability = 'free';
  stage.outbox.linesChanged();
  await stage.settle();
  expect(line.calls).toMatchObject([{ documents: { length: 1 } }]);
  expect(status(other)).toBe('calling');
  line.calls[0]?.end(reportOf({ pagesSent: 3 }));
  await stage.settle(22 * HOUR_MS);
  expect(calledAfterHours()).toEqual([6, 28]);
});

test('one that was kept back behind a busy number until its cheap hours were over waits for the next ones', async () => {
  stage.send([NUMBER], true, { sendAt: new Date(START + 5 * HOUR_MS - 30_000).toISOString() });
  stage.send([NUMBER], true, { cheapHours: true });
  line.availability = 'busy';
  await stage.settle(5 * HOUR_MS - 30_000);
  line.availability = 'free';
  stage.outbox.linesChanged();
  await stage.settle();
  expect(line.calls).toMatchObject([{ documents: { length: 2 } }]);
  line.calls[0]?.end({ outcome: outcome('TEL_BUSY', 'dial') });
  await stage.settle(60_000);
  expect(line.calls[1]).toMatchObject({ documents: { length: 1 } });
});

test('one for cheap hours goes at once when somebody asks for that', async () => {
  const id = stage.send([NUMBER], true, { cheapHours: true });
  await stage.settle();
  stage.outbox.retry(id, undefined);
  await stage.settle();
  expect(calledAfterHours()).toEqual([0]);
});

test('one for cheap hours does not wait for years when the PC’s clock was put right', async () => {
  vi.setSystemTime(START + 1_000 * DAY_MS);
  const id = stage.send([NUMBER], true, { cheapHours: true });
  await stage.settle();
  vi.setSystemTime(START);
  await stage.settle(60_000);
  expect(stage.view(id).deliveries[0]?.nextAttemptAt).toBe(new Date(START + 4 * HOUR_MS).toISOString());
  await stage.settle(4 * HOUR_MS);
  expect(calledAfterHours()).toEqual([4]);
});

test('a time that a person set stays as it is when the clock is put back', async () => {
  const sendAt = new Date(START + 30 * DAY_MS).toISOString();
  const id = stage.send([NUMBER], true, { sendAt });
  await stage.settle();
  vi.setSystemTime(START - 10 * DAY_MS);
  await stage.settle(60_000);
  expect(stage.view(id).deliveries[0]).toMatchObject({ status: 'waiting', nextAttemptAt: sendAt });
});
