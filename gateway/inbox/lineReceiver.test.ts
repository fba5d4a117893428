// Faxes that come over a telephone line: into the inbox page by page, kept when the call breaks, refused to whom nobody
// wants to hear.

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Settings } from '../../protocol/api/types.ts';
import type { CallReport } from '../../protocol/modem.ts';
import { outcome } from '../../protocol/outcome.ts';
import { canonicalDestination } from '../../protocol/canonicalNumber.ts';
import type { IncomingAnswer, ReceivedPage } from '../lines/lines.types.ts';
import { TEST_LINE } from '../outbox/telephoneRoute.testSupport.ts';
import type { DiskSpace } from '../store/diskSpace.ts';
import { openStore, type Store } from '../store/store.ts';
import { createInbox } from './inbox.ts';
import { createLineReceiver, type LineReceiver } from './lineReceiver.ts';

let folder: string;
let store: Store;
let receiver: LineReceiver;
let settings: Settings;
let learned: string[];
let space: DiskSpace;
let canonical: (destination: string) => string;
const nothing = (): void => undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hikyaku-receiver-'));
  learned = [];
  space = { freeBytes: 1e9, reserveBytes: 1e6 };
  canonical = (destination) => destination;
  settings = {
    displayName: 'Osaka',
    faxNumber: '',
    headerLine: true,
    paper: 'a4',
    accept: 'everyone',
    blockedDevices: ['tel:09000000000'],
    maxConnections: 8,
    giveUpAfterHours: 24,
  };
  open();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(): void {
  store = openStore(folder, { readDiskSpace: async () => space });
  const log = { info: nothing, warn: nothing, error: nothing };
  const inbox = createInbox({
    store,
    settings: () => settings,
    isContact: (caller) => canonical(caller) === canonical('tel:0312345678'),
    canonical: (caller) => canonical(caller),
    events: { incomingChanged: nothing, incomingRemoved: nothing, statusChanged: nothing, arrived: nothing },
    log,
  });
  inbox.start();
  receiver = createLineReceiver({
    inbox,
    calls: { begin: () => ({ progress: nothing, journal: nothing, end: nothing }) },
    remotes: {
      hints: () => ({ avoidModulations: [], avoidCodings: [], avoidEcm: false }),
      learn: (number) => void learned.push(number),
    },
    offers: {
      present: () => ({
        documents: [],
        address: undefined,
        password: undefined,
        page: () => Promise.reject(new Error('none')),
        confirmed: nothing,
      }),
    },
    canonical: (destination) => canonical(destination),
    statusChanged: nothing,
    log,
  });
}

function ring(callerNumber?: string, callId = 'call-0001'): IncomingAnswer | undefined {
  return receiver.answering({ callId, line: TEST_LINE, callerNumber, callerName: undefined });
}

function page(number: number, remoteId?: string): ReceivedPage {
  const data = Buffer.from(`page ${number}`);
  return {
    type: 'pageReceived',
    callId: 'call-0001',
    page: number,
    info: {
      width: 1728,
      height: 2290,
      xDpi: 204,
      yDpi: 196,
      byteLength: data.length,
      sha256: createHash('sha256').update(data).digest('hex'),
    },
    data,
    quality: { rows: 2290, badRows: number, longestBadRun: number, ecm: false },
    ...(remoteId === undefined ? {} : { remoteId }),
  };
}

function report(change: Partial<CallReport> = {}): CallReport {
  return {
    outcome: outcome('CONFIRMED', 'confirm'),
    direction: 'incoming',
    connectedMs: 40_000,
    pagesSent: 0,
    pagesReceived: 2,
    complete: true,
    trouble: { trainingFailedAt: [], repeats: 0 },
    ...change,
  };
}

const inbox = () =>
  store.incoming.list({ limit: 10, before: undefined, search: undefined }).map(({ document }) => document);

async function ended(answer: IncomingAnswer | undefined, of: CallReport): Promise<void> {
  answer?.ended(of);
  await expect.poll(() => receiver.liveCalls()).toEqual([]);
}

test('every page is durable when it is called stored, once however often it is told', async () => {
  const answer = ring('03-1234-5678');
  await answer?.events.storePage(page(0, 'KYOTO 75 555'));
  await answer?.events.storePage(page(0, 'KYOTO 75 555'));
  expect(inbox()).toMatchObject([{ state: 'receiving', pages: 1 }]);
  expect(receiver.liveCalls()).toMatchObject([
    { direction: 'incoming', peer: 'tel:0312345678', pagesDone: 1 },
  ]);
  await answer?.events.storePage(page(1));
  await ended(answer, report());
  expect(inbox()).toMatchObject([
    {
      state: 'complete',
      from: 'tel:0312345678',
      fromName: 'KYOTO 75 555',
      remoteId: 'KYOTO 75 555',
      callerNumber: '03-1234-5678',
      pages: 2,
      quality: [{ badRows: 0 }, { badRows: 1 }],
    },
  ]);
  expect(learned).toEqual(['0312345678']);
});

test('a call that breaks off leaves what came, marked; one that brought nothing leaves nothing', async () => {
  const first = ring();
  await first?.events.storePage(page(0, '+81 75 555 1234'));
  await ended(first, report({ complete: false, outcome: outcome('FAX_BROKEN_OFF', 'page') }));
  expect(inbox()).toMatchObject([{ state: 'partial', from: 'tel:+81755551234', pages: 1, read: false }]);
  // How many there were is not known.
  expect(inbox()[0]?.pagesExpected).toBeUndefined();
  await ended(ring(undefined, 'call-0002'), report({ complete: false }));
  expect(inbox()).toHaveLength(1);
});

test('what came of a page that was not confirmed stands marked in a partial fax, beside the whole one that follows', async () => {
  const partial: ReceivedPage = {
    ...page(0, '+81 75 555 1234'),
    quality: { rows: 900, badRows: 1, longestBadRun: 1, ecm: false, partial: true },
  };
  const first = ring('03-1234-5678');
  await first?.events.storePage(partial);
  await ended(
    first,
    report({ pagesReceived: 0, complete: true, outcome: outcome('FAX_BROKEN_OFF', 'page') }),
  );
  expect(inbox()).toMatchObject([{ state: 'partial', pages: 1, quality: [{ rows: 900, partial: true }] }]);
  const second = ring('03-1234-5678', 'call-0002');
  await second?.events.storePage(page(0, '+81 75 555 1234'));
  await ended(second, report({ pagesReceived: 1 }));
  expect(inbox().map(({ state, pages }) => [state, pages])).toEqual([
    ['complete', 1],
    ['partial', 1],
  ]);
});

test('a caller without any number is taken, and named by nothing', async () => {
  const answer = ring();
  await answer?.events.storePage(page(0));
  await ended(answer, report());
  expect(inbox()).toMatchObject([{ from: 'tel:', fromName: '' }]);
});

test('a fax whose call ends while the program stops is as whole as it was', async () => {
  const answer = ring('0312345678');
  await answer?.events.storePage(page(0));
  answer?.ended(report());
  await receiver.stop();
  store.close();
  open();
  expect(inbox()).toMatchObject([{ state: 'complete', pages: 1 }]);
});

test('what came before the program died is partial at the next start', async () => {
  const answer = ring('0312345678');
  await answer?.events.storePage(page(0));
  store.close();
  open();
  expect(inbox()).toMatchObject([{ state: 'partial', pages: 1 }]);
});

test('a caller is the same one however the number is given', async () => {
  canonical = (destination) => canonicalDestination(destination, 'jp');
  expect(ring('+81 90 0000 0000')).toBeUndefined();
  settings = { ...settings, accept: 'contacts' };
  const answer = ring('+81-3-1234-5678');
  await answer?.events.storePage(page(0));
  await ended(answer, report({ pagesReceived: 1 }));
  expect(inbox()).toMatchObject([{ from: 'tel:+81312345678', callerNumber: '+81-3-1234-5678' }]);
  expect(learned).toEqual(['+81312345678']);
});

test('a fax whose end the disk did not take stands whole in the inbox once it does', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const answer = ring('0312345678');
    await answer?.events.storePage(page(0));
    const noted = vi.spyOn(store.incoming, 'complete').mockImplementation(() => {
      throw new Error('disk full');
    });
    answer?.ended(report({ pagesReceived: 1 }));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(inbox()).toMatchObject([{ state: 'receiving', pages: 1 }]);
    expect(noted.mock.calls.length).toBeLessThan(6);
    noted.mockRestore();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(inbox()).toMatchObject([{ state: 'complete', pages: 1 }]);
  } finally {
    vi.useRealTimers();
  }
});

test('callers who are blocked, or not among the contacts, are not answered when they say who they are', () => {
  expect(ring('090-0000-0000')).toBeUndefined();
  settings = { ...settings, accept: 'contacts' };
  expect(ring('0755551234')).toBeUndefined();
  expect(ring('0312345678')).toBeDefined();
  expect(ring()).toBeDefined();
  settings = { ...settings, accept: 'nobody' };
  expect(ring()).toBeUndefined();
});

test('a page for which there is no space is refused for that reason', async () => {
  store.close();
  space = { freeBytes: 0, reserveBytes: 1e6 };
  open();
  const call = ring('0312345678');
  await expect(call?.events.storePage(page(0))).rejects.toMatchObject({ code: 'RECEIVER_DISK_FULL' });
});
