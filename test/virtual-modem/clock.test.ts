import { expect, test } from 'vitest';
import { PacedClock } from './clock.ts';

/** Which delays were over in which order, by how much each was late in modelled time, and how long it really took. */
async function run(
  clock: PacedClock,
  delaysMs: readonly number[],
): Promise<{ over: number[]; lateMs: number[]; realMs: number }> {
  const begin = performance.now();
  const over: number[] = [];
  const lateMs: number[] = [];
  await new Promise<void>((resolve) => {
    for (const delay of delaysMs) {
      const dueMs = clock.nowMs + delay;
      clock.after(delay, () => {
        over.push(delay);
        lateMs.push(clock.nowMs - dueMs);
        if (over.length === delaysMs.length) resolve();
      });
    }
  });
  return { over, lateMs, realMs: performance.now() - begin };
}

test('events happen in the order of their time, at exactly that time, however fast it passes', async () => {
  const clock = new PacedClock(50);
  const { over, lateMs, realMs } = await run(clock, [3000, 1000, 2000]);
  expect(over).toEqual([1000, 2000, 3000]);
  // Reading the clock takes some of its time, too.
  expect(Math.max(...lateMs)).toBeLessThan(5);
  expect(realMs).toBeLessThan(2000);
  clock.close();
});

test('while a host has to act time passes as in life', async () => {
  const clock = new PacedClock(1000);
  const key = {};
  clock.setHeld(key, true);
  const { realMs } = await run(clock, [200]);
  expect(realMs).toBeGreaterThan(190);
  clock.setHeld(key, false);
  expect((await run(clock, [10_000])).realMs).toBeLessThan(5000);
  clock.close();
});

test('an event that was cancelled, or a clock that was closed, does nothing', async () => {
  const clock = new PacedClock(1000);
  let happened = 0;
  clock.after(10, () => happened++).cancelled = true;
  await run(clock, [100]);
  clock.after(10, () => happened++);
  clock.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(happened).toBe(0);
});
