// Rates: bursts, refill, and a table that stays small.

import { expect, test } from 'vitest';
import { TokenBucket, TokenBuckets } from './tokenBucket.ts';

test('a burst goes through, then the rate', () => {
  const bucket = new TokenBucket({ burst: 3, perSecond: 2 }, 0);
  expect([0, 0, 0, 0].map((nowMs) => bucket.take(nowMs))).toEqual([true, true, true, false]);
  expect(bucket.take(499)).toBe(false);
  expect(bucket.take(501)).toBe(true);
  expect(bucket.take(501)).toBe(false);
  expect(bucket.isFull(60_000)).toBe(true);
});

test('keys are counted apart, forgotten when quiet, and never more than so many', () => {
  const buckets = new TokenBuckets({ burst: 1, perSecond: 1 }, 10);
  expect(buckets.take('a', 0)).toBe(true);
  expect(buckets.take('a', 0)).toBe(false);
  expect(buckets.take('b', 0)).toBe(true);
  for (let count = 0; count < 100; count++) buckets.take(`key-${count}`, 0);
  expect(buckets.size).toBe(10);
  buckets.expire(1_000);
  expect(buckets.size).toBe(0);
});
