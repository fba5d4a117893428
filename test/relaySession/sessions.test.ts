// Relay sessions at a real relay: logins, dead paths, spare connections, many calls, back-pressure, and documents through all of it.

import { afterEach, describe, expect, it } from 'vitest';
import type { RelayServerLimits } from '../../relay/limits.ts';
import { makePage, makeSource, SILENT_LOG } from '../../gateway/call/memoryStore.testSupport.ts';
import { sendDocument } from '../../gateway/call/sendDocument.ts';
import type { RelayCall } from '../../gateway/relaySession/relaySession.types.ts';
import { offline, online } from '../../gateway/relaySession/sessionHarness.testSupport.ts';
import type { RunningRelay } from '../../relay/server.ts';
import { startCutProxy } from '../harness/cutProxy.ts';
import { INFO, never, officeSession, receivingOffice, relayOn } from './offices.ts';

const closing: (() => Promise<unknown>)[] = [];
const options = { software: 'test', log: SILENT_LOG };

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function relay(limits: Partial<RelayServerLimits> = {}, port = 0): Promise<RunningRelay> {
  const running = await relayOn(port, limits);
  closing.push(() => running.stop());
  return running;
}

function session(...args: Parameters<typeof officeSession>) {
  const office = officeSession(...args);
  closing.push(() => office.session.stop());
  office.session.start();
  return office;
}

async function receiving(...args: Parameters<typeof receivingOffice>) {
  const office = receivingOffice(...args);
  closing.push(() => office.session.stop());
  office.session.start();
  await expect.poll(() => office.session.status().state).toBe('online');
  return office;
}

async function joined(office: ReturnType<typeof session>, peer: string): Promise<RelayCall> {
  for (;;) {
    const result = await office.session.call(peer, INFO, never());
    if ('call' in result) return result.call;
    // The other office may open its spare connections a moment later than this one.
    if (result.outcome.code !== 'DEVICE_BUSY') throw new Error(result.outcome.code);
  }
}

describe('a session at a real relay', () => {
  it('with a wrong password is refused', async () => {
    const { url } = await relay();
    const office = session(url, 'kyoto', { password: 'wrong' });
    const { outcome, nextAttemptAt } = await office.until(offline);
    expect(outcome?.code).toBe('RELAY_LOGIN_REFUSED');
    expect(Date.parse(nextAttemptAt ?? '') - Date.now()).toBeGreaterThan(55_000);
  });

  it('sees who is online and hears when that changes', async () => {
    const { url } = await relay();
    const kyoto = session(url, 'kyoto');
    await kyoto.until(online);
    expect(await kyoto.session.directory({ limit: 10 })).toEqual({ devices: [], more: false });
    const osaka = session(url, 'osaka', { displayName: 'Osaka office' });
    await osaka.until(online);
    const device = { deviceId: 'osaka', displayName: 'Osaka office', busy: false };
    await expect.poll(() => kyoto.directoryChanges).toContainEqual({ online: true, device });
    expect(await kyoto.session.directory({ limit: 10 })).toEqual({ devices: [device], more: false });
    await osaka.session.stop();
    await expect.poll(() => kyoto.directoryChanges.at(-1)?.online).toBe(false);
  });

  it('is replaced by another program with its device id, and says so', async () => {
    const { url } = await relay();
    const first = session(url, 'kyoto');
    await first.until(online);
    const second = session(url, 'kyoto');
    expect((await first.until(offline)).outcome?.code).toBe('RELAY_REPLACED');
    expect((await second.until(online)).state).toBe('online');
  });

  it('hears why a call cannot be had', async () => {
    const { url } = await relay();
    const kyoto = session(url, 'kyoto');
    await kyoto.until(online);
    const code = async (peer: string) => {
      const result = await kyoto.session.call(peer, INFO, never());
      return 'outcome' in result ? result.outcome.code : 'joined';
    };
    expect(await code('osaka')).toBe('DEVICE_OFFLINE');
    expect(await code('nobody')).toBe('DEVICE_UNKNOWN');
    const answers: ('refused' | 'busy')[] = ['refused', 'busy'];
    const osaka = session(url, 'osaka', {}, () => answers.shift() ?? 'accept');
    await osaka.until(online);
    expect(await code('osaka')).toBe('DEVICE_REFUSED');
    expect(await code('osaka')).toBe('DEVICE_BUSY');
    expect(await code('osaka')).toBe('joined');
  });

  it('goes on by itself after the relay was stopped and started again', async () => {
    const first = await relay();
    const kyoto = session(first.url, 'kyoto', { random: () => 0 });
    await kyoto.until(online);
    await first.stop();
    const status = await kyoto.until(offline);
    expect(status.outcome?.code).toBe('RELAY_STOPPING');
    expect(Date.parse(status.nextAttemptAt ?? '') - Date.now()).toBeGreaterThan(3_000);
    await relay({}, first.port);
    await kyoto.until(online);
  });

  it('notices a dead path within two and a half keepalives and comes back when it lives', async () => {
    const { port } = await relay({ keepaliveIntervalMs: 200 });
    const path = await startCutProxy({ targetPort: port });
    closing.push(() => path.close());
    const timing = { connectMs: 300 };
    const kyoto = session(`ws://127.0.0.1:${path.port}`, 'kyoto', { timing });
    await kyoto.until(online);
    const since = performance.now();
    path.stall();
    await kyoto.until((status) => status.state !== 'online');
    expect(performance.now() - since).toBeLessThan(1_500);
    expect(kyoto.session.status().outcome?.code).toBe('RELAY_UNREACHABLE');
    path.resume();
    await kyoto.until(online);
  });
});

describe('calls at a real relay', () => {
  it('carry a document from one office to the other', async () => {
    const { url } = await relay();
    const kyoto = session(url, 'kyoto');
    const osaka = await receiving(url, 'osaka');
    const source = makeSource([makePage(1, 40_000), makePage(2, 900_000), makePage(3, 5)]);
    const call = await joined(kyoto, 'osaka');
    expect(await sendDocument(call, source, options)).toMatchObject({ code: 'CONFIRMED' });
    await expect.poll(() => osaka.received.map(({ code }) => code)).toEqual(['CONFIRMED']);
    expect(osaka.disk.documents.get('kyoto document-1')?.pages.map(({ info }) => info)).toEqual(
      source.pages.map(({ info }) => info),
    );
    // Both connections are idle again, and the same pair can talk once more.
    await kyoto.until((status) => status.idleConnections === status.connections);
    const again = await joined(kyoto, 'osaka');
    expect((await sendDocument(again, source, options)).code).toBe('CONFIRMED');
    expect(osaka.disk.delivered).toEqual(['kyoto document-1']);
  });

  it('leave a spare connection to be called by at both ends', async () => {
    const { url } = await relay();
    const kyoto = session(url, 'kyoto');
    const osaka = session(url, 'osaka');
    await Promise.all([kyoto.until(online), osaka.until(online)]);
    const first = await joined(kyoto, 'osaka');
    for (const office of [kyoto, osaka]) {
      await office.until((status) => status.connections === 2 && status.idleConnections === 1);
    }
    const back = await joined(osaka, 'kyoto');
    await kyoto.until((status) => status.connections === 3 && status.idleConnections === 1);
    const theirs = [await osaka.joined(), await kyoto.joined()];
    await Promise.all([first, back, ...theirs].map((call) => call.release()));
    await kyoto.until((status) => status.idleConnections === 3);
  });

  it('close surplus connections after a while', async () => {
    const running = await relay();
    const kyoto = session(running.url, 'kyoto', { timing: { surplusMs: 200 } });
    await receiving(running.url, 'osaka');
    const calls = await Promise.all([1, 2, 3].map(() => joined(kyoto, 'osaka')));
    await kyoto.until((status) => status.connections >= 4);
    for (const call of calls) call.abort();
    const more = await Promise.all([1, 2, 3].map(() => joined(kyoto, 'osaka')));
    await Promise.all(
      more.map((call, index) =>
        sendDocument(call, makeSource([makePage(index, 10)], { documentId: `document-${index}` }), options),
      ),
    );
    await kyoto.until((status) => status.connections === 2 && status.idleConnections === 2);
  });

  it('run five at once, each with a document of its own', async () => {
    const { url } = await relay();
    const kyoto = session(url, 'kyoto');
    const osaka = await receiving(url, 'osaka');
    await kyoto.until(online);
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, async (_, index) => {
        const source = makeSource([makePage(index, 300_000), makePage(index + 10, 200_000)], {
          documentId: `document-${index}`,
        });
        return (await sendDocument(await joined(kyoto, 'osaka'), source, options)).code;
      }),
    );
    expect(outcomes).toEqual(Array.from({ length: 5 }, () => 'CONFIRMED'));
    expect(osaka.disk.delivered).toHaveLength(5);
    expect(Math.max(...kyoto.statuses.map(({ connections }) => connections))).toBeGreaterThanOrEqual(6);
  });

  it('that cross each other all day end in calls or in busy, and nothing stays behind', async () => {
    const { url } = await relay();
    const kyoto = session(url, 'kyoto', { maxConnections: 3 });
    const osaka = session(url, 'osaka', { maxConnections: 3 });
    await Promise.all([kyoto.until(online), osaka.until(online)]);
    const counts = { joined: 0, busy: 0 };
    const giveBack = async (office: typeof kyoto) => {
      for (;;) await (await office.joined()).release();
    };
    void giveBack(kyoto);
    void giveBack(osaka);
    const callOften = async (office: typeof kyoto, peer: string) => {
      for (let count = 0; count < 40; count += 1) {
        const result = await office.session.call(peer, INFO, never());
        if ('call' in result) {
          counts.joined += 1;
          await result.call.release();
        } else {
          expect(result.outcome.code).toBe('DEVICE_BUSY');
          counts.busy += 1;
        }
      }
    };
    await Promise.all([callOften(kyoto, 'osaka'), callOften(osaka, 'kyoto')]);
    expect(counts.joined).toBeGreaterThan(10);
    for (const office of [kyoto, osaka]) {
      await office.until((status) => status.idleConnections === status.connections);
      expect(
        office.warnings.filter((line) => line.includes('complains') || line.includes('broke the protocol')),
      ).toEqual([]);
    }
  });

  it('whose other end reads nothing hold no more than some buffers, and end with the cause', async () => {
    const running = await relay({ stallTimeoutMs: 1_500 });
    const kyoto = session(running.url, 'kyoto');
    const osaka = session(running.url, 'osaka');
    await Promise.all([kyoto.until(online), osaka.until(online)]);
    const call = await joined(kyoto, 'osaka');
    const silent = await osaka.joined();
    const before = process.memoryUsage().rss;
    let handed = 0;
    const sending = (async () => {
      for (;;) {
        await call.send(new Uint8Array(1_000_000));
        handed += 1_000_000;
      }
    })();
    await expect(sending).rejects.toMatchObject({ callCause: 'stalled' });
    // What both kernels and the three programs hold on the way; a sender that is not stopped hands over gigabytes.
    expect(handed).toBeLessThan(40_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
    await call.release();
    silent.abort();
    await kyoto.until((status) => status.idleConnections === status.connections);
  });

  it('whose other end reads slowly lose nothing and keep the session up', async () => {
    const { url } = await relay({ keepaliveIntervalMs: 3_000 });
    const kyoto = session(url, 'kyoto');
    const osaka = session(url, 'osaka');
    await Promise.all([kyoto.until(online), osaka.until(online)]);
    const call = await joined(kyoto, 'osaka');
    const theirs = await osaka.joined();
    const total = 40_000_000;
    const sending = (async () => {
      for (let sent = 0; sent < total; sent += 1_000_000)
        await call.send(new Uint8Array(1_000_000).fill(sent / 1_000_000));
    })();
    let read = 0;
    const started = performance.now();
    for await (const bytes of theirs.incoming) {
      expect(bytes[0]).toBe(Math.floor(read / 1_000_000));
      read += bytes.byteLength;
      if (read >= total) break;
      // Slower than the sender by far, through more than one keepalive.
      if (performance.now() - started < 4_000) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await sending;
    expect(read).toBe(total);
    expect([...kyoto.statuses, ...osaka.statuses].filter(offline)).toEqual([]);
    await Promise.all([call.release(), theirs.release()]);
  });

  it('deliver every document exactly once although the line is cut again and again', async () => {
    const { port } = await relay({ keepaliveIntervalMs: 500 });
    const path = await startCutProxy({ targetPort: port });
    closing.push(() => path.close());
    const url = `ws://127.0.0.1:${path.port}`;
    const backOff = { firstMs: 20, longestMs: 50, shortestMs: 5, refusedMs: 50, stableMs: 60_000 };
    const timing = { backOff, connectMs: 2_000 };
    const kyoto = session(url, 'kyoto', { timing });
    const osaka = await receiving(url, 'osaka', { timing });
    await kyoto.until(online);
    let seed = 7;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const done = { cuts: 0 };
    const over = new AbortController();
    const cutting = (async () => {
      while (!over.signal.aborted) {
        await new Promise((resolve) => setTimeout(resolve, 20 + random() * 60));
        const all = path.connections();
        if (all.length === 0) continue;
        all[Math.floor(random() * all.length)]?.cut();
        done.cuts += 1;
      }
    })();
    const documents: string[] = [];
    const deliver = async (documentId: string, index: number) => {
      const pages = [makePage(index, 80_000), makePage(index + 1, 120_000), makePage(index + 2, 60_000)];
      const source = makeSource(pages, { documentId });
      for (;;) {
        const result = await kyoto.session.call('osaka', INFO, never());
        if ('outcome' in result) {
          expect(result.outcome.disposition).toBe('retry');
          await new Promise((resolve) => setTimeout(resolve, 10));
          continue;
        }
        const { code, disposition } = await sendDocument(result.call, source, options);
        if (code === 'CONFIRMED') return;
        expect(disposition).toBe('retry');
      }
    };
    while (done.cuts < 40 || documents.length < 30) {
      const next = [0, 1, 2].map((index) => documents.length + index);
      documents.push(...next.map((index) => `document-${index}`));
      await Promise.all(next.map((index) => deliver(`document-${index}`, index)));
    }
    over.abort();
    await cutting;
    expect([...osaka.disk.delivered].sort()).toEqual(documents.map((id) => `kyoto ${id}`).sort());
    for (const [index, documentId] of documents.entries()) {
      const stored = osaka.disk.documents.get(`kyoto ${documentId}`);
      expect(stored?.pages.map(({ info }) => info.sha256)).toEqual(
        [index, index + 1, index + 2].map(
          (one, at) => makePage(one, [80_000, 120_000, 60_000][at] ?? 0).info.sha256,
        ),
      );
    }
  });
});
