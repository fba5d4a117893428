// Tells the status of a session when it changed, once for all changes of one moment, and keeps since when its state holds.

import type { RelayStatus } from '../../protocol/api/types.ts';

export interface StatusTeller {
  /** Something may have changed. */
  changed(): void;
  now(): RelayStatus;
}

export function createStatusTeller(
  read: () => RelayStatus,
  tell: (status: RelayStatus) => void,
): StatusTeller {
  let state: RelayStatus['state'] | undefined;
  let since = new Date().toISOString();
  let told = '';
  let planned = false;

  function now(): RelayStatus {
    const status = read();
    if (status.state !== state) {
      state = status.state;
      since = new Date().toISOString();
    }
    return { ...status, since };
  }

  return {
    now,
    changed() {
      // Noted at once, so that `since` is the moment of the change and not of the telling.
      now();
      if (planned) return;
      planned = true;
      queueMicrotask(() => {
        planned = false;
        const status = now();
        // Every keepalive is a contact: that alone is not worth a message to every window.
        const { lastContactAt: _, ...rest } = status;
        const text = JSON.stringify(rest);
        if (text === told) return;
        told = text;
        tell(status);
      });
    },
  };
}
