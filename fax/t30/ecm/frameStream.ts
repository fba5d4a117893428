// What an ECM burst looks like on the fast carrier: HDLC with everything in it, so that the modem only sends octets
// (T.4 Annex A, T.30 Annex A).

import { appendFcs } from '../frames/fcs.ts';

/** A frame of coded page data: its number within the block (0–255), and 256 or 64 octets (the last may be shorter). */
export interface EcmFrame {
  number: number;
  data: Uint8Array;
}

export interface BurstOptions {
  /** Of the carrier: decides how many flags make the times that are asked for. */
  rateBps: number;
  /** The first frame twice: some receivers miss the only frame of a burst when it is the first of its block. */
  repeatFirst?: boolean;
}

/** Flags after the training, so that the receiver finds the frames. */
const PREAMBLE_MS = 200;
/** Flags after the last RCP, so that it is not cut by the end of the carrier: less than 50 ms of them (T.4 §A.3.8). */
const POSTAMBLE_MS = 10;
/** Return to control for partial page, sent thrice because nothing asks for it again. */
const RCP_TIMES = 3;

const ADDRESS = 0xff;
const CONTROL = 0x03;
const FCD = 0x06;
const RCP = 0x86;
const FLAG = 0x7e;

/**
 * A whole burst: flags, the frames with FCS and zero insertion, RCP three times, flags.
 *
 * @returns line octets, the least significant bit first on the line: what `sendFast` takes.
 */
export function buildEcmBurst(frames: readonly EcmFrame[], options: BurstOptions): Uint8Array<ArrayBuffer> {
  const sent = options.repeatFirst === true ? [...frames.slice(0, 1), ...frames] : frames;
  const preambleFlags = flagsIn(PREAMBLE_MS, options.rateBps);
  const postambleFlags = flagsIn(POSTAMBLE_MS, options.rateBps);
  const frameOctets = sent.reduce((sum, frame) => sum + frame.data.length + 7, RCP_TIMES * 6);
  // Zero insertion adds at most one bit in five.
  const line = new LineBits(preambleFlags + postambleFlags + Math.ceil((frameOctets * 6) / 5) + 2);
  line.flags(preambleFlags);
  for (const frame of sent) line.frame(fcdFrame(frame));
  const rcp = appendFcs(Uint8Array.of(ADDRESS, CONTROL, RCP));
  for (let sentTimes = 0; sentTimes < RCP_TIMES; sentTimes++) line.frame(rcp);
  line.flags(postambleFlags);
  return line.finish();
}

function flagsIn(ms: number, rateBps: number): number {
  return Math.ceil((rateBps * ms) / 8000);
}

function fcdFrame({ number, data }: EcmFrame): Uint8Array {
  const octets = new Uint8Array(4 + data.length);
  octets.set([ADDRESS, CONTROL, FCD, number & 0xff]);
  octets.set(data, 4);
  return appendFcs(octets);
}

/**
 * Zero insertion, an octet at a time: for each number of ones before it (0–4) and each octet the bits that go out
 * (8–10, from bit 0), how many (from bit 10), and the ones that it ends with (from bit 14).
 */
const stuffing = makeStuffing();

function makeStuffing(): Uint32Array {
  const table = new Uint32Array(5 * 256);
  for (let onesBefore = 0; onesBefore < 5; onesBefore++) {
    for (let octet = 0; octet < 256; octet++) {
      let ones = onesBefore;
      let bits = 0;
      let count = 0;
      for (let bit = 0; bit < 8; bit++) {
        const one = (octet >> bit) & 1;
        bits |= one << count++;
        ones = one === 1 ? ones + 1 : 0;
        if (ones === 5) {
          count++;
          ones = 0;
        }
      }
      table[onesBefore * 256 + octet] = bits | (count << 10) | (ones << 14);
    }
  }
  return table;
}

/** Collects bits into octets, the first one lowest. */
class LineBits {
  readonly #octets: Uint8Array<ArrayBuffer>;
  #length = 0;
  #pending = 0;
  #pendingBits = 0;

  constructor(capacity: number) {
    this.#octets = new Uint8Array(capacity);
  }

  flags(count: number): void {
    for (let flag = 0; flag < count; flag++) this.#put(FLAG, 8);
  }

  /** A frame with its FCS, and the flag that ends it. */
  frame(octets: Uint8Array): void {
    let ones = 0;
    for (const octet of octets) {
      const entry = stuffing[ones * 256 + octet] ?? 0;
      this.#put(entry & 0x3ff, (entry >> 10) & 0xf);
      ones = entry >> 14;
    }
    this.#put(FLAG, 8);
  }

  /** Fills the last octet with the beginning of one more flag. */
  finish(): Uint8Array<ArrayBuffer> {
    if (this.#pendingBits > 0) this.#put(FLAG, 8);
    return this.#octets.subarray(0, this.#length);
  }

  #put(bits: number, count: number): void {
    this.#pending |= bits << this.#pendingBits;
    this.#pendingBits += count;
    while (this.#pendingBits >= 8) {
      this.#octets[this.#length++] = this.#pending & 0xff;
      this.#pending >>>= 8;
      this.#pendingBits -= 8;
    }
  }
}
