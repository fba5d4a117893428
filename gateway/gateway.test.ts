// Starting and stopping the whole gateway: what is refused leaves nothing behind.

import { createServer, type AddressInfo } from 'node:net';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGateway, type Gateway } from './gateway.ts';

let folder: string;
const gateways: Gateway[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hikyaku-gateway-'));
});
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(listen = '127.0.0.1:0', dataFolder = folder): Promise<Gateway> {
  const gateway = await startGateway({ dataFolder, listen, embeddedRelay: false });
  gateways.push(gateway);
  return gateway;
}

test('writes its log and its endpoint, and stopping twice is stopping once', async () => {
  const gateway = await start();
  const log = readFileSync(join(folder, 'logs', 'gateway.log'), 'utf8');
  expect(log).toMatch(/gateway ready/);
  expect(log).not.toContain(gateway.key);
  expect(existsSync(join(folder, 'endpoint.json'))).toBe(true);
  await Promise.all([gateway.stop(), gateway.stop()]);
  expect(existsSync(join(folder, 'endpoint.json'))).toBe(false);
});

test('an address that is taken is refused, and the data folder is free again', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => {
    other.listen(0, '127.0.0.1', resolve);
  });
  const { port } = other.address() as AddressInfo;
  await expect(start(`127.0.0.1:${port}`)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await new Promise((resolve) => {
    other.close(resolve);
  });
  await start(`127.0.0.1:${port}`);
});

test('a data folder that cannot be made is refused in one sentence', async () => {
  await start();
  const dataFolder = join(folder, 'gateway.sqlite', 'below-a-file');
  await expect(start('127.0.0.1:0', dataFolder)).rejects.toThrow(/^The data folder .* cannot be used: .*\.$/);
});

test('two gateways may run side by side on folders of their own', async () => {
  const [first, second] = await Promise.all([
    start('127.0.0.1:0', join(folder, 'a')),
    start('127.0.0.1:0', join(folder, 'b')),
  ]);
  expect(first.origin).not.toBe(second.origin);
  expect(first.key).not.toBe(second.key);
});
