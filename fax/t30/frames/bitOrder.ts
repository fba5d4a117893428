// T.30 prints octets with the first transmitted bit left; a modem's DTE side has that bit as the least significant one.

/** The octet with its eight bits in the opposite order: T.30 print to DTE order, and back. */
export function reverseOctet(octet: number): number {
  return REVERSED[octet & 0xff] ?? 0;
}

/** A copy with the bits of every octet reversed; the octets stay in their order. */
export function reverseOctets(octets: Uint8Array): Uint8Array {
  return octets.map(reverseOctet);
}

const REVERSED = Uint8Array.from({ length: 256 }, (_, octet) => {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit += 1) {
    if ((octet >> bit) & 1) {
      reversed |= 0x80 >> bit;
    }
  }
  return reversed;
});
