// Our Class 2 driver on a virtual modem, both in faked time: a call of a minute takes milliseconds, and every timer of the
// standard counts as it does in life. The modem is asked by discovery as in the product.

import { setImmediate as turn } from 'node:timers/promises';
import { vi } from 'vitest';
import { createAtDialogue } from '../../native-bridge/modem/at/atDialogue.ts';
import type { ModemDialogue } from '../../native-bridge/modem/at/atDialogue.ts';
import { openSerial } from '../../native-bridge/modem/serial/serialConnection.ts';
import { rasterPageHost } from '../../native-bridge/modem/class1/rasterPages.testSupport.ts';
import type { RasterPage, RasterPageHost } from '../../native-bridge/modem/class1/rasterPages.testSupport.ts';
import { createClass1Driver } from '../../native-bridge/modem/class1/class1Driver.ts';
import { createClass2Driver } from '../../native-bridge/modem/class2/class2Driver.ts';
import { discoverModem } from '../../native-bridge/modem/discovery/discoverModem.ts';
import type { AnswerRequest, DialRequest, ModemFacts } from '../../native-bridge/modem/faxDriver.types.ts';
import { SerialClosedError } from '../../native-bridge/modem/serial/serialConnection.types.ts';
import type { SerialConnection } from '../../native-bridge/modem/serial/serialConnection.types.ts';
import type { CallProgress, CallReport, FaxClass } from '../../protocol/modem.ts';
import type { LineConditions } from '../virtual-modem/line/phoneLine.ts';
import type { FaxMachine, FaxMachineOptions, MachineCall } from '../virtual-modem/machine/faxMachine.ts';
import type { HostFault } from '../virtual-modem/modem/hostFaults.ts';
import type { PersonalityName } from '../virtual-modem/modem/personalities.ts';
import type { MemoryCable } from '../virtual-modem/pty.ts';
import { openMemoryCable, openPtyCable } from '../virtual-modem/pty.ts';
import { startVirtualExchange } from '../virtual-modem/virtualExchange.ts';
import { documentsOf, faxPage, pagesOf } from './virtualPages.ts';
import type { PageResolution } from './virtualPages.ts';

export interface VirtualCallOptions {
  faxClass: Extract<FaxClass, '2' | '2.0' | '2.1'>;
  /** `send`: we call the machine. `receive`: it calls us. `fetch`: we poll it. `serve`: it polls us. */
  way: 'send' | 'receive' | 'fetch' | 'serve';
  pages?: number;
  rows?: number;
  resolution?: PageResolution;
  personality?: PersonalityName;
  machine?: Partial<Omit<FaxMachineOptions, 'number' | 'onEvent'>>;
  request?: Partial<DialRequest>;
  answer?: Partial<AnswerRequest>;
  /** Counted from the first command of the call on. */
  faults?: readonly HostFault[];
  conditions?: LineConditions;
  /** Modelled time after which a person hangs up, or the cable is pulled. */
  hangUpAtMs?: number;
  unplugAtMs?: number;
  storeMs?: number;
  /** How long the modem may take to answer AT after the call; 2000. */
  idleWithinMs?: number;
}

export interface VirtualCall {
  report: CallReport;
  /** What the machine made of it; undefined when it was never reached. */
  machine: MachineCall | undefined;
  sent: readonly RasterPage[];
  host: RasterPageHost;
  confirmed: readonly number[];
  progress: readonly Partial<CallProgress>[];
  journal: readonly string[];
  /** From the first command to the end, modelled. */
  durationMs: number;
  results: readonly string[];
  /** On hook, and AT is answered. */
  idle: boolean;
  /** For a test that fails. */
  story: string;
}

const LIMIT_MS = 900_000;
const STEP_MS = 25;
export async function virtualCall(options: VirtualCallOptions): Promise<VirtualCall> {
  return await inFakedTime(() => run(options));
}

/** Two of our drivers, each on a virtual modem of its own: the caller's class, and the answerer's. */
export async function callBetween(
  caller: FaxClass,
  answerer: FaxClass,
  pages: number,
): Promise<{
  outgoing: CallReport;
  incoming: CallReport;
  sent: readonly RasterPage[];
  stored: readonly RasterPage[];
}> {
  return await inFakedTime(async () => {
    const cables = [openMemoryCable(), openMemoryCable()] as const;
    const exchange = await startVirtualExchange({
      modems: cables.map((port, index) => ({ number: index === 0 ? '101' : '102', port })),
      ringEveryMs: 2000,
    });
    const sent = pagesOf({ pages });
    const hosts = [rasterPageHost(sent), rasterPageHost([])] as const;
    const [calling, answering] = [
      await openDriver(cables[0], caller, hosts[0]),
      await openDriver(cables[1], answerer, hosts[1]),
    ];
    const outgoing = calling.run(dialRequest({ number: '102' }, documentsOf(sent, 'R8x7.7')));
    await letTimePass(exchange.waitFor(({ number, text }) => number === '102' && text === 'RING'));
    const incoming = answering.run(answerRequest({}));
    const reports = await letTimePass(Promise.all([outgoing, incoming]));
    await exchange.close();
    return { outgoing: reports[0], incoming: reports[1], sent, stored: hosts[1].stored };
  });
}

/** In real time, over a pseudo terminal at `path` and serialport: a page to the machine, and one from it. `cooked`: as openPtyCable has it. */
export async function callOverTerminal(
  faxClass: VirtualCallOptions['faxClass'],
  path: string,
  { cooked }: { cooked: boolean },
): Promise<{
  reports: readonly CallReport[];
  machine: FaxMachine;
  stored: readonly RasterPage[];
  page: RasterPage;
}> {
  const exchange = await startVirtualExchange({
    modems: [{ number: '101', port: await openPtyCable(path, { cooked }) }],
    machines: [{ number: '200' }],
    ringEveryMs: 2000,
    clock: PACE,
  });
  const dialogueBox: { dialogue?: ModemDialogue } = {};
  const connection = await openSerial(
    { path, baudRate: 115_200, flowControl: 'hardware' },
    {
      data: (octets) => dialogueBox.dialogue?.receive(octets),
      closed: () => dialogueBox.dialogue?.closed(),
    },
  );
  try {
    const dialogue = createAtDialogue(connection);
    dialogueBox.dialogue = dialogue;
    const pages = pagesOf({ rows: 1000 });
    const host = rasterPageHost(pages);
    const driver = await driverOn(dialogue, connection, { faxClass, host, tell: () => {} });
    const sent = await driver.run(dialRequest({}, documentsOf(pages, 'R8x7.7')));
    const machine = exchange.machine('200');
    await machine.waitForCall();
    void machine.send(
      '101',
      pages.map((page) => faxPage(page, 'R8x7.7')),
    );
    await exchange.waitFor(({ number, text }) => number === '101' && text === 'RING');
    const received = await driver.run(answerRequest({}));
    const [page] = pages;
    if (page === undefined) throw new Error('no page');
    return { reports: [sent, received], machine, stored: host.stored, page };
  } finally {
    await connection.close();
    await exchange.close();
  }
}

/** Times real time, while no host has to act. */
const PACE = 30;

async function inFakedTime<Value>(work: () => Promise<Value>): Promise<Value> {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  });
  try {
    return await work();
  } finally {
    vi.useRealTimers();
  }
}

async function run(options: VirtualCallOptions): Promise<VirtualCall> {
  const { way, resolution = 'R8x7.7' } = options;
  const cable = openMemoryCable();
  const ours = way === 'send' || way === 'serve';
  const pages = pagesOf(options);
  const machinePages = ours ? [] : pages.map((page) => faxPage(page, resolution));
  const exchange = await startVirtualExchange({
    modems: [{ number: '101', port: cable, personality: options.personality ?? 'plain' }],
    machines: [
      { number: '200', ...(way === 'fetch' ? { pollPages: machinePages } : {}), ...options.machine },
    ],
    conditions: () => options.conditions ?? {},
    oddNumbers: { 300: 'busy', 301: 'noAnswer', 302: 'voice' },
    ringEveryMs: 2000,
  });
  const events: string[] = [];
  exchange.onEvent = ({ atMs, number, type, text }) =>
    events.push(`${Math.round(atMs)} ${number} ${type} ${text}`);
  const host = rasterPageHost(ours ? pages : [], async (doing) => {
    if (doing === 'store' && options.storeMs !== undefined) await sleep(options.storeMs);
  });
  const driver = await openDriver(cable, options.faxClass, host, (text) =>
    events.push(`${Math.round(exchange.clock.nowMs)} ${text}`),
  );
  if (way === 'receive' || way === 'serve') {
    void exchange.machine('200').send('101', machinePages, { poll: way === 'serve' });
    await letTimePass(exchange.waitFor(({ number, text }) => number === '101' && text === 'RING'));
  }
  const modem = exchange.modem('101');
  modem.link.setFaults(options.faults ?? []);
  const begunMs = exchange.clock.nowMs;
  const firstEvent = exchange.events.length;
  const person = new AbortController();
  if (options.hangUpAtMs !== undefined) setTimeout(() => person.abort(), options.hangUpAtMs);
  if (options.unplugAtMs !== undefined) {
    setTimeout(() => void cable.unplug(), options.unplugAtMs);
  }
  const request =
    way === 'send' || way === 'fetch'
      ? dialRequest(
          { ...(way === 'fetch' ? { poll: {} } : {}), ...options.request },
          documentsOf(ours ? pages : [], resolution),
        )
      : answerRequest({ ...(ours ? { documents: documentsOf(pages, resolution) } : {}), ...options.answer });
  let report: CallReport;
  try {
    report = await letTimePass(driver.run(request, person.signal));
  } catch (error) {
    throw new Error(`${String(error)}\n${events.slice(-120).join('\n')}`, { cause: error });
  }
  const durationMs = exchange.clock.nowMs - begunMs;
  const results = exchange.events
    .slice(firstEvent)
    .filter(({ number, type }) => number === '101' && (type === 'result' || type === 'info'))
    .map(({ text }) => text);
  modem.link.setFaults([]);
  const idle = (await letTimePass(driver.isAnswered(options.idleWithinMs ?? 2000))) && !modem.control.engaged;
  const machine = await letTimePass(
    Promise.race([exchange.machine('200').waitForCall(), sleep(120_000).then(() => undefined)]),
  );
  await exchange.close();
  const { journal, progress, confirmed } = driver;
  return {
    report,
    machine,
    sent: pages,
    host,
    journal,
    progress,
    confirmed,
    durationMs,
    results,
    idle,
    story: events.join('\n'),
  };
}

interface OpenDriver {
  run(request: DialRequest | AnswerRequest, signal?: AbortSignal): Promise<CallReport>;
  isAnswered(withinMs: number): Promise<boolean>;
  journal: string[];
  progress: Partial<CallProgress>[];
  confirmed: number[];
}

async function openDriver(
  cable: MemoryCable,
  faxClass: FaxClass,
  host: RasterPageHost,
  tell: (text: string) => void = () => {},
): Promise<OpenDriver> {
  const connection = connectionOf(cable);
  const dialogue = createAtDialogue(connection);
  cable.onHostData = (octets) => dialogue.receive(octets);
  // Whoever pulls the cable, the host notices.
  const unplug = cable.unplug.bind(cable);
  cable.unplug = async () => {
    dialogue.closed();
    await unplug();
  };
  return await letTimePass(driverOn(dialogue, connection, { faxClass, host, tell }));
}

interface DriverOptions {
  faxClass: FaxClass;
  host: RasterPageHost;
  tell: (text: string) => void;
}

async function driverOn(
  dialogue: ModemDialogue,
  connection: SerialConnection,
  { faxClass, host, tell }: DriverOptions,
): Promise<OpenDriver> {
  dialogue.onTranscript((direction, text) => tell(`host ${direction} ${text}`));
  const found = await discoverModem(
    dialogue,
    connection,
    {
      path: 'memory',
      faxClass,
      flowControl: 'hardware',
      baudRate: 115_200,
      localId: '101',
      toneDialling: true,
      blindDial: false,
      extraInit: [],
    },
    () => Promise.resolve(undefined),
  );
  if ('problem' in found) throw new Error(`${found.problem}: ${found.detail}`);
  const { facts }: { facts: ModemFacts } = found;
  const journal: string[] = [];
  const progress: Partial<CallProgress>[] = [];
  const confirmed: number[] = [];
  const create = faxClass.startsWith('1') ? createClass1Driver : createClass2Driver;
  const driver = create({
    dialogue,
    connection,
    facts,
    localId: '+81 75 101',
    toneDialling: true,
    blindDial: false,
    pages: host,
    events: {
      progress: (change) => progress.push(change),
      journal(text) {
        journal.push(text);
        tell(`— ${text}`);
      },
      pagesConfirmed: (count) => confirmed.push(count),
    },
    nowMs: () => performance.now(),
  });
  return {
    run: (request, signal = new AbortController().signal) => driver.run(request, signal),
    // What comes first may be the late answer to an earlier command.
    isAnswered: async (timeoutMs) => {
      const { result } = await dialogue.command('AT', { timeoutMs });
      return result === 'OK' || (await dialogue.command('AT', { timeoutMs })).result === 'OK';
    },
    journal,
    progress,
    confirmed,
  };
}

function connectionOf(cable: MemoryCable): SerialConnection {
  return {
    path: 'memory',
    async write(octets) {
      while (cable.plugged && cable.heldUp) await sleep(STEP_MS);
      if (!cable.plugged) throw new SerialClosedError({ kind: 'absent', detail: 'pulled' });
      cable.hostWrites(octets);
    },
    setFlowControl: async () => {},
    setBaudRate: async () => {},
    setDtr: async () => false,
    discard: async () => {},
    close: async () => {},
  };
}

const HINTS = { avoidModulations: [], avoidCodings: [], avoidEcm: false };

function dialRequest(change: Partial<DialRequest>, documents: DialRequest['documents']): DialRequest {
  return {
    type: 'dial',
    callId: 'call',
    number: '200',
    documents,
    hints: HINTS,
    answerWithinMs: 60_000,
    ...change,
  };
}

function answerRequest(change: Partial<AnswerRequest>): AnswerRequest {
  return {
    type: 'answer',
    callId: 'call',
    receives: true,
    documents: [],
    hints: HINTS,
    copyQuality: { minGoodPercent: 95, maxBadRun: 5 },
    ...change,
  };
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
    await turn();
  }
  return await watched;
}

async function sleep(ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });
}
