// The outbox over a telephone line: one call for all that is due for a number, page by page, a retry rule per cause.

import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { outcome, type OutcomeCode } from '../../protocol/outcome.ts';
import { pagePath } from '../store/durableFile.ts';
import { writePageFile } from '../store/pageFile.ts';
import { FAKE_CLOCK, HOUR_MS, OutboxStage, START } from './outboxStage.testSupport.ts';
import { ScriptedLine, TELEPHONE_SETTINGS } from './telephoneRoute.testSupport.ts';

const NUMBER = 'tel:0312345678';
const PAGES = 3;
let stage: OutboxStage;
let line: ScriptedLine;

beforeEach(() => {
  vi.useFakeTimers(FAKE_CLOCK);
  line = new ScriptedLine();
  stage = new OutboxStage((ms) => vi.advanceTimersByTimeAsync(ms), line.options());
});
afterEach(async () => {
  await stage.close();
  vi.useRealTimers();
});

/** The calls made so far, in seconds after the start. */
const calledAt = (): number[] => line.calls.map(({ at }) => (at - START) / 1_000);

async function endCall(code: OutcomeCode, pagesSent = 0): Promise<void> {
  line.calls.at(-1)?.end({ outcome: outcome(code, 'page'), pagesSent });
  await stage.settle();
  stage.outbox.linesChanged();
  await stage.settle();
}

describe('a call', () => {
  test('carries every document that is due for its number, each delivered as soon as its last page is confirmed', async () => {
    line.availability = 'busy';
    const ids = [stage.send([NUMBER]), stage.send([NUMBER]), stage.send(['tel:0755551234'])];
    line.availability = 'free';
    stage.outbox.linesChanged();
    await stage.settle();
    expect(line.calls).toHaveLength(1);
    const call = line.calls[0];
    expect(call).toMatchObject({ number: '0312345678' });
    expect(call?.documents.map(({ pages }) => pages.length)).toEqual([PAGES, PAGES]);
    call?.events.pagesConfirmed(PAGES + 1);
    expect(stage.view(ids[0] ?? '').status).toBe('confirmed');
    expect(stage.view(ids[1] ?? '')).toMatchObject({ status: 'active', deliveries: [{ pagesConfirmed: 1 }] });
    await endCall('CONFIRMED', 2 * PAGES);
    expect(stage.view(ids[1] ?? '').status).toBe('confirmed');
    expect(stage.finished).toEqual([ids[0], ids[1]]);
    expect(line.calls.map(({ number }) => number)).toEqual(['0312345678', '0755551234']);
  });

  test('goes on at the first page that was not confirmed', async () => {
    const id = stage.send([NUMBER]);
    await stage.settle();
    line.calls[0]?.events.pagesConfirmed(2);
    await endCall('LINE_BROKEN', 2);
    expect(stage.view(id).deliveries).toMatchObject([
      { status: 'waiting', pagesConfirmed: 2, outcome: { code: 'LINE_BROKEN' } },
    ]);
    await stage.settle(30_000);
    expect(line.calls[1]?.documents.map(({ pages }) => pages.length)).toEqual([1]);
    await endCall('CONFIRMED', 1);
    expect(stage.view(id)).toMatchObject({ status: 'confirmed', deliveries: [{ pagesConfirmed: PAGES }] });
  });

  test('puts its own time on the pages, which keep their numbers in the document', async () => {
    const id = stage.send([NUMBER]);
    await stage.settle();
    await endCall('LINE_BROKEN', 2);
    await stage.settle(30_000);
    const { options, header } = stage.store.preparations.get(`p-${id}`) ?? {};
    expect(line.headers).toMatchObject([
      [
        { options, header, pages: PAGES },
        { firstPage: 0, at: START },
      ],
      [
        { options, header, pages: PAGES },
        { firstPage: 2, at: START + 30_000 },
      ],
    ]);
    const data = Buffer.from('page three');
    const sha256 = createHash('sha256').update(data).digest('hex');
    const info = { width: 1728, height: 2287, xDpi: 204, yDpi: 196, byteLength: data.length, sha256 };
    const folder = join(stage.store.folder.outgoingPages, `p-${id}`);
    await mkdir(folder, { recursive: true });
    await writePageFile(pagePath(folder, 2), info, data);
    vi.spyOn(stage.store.preparations, 'page').mockReturnValue(info);
    const sent = await line.calls[1]?.events.page(0);
    expect(Buffer.from(sent?.data ?? []).toString()).toBe('page three, stamped as 2');
    await endCall('CONFIRMED', 1);
  });

  test('that says it went well, but confirmed less, delivers nothing', async () => {
    const id = stage.send([NUMBER]);
    await stage.settle();
    await endCall('CONFIRMED', 2);
    expect(stage.view(id).deliveries).toMatchObject([
      { status: 'waiting', pagesConfirmed: 2, outcome: { code: 'FAX_HUNG_UP' } },
    ]);
  });

  test('asks for exactly the pages that it needs, and takes none', async () => {
    stage.send([NUMBER]);
    await stage.settle();
    await expect(line.calls[0]?.events.page(PAGES)).rejects.toThrow('not asked for');
    await expect(line.calls[0]?.events.storePage({} as never)).rejects.toThrow('only sends');
    await endCall('CONFIRMED', PAGES);
  });

  test('is not begun while no line is set up, and says so', async () => {
    line.availability = 'notReady';
    const id = stage.send([NUMBER]);
    await stage.settle(60_000);
    expect(line.calls).toEqual([]);
    expect(stage.view(id).deliveries).toMatchObject([
      { status: 'waiting', outcome: { code: 'LINE_NOT_READY' } },
    ]);
    line.availability = 'free';
    stage.outbox.linesChanged();
    await stage.settle();
    expect(line.calls).toHaveLength(1);
  });

  test('that is cancelled ends, and the other documents in it go out in the next', async () => {
    line.availability = 'busy';
    const [kept, unwanted] = [stage.send([NUMBER]), stage.send([NUMBER])];
    line.availability = 'free';
    stage.outbox.linesChanged();
    await stage.settle();
    await stage.outbox.cancel(unwanted, undefined);
    await stage.settle();
    expect(stage.view(unwanted).status).toBe('cancelled');
    expect(stage.view(kept).deliveries).toMatchObject([{ status: 'calling', attempts: 2 }]);
    expect(line.calls[1]?.documents).toHaveLength(1);
  });

  test('whose last confirmation was written down when the program ended is not made again', async () => {
    const id = stage.send([NUMBER]);
    await stage.settle();
    const [delivery] = stage.store.deliveries.ofDocument(id);
    stage.store.deliveries.setPagesConfirmed(delivery?.id ?? '', PAGES);
    line.availability = 'free';
    stage.restart();
    await stage.settle();
    expect(stage.view(id).status).toBe('confirmed');
    expect(line.calls).toHaveLength(1);
  });

  test('whose last confirmation was written down needs no line to be over at the next start', async () => {
    const id = stage.send([NUMBER]);
    await stage.settle();
    const [delivery] = stage.store.deliveries.ofDocument(id);
    stage.store.deliveries.setPagesConfirmed(delivery?.id ?? '', PAGES);
    line.availability = 'notReady';
    stage.restart();
    expect(stage.view(id).status).toBe('confirmed');
    expect(stage.finished).toEqual([id]);
  });

  test('that ends badly takes nothing from a document that was whole, though the disk did not take that at once', async () => {
    line.availability = 'busy';
    const [whole, wrong] = [stage.send([NUMBER]), stage.send([NUMBER])];
    line.availability = 'free';
    stage.outbox.linesChanged();
    await stage.settle();
    vi.spyOn(stage.store.deliveries, 'end').mockImplementationOnce(() => {
      throw new Error('disk full');
    });
    line.calls[0]?.events.pagesConfirmed(PAGES);
    expect(stage.view(whole).status).toBe('active');
    await endCall('FAX_INCOMPATIBLE', PAGES);
    expect(stage.view(whole)).toMatchObject({ status: 'confirmed', deliveries: [{ attempts: 1 }] });
    expect(stage.view(wrong).status).toBe('failed');
  });

  test('goes on without the document in the middle that is cancelled', async () => {
    line.availability = 'busy';
    const ids = [stage.send([NUMBER]), stage.send([NUMBER]), stage.send([NUMBER])];
    line.availability = 'free';
    stage.outbox.linesChanged();
    await stage.settle();
    line.calls[0]?.events.pagesConfirmed(PAGES + 1);
    await stage.outbox.cancel(ids[1] ?? '', undefined);
    await stage.settle();
    expect(ids.map((id) => stage.view(id).status)).toEqual(['confirmed', 'cancelled', 'active']);
    expect(line.calls[1]?.documents.map(({ pages }) => pages.length)).toEqual([PAGES]);
    await endCall('CONFIRMED', PAGES);
    expect(line.calls).toHaveLength(2);
    expect(stage.finished).toEqual([ids[0], ids[1], ids[2]]);
  });

  test('is one for a number that is written in two ways', async () => {
    line.settings = { ...TELEPHONE_SETTINGS, country: 'jp' };
    line.availability = 'busy';
    const both = stage.send([NUMBER, 'tel:+81312345678', 'tel:+810312345678']);
    const other = stage.send(['tel:+81312345678']);
    line.availability = 'free';
    stage.outbox.linesChanged();
    await stage.settle();
    expect(stage.view(both).deliveries).toHaveLength(1);
    expect(line.calls[0]?.documents).toHaveLength(2);
    await endCall('CONFIRMED', 2 * PAGES);
    expect(line.calls).toHaveLength(1);
    expect([both, other].map((id) => stage.view(id).status)).toEqual(['confirmed', 'confirmed']);
  });

  test('teaches what the far machine is like', async () => {
    stage.send([NUMBER]);
    await stage.settle();
    await endCall('CONFIRMED', PAGES);
    expect(line.learned).toMatchObject([['0312345678', { outcome: { code: 'CONFIRMED' } }]]);
  });
});

describe('trying again', () => {
  test('follows the rule of its cause, and gives up after its number of tries', async () => {
    const id = stage.send([NUMBER]);
    await stage.settle();
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await endCall('TEL_BUSY');
      await stage.settle(60_000);
    }
    expect(calledAt()).toEqual([0, 60, 120]);
    expect(stage.view(id).deliveries).toMatchObject([
      { status: 'failed', outcome: { code: 'GIVEN_UP', detail: 'TEL_BUSY' }, attempts: 3 },
    ]);
  });

  test('counts every cause for itself', async () => {
    stage.send([NUMBER]);
    await stage.settle();
    await endCall('TEL_BUSY');
    await stage.settle(60_000);
    await endCall('TEL_NO_ANSWER');
    await stage.settle(300_000);
    await endCall('TEL_BUSY');
    await stage.settle(60_000);
    expect(calledAt()).toEqual([0, 60, 360, 420]);
  });

  test('leaves alone a number where a person answered', async () => {
    const id = stage.send([NUMBER]);
    await stage.settle();
    await endCall('TEL_VOICE');
    await stage.settle(HOUR_MS);
    expect(line.calls).toHaveLength(1);
    expect(stage.view(id).deliveries).toMatchObject([{ status: 'failed', outcome: { code: 'TEL_VOICE' } }]);
  });

  test('holds back whatever else is for a busy number', async () => {
    stage.send([NUMBER]);
    await stage.settle();
    const second = stage.send([NUMBER]);
    await endCall('TEL_BUSY');
    await stage.settle(59_000);
    expect(line.calls).toHaveLength(1);
    expect(stage.view(second).deliveries).toMatchObject([{ outcome: { code: 'TEL_BUSY' } }]);
    await stage.settle(1_000);
    expect(line.calls[1]?.documents).toHaveLength(2);
  });
});

describe('time and order', () => {
  test('one that waits for cheap hours after a busy number keeps nothing else waiting for them', async () => {
    const clock = (ms: number): string => new Date(ms).toTimeString().slice(0, 5);
    line.settings = { ...TELEPHONE_SETTINGS, cheapHours: { from: clock(START), to: clock(START + 60_000) } };
    const cheap = stage.send([NUMBER], true, { cheapHours: true });
    await stage.settle();
    const urgent = stage.send([NUMBER]);
    await endCall('TEL_BUSY');
    await stage.settle(60_000);
    expect(line.calls).toHaveLength(2);
    await endCall('CONFIRMED', PAGES);
    expect([cheap, urgent].map((id) => stage.view(id).status)).toEqual(['active', 'confirmed']);
    expect(line.calls).toHaveLength(2);
  });

  test('a document goes out at its time, not before', async () => {
    const sendAt = new Date(START + 2 * HOUR_MS).toISOString();
    const id = stage.send([NUMBER, 'osaka'], true, { sendAt });
    await stage.settle(2 * HOUR_MS - 1_000);
    expect(line.calls).toEqual([]);
    expect(stage.attempts).toEqual([]);
    expect(stage.view(id).deliveries[0]).toMatchObject({ status: 'waiting', nextAttemptAt: sendAt });
    await stage.settle(1_000);
    expect(calledAt()).toEqual([7_200]);
    expect(stage.calledAt('osaka')).toEqual([7_200]);
  });

  test('one marked for cheap hours waits for them, on a telephone line only', async () => {
    const clock = (ms: number): string => new Date(ms).toTimeString().slice(0, 5);
    line.settings = {
      ...TELEPHONE_SETTINGS,
      cheapHours: { from: clock(START + HOUR_MS), to: clock(START + 3 * HOUR_MS) },
    };
    stage.send([NUMBER, 'osaka'], true, { cheapHours: true });
    await stage.settle(HOUR_MS);
    expect(calledAt()).toEqual([3_600]);
    expect(stage.calledAt('osaka')).toEqual([0]);
  });

  test('urgent ones go first, unimportant ones last', async () => {
    line.availability = 'busy';
    stage.send(['tel:1'], true, { priority: 'low' });
    stage.send(['tel:2']);
    stage.send(['tel:3'], true, { priority: 'high' });
    line.availability = 'free';
    stage.outbox.linesChanged();
    for (let call = 0; call < 3; call += 1) {
      await stage.settle();
      await endCall('CONFIRMED', PAGES);
    }
    expect(line.calls.map(({ number }) => number)).toEqual(['3', '2', '1']);
  });
});
