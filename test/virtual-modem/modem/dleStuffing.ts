// Data between host and modem: DLE doubled, `<DLE><ETX>` at the end (T.31, T.32).

const DLE = 0x10;
const ETX = 0x03;
const SUB = 0x1a;

export const END_OF_DATA = Uint8Array.of(DLE, ETX);

/** What the modem gives to the host. `doubled` false is a modem that forgets it. */
export function stuffDle(octets: Uint8Array, doubled = true): Uint8Array {
  if (!doubled || !octets.includes(DLE)) return octets;
  const stuffed: number[] = [];
  for (const octet of octets) {
    stuffed.push(octet);
    if (octet === DLE) stuffed.push(DLE);
  }
  return Uint8Array.from(stuffed);
}

/** What comes of an octet from the host: data octets, or the code behind a DLE that is no data. */
export type Unstuffed = { octets: readonly number[] } | { code: number } | null;

/** Takes the host's data octet by octet. */
export class DleUnstuffer {
  #behindDle = false;

  take(octet: number): Unstuffed {
    if (!this.#behindDle) {
      this.#behindDle = octet === DLE;
      return this.#behindDle ? null : { octets: [octet] };
    }
    this.#behindDle = false;
    if (octet === DLE) return { octets: [DLE] };
    if (octet === SUB) return { octets: [DLE, DLE] };
    return { code: octet };
  }
}

export function isEndOfData(unstuffed: Unstuffed): boolean {
  return unstuffed !== null && 'code' in unstuffed && unstuffed.code === ETX;
}
