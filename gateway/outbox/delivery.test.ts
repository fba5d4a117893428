// The outbox: what becomes of a document that is sent.

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

describe('delivery', () => {
  test('is confirmed only when the call says so, with its progress on the way', async () => {
    const id = stage.send(['osaka']);
    await stage.settle();
    expect(stage.view(id)).toMatchObject({
      status: 'active',
      deliveries: [{ status: 'sending', pagesConfirmed: 0 }],
    });
    stage.attempts[0]?.source?.confirmed(3);
    expect(stage.view(id)).toMatchObject({
      status: 'active',
      deliveries: [{ status: 'sending', pagesConfirmed: 3 }],
    });
    expect(stage.outbox.liveCalls()).toMatchObject([
      { peer: 'osaka', documentId: id, pagesDone: 3, pagesTotal: 3 },
    ]);
    stage.attempts[0]?.end(outcome('CONFIRMED', 'call'));
    await stage.settle();
    expect(stage.view(id)).toMatchObject({
      status: 'confirmed',
      deliveries: [{ status: 'confirmed', outcome: { code: 'CONFIRMED' }, attempts: 1 }],
    });
    expect(stage.finished).toEqual([id]);
    expect(stage.outbox.liveCalls()).toEqual([]);
  });

  test('has the same document id on the wire at every attempt, another for every recipient', async () => {
    const id = stage.send(['osaka', 'nara']);
    await stage.settle();
    for (const attempt of stage.attempts) attempt.end(outcome('CALL_BROKEN', 'call'));
    await stage.settle(1_000);
    const ids = stage.attempts.map((attempt) => [attempt.peer, attempt.source?.documentId]);
    expect(ids.slice(2)).toEqual(ids.slice(0, 2));
    expect(new Set(ids.map(([, documentId]) => documentId)).size).toBe(2);
    expect(stage.view(id).deliveries.map((delivery) => delivery.id)).toEqual([ids[0]?.[1], ids[1]?.[1]]);
  });

  test('waits for its pages, and fails with their cause when there will be none', async () => {
    const late = stage.send(['osaka'], false);
    const never = stage.send(['nara'], false);
    await stage.settle(60_000);
    expect(stage.attempts).toEqual([]);
    expect(stage.view(late).status).toBe('preparing');
    stage.makeReady(late);
    stage.outbox.preparationEnded(`p-${late}`, undefined);
    const cause = outcome('FILE_ENCRYPTED', 'prepare');
    stage.store.preparations.markFailed(`p-${never}`, cause, 'secret.pdf');
    stage.outbox.preparationEnded(`p-${never}`, cause);
    await stage.settle();
    expect(stage.calledAt('osaka')).toEqual([60]);
    expect(stage.view(never)).toMatchObject({
      status: 'failed',
      failedFileName: 'secret.pdf',
      deliveries: [{ status: 'failed', outcome: { code: 'FILE_ENCRYPTED' } }],
    });
  });

  test('four at once, never two to the same place', async () => {
    for (const peer of ['a', 'a', 'b', 'c', 'd', 'e']) stage.send([peer]);
    await stage.settle();
    expect(stage.attempts.map((attempt) => attempt.peer)).toEqual(['a', 'b', 'c', 'd']);
    stage.attempts[0]?.end(outcome('CONFIRMED', 'call'));
    await stage.settle();
    expect(stage.attempts.map((attempt) => attempt.peer)).toEqual(['a', 'b', 'c', 'd', 'a']);
  });

  test('to some confirmed and to others not is partly done', async () => {
    stage.refusals.set('nowhere', 'DEVICE_UNKNOWN');
    const id = stage.send(['osaka', 'nowhere']);
    await stage.settle();
    stage.attempts.find((attempt) => attempt.peer === 'osaka')?.end(outcome('CONFIRMED', 'call'));
    await stage.settle();
    expect(stage.view(id).status).toBe('partly');
    expect(stage.view(id).deliveries).toMatchObject([
      { status: 'confirmed' },
      { status: 'failed', outcome: { code: 'DEVICE_UNKNOWN' } },
    ]);
  });
});
