// Long work in small pieces: octets to and from the modem never wait for a page.

import { setImmediate } from 'node:timers/promises';

/** Several pieces of work may share the loop; a modem's buffer holds far more than what comes in such a time. */
const SLICE_MS = 3;

export class GentleWork {
  #began = performance.now();

  /** Whether the event loop has waited long enough. To be asked after every step of well under a millisecond. */
  get isDue(): boolean {
    return performance.now() - this.#began >= SLICE_MS;
  }

  /** Gives the event loop its turn. */
  async rest(): Promise<void> {
    await setImmediate();
    this.#began = performance.now();
  }
}
