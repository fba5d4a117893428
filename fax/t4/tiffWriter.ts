// Writes TIFF files of raw fax data (TIFF-F, RFC 2306), one strip per page, as every fax viewer opens them.

import type { Coding, FillOrder } from './coding.ts';
import { TAG, TIFF_HEADER_BYTES, TYPE, TiffError } from './tiffDirectory.ts';

export interface FaxTiffInfo {
  /** Pixels per row, and rows. */
  width: number;
  height: number;
  /** Pixels per inch. */
  xDpi: number;
  yDpi: number;
  /** T.4 data (MH, MR) have EOLs but no RTC, as class F wants it; T.6 data (MMR) end with EOFB. */
  coding: Coding;
  /** Default `msb`. */
  fillOrder?: FillOrder;
  /** What the receiver saw of the rows; `replaced` when the bad ones are replaced in the data. */
  received?: { badRows: number; longestBadRun: number; replaced: boolean };
  /** How the page came in. */
  call?: FaxTiffCall;
}

/** What fax software keeps of a call beside the page; whatever is left out is not written. */
export interface FaxTiffCall {
  /** The parameters of the session in 32 bits, as the writer of the file packs them. */
  params?: number;
  /** The digits of SUB. */
  subAddress?: string;
  /** How long the page took. */
  seconds?: number;
  /** The DCS as text, by custom its octets as hexadecimal. */
  dcs?: string;
}

export interface FaxTiffOptions {
  /** What made the file. Default `Hikyaku`. */
  software?: string;
  /** Local time as TIFF spells it: `YYYY:MM:DD HH:MM:SS`. */
  dateTime?: string;
}

/** The bytes before the first page of a file that is written page by page. */
export function faxTiffHeader(): Uint8Array {
  return Uint8Array.of(0x49, 0x49, 42, 0, TIFF_HEADER_BYTES, 0, 0, 0);
}

/**
 * The bytes to be written before and after the data of page `index` of `total`, for a page that begins at byte
 * `offset` of the file: `faxTiffHeader().length` for the first, the end of the page before for the others.
 * Throws TiffError beyond 4 GiB and for a time that TIFF cannot hold.
 */
export function faxTiffPage(
  info: FaxTiffInfo,
  dataLength: number,
  place: { index: number; total: number; offset: number },
  options: FaxTiffOptions = {},
): { before: Uint8Array; after: Uint8Array } {
  const { index, total, offset } = place;
  const fields = fieldsOf(info, dataLength, place, options);
  const directoryBytes = 2 + fields.length * ENTRY_BYTES + 4;
  const elsewhereBytes = fields.reduce((sum, { value }) => sum + bytesElsewhere(value), 0);
  const before = new Uint8Array(directoryBytes + elsewhereBytes);
  const after = new Uint8Array(dataLength & 1);
  const end = offset + before.length + dataLength + after.length;
  if (end > 0xffff_ffff) throw new TiffError('a TIFF file cannot be longer than 4 GiB');
  const view = new DataView(before.buffer);
  view.setUint16(0, fields.length, true);
  let elsewhere = directoryBytes;
  for (const [position, { tag, type, count, value }] of fields.entries()) {
    const at = 2 + position * ENTRY_BYTES;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, count, true);
    if (value === 'data') {
      view.setUint32(at + 8, offset + before.length, true);
    } else if (value.length <= 4) {
      before.set(value, at + 8);
    } else {
      view.setUint32(at + 8, offset + elsewhere, true);
      before.set(value, elsewhere);
      elsewhere += bytesElsewhere(value);
    }
  }
  view.setUint32(directoryBytes - 4, index + 1 < total ? end : 0, true);
  return { before, after };
}

/** A whole file in memory. Throws TiffError as `faxTiffPage`. */
export function writeFaxTiff(
  pages: { info: FaxTiffInfo; data: Uint8Array }[],
  options: FaxTiffOptions = {},
): Uint8Array {
  const parts = [faxTiffHeader()];
  let offset = TIFF_HEADER_BYTES;
  for (const [index, { info, data }] of pages.entries()) {
    const { before, after } = faxTiffPage(info, data.length, { index, total: pages.length, offset }, options);
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

const ENTRY_BYTES = 12;
const LONGEST_TEXT = 255;

interface Field {
  tag: number;
  type: number;
  count: number;
  /** Little-endian; `data` is where the page's data begin. */
  value: Uint8Array | 'data';
}

/** In the order of their tags, as TIFF wants them. */
function fieldsOf(
  info: FaxTiffInfo,
  dataLength: number,
  { index, total }: { index: number; total: number },
  { software = 'Hikyaku', dateTime }: FaxTiffOptions,
): Field[] {
  const { width, height, xDpi, yDpi, coding, fillOrder, received, call = {} } = info;
  const fields = [
    long(TAG.newSubfileType, 2),
    long(TAG.imageWidth, width),
    long(TAG.imageLength, height),
    short(TAG.bitsPerSample, 1),
    short(TAG.compression, coding === 'MMR' ? 4 : 3),
    short(TAG.photometric, 0),
    short(TAG.fillOrder, fillOrder === 'lsb' ? 2 : 1),
    { tag: TAG.stripOffsets, type: TYPE.long, count: 1, value: 'data' as const },
    short(TAG.orientation, 1),
    short(TAG.samplesPerPixel, 1),
    long(TAG.rowsPerStrip, height),
    long(TAG.stripByteCounts, dataLength),
    rational(TAG.xResolution, xDpi),
    rational(TAG.yResolution, yDpi),
    coding === 'MMR' ? long(TAG.t6Options, 0) : long(TAG.t4Options, coding === 'MR' ? 1 : 0),
    short(TAG.resolutionUnit, 2),
    short(TAG.pageNumber, index, total),
    ascii(TAG.software, plain(software)),
  ];
  if (dateTime !== undefined) {
    if (!/^\d{4}(?::\d\d){2} \d\d(?::\d\d){2}$/.test(dateTime)) throw new TiffError(`the time ${dateTime}`);
    fields.push(ascii(TAG.dateTime, dateTime));
  }
  if (received !== undefined) {
    const { badRows, longestBadRun, replaced } = received;
    fields.push(
      long(TAG.badFaxLines, badRows),
      short(TAG.cleanFaxData, badRows === 0 ? 0 : replaced ? 1 : 2),
      long(TAG.consecutiveBadFaxLines, longestBadRun),
    );
  }
  const { params, subAddress, seconds, dcs } = call;
  if (params !== undefined) fields.push(long(TAG.faxRecvParams, params));
  if (subAddress !== undefined) fields.push(ascii(TAG.faxSubAddress, plain(subAddress)));
  if (seconds !== undefined) fields.push(long(TAG.faxRecvTime, Math.round(seconds)));
  if (dcs !== undefined) fields.push(ascii(TAG.faxDcs, plain(dcs)));
  return fields;
}

function short(tag: number, ...values: number[]): Field {
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint16(index * 2, value, true);
  return { tag, type: TYPE.short, count: values.length, value: bytes };
}

function long(tag: number, value: number): Field {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return { tag, type: TYPE.long, count: 1, value: bytes };
}

function rational(tag: number, value: number): Field {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, value, true);
  view.setUint32(4, 1, true);
  return { tag, type: TYPE.rational, count: 1, value: bytes };
}

function ascii(tag: number, text: string): Field {
  const bytes = Uint8Array.from(`${text}\0`, (character) => character.charCodeAt(0));
  return { tag, type: TYPE.ascii, count: bytes.length, value: bytes };
}

/** TIFF knows ASCII only, ended by a zero. */
function plain(text: string): string {
  return text.replace(/[^ -~]/gu, '?').slice(0, LONGEST_TEXT);
}

/** Values of more than four bytes stand behind the directory, at even places. */
function bytesElsewhere(value: Field['value']): number {
  return value === 'data' || value.length <= 4 ? 0 : (value.length + 1) & ~1;
}
