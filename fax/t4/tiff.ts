// The TIFF files in which pages are stored and exported: T.6, one strip per page, as every fax viewer opens them
// (TIFF 6.0, RFC 2306 tags). The reader takes such files only; any other TIFF is an image for the imaging host.

export interface T6PageInfo {
  width: number;
  height: number;
  /** Pixels per inch. */
  xDpi: number;
  yDpi: number;
}

export interface T6Page {
  info: T6PageInfo;
  /** One T.6 block, black = 1. */
  data: Uint8Array;
}

/** The bytes are not one of our T.6 TIFF files. */
export class TiffError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TiffError';
  }
}

/** The bytes before the first page of a file that is written page by page. */
export function t6TiffHeader(): Uint8Array {
  return Uint8Array.of(0x49, 0x49, 42, 0, HEADER_BYTES, 0, 0, 0);
}

/**
 * The bytes to be written before and after the T.6 data of page `index` of `total`, for a page whose directory begins
 * at byte `offset` of the file: `t6TiffHeader().length` for the first, the end of the page before for the others.
 */
export function t6TiffPage(
  info: T6PageInfo,
  dataLength: number,
  place: { index: number; total: number; offset: number },
): { before: Uint8Array; after: Uint8Array } {
  const { index, total, offset } = place;
  const after = new Uint8Array(dataLength & 1);
  const dataOffset = offset + DIRECTORY_BYTES + VALUES_BYTES;
  const end = dataOffset + dataLength + after.length;
  if (end > 0xffff_ffff) throw new TiffError('a TIFF file cannot be longer than 4 GiB');
  const before = new Uint8Array(DIRECTORY_BYTES + VALUES_BYTES);
  const view = new DataView(before.buffer);
  const valuesOffset = offset + DIRECTORY_BYTES;
  const entries: [tag: number, type: number, count: number, value: number][] = [
    [TAG.newSubfileType, LONG, 1, 2],
    [TAG.imageWidth, LONG, 1, info.width],
    [TAG.imageLength, LONG, 1, info.height],
    [TAG.bitsPerSample, SHORT, 1, 1],
    [TAG.compression, SHORT, 1, 4],
    [TAG.photometric, SHORT, 1, 0],
    [TAG.fillOrder, SHORT, 1, 1],
    [TAG.stripOffsets, LONG, 1, dataOffset],
    [TAG.orientation, SHORT, 1, 1],
    [TAG.samplesPerPixel, SHORT, 1, 1],
    [TAG.rowsPerStrip, LONG, 1, info.height],
    [TAG.stripByteCounts, LONG, 1, dataLength],
    [TAG.xResolution, RATIONAL, 1, valuesOffset],
    [TAG.yResolution, RATIONAL, 1, valuesOffset + 8],
    [TAG.t6Options, LONG, 1, 0],
    [TAG.resolutionUnit, SHORT, 1, 2],
    [TAG.pageNumber, SHORT, 2, index | (total << 16)],
    [TAG.software, ASCII, SOFTWARE.length, valuesOffset + 16],
  ];
  view.setUint16(0, entries.length, true);
  for (const [position, [tag, type, count, value]] of entries.entries()) {
    const at = 2 + position * 12;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, count, true);
    view.setUint32(at + 8, value >>> 0, true);
  }
  view.setUint32(2 + entries.length * 12, index + 1 < total ? end : 0, true);
  for (const [position, value] of [info.xDpi, 1, info.yDpi, 1].entries()) {
    view.setUint32(DIRECTORY_BYTES + position * 4, value, true);
  }
  for (let position = 0; position < SOFTWARE.length; position++) {
    before[DIRECTORY_BYTES + 16 + position] = SOFTWARE.charCodeAt(position);
  }
  return { before, after };
}

/** A whole file in memory. Throws TiffError beyond 4 GiB. */
export function writeT6Tiff(pages: T6Page[]): Uint8Array {
  const parts = [t6TiffHeader()];
  let offset = HEADER_BYTES;
  for (const [index, { info, data }] of pages.entries()) {
    const { before, after } = t6TiffPage(info, data.length, { index, total: pages.length, offset });
    parts.push(before, data, after);
    offset += before.length + data.length + after.length;
  }
  const file = new Uint8Array(offset);
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** The pages of a file as `writeT6Tiff` makes it; `data` are views into `bytes`. Throws TiffError for anything else. */
export function readT6Tiff(bytes: Uint8Array): T6Page[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== 0x002a4949) {
    throw new TiffError('not a little-endian TIFF file');
  }
  const pages: T6Page[] = [];
  let end = HEADER_BYTES;
  for (let offset = view.getUint32(4, true); offset !== 0;) {
    // Directories stand one behind the other, so no chain of them can be longer than the file.
    if (offset < end) throw new TiffError('a directory points backwards');
    const directory = readDirectory(view, offset);
    const dataOffset = directory.values.get(TAG.stripOffsets) ?? 0;
    const dataLength = directory.values.get(TAG.stripByteCounts) ?? 0;
    if (dataLength < 1 || dataOffset < HEADER_BYTES || dataOffset + dataLength > bytes.length) {
      throw new TiffError('page data lie outside the file');
    }
    pages.push({
      info: pageInfo(view, directory.values),
      data: bytes.subarray(dataOffset, dataOffset + dataLength),
    });
    end = directory.end;
    offset = directory.next;
  }
  if (pages.length === 0) throw new TiffError('no page in the file');
  return pages;
}

const HEADER_BYTES = 8;
const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;
const ASCII = 2;
const SOFTWARE = 'Hikyaku\0';
const ENTRY_COUNT = 18;
const DIRECTORY_BYTES = 2 + ENTRY_COUNT * 12 + 4;
const VALUES_BYTES = 16 + SOFTWARE.length;
const LARGEST_SIDE = 65_535;
const LARGEST_DPI = 2_400;

const TAG = {
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
  t6Options: 293,
  resolutionUnit: 296,
  pageNumber: 297,
  software: 305,
};

/** Tags whose value can only be one. */
const REQUIRED: [tag: number, value: number][] = [
  [TAG.bitsPerSample, 1],
  [TAG.compression, 4],
  [TAG.photometric, 0],
  [TAG.fillOrder, 1],
  [TAG.orientation, 1],
  [TAG.samplesPerPixel, 1],
  [TAG.t6Options, 0],
  [TAG.resolutionUnit, 2],
];

function readDirectory(
  view: DataView,
  offset: number,
): { values: Map<number, number>; end: number; next: number } {
  if (offset + 2 > view.byteLength) throw new TiffError('a directory lies outside the file');
  const entryCount = view.getUint16(offset, true);
  const end = offset + 2 + entryCount * 12 + 4;
  if (entryCount > 64 || end > view.byteLength) throw new TiffError('a directory lies outside the file');
  const values = new Map<number, number>();
  for (let at = offset + 2; at < end - 4; at += 12) {
    const type = view.getUint16(at + 2, true);
    values.set(
      view.getUint16(at, true),
      type === SHORT ? view.getUint16(at + 8, true) : view.getUint32(at + 8, true),
    );
  }
  return { values, end, next: view.getUint32(end - 4, true) };
}

function pageInfo(view: DataView, values: Map<number, number>): T6PageInfo {
  for (const [tag, value] of REQUIRED) {
    if (values.get(tag) !== value) throw new TiffError(`tag ${tag} is not ${value}`);
  }
  const info = {
    width: values.get(TAG.imageWidth) ?? 0,
    height: values.get(TAG.imageLength) ?? 0,
    xDpi: wholeRational(view, values.get(TAG.xResolution)),
    yDpi: wholeRational(view, values.get(TAG.yResolution)),
  };
  if (values.get(TAG.rowsPerStrip) !== info.height) throw new TiffError('a page has several strips');
  if (info.width < 1 || info.height < 1 || info.width > LARGEST_SIDE || info.height > LARGEST_SIDE) {
    throw new TiffError(`a page of ${info.width} × ${info.height} pixels`);
  }
  return info;
}

function wholeRational(view: DataView, offset: number | undefined): number {
  if (offset === undefined || offset + 8 > view.byteLength || view.getUint32(offset + 4, true) !== 1) {
    throw new TiffError('a resolution is missing');
  }
  const value = view.getUint32(offset, true);
  if (value < 1 || value > LARGEST_DPI) throw new TiffError(`a resolution of ${value} per inch`);
  return value;
}
