// Tells every listener what changed: coalesced, never faster than a screen can follow, never without bound.

import { ApiError, type GatewayEvent, type GatewayStatus } from '../../protocol/api/types.ts';

/** Documents are told at most so often, and the status. */
const CHANGES_INTERVAL_MS = 100;
const STATUS_INTERVAL_MS = 200;
const MOST_QUEUED = 1_000;

export interface EventHub {
  /** The status may have changed; it is read when it is told. */
  statusChanged(): void;
  outgoingChanged(documentId: string): void;
  outgoingRemoved(documentId: string): void;
  incomingChanged(documentId: string): void;
  incomingRemoved(documentId: string): void;
  callChanged(callId: string): void;
  changed(type: 'contacts' | 'settings' | 'online' | 'lines' | 'remotes' | 'pollOffers'): void;
  /** First the present status, then what changes, until `signal` aborts or the hub closes. */
  events(signal: AbortSignal): AsyncIterable<GatewayEvent>;
  close(): void;
}

type Change = Exclude<GatewayEvent, { type: 'status' }>;

interface Listener {
  /** One place per thing that changed, so that a slow listener has the newest of each. */
  readonly queue: Map<string, GatewayEvent>;
  tooSlow: boolean;
  wake(): void;
}

/** `onError` is told when the status cannot be read; who caused the change must not suffer from it. */
export function createEventHub(
  readStatus: () => GatewayStatus,
  onError: (error: unknown) => void = () => undefined,
): EventHub {
  const listeners = new Set<Listener>();
  const changes = new Map<string, Change>();
  const closing = new AbortController();
  let statusWanted = false;
  const changesGate = createGate(CHANGES_INTERVAL_MS, () => {
    for (const [key, change] of changes) tell(listeners, key, change);
    changes.clear();
  });
  const statusGate = createGate(STATUS_INTERVAL_MS, () => {
    if (!statusWanted || listeners.size === 0) return;
    statusWanted = false;
    try {
      tell(listeners, 'status', { type: 'status', status: readStatus() });
    } catch (error) {
      onError(error);
    }
  });
  const note = (key: string, change: Change): void => {
    if (listeners.size === 0 || closing.signal.aborted) return;
    changes.set(key, change);
    changesGate.pass();
  };

  return {
    statusChanged() {
      if (listeners.size === 0 || closing.signal.aborted) return;
      statusWanted = true;
      statusGate.pass();
    },
    outgoingChanged: (documentId) =>
      note(`outgoing ${documentId}`, { type: 'outgoing', documentId, removed: false }),
    outgoingRemoved: (documentId) =>
      note(`outgoing ${documentId}`, { type: 'outgoing', documentId, removed: true }),
    callChanged: (callId) => note(`call ${callId}`, { type: 'call', callId }),
    incomingChanged: (documentId) =>
      note(`incoming ${documentId}`, { type: 'incoming', documentId, removed: false }),
    incomingRemoved: (documentId) =>
      note(`incoming ${documentId}`, { type: 'incoming', documentId, removed: true }),
    changed: (type) => note(type, { type }),
    events: (signal) => listen(signal),
    close() {
      closing.abort();
      changesGate.stop();
      statusGate.stop();
      for (const listener of listeners) listener.wake();
    },
  };

  async function* listen(signal: AbortSignal): AsyncIterable<GatewayEvent> {
    let wake: (() => void) | undefined;
    const listener: Listener = { queue: new Map(), tooSlow: false, wake: () => wake?.() };
    const onAbort = (): void => listener.wake();
    signal.addEventListener('abort', onAbort);
    listeners.add(listener);
    listener.queue.set('status', { type: 'status', status: readStatus() });
    try {
      while (!signal.aborted && !closing.signal.aborted) {
        if (listener.tooSlow)
          throw new ApiError('FAILED', 'Too many changes at once; ask again for everything.');
        const first = listener.queue.entries().next();
        if (first.done === true) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        const [key, event] = first.value;
        listener.queue.delete(key);
        yield event;
      }
    } finally {
      listeners.delete(listener);
      signal.removeEventListener('abort', onAbort);
    }
  }
}

function tell(listeners: Set<Listener>, key: string, event: GatewayEvent): void {
  for (const listener of listeners) {
    if (listener.queue.size >= MOST_QUEUED && !listener.queue.has(key)) listener.tooSlow = true;
    else listener.queue.set(key, event);
    listener.wake();
  }
}

/** Lets `action` through at once, and then at most once per interval; the last one is never lost. */
function createGate(intervalMs: number, action: () => void): { pass(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let wanted = false;
  const run = (): void => {
    wanted = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (wanted) run();
    }, intervalMs);
    timer.unref();
    action();
  };
  return {
    pass() {
      wanted = true;
      if (timer === undefined) run();
    },
    stop() {
      clearTimeout(timer);
      wanted = false;
    },
  };
}
