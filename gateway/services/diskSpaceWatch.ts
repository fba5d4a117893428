// How much room the data folder's disk has, read now and then for the status.

import { errorText, type Log } from '../log.ts';
import type { Store } from '../store/store.ts';

const INTERVAL_MS = 60_000;

export function watchDiskSpace(store: Store, log: Log): { freeBytes(): number | undefined; stop(): void } {
  let freeBytes: number | undefined;
  const look = (): void => {
    store.readDiskSpace(store.folder.path).then(
      (space) => {
        freeBytes = space.freeBytes;
      },
      (error: unknown) => log.warn('free disk space not read', { error: errorText(error) }),
    );
  };
  look();
  const timer = setInterval(look, INTERVAL_MS);
  timer.unref();
  return { freeBytes: () => freeBytes, stop: () => clearInterval(timer) };
}
