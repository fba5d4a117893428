// The stage of the outbox's tests: a real store, a relay that does what the test says, a clock that the test moves.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outcome, type Outcome, type OutcomeCode } from '../../protocol/outcome.ts';
import type { OutgoingDocument, RelayStatus, Sending, Settings } from '../../protocol/api/types.ts';
import type { DocumentSource } from '../call/documentCall.types.ts';
import type { RelayCall } from '../relaySession/relaySession.types.ts';
import { openStore, type Store } from '../store/store.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import type { Routes } from './outbox.types.ts';
import { outgoingView } from './outgoingView.ts';
import { createRelayRoute } from './relayRoute.ts';
import { NO_LINES } from './telephoneRoute.testSupport.ts';
import { createTelephoneRoute, type TelephoneRouteOptions } from './telephoneRoute.ts';

export const START = Date.parse('2026-03-09T09:00:00Z');
export const HOUR_MS = 3_600_000;
export const ONLINE: RelayStatus = {
  state: 'online',
  embedded: false,
  encrypted: true,
  connections: 2,
  idleConnections: 2,
};
const SETTINGS: Settings = {
  displayName: 'Kyoto',
  faxNumber: '',
  headerLine: true,
  paper: 'a4',
  accept: 'everyone',
  blockedDevices: [],
  maxConnections: 8,
  giveUpAfterHours: 24,
};
const PAGE_OPTIONS = { resolution: 'fine', paper: 'a4', placement: 'fit', mode: 'auto' } as const;

/** For vitest's fake timers: files and promises keep their own time. */
export const FAKE_CLOCK = {
  toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] as (
    | 'setTimeout'
    | 'clearTimeout'
    | 'setInterval'
    | 'clearInterval'
    | 'Date'
  )[],
  now: START,
};

/** One call that the outbox is making: the test decides how it ends. */
interface Attempt {
  peer: string;
  at: number;
  source?: DocumentSource;
  signal?: AbortSignal;
  aborted: boolean;
  end(result: Outcome): void;
}

/** An outbox over an empty store; `close` in the end. */
export class OutboxStage {
  store: Store;
  outbox: Outbox;
  /** How many deliveries the outbox took up when it was opened last. */
  resumed: number;
  relay: RelayStatus = ONLINE;
  attempts: Attempt[] = [];
  finished: string[] = [];
  /** What the outbox asked of the preparer. */
  asked: string[] = [];
  /** What the outbox logged as errors. */
  complaints: string[] = [];
  /** What calls that are not let through answer; by device. */
  readonly refusals = new Map<string, OutcomeCode>();
  readonly #telephone: TelephoneRouteOptions;
  #routes: Routes | undefined;
  readonly #folder: string;
  readonly #aborts = new WeakMap<RelayCall, () => void>();
  readonly #advance: (ms: number) => Promise<unknown>;
  #documents = 0;

  /** `advance` moves the fake clock, which stands at START now. `telephone`: the lines; by default there are none. */
  constructor(advance: (ms: number) => Promise<unknown>, telephone: TelephoneRouteOptions = NO_LINES) {
    this.#advance = advance;
    this.#telephone = telephone;
    this.#folder = mkdtempSync(join(tmpdir(), 'hikyaku-outbox-'));
    [this.store, this.outbox, this.resumed] = this.#open();
  }

  async close(): Promise<void> {
    for (const attempt of this.attempts) attempt.end(outcome('CALL_BROKEN', 'call'));
    await this.outbox.stop();
    this.store.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Another program on the same data. What the one before would still do fails on its closed store. */
  restart(): void {
    this.store.close();
    [this.store, this.outbox, this.resumed] = this.#open();
  }

  /** A document whose pages are ready (or not yet), sent to its recipients. */
  send(recipients: string[], ready = true, sending: Partial<Sending> = {}): string {
    this.#documents += 1;
    const id = `document-${this.#documents}`;
    this.store.preparations.insert(
      { id: `p-${id}`, key: id, options: PAGE_OPTIONS, header: undefined, createdAt: Date.now() },
      [],
    );
    if (ready) this.makeReady(id);
    this.store.outgoing.insert({
      id,
      preparationId: `p-${id}`,
      title: id,
      purpose: 'fax',
      createdAt: Date.now(),
    });
    this.outbox.send(id, recipients, undefined, sending);
    return id;
  }

  makeReady(id: string): void {
    const sha256 = '0'.repeat(64);
    const info = { width: 1728, height: 2287, xDpi: 204, yDpi: 196, byteLength: 10, sha256 };
    for (const index of [0, 1, 2]) {
      this.store.preparations.addPage(`p-${id}`, { ...info, index, warnings: [] }, 1);
    }
    this.store.preparations.markReady(`p-${id}`, []);
  }

  view(id: string): OutgoingDocument {
    const row = this.store.outgoing.get(id);
    if (row === undefined) throw new Error(`no document ${id}`);
    if (this.#routes === undefined) throw new Error('no outbox is open');
    return outgoingView(this.store, row, this.#routes);
  }

  async settle(ms = 0): Promise<void> {
    await this.#advance(ms);
  }

  /** Seconds after the start at which the peer was called. */
  calledAt(peer: string): number[] {
    return this.attempts
      .filter((attempt) => attempt.peer === peer)
      .map((attempt) => (attempt.at - START) / 1_000);
  }

  #open(): [Store, Outbox, number] {
    const store = openStore(this.#folder);
    this.attempts = [];
    this.finished = [];
    this.complaints = [];
    this.asked = [];
    const log = { info() {}, warn() {}, error: (message: string) => void this.complaints.push(message) };
    const relay = createRelayRoute({
      settings: () => SETTINGS,
      log,
      software: 'test',
      random: () => 0,
      relayStatus: () => this.relay,
      call: async (peer) => {
        const refusal = this.refusals.get(peer);
        if (refusal === undefined) return { call: this.#fakeCall(peer) };
        this.attempts.push({ peer, at: Date.now(), aborted: false, end: () => undefined });
        return { outcome: outcome(refusal, 'connect') };
      },
      sendDocument: (call, source, { signal }) =>
        new Promise((resolve) => {
          const attempt: Attempt = {
            peer: call.peer,
            at: Date.now(),
            source,
            signal,
            aborted: false,
            end: resolve,
          };
          this.attempts.push(attempt);
          this.#aborts.set(call, () => {
            attempt.aborted = true;
            resolve(outcome('CALL_BROKEN', 'call'));
          });
        }),
    });
    const routes = { relay, telephone: createTelephoneRoute(this.#telephone) };
    this.#routes = routes;
    const outbox = createOutbox({
      store,
      settings: () => SETTINGS,
      routes,
      discardPreparation: async () => undefined,
      withdrawPreparation: async (id) => {
        this.asked.push(`withdraw ${id}`);
      },
      wakePreparer: () => this.asked.push('prepare'),
      events: {
        outgoingChanged: () => undefined,
        outgoingRemoved: () => undefined,
        statusChanged: () => undefined,
        finished: (id) => this.finished.push(id),
      },
      log,
      random: () => 0,
    });
    return [store, outbox, outbox.start()];
  }

  #fakeCall(peer: string): RelayCall {
    const call: RelayCall = {
      callId: `call-${peer}`,
      peer,
      info: { kind: 'document' },
      send: async () => undefined,
      incoming: (async function* () {})(),
      release: async () => undefined,
      abort: () => this.#aborts.get(call)?.(),
    };
    return call;
  }
}
