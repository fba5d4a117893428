// The serial port on real PTYs: opened alone, big writes, held back, gone and back again.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { terminalUser } from '../../native-bridge/modem/serial/foreignTerminal.ts';
import { listPorts, usbIdOf } from '../../native-bridge/modem/serial/portList.ts';
import {
  SerialClosedError,
  type SerialConnection,
  type SerialFault,
} from '../../native-bridge/modem/serial/serialConnection.types.ts';
import { openSerial } from '../../native-bridge/modem/serial/serialConnection.ts';
import { withTimeout } from '../harness/withTimeout.ts';
import { makePtyPair } from './ptyPair.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

interface OpenPort {
  connection: SerialConnection;
  received: Buffer[];
  closed: Promise<SerialFault>;
  /** How often `closed` was told. */
  closings(): number;
  /** Resolves when so many octets have come. */
  until(octets: number): Promise<Buffer>;
}

async function open(
  path: string,
  flowControl: 'hardware' | 'software' | 'none' = 'hardware',
): Promise<OpenPort> {
  const received: Buffer[] = [];
  const closed = Promise.withResolvers<SerialFault>();
  let closings = 0;
  let arrived: () => void = () => undefined;
  const connection = await openSerial(
    { path, baudRate: 115_200, flowControl },
    {
      data: (octets) => {
        received.push(Buffer.from(octets));
        arrived();
      },
      closed: (fault) => {
        closings += 1;
        closed.resolve(fault);
      },
    },
  );
  cleanUp.push(() => connection.close());
  const length = (): number => received.reduce((sum, part) => sum + part.length, 0);
  const until = async (octets: number): Promise<Buffer> => {
    while (length() < octets) {
      const next = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      if (length() < octets) await withTimeout(next, 20_000, () => `${length()} of ${octets} octets came`);
    }
    return Buffer.concat(received);
  };
  return { connection, received, closed: closed.promise, closings: () => closings, until };
}

async function faultOf(opening: Promise<unknown>): Promise<SerialFault> {
  const error: unknown = await opening.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof SerialClosedError) return error.fault;
  throw new Error(`no SerialClosedError but ${String(error)}`);
}

async function pair(): Promise<Awaited<ReturnType<typeof makePtyPair>>> {
  const made = await makePtyPair();
  cleanUp.push(() => made.remove());
  return made;
}

test('Octets of every value cross in both directions, in order', async () => {
  const { near, far } = await pair();
  const [one, other] = [await open(near), await open(far)];
  const all = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
  await one.connection.write(all);
  expect(await other.until(256)).toEqual(all);
  await other.connection.write(all);
  expect(await one.until(256)).toEqual(all);
});

test.each(['hardware', 'software', 'none'] as const)(
  'XON and XOFF arrive as data under flow control %s',
  async (flow) => {
    const { near, far } = await pair();
    const [one, other] = [await open(near, flow), await open(far)];
    await other.connection.write(Buffer.from([0xff, 0x13, 0x11, 0x13, 0x0d, 0x0a, 0x00, 0x03]));
    expect(await one.until(8)).toEqual(Buffer.from([0xff, 0x13, 0x11, 0x13, 0x0d, 0x0a, 0x00, 0x03]));
  },
);

test('A second opening is refused as held, by whatever name, and the first goes on undisturbed', async () => {
  const { near, far } = await pair();
  const [one, other] = [await open(near), await open(far)];
  expect(await faultOf(open(near))).toMatchObject({ kind: 'held' });
  await one.connection.write(Buffer.from('ATI\r'));
  expect((await other.until(4)).toString()).toBe('ATI\r');
});

describe('The terminal of a shell', () => {
  /** As a link that was left behind would lead to: somebody types there. */
  async function aTerminal(): Promise<{ path: string; leader: number }> {
    const window = spawn('script', ['--quiet', '--command', 'tty; echo $$; exec sleep 600', '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    cleanUp.push(async () => window.kill('SIGKILL'));
    let said = '';
    for await (const part of window.stdout) {
      said += String(part);
      const [, path, leader] = /(\/dev\/pts\/\d+)\s+(\d+)\s/.exec(said) ?? [];
      if (path !== undefined) return { path, leader: Number(leader) };
    }
    throw new Error(`no terminal: ${said}`);
  }

  test('is never opened', async () => {
    const { path, leader } = await aTerminal();
    expect(await terminalUser(path)).toBe(leader);
    const fault = await faultOf(open(path));
    expect(fault).toMatchObject({ kind: 'held', detail: expect.stringContaining('the terminal of another') });
  });

  test('is told from the port of a program that plays a modem and got its own port for a terminal', async () => {
    const { path } = await aTerminal();
    const { rdev } = await stat(path);
    const processes = await mkdtemp(join(tmpdir(), 'hikyaku-proc-'));
    cleanUp.push(() => rm(processes, { recursive: true }));
    const rig = join(processes, '77');
    await mkdir(join(rig, 'fd'), { recursive: true });
    await mkdir(join(rig, 'fdinfo'));
    await writeFile(join(rig, 'stat'), `77 (a (rig) S) S 1 77 77 ${rdev} -1 0`);
    expect(await terminalUser(path, processes)).toBe(77);
    await symlink('/dev/ptmx', join(rig, 'fd', '5'));
    await writeFile(join(rig, 'fdinfo', '5'), `pos:\t0\ntty-index:\t${path.replace(/\D+/, '')}\n`);
    expect(await terminalUser(path, processes)).toBeUndefined();
    await rm(join(rig, 'fd'), { recursive: true });
    expect(await terminalUser(path, processes)).toBeUndefined();
  });
});

test('Another process that has the port open is told as held, and not when it has ended', async () => {
  const { near } = await pair();
  const script = `
    import { openSerial } from ${JSON.stringify(join(import.meta.dirname, '../../native-bridge/modem/serial/serialConnection.ts'))};
    await openSerial({ path: ${JSON.stringify(near)}, baudRate: 9600, flowControl: 'none' }, { data() {}, closed() {} });
    console.log('open');
    setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanUp.push(async () => holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  expect(await faultOf(open(near))).toMatchObject({ kind: 'held' });
  const ended = once(holder, 'exit');
  holder.kill('SIGKILL');
  await ended;
  const { connection } = await open(near);
  await connection.close();
});

test('A port that is closed can be opened again at once', async () => {
  const { near } = await pair();
  for (let round = 0; round < 5; round += 1) {
    const { connection } = await open(near);
    await connection.close();
  }
});

test('A megabyte arrives whole', async () => {
  const { near, far } = await pair();
  const [one, other] = [await open(near), await open(far)];
  const big = Buffer.alloc(1 << 20, 0);
  for (let at = 0; at < big.length; at += 1) big[at] = (at * 7919) >> 5;
  const written = one.connection.write(big);
  await written;
  const digest = (octets: Buffer): string => createHash('sha256').update(octets).digest('hex');
  expect(digest(await other.until(big.length))).toBe(digest(big));
});

test('A write that nobody takes holds back neither discarding nor closing', async () => {
  const { near } = await pair();
  // The far end is open in socat only, which stops reading when nobody reads there.
  const one = await open(near);
  const stuck = one.connection.write(Buffer.alloc(4 << 20, 0x55));
  let settled = false;
  const watched = stuck.then(
    () => {
      settled = true;
    },
    (error: unknown) => {
      settled = true;
      return error;
    },
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(settled).toBe(false);
  const begun = performance.now();
  await one.connection.close();
  expect(performance.now() - begun).toBeLessThan(1000);
  expect(await watched).toBeInstanceOf(SerialClosedError);
  expect(one.closings()).toBe(0);
});

test('Under software flow control writes go at the pace of the wire', async () => {
  const { near, far } = await pair();
  const [one, other] = [await open(near, 'software'), await open(far)];
  const begun = performance.now();
  await one.connection.write(Buffer.alloc(5760, 0x42));
  // 5760 octets of ten bits at 115 200 bit/s.
  expect(performance.now() - begun).toBeGreaterThan(450);
  expect((await other.until(5760)).length).toBe(5760);
});

test('DTR tells that a PTY has none, and flow control and rate can change', async () => {
  const { near, far } = await pair();
  const [one, other] = [await open(near), await open(far)];
  expect(await one.connection.setDtr(false)).toBe(false);
  await one.connection.setFlowControl('none');
  await one.connection.setBaudRate(19_200);
  await one.connection.setFlowControl('hardware');
  await one.connection.discard();
  await one.connection.write(Buffer.from('after'));
  expect((await other.until(5)).toString()).toBe('after');
  expect(one.closings()).toBe(0);
});

test('A port that vanishes is told once as absent, refuses everything, and works again when it returns', async () => {
  const pty = await pair();
  const idle = await open(pty.near);
  await pty.unplug();
  const fault = await withTimeout(idle.closed, 5000, () => 'the port has gone and nobody noticed');
  expect(fault).toMatchObject({ kind: 'absent' });
  expect(fault.detail).toContain(pty.near);
  await expect(idle.connection.write(Buffer.from('AT\r'))).rejects.toBeInstanceOf(SerialClosedError);
  await expect(idle.connection.setFlowControl('none')).rejects.toBeInstanceOf(SerialClosedError);
  expect(await idle.connection.setDtr(true)).toBe(false);
  await idle.connection.discard();
  await idle.connection.close();
  expect(idle.closings()).toBe(1);
  expect(await faultOf(open(pty.near))).toMatchObject({ kind: 'absent' });
  await pty.plug();
  const [back, far] = [await open(pty.near), await open(pty.far)];
  await back.connection.write(Buffer.from('back'));
  expect((await far.until(4)).toString()).toBe('back');
});

test('A port that vanishes in the middle of a write ends that write', async () => {
  const pty = await pair();
  const one = await open(pty.near);
  const stuck = one.connection.write(Buffer.alloc(4 << 20, 0x55));
  const ended = expect(stuck).rejects.toBeInstanceOf(SerialClosedError);
  await pty.unplug();
  expect(await withTimeout(one.closed, 5000, () => 'nobody noticed')).toMatchObject({ kind: 'absent' });
  await ended;
});

test('What is no port is told apart: nothing there, a file, a device that is no terminal', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hikyaku-port-'));
  cleanUp.push(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'file');
  await writeFile(file, '');
  expect(await faultOf(open(join(folder, 'nothing')))).toMatchObject({ kind: 'absent' });
  expect(await faultOf(open(file))).toMatchObject({ kind: 'broken' });
  expect(await faultOf(open('/dev/null'))).toMatchObject({ kind: 'broken' });
});

test('Ports are listed each once, by a path that opens what it says, and no PTY among them', async () => {
  const { near } = await pair();
  const ports = await listPorts();
  expect(new Set(ports.map(({ path }) => path)).size).toBe(ports.length);
  for (const { path, device } of ports) expect(await realpath(path)).toBe(device);
  expect(ports.map(({ device }) => device)).not.toContain(await realpath(near));
});

test('A PTY has no USB id', async () => {
  const { near } = await pair();
  expect(await usbIdOf(near)).toBeUndefined();
});
