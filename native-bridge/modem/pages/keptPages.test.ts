// What came of a page before its call ended is kept, and told from a page that was confirmed.

import { expect, test, vi } from 'vitest';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import { madePage } from '../../../fax/t4/testing/madePage.ts';
import { modemReplySchema } from '../../../protocol/modem.ts';
import type { ModemReply } from '../../../protocol/modem.ts';
import { createCallPages } from './callPages.ts';
import { someParameters } from './pages.testSupport.ts';

function aCall() {
  const told: ModemReply[] = [];
  const pages = createCallPages({
    callId: 'call-1',
    pageCount: 0,
    tell: (reply) => told.push(modemReplySchema.parse(reply)),
  });
  const received = () => told.flatMap((reply) => (reply.type === 'pageReceived' ? [reply] : []));
  /** The gateway's word that it is durable. */
  const stored = async () => {
    await vi.waitFor(() => expect(received()).toHaveLength(1));
    pages.take({ type: 'pageStored', callId: 'call-1', page: 0 });
  };
  return { ...pages, received, stored };
}

const PLAIN = someParameters({ coding: 'MH', ecmFrameOctets: null });
const ECM = someParameters({ coding: 'MMR', ecmFrameOctets: 256 });

function coded(rows: number, coding: 'MH' | 'MMR'): Uint8Array {
  const { raster } = madePage(7, 1728, rows);
  return encodePage(raster, 1728, rows, { coding, fillOrder: 'lsb' });
}

test('the rows of a page that broke off are offered, marked as partial and damaged', async () => {
  const { host, received, stored } = aCall();
  host.begin(0, PLAIN);
  const sink = host.open(0);
  const data = coded(200, 'MH');
  sink.push(data.subarray(0, data.length / 2));
  sink.end();
  await Promise.all([host.keep(0), stored()]);
  const [page] = received();
  expect(page?.quality).toMatchObject({ partial: true, ecm: false, badRows: 1 });
  expect(page?.quality.rows).toBe(page?.info.height);
  expect(page?.info.height).toBeGreaterThan(50);
  expect(page?.info.height).toBeLessThan(200);
});

test('the first octets of a page with error correction are enough', async () => {
  const { host, received, stored } = aCall();
  host.begin(0, ECM);
  const data = coded(200, 'MMR');
  host.push(0, data.subarray(0, data.length / 2));
  await Promise.all([host.keep(0), stored()]);
  expect(received()[0]?.quality).toMatchObject({ partial: true, ecm: true });
});

test('of two attempts the one that brought more is kept', async () => {
  for (const [first, second] of [
    [150, 40],
    [40, 150],
    [150, 0],
  ] as const) {
    const { host, received, stored } = aCall();
    for (const rows of [first, second, 0]) {
      host.begin(0, PLAIN);
      const sink = host.open(0);
      if (rows > 0) sink.push(coded(rows, 'MH'));
      sink.end();
    }
    await Promise.all([host.keep(0), stored()]);
    expect(received()[0]?.info.height).toBe(150);
  }
});

test('nothing is kept where nothing came, and a confirmed page is not offered again', async () => {
  const { host, received, stored } = aCall();
  host.begin(0, PLAIN);
  await expect(host.keep(0)).rejects.toThrow('no row');
  await expect(host.keep(1)).rejects.toThrow('nothing of page 2');
  expect(received()).toEqual([]);
  host.begin(0, PLAIN);
  const sink = host.open(0);
  sink.push(coded(20, 'MH'));
  sink.end();
  await Promise.all([host.store(0), stored()]);
  await host.keep(0);
  expect(received()).toHaveLength(1);
  expect(received()[0]?.quality.partial).toBeUndefined();
});
