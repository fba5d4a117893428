// The way from a session to a real relay: TLS with an authority of one's own, and HTTP CONNECT proxies.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { offline, online } from '../../gateway/relaySession/sessionHarness.testSupport.ts';
import { testRelayAccount } from '../../gateway/relaySession/testRelayAccount.ts';
import { SILENT_LOG } from '../../gateway/call/memoryStore.testSupport.ts';
import { makeCertificates } from '../harness/certificates.ts';
import { startHttpProxy } from './httpProxy.ts';
import { officeSession, passwordOf, relayOn } from './offices.ts';

/** An address that nothing on this computer answers to: only a proxy can make something of it. */
const FAR = '198.51.100.7';

let folder: string;
let tls: { cert: string; key: string };
let ca: string;
let otherCa: string;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hikyaku-route-'));
  const files = await makeCertificates(folder, [FAR]);
  const read = (file: string) => readFile(file, 'utf8');
  tls = { cert: await read(files.certificate), key: await read(files.key) };
  ca = await read(files.ca);
  const otherFolder = await mkdtemp(path.join(folder, 'other-'));
  otherCa = await read((await makeCertificates(otherFolder)).ca);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function relay(secure: boolean) {
  const running = await relayOn(0, {}, secure ? tls : undefined);
  closing.push(() => running.stop());
  return running;
}

async function proxy(options: Parameters<typeof startHttpProxy>[0] = {}) {
  const running = await startHttpProxy(options);
  closing.push(() => running.close());
  return running;
}

function session(...args: Parameters<typeof officeSession>) {
  const office = officeSession(...args);
  closing.push(() => office.session.stop());
  office.session.start();
  return office;
}

describe('over TLS', () => {
  it('a relay with the certificate of a trusted authority is taken', async () => {
    const { port } = await relay(true);
    const office = session(`wss://localhost:${port}`, 'kyoto', { ca });
    expect(await office.until(online)).toMatchObject({ encrypted: true, relayName: 'test relay' });
  });

  it.each([
    ['no authority at all', () => undefined],
    ['another authority', () => otherCa],
  ])('a relay is refused when there is trust in %s', async (_name, own) => {
    const { port } = await relay(true);
    const office = session(`wss://localhost:${port}`, 'kyoto', { ca: own() });
    expect((await office.until(offline)).outcome?.code).toBe('RELAY_CERTIFICATE');
  });

  it('a relay is refused whose certificate is for another name', async () => {
    const { port } = await relay(true);
    const far = await proxy({ targetPort: port });
    const office = session('wss://another.example', 'kyoto', { ca, proxy: `http://localhost:${far.port}` });
    expect((await office.until(offline)).outcome?.code).toBe('RELAY_CERTIFICATE');
  });

  it('a relay without TLS is not taken for one with', async () => {
    const { port } = await relay(false);
    const office = session(`wss://localhost:${port}`, 'kyoto', { ca });
    expect((await office.until(offline)).outcome?.code).toBe('RELAY_UNREACHABLE');
  });
});

describe('through a proxy', () => {
  it('with a password a relay over TLS is reached, and its certificate is still checked', async () => {
    const { port } = await relay(true);
    const way = await proxy({ login: 'me:pa ss%', targetPort: port });
    const address = `http://me:pa%20ss%25@localhost:${way.port}`;
    const office = session(`wss://${FAR}`, 'kyoto', { ca, proxy: address });
    await office.until(online);
    expect(way.asked[0]).toBe(`${FAR}:443`);
    const wrong = session(`wss://${FAR}`, 'osaka', { ca: otherCa, proxy: address });
    expect((await wrong.until(offline)).outcome?.code).toBe('RELAY_CERTIFICATE');
    expect([...office.warnings, ...wrong.warnings].join(' ')).not.toContain('pa');
  });

  it('a relay without TLS is reached too', async () => {
    const { port } = await relay(false);
    const way = await proxy({ targetPort: port });
    const office = session(`ws://${FAR}:8080`, 'kyoto', { proxy: `http://localhost:${way.port}` });
    await office.until(online);
    expect(way.asked[0]).toBe(`${FAR}:8080`);
  });

  it.each([
    ['wants a password', { login: 'me:right' }, 'http://me:wrong@', 'RELAY_PROXY_REFUSED', '407'],
    ['forbids it', { status: 403 }, 'http://', 'RELAY_PROXY_REFUSED', '403'],
    ['cannot reach the relay', { status: 502 }, 'http://', 'RELAY_UNREACHABLE', '502'],
  ])('that %s the cause is named', async (_name, options, start, code, status) => {
    const way = await proxy(options);
    const office = session(`wss://${FAR}`, 'kyoto', { proxy: `${start}localhost:${way.port}` });
    const { outcome } = await office.until(offline);
    expect(outcome?.code).toBe(code);
    expect(outcome?.detail).toContain(status);
  });

  it('that never answers the wait has a limit, and the socket is let go', async () => {
    const way = await proxy({ silent: true });
    const timing = { connectMs: 200 };
    const office = session(`wss://${FAR}`, 'kyoto', { proxy: `http://localhost:${way.port}`, timing });
    expect((await office.until(offline)).outcome?.code).toBe('RELAY_UNREACHABLE');
    await office.session.stop();
    await expect.poll(() => way.openSockets()).toBe(0);
  });

  it('that is not there the relay counts as unreachable', async () => {
    const way = await startHttpProxy();
    await way.close();
    const office = session(`wss://${FAR}`, 'kyoto', { proxy: `http://localhost:${way.port}` });
    expect((await office.until(offline)).outcome?.code).toBe('RELAY_UNREACHABLE');
  });

  it('a relay on this computer is never asked for', async () => {
    const { port } = await relay(false);
    const way = await proxy();
    const office = session(`ws://localhost:${port}`, 'kyoto', { proxy: `http://localhost:${way.port}` });
    await office.until(online);
    expect(way.asked).toEqual([]);
  });
});

describe('trying an account', () => {
  const endpoint = (url: string, password = passwordOf('kyoto')) => ({
    url,
    deviceId: 'kyoto',
    password,
    software: 'test',
    log: SILENT_LOG,
  });

  it('says that it works, or why not', async () => {
    const { url } = await relay(false);
    expect(await testRelayAccount(endpoint(url))).toBe('online');
    expect(await testRelayAccount(endpoint(url, 'wrong'))).toMatchObject({ code: 'RELAY_LOGIN_REFUSED' });
    expect(await testRelayAccount(endpoint('ws://127.0.0.1:9'))).toMatchObject({ code: 'RELAY_UNREACHABLE' });
  });

  it('does not disturb the session that is online with it', async () => {
    const running = await relay(false);
    const office = session(running.url, 'kyoto');
    await office.until(online);
    const since = office.session.status().since;
    expect(await testRelayAccount(endpoint(running.url))).toBe('online');
    expect(await testRelayAccount(endpoint(running.url, 'wrong'))).toMatchObject({
      code: 'RELAY_LOGIN_REFUSED',
    });
    await expect.poll(() => running.status().connections).toBe(1);
    expect(office.session.status()).toMatchObject({ state: 'online', since });
    expect(office.statuses.some(({ state }) => state === 'offline')).toBe(false);
  });
});
