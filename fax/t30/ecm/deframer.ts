// Finds HDLC frames in the octets of a carrier: flags at any bit, zero deletion, FCS. Whatever comes in, it gives out
// frames of bounded length and finds its way again at the next flag.

import { hasGoodFcs } from '../frames/fcs.ts';

/** A frame without its FCS; `fcsOk` false when it was damaged, cut off or too long: then what was understood of it. */
export type OnFrame = (octets: Uint8Array, fcsOk: boolean) => void;

/** FCD with 256 octets needs 262 with its FCS; whatever is longer has lost its flag. */
const MAX_FRAME_OCTETS = 320;
/** Address, control, FCF, FCS: anything shorter between two flags is noise, or flags that share a zero. */
const MIN_FRAME_OCTETS = 5;

/** The bits of a flag that were taken for data before it was known: its first zero and five ones. */
const FLAG_BITS_IN_DATA = 6;

/**
 * Takes a carrier's octets in chunks of any size (least significant bit first on the line) and gives frames. A frame's
 * octets belong to the taker. Seven ones or more (abort, or an idle line) break a frame off.
 */
export class Deframer {
  readonly #onFrame: OnFrame;
  readonly #frame = new Uint8Array(MAX_FRAME_OCTETS);
  #length = 0;
  /** Bits of the octet that is not complete, from the top. */
  #octet = 0;
  #octetBits = 0;
  #ones = 0;
  /** A flag was seen and no abort since: bits belong to a frame. */
  #inFrame = false;

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame;
  }

  push(octets: Uint8Array): void {
    for (const octet of octets) {
      for (let bit = 0; bit < 8; bit++) {
        if (((octet >> bit) & 1) === 1) {
          if (++this.#ones <= 5) {
            if (this.#inFrame) this.#dataBit(0x80);
          } else if (this.#ones === 7) this.#abort();
        } else {
          if (this.#ones < 5) {
            if (this.#inFrame) this.#dataBit(0);
          } else if (this.#ones === 6) this.#flag();
          // After exactly five ones the zero was inserted by the sender.
          this.#ones = 0;
        }
      }
    }
  }

  /** The carrier is gone. A last frame whose closing flag did not make it is still given. */
  end(): void {
    if (this.#inFrame) this.#give(this.#length, true);
    this.#inFrame = false;
    this.#restart();
    this.#ones = 0;
  }

  #dataBit(bit: number): void {
    this.#octet = (this.#octet >> 1) | bit;
    if (++this.#octetBits < 8) return;
    this.#octetBits = 0;
    if (this.#length === MAX_FRAME_OCTETS) {
      this.#give(this.#length, false);
      this.#inFrame = false;
      this.#restart();
    } else this.#frame[this.#length++] = this.#octet;
  }

  #flag(): void {
    if (this.#inFrame) this.#give(this.#length, this.#octetBits === FLAG_BITS_IN_DATA);
    this.#inFrame = true;
    this.#restart();
  }

  #abort(): void {
    if (this.#inFrame) this.#give(this.#length, false);
    this.#inFrame = false;
    this.#restart();
  }

  #restart(): void {
    this.#length = 0;
    this.#octetBits = 0;
  }

  #give(length: number, whole: boolean): void {
    if (length < MIN_FRAME_OCTETS) return;
    const fcsOk = whole && hasGoodFcs(this.#frame.subarray(0, length));
    this.#onFrame(this.#frame.slice(0, length - 2), fcsOk);
  }
}
