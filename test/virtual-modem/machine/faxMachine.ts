// A fax machine without a modem's host: has a number, answers, keeps what it gets, sends, can be polled, and may send
// back what it got.

import type { JournalEvent } from '../../../fax/t30/journal.ts';
import type { CallPlan, LineProfile, StationLimits } from '../../../fax/t30/machine.ts';
import type { Outcome } from '../../../fax/t30/outcome.ts';
import { RATES } from '../../../fax/t30/parameters.ts';
import { answerer, caller, step } from '../../../fax/t30/station.ts';
import type { State } from '../../../fax/t30/station.ts';
import { CAPABILITIES, PROFILE } from '../../../fax/t30/testing/testPlans.ts';
import type { Clock } from '../clock.ts';
import type { LineEnd } from '../line/phoneLine.ts';
import type { IncomingCall, Subscriber, TelephoneNetwork } from '../line/telephoneNetwork.ts';
import { Transmitter } from '../line/transmitter.ts';
import { MachineStation } from '../t30/machineStation.ts';
import { MachinePages } from './machinePages.ts';
import type { FaxPage, ReceivedPage } from './machinePages.ts';

export interface FaxMachineOptions {
  number: string;
  /** CSI and TSI. Default: the number. */
  localId?: string;
  /** Rings before it answers. Default 1; 0 never. */
  ringsToAnswer?: number;
  /** Calls back whoever sent it pages, and sends them back. */
  echo?: boolean;
  /** Kept to be polled. */
  pollPages?: readonly FaxPage[];
  capabilities?: Partial<StationLimits['capabilities']>;
  rates?: StationLimits['receiveRates'];
  profile?: Partial<LineProfile>;
  answer?: Partial<CallPlan['answer']>;
  onEvent?: (event: { type: 'note' | 'fax'; text: string; journal?: JournalEvent }) => void;
}

export interface MachineCall {
  direction: 'sent' | 'received';
  /** The other number. */
  number: string;
  outcome: Outcome;
  pages: readonly ReceivedPage[];
  journal: readonly { atMs: number; event: JournalEvent }[];
  startMs: number;
  endMs: number;
}

const BEFORE_CED_MS = 200;
const CED_MS = 2600;
const AFTER_CED_MS = 75;
const CNG_MS = 500;
const CALL_BACK_MS = 3000;
const ANSWER_TIMEOUT_MS = 60_000;

export class FaxMachine implements Subscriber {
  readonly number: string;
  readonly calls: MachineCall[] = [];
  readonly #clock: Clock;
  readonly #network: TelephoneNetwork;
  readonly #options: FaxMachineOptions;
  readonly #waiters = new Set<(call: MachineCall) => void>();
  #busy = false;
  #stop: (() => void) | null = null;

  constructor(clock: Clock, network: TelephoneNetwork, options: FaxMachineOptions) {
    this.#clock = clock;
    this.#network = network;
    this.#options = options;
    this.number = options.number;
  }

  get engaged(): boolean {
    return this.#busy;
  }

  /** Confirmed pages of all calls, in order. */
  get received(): ReceivedPage[] {
    return this.calls.flatMap(({ pages }) => pages).filter(({ confirmed }) => confirmed);
  }

  /** The next call that ends, or one that has ended and that `found` takes. */
  waitForCall(found: (call: MachineCall) => boolean = () => true): Promise<MachineCall> {
    const over = this.calls.find(found);
    if (over !== undefined) return Promise.resolve(over);
    return new Promise((resolve) => {
      const waiter = (call: MachineCall): void => {
        if (!found(call)) return;
        this.#waiters.delete(waiter);
        resolve(call);
      };
      this.#waiters.add(waiter);
    });
  }

  ringing(call: IncomingCall, burst: number): void {
    const { ringsToAnswer = 1 } = this.#options;
    if (this.#busy || burst !== ringsToAnswer) return;
    this.#clock.after(500, () => {
      const end = this.#busy ? null : call.answer();
      if (end !== null) this.#answer(end, call.from);
    });
  }

  ringingOver(): void {
    // It answers, or it does not.
  }

  /** Calls a number and sends; `poll` asks for that machine's document too. Resolves with how it ended. */
  send(to: string, pages: readonly FaxPage[], options: { poll?: boolean } = {}): Promise<MachineCall> {
    if (this.#busy) return Promise.reject(new Error(`the machine ${this.number} is in a call`));
    this.#busy = true;
    const startMs = this.#clock.nowMs;
    const { promise, resolve } = Promise.withResolvers<MachineCall>();
    const failed = (detail: string): void => {
      const outcome: Outcome = { code: 'LINE_LOST', phase: 'A', detail, pagesSent: 0, pagesReceived: 0 };
      resolve(
        this.#over({ direction: 'sent', number: to, outcome, pages: [], journal: [], startMs, endMs: 0 }),
      );
    };
    let decided = false;
    const abandon = this.#network.dial(this.number, to, {
      onRinging: () => undefined,
      onBusy: () => {
        decided = true;
        failed('busy');
      },
      onAnswered: (end) => {
        decided = true;
        const documents = pages.length === 0 ? [] : [documentOf(pages)];
        const poll = options.poll === true ? { address: null, password: null } : null;
        void this.#talk(end, 'sent', to, caller(this.#plan(documents, poll)), pages).then(resolve);
      },
    });
    this.#clock.after(ANSWER_TIMEOUT_MS, () => {
      if (decided) return;
      abandon();
      failed('no answer');
    });
    return promise;
  }

  close(): void {
    this.#stop?.();
  }

  #answer(end: LineEnd, from: string): void {
    this.#busy = true;
    const { pollPages = [], echo = false } = this.#options;
    const documents = pollPages.length === 0 ? [] : [documentOf(pollPages)];
    void this.#talk(end, 'received', from, answerer(this.#plan(documents, null)), pollPages).then((call) => {
      const pages = call.pages.filter(({ confirmed }) => confirmed);
      if (!echo || pages.length === 0 || call.outcome.code !== 'OK') return;
      this.#clock.after(CALL_BACK_MS, () => {
        if (!this.#busy) void this.send(from, pages);
      });
    });
  }

  #talk(
    end: LineEnd,
    direction: 'sent' | 'received',
    number: string,
    initial: State,
    toSend: readonly FaxPage[],
  ): Promise<MachineCall> {
    const { promise, resolve } = Promise.withResolvers<MachineCall>();
    const transmitter = new Transmitter(this.#clock, end);
    const journal: { atMs: number; event: JournalEvent }[] = [];
    const startMs = this.#clock.nowMs;
    const pages = new MachinePages(toSend, (input) => station.give(input));
    const finish = (outcome: Outcome): void => {
      station.stop();
      end.onEvent = () => undefined;
      end.hangUp();
      this.#stop = null;
      const { received } = pages;
      received.forEach((page, index) => (page.confirmed = index < outcome.pagesReceived));
      resolve(this.#over({ direction, number, outcome, pages: received, journal, startMs, endMs: 0 }));
    };
    const station = new MachineStation<State>({
      clock: this.#clock,
      end,
      transmitter,
      initial,
      step,
      pages,
      onJournal: (event) => {
        journal.push({ atMs: this.#clock.nowMs, event });
        this.#options.onEvent?.({ type: 'fax', text: event.type, journal: event });
      },
      onEnd: finish,
    });
    this.#stop = () => {
      station.stop();
      end.hangUp();
    };
    if (direction === 'received') this.#sayCed(transmitter, () => station.give({ type: 'start' }));
    else this.#sayCng(transmitter, () => station.give({ type: 'start' }));
    return promise;
  }

  #sayCed(transmitter: Transmitter, then: () => void): void {
    this.#clock.after(BEFORE_CED_MS, () => {
      transmitter.startTone('CED');
      this.#clock.after(CED_MS, () => {
        transmitter.stop();
        this.#clock.after(AFTER_CED_MS, then);
      });
    });
  }

  #sayCng(transmitter: Transmitter, then: () => void): void {
    transmitter.startTone('CNG');
    this.#clock.after(CNG_MS, () => {
      transmitter.stop();
      then();
    });
  }

  #over(call: MachineCall): MachineCall {
    this.#busy = false;
    const whole = { ...call, endMs: this.#clock.nowMs };
    this.calls.push(whole);
    const { code, detail, pagesSent, pagesReceived } = whole.outcome;
    const text = `${call.direction} ${call.number}: ${code} (${detail}), ${pagesSent} sent, ${pagesReceived} received`;
    this.#options.onEvent?.({ type: 'note', text });
    for (const waiter of this.#waiters) waiter(whole);
    return whole;
  }

  #plan(documents: CallPlan['documents'], poll: CallPlan['poll']): CallPlan {
    const { localId = this.number, capabilities, rates = RATES, profile, answer } = this.#options;
    return {
      localId,
      documents,
      poll,
      answer: {
        receives: true,
        pollPassword: null,
        pollAddress: null,
        receivePassword: null,
        ...answer,
      },
      limits: {
        sendRates: rates,
        receiveRates: rates,
        capabilities: { ...CAPABILITIES, ...capabilities },
      },
      profile: { ...PROFILE, ...profile },
    };
  }
}

function documentOf(pages: readonly FaxPage[]): CallPlan['documents'][number] {
  return { pages: pages.map(({ geometry }) => geometry), subaddress: null, password: null };
}
