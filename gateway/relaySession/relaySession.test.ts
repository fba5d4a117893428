// The relay session over real sockets, against a relay that does what each test tells it: signing in, the path, the directory.

import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startScriptedRelay } from './scriptedRelay.testSupport.ts';
import { closeAll, harness, INFO, keep, offline, online, started } from './sessionHarness.testSupport.ts';

afterEach(closeAll);

describe('a relay session', () => {
  it('logs in, tells who it is, and shows that it is online', async () => {
    const { own, connection } = await started();
    expect(connection.heard[0]).toMatchObject({
      type: 'login',
      deviceId: 'kyoto',
      password: 'secret',
      versions: [1],
      software: 'test 1',
      displayName: 'Kyoto',
    });
    expect(connection.heard[0]).not.toHaveProperty('sessionToken');
    expect(own.session.status()).toMatchObject({
      state: 'online',
      relayName: 'scripted',
      encrypted: false,
      connections: 1,
      idleConnections: 1,
    });
    expect(own.session.status().lastContactAt).toBeDefined();
    expect(own.warnings.join('\n')).not.toContain('secret');
  });

  it('hears a refused login as such and rests for a minute at least', async () => {
    const relay = keep(await startScriptedRelay());
    const own = keep(harness(relay.url));
    own.session.start();
    const connection = await relay.connection('leave');
    await connection.next('login');
    connection.say({ type: 'loginRefused', code: 'loginRefused' });
    const status = await own.until(offline);
    expect(status.outcome?.code).toBe('RELAY_LOGIN_REFUSED');
    expect(Date.parse(status.nextAttemptAt ?? '') - Date.now()).toBeGreaterThan(59_000);
    const result = await own.session.call('osaka', INFO, new AbortController().signal);
    expect(result).toMatchObject({ outcome: { code: 'RELAY_LOGIN_REFUSED', phase: 'relay' } });
  });

  it('rests when another session of the device took its place', async () => {
    const { own, connection } = await started();
    connection.socket.close(4409, 'replaced');
    const status = await own.until(offline);
    expect(status.outcome?.code).toBe('RELAY_REPLACED');
    expect(Date.parse(status.nextAttemptAt ?? '') - Date.now()).toBeGreaterThan(59_000);
  });

  it('comes back by itself after a broken connection, as a new session', async () => {
    const { relay, own, connection } = await started({}, { random: () => 0 });
    connection.socket.terminate();
    expect((await own.until(offline)).outcome?.code).toBe('RELAY_UNREACHABLE');
    const second = await relay.connection();
    expect(second.heard[0]).not.toHaveProperty('sessionToken');
    await own.until(online);
    expect(own.session.status().outcome).toBeUndefined();
  });

  it('stays away as long as a stopping relay asks', async () => {
    const { own, connection } = await started();
    connection.say({ type: 'goingAway', backAfterMs: 20_000 });
    await expect.poll(() => own.warnings.some((line) => line.includes('going away'))).toBe(true);
    const result = await own.session.call('osaka', INFO, new AbortController().signal);
    expect(result).toMatchObject({ outcome: { code: 'RELAY_STOPPING' } });
    connection.socket.close(1001);
    const status = await own.until(offline);
    expect(status.outcome?.code).toBe('RELAY_STOPPING');
    const restMs = Date.parse(status.nextAttemptAt ?? '') - Date.now();
    expect(restMs).toBeGreaterThan(19_000);
    expect(restMs).toBeLessThan(31_000);
  });

  it('logs out when it is stopped', async () => {
    const { own, connection } = await started();
    const stopped = own.session.stop();
    await connection.next('logout');
    connection.socket.close(4411);
    await stopped;
    expect(own.session.status().state).toBe('offline');
  });

  it('says where nobody listens that the relay is unreachable', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    const own = keep(harness(`ws://127.0.0.1:${port}`));
    own.session.start();
    expect((await own.until(offline)).outcome?.code).toBe('RELAY_UNREACHABLE');
  });

  it('gives up a server that takes the connection and says nothing', async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const own = keep(harness(`ws://127.0.0.1:${port}`, { timing: { connectMs: 100 } }));
    own.session.start();
    const status = await own.until(offline);
    expect(status.outcome).toMatchObject({
      code: 'RELAY_UNREACHABLE',
      detail: 'no answer within the time limit',
    });
    server.close();
  });

  it('is not harmed by an address that is none', async () => {
    const own = keep(harness('wss://'));
    own.session.start();
    expect((await own.until(offline)).outcome?.code).toBe('RELAY_UNREACHABLE');
  });

  it('passes over messages it does not know and leaves a relay that talks nonsense', async () => {
    const { own, connection } = await started({}, { random: () => 0 });
    connection.sayRaw('{"type":"weather","sunny":true}');
    connection.say({ type: 'directoryChange', online: true, device: { deviceId: 'nara', busy: false } });
    await expect.poll(() => own.directoryChanges.length).toBe(1);
    connection.sayRaw('{"type":"joined"}');
    const status = await own.until((one) => one.state !== 'online');
    expect(status.outcome?.detail).toContain('broke the protocol');
  });
});

describe('a dead path', () => {
  it('is dropped after two and a half silent intervals, and the session connects again', async () => {
    const relay = keep(
      await startScriptedRelay({ limits: { keepaliveIntervalMs: 100 }, answerKeepalive: false }),
    );
    const own = keep(harness(relay.url, { random: () => 0, timing: { logoutMs: 50 } }));
    own.session.start();
    const connection = await relay.connection();
    await own.until(online);
    const since = performance.now();
    // Reads nothing and says nothing from here on, as a path that was cut somewhere on the way.
    connection.socket.pause();
    const status = await own.until((one) => one.state !== 'online');
    expect(performance.now() - since).toBeGreaterThan(200);
    expect(performance.now() - since).toBeLessThan(1_000);
    expect(status.outcome?.detail).toContain('silent');
    await relay.connection();
    await own.until(online);
  });

  it('is not seen where the relay answers keepalives', async () => {
    const { own, connection } = await started({ limits: { keepaliveIntervalMs: 60 } });
    for (let count = 0; count < 8; count += 1) await connection.next('keepalive');
    expect(own.session.status().state).toBe('online');
  });
});

describe('the directory', () => {
  it('is asked over any connection and answered to whoever asked', async () => {
    const { own, connection } = await started();
    expect(await connection.next('watchDirectory')).toMatchObject({ on: true });
    const first = own.session.directory({ limit: 10, filter: 'na' });
    const request = await connection.next('directory');
    expect(request).toMatchObject({ limit: 10, filter: 'na' });
    const device = { deviceId: 'nara', busy: false };
    connection.say({ type: 'directory', requestId: request.requestId, devices: [device], more: true });
    expect(await first).toEqual({ devices: [device], more: true });
  });

  it('throws when offline and when the connection goes', async () => {
    const { own, connection } = await started();
    const asked = own.session.directory({ limit: 10 });
    await connection.next('directory');
    connection.socket.terminate();
    await expect(asked).rejects.toThrow('offline');
    await own.until(offline);
    await expect(own.session.directory({ limit: 10 })).rejects.toThrow('offline');
  });
});
