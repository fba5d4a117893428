// The outbox over a real store, a relay that does what the test says, and a clock that the test moves.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DocumentSource } from '../call/documentCall.types.ts';
import { outcome, type Outcome, type OutcomeCode } from '../../protocol/outcome.ts';
import type { RelayStatus, Settings } from '../../protocol/api/types.ts';
import type { RelayCall } from '../relaySession/relaySession.types.ts';
import { openStore, type Store } from '../store/store.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { outgoingView } from './outgoingView.ts';

const START = Date.parse('2026-03-09T09:00:00Z');
const HOUR_MS = 3_600_000;
const ONLINE: RelayStatus = {
  state: 'online',
  embedded: false,
  encrypted: true,
  connections: 2,
  idleConnections: 2,
};
const settings: Settings = {
  displayName: 'Kyoto',
  faxNumber: '',
  headerLine: true,
  paper: 'a4',
  accept: 'everyone',
  blockedDevices: [],
  maxConnections: 8,
  giveUpAfterHours: 24,
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

let folder: string;
let store: Store;
let outbox: Outbox;
let relay: RelayStatus;
let attempts: Attempt[];
let finished: string[];
/** What the outbox asked of the preparer. */
let asked: string[];
/** What the outbox logged as errors. */
let complaints: string[];
/** What calls that are not let through answer; by device. */
let refusals: Map<string, OutcomeCode>;

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
    now: START,
  });
  folder = mkdtempSync(join(tmpdir(), 'hikyaku-outbox-'));
  relay = ONLINE;
  refusals = new Map();
  open();
});
afterEach(async () => {
  for (const attempt of attempts) attempt.end(outcome('CALL_BROKEN', 'call'));
  await outbox.stop();
  store.close();
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

function open(): number {
  store = openStore(folder);
  attempts = [];
  finished = [];
  complaints = [];
  asked = [];
  outbox = createOutbox({
    store,
    settings: () => settings,
    relayStatus: () => relay,
    async call(peer) {
      const refusal = refusals.get(peer);
      if (refusal === undefined) return { call: fakeCall(peer) };
      attempts.push({ peer, at: Date.now(), aborted: false, end: () => undefined });
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
        attempts.push(attempt);
        aborts.set(call, () => {
          attempt.aborted = true;
          resolve(outcome('CALL_BROKEN', 'call'));
        });
      }),
    discardPreparation: async () => undefined,
    withdrawPreparation: async (id) => {
      asked.push(`withdraw ${id}`);
    },
    wakePreparer: () => asked.push('prepare'),
    events: {
      outgoingChanged: () => undefined,
      outgoingRemoved: () => undefined,
      statusChanged: () => undefined,
      finished: (id) => finished.push(id),
    },
    log: { info() {}, warn() {}, error: (message) => complaints.push(message) },
    software: 'test',
    random: () => 0,
  });
  return outbox.start();
}

const aborts = new WeakMap<RelayCall, () => void>();

function fakeCall(peer: string): RelayCall {
  const call: RelayCall = {
    callId: `call-${peer}`,
    peer,
    info: { kind: 'document' },
    send: async () => undefined,
    incoming: (async function* () {})(),
    release: async () => undefined,
    abort: () => aborts.get(call)?.(),
  };
  return call;
}

let drafts = 0;
/** A document whose pages are ready (or not yet), sent to its recipients. */
function send(recipients: string[], ready = true): string {
  drafts += 1;
  const id = `document-${drafts}`;
  store.preparations.insert(
    { id: `p-${id}`, key: id, options: pageOptions, header: undefined, createdAt: Date.now() },
    [],
  );
  if (ready) makeReady(id);
  store.outgoing.insert({ id, preparationId: `p-${id}`, title: id, purpose: 'fax', createdAt: Date.now() });
  outbox.send(id, recipients, undefined);
  return id;
}

const pageOptions = { resolution: 'fine', paper: 'a4', placement: 'fit', mode: 'auto' } as const;

function makeReady(id: string): void {
  const sha256 = '0'.repeat(64);
  const info = { width: 1728, height: 2287, xDpi: 204, yDpi: 196, byteLength: 10, sha256 };
  for (const index of [0, 1, 2]) store.preparations.addPage(`p-${id}`, { ...info, index, warnings: [] }, 1);
  store.preparations.markReady(`p-${id}`, []);
}

function view(id: string) {
  const row = store.outgoing.get(id);
  if (row === undefined) throw new Error(`no document ${id}`);
  return outgoingView(store, row, relay);
}

async function settle(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

/** Seconds after the start at which the peer was called. */
function calledAt(peer: string): number[] {
  return attempts.filter((attempt) => attempt.peer === peer).map((attempt) => (attempt.at - START) / 1_000);
}

describe('delivery', () => {
  test('is confirmed only when the call says so, with its progress on the way', async () => {
    const id = send(['osaka']);
    await settle();
    expect(view(id)).toMatchObject({
      status: 'active',
      deliveries: [{ status: 'sending', pagesConfirmed: 0 }],
    });
    attempts[0]?.source?.confirmed(3);
    expect(view(id)).toMatchObject({
      status: 'active',
      deliveries: [{ status: 'sending', pagesConfirmed: 3 }],
    });
    expect(outbox.liveCalls()).toMatchObject([
      { peer: 'osaka', documentId: id, pagesDone: 3, pagesTotal: 3 },
    ]);
    attempts[0]?.end(outcome('CONFIRMED', 'call'));
    await settle();
    expect(view(id)).toMatchObject({
      status: 'confirmed',
      deliveries: [{ status: 'confirmed', outcome: { code: 'CONFIRMED' }, attempts: 1 }],
    });
    expect(finished).toEqual([id]);
    expect(outbox.liveCalls()).toEqual([]);
  });

  test('has the same document id on the wire at every attempt, another for every recipient', async () => {
    const id = send(['osaka', 'nara']);
    await settle();
    for (const attempt of attempts) attempt.end(outcome('CALL_BROKEN', 'call'));
    await settle(1_000);
    const ids = attempts.map((attempt) => [attempt.peer, attempt.source?.documentId]);
    expect(ids.slice(2)).toEqual(ids.slice(0, 2));
    expect(new Set(ids.map(([, documentId]) => documentId)).size).toBe(2);
    expect(view(id).deliveries.map((delivery) => delivery.id)).toEqual([ids[0]?.[1], ids[1]?.[1]]);
  });

  test('waits for its pages, and fails with their cause when there will be none', async () => {
    const late = send(['osaka'], false);
    const never = send(['nara'], false);
    await settle(60_000);
    expect(attempts).toEqual([]);
    expect(view(late).status).toBe('preparing');
    makeReady(late);
    outbox.preparationEnded(`p-${late}`, undefined);
    const cause = outcome('FILE_ENCRYPTED', 'prepare');
    store.preparations.markFailed(`p-${never}`, cause, 'secret.pdf');
    outbox.preparationEnded(`p-${never}`, cause);
    await settle();
    expect(calledAt('osaka')).toEqual([60]);
    expect(view(never)).toMatchObject({
      status: 'failed',
      failedFileName: 'secret.pdf',
      deliveries: [{ status: 'failed', outcome: { code: 'FILE_ENCRYPTED' } }],
    });
  });

  test('four at once, never two to the same place', async () => {
    for (const peer of ['a', 'a', 'b', 'c', 'd', 'e']) send([peer]);
    await settle();
    expect(attempts.map((attempt) => attempt.peer)).toEqual(['a', 'b', 'c', 'd']);
    attempts[0]?.end(outcome('CONFIRMED', 'call'));
    await settle();
    expect(attempts.map((attempt) => attempt.peer)).toEqual(['a', 'b', 'c', 'd', 'a']);
  });

  test('to some confirmed and to others not is partly done', async () => {
    refusals.set('nowhere', 'DEVICE_UNKNOWN');
    const id = send(['osaka', 'nowhere']);
    await settle();
    attempts.find((attempt) => attempt.peer === 'osaka')?.end(outcome('CONFIRMED', 'call'));
    await settle();
    expect(view(id).status).toBe('partly');
    expect(view(id).deliveries).toMatchObject([
      { status: 'confirmed' },
      { status: 'failed', outcome: { code: 'DEVICE_UNKNOWN' } },
    ]);
  });
});

describe('trying again', () => {
  test.each<[OutcomeCode, number[]]>([
    ['CALL_BROKEN', [0, 1, 3, 8, 18, 38, 68, 128, 188]],
    ['DEVICE_BUSY', [0, 5, 15, 35, 75, 155]],
    ['DEVICE_NO_ANSWER', [0, 5, 15, 35, 75, 155]],
    ['DEVICE_OFFLINE', [0, 10, 30]],
    ['RECEIVER_DISK_FULL', [0, 30, 90]],
  ])('after %s at these seconds', async (code, seconds) => {
    refusals.set('osaka', code);
    send(['osaka']);
    await settle(200_000);
    expect(calledAt('osaka')).toEqual(seconds);
  });

  test('a call that got further begins the delays anew', async () => {
    const id = send(['osaka']);
    await settle();
    attempts[0]?.end(outcome('CALL_BROKEN', 'call'));
    await settle(1_000);
    attempts[1]?.end(outcome('CALL_BROKEN', 'call'));
    await settle(2_000);
    attempts[2]?.source?.confirmed(1);
    attempts[2]?.end(outcome('CALL_BROKEN', 'call'));
    await settle(1_000);
    expect(calledAt('osaka')).toEqual([0, 1, 3, 4]);
    expect(view(id).deliveries[0]).toMatchObject({ pagesConfirmed: 1, attempts: 4 });
  });

  test('others for a place that is offline do not knock there one by one', async () => {
    refusals.set('osaka', 'DEVICE_OFFLINE');
    for (let number = 0; number < 20; number += 1) send(['osaka']);
    await settle(9_000);
    expect(calledAt('osaka')).toEqual([0]);
    await settle(291_000);
    expect(calledAt('osaka')).toEqual([0, 10, 30]);
  });

  test('at once when the directory says that the device is there', async () => {
    refusals.set('osaka', 'DEVICE_OFFLINE');
    send(['osaka']);
    await settle(100_000);
    refusals.clear();
    outbox.directoryChanged({ online: true, device: { deviceId: 'nara', busy: false } });
    await settle();
    expect(calledAt('osaka')).toEqual([0, 10, 30]);
    outbox.directoryChanged({ online: true, device: { deviceId: 'osaka', busy: false } });
    await settle();
    expect(calledAt('osaka')).toEqual([0, 10, 30, 100]);
  });

  test('while the relay is away nothing is tried, its cause is shown, and all goes on when it is back', async () => {
    const id = send(['osaka']);
    await settle();
    attempts[0]?.end(outcome('CALL_BROKEN', 'call'));
    relay = { ...ONLINE, state: 'offline', outcome: outcome('RELAY_LOGIN_REFUSED', 'relay') };
    outbox.relayStatusChanged(relay);
    await settle(HOUR_MS);
    expect(calledAt('osaka')).toEqual([0]);
    expect(view(id).deliveries[0]).toMatchObject({
      status: 'waiting',
      outcome: { code: 'RELAY_LOGIN_REFUSED' },
    });
    relay = ONLINE;
    outbox.relayStatusChanged(relay);
    await settle();
    expect(calledAt('osaka')).toEqual([0, 3_600]);
  });

  test('a relay that asks for a pause gets one, for everybody', async () => {
    refusals.set('a', 'RELAY_BUSY');
    send(['a']);
    await settle();
    send(['b']);
    await settle(900);
    expect(calledAt('b')).toEqual([]);
    await settle(100);
    expect(calledAt('b')).toEqual([1]);
  });

  test('is given up after the time set, naming the last cause', async () => {
    refusals.set('osaka', 'DEVICE_BUSY');
    const id = send(['osaka']);
    await settle(24 * HOUR_MS + 10 * 60_000);
    expect(view(id)).toMatchObject({
      status: 'failed',
      deliveries: [{ status: 'failed', outcome: { code: 'GIVEN_UP', detail: 'DEVICE_BUSY' } }],
    });
    const before = attempts.length;
    outbox.retry(id, undefined);
    await settle();
    expect(attempts.length).toBe(before + 1);
    expect(view(id).status).toBe('active');
  });

  test('does not wait for years when the PC’s clock was put right', async () => {
    refusals.set('osaka', 'DEVICE_OFFLINE');
    vi.setSystemTime(Date.parse('2031-01-01T00:00:00Z'));
    send(['osaka']);
    await settle();
    attempts.length = 0;
    vi.setSystemTime(START);
    await settle(40_000);
    expect(attempts.length).toBeGreaterThan(0);
    await settle(24 * HOUR_MS + 600_000);
    expect(view(`document-${drafts}`).deliveries[0]?.outcome?.code).toBe('GIVEN_UP');
  });

  test('is given up also while no relay is set up', async () => {
    relay = { ...ONLINE, state: 'notConfigured' };
    const id = send(['osaka']);
    await settle(24 * HOUR_MS + 60_000);
    expect(view(id).deliveries[0]?.outcome).toMatchObject({
      code: 'GIVEN_UP',
      detail: 'RELAY_NOT_CONFIGURED',
    });
  });
});

describe('a person', () => {
  test('cancels what waits at once', async () => {
    refusals.set('osaka', 'DEVICE_OFFLINE');
    const id = send(['osaka']);
    await settle();
    await outbox.cancel(id, undefined);
    expect(view(id)).toMatchObject({ status: 'cancelled', deliveries: [{ outcome: { code: 'CANCELLED' } }] });
    await settle(HOUR_MS);
    expect(calledAt('osaka')).toEqual([0]);
  });

  test('cancels what is being sent, and the truth wins', async () => {
    const id = send(['osaka', 'nara']);
    await settle();
    const cancelling = outbox.cancel(id, undefined);
    expect(attempts.map((attempt) => attempt.signal?.aborted)).toEqual([true, true]);
    attempts[0]?.end(outcome('CONFIRMED', 'call'));
    attempts[1]?.end(outcome('CANCELLED', 'call'));
    await cancelling;
    expect(view(id)).toMatchObject({
      status: 'partly',
      deliveries: [{ status: 'confirmed' }, { status: 'cancelled' }],
    });
  });

  test('cancels one recipient and not the other', async () => {
    refusals.set('osaka', 'DEVICE_OFFLINE').set('nara', 'DEVICE_OFFLINE');
    const id = send(['osaka', 'nara']);
    await settle();
    await outbox.cancel(id, [view(id).deliveries[0]?.id ?? '']);
    expect(view(id).deliveries).toMatchObject([{ status: 'cancelled' }, { status: 'waiting' }]);
    await expect(outbox.cancel(id, ['no-such-delivery'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('cancels a fax whose pages nobody else waits for, and the making of them ends', async () => {
    const id = send(['osaka', 'nara'], false);
    const [first, second] = view(id).deliveries;
    await outbox.cancel(id, [first?.id ?? '']);
    expect(asked).toEqual([]);
    await outbox.cancel(id, [second?.id ?? '']);
    expect(asked).toEqual([`withdraw p-${id}`]);
    expect(view(id).status).toBe('cancelled');
  });

  test('tries again what could not be made into pages, while its files are there', async () => {
    store.uploads.insert({ id: 'upload', name: 'a.pdf', byteLength: 1, sha256: 'a' }, START);
    const id = send(['osaka'], false);
    const cause = outcome('IMAGING_CRASHED', 'prepare');
    const fail = (): void => {
      store.preparations.markFailed(`p-${id}`, cause, 'a.pdf');
      outbox.preparationEnded(`p-${id}`, cause);
    };
    fail();
    outbox.retry(id, undefined);
    expect(asked).toEqual(['prepare']);
    expect(view(id)).toMatchObject({ status: 'preparing', deliveries: [{ status: 'waiting' }] });
    fail();
    store.db.exec(`INSERT INTO preparation_files VALUES ('p-${id}', 0, 'no longer there')`);
    expect(() => outbox.retry(id, undefined)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
    expect(view(id).status).toBe('failed');
  });

  test('cannot send twice, nor remove what is under way', async () => {
    const id = send(['osaka']);
    await settle();
    expect(() => outbox.send(id, ['nara'], undefined)).toThrow(/sent already/);
    await expect(outbox.remove(id)).rejects.toMatchObject({ code: 'CONFLICT' });
    attempts[0]?.end(outcome('CONFIRMED', 'call'));
    await settle();
    await outbox.remove(id);
    expect(store.outgoing.get(id)).toBeUndefined();
  });
});

describe('the program’s end', () => {
  test('breaks calls without withdrawing documents, and the next start takes them up', async () => {
    const id = send(['osaka']);
    await settle();
    await outbox.stop();
    expect(attempts[0]).toMatchObject({ aborted: true });
    expect(attempts[0]?.signal?.aborted).toBe(false);
    expect(view(id).deliveries[0]).toMatchObject({ status: 'waiting', outcome: { code: 'CALL_BROKEN' } });
    store.close();
    open();
    await settle();
    expect(calledAt('osaka')).toEqual([0]);
  });

  test('a sudden one leaves nothing in limbo', async () => {
    const id = send(['osaka']);
    await settle();
    attempts[0]?.source?.confirmed(2);
    store.close();
    // What the dead program would still do fails on the closed store, as it could not do it at all.
    const resumed = open();
    expect(resumed).toBe(1);
    await settle();
    expect(view(id).deliveries[0]).toMatchObject({ status: 'sending', pagesConfirmed: 2, attempts: 2 });
    expect(store.deliveries.attempts(id, 10)).toMatchObject([
      { number: 1, pagesConfirmed: 2, outcome: { code: 'CALL_BROKEN' } },
      { number: 2, pagesConfirmed: 2 },
    ]);
  });

  test('a disk that takes no writing does not lose a confirmation', async () => {
    const id = send(['osaka']);
    await settle();
    const { db } = store;
    db.exec(
      `CREATE TEMP TRIGGER full BEFORE UPDATE ON deliveries BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
    );
    attempts[0]?.end(outcome('CONFIRMED', 'call'));
    await settle(5_000);
    expect(view(id).deliveries[0]?.status).toBe('sending');
    db.exec('DROP TRIGGER full');
    await settle(10_000);
    expect(view(id).deliveries[0]?.status).toBe('confirmed');
    expect(complaints).toEqual(['end of a delivery not noted']);
  });
});
