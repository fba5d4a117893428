import { open } from 'node:fs/promises';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPtyCable } from './pty.ts';
import type { SerialCable } from './pty.ts';

let folder: string;
let cable: SerialCable | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'virtual-modem-test-'));
});

afterEach(async () => {
  await cable?.close();
  rmSync(folder, { recursive: true, force: true });
});

function nextData(from: SerialCable): Promise<string> {
  return new Promise((resolve) => {
    from.onData = (octets) => resolve(Buffer.from(octets).toString('latin1'));
  });
}

test('octets go both ways, and a host may close the port and open it again', async () => {
  const path = join(folder, 'modem');
  cable = await openPtyCable(path);
  for (const word of ['one', 'two']) {
    const host = await open(path, 'r+');
    const heard = nextData(cable);
    await host.write(word);
    expect(await heard).toBe(word);
    cable.write(Buffer.from(`${word}\r\n`));
    const { bytesRead, buffer } = await host.read(Buffer.alloc(100), 0, 100, null);
    expect(buffer.toString('latin1', 0, bytesRead)).toBe(`${word}\r\n`);
    await host.close();
  }
});

test('unplugged, the port is gone, and it comes back under its name', async () => {
  const path = join(folder, 'modem');
  cable = await openPtyCable(path);
  await cable.unplug();
  expect(existsSync(path)).toBe(false);
  await cable.plug();
  const host = await open(path, 'r+');
  const heard = nextData(cable);
  await host.write('AT');
  expect(await heard).toBe('AT');
  await host.close();
});

test('a port that cannot be made is an error', async () => {
  await expect(openPtyCable(join(folder, 'missing', 'modem'))).rejects.toThrow(/no pseudo terminal/);
});

test('a name that is in use is not taken away', async () => {
  const path = join(folder, 'modem');
  cable = await openPtyCable(path);
  await expect(openPtyCable(path)).rejects.toThrow(/is there already/);
  const host = await open(path, 'r+');
  const heard = nextData(cable);
  await host.write('AT');
  expect(await heard).toBe('AT');
  await host.close();
});
