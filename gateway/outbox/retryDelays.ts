// When a delivery that did not succeed is tried again: by kind of cause, growing with every failure of that kind.

import type { OutcomeCode } from '../../protocol/outcome.ts';

export type RetryKind = 'relay' | 'call' | 'busy' | 'offline' | 'receiver';

/** Seconds; the last one repeats until the time to give up. */
const DELAYS_S: Record<RetryKind, readonly number[]> = {
  // Usually over in a moment, and the session tells when the relay is back.
  relay: [1, 2, 5, 10, 20, 30, 60],
  call: [1, 2, 5, 10, 20, 30, 60],
  // Somebody else's fax is running there.
  busy: [5, 10, 20, 40, 80, 160, 300],
  // The directory tells when it comes online; these are for a message that was missed.
  offline: [10, 20, 300],
  // A person has to do something there.
  receiver: [30, 60, 300],
};

const KINDS: Partial<Record<OutcomeCode, RetryKind>> = {
  CALL_BROKEN: 'call',
  CALL_STALLED: 'call',
  DEVICE_BUSY: 'busy',
  DEVICE_NO_ANSWER: 'busy',
  DEVICE_OFFLINE: 'offline',
  RECEIVER_DISK_FULL: 'receiver',
  RECEIVER_ERROR: 'receiver',
};

/** Causes that are gone when the relay session is online again. */
export const GONE_WHEN_ONLINE: readonly OutcomeCode[] = [
  'CALL_BROKEN',
  'CALL_STALLED',
  'DEVICE_OFFLINE',
  'DEVICE_NO_ANSWER',
  'RELAY_NOT_CONFIGURED',
  'RELAY_UNREACHABLE',
  'RELAY_LOGIN_REFUSED',
  'RELAY_CERTIFICATE',
  'RELAY_PROXY_REFUSED',
  'RELAY_VERSION',
  'RELAY_REPLACED',
  'RELAY_STOPPING',
];

export function retryKind(code: OutcomeCode): RetryKind {
  return KINDS[code] ?? 'relay';
}

/** Milliseconds until the next attempt after `failures` (from 1) of this kind in a row. `random` (0 … 1) keeps many offices from calling in step. */
export function retryDelayMs(kind: RetryKind, failures: number, random: number): number {
  const delays = DELAYS_S[kind];
  const seconds = delays[Math.min(Math.max(failures, 1), delays.length) - 1] ?? 60;
  return Math.round(seconds * 1_000 * (1 + 0.1 * random));
}
