// What a call's pages say to the gateway, and what comes of its answers.

import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { decodePage } from '../../../fax/t4/pageDecoder.ts';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import { madePage } from '../../../fax/t4/testing/madePage.ts';
import { modemReplySchema } from '../../../protocol/modem.ts';
import type { ModemReply } from '../../../protocol/modem.ts';
import { createCallPages } from './callPages.ts';
import type { CallPagesOptions } from './callPages.ts';
import { aFormat, longestPauseMs, someParameters, storedPage } from './pages.testSupport.ts';

function aCall(options: Partial<CallPagesOptions> = {}) {
  const told: ModemReply[] = [];
  const pages = createCallPages({
    callId: 'call-1',
    pageCount: 3,
    tell: (reply) => told.push(modemReplySchema.parse(reply)),
    ...options,
  });
  const wanted = () => told.flatMap((reply) => (reply.type === 'pageWanted' ? [reply.page] : []));
  const received = () => told.flatMap((reply) => (reply.type === 'pageReceived' ? [reply] : []));
  const give = (page: number, seed = page + 1) =>
    pages.take({ type: 'page', callId: 'call-1', page, ...storedPage(madePage(seed, 1728, 200)) });
  const untilReceived = async (count: number) => {
    await vi.waitFor(() => expect(received()).toHaveLength(count));
    return received()[count - 1];
  };
  return { ...pages, wanted, received, give, untilReceived };
}

const forLine = (seed: number, coding: 'MH' | 'MR' | 'MMR', height = 300) => {
  const page = madePage(seed, 1728, height);
  const data = encodePage(page.raster, 1728, height, { coding, fillOrder: 'lsb' });
  return { page, data };
};

describe('pages to be sent', () => {
  it('are asked for once, the next one as soon as one is ready', async () => {
    const call = aCall();
    call.expectFirst();
    const first = call.host.prepare(0, aFormat({}));
    expect(call.wanted()).toEqual([0]);
    call.give(0);
    const data = await first;
    expect(decodePage(data, { coding: 'MMR', width: 1728, fillOrder: 'lsb' }).quality.rows).toBe(200);
    expect(call.wanted()).toEqual([0, 1]);
    call.give(1);
    await call.host.prepare(1, aFormat({}));
    expect(call.wanted()).toEqual([0, 1, 2]);
    call.give(2);
    await call.host.prepare(2, aFormat({}));
    expect(call.wanted()).toEqual([0, 1, 2]);
  });

  it('are coded anew without asking again when the line wants another form', async () => {
    const call = aCall();
    const first = call.host.prepare(0, aFormat({}));
    call.give(0);
    await first;
    const again = await call.host.prepare(0, aFormat({ coding: 'MH', minScanBits: 288 }));
    expect(decodePage(again, { coding: 'MH', width: 1728, fillOrder: 'lsb' }).quality.rows).toBe(200);
    expect(call.wanted()).toEqual([0, 1]);
  });

  it('take no memory once they are behind', async () => {
    const call = aCall();
    const first = call.host.prepare(0, aFormat({}));
    call.give(0);
    await first;
    const second = call.host.prepare(1, aFormat({}));
    call.give(1);
    await second;
    void call.host.prepare(0, aFormat({})).catch(() => undefined);
    expect(call.wanted()).toEqual([0, 1, 2, 0]);
    call.close('over');
  });

  it('that the gateway does not have are told in its words', async () => {
    const call = aCall();
    const first = call.host.prepare(0, aFormat({}));
    call.take({ type: 'pageUnavailable', callId: 'call-1', page: 0, detail: 'removed by a person' });
    await expect(first).rejects.toThrow('removed by a person');
  });

  it('that do not come in time are not waited for', async () => {
    const call = aCall({ pageAnswerMs: 20 });
    await expect(call.host.prepare(0, aFormat({}))).rejects.toThrow('in time');
  });

  it('beyond the last one are not asked for', async () => {
    const call = aCall();
    await expect(call.host.prepare(3, aFormat({}))).rejects.toThrow('no page 4');
    await expect(call.host.prepare(-1, aFormat({}))).rejects.toThrow('no page');
    expect(call.wanted()).toEqual([]);
  });

  it('are waited for no longer when the call is over', async () => {
    const call = aCall();
    const first = call.host.prepare(0, aFormat({}));
    call.close('the call is over');
    await expect(first).rejects.toThrow('the call is over');
    await expect(call.host.prepare(0, aFormat({}))).rejects.toThrow('the call is over');
  });

  it('are not mixed up by answers that nobody asked for', async () => {
    const call = aCall();
    call.give(1);
    call.take({ type: 'pageStored', callId: 'call-1', page: 0 });
    const first = call.host.prepare(0, aFormat({}));
    call.give(2);
    call.give(0);
    call.give(0, 99);
    const data = await first;
    const { raster } = decodePage(data, { coding: 'MMR', width: 1728, fillOrder: 'lsb' });
    expect(Buffer.compare(raster, madePage(1, 1728, 200).raster)).toBe(0);
    call.close('over');
  });
});

describe('received pages', () => {
  it.each(['MH', 'MR', 'MMR'] as const)('under ECM in %s are stored pixel for pixel', async (coding) => {
    const call = aCall();
    const { page, data } = forLine(4, coding);
    call.host.setSender({ remoteId: '+81 75 123 4567', subaddress: '42' });
    call.host.begin(0, someParameters({ coding, ecmFrameOctets: 256 }));
    for (let at = 0; at < data.length; at += 1_000) call.host.push(0, data.subarray(at, at + 1_000));
    const stored = call.host.store(0);
    const offered = await call.untilReceived(1);
    expect(offered).toMatchObject({
      page: 0,
      info: { width: 1728, height: 300, xDpi: 204, yDpi: 196 },
      quality: { rows: 300, badRows: 0, longestBadRun: 0, ecm: true },
      remoteId: '+81 75 123 4567',
      subaddress: '42',
    });
    const t6 = offered?.data ?? new Uint8Array();
    expect(offered?.info.byteLength).toBe(t6.length);
    expect(offered?.info.sha256).toBe(createHash('sha256').update(t6).digest('hex'));
    const decoded = decodePage(t6, { coding: 'MMR', width: 1728 });
    expect(decoded.end).toBe('endOfPage');
    expect(Buffer.compare(decoded.raster, page.raster)).toBe(0);
    call.take({ type: 'pageStored', callId: 'call-1', page: 0 });
    await stored;
  });

  it('without ECM say at once how good they are, and whether their end was seen', async () => {
    const call = aCall();
    const { data } = forLine(4, 'MH');
    call.host.begin(0, someParameters({ inch: true, resolution: 'R8x3.85' }));
    const sink = call.host.open(0);
    data.fill(0xaa, 3_000, 3_020);
    for (let at = 0; at < data.length; at += 50) sink.push(data.subarray(at, at + 50));
    const end = sink.end();
    expect(end.endSeen).toBe(true);
    expect(end.quality.badRows).toBeGreaterThan(0);
    expect(call.host.quality(0)).toEqual(end.quality);
    void call.host.store(0).catch(() => undefined);
    const offered = await call.untilReceived(1);
    expect(offered).toMatchObject({
      info: { xDpi: 200, yDpi: 100, height: end.quality.rows },
      quality: { badRows: end.quality.badRows, ecm: false },
    });
    call.close('over');
  });

  it('are offered once, however often they are to be stored', async () => {
    const call = aCall();
    const { data } = forLine(4, 'MMR');
    call.host.begin(0, someParameters({ coding: 'MMR', ecmFrameOctets: 256 }));
    call.host.push(0, data);
    const stored = Promise.all([call.host.store(0), call.host.store(0)]);
    await call.untilReceived(1);
    call.take({ type: 'pageStored', callId: 'call-1', page: 0 });
    await stored;
    // The sender did not hear the confirmation, and sends the page anew.
    call.host.begin(0, someParameters({ coding: 'MMR', ecmFrameOctets: 256 }));
    call.host.push(0, data);
    await call.host.store(0);
    expect(call.received()).toHaveLength(1);
  });

  it.each([
    ['diskFull', { detail: 'no space left', diskFull: true }],
    ['failed', { detail: 'no such folder' }],
  ])('tell why they were not stored: %s', async (why, answer) => {
    const call = aCall();
    const { data } = forLine(4, 'MMR');
    call.host.begin(0, someParameters({ coding: 'MMR', ecmFrameOctets: 256 }));
    call.host.push(0, data);
    const stored = call.host.store(0);
    await call.untilReceived(1);
    expect(call.whyNotStored()).toBe('late');
    call.take({ type: 'pageNotStored', callId: 'call-1', page: 0, ...answer });
    await expect(stored).rejects.toThrow(answer.detail);
    expect(call.whyNotStored()).toBe(why);
  });

  it('tell that they came too late, or can be read by nobody', async () => {
    const slow = aCall({ storeAnswerMs: 20 });
    slow.host.begin(0, someParameters({ coding: 'MMR', ecmFrameOctets: 256 }));
    slow.host.push(0, forLine(4, 'MMR').data);
    await expect(slow.host.store(0)).rejects.toThrow('in time');
    expect(slow.whyNotStored()).toBe('late');
    const strange = aCall();
    strange.host.begin(0, someParameters({ coding: 'MMR', ecmFrameOctets: 256 }));
    strange.host.push(0, new Uint8Array(1_000));
    await expect(strange.host.store(0)).rejects.toThrow();
    expect(strange.whyNotStored()).toBe('unreadable');
    expect(aCall().whyNotStored()).toBeUndefined();
  });

  it('are offered anew when they were not stored', async () => {
    const call = aCall();
    const { data } = forLine(4, 'MMR');
    for (const count of [1, 2]) {
      call.host.begin(0, someParameters({ coding: 'MMR', ecmFrameOctets: 256 }));
      call.host.push(0, data);
      const stored = call.host.store(0);
      await call.untilReceived(count);
      if (count === 2) call.take({ type: 'pageStored', callId: 'call-1', page: 0 });
      else call.take({ type: 'pageNotStored', callId: 'call-1', page: 0, detail: 'the disk is full' });
      if (count === 2) await stored;
      else await expect(stored).rejects.toThrow('the disk is full');
    }
  });

  it('that were stored too late are never offered again', async () => {
    const call = aCall({ storeAnswerMs: 10 });
    const { data } = forLine(4, 'MMR');
    call.host.begin(0, someParameters({ coding: 'MMR', ecmFrameOctets: 256 }));
    call.host.push(0, data);
    await expect(call.host.store(0)).rejects.toThrow('in time');
    call.take({ type: 'pageStored', callId: 'call-1', page: 0 });
    call.host.begin(0, someParameters({ coding: 'MMR', ecmFrameOctets: 256 }));
    await call.host.store(0);
    expect(call.received()).toHaveLength(1);
  });

  it('begin anew from their first octet', async () => {
    const call = aCall();
    const { page, data } = forLine(6, 'MMR');
    const parameters = someParameters({ coding: 'MMR', ecmFrameOctets: 256 });
    call.host.begin(0, parameters);
    call.host.push(0, data.subarray(0, 500));
    await setImmediate();
    call.host.begin(0, parameters);
    call.host.push(0, data);
    void call.host.store(0).catch(() => undefined);
    const offered = await call.untilReceived(1);
    const { raster } = decodePage(offered?.data ?? new Uint8Array(), { coding: 'MMR', width: 1728 });
    expect(Buffer.compare(raster, page.raster)).toBe(0);
    call.close('over');
  });

  it('of which nothing can be read are never stored', async () => {
    const call = aCall();
    call.host.begin(0, someParameters({ coding: 'MMR', ecmFrameOctets: 256 }));
    await expect(call.host.store(0)).rejects.toThrow('no row');
    await expect(call.host.store(1)).rejects.toThrow('nothing of page 2 came in');
    expect(call.received()).toEqual([]);
  });

  it('that break off in the middle of T.6 are not taken for whole ones', async () => {
    const call = aCall();
    const { data } = forLine(4, 'MMR');
    data.fill(0, 2_000, 2_200);
    call.host.begin(0, someParameters({ coding: 'MMR', ecmFrameOctets: 256 }));
    call.host.push(0, data);
    await expect(call.host.store(0)).rejects.toThrow(/cannot be read after row \d+/u);
  });

  it('without end are not stored, and take no memory', async () => {
    const call = aCall();
    call.host.begin(0, someParameters({ coding: 'MMR', ecmFrameOctets: 256 }));
    // Every bit is a white row.
    call.host.push(0, new Uint8Array(9_000).fill(0xff));
    await expect(call.host.store(0)).rejects.toThrow('more than 65535 rows');
  });

  it('that are being stored when the call ends settle', async () => {
    const call = aCall();
    const { data } = forLine(4, 'MMR');
    call.host.begin(0, someParameters({ coding: 'MMR', ecmFrameOctets: 256 }));
    call.host.push(0, data);
    const stored = call.host.store(0);
    await call.untilReceived(1);
    call.close('the call is over');
    await expect(stored).rejects.toThrow('the call is over');
  });

  it('never keep the modem waiting for more than some milliseconds', async () => {
    const call = aCall();
    const { data } = forLine(4, 'MMR', 2_300);
    call.host.begin(0, someParameters({ coding: 'MMR', ecmFrameOctets: 256 }));
    const pause = await longestPauseMs(async () => {
      call.host.push(0, data);
      void call.host.store(0).catch(() => undefined);
      await call.untilReceived(1);
    });
    expect(pause).toBeLessThan(40);
    call.close('over');
  });

  it('of any octets whatever throw nothing, and keep their word about rows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 2_000 }),
        fc.constantFrom('MH' as const, 'MR' as const, 'MMR' as const),
        fc.boolean(),
        async (octets, coding, ecm) => {
          let offered: Extract<ModemReply, { type: 'pageReceived' }> | undefined;
          const call = createCallPages({
            callId: 'call-1',
            pageCount: 0,
            tell(reply) {
              if (reply.type === 'pageReceived') offered = reply;
              call.take({ type: 'pageStored', callId: 'call-1', page: 0 });
            },
          });
          call.host.begin(0, someParameters({ coding, ecmFrameOctets: ecm ? 256 : null }));
          if (ecm) call.host.push(0, octets);
          else {
            const sink = call.host.open(0);
            sink.push(octets);
            sink.end();
          }
          const refused = await call.host.store(0).then(
            () => false,
            () => true,
          );
          expect(offered === undefined).toBe(refused);
          if (offered === undefined) return;
          const { width, height } = offered.info;
          const again = decodePage(offered.data, { coding: 'MMR', width, maxRows: 65_535 });
          expect(again.quality).toMatchObject({ rows: height, badRows: 0 });
          call.close('over');
        },
      ),
      { numRuns: 300 },
    );
  });
});
