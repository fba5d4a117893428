// Fax TIFF files of every kind: what is written is read back, what others write is read, and nothing else.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Coding, EncodeOptions } from './coding.ts';
import { encodePage } from './pageEncoder.ts';
import { TAG, TYPE, TiffError, readTiffDirectories } from './tiffDirectory.ts';
import { decodeFaxTiffPage, readFaxTiff } from './tiffReader.ts';
import { writeFaxTiff } from './tiffWriter.ts';

const WIDTH = 30;
const HEIGHT = 24;
const raster = Uint8Array.from({ length: 4 * HEIGHT }, (_, at) =>
  at % 4 === 3 ? (at * 37) & 0xfc : (at * 89) & 0xff,
);

interface Field {
  tag: number;
  type: number;
  values: number[];
}

const short = (tag: number, ...values: number[]): Field => ({ tag, type: TYPE.short, values });
const long = (tag: number, ...values: number[]): Field => ({ tag, type: TYPE.long, values });
const rational = (tag: number, ...values: number[]): Field => ({ tag, type: TYPE.rational, values });

/** A file as some other program lays it out: data first, then the values, then the directory. */
function foreignTiff(
  fields: Field[],
  strips: Uint8Array[],
  { little = true, linked = true }: { little?: boolean; linked?: boolean } = {},
): Uint8Array {
  const bytes = new Uint8Array(20_000);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, little);
  let at = 8;
  const offsets: number[] = [];
  for (const strip of strips) {
    offsets.push(at);
    bytes.set(strip, at);
    at += strip.length;
  }
  const all = fields.map((field) =>
    field.tag === TAG.stripOffsets && field.values.length === 0 ? { ...field, values: offsets } : field,
  );
  const put = (type: number, value: number, to: number): number => {
    if (type === TYPE.byte) view.setUint8(to, value);
    else if (type === TYPE.short) view.setUint16(to, value, little);
    else view.setUint32(to, value, little);
    return type === TYPE.byte ? 1 : type === TYPE.short ? 2 : 4;
  };
  const entries = all.map(({ tag, type, values }) => {
    const begin = at;
    for (const value of values) at += put(type, value, at);
    return { tag, type, count: type === TYPE.rational ? values.length / 2 : values.length, values, begin };
  });
  at += at & 1;
  view.setUint32(4, at, little);
  view.setUint16(at, entries.length, little);
  at += 2;
  for (const { tag, type, count, values, begin } of entries) {
    view.setUint16(at, tag, little);
    view.setUint16(at + 2, type, little);
    view.setUint32(at + 4, count, little);
    const length = at - begin;
    const size = type === TYPE.byte ? 1 : type === TYPE.short ? 2 : type === TYPE.long ? 4 : 8;
    if (length > 0 && count * size <= 4) {
      let to = at + 8;
      for (const value of values) to += put(type, value, to);
    } else {
      view.setUint32(at + 8, begin, little);
    }
    at += 12;
  }
  return bytes.slice(0, linked ? at + 4 : at);
}

function strip(options: EncodeOptions, from = 0, to = HEIGHT): Uint8Array {
  return encodePage(raster.subarray(from * 4, to * 4), WIDTH, to - from, options);
}

/** The fields that no page can be without. */
function least(compression: number, data: Uint8Array[]): Field[] {
  return [
    short(TAG.imageWidth, WIDTH),
    short(TAG.imageLength, HEIGHT),
    short(TAG.compression, compression),
    long(TAG.stripOffsets),
    long(TAG.stripByteCounts, ...data.map(({ length }) => length)),
  ];
}

function onlyPage(file: Uint8Array) {
  const [page, ...more] = readFaxTiff(file);
  if (page === undefined || more.length > 0) throw new Error('not one page');
  return page;
}

const sound = { rows: HEIGHT, goodRows: HEIGHT, badRows: 0, longestBadRun: 0 };
const CODINGS: Coding[] = ['MH', 'MR', 'MMR'];

describe('our files', () => {
  test('come back as they were written, in every coding and bit order', () => {
    const pages = CODINGS.flatMap((coding) =>
      (['msb', 'lsb'] as const).map((fillOrder, index) => ({
        info: {
          width: WIDTH,
          height: HEIGHT,
          xDpi: 204,
          yDpi: 98 + index,
          coding,
          fillOrder,
          received: { badRows: index, longestBadRun: index, replaced: coding !== 'MH' },
        },
        data: strip({ coding, fillOrder, endOfPage: coding === 'MMR' }),
      })),
    );
    const file = writeFaxTiff(pages, { software: 'ファクス 1', dateTime: '2026:01:31 23:59:59' });
    const read = readFaxTiff(file);
    expect(read).toHaveLength(6);
    for (const [index, page] of read.entries()) {
      const { info, data } = pages[index] ?? {};
      const { coding, fillOrder, width, height, xDpi, yDpi } = page;
      expect({ coding, fillOrder, width, height, xDpi, yDpi, received: info?.received }).toEqual(info);
      expect(page.strips).toEqual([{ data, rows: HEIGHT }]);
      expect(page.noted).toEqual({
        badRows: index % 2,
        longestBadRun: index % 2,
        cleanness: index % 2 === 0 ? 'clean' : coding === 'MH' ? 'unclean' : 'regenerated',
      });
      expect(decodeFaxTiffPage(page)).toEqual({ raster, width: WIDTH, height: HEIGHT, quality: sound });
    }
    const text = String.fromCharCode(...file);
    expect(text).toContain('???? 1\0');
    expect(text).toContain('2026:01:31 23:59:59\0');
  });

  test('tell how a page came in, where that is known', () => {
    const info = { width: WIDTH, height: HEIGHT, xDpi: 204, yDpi: 196, coding: 'MMR' as const };
    const data = strip({ coding: 'MMR' });
    const call = { params: 0x8000_0001, subAddress: '12#', seconds: 41.6, dcs: '00 46 F8' };
    const told = writeFaxTiff([{ info: { ...info, call }, data }]);
    const [directory] = readTiffDirectories(told);
    expect(directory?.number(34908)).toBe(0x8000_0001);
    expect(directory?.number(34910)).toBe(42);
    const text = String.fromCharCode(...told);
    expect(text).toContain('12#\0');
    expect(text).toContain('00 46 F8\0');
    expect(decodeFaxTiffPage(onlyPage(told)).quality).toEqual(sound);
    const [untold] = readTiffDirectories(writeFaxTiff([{ info, data }]));
    expect([34908, 34910].map((tag) => untold?.number(tag))).toEqual([undefined, undefined]);
  });

  test('hold a short name in place, and refuse a time of another form', () => {
    const page = {
      info: { width: WIDTH, height: HEIGHT, xDpi: 204, yDpi: 196, coding: 'MMR' as const },
      data: strip({ coding: 'MMR' }),
    };
    const { quality } = decodeFaxTiffPage(onlyPage(writeFaxTiff([page], { software: 'abc' })));
    expect(quality).toEqual(sound);
    for (const dateTime of ['', '2026-01-31 23:59:59', '2026:01:31 23:59:59 ', '2026:01:31']) {
      expect(() => writeFaxTiff([page], { dateTime })).toThrow(TiffError);
    }
  });
});

describe('the files of others', () => {
  const kinds: [name: string, compression: number, options: EncodeOptions, more: Field[]][] = [
    ['MH, rows at bytes', 2, { coding: 'MH', eol: false, byteAligned: true }, []],
    ['MH, bare rows', 3, { coding: 'MH', eol: false }, []],
    ['MH with EOLs and RTC', 3, { coding: 'MH' }, [long(TAG.t4Options, 4)]],
    ['MR', 3, { coding: 'MR' }, [long(TAG.t4Options, 1)]],
    ['MMR', 4, { coding: 'MMR' }, []],
    ['MMR, least significant bit first', 4, { coding: 'MMR', fillOrder: 'lsb' }, [short(TAG.fillOrder, 2)]],
  ];
  test.each(kinds)('%s: in one strip or many, in either byte order', (_, compression, options, more) => {
    for (const rowsPerStrip of [1, 5, HEIGHT, 1000]) {
      const strips: Uint8Array[] = [];
      for (let row = 0; row < HEIGHT; row += rowsPerStrip) {
        strips.push(strip(options, row, Math.min(HEIGHT, row + rowsPerStrip)));
      }
      for (const little of [true, false]) {
        const fields = [...least(compression, strips), long(TAG.rowsPerStrip, rowsPerStrip), ...more];
        const page = onlyPage(foreignTiff(fields, strips, { little }));
        expect(page.strips).toHaveLength(Math.ceil(HEIGHT / rowsPerStrip));
        const decoded = decodeFaxTiffPage(page);
        expect(decoded).toEqual({ raster, width: WIDTH, height: HEIGHT, quality: sound });
      }
    }
  });

  test('with black and white exchanged', () => {
    const data = [strip({ coding: 'MMR' })];
    const page = onlyPage(foreignTiff([...least(4, data), short(TAG.photometric, 1)], data));
    const expected = raster.map((byte, at) => ~byte & (at % 4 === 3 ? 0xfc : 0xff));
    expect(decodeFaxTiffPage(page).raster).toEqual(expected);
  });

  test('take the usual for what they do not say', () => {
    const data = [strip({ coding: 'MMR' })];
    const fields = least(4, data).filter(({ tag }) => tag !== TAG.stripByteCounts);
    for (const linked of [true, false]) {
      const page = onlyPage(foreignTiff(fields, data, { linked }));
      expect(page).toMatchObject({ xDpi: 204, yDpi: 196, fillOrder: 'msb', inverted: false, noted: {} });
      expect(decodeFaxTiffPage(page).raster).toEqual(raster);
    }
    const rows = least(4, data).filter(({ tag }) => tag !== TAG.imageLength);
    const page = onlyPage(foreignTiff(rows, data));
    expect(page.height).toBe(0);
    expect(decodeFaxTiffPage(page)).toEqual({ raster, width: WIDTH, height: HEIGHT, quality: sound });
  });

  test('have resolutions per inch or per centimetre, and nonsense is none', () => {
    const data = [strip({ coding: 'MMR' })];
    const dpi = (unit: number, x: [number, number], y: [number, number]) => {
      const more = [
        short(TAG.resolutionUnit, unit),
        rational(TAG.xResolution, ...x),
        rational(TAG.yResolution, ...y),
      ];
      const { xDpi, yDpi } = onlyPage(foreignTiff([...least(4, data), ...more], data));
      return [xDpi, yDpi];
    };
    expect(dpi(2, [203_950, 1000], [98, 1])).toEqual([204, 98]);
    expect(dpi(3, [8037, 100], [385, 10])).toEqual([204, 98]);
    expect(dpi(3, [8037, 100], [154, 1])).toEqual([204, 391]);
    expect(dpi(1, [300, 1], [300, 1])).toEqual([300, 300]);
    expect(dpi(2, [1, 0], [0, 1])).toEqual([204, 196]);
    expect(dpi(2, [9999, 1], [4_294_967_295, 1])).toEqual([204, 196]);
  });

  test('a damaged strip costs its own rows only', () => {
    const strips = [0, 6, 12, 18].map((row) => strip({ coding: 'MMR' }, row, row + 6));
    strips[1] = Uint8Array.of(0, 0, 0);
    const fields = [...least(4, strips), long(TAG.rowsPerStrip, 6)];
    const { raster: decoded, quality } = decodeFaxTiffPage(onlyPage(foreignTiff(fields, strips)));
    expect(quality).toEqual({ rows: 24, goodRows: 18, badRows: 6, longestBadRun: 6 });
    expect(decoded).toEqual(Uint8Array.from(raster, (byte, at) => (at >= 24 && at < 48 ? 0 : byte)));
    strips[3] = new Uint8Array(0);
    const shorter = [...least(4, strips), long(TAG.rowsPerStrip, 6)];
    expect(decodeFaxTiffPage(onlyPage(foreignTiff(shorter, strips))).quality.badRows).toBe(12);
  });
});

describe('hostile files', () => {
  const data = [strip({ coding: 'MMR' })];
  const length = data[0]?.length ?? 0;
  const without = (...tags: number[]) => least(4, data).filter(({ tag }) => !tags.includes(tag));
  const refused: [name: string, fields: Field[]][] = [
    ['no strips', without(TAG.stripOffsets)],
    ['no width', without(TAG.imageWidth)],
    ['another compression', [...without(TAG.compression), short(TAG.compression, 5)]],
    ['no compression', without(TAG.compression)],
    ['gray', [...least(4, data), short(TAG.bitsPerSample, 8)]],
    ['colour', [...least(4, data), short(TAG.samplesPerPixel, 3)]],
    ['too wide', [...without(TAG.imageWidth), long(TAG.imageWidth, 65_536)]],
    ['too long', [...without(TAG.imageLength), long(TAG.imageLength, 65_536)]],
    ['too few strips', [...least(4, data), long(TAG.rowsPerStrip, 1)]],
    ['data outside', [...without(TAG.stripByteCounts), long(TAG.stripByteCounts, 0xffff_ffff)]],
    [
      'overlapping strips',
      [
        ...without(TAG.stripOffsets, TAG.stripByteCounts),
        long(TAG.rowsPerStrip, 1),
        long(TAG.stripOffsets, ...Array.from({ length: HEIGHT }, () => 8)),
        long(TAG.stripByteCounts, ...Array.from({ length: HEIGHT }, () => length)),
      ],
    ],
  ];
  test.each(refused)('%s: refused', (_, fields) => {
    expect(() => readFaxTiff(foreignTiff(fields, data))).toThrow(TiffError);
  });

  test('counts beyond the file are refused before anything is made of them', () => {
    const file = foreignTiff(least(4, data), data);
    const view = new DataView(file.buffer);
    const directory = view.getUint32(4, true);
    for (let index = 0; index < 5; index++) {
      const changed = file.slice();
      new DataView(changed.buffer).setUint32(directory + 2 + index * 12 + 4, 0x3fff_ffff, true);
      expect(() => readFaxTiff(changed)).toThrow(TiffError);
    }
  });

  test('a page of more pixels than any paper has is read but not decoded', () => {
    for (const [width, height] of [
      [20_000, 65_535],
      [20_001, 1],
    ] as const) {
      const fields = [
        ...without(TAG.imageWidth, TAG.imageLength),
        short(TAG.imageWidth, width),
        long(TAG.imageLength, height),
      ];
      const page = onlyPage(foreignTiff(fields, data));
      expect(() => decodeFaxTiffPage(page)).toThrow(TiffError);
    }
  });

  test('thousands of pages that share one list of strips are refused at once', () => {
    const pages = 400;
    const strips = 1_000;
    const fields = 6;
    const directoryBytes = 2 + fields * 12 + 4;
    const file = new Uint8Array(8 + strips * 8 + pages * directoryBytes);
    const view = new DataView(file.buffer);
    file.set([0x49, 0x49, 42, 0]);
    const first = 8 + strips * 8;
    view.setUint32(4, first, true);
    for (let page = 0; page < pages; page++) {
      let at = first + page * directoryBytes;
      view.setUint16(at, fields, true);
      at += 2;
      for (const [tag, count, value] of [
        [TAG.imageWidth, 1, 8],
        [TAG.imageLength, 1, strips],
        [TAG.compression, 1, 4],
        [TAG.stripOffsets, strips, 8],
        [TAG.rowsPerStrip, 1, 1],
        [TAG.stripByteCounts, strips, 8 + strips * 4],
      ] as const) {
        view.setUint16(at, tag, true);
        view.setUint16(at + 2, TYPE.long, true);
        view.setUint32(at + 4, count, true);
        view.setUint32(at + 8, value, true);
        at += 12;
      }
      if (page + 1 < pages) view.setUint32(at, first + (page + 1) * directoryBytes, true);
    }
    expect(() => readFaxTiff(file)).toThrow('100000 strips');
  });

  test('any changed bytes are read or refused, and decoded within bounds', () => {
    const strips = [0, 12].map((row) => strip({ coding: 'MR' }, row, row + 12));
    const file = foreignTiff(
      [...least(3, strips), long(TAG.rowsPerStrip, 12), long(TAG.t4Options, 1)],
      strips,
    );
    const changes = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(changes, (list) => {
        const changed = file.slice();
        for (const [at, byte] of list) changed[at] = byte;
        try {
          for (const page of readFaxTiff(changed)) {
            if (page.width * page.height > 1_000_000) continue;
            const { quality, height, raster: decoded } = decodeFaxTiffPage(page);
            expect(quality.rows).toBe(height);
            expect(decoded.length).toBe(Math.ceil(page.width / 8) * height);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(TiffError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
