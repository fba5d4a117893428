// Whether a frame that the modem gave is good: its own FCS, held against the modem's word, with what modems are known to
// do to frames undone (fact sheet §2.4).

import { reverseOctets } from '../../../fax/t30/frames/bitOrder.ts';
import { hasGoodFcs } from '../../../fax/t30/frames/fcs.ts';
import type { Quirks } from '../profiles/profile.types.ts';

/** What followed the frame: OK, ERROR (bad FCS), or neither (the carrier went, the result was lost). */
export type ModemsWord = 'good' | 'bad' | 'none';

export interface CheckedFrame {
  /** From the address to the end of the FIF, without FCS. */
  octets: Uint8Array;
  fcsOk: boolean;
}

/** So many frames that the modem calls good, none of them with a good FCS: it does not give the FCS as it came. */
const DOUBTS_TO_TRUST = 2;

const FCS_OCTETS = 2;
const ADDRESS = 0xff;
const XOFF = 0x13;

/** Frames of T.30 that are as long as this have no FCS behind them: no FIF, or an identity of 20 characters. */
const LENGTHS_WITHOUT_FCS: ReadonlySet<number> = new Set([3, 23]);

/** Remembers over a call what the modem does to frames. */
export class FrameCheck {
  readonly #unreliable: boolean;
  #goodOnes = 0;
  #doubts = 0;
  /** Learnt from frames whose length is known. */
  #bringsFcs = true;

  constructor(quirks: Pick<Quirks, 'unreliableFcs'>) {
    this.#unreliable = quirks.unreliableFcs === true;
  }

  /**
   * `octets` as they stood between CONNECT and DLE ETX. A good FCS of its own makes a frame good unless the modem says
   * it is bad; the modem's word alone is enough only where its FCS cannot be relied on.
   */
  check(octets: Uint8Array, word: ModemsWord): CheckedFrame {
    const intact = asItWas(octets);
    if (intact !== undefined) {
      this.#goodOnes++;
      return { octets: intact.subarray(0, -FCS_OCTETS), fcsOk: word !== 'bad' || this.#unreliable };
    }
    if (word !== 'good' || octets.length === 0) return { octets, fcsOk: false };
    this.#doubts++;
    if (LENGTHS_WITHOUT_FCS.has(octets.length)) this.#bringsFcs = false;
    if (LENGTHS_WITHOUT_FCS.has(octets.length - FCS_OCTETS)) this.#bringsFcs = true;
    if (!this.#unreliable && (this.#goodOnes > 0 || this.#doubts < DOUBTS_TO_TRUST)) {
      return { octets, fcsOk: false };
    }
    return { octets: this.#bringsFcs ? octets.subarray(0, -FCS_OCTETS) : octets, fcsOk: true };
  }
}

/** The frame with its FCS as it was on the line, if one of the known mistakes, undone, makes the FCS right. */
function asItWas(octets: Uint8Array): Uint8Array | undefined {
  return WAYS_BACK.map((undo) => undo(octets)).find(hasGoodFcs);
}

const WAYS_BACK: readonly ((octets: Uint8Array) => Uint8Array)[] = [
  (octets) => octets,
  (octets) => Uint8Array.of(ADDRESS, ...octets),
  reverseOctets,
  (octets) => Uint8Array.of(ADDRESS, ...reverseOctets(octets)),
  // Software flow control swallows the control octet of final frames.
  (octets) => Uint8Array.of(...octets.subarray(0, 1), XOFF, ...octets.subarray(1)),
];
