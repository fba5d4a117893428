// What strangers and broken devices send: an error and a close for them, nothing for anybody else.

import * as fc from 'fast-check';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { RELAY_CLOSE, RELAY_SUBPROTOCOL } from '../protocol/relay.ts';
import { parseControlMessage } from './connection/controlMessage.ts';
import type { RelayServerLimits } from './limits.ts';
import { startRelay, type RunningRelay } from './server.ts';
import { memoryAccounts } from './testing/memoryAccounts.ts';
import { joinCall, logIn, loginMessage, TestConnection } from './testing/testDevice.ts';

let relay: RunningRelay | undefined;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await relay?.stop();
  relay = undefined;
});

async function start(limits: Partial<RelayServerLimits> = {}): Promise<string> {
  relay = await startRelay({
    store: { accounts: memoryAccounts(['kyoto', 'osaka']) },
    host: '127.0.0.1',
    port: 0,
    limits: { refusalDelayMs: 10, stopGraceMs: 0, ...limits },
  });
  return relay.url;
}

function httpStatusOfUpgrade(url: string, protocols: string[]): Promise<number | undefined> {
  return new Promise((resolve) => {
    const ws = new WebSocket(url, protocols);
    ws.on('unexpected-response', (_request, response) => resolve(response.statusCode));
    ws.on('open', () => resolve(101));
    ws.on('error', () => {});
  });
}

describe('the front door', () => {
  test('says it is there to a plain GET, and nothing else to other paths', async () => {
    const url = (await start()).replace('ws:', 'http:');
    const health = await fetch(`${url}/`);
    expect(health.status).toBe(200);
    expect((await health.text()).trimEnd().split('\n')).toHaveLength(1);
    expect((await fetch(`${url}/admin`)).status).toBe(404);
    expect((await fetch(`${url}/`, { method: 'POST', body: 'x' })).status).toBe(404);
  });

  test('refuses other paths and other subprotocols', async () => {
    const url = await start();
    expect(await httpStatusOfUpgrade(`${url}/other`, [RELAY_SUBPROTOCOL])).toBe(404);
    expect(await httpStatusOfUpgrade(url, [])).toBe(400);
    expect(await httpStatusOfUpgrade(url, ['chat'])).toBe(400);
    expect(await httpStatusOfUpgrade(url, ['chat', RELAY_SUBPROTOCOL])).toBe(101);
  });

  test('drops who does not log in in time, and lets no address have too many of those', async () => {
    const url = await start({ loginTimeoutMs: 1_500, maxUnauthenticatedPerAddress: 2 });
    const first = await new TestConnection(url).opened();
    await new TestConnection(url).opened();
    expect(await httpStatusOfUpgrade(url, [RELAY_SUBPROTOCOL])).toBe(503);
    expect(await first.closed()).toBe(RELAY_CLOSE.loginTimeout);
    expect(await httpStatusOfUpgrade(url, [RELAY_SUBPROTOCOL])).toBe(101);
  });

  test('a logged-in connection does not count as one that has yet to log in', async () => {
    const url = await start({ maxUnauthenticated: 1 });
    await logIn(url, 'kyoto');
    await logIn(url, 'osaka');
    expect(relay?.status()).toMatchObject({ unauthenticatedConnections: 0, connections: 2 });
  });

  test('cuts off an address with too many sockets', async () => {
    const url = await start({ maxSocketsPerAddress: 3 });
    const closed: Promise<void>[] = [];
    for (let count = 0; count < 5; count++) {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      sockets.push(socket);
      socket.on('error', () => {});
      closed.push(new Promise((resolve) => socket.once('close', () => resolve())));
    }
    await Promise.all(closed.slice(3));
    expect(sockets.slice(0, 3).every((socket) => !socket.destroyed)).toBe(true);
  });
});

describe('before login', () => {
  test.each([
    ['binary', (connection: TestConnection) => connection.sendData(Buffer.from('x'))],
    ['another message', (connection: TestConnection) => connection.say({ type: 'keepalive' })],
    ['no JSON', (connection: TestConnection) => connection.ws.send('{')],
    ['JSON that is no message', (connection: TestConnection) => connection.ws.send('[1]')],
  ])('%s is answered with an error and a close', async (_what, act) => {
    const connection = await new TestConnection(await start()).opened();
    act(connection);
    expect((await connection.hear('error')).fatal).toBe(true);
    expect(await connection.closed()).toBe(RELAY_CLOSE.protocolError);
  });

  test('more bytes than a login needs are not taken', async () => {
    const connection = await new TestConnection(await start()).opened();
    // A message that never ends, piece by piece.
    for (let piece = 0; piece < 5; piece++) connection.ws.send('x'.repeat(2_000), { fin: false });
    await connection.closed();
    expect(relay?.status().connections).toBe(0);
  });
});

describe('after login', () => {
  test.each([
    ['a frame of data outside a call', (c: TestConnection) => c.sendData(Buffer.from('x')), 'wrongState'],
    ['a second login', (c: TestConnection) => c.say(loginMessage('kyoto', 'x')), 'wrongState'],
    ['a long control message', (c: TestConnection) => c.ws.send(`"${'x'.repeat(17_000)}"`), 'messageTooLong'],
    [
      'a flood of control messages',
      (c: TestConnection) => {
        for (let count = 0; count < 1_000; count++) c.say({ type: 'keepalive' });
      },
      'tooManyMessages',
    ],
  ])('%s is answered with an error and a close', async (_what, act, code) => {
    const { connection } = await logIn(await start(), 'kyoto');
    act(connection);
    expect((await connection.hear('error')).code).toBe(code);
    expect(await connection.closed()).toBe(RELAY_CLOSE.protocolError);
  });

  test('a flood of pings ends the connection', async () => {
    const { connection } = await logIn(await start(), 'kyoto');
    for (let count = 0; count < 1_000; count++) connection.ws.ping();
    await connection.closed();
    expect(relay?.status().devicesOnline).toBe(0);
  });

  test('a frame longer than the limit closes its connection and ends the call for the other end', async () => {
    const url = await start({ maxFrameBytes: 20_000 });
    const { connection: kyoto } = await logIn(url, 'kyoto');
    const { connection: osaka } = await logIn(url, 'osaka');
    await joinCall(kyoto, osaka, 'osaka');
    kyoto.sendData(Buffer.alloc(20_001));
    expect(await kyoto.closed()).toBe(1009);
    expect((await osaka.hear('callEnded')).cause).toBe('peerGone');
  });

  test('connect requests faster than the limit fail, and the connection lives', async () => {
    const { connection } = await logIn(await start({ connectRate: { burst: 3, perSecond: 0.01 } }), 'kyoto');
    const causes: string[] = [];
    for (let count = 0; count < 4; count++) {
      connection.say({ type: 'connect', callee: 'osaka', info: { kind: 'document' } });
      causes.push((await connection.hear('connectFailed')).cause);
    }
    expect(causes).toEqual(['offline', 'offline', 'offline', 'tooManyRequests']);
  });

  test('a late release, answer or cancel for a call that is no more does no harm', async () => {
    const url = await start();
    const { connection: kyoto } = await logIn(url, 'kyoto');
    const { connection: osaka } = await logIn(url, 'osaka');
    kyoto.say({ type: 'release', callId: 'gone' });
    kyoto.say({ type: 'answer', callId: 'gone', accept: true });
    kyoto.say({ type: 'cancelConnect' });
    await joinCall(kyoto, osaka, 'osaka');
  });
});

describe('guessing passwords', () => {
  test('is locked out after some failures, right password or not, and the lock ends', async () => {
    const url = await start({ failuresBeforeLockPerId: 2, firstLockMs: 2_000 });
    async function tryPassword(password: string): Promise<unknown> {
      const connection = await new TestConnection(url).opened();
      connection.say(loginMessage('kyoto', password));
      const heard = await connection.next();
      return 'message' in heard ? heard.message : heard;
    }
    expect(await tryPassword('wrong')).toMatchObject({ code: 'loginRefused' });
    expect(await tryPassword('wrong')).toMatchObject({ code: 'loginRefused' });
    const locked = await tryPassword('password of kyoto');
    expect(locked).toMatchObject({ type: 'loginRefused', code: 'tooManyAttempts' });
    const { retryAfterMs } = locked as { retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(2_000);
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs + 20));
    expect(await tryPassword('password of kyoto')).toMatchObject({ type: 'loginAccepted' });
  });

  test('many guesses made at once count no more than the first few', async () => {
    const url = await start({ failuresBeforeLockPerId: 2, firstLockMs: 5_000 });
    const answers = await Promise.all(
      Array.from({ length: 12 }, async (_none, index) => {
        const connection = await new TestConnection(url).opened();
        connection.say(loginMessage('kyoto', index === 11 ? 'password of kyoto' : `guess ${index}`));
        const heard = await connection.next();
        return 'message' in heard && heard.message.type === 'loginRefused' ? heard.message.code : 'accepted';
      }),
    );
    expect(answers.filter((code) => code === 'tooManyAttempts').length).toBeGreaterThanOrEqual(9);
    expect(answers).not.toContain('accepted');
  });

  test('takes as long for an unknown device as for a known one', async () => {
    const url = await start({ refusalDelayMs: 150 });
    for (const deviceId of ['kyoto', 'nobody']) {
      const connection = await new TestConnection(url).opened();
      const since = performance.now();
      connection.say(loginMessage(deviceId, 'wrong'));
      await connection.hear('loginRefused');
      expect(performance.now() - since).toBeGreaterThan(145);
    }
  });
});

test('raw bytes on the socket disturb nobody', async () => {
  const url = await start({ loginTimeoutMs: 300 });
  const { connection: kyoto } = await logIn(url, 'kyoto');
  const upgrade = `GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ${RELAY_SUBPROTOCOL}\r\n\r\n`;
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.uint8Array({ maxLength: 300 }), async (isUpgraded, bytes) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      sockets.push(socket);
      socket.on('error', () => {});
      await new Promise((resolve) => socket.once('connect', resolve));
      const ended = new Promise((resolve) => socket.once('close', resolve));
      socket.resume();
      socket.end(isUpgraded ? Buffer.concat([Buffer.from(upgrade), bytes]) : bytes);
      await ended;
    }),
    { numRuns: 60 },
  );
  kyoto.say({ type: 'directory', requestId: 'still here', limit: 10 });
  expect(await kyoto.hear('directory')).toMatchObject({ requestId: 'still here', devices: [] });
});

test('any bytes as a control message give a message or a reason', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
        fc.json().map((json) => Buffer.from(json)),
        fc
          .record({
            type: fc.constantFrom('login', 'connect', 'answer', 'release', 'directory', 'logout'),
            callId: fc.anything(),
            callee: fc.string(),
            info: fc.object(),
          })
          .map((message) =>
            Buffer.from(
              JSON.stringify(message, (_key, value: unknown) => (typeof value === 'bigint' ? 0 : value)),
            ),
          ),
      ),
      (bytes) => {
        const parsed = parseControlMessage(bytes);
        if ('broken' in parsed) expect(parsed.detail.length).toBeLessThanOrEqual(200);
        else expect(parsed.message.type).toBeTypeOf('string');
      },
    ),
    { numRuns: 1_000 },
  );
});
