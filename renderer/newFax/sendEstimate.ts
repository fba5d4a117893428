// How long a fax will take, over the internet and by telephone, carefully guessed.

/** What an office line carries upwards without trouble. */
const BYTES_PER_SECOND = 125_000;
/** Finding the other end and joining the connections. */
const CALL_SECONDS = 2;
/** Writing a page to disk at the far end and its confirmation. */
const PAGE_SECONDS = 0.15;

/** What nearly every machine takes, V.17 at its best. */
const USUAL_RATE_BPS = 14_400;
/** Dialling, ringing, and the first exchange of two machines (T.30 phases A and B). */
const DIAL_SECONDS = 22;
/** Between two pages: training, the post-message command and its answer. */
const TELEPHONE_PAGE_SECONDS = 3.05;
/** Frames, flags and stuffing of error correction: 4 to 7 % measured. */
const ECM_OVERHEAD = 1.06;

export function estimatedSeconds(pages: number, totalBytes: number): number {
  return CALL_SECONDS + pages * PAGE_SECONDS + totalBytes / BYTES_PER_SECOND;
}

/** One call to one number. `rateBps`: the fastest that the machine there is known to take. */
export function telephoneSeconds(pages: number, totalBytes: number, rateBps = USUAL_RATE_BPS): number {
  return DIAL_SECONDS + pages * TELEPHONE_PAGE_SECONDS + (totalBytes * 8 * ECM_OVERHEAD) / rateBps;
}
