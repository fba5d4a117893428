// The identification fields: 20 characters, the last one first on the line (T.30 §5.3.6.2.4 – 5.3.6.2.11): CSI, TSI, CIG
// with digits, space and +; SUB, PWD, SEP, SID, PSA with digits, *, # and space.

/**
 * What a machine calls itself, readable and safe to show and to log: at most 20 printable ASCII characters. Letters are
 * kept, many machines put them, though the standard has digits only. Control characters are dropped, octets above ASCII
 * become `?` since nobody knows the sender's code page. Padding is trimmed. Takes a field of any length.
 */
export function parseIdentity(fif: Uint8Array): string {
  let text = '';
  for (const octet of fif.subarray(0, IDENTITY_LENGTH)) {
    if (octet > 0x7e) {
      text = octet === 0x7f ? text : `?${text}`;
    } else if (octet >= 0x20) {
      text = String.fromCharCode(octet) + text;
    }
  }
  return text.trim();
}

/**
 * The field for `text`: the last character first, the rest of the 20 octets spaces, so that the number stands right on
 * the far display. Longer text is cut. Accents and full-width forms become the plain character (`Zürich` → `Zurich`,
 * `０３` → `03`); everything else outside printable ASCII becomes a space, since a space is in the standard's set and
 * every machine can print it, which is not so of `?`.
 */
export function buildIdentity(text: string): Uint8Array {
  const field = new Uint8Array(IDENTITY_LENGTH).fill(SPACE);
  const plain = text
    // Far more than can be used: no text makes this slow.
    .slice(0, 10 * IDENTITY_LENGTH)
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^ -~]/gu, ' ')
    .trim()
    .slice(0, IDENTITY_LENGTH)
    .trimEnd();
  for (let index = 0; index < plain.length; index += 1) {
    field[index] = plain.charCodeAt(plain.length - 1 - index);
  }
  return field;
}

/** Characters in an identification field. */
const IDENTITY_LENGTH = 20;
const SPACE = 0x20;
