// Whole calls of the real modem host process through a virtual modem: pages out and in, and calls that are broken off.

import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodePage } from '../../fax/t4/pageDecoder.ts';
import { encodePage } from '../../fax/t4/pageEncoder.ts';
import type { FaxClassChoice, ModemReply, ModemRequest } from '../../protocol/modem.ts';
import { startModemHostProcess } from '../harness/modemHostProcess.ts';
import type { ModemHostOfTest } from '../harness/modemHostProcess.ts';
import { charts } from '../t4/pages/charts.ts';
import { startVirtualExchange } from '../virtual-modem/virtualExchange.ts';
import type { VirtualExchange } from '../virtual-modem/virtualExchange.ts';

/** Calls take a fraction of their time: nobody waits but the modem. */
const PACE = 20;

let folder: string;
let port: string;
let exchange: VirtualExchange;
let host: ModemHostOfTest;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hikyaku-modem-'));
  port = path.join(folder, 'fax');
  exchange = await startVirtualExchange({
    modems: [{ number: '100', port }],
    machines: [{ number: '200', localId: '+81 3 0000 0200' }],
    clock: PACE,
  });
  host = await startModemHostProcess();
});

afterEach(async () => {
  await host.stop();
  await exchange.close();
  await rm(folder, { recursive: true, force: true });
});

const [letter, drawing] = charts();
const pages = [letter, drawing].flatMap((page) => (page === undefined ? [] : [page]));

async function ready(faxClass: FaxClassChoice): Promise<void> {
  host.send({
    type: 'open',
    setup: {
      path: port,
      faxClass,
      flowControl: 'auto',
      localId: '+81 75 000 0001',
      toneDialling: true,
      blindDial: false,
      extraInit: [],
    },
  });
  await host.untilState('ready');
}

const hints = { avoidModulations: [], avoidCodings: [], avoidEcm: false };

function dial(count: number): Extract<ModemRequest, { type: 'dial' }> {
  const sizes = pages.slice(0, count).map(({ width, height }) => ({ width, height, xDpi: 204, yDpi: 196 }));
  return {
    type: 'dial',
    callId: 'call-1',
    number: '200',
    documents: [{ pages: sizes }],
    hints,
    answerWithinMs: 60_000,
  };
}

/** The gateway's part: gives pages, and stores what it is given. */
function serve(reply: ModemReply): void {
  if (reply.type === 'pageWanted') {
    const page = pages[reply.page];
    if (page === undefined) throw new Error(`page ${reply.page} is wanted`);
    const { width, height } = page;
    const data = new Uint8Array(encodePage(page.raster, width, height, { coding: 'MMR' }));
    const sha256 = createHash('sha256').update(data).digest('hex');
    const info = { width, height, xDpi: 204, yDpi: 196, byteLength: data.length, sha256 };
    host.send({ type: 'page', callId: reply.callId, page: reply.page, info, data });
  } else if (reply.type === 'pageReceived') {
    host.send({ type: 'pageStored', callId: reply.callId, page: reply.page });
  }
}

test.each(['1', '2'] as const)('two pages leave in class %s and arrive pixel for pixel', async (faxClass) => {
  await ready(faxClass);
  host.onReply = serve;
  host.send(dial(2));
  const { report } = await host.until('ended');
  expect(report).toMatchObject({
    outcome: { code: 'CONFIRMED' },
    direction: 'outgoing',
    faxClass,
    pagesSent: 2,
    complete: true,
  });
  const { received } = exchange.machine('200');
  expect(received).toHaveLength(2);
  for (const [index, page] of pages.entries()) {
    expect(Buffer.compare(received[index]?.raster ?? new Uint8Array(), page.raster)).toBe(0);
  }
  const confirmed = host.replies.flatMap((reply) => (reply.type === 'pagesConfirmed' ? [reply.pages] : []));
  expect(confirmed.at(-1)).toBe(2);
  expect(host.replies.filter(({ type }) => type === 'pageWanted')).toHaveLength(2);
  await host.untilState('ready');
});

test.each(['1', '2'] as const)(
  'a page that comes in in class %s is stored before it is confirmed',
  async (faxClass) => {
    await ready(faxClass);
    host.onReply = serve;
    const geometry = { widthPixels: 1728, rows: pages[0]?.height ?? 0, resolution: 'R8x7.7' } as const;
    const raster = pages[0]?.raster ?? new Uint8Array();
    const sent = exchange.machine('200').send('100', [{ geometry, raster }]);
    await host.until('ring');
    host.send({
      type: 'answer',
      callId: 'call-2',
      receives: true,
      documents: [],
      hints,
      copyQuality: { minGoodPercent: 95, maxBadRun: 5 },
    });
    const page = await host.until('pageReceived');
    expect(page).toMatchObject({
      page: 0,
      info: { width: 1728, height: pages[0]?.height, xDpi: 204, yDpi: 196 },
      quality: { badRows: 0 },
      remoteId: '+81 3 0000 0200',
    });
    const decoded = decodePage(page.data, { coding: 'MMR', width: 1728 });
    expect(Buffer.compare(decoded.raster, raster)).toBe(0);
    const { report } = await host.until('ended');
    expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, direction: 'incoming', pagesReceived: 1 });
    expect((await sent).outcome).toMatchObject({ code: 'OK', pagesSent: 1 });
    await host.untilState('ready');
  },
);

test('a page that cannot be stored is not confirmed to its sender', async () => {
  await ready('1');
  host.onReply = (reply) => {
    if (reply.type !== 'pageReceived') return;
    const detail = 'the disk is full';
    host.send({ type: 'pageNotStored', callId: reply.callId, page: reply.page, detail, diskFull: true });
  };
  const geometry = { widthPixels: 1728, rows: 600, resolution: 'R8x7.7' } as const;
  const raster = (pages[0]?.raster ?? new Uint8Array()).slice(0, 216 * 600);
  const sent = exchange.machine('200').send('100', [{ geometry, raster }]);
  await host.until('ring');
  host.send({
    type: 'answer',
    callId: 'call-2',
    receives: true,
    documents: [],
    hints,
    copyQuality: { minGoodPercent: 95, maxBadRun: 5 },
  });
  const { report } = await host.until('ended');
  expect(report).toMatchObject({ outcome: { code: 'DISK_FULL' }, pagesReceived: 0 });
  expect((await sent).outcome.pagesSent).toBe(0);
});

test('a call that a person ends in the middle of a page ends within seconds, on hook', async () => {
  await ready('1');
  host.onReply = serve;
  host.send(dial(2));
  await host.until('progress', ({ progress }) => progress.phase === 'sending');
  const begun = performance.now();
  host.send({ type: 'hangUp', callId: 'call-1' });
  const { report } = await host.until('ended');
  expect(report).toMatchObject({ outcome: { code: 'CANCELLED' }, complete: false });
  expect(performance.now() - begun).toBeLessThan(20_000);
  await host.untilState('ready');
  const call = await exchange.machine('200').waitForCall();
  expect(call.outcome.pagesReceived).toBe(0);
});

test('a modem that is unplugged in the middle of a page breaks the call off, and calls again when it is back', async () => {
  await ready('1');
  host.onReply = serve;
  host.send(dial(1));
  await host.until('progress', ({ progress }) => progress.phase === 'sending');
  await exchange.modem('100').unplug();
  const { report } = await host.until('ended');
  expect(report).toMatchObject({ outcome: { code: 'LINE_BROKEN' }, pagesSent: 0 });
  await host.untilState('absent');
  await exchange.modem('100').plug();
  await host.untilState('ready');
  host.send({ ...dial(1), callId: 'call-3' });
  const again = await host.until('ended');
  expect(again.report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesSent: 1 });
});

test('a modem host that loses its gateway in the middle of a page leaves the line on hook', async () => {
  await ready('1');
  host.onReply = serve;
  host.send(dial(1));
  await host.until('progress', ({ progress }) => progress.phase === 'sending');
  host.disconnect();
  expect(await host.exited).toBe(0);
  const call = await exchange.machine('200').waitForCall();
  expect(call.outcome.pagesReceived).toBe(0);
});
