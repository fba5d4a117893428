// The virtual modem judged by fax programs that are not ours: efax and HylaFAX send and receive with it, in every class
// that they know. The far end is the virtual fax machine, or the other virtual modem with another program.

import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { fixtureFile } from '../harness/fixtures.ts';
import type { Stage } from '../harness/stage.ts';
import { stagedTest as test } from '../harness/stagedTest.ts';
import type { FaxPage } from '../virtual-modem/machine/machinePages.ts';
import type { FaxClass } from '../virtual-modem/modem/personality.ts';
import { startVirtualExchange } from '../virtual-modem/virtualExchange.ts';
import type { ModemOptions, VirtualExchange } from '../virtual-modem/virtualExchange.ts';
import { pageRasters } from './codedFile.ts';
import { EFAX_HEADER_LINES, EFAX_SPEED, efaxReceives, efaxSends } from './efax/efax.ts';
import { makeHylafaxSpool, mayRunHylafax } from './hylafax/hylafaxSpool.ts';
import type { HylafaxPrototype } from './hylafax/hylafaxSpool.ts';

const FINE = fixtureFile('fax-fine.tif');
/** Side by side: a call is seconds of signals, for which both ends wait. */
const CALL = { concurrent: true, timeout: 100_000 };

interface Rig {
  exchange: VirtualExchange;
  /** Ports of the modems 101 and 102. */
  ports: readonly [string, string];
}

async function openRig(stage: Stage, classes: readonly FaxClass[]): Promise<Rig> {
  const ports = [path.join(stage.folder, 'modem-101'), path.join(stage.folder, 'modem-102')] as const;
  const modems: ModemOptions[] = ports.map((port, index) => ({ number: `${101 + index}`, port, classes }));
  const exchange = await startVirtualExchange({ modems, machines: [{ number: '200' }], clock: EFAX_SPEED });
  stage.onClose(() => exchange.close());
  return { exchange, ports };
}

async function pagesOf(file: string): Promise<FaxPage[]> {
  const rasters = await pageRasters(file);
  return rasters.map(({ width, height, raster }) => ({
    geometry: { widthPixels: width, rows: height, resolution: 'R8x7.7' },
    raster,
  }));
}

/** In hex, from line `from` on as many as `page` has: what nobody can read in a failure is at least short. */
function linesOf(raster: Uint8Array, page: FaxPage, from = 0): Buffer {
  const stride = Math.ceil(page.geometry.widthPixels / 8);
  return Buffer.from(raster.subarray(from * stride, (from + page.geometry.rows) * stride));
}

function isSame(raster: Uint8Array | undefined, page: FaxPage | undefined, from = 0): boolean {
  if (raster === undefined || page === undefined) return false;
  return linesOf(raster, page, from).equals(linesOf(page.raster, page));
}

const EFAX_CLASSES = ['1', '2', '2.0'] as const;

test.for(EFAX_CLASSES)(
  'efax sends through a Class %s modem, pixel for pixel',
  CALL,
  async (faxClass, { stage }) => {
    const { exchange, ports } = await openRig(stage, [faxClass]);
    const run = await efaxSends({ stage, device: ports[0], class: faxClass }, '200', [FINE, FINE]);
    const call = await exchange.machine('200').waitForCall();
    expect(await run.outcome(), stage.logs()).toBe('done');
    expect(call.outcome).toMatchObject({ code: 'OK', pagesReceived: 2 });
    const [page] = await pagesOf(FINE);
    expect(call.pages.map(({ raster }) => isSame(raster, page, EFAX_HEADER_LINES))).toEqual([true, true]);
  },
);

test.for(EFAX_CLASSES)(
  'efax receives through a Class %s modem, pixel for pixel',
  CALL,
  async (faxClass, { stage }) => {
    const { exchange, ports } = await openRig(stage, [faxClass]);
    const run = await efaxReceives({ stage, device: ports[0], class: faxClass, setUp: ['S0=1'] });
    const [page] = await pagesOf(FINE);
    if (page === undefined) throw new Error('no page');
    const call = await exchange.machine('200').send('101', [page, page]);
    expect(await run.outcome(), stage.logs()).toBe('done');
    expect(call.outcome).toMatchObject({ code: 'OK', pagesSent: 2 });
    const files = (await readdir(stage.folder)).filter((name) => name.startsWith('efax-received')).toSorted();
    const received = await Promise.all(files.map((name) => pagesOf(path.join(stage.folder, name))));
    expect(received.flat().map(({ raster }) => isSame(raster, page))).toEqual([true, true]);
  },
);

test('efax with a Class 2 modem sends to efax with a Class 1 modem', CALL, async ({ stage }) => {
  const { ports } = await openRig(stage, ['1', '2']);
  const receiver = await efaxReceives({ stage, device: ports[1], class: '1', setUp: ['S0=1'] });
  const sender = await efaxSends({ stage, device: ports[0], class: '2' }, '102', [FINE]);
  expect(await sender.outcome(), stage.logs()).toBe('done');
  expect(await receiver.outcome(), stage.logs()).toBe('done');
  const [page] = await pagesOf(FINE);
  const [received] = await pagesOf(path.join(stage.folder, 'efax-received.001'));
  expect(isSame(received?.raster, page, EFAX_HEADER_LINES)).toBe(true);
});

const HYLAFAX = [
  ['class1', ['1']],
  // It looks for a 1 in the answer to +FCLASS=?.
  ['class1.0', ['1', '1.0']],
  ['class2', ['2']],
  ['class2.0', ['2.0']],
  ['class2.1', ['2.1']],
] as const satisfies readonly (readonly [HylafaxPrototype, readonly FaxClass[]])[];

test.runIf(mayRunHylafax()).for(HYLAFAX)(
  'HylaFAX as %s sends with MMR and error correction, pixel for pixel',
  CALL,
  async ([prototype, classes], { stage }) => {
    const { exchange, ports } = await openRig(stage, classes);
    const spool = await makeHylafaxSpool(stage);
    const result = await spool.send({ device: ports[0], prototype }, { to: '200', tiff: FINE });
    expect(result, `${result.log}\n${stage.logs()}`).toMatchObject({ done: true, pagesSent: 1 });
    const call = await exchange.machine('200').waitForCall();
    expect(call.outcome).toMatchObject({ code: 'OK', pagesReceived: 1 });
    const [received] = call.pages;
    expect(received?.parameters).toMatchObject({ coding: 'MMR', ecmFrameOctets: 256 });
    const [page] = await pagesOf(FINE);
    expect(isSame(received?.raster, page)).toBe(true);
  },
);

test.runIf(mayRunHylafax()).for(HYLAFAX)(
  'HylaFAX as %s receives, pixel for pixel',
  CALL,
  async ([prototype, classes], { stage }) => {
    const { exchange, ports } = await openRig(stage, classes);
    const spool = await makeHylafaxSpool(stage);
    const receiver = await spool.receive({ device: ports[0], prototype });
    const [page] = await pagesOf(FINE);
    if (page === undefined) throw new Error('no page');
    const call = await exchange.machine('200').send('101', [page, page]);
    expect(call.outcome, `${await spool.logs()}\n${stage.logs()}`).toMatchObject({
      code: 'OK',
      pagesSent: 2,
    });
    const { file, complaint } = await receiver.received(20_000);
    expect(complaint).toBe('');
    expect((await pagesOf(file)).map(({ raster }) => isSame(raster, page))).toEqual([true, true]);
  },
);
