// Slows down the guessing of passwords: failures are counted per device id and per remote address, and after a
// few of them each further one locks longer. Bounded, and forgotten in time.

import type { RelayServerLimits } from '../limits.ts';

interface Tally {
  failures: number;
  lockedUntilMs: number;
  lastFailureMs: number;
}

const MAX_TALLIES = 20_000;
const MAX_KNOWN_ADDRESSES = 20_000;

export class LoginGuard {
  readonly #limits: RelayServerLimits;
  readonly #perId = new Map<string, Tally>();
  readonly #perAddress = new Map<string, Tally>();
  /** Where a device last logged in from. Guesses from elsewhere must not lock it out there. */
  readonly #knownAddress = new Map<string, string>();

  constructor(limits: RelayServerLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#perId.size + this.#perAddress.size + this.#knownAddress.size;
  }

  /** How long this login has to wait, in milliseconds; 0 when it may be tried now. */
  lockedForMs(deviceId: string, address: string, nowMs: number): number {
    const byAddress = this.#perAddress.get(address)?.lockedUntilMs ?? 0;
    const byId =
      this.#knownAddress.get(deviceId) === address ? 0 : (this.#perId.get(deviceId)?.lockedUntilMs ?? 0);
    return Math.max(0, Math.ceil(Math.max(byAddress, byId) - nowMs));
  }

  failed(deviceId: string, address: string, nowMs: number): void {
    const { failuresBeforeLockPerId, failuresBeforeLockPerAddress } = this.#limits;
    const { longestLockPerIdMs, longestLockPerAddressMs } = this.#limits;
    this.#count(this.#perId, deviceId, failuresBeforeLockPerId, longestLockPerIdMs, nowMs);
    this.#count(this.#perAddress, address, failuresBeforeLockPerAddress, longestLockPerAddressMs, nowMs);
  }

  /** The address keeps its tally: whoever owns one account there could otherwise wash away the guesses at another. */
  succeeded(deviceId: string, address: string): void {
    this.#perId.delete(deviceId);
    rememberLast(this.#knownAddress, deviceId, address, MAX_KNOWN_ADDRESSES);
  }

  expire(nowMs: number): void {
    this.#expire(this.#perId, this.#limits.longestLockPerIdMs, nowMs);
    this.#expire(this.#perAddress, this.#limits.longestLockPerAddressMs, nowMs);
  }

  #count(tallies: Map<string, Tally>, key: string, free: number, longestMs: number, nowMs: number): void {
    const failures = (tallies.get(key)?.failures ?? 0) + 1;
    const doublings = Math.min(failures - free, 30);
    const lockMs = doublings < 0 ? 0 : Math.min(longestMs, this.#limits.firstLockMs * 2 ** doublings);
    rememberLast(
      tallies,
      key,
      { failures, lockedUntilMs: nowMs + lockMs, lastFailureMs: nowMs },
      MAX_TALLIES,
    );
  }

  /** Forgotten after twice the longest lock without another failure. */
  #expire(tallies: Map<string, Tally>, longestMs: number, nowMs: number): void {
    for (const [key, tally] of tallies) {
      if (nowMs - tally.lastFailureMs > 2 * longestMs) tallies.delete(key);
    }
  }
}

/** Sets the key as the newest of the map; past `max` the oldest makes room. */
function rememberLast<T>(map: Map<string, T>, key: string, value: T, max: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= max) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
