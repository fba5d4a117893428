// Our Class 1 driver judged by spandsp: its modem under our hands, its fax machine at the far end of the line.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RasterPage } from '../../native-bridge/modem/class1/rasterPages.testSupport.ts';
import type { CallReport } from '../../protocol/modem.ts';
import { fixtureFile } from '../harness/fixtures.ts';
import { openStage } from '../harness/stage.ts';
import type { Stage } from '../harness/stage.ts';
import { tiffPixels } from '../harness/tiffPixels.ts';
import { class1Calls, smallPages } from './class1Calls.ts';
import type { Class1Calls } from './class1Calls.ts';
import { hashOf, rastersOf } from './class1Rig.ts';
import type { DialOptions, RigOptions } from './class1Rig.ts';
import { isEvent, startExchange } from './exchange/exchange.ts';
import type { Exchange, MachineSettings } from './exchange/exchange.ts';

const FINE = fixtureFile('fax-fine.tif');
const ALL_MODEMS = ['V.27ter', 'V.29', 'V.17'] as const;

let stage: Stage;
let exchange: Exchange;
let calls: Class1Calls;

beforeEach(async () => {
  stage = openStage();
  exchange = await startExchange({ fast: true, ringMs: 1000, stage });
  calls = class1Calls(stage, exchange);
});

afterEach(() => stage.close());

interface Combination {
  name: string;
  machine: MachineSettings;
  pages: () => Promise<readonly RasterPage[]> | readonly RasterPage[];
  yDpi?: number;
  hints?: DialOptions['hints'];
  rig?: RigOptions;
  expected: Partial<CallReport>;
}

const finePage = () => rastersOf(FINE);

/** Each modulation with and without error correction, each coding, each resolution, 1, 3 and 30 pages. */
const COMBINATIONS: readonly Combination[] = [
  {
    name: 'V.17, ECM, MMR, a full page',
    machine: {},
    pages: finePage,
    expected: { modulation: 'V.17', rateBps: 14_400, coding: 'MMR', ecm: true, resolution: 'R8x7.7' },
  },
  {
    name: 'V.17, no ECM, MH, a full page',
    machine: { ecm: false, compressions: ['MH'] },
    pages: finePage,
    expected: { modulation: 'V.17', rateBps: 14_400, coding: 'MH', ecm: false },
  },
  {
    name: 'V.17, no ECM, MR, three pages',
    machine: { ecm: false, compressions: ['MH', 'MR'] },
    pages: () => smallPages(3, 400),
    expected: { modulation: 'V.17', coding: 'MR', ecm: false },
  },
  {
    name: 'V.17, ECM, MH in two blocks',
    machine: { compressions: ['MH'] },
    pages: finePage,
    expected: { coding: 'MH', ecm: true },
  },
  {
    name: 'V.17, ECM, MR',
    machine: { compressions: ['MH', 'MR'] },
    pages: finePage,
    expected: { coding: 'MR', ecm: true },
  },
  {
    name: 'V.17, ECM, 30 pages',
    machine: {},
    pages: () => smallPages(30, 120),
    expected: { modulation: 'V.17', ecm: true },
  },
  {
    name: 'V.29, ECM, three pages',
    machine: { modems: ['V.27ter', 'V.29'] },
    pages: () => smallPages(3, 300),
    expected: { modulation: 'V.29', rateBps: 9600, ecm: true },
  },
  {
    name: 'V.29, no ECM, 30 pages',
    machine: { modems: ['V.27ter', 'V.29'], ecm: false },
    pages: () => smallPages(30, 120),
    expected: { modulation: 'V.29', ecm: false },
  },
  {
    name: 'V.27ter, ECM',
    machine: { modems: ['V.27ter'] },
    pages: () => smallPages(1, 300),
    expected: { modulation: 'V.27ter', rateBps: 4800, ecm: true },
  },
  {
    name: 'V.27ter, no ECM, three pages',
    machine: { modems: ['V.27ter'], ecm: false },
    pages: () => smallPages(3, 300),
    expected: { modulation: 'V.27ter', ecm: false },
  },
  {
    name: 'V.27ter at 2400',
    machine: { modems: ['V.27ter'] },
    pages: () => smallPages(1, 100),
    hints: { maxRateBps: 2400 },
    expected: { modulation: 'V.27ter', rateBps: 2400 },
  },
  {
    name: 'standard resolution, three pages',
    machine: {},
    pages: () => smallPages(3, 300),
    yDpi: 98,
    expected: { resolution: 'R8x3.85' },
  },
  {
    name: 'superfine',
    machine: {},
    pages: () => smallPages(1, 1200),
    yDpi: 391,
    expected: { resolution: 'R8x15.4' },
  },
  {
    name: 'a modem that adapts to V.21 by itself',
    machine: {},
    pages: () => smallPages(3, 300),
    rig: { adaptiveReception: true },
    expected: { ecm: true },
  },
  {
    name: 'a modem without +FRS and +FTS',
    machine: {},
    pages: () => smallPages(1, 300),
    rig: { quirks: { noFrs: true, noFts: true } },
    expected: { ecm: true },
  },
  {
    name: 'a modem that connects too early and on any carrier',
    machine: { ecm: false },
    pages: () => smallPages(3, 300),
    rig: { quirks: { transmitDelayMs: 200, receiveAgain: 30 } },
    expected: { ecm: false },
  },
];

describe.each(COMBINATIONS)('$name', ({ machine, pages, yDpi = 196, hints = {}, rig, expected }) => {
  test('what we send arrives pixel for pixel', async () => {
    const sent = await pages();
    const { report, end, arrived, call } = await calls.send(machine, { pages: sent, yDpi, hints }, rig);
    expect(report.outcome, call.journal.join('\n')).toMatchObject({ code: 'CONFIRMED' });
    expect(report).toMatchObject({
      pagesSent: sent.length,
      complete: true,
      direction: 'outgoing',
      ...expected,
    });
    expect(arrived).toEqual(sent.map(hashOf));
    expect(end).toMatchObject({ status: 0, farId: '+81 75 100' });
    expect(call.confirmed).toEqual(sent.map((_, index) => index + 1));
  });

  test('what is sent to us arrives pixel for pixel', async () => {
    const sent = await pages();
    const file = await calls.tiffOf(sent, yDpi);
    const { report, end, arrived, call } = await calls.receive(machine, { file, hints }, rig);
    expect(report.outcome, call.journal.join('\n')).toMatchObject({ code: 'CONFIRMED' });
    expect(report).toMatchObject({
      pagesReceived: sent.length,
      complete: true,
      remoteId: '200',
      ...expected,
    });
    expect(arrived).toEqual(sent.map(hashOf));
    expect(end).toMatchObject({ status: 0, farId: '+81 75 100' });
    expect(call.host.sender).toEqual({ remoteId: '200' });
  });
});

test('the machine’s abilities, the progress and the story of a call are told', async () => {
  const pages = await finePage();
  const { report, call } = await calls.send({ localId: '+81 75 200', modems: [...ALL_MODEMS] }, { pages });
  expect(report.remoteId).toBe('+81 75 200');
  expect(report.abilities).toMatchObject({ canReceive: true, ecm: true, codings: ['MH', 'MR', 'MMR'] });
  expect(report.connectedMs).toBeGreaterThan(0);
  const phases = call.progress.flatMap(({ phase }) => phase ?? []);
  expect(phases.filter((phase, index) => phase !== phases[index - 1])).toEqual([
    'dialling',
    'identifying',
    'training',
    'sending',
    'confirming',
    'ending',
  ]);
  expect(call.progress).toContainEqual(expect.objectContaining({ pageOctets: expect.any(Number) }));
  expect(call.progress.findLast(({ pagePercent }) => pagePercent !== undefined)).toEqual({
    pagePercent: 100,
  });
  expect(call.journal).toContain('They confirmed page 1.');
});

test('we fetch the document of a machine', async () => {
  const pages = smallPages(2, 300);
  await exchange.addMachine({ number: '200', serve: await calls.tiffOf(pages, 196) });
  const rig = await calls.openModem();
  const call = rig.dial('200', { poll: {} });
  const report = await call.report;
  expect(report, call.journal.join('\n')).toMatchObject({
    outcome: { code: 'CONFIRMED' },
    pagesReceived: 2,
    complete: true,
  });
  expect(call.host.stored.map(hashOf)).toEqual(pages.map(hashOf));
});

test('we send and then fetch in one call', async () => {
  const kept = smallPages(1, 200);
  await exchange.addMachine({ number: '200', receiveTo: stage.folder, serve: await calls.tiffOf(kept, 196) });
  const rig = await calls.openModem();
  const sent = smallPages(2, 250);
  const call = rig.dial('200', { pages: sent, poll: {} });
  const report = await call.report;
  expect(report, call.journal.join('\n')).toMatchObject({ pagesSent: 2 });
  expect(call.confirmed).toEqual([1, 2]);
});

test('a machine that has nothing to be fetched says so', async () => {
  await exchange.addMachine({ number: '200', receiveTo: stage.folder });
  const rig = await calls.openModem();
  const report = await rig.dial('200', { poll: {} }).report;
  expect(report.outcome).toMatchObject({ code: 'FAX_NOTHING_TO_POLL', disposition: 'fail' });
});

test('a machine fetches the document that is kept for it', async () => {
  const pages = smallPages(2, 300);
  const { report, end } = await calls.receive({ receiveTo: stage.folder }, { pages, receives: false });
  expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesSent: 2, complete: true });
  const fetched = await tiffPixels(end.file ?? '');
  expect(fetched.map(({ sha256 }) => sha256)).toEqual(pages.map((page) => hashOf(page).sha256));
});

test('a password and a subaddress reach the machine, and come from it', async () => {
  const pages = smallPages(1, 200);
  const { report, arrived } = await calls.send(
    { requiredPassword: '77' },
    { pages, document: { subaddress: '55', password: '77' } },
  );
  expect(report.outcome.code).toBe('CONFIRMED');
  expect(arrived).toEqual(pages.map(hashOf));
  const agreed = exchange.events.findLast(isEvent('agreed', { number: '200', by: 'DCS' }));
  expect(agreed?.subAddress).toBe('55');
});

test('a sender’s subaddress is told, and its password checked', async () => {
  const file = await calls.tiffOf(smallPages(1, 200), 196);
  const good = await calls.receive({ subAddress: '55', password: '77' }, { file, receivePassword: '77' });
  expect(good.report).toMatchObject({ outcome: { code: 'CONFIRMED' }, subaddress: '55' });
  expect(good.call.host.sender).toEqual({ remoteId: '200', subaddress: '55' });
});

test('a sender without the password is refused', async () => {
  const file = await calls.tiffOf(smallPages(1, 200), 196);
  const { report, arrived } = await calls.receive({}, { file, receivePassword: '77' });
  expect(report.outcome.code).toBe('FAX_PASSWORD_REFUSED');
  expect(arrived).toEqual([]);
});

test('a machine that is busy with a page is waited for', async () => {
  const pages = smallPages(2, 300);
  const { report, arrived } = await calls.send({ notReadyCount: 3 }, { pages });
  expect(report.outcome.code).toBe('CONFIRMED');
  expect(arrived).toEqual(pages.map(hashOf));
});

describe('the wrong-number guard', () => {
  const pages = smallPages(1, 200);
  const machine = { localId: '+81 75 200 0001' };

  test('hangs up before anything is sent when somebody else answers', async () => {
    const guard = { expected: ['+81 75 200 0002'], onMismatch: 'hangUp' as const };
    const { report, arrived } = await calls.send(machine, { pages, guard });
    expect(report).toMatchObject({ outcome: { code: 'WRONG_NUMBER', disposition: 'fail' }, pagesSent: 0 });
    expect(arrived).toEqual([]);
    const frames = exchange.events.filter(isEvent('frame', { number: '100', direction: 'sent' }));
    expect(frames.map(({ name }) => name)).toEqual(['DCN']);
  });

  test('goes on when that was chosen, and the journal says so', async () => {
    const guard = { expected: ['+81 75 200 0002'], onMismatch: 'goOn' as const };
    const { report, call } = await calls.send(machine, { pages, guard });
    expect(report.outcome.code).toBe('CONFIRMED');
    expect(call.journal.join('\n')).toMatch(/“\+81 75 200 0001”, not “\+81 75 200 0002”.*going on/u);
  });

  test('knows the machine by its number however it is written', async () => {
    const guard = { expected: ['075-200-0001'], onMismatch: 'hangUp' as const };
    const { report } = await calls.send(machine, { pages, guard });
    expect(report.outcome.code).toBe('CONFIRMED');
  });
});

describe('a call that does not come about', () => {
  const dial = async (number: string): Promise<CallReport> =>
    await (await calls.openModem()).dial(number).report;

  test('busy', async () => {
    await exchange.addSubscriber({ number: '300', kind: 'busy' });
    expect((await dial('300')).outcome.code).toBe('TEL_BUSY');
  });

  test('no dial tone', async () => {
    const rig = await calls.openModem();
    await exchange.setLine('100', 'noDialTone');
    expect((await rig.dial('300').report).outcome.code).toBe('LINE_NO_DIAL_TONE');
  });

  test('an unknown number', async () => {
    expect((await dial('999')).outcome.code).toBe('TEL_NO_FAX');
  });
});
