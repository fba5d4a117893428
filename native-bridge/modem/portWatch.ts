// Notices that a port appears: a modem that is plugged in again is back at once, not at the next look.

import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Folders like /dev change for many reasons. */
const SETTLE_MS = 200;

export class PortWatch {
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Where nothing can be watched (Windows; a folder that comes and goes with the port) nothing happens. */
  constructor(path: string, appeared: () => void) {
    if (!path.startsWith('/')) return;
    const name = basename(path);
    try {
      this.#watcher = watch(dirname(path), { persistent: false }, (_kind, changed) => {
        if (changed !== null && changed !== name) return;
        clearTimeout(this.#timer);
        this.#timer = setTimeout(appeared, SETTLE_MS);
      });
      this.#watcher.on('error', () => this.close());
    } catch {
      // The folder is not there either.
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}
