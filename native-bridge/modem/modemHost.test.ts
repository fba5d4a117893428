// What a modem host says to the gateway about calls, with a driver that does what each test wants.

import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { madePage } from '../../fax/t4/testing/madePage.ts';
import { outcome } from '../../protocol/outcome.ts';
import type { CallReport } from '../../protocol/modem.ts';
import { Told, fakeModem, quickTimes, setup } from './fakeLine.testSupport.ts';
import { bareReport } from './callReport.ts';
import type { DialRequest, DriverTools, FaxDriver } from './faxDriver.types.ts';
import { ModemHost } from './modemHost.ts';
import { aFormat, someParameters, storedPage } from './pages/pages.testSupport.ts';

const hosts: ModemHost[] = [];

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});

type Drive = (tools: DriverTools, signal: AbortSignal) => Promise<CallReport>;

const done = (changes: Partial<CallReport> = {}): CallReport => ({
  ...bareReport(outcome('CONFIRMED', 'call'), 'outgoing'),
  complete: true,
  ...changes,
});

async function aHost(drive: Drive = async () => done()) {
  const modem = fakeModem();
  const told = new Told();
  const runs: unknown[] = [];
  const closed = vi.fn<() => void>();
  const host = new ModemHost({
    ...modem.parts,
    createDriver: () => (tools) =>
      ({
        run(request, signal) {
          runs.push(request);
          return drive(tools, signal);
        },
      }) satisfies FaxDriver,
    listPorts: async () => [{ path: '/dev/fax', device: '/dev/ttyACM0' }],
    tell: told.tell,
    closed,
    lineTimes: quickTimes,
    callTimes: { hangUpMs: 60, lostMs: 60 },
  });
  hosts.push(host);
  host.take({ type: 'open', setup });
  await told.untilState('ready');
  return { modem, told, host, runs, closed };
}

const dial = (changes: Partial<DialRequest> = {}): DialRequest => ({
  type: 'dial',
  callId: 'call-1',
  number: '0312345678',
  documents: [
    { pages: Array.from({ length: 2 }, () => ({ width: 1728, height: 100, xDpi: 204, yDpi: 196 })) },
  ],
  hints: { avoidModulations: [], avoidCodings: [], avoidEcm: false },
  answerWithinMs: 60_000,
  ...changes,
});

const answer = {
  type: 'answer',
  callId: 'call-1',
  receives: true,
  documents: [],
  hints: dial().hints,
  copyQuality: { minGoodPercent: 95, maxBadRun: 5 },
};

const untilHungUp: Drive = async (_tools, signal) => {
  await new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true });
  });
  return bareReport(outcome('CANCELLED', 'call'), 'outgoing');
};

describe('a call', () => {
  it('is carried out by the driver, and ends once', async () => {
    const { told, host, runs } = await aHost();
    host.take(dial());
    const ended = await told.until('ended');
    expect(ended).toMatchObject({ callId: 'call-1', report: { outcome: { code: 'CONFIRMED' } } });
    await told.untilState('ready');
    expect(told.of('ended')).toHaveLength(1);
    expect(runs).toEqual([dial()]);
    expect(told.states.slice(-2)).toEqual(['inCall', 'ready']);
  });

  it('fetches its pages, tells its story and its confirmations', async () => {
    const { told, host } = await aHost(async ({ pages, events }) => {
      events.journal('The far machine answers.');
      await pages.prepare(0, aFormat({}));
      events.pagesConfirmed(1);
      events.pagesConfirmed(1);
      events.pagesConfirmed(7);
      return done({ pagesSent: 0 });
    });
    host.take(dial());
    await told.until('pageWanted');
    host.take({ type: 'page', callId: 'call-1', page: 0, ...storedPage(madePage(1, 1728, 100)) });
    const { report } = await told.until('ended');
    expect(told.of('journal')[0]?.line.text).toBe('The far machine answers.');
    expect(told.of('pagesConfirmed').map(({ pages }) => pages)).toEqual([1]);
    // What was confirmed is never taken back.
    expect(report.pagesSent).toBe(1);
  });

  it('that comes in hands over its pages and waits for their being durable', async () => {
    const { told, host } = await aHost(async ({ pages }) => {
      pages.setSender({ remoteId: 'KYOTO' });
      pages.begin(0, someParameters({}));
      const sink = pages.open(0);
      sink.push(storedPage(madePage(1, 1728, 100)).data);
      const refused = await pages.store(0).catch((error: Error) => error.message);
      return bareReport(outcome('PAGE_NOT_STORED', 'call', refused ?? 'stored'), 'incoming');
    });
    host.take(answer);
    const page = await told.until('pageReceived');
    expect(page.remoteId).toBe('KYOTO');
    host.take({
      type: 'pageNotStored',
      callId: 'call-1',
      page: 0,
      detail: 'the disk is full',
      diskFull: true,
    });
    expect((await told.until('ended')).report.outcome).toMatchObject({
      code: 'DISK_FULL',
      detail: 'the disk is full',
    });
  });

  it('tells its progress four times a second at most, and the last of it', async () => {
    const { told, host } = await aHost(async ({ events }) => {
      for (let percent = 0; percent <= 100; percent++) {
        events.progress({ phase: 'sending', page: 0, pagePercent: percent });
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      events.progress({ remoteId: 'x'.repeat(500), pagesSent: 0.5 });
      return done();
    });
    host.take(dial());
    await told.until('ended');
    const progress = told.of('progress');
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.length).toBeLessThanOrEqual(6);
    expect(progress.at(-1)?.progress).toMatchObject({ phase: 'sending', pagePercent: 100, pagesSent: 0 });
  });

  it('tells no more of its story than a gateway can keep', async () => {
    let nowMs = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const { told, host } = await aHost(async ({ events }) => {
      for (let line = 0; line < 400; line++) events.journal('too fast');
      nowMs += 1_000;
      for (let line = 0; line < 6_000; line++) {
        nowMs += 100;
        events.journal(`line ${line} ${'x'.repeat(2_000)}`);
      }
      return done();
    });
    host.take(dial());
    await told.until('ended');
    vi.restoreAllMocks();
    const lines = told.of('journal').map(({ line }) => line.text);
    expect(lines).toHaveLength(5_001);
    expect(lines).toContain('100 lines of one second are left out here.');
    expect(lines.at(-1)).toBe('Further lines of this call are left out.');
  });

  it('whose driver fails ends as one that broke off, and the line goes on', async () => {
    const { told, host } = await aHost(async ({ events }) => {
      events.pagesConfirmed(1);
      throw new Error('a bug');
    });
    host.take(dial());
    const { report } = await told.until('ended');
    expect(report).toMatchObject({
      pagesSent: 1,
      outcome: { code: 'LINE_BROKEN', detail: 'driver failed: a bug' },
    });
    await told.untilState('ready');
  });

  it('whose report is beyond every measure keeps what counts', async () => {
    const { told, host } = await aHost(async () =>
      done({ pagesSent: 2, remoteId: 'x'.repeat(99), connectedMs: 12.7, rateBps: 0.5 }),
    );
    host.take(dial());
    const { report } = await told.until('ended');
    expect(report).toMatchObject({ pagesSent: 2, connectedMs: 13, complete: true });
    expect(report.remoteId).toBeUndefined();
  });
});

describe('a request for a call that cannot begin', () => {
  it('is ended at once when the line is not ready, in a call, or rung', async () => {
    const { told, host } = await aHost(untilHungUp);
    host.take(dial());
    host.take(dial());
    host.take(dial({ callId: 'call-2' }));
    const { report } = await told.until('ended', ({ callId }) => callId === 'call-2');
    expect(report.outcome).toMatchObject({ code: 'LINE_NOT_READY', disposition: 'retry' });
    host.take({ type: 'hangUp', callId: 'call-1' });
    await told.until('ended', ({ callId }) => callId === 'call-1');
    expect(told.of('ended')).toHaveLength(2);
  });

  it('is ended when its number would be more than a number', async () => {
    const { told, host, runs } = await aHost();
    for (const number of ['123\rATS0=1', '12;AT', 'ABC+'])
      host.take(dial({ number, callId: number.slice(0, 2) }));
    await vi.waitFor(() => expect(told.of('ended')).toHaveLength(3));
    expect(told.of('ended').every(({ report }) => report.outcome.code === 'NUMBER_NOT_DIALABLE')).toBe(true);
    expect(runs).toEqual([]);
  });

  it('is ended when it is not in order', async () => {
    const { told, host } = await aHost();
    host.take({ ...dial(), documents: 'none' });
    host.take({ type: 'test', testId: 't', nonsense: true });
    expect((await told.until('ended')).report.outcome.code).toBe('INTERNAL_ERROR');
    await told.until('tested');
  });
});

describe('a call that is to end', () => {
  it('is ended politely by its driver', async () => {
    const { told, host } = await aHost(untilHungUp);
    host.take(dial());
    host.take({ type: 'hangUp', callId: 'another' });
    host.take({ type: 'hangUp', callId: 'call-1' });
    expect((await told.until('ended')).report.outcome.code).toBe('CANCELLED');
    await told.untilState('ready');
  });

  it('ends without its driver when that does not let go, and the line comes back', async () => {
    const { told, host, modem } = await aHost(() => new Promise(() => undefined));
    host.take(dial());
    host.take({ type: 'hangUp', callId: 'call-1' });
    expect((await told.until('ended')).report.outcome).toMatchObject({ code: 'CANCELLED' });
    await told.untilState('ready');
    expect(modem.openings).toBe(2);
  });

  it('ends when the port is gone and its driver does not notice', async () => {
    const { told, host, modem } = await aHost(() => new Promise(() => undefined));
    host.take(dial());
    modem.vanish();
    const { report } = await told.until('ended');
    expect(report.outcome).toMatchObject({ code: 'LINE_BROKEN', detail: 'The cable was pulled.' });
    await told.untilState('absent');
    modem.fault = undefined;
    await told.untilState('ready');
  });

  it('says nothing any more once it has ended', async () => {
    let late: DriverTools | undefined;
    const { told, host, modem } = await aHost((tools) => {
      late = tools;
      return new Promise(() => undefined);
    });
    host.take(dial());
    modem.vanish();
    await told.until('ended');
    told.forget();
    late?.events.journal('I am still here');
    late?.events.progress({ phase: 'ending' });
    late?.events.pagesConfirmed(2);
    await expect(late?.pages.prepare(0, aFormat({}))).rejects.toThrow('over');
    expect([told.of('journal'), told.of('progress'), told.of('pagesConfirmed')]).toEqual([[], [], []]);
  });
});

describe('the end of the host', () => {
  it('lets a call say goodbye, hangs up and releases the port', async () => {
    const { told, host, modem, closed } = await aHost(untilHungUp);
    host.take(dial());
    host.take({ type: 'close' });
    host.take(dial({ callId: 'too-late' }));
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce(), { timeout: 5_000 });
    expect(told.of('ended').map(({ report }) => report.outcome.code)).toEqual([
      'LINE_NOT_READY',
      'CANCELLED',
    ]);
    expect(modem.heard).toContain('ATH');
    expect(modem.isOpen).toBe(false);
  });

  it('comes within the time that a gateway gives it, whatever the driver does', async () => {
    const { host, modem, closed } = await aHost(() => new Promise(() => undefined));
    host.take(dial());
    const begun = performance.now();
    host.take({ type: 'close' });
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce(), { timeout: 5_000 });
    expect(performance.now() - begun).toBeLessThan(2_500);
    expect(modem.isOpen).toBe(false);
  });
});

describe('messages of any kind', () => {
  it('are answered where they are questions', async () => {
    const { told, host } = await aHost();
    host.take({ type: 'ping' });
    host.take({ type: 'listPorts' });
    await told.until('pong');
    expect((await told.until('ports')).ports).toEqual([{ path: '/dev/fax', device: '/dev/ttyACM0' }]);
  });

  it('throw nothing and stop nothing', async () => {
    const { told, host } = await aHost(untilHungUp);
    host.take(dial());
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (message) =>
        host.take(message),
      ),
    );
    host.take({ type: 'page', callId: 'call-1', page: 0, info: null, data: 'x' });
    host.take({ type: 'page', callId: 'call-9', page: 0 });
    host.take({ type: 'pageStored', callId: 'call-1', page: 5 });
    host.take({ type: 'hangUp', callId: 'call-1' });
    await told.until('ended');
    await told.untilState('ready');
  });
});
