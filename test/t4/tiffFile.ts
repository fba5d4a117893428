// TIFF files for the judge, written and read apart from the product's own: bilevel pages of any strips and fax options.

export const PLAIN = 1;
export const HUFFMAN = 2;
export const GROUP_3 = 3;
export const GROUP_4 = 4;

export interface TiffImage {
  width: number;
  height: number;
  xDpi: number;
  yDpi: number;
  /** PLAIN, HUFFMAN, GROUP_3 or GROUP_4. */
  compression: number;
  /** 1: the first pixel of a byte is its most significant bit; 2: least. */
  fillOrder: 1 | 2;
  /** 0: white is zero. */
  photometric: number;
  /** T4Options: bit 0 two-dimensional, bit 2 EOLs end on bytes. Only with GROUP_3. */
  t4Options: number;
  rowsPerStrip: number;
  strips: readonly Uint8Array[];
}

const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;

/** A little-endian TIFF of all the images, one directory each. */
export function writeTiff(images: readonly TiffImage[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  const append = (part: Uint8Array): number => {
    const at = length;
    parts.push(part);
    length += part.length;
    if (length % 2 === 1) {
      parts.push(new Uint8Array(1));
      length++;
    }
    return at;
  };
  const header = new Uint8Array(8);
  header.set([0x49, 0x49, 42, 0]);
  append(header);
  /** Where the offset of the next directory goes. */
  let link = new DataView(header.buffer, 4);
  for (const image of images) {
    const offsets = image.strips.map(append);
    const counts = image.strips.map((strip) => strip.length);
    const resolution = append(longs([image.xDpi, 1, image.yDpi, 1]));
    const list = (values: number[]) => (values.length === 1 ? (values[0] ?? 0) : append(longs(values)));
    const entries: [tag: number, type: number, count: number, value: number][] = [
      [254, LONG, 1, 2],
      [256, LONG, 1, image.width],
      [257, LONG, 1, image.height],
      [258, SHORT, 1, 1],
      [259, SHORT, 1, image.compression],
      [262, SHORT, 1, image.photometric],
      [266, SHORT, 1, image.fillOrder],
      [273, LONG, offsets.length, list(offsets)],
      [277, SHORT, 1, 1],
      [278, LONG, 1, image.rowsPerStrip],
      [279, LONG, counts.length, list(counts)],
      [282, RATIONAL, 1, resolution],
      [283, RATIONAL, 1, resolution + 8],
      ...(image.compression === GROUP_3
        ? [[292, LONG, 1, image.t4Options] satisfies [number, number, number, number]]
        : []),
      [296, SHORT, 1, 2],
    ];
    const directory = new Uint8Array(2 + entries.length * 12 + 4);
    const view = new DataView(directory.buffer);
    view.setUint16(0, entries.length, true);
    for (const [index, [tag, type, count, value]] of entries.entries()) {
      view.setUint16(2 + index * 12, tag, true);
      view.setUint16(4 + index * 12, type, true);
      view.setUint32(6 + index * 12, count, true);
      view.setUint32(10 + index * 12, value, true);
    }
    link.setUint32(0, append(directory), true);
    link = new DataView(directory.buffer, directory.length - 4);
  }
  const file = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

function longs(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value, true);
  return bytes;
}

/** Every directory of a bilevel TIFF in either byte order, its strips as they are. */
export function readTiff(bytes: Uint8Array): TiffImage[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = view.getUint8(0) === 0x49;
  const images: TiffImage[] = [];
  for (let directory = view.getUint32(4, little); directory !== 0;) {
    const count = view.getUint16(directory, little);
    const tags = new Map<number, number[]>();
    for (let entry = directory + 2; entry < directory + 2 + count * 12; entry += 12) {
      tags.set(view.getUint16(entry, little), values(entry));
    }
    const one = (tag: number, otherwise: number) => tags.get(tag)?.[0] ?? otherwise;
    const counts = tags.get(279) ?? [];
    const height = one(257, 0);
    images.push({
      width: one(256, 0),
      height,
      xDpi: one(282, 0),
      yDpi: one(283, 0),
      compression: one(259, PLAIN),
      fillOrder: one(266, 1) === 2 ? 2 : 1,
      photometric: one(262, 0),
      t4Options: one(292, 0),
      rowsPerStrip: Math.min(one(278, height), height),
      strips: (tags.get(273) ?? []).map((offset, index) =>
        bytes.subarray(offset, offset + (counts[index] ?? 0)),
      ),
    });
    directory = view.getUint32(directory + 2 + count * 12, little);
  }
  return images;

  function values(entry: number): number[] {
    const type = view.getUint16(entry + 2, little);
    const howMany = view.getUint32(entry + 4, little);
    const size = type === RATIONAL ? 8 : type === LONG ? 4 : type === SHORT ? 2 : 1;
    const start = howMany * size <= 4 ? entry + 8 : view.getUint32(entry + 8, little);
    return Array.from({ length: howMany }, (_, index) => {
      const at = start + index * size;
      if (type === RATIONAL) return view.getUint32(at, little) / view.getUint32(at + 4, little);
      if (type === LONG) return view.getUint32(at, little);
      return type === SHORT ? view.getUint16(at, little) : view.getUint8(at);
    });
  }
}

/** The rows of an uncompressed page, black = 1, most significant bit first, spare bits 0. */
export function plainRaster(image: TiffImage): Uint8Array {
  if (image.compression !== PLAIN || image.fillOrder !== 1) throw new Error('the TIFF is not plain');
  const raster = new Uint8Array(Buffer.concat(image.strips));
  const stride = (image.width + 7) >> 3;
  if (raster.length !== stride * image.height) throw new Error('the TIFF has not as many rows as it says');
  const spare = (0xff << (stride * 8 - image.width)) & 0xff;
  if (image.photometric === 1) for (let at = 0; at < raster.length; at++) raster[at] = ~(raster[at] ?? 0);
  for (let last = stride - 1; last < raster.length; last += stride)
    raster[last] = (raster[last] ?? 0) & spare;
  return raster;
}
