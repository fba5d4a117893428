// How long a fax will take over the internet, carefully guessed.

/** What an office line carries upwards without trouble. */
const BYTES_PER_SECOND = 125_000;
/** Finding the other end and joining the connections. */
const CALL_SECONDS = 2;
/** Writing a page to disk at the far end and its confirmation. */
const PAGE_SECONDS = 0.15;

export function estimatedSeconds(pages: number, totalBytes: number): number {
  return CALL_SECONDS + pages * PAGE_SECONDS + totalBytes / BYTES_PER_SECOND;
}
