// T.31's framing of data on the way between modem and host: DLE doubled, DLE ETX at the end; and what stands there instead
// when the modem has given up.

import { RESULTS_IN_DATA } from './resultCodes.ts';

export const DLE = 0x10;
export const ETX = 0x03;
const SUB = 0x1a;

/** DLE doubled; with DLE ETX behind it when `last`. */
export function encodeData(octets: Uint8Array, last: boolean): Uint8Array {
  let doubled = 0;
  for (const octet of octets) if (octet === DLE) doubled += 1;
  const coded = new Uint8Array(octets.length + doubled + (last ? 2 : 0));
  let at = 0;
  for (const octet of octets) {
    coded[at++] = octet;
    if (octet === DLE) coded[at++] = DLE;
  }
  if (last) coded.set([DLE, ETX], at);
  return coded;
}

/**
 * Undoes the framing of what a modem sends, octet by octet. Octets that may be the beginning of a result (CR LF OK …) are
 * held back until they turn out to be data; `heldResult` says that a whole one is held and nothing came behind it yet.
 */
export class DataDecoder {
  private readonly singleDle: boolean;
  private afterDle = false;
  private held: number[] = [];

  constructor(singleDle: boolean) {
    this.singleDle = singleDle;
  }

  /** Puts what `octet` turned into data behind `data`. True: it was the end. */
  take(octet: number, data: number[]): boolean {
    if (this.afterDle) {
      this.afterDle = false;
      if (octet === ETX) {
        data.push(...this.held.splice(0));
        return true;
      }
      if (this.singleDle) {
        // Of two DLEs the second may be the one of DLE ETX.
        this.afterDle = octet === DLE;
        this.pushData(this.afterDle ? [DLE] : [DLE, octet], data);
      } else if (octet === DLE) this.pushData([DLE], data);
      // T.31: DLE SUB stands for two DLEs; other pairs mean nothing and are dropped.
      else if (octet === SUB) this.pushData([DLE, DLE], data);
      return false;
    }
    if (octet === DLE) this.afterDle = true;
    else this.pushData([octet], data);
    return false;
  }

  /** The octets of a whole result, when that is what stands last. */
  heldResult(): Uint8Array | undefined {
    const whole = RESULTS_IN_DATA.find((result) => result.length === this.held.length);
    return whole !== undefined && !this.afterDle && isPrefix(this.held, whole)
      ? Uint8Array.from(this.held)
      : undefined;
  }

  /** What is held back, as data after all. */
  release(data: number[]): void {
    data.push(...this.held.splice(0));
  }

  private pushData(octets: readonly number[], data: number[]): void {
    for (const octet of octets) {
      this.held.push(octet);
      while (this.held.length > 0 && !RESULTS_IN_DATA.some((result) => isPrefix(this.held, result))) {
        const [first = 0] = this.held.splice(0, 1);
        data.push(first);
      }
    }
  }
}

function isPrefix(octets: readonly number[], of: Uint8Array): boolean {
  return octets.length <= of.length && octets.every((octet, at) => of[at] === octet);
}
