import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type FakeModem, type FakeModemOptions, fakeModem } from '../at/fakeModem.testSupport.ts';
import { releaseLine } from './releaseLine.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function release(
  options: FakeModemOptions,
  before?: (modem: FakeModem) => void,
): Promise<{ modem: FakeModem; isReleased: boolean; tookMs: number }> {
  const modem = fakeModem(options);
  before?.(modem);
  const begun = performance.now();
  const state = { isDone: false };
  const work = releaseLine(modem.dialogue, modem.connection).finally(() => (state.isDone = true));
  for (let passedMs = 0; !state.isDone && passedMs < 100_000; passedMs += 50) {
    await vi.advanceTimersByTimeAsync(50);
  }
  return { modem, isReleased: await work, tookMs: performance.now() - begun };
}

test('A modem that listens is on hook at once', async () => {
  const { modem, isReleased, tookMs } = await release({});
  expect(isReleased).toBe(true);
  expect(modem.commands).toEqual(['AT', 'ATH', 'AT']);
  expect(tookMs).toBeLessThan(100);
});

test.each(['NO CARRIER', 'ERROR'])('A modem that says %s to ATH has understood', async (said) => {
  expect((await release({ answers: { ATH: [said] } })).isReleased).toBe(true);
});

test.each(['DLE ETX', 'CAN', '+++', 'DTR'] as const)(
  'A modem that only %s reaches is hung up',
  async (deafUntil) => {
    const { modem, isReleased, tookMs } = await release({ deafUntil, hasDtr: true });
    expect(isReleased).toBe(true);
    expect(modem.commands).toContain('ATH');
    expect(tookMs).toBeLessThan(15_000);
  },
);

test('A modem that nothing reaches is given up in time', async () => {
  const { isReleased, tookMs } = await release({ deafUntil: 'never', hasDtr: true });
  expect(isReleased).toBe(false);
  expect(tookMs).toBeLessThan(15_000);
});

test('Without DTR it goes on without it', async () => {
  expect((await release({ deafUntil: 'never' })).isReleased).toBe(false);
  expect((await release({ deafUntil: '+++' })).isReleased).toBe(true);
});

test('What was under way is over', async () => {
  let ended: unknown;
  const { isReleased } = await release({ answers: { ATDT1: undefined } }, (modem) => {
    void modem.dialogue.command('ATDT1', { timeoutMs: 60_000 }).then((answer) => (ended = answer));
  });
  expect(isReleased).toBe(true);
  expect(ended).toMatchObject({ result: 'aborted' });
});

test('A port that goes away ends it', async () => {
  const { isReleased, tookMs } = await release({ vanishesAt: 'ATH' });
  expect(isReleased).toBe(false);
  expect(tookMs).toBeLessThan(3000);
});
