import { createHash } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { reverseOctets } from '../../../fax/t30/frames/bitOrder.ts';
import { testPage } from '../../../fax/t30/testing/testPages.ts';
import { VirtualClock } from '../../../fax/t30/testing/virtualClock.ts';
import type { Coding } from '../../../fax/t4/coding.ts';
import { decodePage } from '../../../fax/t4/pageDecoder.ts';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import type { LineConditions } from '../line/phoneLine.ts';
import type { FaxMachineOptions, MachineCall } from '../machine/faxMachine.ts';
import type { FaxPage } from '../machine/machinePages.ts';
import { stuffDle } from '../modem/dleStuffing.ts';
import type { PersonalityName } from '../modem/personalities.ts';
import { ScriptedHost } from '../testing/scriptedHost.ts';
import { startVirtualExchange } from '../virtualExchange.ts';
import type { VirtualExchange } from '../virtualExchange.ts';

let exchange: VirtualExchange | null = null;
afterEach(() => exchange?.close());

const PAGES = [testPage(1, 60, 'dense'), testPage(2, 300, 'dense'), testPage(3, 40)] as const;

interface Rig {
  clock: VirtualClock;
  host: ScriptedHost;
  running: VirtualExchange;
}

async function begin(
  faxClass: '2' | '2.0' | '2.1',
  options: {
    conditions?: LineConditions;
    machine?: Omit<FaxMachineOptions, 'number' | 'onEvent'>;
    personality?: PersonalityName;
  } = {},
): Promise<Rig> {
  const clock = new VirtualClock();
  const host = new ScriptedHost(clock);
  const running = await startVirtualExchange({
    clock,
    modems: [{ number: '101', port: host.cable, personality: options.personality ?? 'plain' }],
    machines: [{ number: '200', ...options.machine }],
    oddNumbers: { '302': 'voice' },
    conditions: () => options.conditions ?? {},
  });
  exchange = running;
  host.at('E0');
  host.at(`+FCLASS=${faxClass}`);
  return { clock, host, running };
}

function coded(page: FaxPage, coding: Coding, endOfPage = false): Uint8Array {
  const { widthPixels, rows } = page.geometry;
  return encodePage(page.raster, widthPixels, rows, { coding, k: 2, fillOrder: 'lsb', endOfPage });
}

/** A page in Class 2, up to the lines that +FET brings. */
function sendClass2(host: ScriptedHost, page: FaxPage, coding: Coding, end: 0 | 1 | 2): string {
  host.at('+FDT', 'CONNECT');
  host.until('\x11');
  host.data(coded(page, coding));
  host.until('\r\nOK\r\n', 300_000);
  return host.at(`+FET=${end}`);
}

/** A page in 2.0, up to its result. */
function sendClass20(
  host: ScriptedHost,
  page: FaxPage,
  coding: Coding,
  end: ',' | ';' | '.',
  answer = 'OK',
): string {
  const connected = host.at('+FDT', 'CONNECT');
  host.cable.hostWrites(stuffDle(coded(page, coding)));
  host.cable.hostWrites(`\x10${end}`);
  return connected + host.until(`\r\n${answer}\r\n`, 300_000);
}

/** +FDR, the page and what the modem says of it. */
function receivePage(host: ScriptedHost): { data: Uint8Array; said: string } {
  host.at('+FDR', 'CONNECT');
  host.cable.hostWrites('\x12');
  const data = host.readData(300_000);
  return { data, said: host.until('\r\nOK\r\n') };
}

function rasterOf(data: Uint8Array, coding: Coding): string {
  return digest(decodePage(data, { coding, width: 1728, fillOrder: 'lsb' }));
}

/** Instead of the pixels themselves, which nobody can read. */
function digest({ raster }: { raster: Uint8Array }): string {
  return `${raster.length} octets ${createHash('sha256').update(raster).digest('hex')}`;
}

/** Lets the call come to its end. */
async function ended(clock: VirtualClock, call: Promise<MachineCall>): Promise<MachineCall> {
  clock.run(clock.nowMs + 30_000);
  return call;
}

test('a Class 2 host sends three pages, and they arrive pixel by pixel', async () => {
  const { clock, host, running } = await begin('2');
  host.at('+FLID="555 101"');
  const connected = host.at('DT200');
  expect(connected).toContain('\r\n+FCON\r\n');
  expect(connected).toContain('+FCSI:"                 200"');
  expect(connected).toMatch(/\+FDIS:1,5,0,2,3,2,0,0/);
  expect(sendClass2(host, PAGES[0], 'MH', 0)).toContain('+FPTS:1');
  expect(sendClass2(host, PAGES[1], 'MH', 0)).toContain('+FPTS:1');
  expect(sendClass2(host, PAGES[2], 'MH', 2)).toMatch(/\+FPTS:1\r\n\r\n\+FHNG:0\r\n\r\nOK/);
  clock.run(clock.nowMs + 10_000);
  const [call] = running.machine('200').calls;
  expect(call?.outcome).toMatchObject({ code: 'OK', pagesReceived: 3 });
  expect(call?.pages.map(digest)).toEqual(PAGES.map(digest));
  expect(JSON.stringify(call?.journal)).toContain('555 101');
});

test('a Class 2.0 host sends with error correction and MMR over a line that damages frames', async () => {
  let damaged = 0;
  const { clock, host, running } = await begin('2.0', {
    conditions: {
      disturb: (event, { carrier }) =>
        event.type === 'octets' && carrier === 146 && damaged++ % 40 === 20 ? 'damage' : 'pass',
    },
  });
  host.at('+FNR=1,1,1,0');
  host.at('+FIS=1,5,0,2,3,1,0,0');
  expect(host.at('DT200')).toContain('+FCO');
  expect(sendClass20(host, PAGES[1], 'MMR', ',')).toContain('+FCS:1,5,0,2,3,1,0,0');
  sendClass20(host, PAGES[0], 'MMR', '.');
  clock.run(clock.nowMs + 10_000);
  const [call] = running.machine('200').calls;
  expect(damaged).toBeGreaterThan(40);
  expect(call?.outcome).toMatchObject({ code: 'OK', pagesReceived: 2 });
  expect(call?.pages.map(digest)).toEqual([PAGES[1], PAGES[0]].map(digest));
});

test('a document that ends with EOM is followed by another one in the same call', async () => {
  const { clock, host, running } = await begin('2');
  host.at('DT200');
  sendClass2(host, PAGES[0], 'MH', 1);
  sendClass2(host, PAGES[2], 'MH', 2);
  clock.run(clock.nowMs + 10_000);
  expect(running.machine('200').calls[0]?.outcome).toMatchObject({ code: 'OK', pagesReceived: 2 });
});

test('a training that fails is tried at the next rate', async () => {
  const { host } = await begin('2', {
    conditions: {
      disturb: (event, { carrier }) => (event.type === 'octets' && carrier === 145 ? 'damage' : 'pass'),
    },
  });
  host.at('DT200');
  expect(host.at('+FDT', 'CONNECT')).toContain('+FDCS:1,4,');
});

test('a page that the far machine refuses is answered with +FPTS:2, and in 2.0 with ERROR', async () => {
  const conditions: LineConditions = {
    disturb: (event, { carrier }) => (event.type === 'octets' && carrier === 146 ? 'damage' : 'pass'),
  };
  const first = await begin('2', { conditions });
  first.host.at('DT200');
  expect(sendClass2(first.host, PAGES[1], 'MH', 2)).toContain('+FPTS:2');
  await exchange?.close();
  const second = await begin('2.0', { conditions });
  second.host.at('DT200');
  sendClass20(second.host, PAGES[1], 'MH', '.', 'ERROR');
  expect(second.host.at('+FPS?')).toContain('2');
});

test('a Class 2 host receives pages bit by bit reversed, as most such modems give them', async () => {
  const { clock, host, running } = await begin('2');
  const call = running.machine('200').send('101', [PAGES[0], PAGES[2]]);
  host.until('\r\nRING\r\n');
  const answered = host.at('A');
  expect(answered).toContain('+FCON');
  expect(answered).toContain('+FTSI:"                 200"');
  const first = receivePage(host);
  expect(rasterOf(reverseOctets(first.data), 'MH')).toEqual(digest(PAGES[0]));
  expect(first.said).toMatch(/\+FPTS:1,60,0,0\r\n\r\n\+FET:0/);
  const second = receivePage(host);
  expect(rasterOf(reverseOctets(second.data), 'MH')).toEqual(digest(PAGES[2]));
  expect(second.said).toContain('+FET:2');
  expect(host.at('+FDR')).toContain('+FHNG:0');
  expect((await ended(clock, call)).outcome).toMatchObject({ code: 'OK', pagesSent: 2 });
});

test('+FBOR=1 turns the octets round, and an early MultiTech does not need it', async () => {
  const { host, running } = await begin('2', { personality: 'multiTech' });
  void running.machine('200').send('101', [PAGES[0]]);
  host.until('\r\nRING\r\n');
  host.at('A');
  expect(rasterOf(receivePage(host).data, 'MH')).toEqual(digest(PAGES[0]));
  host.at('H');
  await exchange?.close();
  const again = await begin('2');
  again.host.at('+FBOR=1');
  void again.running.machine('200').send('101', [PAGES[0]]);
  again.host.until('\r\nRING\r\n');
  again.host.at('A');
  expect(rasterOf(receivePage(again.host).data, 'MH')).toEqual(digest(PAGES[0]));
});

test('a Class 2.0 host receives with error correction and MMR', async () => {
  let damaged = 0;
  const { clock, host, running } = await begin('2.0', {
    conditions: {
      disturb: (event, { carrier }) =>
        event.type === 'octets' && carrier === 146 && damaged++ % 30 === 10 ? 'damage' : 'pass',
    },
  });
  host.at('+FNR=1,1,1,0');
  host.at('+FCC=1,5,0,2,3,1,0,0');
  const call = running.machine('200').send('101', [PAGES[1], PAGES[0]]);
  host.until('\r\nRING\r\n');
  expect(host.at('A')).toContain('+FCS:0,5,0,');
  expect(rasterOf(receivePage(host).data, 'MMR')).toEqual(digest(PAGES[1]));
  expect(rasterOf(receivePage(host).data, 'MMR')).toEqual(digest(PAGES[0]));
  expect(host.at('+FDR')).toContain('+FHS:00');
  expect((await ended(clock, call)).outcome).toMatchObject({ code: 'OK', pagesSent: 2 });
});

test('a page that the host refuses with +FPTS=2 comes again', async () => {
  const { clock, host, running } = await begin('2');
  const call = running.machine('200').send('101', [PAGES[0]]);
  host.until('\r\nRING\r\n');
  host.at('A');
  receivePage(host);
  host.at('+FPTS=2');
  expect(rasterOf(reverseOctets(receivePage(host).data), 'MH')).toEqual(digest(PAGES[0]));
  host.at('+FDR');
  expect((await ended(clock, call)).outcome).toMatchObject({ code: 'OK', pagesSent: 1 });
});

test('a host that takes long to ask for the next page holds the sender with RNR under error correction', async () => {
  const { clock, host, running } = await begin('2.0');
  host.at('+FCC=1,5,0,2,3,1,0,0');
  const call = running.machine('200').send('101', [PAGES[0]]);
  host.until('\r\nRING\r\n');
  host.at('A');
  receivePage(host);
  clock.run(clock.nowMs + 20_000);
  host.at('+FDR');
  const { outcome, journal } = await ended(clock, call);
  expect(outcome.code).toBe('OK');
  expect(
    journal.filter(({ event }) => event.type === 'frameReceived' && event.name === 'RNR').length,
  ).toBeGreaterThan(2);
});

test('a host fetches a document, and has one fetched', async () => {
  const { host } = await begin('2', { machine: { pollPages: [PAGES[0]] } });
  host.at('+FSPL=1');
  expect(host.at('DT200')).toContain('+FPOLL');
  expect(rasterOf(reverseOctets(receivePage(host).data), 'MH')).toEqual(digest(PAGES[0]));
  expect(host.at('+FDR')).toContain('+FHNG:0');
  await exchange?.close();
  const serving = await begin('2');
  serving.host.at('+FLPL=1');
  const call = serving.running.machine('200').send('101', [], { poll: true });
  serving.host.until('\r\nRING\r\n');
  expect(serving.host.at('A')).toContain('+FPOLL');
  sendClass2(serving.host, PAGES[2], 'MH', 2);
  const { outcome, pages } = await ended(serving.clock, call);
  expect(outcome).toMatchObject({ code: 'OK', pagesReceived: 1 });
  expect(pages.map(digest)).toEqual([digest(PAGES[2])]);
});

test('Class 2.1 says subaddress and password', async () => {
  const { clock, host, running } = await begin('2.1');
  host.at('+FSA="4711"');
  host.at('+FPW="secret"');
  host.at('DT200');
  sendClass20(host, PAGES[2], 'MH', '.');
  clock.run(clock.nowMs + 10_000);
  const journal = JSON.stringify(running.machine('200').calls[0]?.journal);
  expect(journal).toContain('"frame":"SUB","given":true');
  expect(journal).toContain('"frame":"SID","given":true');
});

test('commands of the other class are unknown', async () => {
  const { host } = await begin('2');
  host.at('+FCC=1', 'ERROR');
  host.at('+FSA="1"', 'ERROR');
  host.at('+FCLASS=2.0');
  host.at('+FDCC=1', 'ERROR');
  host.at('+FET=2', 'ERROR');
});

test('a person who answers ends in +FHNG:11', async () => {
  const { host } = await begin('2');
  expect(host.at('DT302')).toContain('+FHNG:11');
  expect(host.at('+FAXERR?')).toContain('11');
});

test.each([
  ['EOP', '+FHNG:54'],
  ['DCS', '+FHNG:25'],
] as const)('a far machine that never hears %s ends in %s', async (name, hangUp) => {
  const { host } = await begin('2', {
    conditions: { disturb: (_, { frame }) => (frame === name ? 'damage' : 'pass') },
  });
  host.at('DT200');
  if (name === 'DCS') expect(host.at('+FDT')).toContain(hangUp);
  else expect(sendClass2(host, PAGES[2], 'MH', 2)).toContain(hangUp);
});

test('a line that is cut in the middle of a page is told', async () => {
  let octets = 0;
  const { host } = await begin('2', {
    conditions: {
      disturb: (event, { carrier }) =>
        event.type === 'octets' && carrier === 146 && octets++ === 20 ? 'cut' : 'pass',
    },
  });
  host.at('DT200');
  host.at('+FDT', 'CONNECT');
  host.data(coded(PAGES[1], 'MH'));
  host.until('+FHNG:3');
});

test('+FK ends a call with DCN and +FHNG:2', async () => {
  const { clock, host, running } = await begin('2');
  host.at('DT200');
  host.at('+FK');
  host.until('+FHNG:2');
  clock.run(clock.nowMs + 10_000);
  expect(running.machine('200').calls[0]?.journal).toContainEqual(
    expect.objectContaining({ event: { type: 'frameReceived', name: 'DCN' } }),
  );
});
