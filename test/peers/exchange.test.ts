// The exchange before anything of ours drives its modems: spandsp with spandsp, efax, HylaFAX.

import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fixtureFile } from '../harness/fixtures.ts';
import { openStage } from '../harness/stage.ts';
import type { Stage } from '../harness/stage.ts';
import { tiffPixels } from '../harness/tiffPixels.ts';
import { isEvent, startExchange } from './exchange/exchange.ts';

const FINE = fixtureFile('fax-fine.tif');

let stage: Stage;

beforeEach(() => {
  stage = openStage();
});

afterEach(() => stage.close());

test('a machine that calls a machine delivers its pages pixel for pixel', async () => {
  const exchange = await startExchange({ fast: true, stage });
  await exchange.addMachine({ number: '200', receiveTo: stage.folder });
  const caller = await exchange.addMachine({ number: '300', localId: '+81 75 300', send: FINE });
  const call = await exchange.call(caller, '200');

  const agreed = await exchange.nextEvent(isEvent('agreed', { number: '200', by: 'DCS' }), 10_000);
  expect(agreed).toMatchObject({ farId: '+81 75 300', rateBps: 14_400, ecm: true, compression: 'MMR' });
  const end = await exchange.nextEvent(isEvent('end', { number: '200' }), 20_000);
  expect(end).toMatchObject({ status: 0, pagesReceived: 1, file: path.join(stage.folder, '200-1.tif') });
  const released = await exchange.nextEvent(isEvent('released', { call }), 5000);
  // Modelled: much longer than the test took.
  expect(released.durationMs).toBeGreaterThan(40_000);
  expect(await tiffPixels(end.file ?? '')).toEqual(await tiffPixels(FINE));
});
