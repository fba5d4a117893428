// Our Class 1 driver and spandsp's fax machine on lines that are noisy, break or fall silent.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fixtureFile } from '../harness/fixtures.ts';
import { openStage } from '../harness/stage.ts';
import type { Stage } from '../harness/stage.ts';
import { class1Calls, smallPages } from './class1Calls.ts';
import type { Class1Calls } from './class1Calls.ts';
import { hashOf, openRig, rastersOf } from './class1Rig.ts';
import type { Rig, RunningCall } from './class1Rig.ts';
import { isEvent, startExchange } from './exchange/exchange.ts';
import type { Exchange } from './exchange/exchange.ts';

let stage: Stage;
let exchange: Exchange;
let calls: Class1Calls;

beforeEach(async () => {
  stage = openStage();
  exchange = await startExchange({ fast: true, ringMs: 1000, stage });
  calls = class1Calls(stage, exchange);
});

afterEach(() => stage.close());

const finePage = () => rastersOf(fixtureFile('fax-fine.tif'));

test.each([-60, -52, -48])('under error correction pages get through noise of %d dBm0', async (noiseDb) => {
  await exchange.setNoise(noiseDb);
  const sent = await finePage();
  const outgoing = await calls.send({}, { pages: sent });
  expect(outgoing.report.outcome.code, outgoing.call.journal.join('\n')).toBe('CONFIRMED');
  expect(outgoing.arrived).toEqual(sent.map(hashOf));
});

test('a line too noisy for any signal ends by name, and is idle again', async () => {
  await exchange.setNoise(-38);
  await exchange.addMachine({ number: '200', receiveTo: stage.folder });
  const rig = await calls.openModem();
  const report = await rig.dial('200', { pages: smallPages(1, 100) }).report;
  expect(report.outcome).toMatchObject({ disposition: 'retry' });
  expect(report.pagesSent).toBe(0);
  await isIdle(rig);
});

describe.each([{ ecm: true }, { ecm: false }])(
  'a page that comes, with error correction: $ecm',
  ({ ecm }) => {
    const silence = { how: 'silence', at: 'pageData', page: 1, delayMs: 2500 } as const;

    test('is given up in seconds when its sender vanishes, and what came of it is kept', async () => {
      const file = await calls.tiffOf(await finePage(), 196);
      const beganMs = performance.now();
      const { report, call, rig } = await calls.receive({ ecm }, { file, cut: silence });
      // Our timers run by the real clock: silent twice, 4.5 s apart, 1.5 s after the carrier. A page may last a minute.
      expect(performance.now() - beganMs, call.journal.join('\n')).toBeLessThan(30_000);
      expect(report).toMatchObject({
        outcome: { code: 'FAX_BROKEN_OFF' },
        pagesReceived: 0,
        complete: false,
        remoteId: '200',
      });
      expect(call.host.stored).toEqual([]);
      expect(call.host.damaged[0]?.height).toBeGreaterThan(50);
      await isIdle(rig);
    });

    test('is waited for to its end when the line was silent for two seconds in it', async () => {
      const file = await calls.tiffOf(await finePage(), 196);
      const { report, call } = await calls.receive({ ecm }, { file, cut: { ...silence, forMs: 2000 } });
      const heard = call.journal.join('\n');
      // Error correction asks for what was lost; without it the page is refused.
      if (ecm) expect(report.outcome.code, heard).toBe('CONFIRMED');
      else expect(heard).toContain('RTN');
    });
  },
);

test('a person who hangs up in the middle of a page ends the call within seconds', async () => {
  await exchange.close();
  exchange = await startExchange({ fast: false, ringMs: 1000, stage });
  calls = class1Calls(stage, exchange);
  await exchange.addMachine({ number: '200', receiveTo: stage.folder });
  const rig = await calls.openModem();
  const call = rig.dial('200', { pages: await finePage() });
  await exchange.nextEvent(isEvent('pageData', { page: 1 }), 30_000);
  const beganMs = performance.now();
  call.hangUp();
  const report = await call.report;
  expect(performance.now() - beganMs).toBeLessThan(8000);
  expect(report).toMatchObject({ outcome: { code: 'CANCELLED' }, pagesSent: 0, complete: false });
  await isIdle(rig);
});

test('the line breaks in the middle of a page', async () => {
  await exchange.addMachine({ number: '200', receiveTo: stage.folder });
  const rig = await calls.openModem();
  await exchange.cut({ number: '100', how: 'release', at: 'pageData', page: 1, delayMs: 2000 });
  const call = rig.dial('200', { pages: await finePage() });
  const report = await call.report;
  expect(report).toMatchObject({
    pagesSent: 0,
    complete: false,
    outcome: { code: 'LINE_BROKEN', disposition: 'retry' },
  });
  await isIdle(rig);
});

test('a cable that is pulled in the middle of a page ends the call at once', async () => {
  await exchange.addMachine({ number: '200', receiveTo: stage.folder });
  const modem = await exchange.addModem({ number: '100' });
  const rig = await openRig(modem.path, stage);
  const call: RunningCall = rig.dial('200', { pages: smallPages(30, 300) });
  await exchange.nextEvent(isEvent('pageData', { page: 2 }), 30_000);
  await exchange.unplug(modem);
  const report = await call.report;
  expect(report.outcome).toMatchObject({ code: 'LINE_BROKEN', disposition: 'retry' });
});

/** On hook and answering commands. */
async function isIdle(rig: Rig): Promise<void> {
  expect(await rig.dialogue.command('AT', { timeoutMs: 2000 })).toMatchObject({ result: 'OK' });
  expect(exchange.events.findLast(isEvent('released'))).toBeDefined();
}
