// Whether a TCF was good enough to carry pages at its rate.

import type { FastRate } from '../parameters.ts';
import { TCF_MS } from '../timers.ts';

/** Zeros without a break that a TCF must bring; ECM can repair more, so it is content with less. */
const LEAST_RUN_MS = 1000;
const LEAST_RUN_ECM_MS = 500;
/** Share of octets that may be damaged once the zeros have begun. */
const MOST_BAD_SHARE = 0.1;

/**
 * Judges what a TCF carrier brought (T.30 §5.3.6.1.1: 1.5 s of zeros). Receivers see garbage while they still train and
 * when the carrier goes; neither counts: only octets between the first and the last zero do. Field practice: a run of
 * zeros of at least 1 s (0.5 s under ECM), and at most 10 % damaged octets of what a whole TCF has.
 */
export function isTrainingGood(octets: Uint8Array, rate: FastRate, ecm: boolean): boolean {
  const octetsPerMs = rate.rateBps / 8 / 1000;
  const leastRun = Math.ceil(octetsPerMs * (ecm ? LEAST_RUN_ECM_MS : LEAST_RUN_MS));
  const mostBad = Math.floor(octetsPerMs * TCF_MS * MOST_BAD_SHARE);
  const first = octets.indexOf(0);
  const last = octets.lastIndexOf(0);
  if (first < 0) return false;
  let bad = 0;
  let run = 0;
  let longestRun = 0;
  for (let index = first; index <= last; index++) {
    if (octets[index] === 0) {
      run++;
      if (run > longestRun) longestRun = run;
    } else {
      bad++;
      run = 0;
    }
  }
  return longestRun >= leastRun && bad <= mostBad;
}
