// PNG files of what pages are made of: 1 bit black and white, 8 bits gray.

import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';

/** Fast; pages compress well anyway. */
const LEVEL = 1;
const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const METRES_PER_INCH = 0.0254;

const deflateAsync = promisify(deflate);

/** `bits` are packed rows, black = 1. */
export async function bilevelPng(
  bits: Uint8Array,
  width: number,
  height: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const body = await deflateAsync(bilevelRows(bits, width, height), { level: LEVEL });
  return pngFile(width, height, 1, [body]);
}

/** `pixels` are rows of `width` bytes, 255 white. */
export async function grayPng(
  pixels: Uint8Array,
  width: number,
  height: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return pngFile(width, height, 8, [await deflateAsync(rows, { level: LEVEL })]);
}

/** Rows as PNG wants them: each behind its filter byte (none), and black = 0. */
export function bilevelRows(bits: Uint8Array, width: number, height: number): Uint8Array {
  const stride = (width + 7) >> 3;
  const rows = new Uint8Array((stride + 1) * height);
  for (let y = 0; y < height; y++) {
    const to = y * (stride + 1) + 1;
    for (let x = 0; x < stride; x++) rows[to + x] = ~(bits[y * stride + x] ?? 0);
  }
  return rows;
}

/** What stands before the picture data in a PNG file. */
export function pngStart(width: number, height: number, bitDepth: 1 | 8, dpi?: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = bitDepth;
  const parts = [SIGNATURE, pngChunk('IHDR', header)];
  if (dpi !== undefined) {
    const size = Buffer.alloc(9);
    size.writeUInt32BE(Math.round(dpi / METRES_PER_INCH), 0);
    size.writeUInt32BE(Math.round(dpi / METRES_PER_INCH), 4);
    size[8] = 1;
    parts.push(pngChunk('pHYs', size));
  }
  return Buffer.concat(parts);
}

export function pngChunk(type: 'IHDR' | 'pHYs' | 'IDAT' | 'IEND', data: Uint8Array): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

function pngFile(
  width: number,
  height: number,
  bitDepth: 1 | 8,
  data: Uint8Array[],
): Uint8Array<ArrayBuffer> {
  return Buffer.concat([
    pngStart(width, height, bitDepth),
    ...data.map((part) => pngChunk('IDAT', part)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}
