import { expect, test } from 'vitest';
import type { Effect } from '../../../fax/t30/machine.ts';
import type { CallProgress } from '../../../protocol/modem.ts';
import { SendingProgress } from './sendingProgress.ts';

type SendFast = Extract<Effect, { type: 'sendFast' }>;

function sendFast(purpose: SendFast['purpose'], octets: number): SendFast {
  return {
    type: 'sendFast',
    gapMs: 75,
    rate: { modulation: 'V.17', rateBps: 14_400 },
    training: 'short',
    data: new Uint8Array(octets),
    purpose,
  };
}

function watched() {
  const told: Partial<CallProgress>[] = [];
  const clock = { ms: 0 };
  const progress = new SendingProgress(
    () => clock.ms,
    (change) => told.push(change),
  );
  return { told, clock, progress };
}

test('a page is told by its share of octets, at most four times a second', () => {
  const { told, clock, progress } = watched();
  progress.pageCoded(0, 10_000);
  progress.take({ type: 'pageBegins', page: 0, direction: 'send', attempt: 1 });
  const effect = sendFast('page', 10_020);
  for (let share = 0; share <= 1; share += 0.01) {
    clock.ms += 50;
    progress.sending(effect, share);
  }
  progress.sending(effect, 1);
  expect(told[0]).toEqual({ pageOctets: 10_000 });
  expect(told.at(-1)).toEqual({ pagePercent: 100 });
  expect(told.length).toBeLessThanOrEqual(2 + 5050 / 250);
});

test('the blocks of a page under error correction add up, and what is sent again does not count back', () => {
  const { told, clock, progress } = watched();
  progress.pageCoded(3, 131_072);
  progress.take({ type: 'pageBegins', page: 3, direction: 'send', attempt: 1 });
  progress.sending(sendFast('ECM', 70_000), 1);
  progress.take({ type: 'blockSent', page: 3, block: 0, frames: 256 });
  clock.ms += 1000;
  progress.sending(sendFast('ECM', 300), 1);
  clock.ms += 1000;
  progress.sending(sendFast('ECM', 70_000), 0.5);
  progress.sending(sendFast('ECM', 70_000), 1);
  const percents = told.flatMap(({ pagePercent }) => pagePercent ?? []);
  expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  expect(percents[0]).toBe(50);
  expect(percents.at(-1)).toBe(100);
});

test('a training check is no page', () => {
  const { told, progress } = watched();
  progress.sending(sendFast('TCF', 2700), 1);
  expect(told).toEqual([]);
});
