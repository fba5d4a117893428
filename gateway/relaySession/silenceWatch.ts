// Whether a connection is still alive: when to send a keepalive (4), and when silence means that it is dead.
// Pure: the owner passes the times and performs what `tick` answers.

import { SILENCE_INTERVALS } from '../../protocol/relay.ts';

export interface SilenceWatch {
  /** Bytes came in. */
  heard(nowMs: number): void;
  /** This end stopped reading, or reads again. While it does not read, silence says nothing about the other end. */
  reading(on: boolean, nowMs: number): void;
  /** Call it often, at least every `tickMs`. `wallMs` is the time of day, which goes on while a PC sleeps. */
  tick(nowMs: number, wallMs: number): 'nothing' | 'sendKeepalive' | 'dead';
  lastHeardMs(): number;
}

export interface SilenceWatchOptions {
  intervalMs: number;
  tickMs: number;
  /** After a sleep, an answer must come within this time. */
  probeMs: number;
  nowMs: number;
  wallMs: number;
}

export function createSilenceWatch(options: SilenceWatchOptions): SilenceWatch {
  const { intervalMs, tickMs, probeMs } = options;
  const silenceMs = intervalMs * SILENCE_INTERVALS;
  let lastHeardMs = options.nowMs;
  /** From when on silence counts. */
  let listeningSinceMs = options.nowMs;
  let isReading = true;
  let keepaliveAtMs = options.nowMs + intervalMs;
  let probeUntilMs: number | undefined;
  let lastTick = { nowMs: options.nowMs, wallMs: options.wallMs };

  return {
    heard(nowMs) {
      lastHeardMs = nowMs;
      probeUntilMs = undefined;
    },
    reading(on, nowMs) {
      if (on && !isReading) {
        listeningSinceMs = nowMs;
        // What was not read cannot have been an answer.
        if (probeUntilMs !== undefined) probeUntilMs = nowMs + probeMs;
      }
      isReading = on;
    },
    tick(nowMs, wallMs) {
      const pausedMs = Math.max(nowMs - lastTick.nowMs, wallMs - lastTick.wallMs);
      // Time in which this process stood still is no silence of the other end: its bytes wait unread.
      const stoodStillMs = Math.max(0, nowMs - lastTick.nowMs - 2 * tickMs);
      if (stoodStillMs > 0) {
        listeningSinceMs = Math.min(nowMs, Math.max(lastHeardMs, listeningSinceMs) + stoodStillMs);
      }
      lastTick = { nowMs, wallMs };
      if (pausedMs > Math.max(4 * tickMs, probeMs)) {
        // The PC slept, or this process stood still: what came meanwhile is not read yet, so ask instead of judging.
        keepaliveAtMs = nowMs + intervalMs;
        listeningSinceMs = nowMs;
        probeUntilMs = nowMs + probeMs;
        return 'sendKeepalive';
      }
      if (isReading) {
        if (probeUntilMs !== undefined && nowMs >= probeUntilMs) return 'dead';
        if (nowMs - Math.max(lastHeardMs, listeningSinceMs) >= silenceMs) return 'dead';
      }
      if (nowMs < keepaliveAtMs) return 'nothing';
      keepaliveAtMs = nowMs + intervalMs;
      return 'sendKeepalive';
    },
    lastHeardMs: () => lastHeardMs,
  };
}
