// From the octets of a fast carrier to what the T.30 machine is told about it. Used by every executor.

import type { PageQuality } from '../../t4/coding.ts';
import { Deframer } from '../ecm/deframer.ts';
import type { FastPurpose, Input } from '../machine.ts';

/** Where the octets of a page without error correction go: the host's decoder, straight from the line. */
export interface PageSink {
  push(octets: Uint8Array): void;
  /** The carrier is gone. Called once. `endSeen`: RTC or EOFB came; left out when it is not known. */
  end(): { quality: PageQuality; endSeen?: boolean };
}

/** A good TCF has at most 2970 octets; of a carrier that stays, six seconds at 14 400 bit/s are enough to judge. */
const MAX_TRAINING_OCTETS = 10_800;

/**
 * One reception of a fast carrier. The executor calls `begin` when the carrier is found and trained, `push` with its
 * octets in chunks of any size, `end` when it is gone. The machine is told, in this order: carrier present; the ECM
 * frames as they come; carrier lost; and at once after it `trainingCheck` or `pageEnd`. A carrier that was never found
 * gives nothing.
 */
export class FastReceiver {
  readonly #purpose: FastPurpose;
  readonly #give: (input: Input) => void;
  readonly #page: PageSink | null;
  readonly #deframer: Deframer;
  #training = new Uint8Array(0);
  #trainingLength = 0;
  #present = false;

  /** `page`: needed for the purpose `page` only. */
  constructor(purpose: FastPurpose, give: (input: Input) => void, page: PageSink | null = null) {
    this.#purpose = purpose;
    this.#give = give;
    this.#page = page;
    this.#deframer = new Deframer((octets, fcsOk) => give({ type: 'frame', carrier: 'fast', octets, fcsOk }));
  }

  begin(): void {
    if (this.#present) return;
    this.#present = true;
    if (this.#purpose === 'TCF') this.#training = new Uint8Array(MAX_TRAINING_OCTETS);
    this.#give({ type: 'carrier', carrier: 'fast', present: true });
  }

  push(octets: Uint8Array): void {
    if (!this.#present) return;
    switch (this.#purpose) {
      case 'TCF': {
        const taken = octets.subarray(0, this.#training.length - this.#trainingLength);
        this.#training.set(taken, this.#trainingLength);
        this.#trainingLength += taken.length;
        return;
      }
      case 'page':
        this.#page?.push(octets);
        return;
      case 'ECM':
        this.#deframer.push(octets);
    }
  }

  end(): void {
    if (!this.#present) return;
    this.#present = false;
    if (this.#purpose === 'ECM') this.#deframer.end();
    this.#give({ type: 'carrier', carrier: 'fast', present: false });
    if (this.#purpose === 'TCF') {
      this.#give({ type: 'trainingCheck', octets: this.#training.slice(0, this.#trainingLength) });
    } else if (this.#purpose === 'page') {
      this.#give({ type: 'pageEnd', ...(this.#page?.end() ?? NOTHING) });
    }
  }
}

const NOTHING = { quality: { rows: 0, goodRows: 0, badRows: 0, longestBadRun: 0 }, endSeen: false };
