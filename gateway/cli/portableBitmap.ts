// Portable bitmaps (PBM, the binary kind P4): the plainest file of black and white pixels, which every image tool reads.

/** Packed rows of ceil(width / 8) bytes, most significant bit first, black = 1. */
export interface Bitmap {
  width: number;
  height: number;
  raster: Uint8Array;
}

/** Throws Error with a sentence on what is wrong. */
export function parsePortableBitmap(bytes: Uint8Array): Bitmap {
  const kind = text(bytes.subarray(0, 2));
  if (kind !== 'P4') throw new Error(otherKind(kind));
  const reader = { bytes, at: 2 };
  const width = readNumber(reader, 'width');
  const height = readNumber(reader, 'height');
  // One character ends the header; then the pixels begin, whatever they look like.
  if (!isSpace(bytes[reader.at])) throw new Error('The header of the PBM file does not end.');
  const length = Math.ceil(width / 8) * height;
  const start = reader.at + (endsWithCrLf(bytes, reader.at, length) ? 2 : 1);
  const end = start + length;
  if (bytes.length < end) {
    const rows = Math.floor((bytes.length - start) / Math.ceil(width / 8));
    throw new Error(
      `The PBM file is cut short: it has ${rows} whole ${rows === 1 ? 'row' : 'rows'} of ${height}.`,
    );
  }
  if (!bytes.subarray(end).every(isSpace)) {
    throw new Error('The PBM file goes on behind its page. Give one page at a time.');
  }
  return { width, height, raster: bytes.subarray(start, end) };
}

/** What stands before the pixels. */
export function portableBitmapHeader(width: number, height: number): Uint8Array {
  return new TextEncoder().encode(`P4\n${width} ${height}\n`);
}

const LONGEST_NUMBER = 9;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const HASH = 0x23;

/** A file made on Windows may have two characters there: then it is one byte longer than its pixels ask for. */
function endsWithCrLf(bytes: Uint8Array, at: number, length: number): boolean {
  return bytes[at] === CARRIAGE_RETURN && bytes[at + 1] === LINE_FEED && bytes.length === at + 2 + length;
}

function readNumber(reader: { bytes: Uint8Array; at: number }, name: string): number {
  const { bytes } = reader;
  const begin = reader.at;
  for (;;) {
    if (bytes[reader.at] === HASH) {
      while (reader.at < bytes.length && bytes[reader.at] !== LINE_FEED) reader.at++;
    } else if (!isSpace(bytes[reader.at])) {
      break;
    } else {
      reader.at++;
    }
  }
  let digits = '';
  for (; digits.length <= LONGEST_NUMBER && isDigit(bytes[reader.at]); reader.at++) {
    digits += String.fromCharCode(bytes[reader.at] ?? 0);
  }
  const value = Number(digits);
  if (reader.at === begin + digits.length || digits.length > LONGEST_NUMBER || value < 1) {
    throw new Error(`The header of the PBM file names no ${name}.`);
  }
  return value;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function otherKind(kind: string): string {
  if (kind === 'P1') return 'This is a PBM file in plain text (P1). Give the binary kind, P4.';
  if (/^P[2356]$/.test(kind))
    return `This picture (${kind}) is gray or in colour. Give black and white: PBM, P4.`;
  return 'This is not a PBM file (P4).';
}

function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
