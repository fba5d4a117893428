// Our Class 1 driver on a virtual modem, both in faked time: a call of a minute takes milliseconds, and every timer of the
// standard counts as it does in life. For faults and odd modems; what is right is judged by spandsp.

import { expect, vi } from 'vitest';
import { testPage } from '../../fax/t30/testing/testPages.ts';
import { createAtDialogue } from '../../native-bridge/modem/at/atDialogue.ts';
import { createClass1Driver } from '../../native-bridge/modem/class1/class1Driver.ts';
import { rasterPageHost } from '../../native-bridge/modem/class1/rasterPages.testSupport.ts';
import type { RasterPage, RasterPageHost } from '../../native-bridge/modem/class1/rasterPages.testSupport.ts';
import type { AnswerRequest, DialRequest, ModemFacts } from '../../native-bridge/modem/faxDriver.types.ts';
import type { Quirks } from '../../native-bridge/modem/profiles/profile.types.ts';
import { SerialClosedError } from '../../native-bridge/modem/serial/serialConnection.types.ts';
import type { SerialConnection } from '../../native-bridge/modem/serial/serialConnection.types.ts';
import type { CallReport } from '../../protocol/modem.ts';
import type { LineConditions } from '../virtual-modem/line/phoneLine.ts';
import type { MachineCall } from '../virtual-modem/machine/faxMachine.ts';
import type { HostFault } from '../virtual-modem/modem/hostFaults.ts';
import { PERSONALITIES } from '../virtual-modem/modem/personalities.ts';
import { NO_QUIRKS } from '../virtual-modem/modem/personality.ts';
import type { Quirks as ModemQuirks } from '../virtual-modem/modem/personality.ts';
import { hashOf } from './class1Rig.ts';
import { openMemoryCable } from '../virtual-modem/pty.ts';
import { startVirtualExchange } from '../virtual-modem/virtualExchange.ts';

export interface VirtualCallOptions {
  /** `send`: we call the machine. `receive`: it calls us. */
  way: 'send' | 'receive';
  pages?: number;
  rows?: number;
  ecm?: boolean;
  /** Of the modem, and what the driver knows of it. */
  modemQuirks?: Partial<ModemQuirks>;
  quirks?: Quirks;
  adaptiveReception?: boolean;
  /** Counted from the first command of the call on. */
  faults?: readonly HostFault[];
  conditions?: LineConditions;
  /** Modelled time after which a person hangs up. */
  hangUpAtMs?: number;
  /** Modelled time after which the cable is pulled. */
  unplugAtMs?: number;
  /** What the page host waits, modelled. */
  prepareMs?: number;
  storeMs?: number;
}

export interface VirtualCall {
  report: CallReport;
  /** What the machine made of it; undefined when it was never reached. */
  machine: MachineCall | undefined;
  sent: readonly RasterPage[];
  host: RasterPageHost;
  /** From the first command to the end, modelled. */
  durationMs: number;
  /** Results that the modem gave in the call, in order. */
  results: readonly string[];
  /** On hook, and AT is answered. */
  idle: boolean;
  /** For a test that fails. */
  story: string;
}

/** No call of a few small pages lasts longer, whatever happens to it; the slowest end is T1 twice and a few timers. */
const LIMIT_MS = 300_000;
const STEP_MS = 25;

export async function virtualCall(options: VirtualCallOptions): Promise<VirtualCall> {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  });
  try {
    return await run(options);
  } finally {
    vi.useRealTimers();
  }
}

async function run(options: VirtualCallOptions): Promise<VirtualCall> {
  const { way, pages: count = 1, rows = 40, ecm = true, quirks = {} } = options;
  const cable = openMemoryCable();
  const exchange = await startVirtualExchange({
    modems: [
      {
        number: '101',
        port: cable,
        personality: { ...PERSONALITIES.plain, quirks: { ...NO_QUIRKS, ...options.modemQuirks } },
      },
    ],
    machines: [{ number: '200', capabilities: { ecm } }],
    conditions: () => options.conditions ?? {},
    ringEveryMs: 2000,
  });
  const events: string[] = [];
  exchange.onEvent = ({ atMs, number, type, text }) =>
    events.push(`${Math.round(atMs)} ${number} ${type} ${text}`);
  const changes = { heldUp: Promise.resolve() };
  const connection: SerialConnection = {
    path: 'memory',
    async write(octets) {
      for (;;) {
        if (!cable.plugged) throw new SerialClosedError({ kind: 'absent', detail: 'pulled' });
        if (!cable.heldUp) break;
        changes.heldUp = sleep(STEP_MS);
        await changes.heldUp;
      }
      cable.hostWrites(octets);
    },
    setFlowControl: async () => {},
    setBaudRate: async () => {},
    setDtr: async () => false,
    discard: async () => {},
    close: async () => {},
  };
  const dialogue = createAtDialogue(connection);
  cable.onHostData = (octets) => dialogue.receive(octets);
  const passing = <Value>(promise: Promise<Value>): Promise<Value> => letTimePass(promise);
  const modem = exchange.modem('101');
  for (const command of ['ATE0V1', 'AT+FCLASS=1']) {
    const { result } = await passing(dialogue.command(command, { timeoutMs: 2000 }));
    if (result !== 'OK') throw new Error(`${command}: ${result}`);
  }
  const facts: ModemFacts = {
    profile: {
      name: 'generic',
      match: {},
      classes: ['1'],
      baudRate: 115_200,
      flowControl: 'hardware',
      init: [],
      afterClass: [],
      quirks,
    },
    faxClass: '1',
    transmitCodes: PERSONALITIES.plain.transmitCodes,
    receiveCodes: PERSONALITIES.plain.receiveCodes,
    class2Capabilities: [],
    adaptiveReception: options.adaptiveReception ?? false,
  };
  const sent: RasterPage[] = Array.from({ length: count }, (_, index) => ({
    width: 1728,
    height: rows,
    raster: testPage(index, rows).raster,
  }));
  const host = rasterPageHost(way === 'send' ? sent : [], async (doing) => {
    const ms = doing === 'prepare' ? options.prepareMs : options.storeMs;
    if (ms !== undefined) await sleep(ms);
  });
  const journal: string[] = [];
  const person = new AbortController();
  const driver = createClass1Driver({
    dialogue,
    connection,
    facts,
    localId: '101',
    toneDialling: true,
    blindDial: false,
    pages: host,
    events: {
      progress: () => {},
      journal: (text) => {
        journal.push(text);
        events.push(`${Math.round(exchange.clock.nowMs)} — ${text}`);
      },
      pagesConfirmed: () => {},
    },
    nowMs: () => performance.now(),
  });
  dialogue.onTranscript((direction, text) =>
    events.push(`${Math.round(exchange.clock.nowMs)} host ${direction} ${text}`),
  );
  const hints = { avoidModulations: [], avoidCodings: [], avoidEcm: false };
  if (way === 'receive') {
    const machinePages = sent.map(({ raster, width, height }) => ({
      geometry: { widthPixels: width, rows: height, resolution: 'R8x7.7' as const },
      raster,
    }));
    void exchange.machine('200').send('101', machinePages);
    await passing(exchange.waitFor(({ number, text }) => number === '101' && text === 'RING'));
  }
  modem.link.setFaults(options.faults ?? []);
  const begunMs = exchange.clock.nowMs;
  const firstEvent = exchange.events.length;
  const request: DialRequest | AnswerRequest =
    way === 'send'
      ? {
          type: 'dial',
          callId: 'call',
          number: '200',
          documents: [{ pages: sent.map(({ width, height }) => ({ width, height, xDpi: 204, yDpi: 196 })) }],
          hints,
          answerWithinMs: 60_000,
        }
      : {
          type: 'answer',
          callId: 'call',
          receives: true,
          documents: [],
          hints,
          copyQuality: { minGoodPercent: 95, maxBadRun: 5 },
        };
  if (options.hangUpAtMs !== undefined) setTimeout(() => person.abort(), options.hangUpAtMs);
  if (options.unplugAtMs !== undefined) {
    setTimeout(() => {
      void cable.unplug();
      dialogue.closed();
    }, options.unplugAtMs);
  }
  let report: CallReport;
  try {
    report = await passing(driver.run(request, person.signal));
  } catch (error) {
    throw new Error(`${String(error)}\n${events.slice(-120).join('\n')}`, { cause: error });
  }
  const durationMs = exchange.clock.nowMs - begunMs;
  const results = exchange.events
    .slice(firstEvent)
    .filter(({ number, type }) => number === '101' && type === 'result')
    .map(({ text }) => text);
  modem.link.setFaults([]);
  const { result } = await passing(dialogue.command('AT', { timeoutMs: 2000 }));
  const idle = result === 'OK' && !modem.control.engaged;
  const machine = await passing(
    Promise.race([exchange.machine('200').waitForCall(), sleep(120_000).then(() => undefined)]),
  );
  await exchange.close();
  return { report, machine, sent, host, durationMs, results, idle, story: events.join('\n') };
}

/** Pages that whoever confirmed them has, in order, each once, as they were; at most one that the sender does not know of. */
export function expectDelivered({ report, machine, host, sent, story }: VirtualCall): void {
  const outgoing = report.direction === 'outgoing';
  const arrived = outgoing
    ? (machine?.pages ?? [])
        .filter(({ confirmed }) => confirmed)
        .map(({ geometry, raster }) => ({ width: geometry.widthPixels, height: geometry.rows, raster }))
    : host.stored;
  const confirmed = outgoing ? report.pagesSent : (machine?.outcome.pagesSent ?? 0);
  expect(arrived.map(hashOf), story).toEqual(sent.slice(0, arrived.length).map(hashOf));
  expect(arrived.length, story).toBeGreaterThanOrEqual(confirmed);
  expect(arrived.length, story).toBeLessThanOrEqual(confirmed + 1);
}

/** Lets modelled time pass until the promise is settled; also what runs on real time gets its turns. */
async function letTimePass<Value>(promise: Promise<Value>): Promise<Value> {
  const state = { settled: false };
  const watched = promise.finally(() => {
    state.settled = true;
  });
  watched.catch(() => undefined);
  for (let passedMs = 0; !state.settled; passedMs += STEP_MS) {
    if (passedMs > LIMIT_MS) throw new Error(`not over after ${LIMIT_MS} ms`);
    await vi.advanceTimersByTimeAsync(STEP_MS);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return await watched;
}

async function sleep(ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });
}
