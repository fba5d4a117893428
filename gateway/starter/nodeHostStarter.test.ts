// The gateway as a process of its own: ready, refused, stopped, killed, orphaned.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeHostStarter } from './nodeHostStarter.ts';
import type { GatewayHost } from './hostStarter.ts';

let folder: string;
let hosts: GatewayHost[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hikyaku-host-'));
  hosts = [];
});
afterEach(async () => {
  await Promise.all(hosts.map((host) => host.stop()));
  rmSync(folder, { recursive: true, force: true });
});

function start(): GatewayHost {
  const host = nodeHostStarter().start({
    dataFolder: folder,
    listen: '127.0.0.1:0',
    embeddedRelay: false,
  });
  hosts.push(host);
  return host;
}

function endpoint(): { origin: string; key: string; pid: number } {
  return JSON.parse(readFileSync(join(folder, 'endpoint.json'), 'utf8')) as ReturnType<typeof endpoint>;
}

test('is ready when its API answers, says where it is, and takes that back when it stops', async () => {
  const host = start();
  const ready = await host.ready;
  expect(endpoint()).toMatchObject(ready);
  if (process.platform !== 'win32') expect(statSync(join(folder, 'endpoint.json')).mode & 0o777).toBe(0o600);
  const response = await fetch(`${ready.origin}/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ key: ready.key }),
  });
  expect(response.status).toBe(204);
  await host.stop();
  expect(await host.exited).toBe(0);
  expect(existsSync(join(folder, 'endpoint.json'))).toBe(false);
}, 30_000);

test('a second one on the same folder is refused in words, and the first goes on', async () => {
  const first = start();
  const { origin } = await first.ready;
  const second = start();
  await expect(second.ready).rejects.toThrow(/Another Hikyaku is already running/);
  expect(await second.exited).toBe(1);
  expect(endpoint().origin).toBe(origin);
}, 30_000);

test('one that was killed leaves nothing in the way of the next', async () => {
  const first = start();
  const { key } = await first.ready;
  process.kill(endpoint().pid, 'SIGKILL');
  expect(await first.exited).toBeNull();
  const second = await start().ready;
  // A browser that was signed in stays so.
  expect(second.key).toBe(key);
}, 30_000);

test('ends with its parent', async () => {
  const script = join(folder, 'parent.mjs');
  const starter = new URL('./nodeHostStarter.ts', import.meta.url).href;
  await writeFile(
    script,
    `import { nodeHostStarter } from ${JSON.stringify(starter)};
     const host = nodeHostStarter().start(${JSON.stringify({
       dataFolder: folder,
       listen: '127.0.0.1:0',
       embeddedRelay: false,
     })});
     await host.ready;
     console.log('ready');`,
  );
  const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: parent.stdout })) {
    if (line === 'ready') break;
  }
  const { pid } = endpoint();
  parent.kill('SIGKILL');
  await expect.poll(() => alive(pid), { timeout: 15_000 }).toBe(false);
  expect(existsSync(join(folder, 'endpoint.json'))).toBe(false);
}, 40_000);

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
