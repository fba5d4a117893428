import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextCheapTime } from './cheapHours.ts';

const at = (hours: number, minutes = 0, day = 10): number => new Date(2026, 5, day, hours, minutes).getTime();

test('within the hours it is now, before them it is their beginning', () => {
  const hours = { from: '12:30', to: '14:00' };
  expect(nextCheapTime(at(12, 30), hours)).toBe(at(12, 30));
  expect(nextCheapTime(at(13, 59), hours)).toBe(at(13, 59));
  expect(nextCheapTime(at(14), hours)).toBe(at(12, 30, 11));
  expect(nextCheapTime(at(3), hours)).toBe(at(12, 30));
});

test('hours that pass midnight are one night', () => {
  const hours = { from: '22:00', to: '06:00' };
  expect(nextCheapTime(at(23), hours)).toBe(at(23));
  expect(nextCheapTime(at(5, 59), hours)).toBe(at(5, 59));
  expect(nextCheapTime(at(6), hours)).toBe(at(22));
});

test('is never in the past and never more than a day and an hour away', () => {
  const clock = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), clock, clock, (now, from, to) => {
      const next = nextCheapTime(now, { from, to });
      expect(next).toBeGreaterThanOrEqual(now);
      expect(next - now).toBeLessThanOrEqual(25 * 3_600_000);
    }),
  );
});
