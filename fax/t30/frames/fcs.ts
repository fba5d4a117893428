// The frame check sequence of HDLC frames (T.30 §5.3.7): CRC-16/X.25, in DTE bit order, low octet first.

/** The FCS of a frame given from its address to the end of its FIF: 0 … 0xFFFF. */
export function fcs(octets: Uint8Array): number {
  return register(octets) ^ 0xffff;
}

/** A copy of the frame with its two FCS octets behind it. */
export function appendFcs(octets: Uint8Array): Uint8Array {
  const value = fcs(octets);
  const framed = new Uint8Array(octets.length + 2);
  framed.set(octets);
  framed[octets.length] = value & 0xff;
  framed[octets.length + 1] = value >> 8;
  return framed;
}

/** Whether the last two octets are the right FCS of those before them. Fewer than three octets are never good. */
export function hasGoodFcs(octetsWithFcs: Uint8Array): boolean {
  return octetsWithFcs.length >= 3 && register(octetsWithFcs) === GOOD_RESIDUE;
}

/** What the shift register holds after any good frame with its FCS. */
const GOOD_RESIDUE = 0xf0b8;

function register(octets: Uint8Array): number {
  let crc = 0xffff;
  for (const octet of octets) {
    crc = (crc >> 8) ^ (TABLE[(crc ^ octet) & 0xff] ?? 0);
  }
  return crc;
}

/** The polynomial x^16 + x^12 + x^5 + 1, least significant bit first. */
const POLYNOMIAL = 0x8408;

const TABLE = Uint16Array.from({ length: 256 }, (_, octet) => {
  let crc = octet;
  for (let bit = 0; bit < 8; bit += 1) {
    crc = crc & 1 ? (crc >> 1) ^ POLYNOMIAL : crc >> 1;
  }
  return crc;
});
