// The same damage given to libtiff and to us: how many rows of the page each of them still has.

import { describe, expect, test } from 'vitest';
import type { Coding, EncodeOptions } from '../../fax/t4/coding.ts';
import { decodePage } from '../../fax/t4/pageDecoder.ts';
import { encodePage } from '../../fax/t4/pageEncoder.ts';
import { seededRandom } from '../harness/seededRandom.ts';
import type { SeededRandom } from '../harness/seededRandom.ts';
import { codedImage, withLibtiff } from './libtiff.ts';
import { charts } from './pages/charts.ts';
import { croppedPage, rowBytes } from './pages/page.ts';
import type { Page } from './pages/page.ts';

const ROWS = 1000;

type Damage = (data: Uint8Array, random: SeededRandom) => Uint8Array;

const DAMAGES: [name: string, damage: Damage][] = [
  ['single bits', (data, random) => changed(data, random, 60, (byte) => byte ^ (1 << random.integer(0, 8)))],
  ['whole bytes', (data, random) => changed(data, random, 60, (byte) => byte ^ random.integer(1, 256))],
  [
    'bursts of 30 bytes',
    (data, random) => {
      let result = data;
      for (let burst = 0; burst < 12; burst++) {
        result = result.slice();
        const at = random.integer(0, result.length - 30);
        for (let index = at; index < at + 30; index++) result[index] = random.integer(0, 256);
      }
      return result;
    },
  ],
  [
    'octets lost',
    (data, random) => {
      const lost = new Set(Array.from({ length: 20 }, () => random.integer(0, data.length)));
      return data.filter((_, index) => !lost.has(index));
    },
  ],
  ['zeros for ones', (data, random) => changed(data, random, 40, () => 0)],
];

const CODINGS: EncodeOptions[] = [{ coding: 'MH' }, { coding: 'MR', k: 2 }, { coding: 'MR', k: 4 }];

describe('damaged pages', () => {
  test.each(CODINGS)('in %o keep as many rows as with libtiff', async (options) => {
    const cases = damagedPages(options);
    const { kept, complaints } = await judge(cases, options.coding);
    let badRows = 0;
    const table = cases.map(({ name, page, data }, index) => {
      const { raster, quality } = decodePage(data, { coding: options.coding, width: page.width });
      badRows += quality.badRows;
      const ours = rowsKept(page, raster);
      return { name, ours, libtiff: kept[index] ?? 0, saidToBeGood: quality.goodRows };
    });
    // libtiff paints what it has of a damaged row, which by luck may be right; we give the row above and mark it.
    const behind = table.filter(({ ours, libtiff }) => ours < libtiff - ROWS * 0.01);
    expect(behind).toEqual([]);
    const sum = (of: 'ours' | 'libtiff' | 'saidToBeGood') => table.reduce((total, row) => total + row[of], 0);
    expect(sum('ours')).toBeGreaterThanOrEqual(sum('libtiff'));
    // Damage that gives another row of the right width cannot be noticed, neither by us nor by anybody.
    expect(sum('saidToBeGood') / sum('ours')).toBeGreaterThan(0.98);
    expect(sum('saidToBeGood') / sum('ours')).toBeLessThan(1.02);
    const lines = complainedLines(complaints);
    const said = `${badRows} bad rows, libtiff complains of ${lines}`;
    expect(badRows / lines, said).toBeGreaterThan(0.9);
    // In MR libtiff goes on with whatever it has; here the rows up to the next one-dimensional one are bad, too.
    expect(badRows / lines, said).toBeLessThan(options.coding === 'MH' ? 1.1 : (options.k ?? 4));
  });

  test('in MMR end at the damage, and lose no row that libtiff has before it', async () => {
    const options: EncodeOptions = { coding: 'MMR' };
    const cases = damagedPages(options);
    const { images } = await judge(cases, 'MMR');
    const table = cases.map(({ name, page, data }, index) => {
      const { raster, quality, end } = decodePage(data, { coding: 'MMR', width: page.width });
      return {
        name,
        end,
        badRows: quality.badRows,
        ours: rowsBeforeDifference(page, raster),
        libtiff: rowsBeforeDifference(page, images[index] ?? new Uint8Array()),
      };
    });
    for (const row of table) {
      expect(row).toMatchObject({ badRows: 0, end: 'damage' });
      expect(row.ours).toBeGreaterThanOrEqual(row.libtiff);
    }
  });
});

interface DamagedPage {
  name: string;
  page: Page;
  data: Uint8Array;
}

function damagedPages(options: EncodeOptions): DamagedPage[] {
  return [0, 3, 6].flatMap((chart) => {
    const whole = charts()[chart];
    if (whole === undefined) return [];
    const page = croppedPage(whole, { left: 0, top: 150, width: whole.width, height: ROWS });
    const data = encodePage(page.raster, page.width, page.height, options);
    return DAMAGES.map(([name, damage], kind) => {
      return { name: `${name}, ${page.name}`, page, data: damage(data, seededRandom(chart * 10 + kind)) };
    });
  });
}

/** What libtiff makes of the pages when it is told to go on after errors. */
async function judge(
  cases: readonly DamagedPage[],
  coding: Coding,
): Promise<{ images: Uint8Array[]; kept: number[]; complaints: string }> {
  const coded = cases.map(({ page, data }) => codedImage(page, coding, 'msb', data));
  const judged = await withLibtiff((libtiff) => libtiff.copy(coded, '-i', '-c', 'none', '-f', 'msb2lsb'));
  const images = judged.images.map(({ strips }) => new Uint8Array(Buffer.concat([...strips])));
  const kept = cases.map(({ page }, index) => rowsKept(page, images[index] ?? new Uint8Array()));
  return { images, kept, complaints: judged.complaints };
}

/** Lines that libtiff complains of: once each, though it may have several things to say. */
function complainedLines(complaints: string): number {
  const lines = [...complaints.matchAll(/ at line (\d+) of strip/g)].map((match) => match[1]);
  return lines.filter((line, index) => line !== lines[index - 1]).length;
}

function rowsBeforeDifference(page: Page, raster: Uint8Array): number {
  let at = 0;
  while (at < page.raster.length && page.raster[at] === raster[at]) at++;
  return Math.floor(at / rowBytes(page.width));
}

function changed(
  data: Uint8Array,
  random: SeededRandom,
  times: number,
  change: (byte: number) => number,
): Uint8Array {
  const result = data.slice();
  for (let time = 0; time < times; time++) {
    const at = random.integer(0, result.length);
    result[at] = change(result[at] ?? 0);
  }
  return result;
}

/** The length of the longest common subsequence of rows: how many of the page's rows are there, in their order. */
function rowsKept(page: Page, raster: Uint8Array): number {
  const wanted = rowNames(page.raster, page.width);
  const found = rowNames(raster, page.width);
  let above = new Uint16Array(found.length + 1);
  for (const row of wanted) {
    const lengths = new Uint16Array(found.length + 1);
    for (const [index, other] of found.entries()) {
      lengths[index + 1] =
        row === other ? (above[index] ?? 0) + 1 : Math.max(above[index + 1] ?? 0, lengths[index] ?? 0);
    }
    above = lengths;
  }
  return above[found.length] ?? 0;
}

function rowNames(raster: Uint8Array, width: number): string[] {
  const stride = rowBytes(width);
  return Array.from({ length: Math.floor(raster.length / stride) }, (_, row) =>
    Buffer.from(raster.subarray(row * stride, (row + 1) * stride)).toString('latin1'),
  );
}
