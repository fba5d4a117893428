// Tells watching devices who came, went or became busy: changes are collected for a moment, and for a device
// that reads slowly for as long as it takes, so that what waits is never more than the latest word per device.

import type { RelayMessage } from '../../protocol/relay.ts';
import { maySee, toEntry, type Directory, type Presence } from './directory.ts';

export interface Watcher {
  readonly deviceId: string;
  readonly owner: string | undefined;
  /** False while much is waiting for it already. */
  readonly canTakeMore: boolean;
  send(message: RelayMessage): void;
}

type Change = RelayMessage & { type: 'directoryChange' };

export class DirectoryFeed {
  readonly #watchers = new Map<Watcher, Map<string, Change>>();
  readonly #coalesceMs: number;
  readonly #stopWatching: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(directory: Directory, coalesceMs: number) {
    this.#coalesceMs = coalesceMs;
    this.#stopWatching = directory.watch((before, after) => this.#changed(before, after));
  }

  get watcherCount(): number {
    return this.#watchers.size;
  }

  add(watcher: Watcher): void {
    if (!this.#watchers.has(watcher)) this.#watchers.set(watcher, new Map());
  }

  remove(watcher: Watcher): void {
    this.#watchers.delete(watcher);
  }

  stop(): void {
    this.#stopWatching();
    clearTimeout(this.#timer);
    this.#watchers.clear();
  }

  #changed(before: Presence | undefined, after: Presence | undefined): void {
    const device = after ?? before;
    if (device === undefined) return;
    const change: Change = {
      type: 'directoryChange',
      online: after !== undefined,
      device: toEntry(device),
    };
    for (const [watcher, waiting] of this.#watchers) {
      if (watcher.deviceId === device.deviceId || !maySee(watcher, device)) continue;
      waiting.set(device.deviceId, change);
      this.#timer ??= setTimeout(() => this.#flush(), this.#coalesceMs);
    }
  }

  #flush(): void {
    this.#timer = undefined;
    let isAnyLeft = false;
    for (const [watcher, waiting] of this.#watchers) {
      for (const [deviceId, change] of waiting) {
        if (!watcher.canTakeMore) break;
        waiting.delete(deviceId);
        watcher.send(change);
      }
      if (waiting.size > 0) isAnyLeft = true;
    }
    if (isAnyLeft) this.#timer ??= setTimeout(() => this.#flush(), this.#coalesceMs);
  }
}
