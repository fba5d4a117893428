// What goes by itself after a while, and what stays.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pageOptionsSchema } from '../../protocol/imaging.ts';
import { startGatewayCore, type GatewayCore } from './gatewayCore.ts';
import { startHousekeeping } from './housekeeping.ts';

const NOON = Date.parse('2026-03-09T12:00:00Z');
const HOUR_MS = 3_600_000;
let folder: string;
let core: GatewayCore;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOON });
  folder = mkdtempSync(join(tmpdir(), 'hikyaku-keeping-'));
  core = await start();
});
afterEach(async () => {
  await core.stop();
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

const nothing = (): void => undefined;

function start(): Promise<GatewayCore> {
  return startGatewayCore({
    dataFolder: folder,
    software: 'test',
    log: { info: nothing, warn: nothing, error: nothing },
    imaging: {
      prepare: () => Promise.reject(new Error('not in this test')),
      drawHeaders: () => Promise.reject(new Error('not in this test')),
    },
    events: {
      statusChanged: nothing,
      outgoingChanged: nothing,
      outgoingRemoved: nothing,
      incomingChanged: nothing,
      callChanged: nothing,
      incomingRemoved: nothing,
      changed: nothing,
      arrived: nothing,
      finished: nothing,
    },
  });
}

/** Starts anew so many hours later and waits for the round at start, whose last step takes the orphan away. */
async function later(hours: number): Promise<void> {
  await core.stop();
  vi.setSystemTime(NOON + hours * HOUR_MS);
  const orphan = join(core.store.folder.incomingPages, 'orphan');
  mkdirSync(orphan);
  core = await start();
  await expect.poll(() => existsSync(orphan)).toBe(false);
}

function upload(id: string): void {
  core.store.uploads.insert({ id, name: 'a.pdf', byteLength: 1, sha256: id }, Date.now());
  writeFileSync(join(core.store.folder.uploads, id), 'x');
}

function draft(id: string): void {
  const { store } = core;
  const options = pageOptionsSchema.parse({});
  store.preparations.insert(
    { id: `p-${id}`, key: id, options, header: undefined, createdAt: Date.now() },
    [],
  );
  store.preparations.markReady(`p-${id}`, []);
  mkdirSync(join(store.folder.outgoingPages, `p-${id}`));
  store.outgoing.insert({ id, preparationId: `p-${id}`, title: id, purpose: 'fax', createdAt: Date.now() });
}

test('drafts and uploads go after a day, what was sent stays', async () => {
  upload('upload');
  draft('draft');
  draft('sent');
  core.outbox.send('sent', ['osaka'], undefined);
  await later(23);
  expect(core.store.outgoing.get('draft')).toBeDefined();
  expect(core.store.uploads.get('upload')).toBeDefined();
  await later(25);
  expect(core.store.outgoing.get('draft')).toBeUndefined();
  expect(core.store.uploads.get('upload')).toBeUndefined();
  expect(existsSync(join(core.store.folder.uploads, 'upload'))).toBe(false);
  expect(existsSync(join(core.store.folder.outgoingPages, 'p-draft'))).toBe(false);
  expect(core.store.outgoing.get('sent')).toBeDefined();
  expect(existsSync(join(core.store.folder.outgoingPages, 'p-sent'))).toBe(true);
});

test('pages of a removed draft stay for an hour, in case that the same file is sent', async () => {
  draft('preview');
  await core.outbox.remove('preview');
  await later(0.9);
  expect(existsSync(join(core.store.folder.outgoingPages, 'p-preview'))).toBe(true);
  await later(1.1);
  expect(existsSync(join(core.store.folder.outgoingPages, 'p-preview'))).toBe(false);
  expect(core.store.preparations.get('p-preview')).toBeUndefined();
});

test('telephone calls are remembered for a year, and then forgotten with their journals', async () => {
  const call = {
    id: 'call',
    lineId: 'line',
    lineName: 'Front desk',
    direction: 'incoming',
    number: '',
  } as const;
  core.store.calls.insert(call, Date.now());
  core.store.calls.addJournal('call', 0, [{ atMs: 0, text: 'A fax machine answers.' }]);
  await later(365 * 24);
  expect(core.store.calls.get('call')?.endedAt).toBeDefined();
  await later(401 * 24);
  expect(core.store.calls.get('call')).toBeUndefined();
  expect(core.store.calls.journal('call')).toEqual([]);
});

test('an old draft that is sent while others are thrown away stays', async () => {
  draft('first');
  draft('second');
  vi.setSystemTime(NOON + 25 * HOUR_MS);
  const removed: string[] = [];
  const keeping = startHousekeeping({
    ...core,
    outbox: {
      ...core.outbox,
      async remove(id) {
        removed.push(id);
        core.outbox.send('second', ['osaka'], undefined);
      },
    },
    log: { info: nothing, warn: nothing, error: nothing },
  });
  await expect.poll(() => removed.length).toBeGreaterThan(0);
  await keeping.stop();
  expect(removed).toEqual(['first']);
});
