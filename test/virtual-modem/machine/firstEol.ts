// What comes before the first EOL of a page without error correction is no line of it: a modem sends ones until its host
// brings data, and ones are runs that a decoder could take for lines.

/** An EOL is at least so many zeros and a 1 (T.4 §4.1.2). */
const EOL_ZEROS = 11;

/** Lets the octets of a page through from its first EOL on; the least significant bit is first on the line. */
export class FirstEol {
  #found = false;
  #zeros = 0;

  pass(octets: Uint8Array): Uint8Array {
    if (this.#found) return octets;
    for (const [index, octet] of octets.entries()) {
      for (let bit = 0; bit < 8; bit++) {
        if (((octet >> bit) & 1) === 0) {
          this.#zeros++;
          continue;
        }
        if (this.#zeros >= EOL_ZEROS) {
          this.#found = true;
          // Zeros before an EOL are fill.
          const first = octet & ~((1 << bit) - 1);
          return Uint8Array.of(0, 0, first, ...octets.subarray(index + 1));
        }
        this.#zeros = 0;
      }
    }
    return new Uint8Array(0);
  }
}
