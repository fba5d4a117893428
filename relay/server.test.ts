// The relay over real sockets: the procedures (1) to (24), one device's view at a time.

import { afterEach, describe, expect, test } from 'vitest';
import { RELAY_CLOSE } from '../protocol/relay.ts';
import type { RelayServerLimits } from './limits.ts';
import { startRelay, type RunningRelay } from './server.ts';
import { memoryAccounts, type MemoryAccounts } from './testing/memoryAccounts.ts';
import { joinCall, logIn, loginMessage, TestConnection } from './testing/testDevice.ts';

let relay: RunningRelay | undefined;
let accounts: MemoryAccounts;

afterEach(async () => {
  await relay?.stop();
  relay = undefined;
});

async function start(limits: Partial<RelayServerLimits> = {}): Promise<string> {
  accounts = memoryAccounts(['kyoto', 'osaka', 'tokyo', 'elsewhere'], { elsewhere: 'another owner' });
  relay = await startRelay({
    store: { accounts },
    host: '127.0.0.1',
    port: 0,
    limits: { refusalDelayMs: 20, directoryCoalesceMs: 10, stopGraceMs: 0, ...limits },
    name: 'test relay',
  });
  return relay.url;
}

describe('login', () => {
  test('the answer to a right password names the relay, its limits and the session', async () => {
    const url = await start({ keepaliveIntervalMs: 12_345 });
    const connection = await new TestConnection(url).opened();
    connection.say(loginMessage('kyoto', 'password of kyoto'));
    const accepted = await connection.hear('loginAccepted');
    expect(accepted).toMatchObject({
      version: 1,
      relayName: 'test relay',
      limits: { keepaliveIntervalMs: 12_345 },
    });
    expect(accepted.sessionToken.length).toBeGreaterThan(16);
  });

  test.each([
    ['an unknown device', 'nobody', 'password of nobody'],
    ['a wrong password', 'kyoto', 'password of osaka'],
    ['a disabled device', 'tokyo', 'password of tokyo'],
  ])('%s gets the one negative answer and is closed', async (_case, deviceId, password) => {
    const url = await start();
    accounts.setEnabled('tokyo', false);
    const connection = await new TestConnection(url).opened();
    connection.say(loginMessage(deviceId, password));
    expect(await connection.hear('loginRefused')).toEqual({ type: 'loginRefused', code: 'loginRefused' });
    expect(await connection.closed()).toBe(RELAY_CLOSE.loginRefused);
  });

  test('a version this relay does not speak is refused as such', async () => {
    const url = await start();
    const connection = await new TestConnection(url).opened();
    connection.say({ ...loginMessage('kyoto', 'password of kyoto'), versions: [2, 3] });
    expect((await connection.hear('loginRefused')).code).toBe('versionNotSupported');
  });

  test('a new session replaces the stale one of the same device', async () => {
    const url = await start();
    const old = await logIn(url, 'kyoto');
    const fresh = await logIn(url, 'kyoto');
    expect(await old.connection.closed()).toBe(RELAY_CLOSE.replaced);
    expect(fresh.token).not.toBe(old.token);
  });

  test('a straggler of a replaced session does not replace the new one', async () => {
    const url = await start();
    const old = await logIn(url, 'kyoto');
    const fresh = await logIn(url, 'kyoto');
    const straggler = await new TestConnection(url).opened();
    straggler.say(loginMessage('kyoto', 'password of kyoto', old.token));
    expect(await straggler.closed()).toBe(RELAY_CLOSE.replaced);
    const more = await logIn(url, 'kyoto', fresh.token);
    expect(more.token).toBe(fresh.token);
  });

  test('more connections join the session up to the limit', async () => {
    const url = await start({ maxConnections: 2 });
    const first = await logIn(url, 'kyoto');
    await logIn(url, 'kyoto', first.token);
    const third = await new TestConnection(url).opened();
    third.say(loginMessage('kyoto', 'password of kyoto', first.token));
    expect((await third.hear('loginRefused')).code).toBe('tooManyConnections');
  });

  test('logout on one connection closes all of the device', async () => {
    const url = await start();
    const first = await logIn(url, 'kyoto');
    const second = await logIn(url, 'kyoto', first.token);
    second.connection.say({ type: 'logout' });
    await first.connection.hear('loggedOut');
    await second.connection.hear('loggedOut');
    expect(await first.connection.closed()).toBe(RELAY_CLOSE.loggedOut);
    expect(await second.connection.closed()).toBe(RELAY_CLOSE.loggedOut);
  });

  test('a changed account ends the running session', async () => {
    const url = await start({ accountsPollMs: 20 });
    const { connection } = await logIn(url, 'kyoto');
    accounts.setEnabled('kyoto', false);
    accounts.touch();
    expect((await connection.hear('error')).code).toBe('accountChanged');
    expect(await connection.closed()).toBe(RELAY_CLOSE.loginRefused);
  });
});

describe('a call', () => {
  test('joins two connections, carries data both ways in order, and frees both', async () => {
    const url = await start();
    const { connection: kyoto } = await logIn(url, 'kyoto');
    const { connection: osaka } = await logIn(url, 'osaka');
    kyoto.say({ type: 'connect', callee: 'osaka', info: { kind: 'document', displayName: 'Kyoto office' } });
    const incoming = await osaka.hear('incoming');
    expect(incoming).toMatchObject({
      caller: 'kyoto',
      info: { kind: 'document', displayName: 'Kyoto office' },
    });
    osaka.say({ type: 'answer', callId: incoming.callId, accept: true });
    expect(await kyoto.hear('joined')).toEqual({ type: 'joined', callId: incoming.callId, peer: 'osaka' });
    expect(await osaka.hear('joined')).toEqual({ type: 'joined', callId: incoming.callId, peer: 'kyoto' });
    for (const text of ['one', 'two', 'three']) kyoto.sendData(Buffer.from(text));
    osaka.sendData(Buffer.from('back'));
    const heard = [await osaka.hearData(), await osaka.hearData(), await osaka.hearData()];
    expect(heard.map(String)).toEqual(['one', 'two', 'three']);
    expect(String(await kyoto.hearData())).toBe('back');
    kyoto.say({ type: 'release', callId: incoming.callId });
    osaka.say({ type: 'release', callId: incoming.callId });
    await kyoto.hear('released');
    await osaka.hear('released');
    expect(relay?.status()).toMatchObject({ calls: 0, forwardedBytes: 15 });
    await joinCall(osaka, kyoto, 'kyoto');
  });

  test.each([
    ['nobody', 'unknownDevice'],
    ['elsewhere', 'unknownDevice'],
    ['tokyo', 'offline'],
    ['kyoto', 'refused'],
  ])('a request for %s fails with %s', async (callee, cause) => {
    const url = await start();
    const { connection } = await logIn(url, 'kyoto');
    await logIn(url, 'elsewhere');
    connection.say({ type: 'connect', callee, info: { kind: 'document' } });
    expect((await connection.hear('connectFailed')).cause).toBe(cause);
  });

  test('a callee that does not answer in time gives noAnswer, and its late answer is passed over', async () => {
    const url = await start({ answerTimeoutMs: 100 });
    const { connection: kyoto } = await logIn(url, 'kyoto');
    const { connection: osaka } = await logIn(url, 'osaka');
    kyoto.say({ type: 'connect', callee: 'osaka', info: { kind: 'document' } });
    const { callId } = await osaka.hear('incoming');
    expect((await kyoto.hear('connectFailed')).cause).toBe('noAnswer');
    expect(await osaka.hear('incomingGone')).toEqual({ type: 'incomingGone', callId, cause: 'noAnswer' });
    osaka.say({ type: 'answer', callId, accept: true });
    await joinCall(kyoto, osaka, 'osaka');
  });

  test('whose one end breaks is ended for the other, after all that was said', async () => {
    const url = await start();
    const { connection: kyoto } = await logIn(url, 'kyoto');
    const { connection: osaka } = await logIn(url, 'osaka');
    const callId = await joinCall(kyoto, osaka, 'osaka');
    kyoto.ws.send(Buffer.from('last words'), () => kyoto.ws.terminate());
    expect(String(await osaka.hearData())).toBe('last words');
    expect(await osaka.hear('callEnded')).toEqual({ type: 'callEnded', callId, cause: 'peerGone' });
    osaka.say({ type: 'release', callId });
    await osaka.hear('released');
    expect(relay?.status().calls).toBe(0);
  });
});

describe('the directory', () => {
  test('lists who is online, and tells a watcher who comes, is busy, and goes', async () => {
    const url = await start();
    const { connection: kyoto } = await logIn(url, 'kyoto');
    const { connection: osaka } = await logIn(url, 'osaka');
    await logIn(url, 'elsewhere');
    kyoto.say({ type: 'directory', requestId: 'one', limit: 10 });
    expect(await kyoto.hear('directory')).toEqual({
      type: 'directory',
      requestId: 'one',
      devices: [{ deviceId: 'osaka', busy: false }],
      more: false,
    });
    kyoto.say({ type: 'watchDirectory', on: true });
    const { connection: tokyo } = await logIn(url, 'tokyo');
    expect(await kyoto.hear('directoryChange')).toMatchObject({
      online: true,
      device: { deviceId: 'tokyo' },
    });
    await joinCall(tokyo, osaka, 'osaka');
    const changes = [await kyoto.hear('directoryChange'), await kyoto.hear('directoryChange')];
    expect(changes.map(({ device }) => device).sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1))).toEqual([
      { deviceId: 'osaka', busy: true },
      { deviceId: 'tokyo', busy: true },
    ]);
    tokyo.ws.terminate();
    expect(await kyoto.hear('directoryChange')).toMatchObject({
      online: false,
      device: { deviceId: 'tokyo' },
    });
  });
});

describe('stopping', () => {
  test('tells every device, ends calls and closes', async () => {
    const url = await start();
    const { connection: kyoto } = await logIn(url, 'kyoto');
    const { connection: osaka } = await logIn(url, 'osaka');
    const callId = await joinCall(kyoto, osaka, 'osaka');
    await relay?.stop();
    await kyoto.hear('goingAway');
    expect(await kyoto.hear('callEnded')).toEqual({ type: 'callEnded', callId, cause: 'relayStopping' });
    expect(await kyoto.closed()).toBe(1001);
    expect(await osaka.closed()).toBe(1001);
  });

  test('gives running calls a moment to finish, and begins none', async () => {
    const url = await start({ stopGraceMs: 5_000 });
    const { connection: kyoto } = await logIn(url, 'kyoto');
    const { connection: osaka } = await logIn(url, 'osaka');
    const { connection: tokyo } = await logIn(url, 'tokyo');
    const callId = await joinCall(kyoto, osaka, 'osaka');
    const stopped = relay?.stop();
    await tokyo.hear('goingAway');
    tokyo.say({ type: 'connect', callee: 'osaka', info: { kind: 'document' } });
    expect((await tokyo.hear('connectFailed')).cause).toBe('relayStopping');
    await kyoto.hear('goingAway');
    await osaka.hear('goingAway');
    kyoto.sendData(Buffer.from('the end'));
    expect(String(await osaka.hearData())).toBe('the end');
    for (const one of [kyoto, osaka]) one.say({ type: 'release', callId });
    await kyoto.hear('released');
    await osaka.hear('released');
    expect(await kyoto.closed()).toBe(1001);
    await stopped;
  });
});
