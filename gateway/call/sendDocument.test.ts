// A document from sender to receiver over a joined call: delivery, refusals, cancel, and a break at every message.

import { describe, expect, it } from 'vitest';
import type { OutcomeCode } from '../../protocol/outcome.ts';
import { StoreError } from './documentCall.types.ts';
import { joinCalls, type JoinedCallsOptions, type Side } from './joinedCalls.testSupport.ts';
import {
  keyOf,
  makeDisk,
  makePage,
  makeSink,
  makeSource,
  SILENT_LOG,
  type MemoryDisk,
  type MemorySink,
  type MemorySource,
} from './memoryStore.testSupport.ts';
import { receiveDocuments, type ReceiveDocumentsOptions } from './receiveDocuments.ts';
import { sendDocument, type SendDocumentOptions } from './sendDocument.ts';

const KEY = keyOf('kyoto', 'document-1');
const PAGES = [
  makePage(1, 40_000),
  makePage(2, 130_000),
  makePage(3, 10),
  makePage(4, 48 * 1024),
  makePage(5, 70_000),
];

interface Attempt {
  sink: MemorySink;
  source: MemorySource;
  calls?: JoinedCallsOptions;
  send?: Partial<SendDocumentOptions>;
  receive?: Partial<ReceiveDocumentsOptions>;
}

async function attempt({ sink, source, calls = {}, send = {}, receive = {} }: Attempt) {
  const joined = joinCalls(calls);
  const common = { software: 'test 1', log: SILENT_LOG, timing: { farewellMs: 500, peerSilenceMs: 5_000 } };
  const [sent, received] = await Promise.all([
    sendDocument(joined.caller, source, { ...common, ...send }),
    receiveDocuments(joined.callee, sink, { ...common, deviceId: 'osaka', ...receive }),
  ]);
  return { sent, received, joined };
}

function expectWhole(disk: MemoryDisk, source: MemorySource): void {
  const document = disk.documents.get(KEY);
  expect(document?.stored).toBe(true);
  expect(document?.pages.length).toBe(source.pages.length);
  for (const [index, page] of source.pages.entries()) {
    expect(document?.pages[index]?.info).toEqual(page.info);
    expect(Buffer.compare(document?.pages[index]?.data ?? Buffer.alloc(0), page.data)).toBe(0);
  }
  expect(disk.delivered).toEqual([KEY]);
}

describe('a document in a call', () => {
  it('arrives whole and is confirmed page by page', async () => {
    const disk = makeDisk();
    const source = makeSource(PAGES);
    const { sent, received } = await attempt({ sink: makeSink(disk), source });
    expect(sent).toMatchObject({ code: 'CONFIRMED', disposition: 'done' });
    expect(received.code).toBe('CONFIRMED');
    expect(source.confirmations).toEqual([1, 2, 3, 4, 5]);
    expectWhole(disk, source);
    expect(disk.documents.get(KEY)?.head).toMatchObject({
      caller: 'kyoto',
      fromName: 'Kyoto office',
      to: 'osaka',
    });
  });

  it('arrives whole however the stream is cut into chunks', async () => {
    for (const chunkSizes of [[1, 7, 4096], [65_536], [9, 3, 100_000], [13]]) {
      const disk = makeDisk();
      const source = makeSource(PAGES.slice(0, 3));
      const { sent } = await attempt({ sink: makeSink(disk), source, calls: { chunkSizes } });
      expect(sent.code).toBe('CONFIRMED');
      expectWhole(disk, source);
    }
  });

  it('is stored at the receiver page by page while later pages are still to be read at the sender', async () => {
    const disk = makeDisk();
    const storedWhenRead: number[] = [];
    const source = makeSource(PAGES);
    const read = source.page.bind(source);
    source.page = (index) => {
      storedWhenRead.push(disk.documents.get(KEY)?.pages.length ?? 0);
      return read(index);
    };
    await attempt({ sink: makeSink(disk), source, send: { windowPages: 1 } });
    expect(storedWhenRead).toEqual([0, 1, 2, 3, 4]);
  });

  it('never has more pages under way than the window', async () => {
    const disk = makeDisk();
    let worst = 0;
    const source = makeSource(Array.from({ length: 20 }, (_, index) => makePage(index, 500)));
    const read = source.page.bind(source);
    source.page = (index) => {
      worst = Math.max(worst, index - (source.confirmations.at(-1) ?? 0));
      return read(index);
    };
    await attempt({ sink: makeSink(disk), source });
    expect(worst).toBe(3);
  });

  it('is confirmed without being sent again when the receiver has it already', async () => {
    const disk = makeDisk();
    await attempt({ sink: makeSink(disk), source: makeSource(PAGES) });
    const again = makeSource(PAGES, { page: () => Promise.reject(new Error('must not be read')) });
    const { sent, received } = await attempt({ sink: makeSink(disk), source: again });
    expect([sent.code, received.code]).toEqual(['CONFIRMED', 'CONFIRMED']);
    expect(again.confirmations).toEqual([5]);
    expect(disk.delivered).toEqual([KEY]);
  });

  it('goes on after the last stored page', async () => {
    const disk = makeDisk();
    const source = makeSource(PAGES);
    const breakAt = (side: Side, count: number) =>
      side === 'callee' && count === 4 ? 'afterDelivery' : 'no';
    const first = await attempt({ sink: makeSink(disk), source, calls: { breakAt } });
    expect(first.sent.code).toBe('CALL_BROKEN');
    expect(disk.documents.get(KEY)?.pages.length).toBeGreaterThanOrEqual(2);
    const done = disk.documents.get(KEY)?.pages.length ?? 0;
    const read: number[] = [];
    const second = makeSource(PAGES);
    const page = second.page.bind(second);
    second.page = (index) => {
      read.push(index);
      return page(index);
    };
    expect((await attempt({ sink: makeSink(disk), source: second })).sent.code).toBe('CONFIRMED');
    expect(read[0]).toBe(done);
    expectWhole(disk, source);
  });

  it('survives a slow receiver with bounded memory on the way', async () => {
    const disk = makeDisk();
    const source = makeSource([makePage(1, 3_000_000), makePage(2, 3_000_000)]);
    const { sent, joined } = await attempt({ sink: makeSink(disk), source, calls: { highBytes: 100_000 } });
    expect(sent.code).toBe('CONFIRMED');
    expect(joined.peakBytes('callee')).toBeLessThan(100_000 + 64 * 1024);
  });

  it('keeps the sender waiting through a slow disk by signs of life', async () => {
    const disk = makeDisk();
    const sink = makeSink(disk);
    const store = sink.storePage.bind(sink);
    sink.storePage = async (...page) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      await store(...page);
    };
    const timing = { peerSilenceMs: 150, heartbeatMs: 40, farewellMs: 500 };
    const source = makeSource(PAGES.slice(0, 1));
    // The sender, too, is waited for: it is this end's disk that is slow.
    const { sent } = await attempt({
      sink,
      source,
      send: { timing },
      receive: { timing: { heartbeatMs: 40 } },
    });
    expect(sent.code).toBe('CONFIRMED');
  });

  it('is given up when no page is confirmed for long, however alive the receiver is', async () => {
    const sink = makeSink(makeDisk(), { storePage: () => new Promise(() => {}) });
    const joined = joinCalls();
    const common = { software: 'test', log: SILENT_LOG };
    const stop = new AbortController();
    const receiving = receiveDocuments(joined.callee, sink, {
      ...common,
      deviceId: 'osaka',
      signal: stop.signal,
      timing: { heartbeatMs: 20 },
    });
    const timing = { peerSilenceMs: 5_000, pageLimitMs: 150, farewellMs: 100 };
    const sent = await sendDocument(joined.caller, makeSource(PAGES.slice(0, 1)), { ...common, timing });
    expect(sent.code).toBe('CALL_STALLED');
    void receiving;
  });
});

describe('a break of the call', () => {
  /** Sends until it is confirmed; the line of the first attempt breaks where `breakAt` says. */
  async function deliver(breakAt: JoinedCallsOptions['breakAt'], crash: 'nobody' | 'receiver') {
    const disk = makeDisk();
    const source = makeSource(PAGES.slice(0, 3).map((_, index) => makePage(index, 60_000)));
    const check = source.confirmed.bind(source);
    source.confirmed = (pages) => {
      // Nothing is ever said to be confirmed that is not durable at the other end at that moment.
      expect(disk.documents.get(KEY)?.pages.length).toBeGreaterThanOrEqual(pages);
      check(pages);
    };
    let broke = false;
    let sink = makeSink(disk);
    const first = await attempt({
      sink,
      source,
      calls: {
        breakAt(side, count) {
          const verdict = breakAt?.(side, count) ?? 'no';
          if (verdict !== 'no') {
            broke = true;
            if (crash === 'receiver') sink.crash();
          }
          return verdict;
        },
      },
    });
    const codes: OutcomeCode[] = [first.sent.code];
    if (first.sent.code !== 'CONFIRMED') {
      sink = makeSink(disk);
      codes.push((await attempt({ sink, source })).sent.code);
    }
    expect(codes.at(-1)).toBe('CONFIRMED');
    expectWhole(disk, source);
    return { broke, first };
  }

  for (const crash of ['nobody', 'receiver'] as const) {
    for (const side of ['caller', 'callee'] as const) {
      for (const when of ['beforeDelivery', 'afterDelivery'] as const) {
        it(`at every message of the ${side}, ${when}, with ${crash} crashing, delivers exactly once`, async () => {
          let count = 1;
          for (; ; count += 1) {
            const at = count;
            const { broke } = await deliver((who, n) => (who === side && n === at ? when : 'no'), crash);
            if (!broke) break;
          }
          // hello, document, 3 × (page, 2 data), documentEnd, end; hello, ready, 3 × pageStored, documentStored, end.
          expect(count - 1).toBe(side === 'caller' ? 13 : 7);
        });
      }
    }
  }

  it('is told to the sink, and not when the document was complete', async () => {
    const disk = makeDisk();
    const sink = makeSink(disk);
    const breakAt = (side: Side, count: number) =>
      side === 'caller' && count === 4 ? 'afterDelivery' : 'no';
    const { received } = await attempt({ sink, source: makeSource(PAGES), calls: { breakAt } });
    expect(received.code).toBe('CALL_BROKEN');
    expect(sink.interruptions).toEqual([KEY]);
    const whole = makeSink(makeDisk());
    await attempt({ sink: whole, source: makeSource(PAGES) });
    expect(whole.interruptions).toEqual([]);
  });

  it('in the last words changes nothing about a confirmation', async () => {
    const disk = makeDisk();
    const breakAt = (side: Side, count: number) =>
      side === 'caller' && count === 10 ? 'beforeDelivery' : 'no';
    const source = makeSource([makePage(1, 100), makePage(2, 100), makePage(3, 100)]);
    const { sent, received } = await attempt({ sink: makeSink(disk), source, calls: { breakAt } });
    expect([sent.code, received.code]).toEqual(['CONFIRMED', 'CONFIRMED']);
  });
});

describe('a refusal', () => {
  it('of the document carries the receiver’s cause', async () => {
    for (const refuse of ['DEVICE_REFUSED', 'RECEIVER_DISK_FULL', 'RECEIVER_ERROR'] as const) {
      const sink = makeSink(makeDisk(), { open: () => Promise.resolve({ refuse, detail: 'because' }) });
      const { sent, received } = await attempt({ sink, source: makeSource(PAGES) });
      expect(sent).toMatchObject({ code: refuse, phase: 'call' });
      expect(sent.detail).toContain('because');
      expect(received.code).toBe(refuse);
    }
  });

  it('of a page comes when the disk is full, and what is stored stays', async () => {
    const disk = makeDisk();
    const sink = makeSink(disk);
    const store = sink.storePage.bind(sink);
    sink.storePage = (caller, id, index, info, data) =>
      index === 2
        ? Promise.reject(new StoreError('RECEIVER_DISK_FULL', 'no space left'))
        : store(caller, id, index, info, data);
    const source = makeSource(PAGES);
    const { sent } = await attempt({ sink, source });
    expect(sent).toMatchObject({ code: 'RECEIVER_DISK_FULL', disposition: 'retry' });
    expect(source.confirmations).toEqual([1, 2]);
    expect(sink.interruptions).toEqual([KEY]);
    expect((await attempt({ sink: makeSink(disk), source })).sent.code).toBe('CONFIRMED');
    expectWhole(disk, source);
  });

  it('comes when the inbox cannot take the whole document', async () => {
    const sink = makeSink(makeDisk(), {
      storeDocument: () => Promise.reject(new Error('database is locked')),
    });
    const { sent } = await attempt({ sink, source: makeSource(PAGES) });
    expect(sent.code).toBe('RECEIVER_ERROR');
  });

  it('comes when the document is for another device', async () => {
    const { sent } = await attempt({ sink: makeSink(makeDisk()), source: makeSource(PAGES, { to: 'nara' }) });
    expect(sent.code).toBe('DEVICE_REFUSED');
  });

  it('is made by the sender itself for a page that the receiver cannot take', async () => {
    const wide = makePage(1, 100);
    const source = makeSource([{ ...wide, info: { ...wide.info, xDpi: 1200, yDpi: 1200 } }]);
    const disk = makeDisk();
    const { sent } = await attempt({ sink: makeSink(disk), source });
    expect(sent.code).toBe('PAGE_NOT_ACCEPTED');
    expect(disk.delivered).toEqual([]);
  });

  it('to send a page that is damaged on this computer leaves the receiver without it', async () => {
    const page = makePage(1, 100);
    const source = makeSource([{ info: page.info, data: Uint8Array.from(page.data, (byte) => byte ^ 1) }]);
    const { sent, received } = await attempt({ sink: makeSink(makeDisk()), source });
    expect(sent.code).toBe('INTERNAL_ERROR');
    expect(received.code).toBe('CALL_BROKEN');
  });
});

describe('a cancel', () => {
  it('before the call says anything leaves nothing behind', async () => {
    const disk = makeDisk();
    const signal = AbortSignal.abort();
    const { sent, received } = await attempt({
      sink: makeSink(disk),
      source: makeSource(PAGES),
      send: { signal },
    });
    expect([sent.code, received.code]).toEqual(['CANCELLED', 'CANCELLED']);
    expect(disk.documents.size).toBe(0);
  });

  it('at any message ends in cancelled at both ends or in confirmed at both ends', async () => {
    let confirmed = 0;
    for (let at = 1; at <= 13; at += 1) {
      const disk = makeDisk();
      const abort = new AbortController();
      const sink = makeSink(disk);
      const { sent, received } = await attempt({
        sink,
        source: makeSource([makePage(0, 60_000), makePage(1, 60_000), makePage(2, 60_000)]),
        send: { signal: abort.signal },
        calls: {
          breakAt(side, count) {
            if (side === 'caller' && count === at) abort.abort();
            return 'no';
          },
        },
      });
      expect(sent.code).toBe(disk.delivered.length === 1 ? 'CONFIRMED' : 'CANCELLED');
      expect(received.code).toBe(sent.code);
      if (sent.code === 'CONFIRMED') confirmed += 1;
      const document = disk.documents.get(KEY);
      expect(document?.cancelled ?? false).toBe(document !== undefined && sent.code === 'CANCELLED');
      expect(sink.interruptions).toEqual([]);
    }
    expect(confirmed).toBeGreaterThan(0);
    expect(confirmed).toBeLessThan(13);
  });

  it('that crosses the confirmation comes too late', async () => {
    const disk = makeDisk();
    const abort = new AbortController();
    const { sent, received } = await attempt({
      sink: makeSink(disk),
      source: makeSource(PAGES.slice(0, 1)),
      send: { signal: abort.signal },
      calls: {
        breakAt(side, count) {
          // hello, ready, pageStored, documentStored: just before the sender can read the last.
          if (side === 'callee' && count === 4) abort.abort();
          return 'no';
        },
      },
    });
    expect([sent.code, received.code]).toEqual(['CONFIRMED', 'CONFIRMED']);
    expect(disk.documents.get(KEY)?.cancelled).toBe(false);
  });
});
