// Pages from a telephone line begin with an EOL: what a modem sends before its host brings data is no line.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Coding } from './coding.ts';
import { decodePage, PageDecoder } from './pageDecoder.ts';
import { encodePage } from './pageEncoder.ts';
import { madePage } from './testing/madePage.ts';

const WIDTH = 64;
const { raster: page } = madePage(20_261_122, WIDTH, 20);
const coded = (coding: Coding) => encodePage(page, WIDTH, 20, { coding, fillOrder: 'lsb' });
const decoded = (data: Uint8Array, coding: Coding) =>
  decodePage(data, { coding, width: WIDTH, fillOrder: 'lsb', startsWithEol: true });

test.each(['MH', 'MR'] as const)('in %s ones of any number before the page leave no trace', (coding) => {
  for (let octets = 0; octets < 400; octets += 1) {
    const garbage = new Uint8Array(octets).fill(0xff);
    const { raster, quality, end } = decoded(new Uint8Array([...garbage, ...coded(coding)]), coding);
    expect(raster).toEqual(page);
    expect(quality).toMatchObject({ rows: 20, badRows: 0 });
    expect(end).toBe('endOfPage');
  }
});

test('whole rows without EOL in front of the page are rows of a file, and none of a line', () => {
  const bare = encodePage(page, WIDTH, 20, { coding: 'MH', fillOrder: 'lsb', eol: false, endOfPage: false });
  const data = new Uint8Array([...bare, ...coded('MH')]);
  const ofFile = decodePage(data, { coding: 'MH', width: WIDTH, fillOrder: 'lsb' });
  expect(ofFile.quality.rows).toBeGreaterThan(20);
  expect(decoded(data, 'MH').raster).toEqual(page);
});

test('garbage that has no EOL in it is never a line, in chunks of any size', () => {
  // An EOL has eleven zeros; octets with a 1 in the middle have none, whatever follows.
  const octet = fc.integer({ min: 0, max: 255 }).map((value) => value | 0x10);
  fc.assert(
    fc.property(fc.array(octet, { maxLength: 300 }), fc.integer({ min: 1, max: 50 }), (garbage, chunk) => {
      const decoder = new PageDecoder({ coding: 'MH', width: WIDTH, fillOrder: 'lsb', startsWithEol: true });
      const data = new Uint8Array([...garbage, ...coded('MH')]);
      for (let at = 0; at < data.length; at += chunk) decoder.push(data.subarray(at, at + chunk));
      decoder.end();
      expect(decoder.takeRows()).toEqual(page);
    }),
  );
});

test('a carrier that brings no EOL at all brings no page', () => {
  const { raster, end } = decoded(new Uint8Array(500).fill(0xff), 'MH');
  expect(raster).toHaveLength(0);
  expect(end).toBe('damage');
});

test('T.6 has no EOL to begin with, and is decoded as ever', () => {
  expect(decoded(coded('MMR'), 'MMR').raster).toEqual(page);
});
