// A telephone exchange in one process: virtual modems on serial ports, virtual fax machines, and the lines between them.

import { PacedClock } from './clock.ts';
import type { Clock, HostedClock } from './clock.ts';
import { TelephoneNetwork } from './line/telephoneNetwork.ts';
import type { NetworkOptions } from './line/telephoneNetwork.ts';
import type { SentEvent } from './line/phoneLine.ts';
import { FaxMachine } from './machine/faxMachine.ts';
import type { FaxMachineOptions } from './machine/faxMachine.ts';
import type { HostFault } from './modem/hostFaults.ts';
import { PERSONALITIES } from './modem/personalities.ts';
import type { PersonalityName } from './modem/personalities.ts';
import type { FaxClass, Personality } from './modem/personality.ts';
import { VirtualModem } from './modem/virtualModem.ts';
import { openPtyCable } from './pty.ts';
import type { SerialCable } from './pty.ts';

export interface ModemOptions {
  number: string;
  /** Where its port is to appear, a path that does not exist; or a cable in memory. */
  port: string | SerialCable;
  /** Default `plain`. */
  personality?: PersonalityName | Personality;
  /** Classes that it offers, fewer than its personality has. */
  classes?: readonly FaxClass[];
  /** The class that it is in when +FCLASS was not given. */
  startClass?: FaxClass;
  faults?: readonly HostFault[];
  alwaysEchoes?: boolean;
}

export interface ExchangeOptions extends Omit<NetworkOptions, 'onSent'> {
  modems?: readonly ModemOptions[];
  machines?: readonly Omit<FaxMachineOptions, 'onEvent'>[];
  /** Real time; so many times as fast while no host has to act; or a clock of the test's own. Default 1. */
  clock?: number | Clock;
}

/** Everything that happens, in order. */
export interface ExchangeEvent {
  atMs: number;
  /** The number of the modem or machine; of the caller for what is on a line. */
  number: string;
  type: 'command' | 'result' | 'info' | 'note' | 'fault' | 'fax' | 'line';
  text: string;
}

export interface VirtualExchange {
  readonly clock: Clock;
  readonly network: TelephoneNetwork;
  readonly events: readonly ExchangeEvent[];
  modem(number: string): VirtualModem;
  machine(number: string): FaxMachine;
  /** The first event from `from` on that is found, waiting for it if need be. Rejects when the exchange closes. */
  waitFor(found: (event: ExchangeEvent) => boolean, from?: number): Promise<ExchangeEvent>;
  onEvent: (event: ExchangeEvent) => void;
  close(): Promise<void>;
}

const MOST_EVENTS = 200_000;

/** Throws when a port cannot be made. */
export async function startVirtualExchange(options: ExchangeOptions): Promise<VirtualExchange> {
  const { modems = [], machines = [], clock: wanted = 1, ...network } = options;
  const clock = typeof wanted === 'number' ? new PacedClock(wanted) : wanted;
  const exchange = new Exchange(clock, network);
  try {
    for (const machine of machines) exchange.addMachine(machine);
    for (const modem of modems) await exchange.addModem(modem);
  } catch (error) {
    await exchange.close();
    throw error;
  }
  return exchange;
}

class Exchange implements VirtualExchange {
  readonly clock: Clock;
  readonly network: TelephoneNetwork;
  readonly events: ExchangeEvent[] = [];
  onEvent: (event: ExchangeEvent) => void = () => undefined;
  readonly #modems = new Map<string, VirtualModem>();
  readonly #machines = new Map<string, FaxMachine>();
  readonly #waiters = new Set<{ see: (event: ExchangeEvent) => void; fail: (error: Error) => void }>();

  constructor(clock: Clock, network: NetworkOptions) {
    this.clock = clock;
    this.network = new TelephoneNetwork(clock, {
      ...network,
      onSent: ({ from }, sent) => this.#add({ number: from, type: 'line', text: describeSent(sent) }),
    });
  }

  modem(number: string): VirtualModem {
    return found(this.#modems, number, 'modem');
  }

  machine(number: string): FaxMachine {
    return found(this.#machines, number, 'machine');
  }

  addMachine(options: FaxMachineOptions): void {
    const machine = new FaxMachine(this.clock, this.network, {
      ...options,
      onEvent: ({ type, text }) => this.#add({ number: options.number, type, text }),
    });
    this.network.connect(machine);
    this.#machines.set(options.number, machine);
  }

  async addModem(options: ModemOptions): Promise<void> {
    const { number, port, personality = 'plain', classes, startClass, faults, alwaysEchoes } = options;
    const known = typeof personality === 'string' ? PERSONALITIES[personality] : personality;
    const cable = typeof port === 'string' ? await openPtyCable(port) : port;
    const turn = {};
    const modem = new VirtualModem({
      number,
      clock: this.clock,
      network: this.network,
      cable,
      personality: classes === undefined ? known : { ...known, classes },
      ...(startClass === undefined ? {} : { startClass }),
      ...(alwaysEchoes === undefined ? {} : { alwaysEchoes }),
      onEvent: ({ type, text }) => this.#add({ number, type, text }),
      onTurn: (hosts) => {
        if (isHosted(this.clock)) this.clock.setHeld(turn, hosts);
      },
    });
    if (faults !== undefined) modem.link.setFaults(faults);
    this.#modems.set(number, modem);
    this.network.connect(modem.control);
  }

  waitFor(wanted: (event: ExchangeEvent) => boolean, from = 0): Promise<ExchangeEvent> {
    const past = this.events.slice(from).find(wanted);
    if (past !== undefined) return Promise.resolve(past);
    return new Promise((resolve, reject) => {
      const waiter = {
        see: (event: ExchangeEvent) => {
          if (!wanted(event)) return;
          this.#waiters.delete(waiter);
          resolve(event);
        },
        fail: reject,
      };
      this.#waiters.add(waiter);
    });
  }

  async close(): Promise<void> {
    for (const machine of this.#machines.values()) machine.close();
    await Promise.all([...this.#modems.values()].map((modem) => modem.close()));
    if (isHosted(this.clock)) this.clock.close();
    for (const { fail } of this.#waiters) fail(new Error('the exchange was closed'));
    this.#waiters.clear();
  }

  #add(event: Omit<ExchangeEvent, 'atMs'>): void {
    const whole: ExchangeEvent = { atMs: this.clock.nowMs, ...event };
    if (this.events.length >= MOST_EVENTS) this.events.splice(0, MOST_EVENTS >> 1);
    this.events.push(whole);
    this.onEvent(whole);
    for (const { see } of this.#waiters) see(whole);
  }
}

function isHosted(clock: Clock): clock is HostedClock {
  return 'setHeld' in clock;
}

function found<Thing>(things: ReadonlyMap<string, Thing>, number: string, what: string): Thing {
  const thing = things.get(number);
  if (thing === undefined) throw new RangeError(`no ${what} has the number ${number}`);
  return thing;
}

function describeSent({ from, event }: SentEvent): string {
  switch (event.type) {
    case 'begins':
      return `${from}: ${event.carrier} begins`;
    case 'trained':
      return `${from}: trained`;
    case 'frame':
      return `${from}: frame ${Buffer.from(event.octets).toString('hex')}`;
    case 'octets':
      return `${from}: ${event.octets.length} octets`;
    case 'ends':
      return `${from}: ends`;
    case 'hungUp':
      return `${from}: hangs up`;
  }
}
