// How long the two ends of a document call wait for each other.

export interface CallTiming {
  /** Longest silence of the other end, between two messages, while this end listens. */
  peerSilenceMs: number;
  /** The receiver says how far it is when it has said nothing for so long. */
  heartbeatMs: number;
  /** Longest time without any page confirmed, however alive the other end is. */
  pageLimitMs: number;
  /** For the last words of a call: cancel, end, and the answers to them. */
  farewellMs: number;
}

export const CALL_TIMING: CallTiming = {
  peerSilenceMs: 60_000,
  heartbeatMs: 15_000,
  pageLimitMs: 30 * 60_000,
  farewellMs: 10_000,
};
