// How many connections to have: one to be reached by, a spare while calls are running (10)–(14), and no crowd of idle ones.
// Pure: the owner passes what there is and does what comes out.

export interface ConnectionView {
  id: number;
  /** `opening`: not logged in yet. `busy`: anything of a call, from the request to the release. */
  phase: 'opening' | 'idle' | 'busy';
  /** Since when it is in this phase. */
  sinceMs: number;
}

export interface ConnectionPolicyInput {
  connections: readonly ConnectionView[];
  /** Outgoing calls that wait for an idle connection. */
  waitingCalls: number;
  /** The relay's limit or the setting, whichever is less. */
  maxConnections: number;
  nowMs: number;
}

/** Idle connections beyond this many are surplus … */
const SPARE_CONNECTIONS = 2;
/** … and closed when they have been idle for so long. */
const SURPLUS_MS = 60_000;

export interface ConnectionPlan {
  open: number;
  close: number[];
  /** When to ask again even if nothing happens; `undefined`: no need. */
  againAtMs?: number;
}

export function planConnections(input: ConnectionPolicyInput, surplusMs = SURPLUS_MS): ConnectionPlan {
  const { connections, waitingCalls, maxConnections, nowMs } = input;
  const idle = connections.filter(({ phase }) => phase === 'idle');
  const opening = connections.filter(({ phase }) => phase === 'opening').length;
  // One more than the waiting calls will take, so that this end can be called meanwhile.
  const wanted = Math.max(0, waitingCalls + 1 - idle.length - opening);
  const open = Math.min(wanted, Math.max(0, maxConnections - connections.length));
  const surplus = idle
    .sort((a, b) => a.sinceMs - b.sinceMs)
    .slice(0, Math.max(0, idle.length - SPARE_CONNECTIONS - waitingCalls));
  const close = surplus.filter(({ sinceMs }) => nowMs - sinceMs >= surplusMs).map(({ id }) => id);
  const next = surplus.find(({ sinceMs }) => nowMs - sinceMs < surplusMs);
  return next === undefined ? { open, close } : { open, close, againAtMs: next.sinceMs + surplusMs };
}

/**
 * Whether an outgoing call may take an idle connection now. The last one that may be opened is left for being called:
 * else two offices that send each other much would both be busy for ever.
 */
export function mayTakeIdle(connections: readonly ConnectionView[], maxConnections: number): boolean {
  const idle = connections.filter(({ phase }) => phase === 'idle').length;
  if (idle === 0) return false;
  const busy = connections.filter(({ phase }) => phase === 'busy').length;
  return maxConnections < 2 || busy < maxConnections - 1;
}
