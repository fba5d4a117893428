// The event hub: coalesced, rate-limited, bounded.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GatewayEvent, GatewayStatus } from '../../protocol/api/types.ts';
import { createEventHub, type EventHub } from './eventHub.ts';

let hub: EventHub;
let reads: number;
beforeEach(() => {
  vi.useFakeTimers();
  reads = 0;
  hub = createEventHub(() => {
    reads += 1;
    return status;
  });
});
afterEach(() => {
  hub.close();
  vi.useRealTimers();
});

const status: GatewayStatus = {
  version: '1',
  displayName: 'Kyoto',
  startedAt: '2026-03-09T09:00:00Z',
  relay: { state: 'online', embedded: false, encrypted: true, connections: 1, idleConnections: 1 },
  calls: [],
  counts: { inboxUnread: 0, outboxActive: 0, failed: 0 },
  lines: [],
  resumedAtStart: 0,
};

/** Collects what a listener hears, reading as fast as it comes. */
function listen(signal: AbortSignal): { heard: GatewayEvent[]; done: Promise<void> } {
  const heard: GatewayEvent[] = [];
  const done = (async () => {
    for await (const event of hub.events(signal)) heard.push(event);
  })();
  return { heard, done };
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

test('the first event is the present status', async () => {
  const abort = new AbortController();
  const { heard, done } = listen(abort.signal);
  await pass(0);
  expect(heard).toEqual([{ type: 'status', status }]);
  abort.abort();
  await done;
});

test('a status that changes a thousand times a second is told five times', async () => {
  const { heard } = listen(new AbortController().signal);
  await pass(0);
  reads = 0;
  for (let ms = 0; ms < 1_000; ms += 1) {
    hub.statusChanged();
    await pass(1);
  }
  expect(heard.length - 1).toBeGreaterThanOrEqual(5);
  expect(heard.length - 1).toBeLessThanOrEqual(6);
  expect(reads).toBe(heard.length - 1);
});

test('many changes of one document are one event, and the last state counts', async () => {
  const { heard } = listen(new AbortController().signal);
  await pass(0);
  hub.outgoingChanged('a');
  await pass(1);
  for (let number = 0; number < 50; number += 1) hub.outgoingChanged('b');
  hub.incomingChanged('c');
  hub.outgoingRemoved('b');
  await pass(1_000);
  expect(heard.slice(1)).toEqual([
    { type: 'outgoing', documentId: 'a', removed: false },
    { type: 'outgoing', documentId: 'b', removed: true },
    { type: 'incoming', documentId: 'c', removed: false },
  ]);
});

test('every listener hears everything', async () => {
  const first = listen(new AbortController().signal);
  const second = listen(new AbortController().signal);
  await pass(0);
  hub.changed('contacts');
  await pass(500);
  expect(first.heard.at(-1)).toEqual({ type: 'contacts' });
  expect(second.heard.at(-1)).toEqual({ type: 'contacts' });
});

test('a listener that does not read is given up before it costs memory, others are not', async () => {
  const quick = listen(new AbortController().signal);
  const slow = hub.events(new AbortController().signal)[Symbol.asyncIterator]();
  await slow.next();
  for (let number = 0; number < 5_000; number += 1) {
    hub.outgoingChanged(`document-${number}`);
    if (number % 100 === 0) await pass(200);
  }
  await pass(200);
  await expect(slow.next()).rejects.toMatchObject({ code: 'FAILED' });
  expect(quick.heard.length).toBe(5_001);
});

test('without listeners nothing is read', async () => {
  for (let number = 0; number < 10; number += 1) hub.statusChanged();
  await pass(1_000);
  expect(reads).toBe(0);
});

test('a status that cannot be read hurts neither who caused the change nor the listeners', async () => {
  const errors: unknown[] = [];
  let broken = false;
  const fragile = createEventHub(
    () => {
      if (broken) throw new Error('disk error');
      return status;
    },
    (error) => errors.push(error),
  );
  const abort = new AbortController();
  const heard: GatewayEvent[] = [];
  const done = (async () => {
    for await (const event of fragile.events(abort.signal)) heard.push(event);
  })();
  await pass(0);
  broken = true;
  fragile.statusChanged();
  await pass(500);
  expect(errors).toHaveLength(1);
  broken = false;
  fragile.statusChanged();
  await pass(500);
  expect(heard).toHaveLength(2);
  abort.abort();
  await done;
  fragile.close();
});

test('closing ends every listener', async () => {
  const { done } = listen(new AbortController().signal);
  await pass(0);
  hub.close();
  await done;
});
