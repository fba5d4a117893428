// When to try the relay again: exponential back-off with full jitter, and longer rests where trying again is pointless.
// Pure: the owner passes the time and a source of randomness.

export interface BackOffTiming {
  firstMs: number;
  longestMs: number;
  /** Shortest pause, so that a jitter near zero does not become a tight loop. */
  shortestMs: number;
  /** After a refused login, or when another program took the device's place. */
  refusedMs: number;
  /** Online for so long: the next failure starts from the beginning. */
  stableMs: number;
}

export const BACK_OFF_TIMING: BackOffTiming = {
  firstMs: 1_000,
  longestMs: 60_000,
  shortestMs: 250,
  refusedMs: 60_000,
  // A line that breaks now and then must not keep an office away for half a minute each time.
  stableMs: 10_000,
};

export type ConnectFailure =
  /** Not reached, broken, or anything that passes by itself. */
  | { kind: 'broken' }
  /** The relay knows us not, or knows another one better: only a person can change that. */
  | { kind: 'refused'; retryAfterMs?: number | undefined }
  /** The relay asked for a pause. */
  | { kind: 'pause'; retryAfterMs: number };

export interface BackOff {
  /** How long to wait, in milliseconds, before the next attempt. */
  failed(failure: ConnectFailure, nowMs: number): number;
  /** Connected and logged in. */
  succeeded(nowMs: number): void;
}

export function createBackOff(random: () => number = Math.random, timing = BACK_OFF_TIMING): BackOff {
  let failures = 0;
  let onlineSinceMs: number | undefined;

  return {
    failed(failure, nowMs) {
      if (onlineSinceMs !== undefined && nowMs - onlineSinceMs >= timing.stableMs) failures = 0;
      onlineSinceMs = undefined;
      const ceilingMs = Math.min(timing.longestMs, timing.firstMs * 2 ** Math.min(failures, 30));
      failures += 1;
      switch (failure.kind) {
        case 'broken':
          return Math.max(timing.shortestMs, random() * ceilingMs);
        case 'refused': {
          const restMs = Math.max(timing.refusedMs, failure.retryAfterMs ?? 0);
          return restMs + random() * timing.refusedMs;
        }
        case 'pause':
          // Everyone was asked to come back at the same time: spread out.
          return failure.retryAfterMs + random() * Math.max(timing.firstMs, failure.retryAfterMs / 2);
      }
    },
    succeeded(nowMs) {
      onlineSinceMs ??= nowMs;
    },
  };
}
