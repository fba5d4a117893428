// Who is online: pages, filter, who sees whom, and changes told in moderation.

import { afterEach, describe, expect, test, vi } from 'vitest';
import type { RelayMessage } from '../../protocol/relay.ts';
import { DirectoryFeed, type Watcher } from './directoryFeed.ts';
import { createInProcessDirectory } from './inProcessDirectory.ts';

function presence(deviceId: string, fields: { displayName?: string; owner?: string; busy?: boolean } = {}) {
  return { deviceId, displayName: fields.displayName, owner: fields.owner, busy: fields.busy ?? false };
}

const ASKER = { deviceId: 'asker', owner: undefined };

describe('the list', () => {
  test('comes in pages by id ascending, without gaps or repeats while devices come and go', () => {
    const directory = createInProcessDirectory();
    for (const id of ['m', 'c', 'x', 'a', 'asker']) directory.set(presence(id));
    const first = directory.list({ asker: ASKER, limit: 2 });
    expect(first).toEqual({
      devices: [
        { deviceId: 'a', busy: false },
        { deviceId: 'c', busy: false },
      ],
      more: true,
    });
    directory.delete('c');
    directory.set(presence('d'));
    const rest = directory.list({ asker: ASKER, after: 'c', limit: 100 });
    expect(rest.devices.map(({ deviceId }) => deviceId)).toEqual(['d', 'm', 'x']);
    expect(rest.more).toBe(false);
  });

  test('is filtered by a part of id or name in any case', () => {
    const directory = createInProcessDirectory();
    directory.set(presence('kyoto', { displayName: 'Head Office' }));
    directory.set(presence('osaka'));
    const ids = (filter: string) =>
      directory.list({ asker: ASKER, filter, limit: 9 }).devices.map(({ deviceId }) => deviceId);
    expect(ids('head off')).toEqual(['kyoto']);
    expect(ids('SAK')).toEqual(['osaka']);
    expect(ids('.')).toEqual([]);
  });

  test('shows no device of another owner', () => {
    const directory = createInProcessDirectory();
    directory.set(presence('mine', { owner: 'acme' }));
    directory.set(presence('theirs', { owner: 'other' }));
    const asker = { deviceId: 'asker', owner: 'acme' };
    expect(directory.list({ asker, limit: 9 }).devices).toEqual([{ deviceId: 'mine', busy: false }]);
  });
});

describe('the feed', () => {
  afterEach(() => void vi.useRealTimers());

  function watching() {
    vi.useFakeTimers();
    const directory = createInProcessDirectory();
    const feed = new DirectoryFeed(directory, 250);
    const heard: string[] = [];
    const watcher = {
      ...ASKER,
      canTakeMore: true as boolean,
      send(message: RelayMessage) {
        if (message.type !== 'directoryChange') return;
        heard.push(
          `${message.online ? (message.device.busy ? 'busy' : 'idle') : 'gone'} ${message.device.deviceId}`,
        );
      },
    } satisfies Watcher;
    feed.add(watcher);
    return { directory, feed, heard, watcher };
  }

  test('tells the latest word per device, once, after a moment', () => {
    const { directory, heard } = watching();
    directory.set(presence('kyoto'));
    directory.set(presence('kyoto', { busy: true }));
    directory.set(presence('osaka'));
    directory.delete('osaka');
    expect(heard).toEqual([]);
    vi.advanceTimersByTime(250);
    expect(heard).toEqual(['busy kyoto', 'gone osaka']);
    directory.set(presence('kyoto', { busy: true }));
    vi.advanceTimersByTime(1_000);
    expect(heard).toHaveLength(2);
  });

  test('keeps changes for a watcher that reads slowly, and tells neither itself nor strangers', () => {
    const { directory, heard, watcher } = watching();
    watcher.canTakeMore = false;
    directory.set(presence('kyoto'));
    directory.set(presence('asker'));
    directory.set(presence('stranger', { owner: 'other' }));
    vi.advanceTimersByTime(1_000);
    directory.delete('kyoto');
    watcher.canTakeMore = true;
    vi.advanceTimersByTime(1_000);
    expect(heard).toEqual(['gone kyoto']);
  });

  test('tells a watcher that stopped watching nothing more', () => {
    const { directory, feed, heard, watcher } = watching();
    directory.set(presence('kyoto'));
    feed.remove(watcher);
    vi.advanceTimersByTime(1_000);
    expect(heard).toEqual([]);
    feed.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
