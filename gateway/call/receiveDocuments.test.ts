// The receiver against a caller that does not keep to the protocol: a defined refusal each time, nothing confirmed that
// is not true, and never more than one page in memory.

import { describe, expect, it } from 'vitest';
import type { CallMessage } from '../../protocol/call.ts';
import { MAX_PAGE_BYTES } from '../../protocol/page.ts';
import type { OutcomeCode } from '../../protocol/outcome.ts';
import { createCallChannel } from './callChannel.ts';
import { joinCalls } from './joinedCalls.testSupport.ts';
import { keyOf, makeDisk, makePage, makeSink, makeSource, SILENT_LOG } from './memoryStore.testSupport.ts';
import { hear, HELLO, LIMIT_MS, ONE, TWO } from './otherEnd.testSupport.ts';
import { receiveDocuments } from './receiveDocuments.ts';
import { sendDocument } from './sendDocument.ts';

const DOCUMENT: CallMessage = {
  type: 'document',
  documentId: 'document-1',
  fromName: 'Kyoto',
  to: 'osaka',
  pageCount: 2,
  purpose: 'fax',
  createdAt: '2026-11-22T10:00:00.000Z',
};
const page = (index: number, of = ONE): CallMessage => ({ type: 'page', index, coding: 'T6', page: of.info });
const data = (index: number, body: Uint8Array): CallMessage => ({ type: 'pageData', index, body });
const documentEnd = (pageCount: number): CallMessage => ({
  type: 'documentEnd',
  documentId: 'document-1',
  pageCount,
});

/** Says all this to a receiver without waiting for answers; then reads until its end. */
async function sayTo(said: (CallMessage | Uint8Array)[], timing = {}, disk = makeDisk()) {
  const sink = makeSink(disk);
  const joined = joinCalls();
  const channel = createCallChannel(joined.caller);
  const receiving = receiveDocuments(joined.callee, sink, {
    deviceId: 'osaka',
    software: 'test',
    log: SILENT_LOG,
    timing: { farewellMs: 200, peerSilenceMs: LIMIT_MS, ...timing },
  });
  const heard: CallMessage[] = [];
  const hearing = hear(channel, heard);
  for (const one of said) {
    // A receiver that has refused takes nothing more.
    await (one instanceof Uint8Array ? joined.caller.send(one) : channel.send(one)).catch(() => {});
  }
  const outcome = await receiving;
  await joined.caller.release();
  await hearing;
  const refusal = heard.find((message) => message.type === 'refuse');
  return { outcome, heard, refusal: refusal?.code, disk, sink };
}

describe('a receiver', () => {
  const breaches: [string, (CallMessage | Uint8Array)[], OutcomeCode][] = [
    [
      'that is greeted by nothing it knows',
      [Uint8Array.of(0xee, 1, 2, 3, 4, 5, 6, 7, 8, 9)],
      'PEER_PROTOCOL',
    ],
    ['that is offered a document before the hello', [DOCUMENT], 'PEER_PROTOCOL'],
    ['that hears hello twice', [HELLO, HELLO], 'PEER_PROTOCOL'],
    ['whose versions the caller does not speak', [{ ...HELLO, versions: [2, 9] }], 'PEER_VERSION'],
    ['that gets a document for another device', [HELLO, { ...DOCUMENT, to: 'nara' }], 'DEVICE_REFUSED'],
    [
      'that gets another document than the hello named',
      [{ ...HELLO, documentId: 'document-9' }, DOCUMENT],
      'PEER_PROTOCOL',
    ],
    [
      'that gets two documents in one call',
      [HELLO, DOCUMENT, { ...DOCUMENT, documentId: 'document-2' }],
      'PEER_PROTOCOL',
    ],
    ['that gets a page without a document', [HELLO, page(0)], 'PEER_PROTOCOL'],
    ['that gets the second page first', [HELLO, DOCUMENT, page(1)], 'PEER_PROTOCOL'],
    [
      'that gets a page beyond the announced number',
      [HELLO, { ...DOCUMENT, pageCount: 1 }, page(0), data(0, ONE.data), page(1)],
      'PEER_PROTOCOL',
    ],
    [
      'that gets a page within a page',
      [HELLO, DOCUMENT, page(0, TWO), data(0, TWO.data.subarray(0, 10)), page(1)],
      'PEER_PROTOCOL',
    ],
    ['that gets data for no page', [HELLO, DOCUMENT, data(0, ONE.data)], 'PEER_PROTOCOL'],
    ['that gets data for another page', [HELLO, DOCUMENT, page(0), data(1, ONE.data)], 'PEER_PROTOCOL'],
    [
      'that gets more data than announced',
      [HELLO, DOCUMENT, page(0), data(0, TWO.data.subarray(0, 101))],
      'PEER_PROTOCOL',
    ],
    [
      'that gets other data than announced',
      [HELLO, DOCUMENT, page(0), data(0, TWO.data.subarray(0, 100))],
      'RECEIVER_ERROR',
    ],
    [
      'that gets a stored page again',
      [HELLO, DOCUMENT, page(0), data(0, ONE.data), page(0)],
      'PEER_PROTOCOL',
    ],
    [
      'that gets the end within a page',
      [HELLO, DOCUMENT, page(0, TWO), data(0, TWO.data.subarray(0, 10)), documentEnd(1)],
      'PEER_PROTOCOL',
    ],
    [
      'that gets the end too early',
      [HELLO, DOCUMENT, page(0), data(0, ONE.data), documentEnd(2)],
      'PEER_PROTOCOL',
    ],
    [
      'that gets the end with another number than announced',
      [HELLO, DOCUMENT, page(0), data(0, ONE.data), documentEnd(1)],
      'PEER_PROTOCOL',
    ],
    ['that gets the end of nothing', [HELLO, documentEnd(1)], 'PEER_PROTOCOL'],
    [
      'that is told to cancel what it does not know',
      [HELLO, { type: 'cancel', documentId: 'document-7' }],
      'PEER_PROTOCOL',
    ],
    [
      'that hears confirmations from the caller',
      [HELLO, DOCUMENT, { type: 'documentStored', documentId: 'document-1' }],
      'PEER_PROTOCOL',
    ],
    [
      'that is offered a page of a shape it does not take',
      [HELLO, DOCUMENT, { type: 'page', index: 0, coding: 'T6', page: { ...ONE.info, xDpi: 1234 } }],
      'PAGE_NOT_ACCEPTED',
    ],
    [
      'that is offered a page larger than any may be',
      [
        HELLO,
        DOCUMENT,
        { type: 'page', index: 0, coding: 'T6', page: { ...ONE.info, byteLength: MAX_PAGE_BYTES + 1 } },
      ],
      'PEER_PROTOCOL',
    ],
  ];

  it.each(breaches)('%s refuses and keeps nothing', async (_name, said, code) => {
    const { outcome, refusal, disk, heard } = await sayTo(said);
    expect(outcome.code).toBe(code);
    expect(refusal).toBe(code);
    expect(heard.at(-1)).toEqual({ type: 'end' });
    expect(disk.delivered).toEqual([]);
  });

  it('does not make room for a page that is only announced', async () => {
    const huge = { ...ONE.info, byteLength: MAX_PAGE_BYTES };
    const before = process.memoryUsage().arrayBuffers;
    const joined = Array.from({ length: 20 }, () => joinCalls());
    const receiving = joined.map(({ callee }) =>
      receiveDocuments(callee, makeSink(makeDisk()), {
        deviceId: 'osaka',
        software: 'test',
        log: SILENT_LOG,
      }),
    );
    for (const { caller } of joined) {
      const channel = createCallChannel(caller);
      for (const message of [HELLO, DOCUMENT]) await channel.send(message);
      await channel.send({ type: 'page', index: 0, coding: 'T6', page: huge });
      await channel.send(data(0, new Uint8Array(1000)));
      while ((await channel.next(LIMIT_MS)).type !== 'ready');
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 1024 * 1024);
    for (const calls of joined) calls.cut();
    for (const outcome of await Promise.all(receiving)) expect(outcome.code).toBe('CALL_BROKEN');
  });

  it('holds one page at most, however fast they come', async () => {
    const disk = makeDisk();
    const sink = makeSink(disk);
    const joined = joinCalls();
    const pages = Array.from({ length: 12 }, (_, index) => makePage(index, 200_000));
    const options = { software: 'test', log: SILENT_LOG };
    const [sent] = await Promise.all([
      sendDocument(joined.caller, makeSource(pages), { ...options, windowPages: 12 }),
      receiveDocuments(joined.callee, sink, { ...options, deviceId: 'osaka' }),
    ]);
    expect(sent.code).toBe('CONFIRMED');
    expect(sink.peakBytes()).toBe(200_000);
    expect(joined.peakBytes('callee')).toBeLessThan(256 * 1024 + 64 * 1024);
  });

  it('does not wait for ever for a caller that says nothing', async () => {
    const started = performance.now();
    const { outcome } = await sayTo([HELLO, DOCUMENT, page(0, TWO)], { peerSilenceMs: 100 });
    expect(outcome.code).toBe('CALL_STALLED');
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('takes no second content under the id of a document it has', async () => {
    const first = await sayTo([
      HELLO,
      DOCUMENT,
      page(0),
      data(0, ONE.data),
      page(1, TWO),
      data(1, TWO.data.subarray(0, 48 * 1024)),
      data(1, TWO.data.subarray(48 * 1024)),
      documentEnd(2),
      { type: 'end' },
    ]);
    expect(first.outcome.code).toBe('CONFIRMED');
    const second = await sayTo([HELLO, DOCUMENT, page(0, TWO)], {}, first.disk);
    expect(second.refusal).toBe('PEER_PROTOCOL');
    // It stands in the inbox: that stays the truth about this document.
    expect(second.outcome.code).toBe('CONFIRMED');
    expect(first.disk.delivered).toEqual([keyOf('kyoto', 'document-1')]);
    expect(first.disk.documents.get(keyOf('kyoto', 'document-1'))?.pages[0]?.info).toEqual(ONE.info);
  });

  it('refuses a document that is now shorter than what is stored of it', async () => {
    const begun = await sayTo([
      HELLO,
      { ...DOCUMENT, pageCount: 9 },
      page(0),
      data(0, ONE.data),
      page(1),
      data(1, ONE.data),
      { type: 'end' },
    ]);
    expect(begun.outcome.code).toBe('CALL_BROKEN');
    const { refusal } = await sayTo([HELLO, { ...DOCUMENT, pageCount: 1 }], {}, begun.disk);
    expect(refusal).toBe('PEER_PROTOCOL');
  });

  it('knows the caller by the relay’s word, so that nobody gets at another one’s document', async () => {
    const { disk } = await sayTo([
      HELLO,
      { ...DOCUMENT, fromName: 'nara' },
      page(0),
      data(0, ONE.data),
      { type: 'end' },
    ]);
    expect([...disk.documents.keys()]).toEqual([keyOf('kyoto', 'document-1')]);
  });

  it('hears that the caller gave up', async () => {
    const { outcome, sink } = await sayTo([HELLO, DOCUMENT, page(0), { type: 'end' }]);
    expect(outcome.code).toBe('CALL_BROKEN');
    expect(sink.interruptions).toHaveLength(1);
  });
});
