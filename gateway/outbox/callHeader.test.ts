// The header line of a call: in the place of the one that the pages were made with, and nowhere else.

import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodePage } from '../../fax/t4/pageDecoder.ts';
import { encodePage } from '../../fax/t4/pageEncoder.ts';
import { pageOptionsSchema, type HeaderLine } from '../../protocol/imaging.ts';
import type { Headers, HeadersRequest, Imaging } from '../imaging/imaging.ts';
import { createCallHeader, type CallHeader } from './callHeader.ts';
import { localStamp } from './localStamp.ts';

const WIDTH = 64;
const STRIDE = WIDTH / 8;
const ROWS = 5;
const HEIGHT = 40;
const HEADER: HeaderLine = { stamp: '2026-03-09 14:05', from: 'Kyoto', number: '075-123' };
const LATER = new Date(2026, 2, 10, 6, 30).getTime();
const PREPARATION = { header: HEADER, options: pageOptionsSchema.parse({}), pages: 3 };

let asked: HeadersRequest[];
let complaints: string[];
let draw: Imaging['drawHeaders'];
let callHeader: CallHeader;

beforeEach(() => {
  asked = [];
  complaints = [];
  draw = async ({ firstPage, pagesTotal }) => headers(pagesTotal - firstPage, firstPage);
  callHeader = createCallHeader({
    imaging: {
      drawHeaders(request, withinMs) {
        asked.push(request);
        return draw(request, withinMs);
      },
    },
    log: { info() {}, warn: (message) => void complaints.push(message), error() {} },
  });
});

/** A call that begins at a page. */
const call = (firstPage: number, at = LATER) => ({ firstPage, at, withinMs: 1_000 });

/** Rows of a pattern of their own. */
function raster(rows: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: rows * STRIDE }, (_, index) => (index * 37 + seed * 101) & 0xff);
}
const strip = (page: number): Uint8Array => raster(ROWS, 50 + page);

function headers(count: number, firstPage: number): Headers {
  const strips = Array.from({ length: count }, (_, index) =>
    encodePage(strip(firstPage + index), WIDTH, ROWS, { coding: 'MMR' }),
  );
  return { width: WIDTH, rows: ROWS, strips };
}

function page(index: number, data = encodePage(raster(HEIGHT, index), WIDTH, HEIGHT, { coding: 'MMR' })) {
  const sha256 = createHash('sha256').update(data).digest('hex');
  const info = { width: WIDTH, height: HEIGHT, xDpi: 204, yDpi: 196, byteLength: data.byteLength, sha256 };
  return { info, data };
}

function pixels(data: Uint8Array): Uint8Array {
  const { raster: rows, quality } = decodePage(data, { coding: 'MMR', width: WIDTH });
  expect(quality).toMatchObject({ rows: HEIGHT, badRows: 0 });
  return rows;
}

describe('a page of a call', () => {
  test('bears the time of the call, and below it every pixel that it had', async () => {
    const stamp = callHeader(PREPARATION, call(0));
    for (const index of [0, 2]) {
      const sent = await stamp(page(index), index);
      const rows = pixels(sent.data);
      expect(rows.subarray(0, ROWS * STRIDE)).toEqual(strip(index));
      expect(rows.subarray(ROWS * STRIDE)).toEqual(raster(HEIGHT, index).subarray(ROWS * STRIDE));
      expect(sent).toEqual(page(index, sent.data));
    }
  });

  test('has it drawn once for the whole document, not before a page is wanted', async () => {
    const stamp = callHeader(PREPARATION, call(0));
    expect(asked).toEqual([]);
    await Promise.all([0, 1, 2].map((index) => stamp(page(index), index)));
    expect(asked).toEqual([
      {
        header: { stamp: '2026-03-10 06:30', from: 'Kyoto', number: '075-123' },
        options: PREPARATION.options,
        firstPage: 0,
        pagesTotal: 3,
      },
    ]);
  });

  test('keeps its number in the document when the call goes on in the middle of it', async () => {
    const stamp = callHeader(PREPARATION, call(2));
    const sent = await stamp(page(2), 2);
    expect(asked).toMatchObject([{ firstPage: 2, pagesTotal: 3 }]);
    expect(pixels(sent.data).subarray(0, ROWS * STRIDE)).toEqual(strip(2));
  });

  test.each([
    ['has no header line', { ...PREPARATION, header: undefined }, LATER],
    ['was made in the same minute', PREPARATION, new Date(2026, 2, 9, 14, 5, 59).getTime()],
  ])('that %s goes as it is', async (_, preparation, calledAt) => {
    const same = page(0);
    expect(await callHeader(preparation, call(0, calledAt))(same, 0)).toBe(same);
    expect(asked).toEqual([]);
  });
});

describe('a header line that cannot be had', () => {
  const nothing = { code: 'IMAGING_CRASHED' as const, detail: 'twice', fileName: undefined };

  test.each<[string, Imaging['drawHeaders']]>([
    ['fails', async () => ({ failure: nothing })],
    ['rejects', () => Promise.reject(new Error('stopped'))],
    ['gives too few', async () => headers(0, 0)],
    ['is for other paper', async () => ({ ...headers(3, 0), width: 1728 })],
    ['is higher than the page', async () => ({ ...headers(3, 0), rows: HEIGHT })],
    ['is damaged', async () => ({ ...headers(3, 0), strips: [Uint8Array.of(0, 0, 0)] })],
  ])('because the drawing %s leaves the page as it was made, and says so', async (_, drawing) => {
    draw = drawing;
    const stamp = callHeader(PREPARATION, call(0));
    const same = page(0);
    expect(await stamp(same, 0)).toBe(same);
    expect(await stamp(same, 0)).toBe(same);
    expect(asked).toHaveLength(1);
    expect(complaints.length).toBeGreaterThan(0);
  });

  test('leaves a page alone whose own rows are not whole', async () => {
    const broken = page(0, page(0).data.subarray(0, 20));
    expect(await callHeader(PREPARATION, call(0))(broken, 0)).toBe(broken);
  });
});

describe('the time of a header line', () => {
  const zone = process.env['TZ'];
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  test.each([
    ['Europe/Berlin', '2026-03-29T00:59:00Z', '2026-03-29 01:59'],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29 03:00'],
    ['Asia/Tokyo', '2026-12-31T15:04:00Z', '2027-01-01 00:04'],
  ])('is that of %s', (place, instant, expected) => {
    process.env['TZ'] = place;
    expect(localStamp(new Date(instant))).toBe(expected);
  });
});
