// The command line as people and gateways use it: real processes, started by the launcher.

import { execFileSync, fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RELAY_CLOSE } from '../../protocol/relay.ts';
import { openSqliteAccounts } from '../accounts/sqliteAccounts.ts';
import { loginMessage, TestConnection } from '../testing/testDevice.ts';

const LAUNCHER = join(import.meta.dirname, '../../bin/hikyaku-relay');
const OPENSSL = 'openssl';
const MAIN = join(import.meta.dirname, 'main.ts');

let folder: string;
let data: string;
const started: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relay-cli-'));
  data = join(folder, 'data');
});

afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

interface Result {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

async function run(args: string[], input = '', env: Record<string, string> = {}): Promise<Result> {
  const child = spawn(LAUNCHER, args, {
    env: { PATH: process.env['PATH'], HIKYAKU_RELAY_DATA: data, ...env },
  });
  started.push(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  await once(child, 'close');
  return { exitCode: child.exitCode, stdout, stderr };
}

async function runJson(args: string[], input = ''): Promise<unknown> {
  const { stdout } = await run([...args, '--json'], input);
  return JSON.parse(stdout);
}

interface Serving {
  child: ChildProcess;
  url: string;
  lines: string[];
  exited: Promise<unknown>;
}

async function ready(child: ChildProcess): Promise<Serving> {
  started.push(child);
  const exited = once(child, 'exit');
  if (child.stdout === null) throw new Error('no standard output');
  const lines: string[] = [];
  const reader = createInterface(child.stdout);
  reader.on('line', (line) => lines.push(line));
  await Promise.race([once(reader, 'line'), exited]);
  const { url } = JSON.parse(lines[0] ?? '{}') as { url: string };
  return { child, url, lines, exited };
}

function serve(args: string[] = []): Promise<Serving> {
  return ready(
    spawn(LAUNCHER, ['serve', '--data', data, '--listen', '127.0.0.1:0', '--json', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
}

async function login(url: string, deviceId: string, password: string, ca?: string): Promise<TestConnection> {
  const connection = await new TestConnection(url, ca === undefined ? {} : { ca }).opened();
  connection.say(loginMessage(deviceId, password));
  return connection;
}

describe('devices', () => {
  test('are added, listed, disabled, given passwords and removed', async () => {
    expect(
      await runJson(['device', 'add', 'kyoto', '--password-stdin', '--name', 'Kyoto'], 'secret\n'),
    ).toEqual({
      id: 'kyoto',
      added: true,
    });
    await run(['device', 'disable', 'kyoto']);
    expect(await runJson(['device', 'list'])).toMatchObject([
      { id: 'kyoto', displayName: 'Kyoto', enabled: false, lastLoginAt: null },
    ]);
    await run(['device', 'enable', 'kyoto']);
    expect((await run(['device', 'list'])).stdout).toBe('kyoto  Kyoto  never logged in\n');
    expect((await run(['device', 'password', 'kyoto', '--password-stdin'], 'other')).exitCode).toBe(0);
    expect((await run(['device', 'remove', 'kyoto'])).exitCode).toBe(0);
    expect(await runJson(['device', 'list'])).toEqual([]);
  });

  test.each([
    ['deviceExists', ['device', 'add', 'kyoto', '--password-stdin'], 'x'],
    ['badArgument', ['device', 'add', 'Kyoto!', '--password-stdin'], 'x'],
    ['noPassword', ['device', 'add', 'osaka', '--password-stdin'], '\n'],
    ['noPassword', ['device', 'add', 'osaka'], ''],
    ['unknownDevice', ['device', 'remove', 'osaka'], ''],
    ['unknownDevice', ['device', 'password', 'osaka', '--password-stdin'], 'x'],
    ['noDataFolder', ['device', 'list', '--data', '/nowhere/at/all'], ''],
    ['notRunning', ['status'], ''],
    ['badArgument', ['serve', '--listen', 'nonsense'], ''],
    ['badArgument', ['serve', '--listen', '127.0.0.1:0', '--tls-cert', 'x'], ''],
    ['tlsBroken', ['serve', '--listen', '127.0.0.1:0', '--tls-cert', 'x', '--tls-key', 'y'], ''],
    ['tlsRequired', ['serve', '--listen', '0.0.0.0:0'], ''],
    ['cannotListen', ['serve', '--listen', '192.0.2.1:9', '--insecure'], ''],
    ['badArgument', ['frobnicate'], ''],
  ])('%s is the answer to %j', async (code, args, input) => {
    openSqliteAccounts(join(data, 'relay.sqlite')).close();
    if (code === 'deviceExists') await run(args, input);
    const { exitCode, stdout, stderr } = await run([...args, '--json'], input);
    expect(exitCode).not.toBe(0);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
    expect(error.code).toBe(code);
    expect(stderr).toBe(`${error.message}\n`);
  });

  test('are imported many at once, the known ones with their new passwords', async () => {
    await run(['device', 'add', 'kyoto', '--password-stdin', '--name', 'Kyoto'], 'old');
    await run(['device', 'disable', 'kyoto']);
    const devices = [
      { id: 'kyoto', password: 'new' },
      { id: 'osaka', password: 'secret', name: 'Osaka 支店', owner: 'acme' },
    ];
    const lines = devices.map((device) => JSON.stringify(device)).join('\r\n');
    expect(await runJson(['device', 'import'], `${lines}\n\n`)).toEqual({ added: 1, replaced: 1 });
    expect(await runJson(['device', 'list'])).toMatchObject([
      { id: 'kyoto', displayName: 'Kyoto', enabled: true },
      { id: 'osaka', displayName: 'Osaka 支店', owner: 'acme' },
    ]);
    const { url } = await serve();
    for (const { id, password } of devices) await (await login(url, id, password)).hear('loginAccepted');
  });

  test.each([
    ['{"id":"osaka","password":"hidden"}\n{"id":"Kyoto!","password":"hidden"}', /^Line 2 .*\bid\b/],
    ['{"id":"osaka","password":"hidden"}\n{"id":"osaka","password":"hidden"}', /^Line 2 .*before/],
    ['{"id":"osaka","password":"hidden"}\n\nhidden', /^Line 3 /],
    [JSON.stringify({ id: 'osaka', password: 'hidden'.repeat(100) }), /^Line 1 .*\bpassword\b/],
    ['{"id":"osaka","password":"hidden","hidden":1}', /^Line 1 /],
  ])('with %j on standard input none is imported, and nothing of it is shown', async (input, message) => {
    openSqliteAccounts(join(data, 'relay.sqlite')).close();
    const { exitCode, stdout, stderr } = await run(['device', 'import'], input);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('hidden');
    expect(await runJson(['device', 'list'])).toEqual([]);
  });

  test('the data folder comes from the option, then HIKYAKU_RELAY_DATA, then HIKYAKU_DATA', async () => {
    const add = ['device', 'add', 'kyoto', '--password-stdin'];
    await run(add, 'x', { HIKYAKU_RELAY_DATA: '', HIKYAKU_DATA: join(folder, 'third') });
    await run(add, 'x', { HIKYAKU_RELAY_DATA: join(folder, 'second'), HIKYAKU_DATA: join(folder, 'no') });
    await run([...add, '--data', join(folder, 'first')], 'x', { HIKYAKU_RELAY_DATA: join(folder, 'no') });
    const isThere = (name: string) => existsSync(join(folder, name, 'relay.sqlite'));
    expect(['first', 'second', 'third', 'no'].map(isThere)).toEqual([true, true, true, false]);
    expect((await run(['device', 'list'], '', { HIKYAKU_RELAY_DATA: '' })).stderr).toMatch(/--data/);
  });
});

describe('serve', () => {
  test('says one line when ready, answers status, and stops in order on SIGTERM', async () => {
    await run(['device', 'add', 'kyoto', '--password-stdin'], 'secret\n');
    const relay = await serve(['--name', 'Test relay', '--keepalive', '7']);
    const connection = await login(relay.url, 'kyoto', 'secret');
    const accepted = await connection.hear('loginAccepted');
    expect(accepted).toMatchObject({ relayName: 'Test relay', limits: { keepaliveIntervalMs: 7_000 } });
    expect(await runJson(['status'])).toMatchObject({
      name: 'Test relay',
      url: relay.url,
      pid: relay.child.pid,
      devicesOnline: 1,
      connections: 1,
      calls: 0,
    });
    relay.child.kill('SIGTERM');
    await connection.hear('goingAway');
    expect(await connection.closed()).toBe(1001);
    expect(await relay.exited).toEqual([0, null]);
    expect(relay.lines).toHaveLength(1);
    expect(JSON.parse(relay.lines[0] ?? '')).toMatchObject({ event: 'ready', url: relay.url });
    expect((await run(['status'])).stderr).toMatch(/^No relay is running/);
    expect(await runJson(['device', 'list'])).toMatchObject([{ lastLoginAt: expect.any(String) as string }]);
  });

  test('of two on one data folder the second is refused', async () => {
    await serve();
    expect(await runJson(['serve', '--listen', '127.0.0.1:0'])).toMatchObject({
      error: { code: 'alreadyRunning' },
    });
  });

  test.each([
    ['remove', ['device', 'remove', 'kyoto'], ''],
    ['disable', ['device', 'disable', 'kyoto'], ''],
    ['password', ['device', 'password', 'kyoto', '--password-stdin'], 'another'],
  ])('device %s soon ends the live session, in another process though it is', async (_what, args, input) => {
    await run(['device', 'add', 'kyoto', '--password-stdin'], 'secret');
    const { url } = await serve();
    const connection = await login(url, 'kyoto', 'secret');
    await connection.hear('loginAccepted');
    expect((await run(args, input)).exitCode).toBe(0);
    const since = performance.now();
    expect(await connection.closed()).toBe(RELAY_CLOSE.loginRefused);
    expect(performance.now() - since).toBeLessThan(4_000);
    const again = await login(url, 'kyoto', 'secret');
    await again.hear('loginRefused');
  });

  test('killed with SIGKILL it starts again with every account', async () => {
    const relay = await serve();
    for (const id of ['kyoto', 'osaka']) await run(['device', 'add', id, '--password-stdin'], 'secret');
    relay.child.kill('SIGKILL');
    await relay.exited;
    expect((await run(['status'])).exitCode).toBe(1);
    const { url } = await serve();
    for (const id of ['kyoto', 'osaka']) await (await login(url, id, 'secret')).hear('loginAccepted');
  });

  test.each([
    ['its parent’s side of it', (child: ChildProcess) => child.disconnect()],
    ['a signal, though the parent keeps its side', (child: ChildProcess) => void child.kill('SIGTERM')],
  ])('forked with an IPC channel it ends with %s', async (_what, end) => {
    const relay = await ready(
      fork(MAIN, ['serve', '--data', data, '--listen', '127.0.0.1:0', '--json'], {
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
        execArgv: [],
      }),
    );
    end(relay.child);
    expect(await relay.exited).toEqual([0, null]);
  });

  test('speaks TLS, and takes a renewed certificate on SIGHUP without losing a connection', async () => {
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const makeCertificate = () =>
      execFileSync(
        OPENSSL,
        'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=relay'
          .split(' ')
          .concat(['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert]),
        { stdio: 'pipe' },
      );
    const read = () => execFileSync('cat', [cert], { encoding: 'utf8' });
    makeCertificate();
    const oldCa = read();
    await run(['device', 'add', 'kyoto', '--password-stdin'], 'secret');
    const relay = await serve(['--tls-cert', cert, '--tls-key', key]);
    expect(relay.url).toMatch(/^wss:/);
    const connection = await login(relay.url, 'kyoto', 'secret', oldCa);
    const { sessionToken } = await connection.hear('loginAccepted');
    makeCertificate();
    relay.child.kill('SIGHUP');
    await expect
      .poll(
        () =>
          new TestConnection(relay.url, { ca: read() }).opened().then(
            () => true,
            () => false,
          ),
        { timeout: 5_000 },
      )
      .toBe(true);
    await expect(new TestConnection(relay.url, { ca: oldCa }).opened()).rejects.toThrow();
    const more = await new TestConnection(relay.url, { ca: read() }).opened();
    more.say(loginMessage('kyoto', 'secret', sessionToken));
    await more.hear('loginAccepted');
    expect(connection.ws.readyState).toBe(connection.ws.OPEN);
  });
});

test('the launcher works through symbolic links', async () => {
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  symlinkSync(LAUNCHER, first);
  symlinkSync('first', second);
  expect(execFileSync(second, ['--help'], { encoding: 'utf8' })).toMatch(/^Usage: hikyaku-relay/);
});
