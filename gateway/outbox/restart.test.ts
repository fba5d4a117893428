// The outbox over the end of the program, in order or not, and over a disk that is full.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { outcome } from '../../protocol/outcome.ts';
import { FAKE_CLOCK, OutboxStage } from './outboxStage.testSupport.ts';

let stage: OutboxStage;
beforeEach(() => {
  vi.useFakeTimers(FAKE_CLOCK);
  stage = new OutboxStage((ms) => vi.advanceTimersByTimeAsync(ms));
});
afterEach(async () => {
  await stage.close();
  vi.useRealTimers();
});

describe('the program’s end', () => {
  test('breaks calls without withdrawing documents, and the next start takes them up', async () => {
    const id = stage.send(['osaka']);
    await stage.settle();
    await stage.outbox.stop();
    expect(stage.attempts[0]).toMatchObject({ aborted: true });
    expect(stage.attempts[0]?.signal?.aborted).toBe(false);
    expect(stage.view(id).deliveries[0]).toMatchObject({
      status: 'waiting',
      outcome: { code: 'CALL_BROKEN' },
    });
    stage.restart();
    await stage.settle();
    expect(stage.calledAt('osaka')).toEqual([0]);
  });

  test('a sudden one leaves nothing in limbo', async () => {
    const id = stage.send(['osaka']);
    await stage.settle();
    stage.attempts[0]?.source?.confirmed(2);
    stage.restart();
    expect(stage.resumed).toBe(1);
    await stage.settle();
    expect(stage.view(id).deliveries[0]).toMatchObject({ status: 'sending', pagesConfirmed: 2, attempts: 2 });
    expect(stage.store.deliveries.attempts(id, 10)).toMatchObject([
      { number: 1, pagesConfirmed: 2, outcome: { code: 'CALL_BROKEN' } },
      { number: 2, pagesConfirmed: 2 },
    ]);
  });

  test('a sudden one between the pages’ end and its being told leaves nobody waiting for them', async () => {
    const ready = stage.send(['osaka'], false);
    const failed = stage.send(['nara'], false);
    const open = stage.send(['kobe'], false);
    stage.makeReady(ready);
    stage.store.preparations.markFailed(`p-${failed}`, outcome('FILE_BROKEN', 'prepare'), undefined);
    stage.restart();
    await stage.settle();
    expect(stage.attempts.map((attempt) => attempt.peer)).toEqual(['osaka']);
    expect(stage.view(failed)).toMatchObject({
      status: 'failed',
      deliveries: [{ status: 'failed', outcome: { code: 'FILE_BROKEN' } }],
    });
    expect(stage.finished).toEqual([failed]);
    expect(stage.view(open).status).toBe('preparing');
  });

  test('a sudden one while a call is being cancelled does not send it again', async () => {
    const id = stage.send(['osaka', 'nara']);
    await stage.settle();
    stage.attempts[0]?.source?.confirmed(1);
    // The far end has not answered yet: the call, and with it the cancelling, is still under way.
    void stage.outbox.cancel(id, [stage.view(id).deliveries[0]?.id ?? '']);
    stage.restart();
    expect(stage.resumed).toBe(1);
    await stage.settle(60_000);
    expect(stage.attempts.map((attempt) => attempt.peer)).toEqual(['nara']);
    expect(stage.view(id)).toMatchObject({
      status: 'active',
      deliveries: [
        { status: 'cancelled', pagesConfirmed: 1, outcome: { code: 'CANCELLED' } },
        { status: 'sending' },
      ],
    });
    expect(stage.store.deliveries.attempts(id, 10)).toMatchObject([
      { number: 1, pagesConfirmed: 1, outcome: { code: 'CANCELLED' } },
      { number: 1, outcome: { code: 'CALL_BROKEN' } },
      { number: 2 },
    ]);
  });

  test('what was cancelled so is over, and goes again only when somebody wants it', async () => {
    const id = stage.send(['osaka']);
    await stage.settle();
    void stage.outbox.cancel(id, undefined);
    stage.restart();
    expect(stage.resumed).toBe(0);
    expect(stage.finished).toEqual([id]);
    expect(stage.view(id).status).toBe('cancelled');
    stage.outbox.retry(id, undefined);
    await stage.settle();
    expect(stage.view(id).deliveries[0]).toMatchObject({ status: 'sending', attempts: 2 });
    stage.restart();
    expect(stage.resumed).toBe(1);
  });

  test('a disk that takes no writing does not lose a confirmation', async () => {
    const id = stage.send(['osaka']);
    await stage.settle();
    const { db } = stage.store;
    db.exec(
      `CREATE TEMP TRIGGER full BEFORE UPDATE ON deliveries BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
    );
    stage.attempts[0]?.end(outcome('CONFIRMED', 'call'));
    await stage.settle(5_000);
    expect(stage.view(id).deliveries[0]?.status).toBe('sending');
    db.exec('DROP TRIGGER full');
    await stage.settle(10_000);
    expect(stage.view(id).deliveries[0]?.status).toBe('confirmed');
    expect(stage.complaints).toEqual(['end of a delivery not noted']);
  });

  test('a disk that takes no writing does not keep a cancel waiting for ever', async () => {
    const id = stage.send(['osaka']);
    await stage.settle();
    const { db } = stage.store;
    const cancelled = stage.outbox.cancel(id, undefined);
    db.exec(
      `CREATE TEMP TRIGGER full BEFORE UPDATE ON deliveries BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
    );
    stage.attempts[0]?.end(outcome('CANCELLED', 'call'));
    await stage.settle(20_000);
    await cancelled;
    expect(stage.view(id).deliveries[0]?.status).toBe('sending');
    db.exec('DROP TRIGGER full');
    await stage.settle(10_000);
    expect(stage.view(id)).toMatchObject({ status: 'cancelled', deliveries: [{ status: 'cancelled' }] });
    expect(stage.finished).toEqual([id]);
  });
});
