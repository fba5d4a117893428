// The exchange before anything of ours drives its modems: spandsp with spandsp, plain AT commands, efax, HylaFAX.

import { readlink } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fixtureFile } from '../harness/fixtures.ts';
import { openStage } from '../harness/stage.ts';
import type { Stage } from '../harness/stage.ts';
import { tiffPixels } from '../harness/tiffPixels.ts';
import { pageRasters } from './codedFile.ts';
import { EFAX_HEADER_LINES, EFAX_SPEED, efaxReceives, efaxSends } from './efax/efax.ts';
import { isEvent, startExchange } from './exchange/exchange.ts';
import type { Exchange } from './exchange/exchange.ts';
import { openPort } from './exchange/port.ts';
import { makeHylafaxSpool, mayRunHylafax } from './hylafax/hylafaxSpool.ts';

const FINE = fixtureFile('fax-fine.tif');

let stage: Stage;

beforeEach(() => {
  stage = openStage();
});

afterEach(() => stage.close());

describe('two fax machines', () => {
  test('deliver pages pixel for pixel, in modelled time', async () => {
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

  test.each([
    { modems: ['V.29'], ecm: false, compressions: ['MR'], rateBps: 9600, compression: 'MR' },
    { modems: ['V.27ter'], ecm: true, compressions: ['MH'], rateBps: 4800, compression: 'MH' },
  ] as const)(
    'keep to $modems, $compressions, ECM $ecm',
    async ({ rateBps, compression, ecm, ...settings }) => {
      const exchange = await startExchange({ fast: true, stage });
      const limits = { modems: [...settings.modems], compressions: [...settings.compressions], ecm };
      await exchange.addMachine({ number: '200', receiveTo: stage.folder, ...limits });
      const caller = await exchange.addMachine({ number: '300', send: FINE });
      await exchange.call(caller, '200');

      const end = await exchange.nextEvent(isEvent('end', { number: '200' }), 30_000);
      expect(end).toMatchObject({ status: 0, rateBps, compression, ecm });
      expect(await tiffPixels(end.file ?? '')).toEqual(await tiffPixels(FINE));
    },
  );

  test('poll: the caller fetches what the other serves, when it knows the password', async () => {
    const exchange = await startExchange({ fast: true, stage });
    await exchange.addMachine({ number: '200', serve: FINE, requiredPassword: '4711' });
    const poller = await exchange.addMachine({ number: '300', receiveTo: stage.folder });
    await exchange.call(poller, '200');
    const refused = await exchange.nextEvent(isEvent('end', { number: '200' }), 20_000);
    expect(refused.statusText).toMatch(/password/i);
    await exchange.nextEvent(isEvent('released'), 20_000);

    await poller.configure({ password: '4711' });
    await exchange.call(poller, '200');
    const end = await exchange.nextEvent(isEvent('end', { number: '300', status: 0 }), 20_000);
    expect(await tiffPixels(end.file ?? '')).toEqual(await tiffPixels(FINE));
  });

  test('lose the line where a cut was planned', async () => {
    const exchange = await startExchange({ fast: true, stage });
    await exchange.addMachine({ number: '200', receiveTo: stage.folder });
    const caller = await exchange.addMachine({ number: '300', send: FINE });
    await exchange.cut({ number: '200', how: 'release', at: 'pageData', page: 1, delayMs: 5000 });
    await exchange.call(caller, '200');

    const began = await exchange.nextEvent(isEvent('pageData', { page: 1 }), 20_000);
    const cut = await exchange.nextEvent(isEvent('cut', { how: 'release' }), 20_000);
    expect(cut.atMs - began.atMs).toBeCloseTo(5000, -2);
    const end = await exchange.nextEvent(isEvent('end', { number: '300' }), 5000);
    expect(end.statusText).toMatch(/dropped/i);
  });

  test('fall back to a lower rate on a weak and noisy line, and ECM repairs the rest', async () => {
    const exchange = await startExchange({ fast: true, stage, lossDb: 15, noiseDb: -48 });
    await exchange.addMachine({ number: '200', receiveTo: stage.folder });
    const caller = await exchange.addMachine({ number: '300', send: FINE });
    await exchange.call(caller, '200');

    await exchange.nextEvent(isEvent('frame', { number: '200', direction: 'sent', name: 'FTT' }), 60_000);
    await exchange.nextEvent(isEvent('frame', { number: '200', direction: 'sent', name: 'PPR' }), 60_000);
    const end = await exchange.nextEvent(isEvent('end', { number: '200' }), 60_000);
    expect(end).toMatchObject({ status: 0, rateBps: 12_000 });
    expect(await tiffPixels(end.file ?? '')).toEqual(await tiffPixels(FINE));
  });
});

describe('a modem', () => {
  test.each([
    { line: 'of an unknown number', number: '999', says: 'NO CARRIER' },
    { line: 'of a busy number', number: '201', says: 'BUSY' },
    { line: 'where nobody answers', number: '202', says: 'NO ANSWER' },
    { line: 'where somebody speaks', number: '203', says: 'NO CARRIER' },
    { line: 'where somebody hangs up', number: '204', says: 'NO CARRIER' },
  ])('says $says at a call $line', async ({ number, says }) => {
    const exchange = await startExchange({ fast: true, stage });
    const modem = await exchange.addModem({ number: '100' });
    await exchange.addSubscriber({ number: '201', kind: 'busy' });
    await exchange.addSubscriber({ number: '202', kind: 'noAnswer' });
    await exchange.addSubscriber({ number: '203', kind: 'voice' });
    await exchange.addSubscriber({ number: '204', kind: 'voice', hangsUpAfterMs: 2000 });
    const port = await openPort(modem.path, stage);
    await port.command('AT+FCLASS=1', 'OK');
    await port.command('ATS7=10', 'OK');
    await port.command(`ATDT${number}`, says);
    await exchange.nextEvent(isEvent('released'), 5000);
    await port.command('ATH', 'OK');
  });

  test('says NO DIALTONE on a dead line, and any character ends dialling', async () => {
    const exchange = await startExchange({ fast: false, stage });
    const modem = await exchange.addModem({ number: '100' });
    await exchange.addSubscriber({ number: '202', kind: 'noAnswer' });
    const port = await openPort(modem.path, stage);
    await port.command('AT+FCLASS=1', 'OK');
    await exchange.setLine('100', 'noDialTone');
    await port.command('ATD202', 'NO DIALTONE');
    await exchange.setLine('100', 'normal');
    port.write('ATD202\r\n');
    await exchange.nextEvent(isEvent('ring', { to: '202' }), 5000);
    port.write(' ');
    await port.says('NO CARRIER');
    await exchange.nextEvent(isEvent('released', { by: '100', answered: false }), 5000);
  });

  test('rings with the caller number and answers by S0 at the second ring, at each call anew', async () => {
    const exchange = await startExchange({ fast: true, stage });
    const modem = await exchange.addModem({ number: '100' });
    const caller = await exchange.addMachine({ number: '300', send: FINE });
    const port = await openPort(modem.path, stage);
    for (const command of ['AT+FCLASS=1', 'AT+VCID=1', 'ATS0=2']) await port.command(command, 'OK');
    for (const _ of [1, 2]) {
      const call = await exchange.call(caller, '100');
      await port.says('NMBR = 300');
      await port.says('CONNECT');
      await exchange.release('300');
      await exchange.nextEvent(isEvent('released', { call }), 5000);
      expect(exchange.events.filter(isEvent('ring', { call }))).toHaveLength(2);
    }
  });

  test('is gone when unplugged in a call, and comes back at the same path', async () => {
    const exchange = await startExchange({ fast: false, stage });
    const modem = await exchange.addModem({ number: '100' });
    await exchange.addSubscriber({ number: '203', kind: 'voice' });
    const port = await openPort(modem.path, stage);
    await port.command('AT+FCLASS=1', 'OK');
    port.write('ATD203\r');
    await exchange.nextEvent(isEvent('answered'), 10_000);
    await exchange.unplug(modem);
    await exchange.nextEvent(isEvent('released', { answered: true }), 5000);
    await port.closed;
    await expect(readlink(modem.path)).rejects.toThrow(/ENOENT/);
    await exchange.plug(modem);
    const again = await openPort(modem.path, stage);
    await again.command('AT', 'OK');
    await again.close();
    await exchange.nextEvent(isEvent('hostClosed'), 5000);
  });

  test('refuses a frame longer than any modem takes', async () => {
    const exchange = await startExchange({ fast: true, stage });
    const modem = await exchange.addModem({ number: '100' });
    await exchange.addMachine({ number: '200', receiveTo: stage.folder });
    const port = await openPort(modem.path, stage);
    await port.command('AT+FCLASS=1', 'OK');
    await port.command('ATD200', 'CONNECT');
    await port.says('OK');
    await port.command('AT+FTH=3', 'CONNECT');
    port.write(
      Buffer.concat([Buffer.from([0xff, 0x03]), Buffer.alloc(5000, 0x41), Buffer.from([0x10, 0x03])]),
    );
    await port.says('ERROR');
    await exchange.nextEvent(isEvent('frameTooLong', { number: '100' }), 5000);
    await port.command('ATH', 'OK');
  });
});

describe('efax on a modem', () => {
  test('sends a page to a machine', async () => {
    const exchange = await startExchange({ fast: true, speed: EFAX_SPEED, stage });
    const modem = await exchange.addModem({ number: '100' });
    await exchange.addMachine({ number: '200', receiveTo: stage.folder });
    const run = await efaxSends({ stage, device: modem.path, localId: '+81 75 100' }, '200', [FINE]);

    const end = await exchange.nextEvent(isEvent('end', { number: '200' }), 30_000);
    expect(end).toMatchObject({
      status: 0,
      farId: '+81 75 100',
      ecm: false,
      compression: 'MH',
      pagesReceived: 1,
    });
    expect(await run.outcome()).toBe('done');
    const [sent] = await pageRasters(FINE);
    const [received] = await pageRasters(end.file ?? '');
    const skipped = EFAX_HEADER_LINES * 216;
    expect(received?.raster.subarray(0, skipped).every((byte) => byte === 0)).toBe(true);
    const page = received?.raster.subarray(skipped, skipped + (sent?.raster.length ?? 0));
    expect(Buffer.compare(page ?? Buffer.of(), sent?.raster ?? Buffer.of(0))).toBe(0);
  });

  test('receives a page from a machine', async () => {
    const exchange = await startExchange({ fast: true, stage });
    const modem = await exchange.addModem({ number: '100' });
    const caller = await exchange.addMachine({ number: '300', send: FINE });
    const run = await efaxReceives({ stage, device: modem.path, setUp: ['S0=1'] });
    await exchange.call(caller, '100');

    expect(await exchange.nextEvent(isEvent('end', { number: '300' }), 30_000)).toMatchObject({ status: 0 });
    expect(await run.outcome()).toBe('done');
    expect(await tiffPixels(path.join(stage.folder, 'efax-received.001'))).toEqual(await tiffPixels(FINE));
  });
});

describe.skipIf(!mayRunHylafax())('HylaFAX on a modem', () => {
  async function modemAndMachine(): Promise<{ exchange: Exchange; device: string }> {
    const exchange = await startExchange({ fast: true, stage });
    const modem = await exchange.addModem({ number: '100' });
    await exchange.addMachine({ number: '200', receiveTo: stage.folder, send: FINE });
    return { exchange, device: modem.path };
  }

  test.each([
    { prototype: 'class1', coding: 'MMR', ecm: true },
    { prototype: 'class1', coding: 'MH', ecm: false },
  ] as const)('sends $coding to a machine, ECM $ecm', async ({ prototype, coding, ecm }) => {
    const { exchange, device } = await modemAndMachine();
    const spool = await makeHylafaxSpool(stage);
    const result = await spool.send({ device, prototype }, { to: '200', tiff: FINE, coding, ecm });

    expect(result, result.log).toMatchObject({ done: true, pagesSent: 1, status: '' });
    const end = await exchange.nextEvent(isEvent('end', { number: '200' }), 5000);
    expect(end).toMatchObject({ status: 0, farId: 'HylaFAX', ecm, compression: coding, rateBps: 14_400 });
    expect(await tiffPixels(end.file ?? '')).toEqual(await tiffPixels(FINE));
  });

  test.each([{ ecm: true }, { ecm: false }])('receives from a machine, ECM $ecm', async ({ ecm }) => {
    const { exchange, device } = await modemAndMachine();
    const spool = await makeHylafaxSpool(stage);
    const receiver = await spool.receive({ device, prototype: 'class1' });
    const machine = await exchange.addMachine({ number: '300', send: FINE, ecm });
    await exchange.call(machine, '100');

    const { file, complaint } = await receiver.received(30_000);
    expect(complaint).toBe('');
    expect(await exchange.nextEvent(isEvent('end', { number: '300' }), 5000)).toMatchObject({
      status: 0,
      ecm,
    });
    expect(await tiffPixels(file)).toEqual(await tiffPixels(FINE));
  });

  test('sends to efax, modem to modem, while the exchange watches the frames of both', async () => {
    const { exchange, device } = await modemAndMachine();
    const other = await exchange.addModem({ number: '101' });
    const spool = await makeHylafaxSpool(stage);
    const receiver = await efaxReceives({ stage, device: other.path, setUp: ['S0=1'] });
    const result = await spool.send(
      { device, prototype: 'class1' },
      { to: '101', tiff: FINE, coding: 'MH', ecm: false },
    );

    expect(result, result.log).toMatchObject({ done: true, pagesSent: 1 });
    expect(await receiver.outcome()).toBe('done');
    const frames = exchange.events.filter(isEvent('frame')).map(({ number, name }) => `${number} ${name}`);
    expect(frames).toEqual(
      expect.arrayContaining(['101 DIS', '100 DCS', '101 CFR', '100 EOP', '101 MCF', '100 DCN']),
    );
    expect(await tiffPixels(path.join(stage.folder, 'efax-received.001'))).toEqual(await tiffPixels(FINE));
  });

  test('is killed in a call: the line is released and the modem rests', async () => {
    const { exchange, device } = await modemAndMachine();
    const spool = await makeHylafaxSpool(stage);
    const receiver = await spool.receive({ device, prototype: 'class1' });
    const caller = await exchange.addMachine({ number: '300', send: FINE });
    await exchange.cut({ number: '100', how: 'silence', at: 'frame', frame: 'CFR', forMs: 60_000 });
    await exchange.call(caller, '100');
    await exchange.nextEvent(isEvent('cut'), 20_000);
    await receiver.process.destroy();
    const released = await exchange.nextEvent(isEvent('released', { answered: true }), 5000);
    expect(released.by).toBe('100');
    const port = await openPort(device, stage);
    await port.command('ATE1', 'OK');
  });
});
