// The timers of T.30 with their tolerance, and how often things are tried. Values of the fact sheet; where practice and
// the text differ, what real machines need.

export interface TimerValue {
  ms: number;
  /** What the standard allows to either side. */
  toleranceMs: number;
}

export const TIMERS = {
  /** From dialling to an answer. The dialler's; here for completeness. */
  T0: { ms: 60_000, toleranceMs: 5000 },
  /** To identify each other; and to wait for the first ECM frame. */
  T1: { ms: 35_000, toleranceMs: 5000 },
  /** Waiting for a command. */
  T2: { ms: 6000, toleranceMs: 1000 },
  /** The operator is called. */
  T3: { ms: 10_000, toleranceMs: 5000 },
  /** Waiting for a response. */
  T4: { ms: 3000, toleranceMs: 450 },
  /** How long a receiver may be busy (RNR). */
  T5: { ms: 60_000, toleranceMs: 5000 },
  /** From the first flag to a complete frame: no frame is longer (T.30 §5.3.1). */
  frame: { ms: 3000, toleranceMs: 450 },
  /** Longest that a fast carrier may stay away, or last beyond what it carries, before the receiver stops waiting. */
  carrier: { ms: 6000, toleranceMs: 1000 },
} as const satisfies Record<string, TimerValue>;

/**
 * T4 as we keep it: modems and hosts at both ends add to the time that an answer takes. What we say again must still come
 * before the longest T4 of the far end's reckoning.
 */
export const RESPONSE_WAIT_MS = 3200;

export type TimerName = keyof typeof TIMERS;

/** A command is sent this often, T4 apart, before the sender gives up with DCN. */
export const COMMAND_TRIES = 3;
/** The same answer to different efforts this often is no progress. */
export const REPEATED_RESPONSE_LIMIT = 6;
/** After the 4th PPR of a block: CTC or EOR (T.30 Annex A.4). */
export const PPR_LIMIT = 4;

/** Silence between V.21 and a fast carrier, and between receiving and sending (T.30 chapter 5, notes 3 and 4: 75 ± 20 ms). */
export const TURNAROUND_MS = 75;
/** TCF: zeros for 1.5 s ± 10 %. */
export const TCF_MS = 1500;
