// Waits for a condition that some event may have made true.

export class Changes {
  private readonly watchers = new Set<() => void>();

  /** Something may have changed: every condition is looked at again. */
  notify(): void {
    for (const watcher of this.watchers) watcher();
  }

  /** Resolves when `isSo`, when `signal` aborts, or after `limitMs`, whichever is first. */
  until(isSo: () => boolean, limitMs: number, signal?: AbortSignal): Promise<void> {
    const isOver = (): boolean => isSo() || (signal?.aborted ?? false);
    if (isOver()) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.watchers.delete(look);
        signal?.removeEventListener('abort', look);
        resolve();
      };
      const look = (): void => {
        if (isOver()) finish();
      };
      const timer = setTimeout(finish, limitMs);
      this.watchers.add(look);
      signal?.addEventListener('abort', look);
    });
  }
}
