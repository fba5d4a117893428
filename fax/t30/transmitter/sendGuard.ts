// The longest that sending can take, so that a modem which never says `sent` does not hold the call for ever.

import type { Effect } from '../machine.ts';

/** Waiting for silence, training, and a modem that is slow to begin. */
const MARGIN_MS = 20_000;
const PREAMBLE_MS = 1150;
const V21_BPS = 300;

/** Milliseconds after which sending must be over: a fifth more than it lasts, and a margin. */
export function sendGuardMs(sending: Extract<Effect, { type: 'sendFrames' | 'sendFast' }>): number {
  const bitsMs =
    sending.type === 'sendFast'
      ? (sending.data.length * 8000) / sending.rate.rateBps
      : PREAMBLE_MS + sending.frames.reduce((sum, { length }) => sum + ((length + 4) * 8000) / V21_BPS, 0);
  return Math.ceil(sending.gapMs + bitsMs * 1.2 + MARGIN_MS);
}
