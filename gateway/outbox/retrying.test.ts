// The outbox: when it tries again, and when it gives up.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { outcome, type OutcomeCode } from '../../protocol/outcome.ts';
import { FAKE_CLOCK, HOUR_MS, ONLINE, OutboxStage, START } from './outboxStage.testSupport.ts';

let stage: OutboxStage;
beforeEach(() => {
  vi.useFakeTimers(FAKE_CLOCK);
  stage = new OutboxStage((ms) => vi.advanceTimersByTimeAsync(ms));
});
afterEach(async () => {
  await stage.close();
  vi.useRealTimers();
});

describe('trying again', () => {
  test.each<[OutcomeCode, number[]]>([
    ['CALL_BROKEN', [0, 1, 3, 8, 18, 38, 68, 128, 188]],
    ['DEVICE_BUSY', [0, 5, 15, 35, 75, 155]],
    ['DEVICE_NO_ANSWER', [0, 5, 15, 35, 75, 155]],
    ['DEVICE_OFFLINE', [0, 10, 30]],
    ['RECEIVER_DISK_FULL', [0, 30, 90]],
  ])('after %s at these seconds', async (code, seconds) => {
    stage.refusals.set('osaka', code);
    stage.send(['osaka']);
    await stage.settle(200_000);
    expect(stage.calledAt('osaka')).toEqual(seconds);
  });

  test('a call that got further begins the delays anew', async () => {
    const id = stage.send(['osaka']);
    await stage.settle();
    stage.attempts[0]?.end(outcome('CALL_BROKEN', 'call'));
    await stage.settle(1_000);
    stage.attempts[1]?.end(outcome('CALL_BROKEN', 'call'));
    await stage.settle(2_000);
    stage.attempts[2]?.source?.confirmed(1);
    stage.attempts[2]?.end(outcome('CALL_BROKEN', 'call'));
    await stage.settle(1_000);
    expect(stage.calledAt('osaka')).toEqual([0, 1, 3, 4]);
    expect(stage.view(id).deliveries[0]).toMatchObject({ pagesConfirmed: 1, attempts: 4 });
  });

  test('others for a place that is offline do not knock there one by one', async () => {
    stage.refusals.set('osaka', 'DEVICE_OFFLINE');
    for (let number = 0; number < 20; number += 1) stage.send(['osaka']);
    await stage.settle(9_000);
    expect(stage.calledAt('osaka')).toEqual([0]);
    await stage.settle(291_000);
    expect(stage.calledAt('osaka')).toEqual([0, 10, 30]);
  });

  test('at once when the directory says that the device is there', async () => {
    stage.refusals.set('osaka', 'DEVICE_OFFLINE');
    stage.send(['osaka']);
    await stage.settle(100_000);
    stage.refusals.clear();
    stage.outbox.directoryChanged({ online: true, device: { deviceId: 'nara', busy: false } });
    await stage.settle();
    expect(stage.calledAt('osaka')).toEqual([0, 10, 30]);
    stage.outbox.directoryChanged({ online: true, device: { deviceId: 'osaka', busy: false } });
    await stage.settle();
    expect(stage.calledAt('osaka')).toEqual([0, 10, 30, 100]);
  });

  test('while the relay is away nothing is tried, its cause is shown, and all goes on when it is back', async () => {
    const id = stage.send(['osaka']);
    await stage.settle();
    stage.attempts[0]?.end(outcome('CALL_BROKEN', 'call'));
    stage.relay = { ...ONLINE, state: 'offline', outcome: outcome('RELAY_LOGIN_REFUSED', 'relay') };
    stage.outbox.relayStatusChanged(stage.relay);
    await stage.settle(HOUR_MS);
    expect(stage.calledAt('osaka')).toEqual([0]);
    expect(stage.view(id).deliveries[0]).toMatchObject({
      status: 'waiting',
      outcome: { code: 'RELAY_LOGIN_REFUSED' },
    });
    stage.relay = ONLINE;
    stage.outbox.relayStatusChanged(stage.relay);
    await stage.settle();
    expect(stage.calledAt('osaka')).toEqual([0, 3_600]);
  });

  test('a relay that asks for a pause gets one, for everybody', async () => {
    stage.refusals.set('a', 'RELAY_BUSY');
    stage.send(['a']);
    await stage.settle();
    stage.send(['b']);
    await stage.settle(900);
    expect(stage.calledAt('b')).toEqual([]);
    await stage.settle(100);
    expect(stage.calledAt('b')).toEqual([1]);
  });

  test('is given up after the time set, naming the last cause', async () => {
    stage.refusals.set('osaka', 'DEVICE_BUSY');
    const id = stage.send(['osaka']);
    await stage.settle(24 * HOUR_MS + 10 * 60_000);
    expect(stage.view(id)).toMatchObject({
      status: 'failed',
      deliveries: [{ status: 'failed', outcome: { code: 'GIVEN_UP', detail: 'DEVICE_BUSY' } }],
    });
    const before = stage.attempts.length;
    stage.outbox.retry(id, undefined);
    await stage.settle();
    expect(stage.attempts.length).toBe(before + 1);
    expect(stage.view(id).status).toBe('active');
  });

  test('does not wait for years when the PC’s clock was put right', async () => {
    stage.refusals.set('osaka', 'DEVICE_OFFLINE');
    vi.setSystemTime(Date.parse('2031-01-01T00:00:00Z'));
    const id = stage.send(['osaka']);
    await stage.settle();
    stage.attempts.length = 0;
    vi.setSystemTime(START);
    await stage.settle(40_000);
    expect(stage.attempts.length).toBeGreaterThan(0);
    await stage.settle(24 * HOUR_MS + 600_000);
    expect(stage.view(id).deliveries[0]?.outcome?.code).toBe('GIVEN_UP');
  });

  test('is given up also while no relay is set up', async () => {
    stage.relay = { ...ONLINE, state: 'notConfigured' };
    const id = stage.send(['osaka']);
    await stage.settle(24 * HOUR_MS + 60_000);
    expect(stage.view(id).deliveries[0]?.outcome).toMatchObject({
      code: 'GIVEN_UP',
      detail: 'RELAY_NOT_CONFIGURED',
    });
  });
});
