// The embedded relay: started again when it dies, gone when a real relay is set, back when that is forgotten.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashPassword } from '../../relay/accounts/passwords.ts';
import { openSqliteAccounts } from '../../relay/accounts/sqliteAccounts.ts';
import { startRelay } from '../../relay/server.ts';
import { descendants } from '../harness/processTree.ts';
import { openOffice, type Office } from './office.ts';

let folder: string;
let office: Office;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hikyaku-embedded-'));
  office = await openOffice(join(folder, 'office'), { embeddedRelay: true });
});
afterEach(async () => {
  await office.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The relay of this process's office; other children are imaging hosts. */
function relayProcesses(): number[] {
  return descendants(process.pid)
    .filter(({ commandLine }) => /relay\/cli\/main\.ts.serve/.test(commandLine))
    .map(({ pid }) => pid);
}

async function untilRelay(
  what: string,
  test: (relay: { state: string; embedded: boolean; url?: string | undefined }) => boolean,
) {
  return office.until(what, async () => {
    const { relay } = await office.api.status.query();
    return test(relay) ? relay : undefined;
  });
}

test('is started again when it dies, at another address, and faxes go on', async () => {
  await office.online();
  const [pid] = relayProcesses();
  if (pid === undefined) throw new Error('no embedded relay is running');
  process.kill(pid, 'SIGKILL');
  await untilRelay('offline', ({ state }) => state !== 'online');
  const sent = await office.sendText('hello.txt', 'Still there?', ['echo']);
  const echoed = await office.until('the echo', async () => {
    const { items } = await office.api.inbox.list.query({ limit: 10 });
    return items.find((item) => item.state === 'complete');
  });
  expect(echoed.from).toBe('echo');
  expect((await office.api.outgoing.get.query({ documentId: sent.id })).status).toBe('confirmed');
  expect(relayProcesses()).toHaveLength(1);
  expect(relayProcesses()).not.toEqual([pid]);
});

test('ends when a real relay is set, and is back when that is forgotten', async () => {
  await office.online();
  const accounts = openSqliteAccounts(join(folder, 'accounts.sqlite'));
  accounts.add({ deviceId: 'kyoto', passwordHash: await hashPassword('password') });
  const relay = await startRelay({ store: { accounts }, host: '127.0.0.1', port: 0, name: 'Real relay' });
  try {
    const account = { url: relay.url, deviceId: 'kyoto', password: 'password' };
    expect(await office.api.settings.testRelay.mutate(account)).toBe('online');
    await office.api.settings.setRelay.mutate(account);
    await untilRelay('at the real relay', ({ state, embedded }) => state === 'online' && !embedded);
    expect(relayProcesses()).toEqual([]);
    expect(await office.api.contacts.list.query()).toEqual([]);
    expect(JSON.stringify(await office.api.settings.relay.query())).not.toContain('"password"');

    // What was queued for the one relay goes on over the other.
    const waiting = await office.sendText('hello.txt', 'Echo?', ['echo']);
    await office.until('echo is unknown there', async () => {
      const { status } = await office.api.outgoing.get.query({ documentId: waiting.id });
      return status === 'failed' ? true : undefined;
    });
    await office.api.settings.forgetRelay.mutate();
    await untilRelay('at the embedded relay', ({ state, embedded }) => state === 'online' && embedded);
    expect((await office.api.contacts.list.query()).map(({ deviceId }) => deviceId)).toEqual([
      'demo-office',
      'echo',
    ]);
    await office.api.outgoing.retry.mutate({ documentId: waiting.id });
    await office.until('confirmed', async () => {
      const { status } = await office.api.outgoing.get.query({ documentId: waiting.id });
      return status === 'confirmed' ? true : undefined;
    });
  } finally {
    await relay.stop();
  }
});
