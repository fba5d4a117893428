// Slow and stalled receivers over real sockets: bounded memory, acknowledgements, stall and idle limits, silence.

import { afterEach, describe, expect, test } from 'vitest';
import { RELAY_CLOSE } from '../protocol/relay.ts';
import type { RelayServerLimits } from './limits.ts';
import { startRelay, type RunningRelay } from './server.ts';
import { memoryAccounts } from './testing/memoryAccounts.ts';
import { joinCall, logIn, type TestConnection } from './testing/testDevice.ts';

let relay: RunningRelay | undefined;

afterEach(async () => {
  await relay?.stop();
  relay = undefined;
});

async function start(limits: Partial<RelayServerLimits>): Promise<string> {
  relay = await startRelay({
    store: { accounts: memoryAccounts(['kyoto', 'osaka']) },
    host: '127.0.0.1',
    port: 0,
    limits: { stopGraceMs: 0, ...limits },
  });
  return relay.url;
}

/** More than the kernel keeps for two loopback sockets and the megabyte of the relay: whoever takes this is not held. */
const UNHELD_BYTES = 32 * 2 ** 20;

/** Sends frames until the path to the receiver has taken nothing for a while; how many bytes it took. */
async function fill(connection: TestConnection, frame: Buffer, isOver?: AbortSignal): Promise<number> {
  let taken = 0;
  while (taken < UNHELD_BYTES) {
    if (isOver?.aborted === true) return taken;
    const isTaken = await Promise.race([
      new Promise<boolean>((resolve) =>
        connection.ws.send(frame, (error) => resolve(!(error instanceof Error))),
      ),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 300)),
    ]);
    if (!isTaken) return taken;
    taken += frame.length;
  }
  throw new Error('nothing holds the sender back');
}

/** On a slow machine the path may take nothing for a while and not be full. */
async function fillUntil(isOver: AbortSignal, connection: TestConnection, frame: Buffer): Promise<void> {
  while (!isOver.aborted) await fill(connection, frame, isOver);
}

const FRAME = Buffer.alloc(60_000, 5);

describe('a receiver that does not read', () => {
  test('stops its sender, and gets every byte in order once it reads again', async () => {
    const url = await start({});
    const { connection: kyoto } = await logIn(url, 'kyoto');
    const { connection: osaka } = await logIn(url, 'osaka');
    await joinCall(kyoto, osaka, 'osaka');
    osaka.ws.pause();
    const rssBefore = process.memoryUsage().rss;
    const first = await fill(kyoto, FRAME);
    expect(process.memoryUsage().rss - rssBefore).toBeLessThan(100 * 2 ** 20);
    osaka.ws.resume();
    for (let got = 0; got < first + FRAME.length; got += FRAME.length) {
      expect((await osaka.hearData()).equals(FRAME)).toBe(true);
    }
  });

  test('is no reason to leave its sender without acknowledgements, nor to take the sender for dead', async () => {
    const url = await start({ keepaliveIntervalMs: 600 });
    const { connection: kyoto } = await logIn(url, 'kyoto');
    const { connection: osaka } = await logIn(url, 'osaka');
    const keepalive = setInterval(() => {
      osaka.say({ type: 'keepalive' });
      kyoto.say({ type: 'keepalive' });
    }, 100);
    try {
      await joinCall(kyoto, osaka, 'osaka');
      osaka.ws.pause();
      await fill(kyoto, FRAME);
      // The relay reads nothing from kyoto now: these acknowledgements come unprompted.
      kyoto.keepsAcks = true;
      for (let count = 0; count < 4; count++) await kyoto.hear('keepaliveAck');
      expect(relay?.status()).toMatchObject({ calls: 1, connections: 2 });
    } finally {
      clearInterval(keepalive);
    }
  });

  test('ends the call as stalled for both after the stall limit', async () => {
    const url = await start({ stallTimeoutMs: 400, keepaliveIntervalMs: 60_000 });
    const { connection: kyoto } = await logIn(url, 'kyoto');
    const { connection: osaka } = await logIn(url, 'osaka');
    const callId = await joinCall(kyoto, osaka, 'osaka');
    osaka.ws.pause();
    const isOver = new AbortController();
    const filling = fillUntil(isOver.signal, kyoto, FRAME);
    expect(await kyoto.hear('callEnded')).toEqual({ type: 'callEnded', callId, cause: 'stalled' });
    // After its release, data would break the protocol.
    isOver.abort();
    await filling;
    kyoto.say({ type: 'release', callId });
    await kyoto.hear('released');
    osaka.ws.resume();
    let heard = await osaka.next();
    while ('data' in heard) heard = await osaka.next();
    expect(heard).toEqual({ message: { type: 'callEnded', callId, cause: 'stalled' } });
    osaka.say({ type: 'release', callId });
    await osaka.hear('released');
    await joinCall(kyoto, osaka, 'osaka');
  });
});

test('data in both directions at once arrives whole', async () => {
  const url = await start({});
  const { connection: kyoto } = await logIn(url, 'kyoto');
  const { connection: osaka } = await logIn(url, 'osaka');
  await joinCall(kyoto, osaka, 'osaka');
  const count = 300;
  for (let index = 0; index < count; index++) {
    const frame = Buffer.alloc(1 + ((index * 7_919) % 64_000), index % 251);
    kyoto.sendData(frame);
    osaka.sendData(frame);
  }
  for (let index = 0; index < count; index++) {
    const wanted = Buffer.alloc(1 + ((index * 7_919) % 64_000), index % 251);
    expect((await osaka.hearData()).equals(wanted)).toBe(true);
    expect((await kyoto.hearData()).equals(wanted)).toBe(true);
  }
});

test('a call without a byte for the idle limit is ended', async () => {
  const url = await start({ idleCallMs: 150 });
  const { connection: kyoto } = await logIn(url, 'kyoto');
  const { connection: osaka } = await logIn(url, 'osaka');
  await joinCall(kyoto, osaka, 'osaka');
  expect((await kyoto.hear('callEnded')).cause).toBe('idleTooLong');
  expect((await osaka.hear('callEnded')).cause).toBe('idleTooLong');
});

test('a connection that falls silent is dropped after two and a half intervals, one that sends anything is not', async () => {
  const url = await start({ keepaliveIntervalMs: 500 });
  const { connection: lively } = await logIn(url, 'osaka');
  const ping = setInterval(() => lively.ws.ping(), 100);
  const since = performance.now();
  const { connection: silent } = await logIn(url, 'kyoto');
  expect(await silent.closed()).toBe(RELAY_CLOSE.keepaliveTimeout);
  expect(performance.now() - since).toBeGreaterThan(1_240);
  clearInterval(ping);
  lively.say({ type: 'keepalive' });
  lively.keepsAcks = true;
  await lively.hear('keepaliveAck');
});

test('a connection cut without a word in a stalled call frees both', async () => {
  const url = await start({ keepaliveIntervalMs: 60_000 });
  const { connection: kyoto } = await logIn(url, 'kyoto');
  const { connection: osaka } = await logIn(url, 'osaka');
  const callId = await joinCall(kyoto, osaka, 'osaka');
  osaka.ws.pause();
  await fill(kyoto, FRAME);
  osaka.ws.terminate();
  expect(await kyoto.hear('callEnded')).toEqual({ type: 'callEnded', callId, cause: 'peerGone' });
  kyoto.say({ type: 'release', callId });
  await kyoto.hear('released');
  expect(relay?.status().calls).toBe(0);
});
