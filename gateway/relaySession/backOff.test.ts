// When the relay is tried again, under a clock of the test's own.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BACK_OFF_TIMING, createBackOff } from './backOff.ts';

const BROKEN = { kind: 'broken' } as const;

describe('the back-off', () => {
  it('doubles from one second to a minute', () => {
    const backOff = createBackOff(() => 1);
    const delays = Array.from({ length: 9 }, () => backOff.failed(BROKEN, 0));
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1000));
  });

  it('is spread over the whole of its range, and is never a tight loop', () => {
    expect(createBackOff(() => 0).failed(BROKEN, 0)).toBe(BACK_OFF_TIMING.shortestMs);
    expect(createBackOff(() => 0.5).failed(BROKEN, 0)).toBe(500);
  });

  it('begins anew only after ten stable seconds', () => {
    const backOff = createBackOff(() => 1);
    for (let count = 0; count < 5; count += 1) backOff.failed(BROKEN, 0);
    backOff.succeeded(100_000);
    expect(backOff.failed(BROKEN, 109_999)).toBe(32_000);
    backOff.succeeded(200_000);
    expect(backOff.failed(BROKEN, 210_000)).toBe(1_000);
  });

  it('rests a minute or more when the login is refused, and as long as the relay says', () => {
    expect(createBackOff(() => 0).failed({ kind: 'refused' }, 0)).toBe(60_000);
    expect(createBackOff(() => 0).failed({ kind: 'refused', retryAfterMs: 300_000 }, 0)).toBe(300_000);
    expect(createBackOff(() => 0).failed({ kind: 'refused', retryAfterMs: 10 }, 0)).toBe(60_000);
  });

  it('comes back to a stopping relay not before it asked, and not all at once', () => {
    expect(createBackOff(() => 0).failed({ kind: 'pause', retryAfterMs: 20_000 }, 0)).toBe(20_000);
    expect(createBackOff(() => 1).failed({ kind: 'pause', retryAfterMs: 20_000 }, 0)).toBe(30_000);
  });

  it('stays within its bounds whatever happens', () => {
    const step = fc.record({
      succeeded: fc.boolean(),
      afterMs: fc.nat(200_000),
      random: fc.double({ min: 0, max: 0.999, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let random = 0;
        const backOff = createBackOff(() => random);
        let nowMs = 0;
        for (const one of steps) {
          nowMs += one.afterMs;
          ({ random } = one);
          if (one.succeeded) backOff.succeeded(nowMs);
          const delayMs = backOff.failed(BROKEN, nowMs);
          expect(delayMs).toBeGreaterThanOrEqual(BACK_OFF_TIMING.shortestMs);
          expect(delayMs).toBeLessThanOrEqual(BACK_OFF_TIMING.longestMs);
        }
      }),
    );
  });
});
