// Text files to text: which of the encodings of Western and Japanese offices it is, by its bytes.

/** A byte order mark decides; else the first of these that the bytes are valid in, Latin-1 (which everything is) last. */
const CANDIDATES = ['utf-8', 'iso-2022-jp', 'shift_jis', 'euc-jp'] as const;
export type TextEncodingName = (typeof CANDIDATES)[number] | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** Returns the text with its line ends made `\n`, or undefined when the bytes are no text in any of the encodings. */
export function decodeText(bytes: Uint8Array): { text: string; encoding: TextEncodingName } | undefined {
  const encoding = encodingOf(bytes);
  const text = withoutEndMark(new TextDecoder(encoding).decode(bytes)).replace(/\r\n?/g, '\n');
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const control = text.match(/[\0-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd]/g)?.length ?? 0;
  return control > text.length * 0.02 ? undefined : { text, encoding };
}

/** CP/M and DOS ended text with Control-Z. */
function withoutEndMark(text: string): string {
  return text.endsWith('\u001a') ? text.slice(0, -1) : text;
}

function encodingOf(bytes: Uint8Array): TextEncodingName {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const valid = CANDIDATES.filter((encoding) => decodes(bytes, encoding));
  if (valid.includes('iso-2022-jp') && bytes.includes(0x1b)) return 'iso-2022-jp';
  if (valid.includes('utf-8')) return 'utf-8';
  const japanese = (['shift_jis', 'euc-jp'] as const)
    .filter((encoding) => valid.includes(encoding))
    .map((encoding) => ({ encoding, share: japaneseShare(bytes, encoding) }))
    .toSorted((left, right) => right.share - left.share)[0];
  // Accented Western text can be valid Shift_JIS by chance, but then hardly any kana or kanji pairs come of it.
  return japanese !== undefined && japanese.share > 0.6 ? japanese.encoding : 'windows-1252';
}

function decodes(bytes: Uint8Array, encoding: TextEncodingName): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** How many of the characters beyond ASCII are what Japanese text is made of: kana, common kanji, full-width marks. */
function japaneseShare(bytes: Uint8Array, encoding: TextEncodingName): number {
  const foreign = Array.from(new TextDecoder(encoding).decode(bytes)).filter(
    (character) => character > '\x7f',
  );
  const usual = foreign.filter((character) =>
    /[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff5e]/.test(character),
  ).length;
  const kana = foreign.filter((character) => /[\u3040-\u30ff]/.test(character)).length;
  return foreign.length === 0 ? 0 : (usual + kana * 0.2) / foreign.length;
}
