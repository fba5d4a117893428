import { expect, test } from 'vitest';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import type { SessionParameters } from '../../../fax/t30/parameters.ts';
import { ReceivedPage } from './receivedPage.ts';

const MMR: SessionParameters = {
  rate: { modulation: 'V.17', rateBps: 14_400 },
  coding: 'MMR',
  resolution: 'R8x7.7',
  inch: false,
  width: 215,
  length: 'unlimited',
  minScanMs: 0,
  ecmFrameOctets: 256,
  subaddressSent: false,
  senderIdSent: false,
  unsupported: [],
};
const ROWS = 80;

function coded(): Uint8Array {
  const raster = Uint8Array.from({ length: ROWS * 216 }, (_, index) => (index * 7) & 0xff);
  return encodePage(raster, 1728, ROWS, { coding: 'MMR', fillOrder: 'lsb' });
}

function damagedPage(): ReceivedPage {
  const octets = coded();
  const page = new ReceivedPage(MMR);
  page.sink.push(Buffer.concat([octets.subarray(0, octets.length >> 1), new Uint8Array(4), octets]));
  page.sink.end();
  return page;
}

test('a page whose end cannot be read is no whole one', async () => {
  await expect(damagedPage().whole()).rejects.toThrow(/cannot be read after row \d+/u);
});

test('as a damaged one it is stored as far as it can be read, and says that it is damaged', async () => {
  const { info, data, quality } = await damagedPage().whole(true);
  expect(info.height).toBeGreaterThan(ROWS / 3);
  expect(info.height).toBeLessThan(ROWS);
  expect(data.length).toBe(info.byteLength);
  expect(quality).toEqual({ rows: info.height, goodRows: info.height - 1, badRows: 1, longestBadRun: 1 });
});

test('a page of which nothing can be read is not stored even so', async () => {
  const page = new ReceivedPage(MMR);
  page.sink.push(new Uint8Array(50));
  await expect(page.whole(true)).rejects.toThrow('no row');
});
