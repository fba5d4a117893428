// The directories of a TIFF file (TIFF 6.0 §2), in either byte order, whatever the bytes are.

/** The bytes are no TIFF file of fax pages, or a damaged one. */
export class TiffError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TiffError';
  }
}

/** TIFF 6.0; RFC 2306 for those from 326; those from 34908 are what fax software agreed on. */
export const TAG = {
  newSubfileType: 254,
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  xResolution: 282,
  yResolution: 283,
  t4Options: 292,
  t6Options: 293,
  resolutionUnit: 296,
  pageNumber: 297,
  software: 305,
  dateTime: 306,
  badFaxLines: 326,
  cleanFaxData: 327,
  consecutiveBadFaxLines: 328,
  faxRecvParams: 34908,
  faxSubAddress: 34909,
  faxRecvTime: 34910,
  faxDcs: 34911,
} as const;

export const TYPE = { byte: 1, ascii: 2, short: 3, long: 4, rational: 5 } as const;

export const TIFF_HEADER_BYTES = 8;

export interface TiffDirectory {
  /** Where it begins in the file. */
  readonly offset: number;
  /** The first whole number under `tag`, or undefined. */
  number(tag: number): number | undefined;
  /** The first `wanted` whole numbers under `tag`, fewer where there are fewer. */
  numbers(tag: number, wanted: number): number[];
  /** The fraction under `tag`; undefined also when it is none. */
  rational(tag: number): number | undefined;
}

/** More than anybody faxes, few enough for any chain of directories to end soon. */
const MOST_DIRECTORIES = 4_096;
const MOST_ENTRIES = 512;
const ENTRY_BYTES = 12;
const TYPE_BYTES: Partial<Record<number, number>> = {
  [TYPE.byte]: 1,
  [TYPE.ascii]: 1,
  [TYPE.short]: 2,
  [TYPE.long]: 4,
  [TYPE.rational]: 8,
};

/** All directories of the file in the order of their chain. Throws TiffError. */
export function readTiffDirectories(bytes: Uint8Array): TiffDirectory[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const order = bytes.length < TIFF_HEADER_BYTES ? 0 : view.getUint16(0);
  const little = order === 0x4949;
  if ((!little && order !== 0x4d4d) || view.getUint16(2, little) !== 42)
    throw new TiffError('not a TIFF file');
  const directories: TiffDirectory[] = [];
  const seen = new Set<number>();
  for (let offset = view.getUint32(4, little); offset !== 0;) {
    if (seen.has(offset)) throw new TiffError('the directories run in a circle');
    if (directories.length === MOST_DIRECTORIES) throw new TiffError(`more than ${MOST_DIRECTORIES} pages`);
    seen.add(offset);
    const { directory, next } = readDirectory(view, little, offset);
    directories.push(directory);
    offset = next;
  }
  if (directories.length === 0) throw new TiffError('no page in the file');
  return directories;
}

interface Entry {
  type: number;
  count: number;
  /** Where its values begin in the file. */
  at: number;
}

function readDirectory(
  view: DataView,
  little: boolean,
  offset: number,
): { directory: TiffDirectory; next: number } {
  if (offset + 2 > view.byteLength) throw new TiffError('a directory lies outside the file');
  const entryCount = view.getUint16(offset, little);
  const end = offset + 2 + entryCount * ENTRY_BYTES;
  if (entryCount > MOST_ENTRIES || end > view.byteLength)
    throw new TiffError('a directory lies outside the file');
  const entries = new Map<number, Entry>();
  for (let at = offset + 2; at < end; at += ENTRY_BYTES) {
    const type = view.getUint16(at + 2, little);
    const count = view.getUint32(at + 4, little);
    const typeBytes = TYPE_BYTES[type];
    // TIFF 6.0 §2: readers skip fields of a type that they do not know.
    if (typeBytes === undefined || count === 0) continue;
    const inPlace = count * typeBytes <= 4;
    entries.set(view.getUint16(at, little), {
      type,
      count,
      at: inPlace ? at + 8 : view.getUint32(at + 8, little),
    });
  }
  // Some writers end the file with their only directory and leave out the link to the next one.
  const next = end + 4 <= view.byteLength ? view.getUint32(end, little) : 0;
  return { directory: directoryOf(view, little, offset, entries), next };
}

function directoryOf(
  view: DataView,
  little: boolean,
  offset: number,
  entries: Map<number, Entry>,
): TiffDirectory {
  const numbers = (tag: number, wanted: number): number[] => {
    const entry = entries.get(tag);
    if (entry === undefined) return [];
    const { type, count, at } = entry;
    const size = type === TYPE.byte ? 1 : type === TYPE.short ? 2 : type === TYPE.long ? 4 : 0;
    if (size === 0) return [];
    if (at + count * size > view.byteLength) {
      throw new TiffError(`the values of tag ${tag} lie outside the file`);
    }
    return Array.from({ length: Math.min(count, wanted) }, (_, index) => {
      const from = at + index * size;
      if (size === 1) return view.getUint8(from);
      return size === 2 ? view.getUint16(from, little) : view.getUint32(from, little);
    });
  };
  return {
    offset,
    number: (tag) => numbers(tag, 1)[0],
    numbers,
    rational(tag) {
      const entry = entries.get(tag);
      if (entry?.type !== TYPE.rational || entry.at + 8 > view.byteLength) return undefined;
      const denominator = view.getUint32(entry.at + 4, little);
      return denominator === 0 ? undefined : view.getUint32(entry.at, little) / denominator;
    },
  };
}
