// A telephone exchange for tests, made of spandsp (exchange.c beside this file): modems, fax machines, other people.

import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { guard, shellWord } from '../../harness/guardian.ts';
import type { Stage } from '../../harness/stage.ts';
import { withTimeout } from '../../harness/withTimeout.ts';
import { compileExchange } from './compile.ts';
import { isEvent } from './events.ts';
import type { ExchangeEvent } from './events.ts';

export { isEvent } from './events.ts';
export type { ExchangeEvent } from './events.ts';

export interface ExchangeOptions {
  /** Modelled time runs ahead of real time while no host has to act. */
  fast: boolean;
  /** Ahead by this factor at most, for hosts that divide by the time a page took; by default as fast as it goes. */
  speed?: number;
  /**
   * White noise on every line, in dBm0. A modem sends at about -14, and noise above -46 passes for a carrier: for a low
   * signal-to-noise ratio choose -50 and a `lossDb` up to 20.
   */
  noiseDb?: number;
  /** Every line weakens signals by this, in dB; 0. */
  lossDb?: number;
  /** Its closing closes the exchange, and its folder holds the ports. */
  stage?: Stage;
  /** How long (real time) modelled time waits for a host whose turn it is; 3000. */
  hostTurnMs?: number;
  /** From ring to ring; 6000. */
  ringMs?: number;
  /** A longer call is ended (modelled time); 45 minutes. */
  maxCallMs?: number;
  /** A call that is silent for longer is ended (modelled time); 120 000. */
  maxSilenceMs?: number;
}

export interface ModemOptions {
  number: string;
  /** Where the link to the port shall be; by default in the exchange's folder. */
  link?: string;
  /** Tells every command and result code; true. */
  trace?: boolean;
  /** After the far end hangs up the modem hears silence instead of saying NO CARRIER. */
  deafToHangUp?: boolean;
  /** From line to engine; 40. */
  receiveLatencyMs?: number;
  /** From command to signal; 10. */
  turnOnMs?: number;
  /** Silence between CED and V.21; 70. */
  cedGapMs?: number;
}

export interface MachineSettings {
  /** By default its number. */
  localId?: string;
  /** Folder for what it receives (`<number>-<n>.tif`); without it, it cannot receive. */
  receiveTo?: string;
  /** TIFF file for those who poll it. */
  serve?: string;
  ecm?: boolean;
  modems?: ('V.27ter' | 'V.29' | 'V.17')[];
  compressions?: ('MH' | 'MR' | 'MMR')[];
  resolutions?: ('standard' | 'fine' | 'superfine' | 'R16' | '300' | '400')[];
  widths?: ('A4' | 'B4' | 'A3')[];
  /** 1 = at the first ring. */
  answerAfterRings?: number;
  answerDelayMs?: number;
  /** One of T.30's minimum scan line times. */
  minScanMs?: number;
  /** So many times it answers RNR to the end of a block. */
  notReadyCount?: number;
  /** Asks with CRP for a command that came damaged; false. */
  commandRepeat?: boolean;
  /** SUB, SID and PWD, SEP that it sends if the far end knows them. */
  subAddress?: string;
  password?: string;
  pollingAddress?: string;
  /** It refuses senders and pollers that do not give it. */
  requiredPassword?: string;
}

export interface MachineOptions extends MachineSettings {
  number: string;
  /** TIFF file that `call` sends unless told otherwise. */
  send?: string;
}

export interface SubscriberOptions {
  number: string;
  kind: 'voice' | 'silent' | 'busy' | 'noAnswer';
  answerAfterRings?: number;
  hangsUpAfterMs?: number;
}

/** What happens to a call of `number`, and when. Without `at`: now. */
export interface Cut {
  number: string;
  how: 'release' | 'silence' | 'noise';
  /** `frame`: the `count`th frame of that name of either end; `pageData`: the data of page `page` begins. */
  at?: 'now' | 'ringing' | 'answer' | 'frame' | 'pageData';
  frame?: string;
  count?: number;
  page?: number;
  /** Later than `at`, modelled. */
  delayMs?: number;
  /** Silence or noise ends after this, modelled; by default never. */
  forMs?: number;
  noiseDb?: number;
}

export interface Modem {
  readonly number: string;
  /** The link that a host opens; it survives unplugging and plugging in again. */
  readonly path: string;
}

export interface Machine {
  readonly number: string;
  /** From the next call on. */
  configure(settings: MachineSettings): Promise<void>;
}

export interface Exchange {
  /** Everything it told so far (the last 100 000 events). */
  readonly events: readonly ExchangeEvent[];
  readonly folder: string;
  addModem(options: ModemOptions): Promise<Modem>;
  addMachine(options: MachineOptions): Promise<Machine>;
  addSubscriber(options: SubscriberOptions): Promise<void>;
  /** A machine calls a number, to send, or to poll when it has nothing to send. Resolves with the call's id. */
  call(machine: Machine, number: string, options?: { send?: string }): Promise<number>;
  setLine(number: string, state: 'normal' | 'busy' | 'noAnswer' | 'noDialTone'): Promise<void>;
  /** White noise for this and all further calls, in dBm0; none when undefined. */
  setNoise(noiseDb: number | undefined): Promise<void>;
  cut(cut: Cut): Promise<void>;
  /** Ends the call of this number now. */
  release(number: string): Promise<void>;
  unplug(modem: Modem): Promise<void>;
  plug(modem: Modem): Promise<void>;
  /**
   * The first event that matches, among those that no earlier `nextEvent` has passed.
   * Throws after `timeoutMs` of real time with the last events, or when the exchange ends.
   */
  nextEvent<T extends ExchangeEvent>(
    matches: (event: ExchangeEvent) => event is T,
    timeoutMs: number,
  ): Promise<T>;
  nextEvent(matches: (event: ExchangeEvent) => boolean, timeoutMs: number): Promise<ExchangeEvent>;
  /** Ends every call, removes the ports. Idempotent. */
  close(): Promise<void>;
}

const MAX_EVENTS = 100_000;
const REPLY_MS = 20_000;

type Fields = Record<string, string | number | boolean | readonly string[] | undefined>;

/** Compiles it if need be and starts it. Throws when a Debian package is missing. */
export async function startExchange(options: ExchangeOptions): Promise<Exchange> {
  const program = await compileExchange();
  const folder = mkdtempSync(path.join(options.stage?.folder ?? tmpdir(), 'exchange-'));
  const forgetFolder = guard(`rm -rf ${shellWord(folder)}`);
  const child = spawn(program, words(options), {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: options.stage?.env ?? process.env,
  });
  const log = watchEvents();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event: ExchangeEvent = JSON.parse(line);
    log.add(event);
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-10_000);
  });
  const ended = Promise.withResolvers<void>();
  child.on('error', (error) => {
    log.fail(new Error('the exchange could not be started', { cause: error }));
    ended.resolve();
  });
  child.on('close', (code, signal) => {
    log.fail(new Error(`the exchange has ended (${signal ?? code}) ${complaints}`));
    ended.resolve();
  });
  // It may be gone before a command is written: the wait for the reply says so.
  child.stdin.on('error', () => undefined);

  let lastId = 0;
  const command = async (name: string, fields: Fields) => {
    lastId += 1;
    const id = lastId;
    const flat = Object.entries(fields).map(([key, value]) => [
      key,
      typeof value === 'object' ? value.join() : value,
    ]);
    child.stdin.write(`${JSON.stringify({ ...Object.fromEntries(flat), id, command: name })}\n`);
    const reply = await log.find(isEvent('reply', { id }), REPLY_MS, 0);
    if (!reply.ok) throw new Error(`the exchange refuses ${name}: ${reply.error}`);
    return reply;
  };

  const filesToSend = new Map<string, string>();
  let closed: Promise<void> | undefined;
  const close = async () => {
    child.stdin.end();
    await withTimeout(ended.promise, 5000, () => 'the exchange did not end').catch(async () => {
      child.kill('SIGKILL');
      await ended.promise;
    });
    await rm(folder, { recursive: true, force: true });
    forgetFolder();
  };
  const exchange: Exchange = {
    events: log.events,
    folder,
    addModem: async (modem) => {
      const link = modem.link ?? path.join(folder, `tty${modem.number.replaceAll(/[^\d]/g, '')}`);
      await command('addModem', { ...modem, link });
      return { number: modem.number, path: link };
    },
    addMachine: async ({ send, ...settings }) => {
      const { number } = settings;
      await command('addMachine', settings);
      if (send !== undefined) filesToSend.set(number, send);
      return {
        number,
        configure: async (changes) => {
          await command('configureMachine', { ...changes, number });
        },
      };
    },
    addSubscriber: async (subscriber) => {
      await command('addSubscriber', { ...subscriber });
    },
    call: async ({ number }, to, { send } = {}) => {
      await command('call', { number, to, send: send ?? filesToSend.get(number) });
      const placed = log.events.findLast(isEvent('callPlaced', { from: number.replaceAll(/[^\d*#]/g, '') }));
      if (placed === undefined) throw new Error('the exchange placed no call');
      return placed.call;
    },
    setLine: async (number, state) => {
      await command('setLine', { number, state });
    },
    setNoise: async (noiseDb) => {
      await command('noise', { noiseDb });
    },
    cut: async (cut) => {
      await command('cut', { ...cut });
    },
    release: async (number) => {
      await command('release', { number });
    },
    unplug: async ({ number }) => {
      await command('unplug', { number });
    },
    plug: async ({ number }) => {
      await command('plug', { number });
    },
    nextEvent: log.next,
    close: () => (closed ??= close()),
  };
  options.stage?.onClose(() => exchange.close());
  try {
    await log.find(isEvent('ready'), REPLY_MS, 0);
  } catch (error) {
    await exchange.close();
    throw error;
  }
  return exchange;
}

function words(options: ExchangeOptions): string[] {
  const values = {
    '--speed': options.speed,
    '--noise-db': options.noiseDb,
    '--loss-db': options.lossDb,
    '--host-turn-ms': options.hostTurnMs,
    '--ring-ms': options.ringMs,
    '--max-call-ms': options.maxCallMs,
    '--max-silence-ms': options.maxSilenceMs,
  };
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [name, String(value)],
  );
  return [...(options.fast ? ['--fast'] : []), ...given];
}

interface Waiter {
  matches: (event: ExchangeEvent) => boolean;
  resolve: (event: ExchangeEvent) => void;
  reject: (error: Error) => void;
}

function watchEvents() {
  const events: ExchangeEvent[] = [];
  const waiters = new Set<Waiter>();
  let failure: Error | undefined;
  let passed = 0;

  const add = (event: ExchangeEvent) => {
    events.push(event);
    if (events.length > MAX_EVENTS) {
      const dropped = events.splice(0, MAX_EVENTS / 2).length;
      passed = Math.max(0, passed - dropped);
    }
    for (const waiter of waiters) {
      if (!waiter.matches(event)) continue;
      waiters.delete(waiter);
      waiter.resolve(event);
    }
  };
  const fail = (error: Error) => {
    failure ??= error;
    for (const waiter of waiters) waiter.reject(failure);
    waiters.clear();
  };

  /** The first event from index `from` on, there already or to come. */
  async function find<T extends ExchangeEvent>(
    matches: (event: ExchangeEvent) => event is T,
    timeoutMs: number,
    from: number,
  ): Promise<T> {
    const known = events.slice(from).find(matches);
    if (known !== undefined) return known;
    if (failure !== undefined) throw failure;
    const found = Promise.withResolvers<ExchangeEvent>();
    const waiter: Waiter = { matches, resolve: found.resolve, reject: found.reject };
    waiters.add(waiter);
    const last = () => events.slice(-40).map((event) => JSON.stringify(event));
    try {
      const event = await withTimeout(found.promise, timeoutMs, () => {
        return `the exchange did not tell what was waited for; it told last:\n${last().join('\n')}`;
      });
      if (matches(event)) return event;
      throw new Error('an event that does not match was handed over');
    } finally {
      waiters.delete(waiter);
    }
  }

  async function next<T extends ExchangeEvent>(
    matches: (event: ExchangeEvent) => event is T,
    timeoutMs: number,
  ): Promise<T>;
  async function next(matches: (event: ExchangeEvent) => boolean, timeoutMs: number): Promise<ExchangeEvent>;
  async function next(matches: (event: ExchangeEvent) => boolean, timeoutMs: number): Promise<ExchangeEvent> {
    const guardOf = (event: ExchangeEvent): event is ExchangeEvent => matches(event);
    const event = await find(guardOf, timeoutMs, passed);
    passed = events.indexOf(event) + 1;
    return event;
  }

  return { events, add, fail, find, next };
}
