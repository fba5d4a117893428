// The page files: what is written is read back, and nothing else is taken.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TiffError, readT6Tiff, writeT6Tiff } from './tiff.ts';
import { writeFaxTiff } from './tiffWriter.ts';

const page = fc.record({
  info: fc.record({
    width: fc.integer({ min: 1, max: 20_000 }),
    height: fc.integer({ min: 1, max: 65_535 }),
    xDpi: fc.integer({ min: 1, max: 2_400 }),
    yDpi: fc.integer({ min: 1, max: 2_400 }),
  }),
  data: fc.uint8Array({ minLength: 1, maxLength: 50 }),
});

describe('T.6 TIFF files', () => {
  test('pages come back as they were written', () => {
    fc.assert(
      fc.property(fc.array(page, { minLength: 1, maxLength: 6 }), (pages) => {
        const read = readT6Tiff(writeT6Tiff(pages));
        expect(read.map(({ info, data }) => ({ info, data: [...data] }))).toEqual(
          pages.map(({ info, data }) => ({ info, data: [...data] })),
        );
      }),
    );
  });

  test('a file within a larger buffer is read too', () => {
    const file = writeT6Tiff([
      { info: { width: 8, height: 1, xDpi: 204, yDpi: 98 }, data: Uint8Array.of(1, 2, 3) },
    ]);
    const larger = new Uint8Array(file.length + 20).fill(7);
    larger.set(file, 9);
    expect([...(readT6Tiff(larger.subarray(9, 9 + file.length))[0]?.data ?? [])]).toEqual([1, 2, 3]);
  });

  test('no bytes make it throw anything but TiffError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        bytes.set([0x49, 0x49, 42, 0].slice(0, bytes.length));
        onlyTiffError(bytes);
      }),
      { numRuns: 1000 },
    );
  });

  test('a file with any bytes changed is read or refused with TiffError', () => {
    const changes = fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(page, { minLength: 1, maxLength: 2 }), changes, (pages, changes) => {
        const file = writeT6Tiff(pages);
        for (const [at, byte] of changes) if (at < file.length) file[at] = byte;
        onlyTiffError(file);
      }),
      { numRuns: 1000 },
    );
  });

  test('a file cut short at any byte of its directory or data is refused', () => {
    const file = writeT6Tiff([
      { info: { width: 8, height: 1, xDpi: 204, yDpi: 98 }, data: Uint8Array.of(1, 2) },
    ]);
    for (let length = 0; length < file.length; length++) {
      expect(() => readT6Tiff(file.subarray(0, length))).toThrow(TiffError);
    }
  });

  test('a directory chain that runs in a circle is refused', () => {
    const info = { width: 8, height: 1, xDpi: 204, yDpi: 98 };
    const file = writeT6Tiff([{ info, data: Uint8Array.of(1, 2) }]);
    new DataView(file.buffer).setUint32(8 + 2 + 18 * 12, 8, true);
    expect(() => readT6Tiff(file)).toThrow('circle');
  });

  test('a page file of the first version is read', () => {
    // As written before there were other codings: the layout on every disk.
    const words = [
      '49492a00080000001200',
      'fe00040001000000020000000001040001000000c00600000101040001000000f4080000020103000100000001000000',
      '0301030001000000040000000601030001000000000000000a01030001000000010000001101040001000000fe000000',
      '1201030001000000010000001501030001000000010000001601040001000000f4080000170104000100000003000000',
      '1a01050001000000e60000001b01050001000000ee000000250104000100000000000000280103000100000002000000',
      '2901030002000000000001003101020008000000f6000000',
      '00000000cc00000001000000c40000000100000048696b79616b750001020300',
    ];
    const file = Uint8Array.from(words.join('').match(/../g) ?? [], (byte) => parseInt(byte, 16));
    expect(readT6Tiff(file)).toEqual([
      { info: { width: 1728, height: 2292, xDpi: 204, yDpi: 196 }, data: Uint8Array.of(1, 2, 3) },
    ]);
    expect(writeT6Tiff(readT6Tiff(file))).toEqual(file);
  });

  test('other fax pages are refused', () => {
    const info = { width: 8, height: 1, xDpi: 204, yDpi: 98 };
    const data = Uint8Array.of(1, 2);
    for (const other of [{ coding: 'MH' as const }, { coding: 'MMR' as const, fillOrder: 'lsb' as const }]) {
      expect(() => readT6Tiff(writeFaxTiff([{ info: { ...info, ...other }, data }]))).toThrow(TiffError);
    }
    expect(() => readT6Tiff(writeT6Tiff([{ info: { ...info, height: 0 }, data }]))).toThrow('strip');
  });
});

function onlyTiffError(bytes: Uint8Array): void {
  try {
    for (const { info } of readT6Tiff(bytes)) expect(info.width).toBeGreaterThan(0);
  } catch (error) {
    expect(error).toBeInstanceOf(TiffError);
  }
}
