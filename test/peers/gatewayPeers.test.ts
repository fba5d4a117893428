// Our whole gateway on one modem of the exchange, other people's fax programs on another: HylaFAX with error correction,
// efax without, each way. Pages arrive pixel for pixel, both ends know whom they spoke to, and both say it is done.

import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { IncomingDocument } from '../../protocol/api/types.ts';
import { fixtureFile } from '../harness/fixtures.ts';
import { openStage } from '../harness/stage.ts';
import type { Stage } from '../harness/stage.ts';
import type { TestGateway } from '../harness/testGateway.ts';
import { tiffPixels } from '../harness/tiffPixels.ts';
import type { TiffPage } from '../harness/tiffPixels.ts';
import { OFFICE_NUMBER, openTelephoneOffice } from '../telephone/telephoneOffice.ts';
import { pageRasters } from './codedFile.ts';
import { EFAX_HEADER_LINES, EFAX_SPEED, efaxReceives, efaxSends } from './efax/efax.ts';
import { makeHylafaxSpool, mayRunHylafax } from './hylafax/hylafaxSpool.ts';

const PEER = '0755551234';
const PEER_ID = '+81 75 555 1234';
const FINE = fixtureFile('fax-fine.tif');
const SEVERAL_PAGES = fixtureFile('cairo-landscape-and-letter.pdf');
const ONE_PAGE = fixtureFile('one-page.pdf');

let stage: Stage;
beforeEach(() => {
  stage = openStage();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.log(stage.logs());
  await stage.close();
});

/** The gateway on its line, and the port of the peer's modem. */
async function open(speed?: number): Promise<{ gateway: TestGateway; device: string }> {
  const { exchange, gateway } = await openTelephoneOffice(stage, speed === undefined ? {} : { speed });
  const { path: device } = await exchange.addModem({ number: PEER });
  return { gateway, device };
}

/** What we sent, as it stands in the gateway, with what became of it. */
async function send(gateway: TestGateway, document: string) {
  const sent = (await gateway.command('send', document, '--to', `tel:${PEER}`, '--wait')).json() as {
    id: string;
  };
  return { sent, pages: await exported(gateway, sent.id) };
}

async function exported(gateway: TestGateway, id: string): Promise<TiffPage[]> {
  return await tiffPixels(await exportedFile(gateway, id));
}

async function exportedFile(gateway: TestGateway, id: string): Promise<string> {
  const file = path.join(stage.folder, `${id}.tif`);
  await gateway.command('export', id, file);
  return file;
}

async function untilReceived(gateway: TestGateway): Promise<IncomingDocument> {
  return await gateway.until(
    'a fax in the inbox',
    async () => {
      const [document] = (await gateway.command('inbox')).json() as IncomingDocument[];
      return document === undefined || document.state === 'receiving' ? undefined : document;
    },
    60_000,
  );
}

describe.skipIf(!mayRunHylafax())('HylaFAX, with error correction', () => {
  test('takes our pages', async () => {
    const { gateway, device } = await open();
    const spool = await makeHylafaxSpool(stage);
    const receiver = await spool.receive({ device, prototype: 'class1', localId: PEER_ID });
    const { sent, pages } = await send(gateway, SEVERAL_PAGES);

    expect(sent).toMatchObject({
      status: 'confirmed',
      recipients: [
        {
          code: 'CONFIRMED',
          pagesConfirmed: pages.length,
          rateBps: 14_400,
          coding: 'MMR',
          ecm: true,
          remoteId: PEER_ID,
        },
      ],
    });
    const { file, complaint } = await receiver.received(30_000);
    expect(complaint).toBe('');
    expect(await tiffPixels(file)).toEqual(pages);
    expect(await spool.logs()).toContain(`TSI "${OFFICE_NUMBER}"`);
  });

  test('sends us its pages', async () => {
    const { gateway, device } = await open();
    const spool = await makeHylafaxSpool(stage);
    const result = await spool.send(
      { device, prototype: 'class1', localId: PEER_ID },
      { to: OFFICE_NUMBER, tiff: FINE, coding: 'MMR', ecm: true },
    );

    expect(result, result.log).toMatchObject({ done: true, status: '', pagesSent: 1, csi: OFFICE_NUMBER });
    const document = await untilReceived(gateway);
    const pages = await tiffPixels(FINE);
    expect(document).toMatchObject({
      state: 'complete',
      remoteId: PEER_ID,
      pages: pages.length,
      quality: pages.map(({ height }) => ({ rows: height, badRows: 0, ecm: true })),
      call: { rateBps: 14_400, coding: 'MMR', ecm: true },
    });
    expect(await exported(gateway, document.id)).toEqual(pages);
  });
});

describe('efax, without error correction', () => {
  test('takes our page', async () => {
    const { gateway, device } = await open(EFAX_SPEED);
    const run = await efaxReceives({ stage, device, localId: PEER_ID, setUp: ['S0=1'] });
    const { sent, pages } = await send(gateway, ONE_PAGE);

    expect(sent).toMatchObject({
      status: 'confirmed',
      recipients: [
        {
          code: 'CONFIRMED',
          pagesConfirmed: 1,
          rateBps: 14_400,
          coding: 'MH',
          ecm: false,
          remoteId: PEER_ID,
        },
      ],
    });
    expect(await run.outcome()).toBe('done');
    expect(await tiffPixels(path.join(stage.folder, 'efax-received.001'))).toEqual(pages);
    expect(run.process.output()).toContain(OFFICE_NUMBER);
  });

  test('sends us its page below its empty header', async () => {
    const { gateway, device } = await open(EFAX_SPEED);
    const run = await efaxSends({ stage, device, localId: PEER_ID }, OFFICE_NUMBER, [FINE]);

    expect(await run.outcome()).toBe('done');
    expect(run.process.output()).toContain(OFFICE_NUMBER);
    const document = await untilReceived(gateway);
    expect(document).toMatchObject({
      state: 'complete',
      remoteId: PEER_ID,
      pages: 1,
      quality: [{ badRows: 0, ecm: false }],
      call: { rateBps: 14_400, coding: 'MH', ecm: false },
    });
    const [sent] = await pageRasters(FINE);
    const [received] = await pageRasters(await exportedFile(gateway, document.id));
    if (sent === undefined || received === undefined) throw new Error('no page');
    const begin = EFAX_HEADER_LINES * Math.ceil(sent.width / 8);
    const end = begin + sent.raster.length;
    expect(received.width).toBe(sent.width);
    expect(Buffer.compare(received.raster.subarray(begin, end), sent.raster)).toBe(0);
    // White above it and below.
    const around = [...received.raster.subarray(0, begin), ...received.raster.subarray(end)];
    expect(around.every((octet) => octet === 0)).toBe(true);
  });
});
