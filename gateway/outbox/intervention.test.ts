// The outbox: a person cancels, tries again, removes.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { outcome } from '../../protocol/outcome.ts';
import { FAKE_CLOCK, HOUR_MS, OutboxStage, START } from './outboxStage.testSupport.ts';

let stage: OutboxStage;
beforeEach(() => {
  vi.useFakeTimers(FAKE_CLOCK);
  stage = new OutboxStage((ms) => vi.advanceTimersByTimeAsync(ms));
});
afterEach(async () => {
  await stage.close();
  vi.useRealTimers();
});

describe('a person', () => {
  test('cancels what waits at once', async () => {
    stage.refusals.set('osaka', 'DEVICE_OFFLINE');
    const id = stage.send(['osaka']);
    await stage.settle();
    await stage.outbox.cancel(id, undefined);
    expect(stage.view(id)).toMatchObject({
      status: 'cancelled',
      deliveries: [{ outcome: { code: 'CANCELLED' } }],
    });
    await stage.settle(HOUR_MS);
    expect(stage.calledAt('osaka')).toEqual([0]);
  });

  test('cancels what is being sent, and the truth wins', async () => {
    const id = stage.send(['osaka', 'nara']);
    await stage.settle();
    const cancelling = stage.outbox.cancel(id, undefined);
    expect(stage.attempts.map((attempt) => attempt.signal?.aborted)).toEqual([true, true]);
    stage.attempts[0]?.end(outcome('CONFIRMED', 'call'));
    stage.attempts[1]?.end(outcome('CANCELLED', 'call'));
    await cancelling;
    expect(stage.view(id)).toMatchObject({
      status: 'partly',
      deliveries: [{ status: 'confirmed' }, { status: 'cancelled' }],
    });
  });

  test('cancels one recipient and not the other', async () => {
    stage.refusals.set('osaka', 'DEVICE_OFFLINE').set('nara', 'DEVICE_OFFLINE');
    const id = stage.send(['osaka', 'nara']);
    await stage.settle();
    await stage.outbox.cancel(id, [stage.view(id).deliveries[0]?.id ?? '']);
    expect(stage.view(id).deliveries).toMatchObject([{ status: 'cancelled' }, { status: 'waiting' }]);
    await expect(stage.outbox.cancel(id, ['no-such-delivery'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('cancels a fax whose pages nobody else waits for, and the making of them ends', async () => {
    const id = stage.send(['osaka', 'nara'], false);
    const [first, second] = stage.view(id).deliveries;
    await stage.outbox.cancel(id, [first?.id ?? '']);
    expect(stage.asked).toEqual([]);
    await stage.outbox.cancel(id, [second?.id ?? '']);
    expect(stage.asked).toEqual([`withdraw p-${id}`]);
    expect(stage.view(id).status).toBe('cancelled');
  });

  test('tries again what could not be made into pages, while its files are there', async () => {
    stage.store.uploads.insert({ id: 'upload', name: 'a.pdf', byteLength: 1, sha256: 'a' }, START);
    const id = stage.send(['osaka'], false);
    const cause = outcome('IMAGING_CRASHED', 'prepare');
    const fail = (): void => {
      stage.store.preparations.markFailed(`p-${id}`, cause, 'a.pdf');
      stage.outbox.preparationEnded(`p-${id}`, cause);
    };
    fail();
    stage.outbox.retry(id, undefined);
    expect(stage.asked).toEqual(['prepare']);
    expect(stage.view(id)).toMatchObject({ status: 'preparing', deliveries: [{ status: 'waiting' }] });
    fail();
    stage.store.db.exec(`INSERT INTO preparation_files VALUES ('p-${id}', 0, 'no longer there')`);
    expect(() => stage.outbox.retry(id, undefined)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
    expect(stage.view(id).status).toBe('failed');
  });

  test('cannot send twice, nor remove what is under way', async () => {
    const id = stage.send(['osaka']);
    await stage.settle();
    expect(() => stage.outbox.send(id, ['nara'], undefined)).toThrow(/sent already/);
    await expect(stage.outbox.remove(id)).rejects.toMatchObject({ code: 'CONFLICT' });
    stage.attempts[0]?.end(outcome('CONFIRMED', 'call'));
    await stage.settle();
    await stage.outbox.remove(id);
    expect(stage.store.outgoing.get(id)).toBeUndefined();
  });
});
