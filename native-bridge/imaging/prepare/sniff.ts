// What a file is, by its first bytes. The name counts for nothing: people rename files.

export type FileKind = 'pdf' | 'tiff' | 'image' | 'text' | 'unsupported';

/** How much of the file `sniff` wants to see, in bytes. */
export const SNIFF_BYTES = 8192;

const IMAGES: [offset: number, bytes: string][] = [
  [0, '\x89PNG\r\n\x1a\n'],
  [0, '\xff\xd8\xff'],
  [0, 'GIF87a'],
  [0, 'GIF89a'],
];
const TIFFS = ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'];
/** ISO base media brands that sharp's own build can read. HEIC (HEVC) is not among them. */
const AVIF_BRANDS = ['avif', 'avis'];
/** Text to a machine, not to a reader. */
const MARKUP = [
  /^<!doctype html/i,
  /^<html/i,
  /^<\?xml/i,
  /^<svg/i,
  /^\{\\rtf/,
  /^%!PS/,
  /^From: .*\nMIME-Version/i,
];
const MOST_CONTROL_CHARACTERS = 0.02;

/** `head` is the beginning of the file, at most SNIFF_BYTES of it. */
export function sniff(head: Uint8Array): FileKind {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const begins = bytes.toString('latin1', 0, 2048);
  // Viewers take a PDF header anywhere in the first 1024 bytes.
  const pdf = begins.slice(0, 1024 + 5).indexOf('%PDF-');
  if (pdf === 0 || (pdf > 0 && !isZip(begins))) return 'pdf';
  if (TIFFS.some((mark) => begins.startsWith(mark))) return 'tiff';
  if (IMAGES.some(([offset, mark]) => begins.startsWith(mark, offset))) return 'image';
  if (begins.startsWith('RIFF') && begins.startsWith('WEBP', 8)) return 'image';
  if (begins.startsWith('ftyp', 4) && AVIF_BRANDS.includes(begins.slice(8, 12))) return 'image';
  return looksLikeText(bytes) ? 'text' : 'unsupported';
}

function isZip(begins: string): boolean {
  return begins.startsWith('PK\x03\x04');
}

function looksLikeText(bytes: Buffer): boolean {
  const utf16 =
    bytes.length >= 2 &&
    ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff));
  if (utf16) return true;
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const begins = bytes.toString('latin1', bom ? 3 : 0, 512).trimStart();
  if (MARKUP.some((pattern) => pattern.test(begins))) return false;
  let control = 0;
  for (const byte of bytes) {
    if (byte === 0) return false;
    // Tab, line feed, form feed, carriage return and escape (ISO-2022-JP) belong to text.
    if (byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d, 0x1a, 0x1b].includes(byte)) control++;
    if (byte === 0x7f) control++;
  }
  return control <= bytes.length * MOST_CONTROL_CHARACTERS;
}
