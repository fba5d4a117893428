import { afterEach, expect, test } from 'vitest';
import { buildFrame, parseFrame } from '../../../fax/t30/frames/frame.ts';
import { hasGoodFcs } from '../../../fax/t30/frames/fcs.ts';
import { parseParameters, buildParameters } from '../../../fax/t30/frames/parameters.ts';
import { buildIdentity } from '../../../fax/t30/frames/identity.ts';
import { buildCapabilities } from '../../../fax/t30/frames/capabilities.ts';
import { RATES } from '../../../fax/t30/parameters.ts';
import type { SessionParameters } from '../../../fax/t30/parameters.ts';
import { testPage } from '../../../fax/t30/testing/testPages.ts';
import { CAPABILITIES } from '../../../fax/t30/testing/testPlans.ts';
import { VirtualClock } from '../../../fax/t30/testing/virtualClock.ts';
import { decodePage } from '../../../fax/t4/pageDecoder.ts';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import type { LineConditions } from '../line/phoneLine.ts';
import { PERSONALITIES } from '../modem/personalities.ts';
import { NO_QUIRKS } from '../modem/personality.ts';
import type { Quirks } from '../modem/personality.ts';
import { ScriptedHost } from '../testing/scriptedHost.ts';
import { startVirtualExchange } from '../virtualExchange.ts';
import type { VirtualExchange } from '../virtualExchange.ts';

let exchange: VirtualExchange | null = null;
afterEach(() => exchange?.close());

const PAGE = testPage(1, 60, 'dense');
const PARAMETERS: SessionParameters = {
  rate: { modulation: 'V.17', rateBps: 14_400 },
  coding: 'MH',
  resolution: 'R8x3.85',
  inch: false,
  width: 215,
  length: 'unlimited',
  minScanMs: 0,
  ecmFrameOctets: null,
  subaddressSent: false,
  senderIdSent: false,
  unsupported: [],
};

async function begin(
  quirks: Partial<Quirks> = {},
  conditions: LineConditions = {},
): Promise<{ clock: VirtualClock; host: ScriptedHost; running: VirtualExchange }> {
  const clock = new VirtualClock();
  const host = new ScriptedHost(clock);
  const running = await startVirtualExchange({
    clock,
    modems: [
      {
        number: '101',
        port: host.cable,
        personality: { ...PERSONALITIES.plain, quirks: { ...NO_QUIRKS, ...quirks } },
      },
    ],
    machines: [{ number: '200' }],
    oddNumbers: { '300': 'busy', '301': 'noAnswer', '302': 'voice' },
    conditions: () => conditions,
  });
  exchange = running;
  host.at('E0');
  host.at('+FCLASS=1');
  return { clock, host, running };
}

/** Dials the machine up to its DIS, and trains. */
function train(host: ScriptedHost): void {
  host.at('DT200', 'CONNECT');
  const frames = [host.readData()];
  host.until('\r\nOK\r\n');
  while (parseFrame(frames.at(-1)?.subarray(0, -2) ?? new Uint8Array(0))?.final === false) {
    frames.push(host.receiveFrame());
  }
  expect(frames.map((frame) => parseFrame(frame.subarray(0, -2))?.name)).toEqual(['CSI', 'DIS']);
  expect(frames.every(hasGoodFcs)).toBe(true);
  host.at('+FRS=7');
  host.at('+FTH=3', 'CONNECT');
  host.frame(buildFrame('TSI', { x: true, final: false, fif: buildIdentity('101') }), 'CONNECT');
  host.frame(buildFrame('DCS', { x: true, fif: buildParameters(PARAMETERS) }), 'OK');
  host.at('+FTS=7');
  host.at('+FTM=145', 'CONNECT');
  host.data(new Uint8Array(2700));
  host.until('\r\nOK\r\n');
}

test('a host that dials and does T.30 by hand delivers a page, pixel by pixel, in the time that it takes', async () => {
  const { clock, host, running } = await begin();
  train(host);
  expect(parseFrame(host.receiveFrame().subarray(0, -2))?.name).toBe('CFR');
  const beginMs = clock.nowMs;
  host.at('+FTM=146', 'CONNECT');
  const data = encodePage(PAGE.raster, 1728, 60, { coding: 'MH', fillOrder: 'lsb' });
  host.data(data);
  host.until('\r\nOK\r\n');
  expect(clock.nowMs - beginMs).toBeCloseTo(142 + (data.length * 8000) / 14_400, -1);
  host.at('+FTS=9');
  host.at('+FTH=3', 'CONNECT');
  host.frame(buildFrame('EOP', { x: true }), 'OK');
  expect(parseFrame(host.receiveFrame().subarray(0, -2))?.name).toBe('MCF');
  host.at('+FTH=3', 'CONNECT');
  host.frame(buildFrame('DCN', { x: true }), 'OK');
  host.at('H');
  clock.run(clock.nowMs + 10_000);
  const [call] = running.machine('200').calls;
  expect(call?.outcome).toMatchObject({ code: 'OK', pagesReceived: 1 });
  expect(running.machine('200').received[0]?.raster).toEqual(PAGE.raster);
});

/** Answers the machine's call and brings it to send its page; returns the octets of the page. */
function receivePage(host: ScriptedHost, adaptive = false): Uint8Array {
  host.until('\r\nRING\r\n');
  host.at('A', 'CONNECT');
  host.frame(
    buildFrame('DIS', {
      x: false,
      fif: buildCapabilities({
        ...CAPABILITIES,
        ecm: false,
        codings: ['MH'],
        canReceive: true,
        hasDocumentToPoll: false,
        rates: RATES,
      }),
    }),
    'OK',
  );
  expect(parseFrame(host.receiveFrame().subarray(0, -2))?.name).toBe('TSI');
  const dcs = parseFrame(host.receiveFrame().subarray(0, -2));
  expect(dcs?.name).toBe('DCS');
  expect(parseParameters(dcs?.fif ?? new Uint8Array(0)).rate).toEqual(PARAMETERS.rate);
  host.at('+FRM=145', 'CONNECT');
  expect(host.readData()).toEqual(new Uint8Array(2700));
  host.until('\r\nNO CARRIER\r\n');
  host.at('+FRS=7');
  host.at('+FTH=3', 'CONNECT');
  host.frame(buildFrame('CFR', { x: false }), 'OK');
  if (adaptive) host.at('+FAR=1');
  host.at('+FRM=146', 'CONNECT');
  const page = host.readData();
  host.until('\r\nNO CARRIER\r\n');
  return page;
}

test('a host that answers and does T.30 by hand gets the page that a machine sends', async () => {
  const { host, running } = await begin();
  void running.machine('200').send('101', [PAGE]);
  const decoded = decodePage(receivePage(host), { coding: 'MH', width: 1728, fillOrder: 'lsb' });
  expect(decoded.raster).toEqual(PAGE.raster);
  expect(parseFrame(host.receiveFrame().subarray(0, -2))?.name).toBe('EOP');
});

test('V.21 instead of a fast carrier is +FCERROR, and with +FAR=1 it is received', async () => {
  const { host, running } = await begin();
  void running.machine('200').send('101', [PAGE]);
  receivePage(host);
  host.at('+FRM=146', '+FCERROR');
  expect(parseFrame(host.receiveFrame().subarray(0, -2))?.name).toBe('EOP');
  // No answer: it comes again.
  host.at('+FAR=1');
  host.at('+FRM=146', '+FRH:3');
  host.until('\r\nCONNECT\r\n');
  expect(parseFrame(host.readData().subarray(0, -2))?.name).toBe('EOP');
  host.until('\r\nOK\r\n');
});

test('busy, nobody, a person and no dial tone are told apart', async () => {
  const { host, running } = await begin();
  host.at('S7=30');
  host.at('DT300', 'BUSY');
  host.at('DT301', 'NO ANSWER');
  host.at('DT302', 'NO CARRIER');
  host.at('H');
  running.modem('101').control.socket.dialTone = false;
  host.at('DT200', 'NO DIALTONE');
  host.at('X3DT200', 'NO ANSWER');
});

test('a character aborts dialling, and a line feed behind the command does not', async () => {
  const { clock, host } = await begin();
  host.cable.hostWrites('ATDT200\r\n');
  clock.run(clock.nowMs + 1000);
  expect(host.heard).toBe('');
  host.cable.hostWrites(' ');
  host.until('\r\nNO CARRIER\r\n', 10);
});

test('a character aborts a reception with OK', async () => {
  const { clock, host } = await begin();
  train(host);
  host.receiveFrame();
  host.cable.hostWrites('AT+FRH=3\r');
  clock.run(clock.nowMs + 500);
  host.cable.hostWrites('\x18');
  host.until('\r\nOK\r\n', 10);
});

test('a host that gives no frame is told ERROR after 5 s', async () => {
  const { clock, host } = await begin();
  train(host);
  host.receiveFrame();
  host.at('+FTH=3', 'CONNECT');
  const beginMs = clock.nowMs;
  host.until('\r\nERROR\r\n');
  expect(clock.nowMs - beginMs).toBeCloseTo(5000, -2);
});

test('behind a zero octet zeros are sent for 5 s, behind any other the carrier goes off', async () => {
  const { clock, host } = await begin();
  train(host);
  host.receiveFrame();
  host.at('+FTM=146', 'CONNECT');
  host.cable.hostWrites(Uint8Array.of(1, 0));
  let beginMs = clock.nowMs;
  host.until('\r\nERROR\r\n');
  expect(clock.nowMs - beginMs).toBeGreaterThan(5000);
  host.at('+FTM=146', 'CONNECT');
  host.cable.hostWrites(Uint8Array.of(0, 1));
  beginMs = clock.nowMs;
  host.until('\r\nOK\r\n');
  expect(clock.nowMs - beginMs).toBeLessThan(500);
});

test('a host that writes faster than the line takes it is stopped, and nothing is lost', async () => {
  const { host, running } = await begin();
  train(host);
  host.receiveFrame();
  host.at('+FLO=1');
  host.at('+FTM=146', 'CONNECT');
  const page = testPage(2, 400, 'dense');
  const data = encodePage(page.raster, 1728, 400, { coding: 'MH', fillOrder: 'lsb' });
  for (let at = 0; at < data.length; at += 100) host.cable.hostWrites(stuffed(data.subarray(at, at + 100)));
  expect(host.cable.heldUp).toBe(true);
  host.cable.hostWrites(Uint8Array.of(0x10, 0x03));
  const heard = host.until('\r\nOK\r\n', 120_000);
  expect(heard).toContain('\x13');
  expect(heard.lastIndexOf('\x11')).toBeGreaterThan(heard.lastIndexOf('\x13'));
  host.at('+FTS=9');
  host.at('+FTH=3', 'CONNECT');
  host.frame(buildFrame('EOP', { x: true }), 'OK');
  host.receiveFrame();
  host.at('+FTH=3', 'CONNECT');
  host.frame(buildFrame('DCN', { x: true }), 'OK');
  host.at('H');
  expect((await running.machine('200').waitForCall()).pages[0]?.raster).toEqual(page.raster);
});

test('a damaged frame is judged with ERROR', async () => {
  const { host } = await begin(
    {},
    { disturb: (event, { frame }) => (event.type === 'frame' && frame === 'CSI' ? 'damage' : 'pass') },
  );
  host.at('DT200', 'CONNECT');
  host.readData();
  host.until('\r\nERROR\r\n');
  expect(parseFrame(host.receiveFrame().subarray(0, -2))?.name).toBe('DIS');
});

test('a line that is cut gives NO CARRIER', async () => {
  const { host } = await begin({}, { disturb: (_, { frame }) => (frame === 'CFR' ? 'cut' : 'pass') });
  train(host);
  host.cable.hostWrites('AT+FRH=3\r');
  host.until('\r\nCONNECT\r\n');
  host.until('\r\nNO CARRIER\r\n');
});

test('a modem that +FRS resets hangs up', async () => {
  const { host, running } = await begin({ frsResets: true });
  host.at('DT200', 'CONNECT');
  host.readData();
  host.until('\r\nOK\r\n');
  host.at('+FRS=7');
  expect(running.modem('101').control.call).toBeNull();
});

test.each([
  [{ fcs: 'missing' }, (frame: Uint8Array) => frame.length, 23],
  [{ addressMissing: true }, (frame: Uint8Array) => frame[0], 0x03],
  [{ framesReversed: true }, (frame: Uint8Array) => frame[1], 0xc0],
] satisfies [Partial<Quirks>, (frame: Uint8Array) => number | undefined, number][])(
  'an odd modem gives odd frames: %o',
  async (quirks, look, expected) => {
    const { host } = await begin(quirks);
    host.at('DT200', 'CONNECT');
    expect(look(host.readData())).toBe(expected);
  },
);

function stuffed(octets: Uint8Array): Uint8Array {
  return Uint8Array.from([...octets].flatMap((octet) => (octet === 0x10 ? [0x10, 0x10] : [octet])));
}
