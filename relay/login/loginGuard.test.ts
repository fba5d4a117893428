// Lock-outs: when they begin, how they grow and end, whom they spare, and that the tables stay small.

import { describe, expect, test } from 'vitest';
import { DEFAULT_RELAY_LIMITS } from '../limits.ts';
import { LoginGuard } from './loginGuard.ts';

const LIMITS = {
  ...DEFAULT_RELAY_LIMITS,
  failuresBeforeLockPerId: 3,
  failuresBeforeLockPerAddress: 5,
  firstLockMs: 1_000,
  longestLockPerIdMs: 8_000,
  longestLockPerAddressMs: 60_000,
};

function fail(guard: LoginGuard, times: number, deviceId: string, address: string, nowMs = 0): void {
  for (let count = 0; count < times; count++) guard.failed(deviceId, address, nowMs);
}

describe('per device id', () => {
  test('the lock begins at the limit, doubles, and has a longest', () => {
    const guard = new LoginGuard(LIMITS);
    fail(guard, 2, 'kyoto', 'a1');
    expect(guard.lockedForMs('kyoto', 'b', 0)).toBe(0);
    const locks = ['a2', 'a3', 'a4', 'a5', 'a6'].map((address) => {
      guard.failed('kyoto', address, 0);
      return guard.lockedForMs('kyoto', 'b', 0);
    });
    expect(locks).toEqual([1_000, 2_000, 4_000, 8_000, 8_000]);
    expect(guard.lockedForMs('kyoto', 'b', 7_999)).toBe(1);
    expect(guard.lockedForMs('kyoto', 'b', 8_000)).toBe(0);
    expect(guard.lockedForMs('osaka', 'b', 0)).toBe(0);
  });

  test('guesses from elsewhere do not lock a device out where it last logged in', () => {
    const guard = new LoginGuard(LIMITS);
    guard.succeeded('kyoto', 'office');
    fail(guard, 4, 'kyoto', 'elsewhere');
    expect(guard.lockedForMs('kyoto', 'office', 0)).toBe(0);
    expect(guard.lockedForMs('kyoto', 'cafe', 0)).toBeGreaterThan(0);
  });

  test('a right password ends the count', () => {
    const guard = new LoginGuard(LIMITS);
    fail(guard, 2, 'kyoto', 'a');
    guard.succeeded('kyoto', 'b');
    fail(guard, 2, 'kyoto', 'a');
    expect(guard.lockedForMs('kyoto', 'c', 0)).toBe(0);
  });
});

describe('per address', () => {
  test('guesses at many ids count together, and a success at one of them does not wash them away', () => {
    const guard = new LoginGuard(LIMITS);
    for (let count = 0; count < 5; count++) guard.failed(`device-${count}`, 'a', 0);
    guard.succeeded('device-0', 'a');
    expect(guard.lockedForMs('kyoto', 'a', 0)).toBe(1_000);
  });
});

test('everything is forgotten in time', () => {
  const guard = new LoginGuard(LIMITS);
  fail(guard, 9, 'kyoto', 'a');
  guard.expire(16_000);
  expect(guard.size).toBe(2);
  guard.expire(120_001);
  expect(guard.size).toBe(0);
});

test('a million guessers cost bounded memory', () => {
  const guard = new LoginGuard(LIMITS);
  for (let count = 0; count < 100_000; count++) guard.failed(`device-${count}`, `address-${count}`, count);
  expect(guard.size).toBeLessThanOrEqual(40_000);
});
