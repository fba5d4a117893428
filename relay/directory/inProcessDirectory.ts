// The directory of a relay that stands alone: a map, and its ids in order.

import type { DirectoryEntry } from '../../protocol/relay.ts';
import { maySee, toEntry, type Directory, type DirectoryQuery, type Presence } from './directory.ts';

type Listener = (before: Presence | undefined, after: Presence | undefined) => void;

export function createInProcessDirectory(): Directory {
  const devices = new Map<string, Presence>();
  const listeners = new Set<Listener>();
  let sortedIds: string[] | undefined;

  function tell(before: Presence | undefined, after: Presence | undefined): void {
    for (const listener of listeners) listener(before, after);
  }

  function ids(): string[] {
    sortedIds ??= [...devices.keys()].sort(byCodeUnit);
    return sortedIds;
  }

  function list({ asker, filter, after, limit }: DirectoryQuery): {
    devices: DirectoryEntry[];
    more: boolean;
  } {
    const found: DirectoryEntry[] = [];
    const wanted = filter?.toLocaleLowerCase();
    const all = ids();
    for (let index = after === undefined ? 0 : firstAfter(all, after); index < all.length; index++) {
      const presence = devices.get(all[index] ?? '');
      if (presence === undefined || presence.deviceId === asker.deviceId) continue;
      if (!maySee(asker, presence) || !matches(presence, wanted)) continue;
      if (found.length === limit) return { devices: found, more: true };
      found.push(toEntry(presence));
    }
    return { devices: found, more: false };
  }

  return {
    set(presence) {
      const before = devices.get(presence.deviceId);
      if (before !== undefined && isSame(before, presence)) return;
      if (before === undefined) sortedIds = undefined;
      devices.set(presence.deviceId, presence);
      tell(before, presence);
    },
    delete(deviceId) {
      const before = devices.get(deviceId);
      if (before === undefined) return;
      devices.delete(deviceId);
      sortedIds = undefined;
      tell(before, undefined);
    },
    find: (deviceId) => devices.get(deviceId),
    list,
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get size() {
      return devices.size;
    },
  };
}

function matches(presence: Presence, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  return (
    presence.deviceId.includes(wanted) ||
    (presence.displayName?.toLocaleLowerCase().includes(wanted) ?? false)
  );
}

function isSame(a: Presence, b: Presence): boolean {
  return a.busy === b.busy && a.displayName === b.displayName && a.owner === b.owner;
}

/** Index of the first id greater than `after`. */
function firstAfter(sorted: readonly string[], after: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byCodeUnit(sorted[middle] ?? '', after) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
