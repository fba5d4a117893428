// The decoder of lines: whatever the bytes, the rows add up, the limits hold, and pieces give what the whole gives.

import type { Coding, DecodeOptions, EncodeOptions } from '../../../fax/t4/coding.ts';
import { PageDecoder, decodePage } from '../../../fax/t4/pageDecoder.ts';
import type { DecodedPage } from '../../../fax/t4/pageDecoder.ts';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import { seededRandom } from '../../harness/seededRandom.ts';
import type { SeededRandom } from '../../harness/seededRandom.ts';
import { charts } from '../../t4/pages/charts.ts';
import { rowBytes } from '../../t4/pages/page.ts';
import type { Page } from '../../t4/pages/page.ts';
import { strangelyCoded } from '../../t4/strangeCoding.ts';
import { must } from '../fuzzTarget.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';
import { smallPages } from './smallPages.ts';

interface Seed {
  bytes: Uint8Array;
  options: EncodeOptions;
  page: Page;
}

const ENCODINGS: Readonly<Record<Coding, readonly Omit<EncodeOptions, 'coding'>[]>> = {
  MH: [
    {},
    { minScanBits: 96, fillOrder: 'lsb' },
    { eol: false },
    { eol: false, byteAligned: true },
    { endOfPage: false },
  ],
  MR: [{ k: 4 }, { k: 2, fillOrder: 'lsb' }, { k: 4, minScanBits: 48 }, { k: 30, endOfPage: false }],
  MMR: [{}, { fillOrder: 'lsb' }, { byteAligned: true }, { endOfPage: false }],
};

export function pageDecodingTarget(coding: Coding): FuzzTarget {
  return {
    name: coding,
    prepare() {
      const small = smallPages().map((page, index) => toSeed(page, coding, index));
      const strange = seededRandom(5);
      for (const page of smallPages().filter((_, index) => index % 4 === 0)) {
        small.push({ bytes: strangelyCoded(page, coding, strange), options: { coding }, page });
      }
      const whole = charts()
        .slice(0, 4)
        .map((page, index) => toSeed(page, coding, index));
      const others = small.map(({ bytes }) => bytes);
      return {
        choose(random) {
          const { bytes, options, page } = random.pick(random.integer(0, 1500) === 0 ? whole : small);
          const decodeOptions = chooseOptions(random, coding, options, page);
          return { bytes, others, check: (data, chunks) => checkDecoding(data, decodeOptions, chunks) };
        },
      };
    },
  };
}

function toSeed(page: Page, coding: Coding, index: number): Seed {
  const kinds = ENCODINGS[coding];
  const options = { coding, ...kinds[index % kinds.length] };
  return { bytes: encodePage(page.raster, page.width, page.height, options), options, page };
}

/** Mostly those that fit the seed, so that damage is met late, too. */
function chooseOptions(
  random: SeededRandom,
  coding: Coding,
  { fillOrder = 'msb', byteAligned = false }: EncodeOptions,
  { width, height }: Page,
): DecodeOptions {
  const odd = random.integer(0, 12);
  return {
    coding,
    width: odd === 0 ? random.integer(1, 20_001) : odd === 1 ? random.integer(1, 40) : width,
    fillOrder: odd === 2 ? random.pick(['msb', 'lsb']) : fillOrder,
    byteAligned: odd === 3 && coding !== 'MR' ? !byteAligned : byteAligned,
    maxRows: odd > 6 ? height + random.integer(0, 12) : random.pick([1, 2, 60, 250, 20_000]),
  };
}

function checkDecoding(data: Uint8Array, options: DecodeOptions, random: SeededRandom): void {
  const whole = decodePage(data, options);
  checkSums(whole, data, options);
  const pieces =
    random.integer(0, 4) === 0 ? byListener(data, options, random) : byPieces(data, options, random);
  must(Buffer.compare(pieces.raster, whole.raster) === 0, () => 'the pieces give other rows than the whole');
  const [one, other] = [pieces, whole].map(({ quality, end, badRanges }) =>
    JSON.stringify({ quality, end, badRanges }),
  );
  must(one === other, () => `the pieces say ${one}, the whole ${other}`);
  if (random.integer(0, 8) === 0) checkAgain(whole, options);
}

function checkSums(
  { raster, quality, end, badRanges }: DecodedPage,
  data: Uint8Array,
  { width, maxRows = 20_000 }: DecodeOptions,
): void {
  const said = () => JSON.stringify({ ...quality, end, length: raster.length, width, maxRows });
  const { rows, goodRows, badRows, longestBadRun } = quality;
  const stride = rowBytes(width);
  must(rows <= maxRows, () => `more rows than allowed: ${said()}`);
  must(raster.length === rows * stride, () => `the raster is not its rows: ${said()}`);
  must(goodRows >= 0 && badRows >= 0 && goodRows + badRows === rows, () => `rows do not add up: ${said()}`);
  must(longestBadRun <= badRows && longestBadRun > 0 === badRows > 0, () => `bad run: ${said()}`);
  // The shortest row is one bit (V0), and the shortest bad row an EOL.
  must(goodRows + badRows * 12 <= data.length * 8 + 12, () => `rows out of nothing: ${said()}`);
  const listed = badRanges.reduce((sum, range) => sum + range.rows, 0);
  must(badRanges.length >= 1000 || listed === badRows, () => `bad ranges: ${said()}`);
  must(badRanges.length <= 1000, () => `${badRanges.length} bad ranges`);
  let after = -1;
  for (const { firstRow, rows: length } of badRanges) {
    must(
      firstRow > after && length > 0 && length <= longestBadRun,
      () => `bad range at ${firstRow}: ${said()}`,
    );
    after = firstRow + length;
    must(after <= rows, () => `bad range beyond the page: ${said()}`);
  }
  const spare = 0xff >> (8 - (stride * 8 - width));
  for (let last = stride - 1; last < raster.length; last += stride) {
    must(((raster[last] ?? 0) & spare) === 0, () => `ink beyond the width: ${said()}`);
  }
}

function byPieces(data: Uint8Array, options: DecodeOptions, random: SeededRandom): DecodedPage {
  const decoder = new PageDecoder(options);
  const rows: Uint8Array[] = [];
  const sizes = random.pick([[1], [0, 1, 2, 3], [7, 64], [256], [1, 5000]]);
  for (let at = 0; at < data.length;) {
    const size = Math.max(random.pick(sizes), data.length > 20_000 ? 100 : 0);
    decoder.push(data.subarray(at, at + size));
    at += size;
    if (random.integer(0, 3) === 0) rows.push(decoder.takeRows().slice());
  }
  const end = decoder.end();
  must(decoder.end() === end && decoder.ended === end, () => 'ends twice, and otherwise');
  decoder.push(data);
  rows.push(decoder.takeRows());
  const { quality, badRanges } = decoder;
  return { raster: Buffer.concat(rows), quality, end, badRanges };
}

function byListener(data: Uint8Array, options: DecodeOptions, random: SeededRandom): DecodedPage {
  const { width } = options;
  const stride = rowBytes(width);
  const rows: Uint8Array[] = [];
  let bad = 0;
  const decoder = new PageDecoder(options, (changes, count, isBad) => {
    if (isBad) bad++;
    const row = new Uint8Array(stride);
    let previous = -1;
    for (let index = 0; index < count; index++) {
      const change = changes[index] ?? 0;
      must(change > previous && change < width, () => `change ${index} of ${count} at ${change} in ${width}`);
      previous = change;
      if (index % 2 === 0) ink(row, change, index + 1 < count ? (changes[index + 1] ?? 0) : width);
    }
    for (let mark = count; mark < count + 2; mark++) must(changes[mark] === width, () => 'no end marks');
    rows.push(row);
  });
  const size = random.pick([1, 3, 100, data.length + 1]);
  for (let at = 0; at < data.length; at += size) decoder.push(data.subarray(at, at + size));
  const end = decoder.end();
  const { quality, badRanges } = decoder;
  must(bad === quality.badRows, () => `${bad} rows were called bad of ${quality.badRows}`);
  must(decoder.takeRows().length === 0, () => 'rows are given twice');
  return { raster: Buffer.concat(rows), quality, end, badRanges };
}

function ink(row: Uint8Array, from: number, to: number): void {
  for (let x = from; x < to;) {
    if ((x & 7) === 0 && x + 8 <= to) {
      row[x >> 3] = 0xff;
      x += 8;
    } else {
      row[x >> 3] = (row[x >> 3] ?? 0) | (0x80 >> (x & 7));
      x++;
    }
  }
}

/** Whatever came out is a page: coded again, it comes back as it is. */
function checkAgain({ raster, quality }: DecodedPage, { coding, width, fillOrder }: DecodeOptions): void {
  const { rows } = quality;
  if (rows === 0 || raster.length > 200_000) return;
  const data = encodePage(raster, width, rows, { coding, ...(fillOrder === undefined ? {} : { fillOrder }) });
  const again = decodePage(data, {
    coding,
    width,
    maxRows: rows + 1,
    ...(fillOrder === undefined ? {} : { fillOrder }),
  });
  must(Buffer.compare(again.raster, raster) === 0, () => 'coded again, it is another page');
  must(
    again.end === 'endOfPage' && again.quality.badRows === 0,
    () => `coded again, it ends by ${again.end}`,
  );
}
