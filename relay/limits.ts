// Every limit of the relay in one place: what a device is told at login, and what the relay keeps to itself.

import { MAX_DATA_FRAME_BYTES, type RelayLimits } from '../protocol/relay.ts';

/** A token bucket: so many at once, refilled at so many a second. */
export interface Rate {
  burst: number;
  perSecond: number;
}

export interface RelayServerLimits extends RelayLimits {
  /** A joined call without a byte in either direction for so long is ended. */
  idleCallMs: number;
  /** How long an end may take to answer `callEnded`, or the other end's release, with its own. */
  releaseTimeoutMs: number;
  /** A connection that is not logged in after so long is dropped. */
  loginTimeoutMs: number;
  /** Bytes a connection may send before it is logged in. */
  maxBytesBeforeLogin: number;
  /** A negative answer to a login comes no sooner than this, whatever its reason. */
  refusalDelayMs: number;
  maxUnauthenticated: number;
  maxUnauthenticatedPerAddress: number;
  maxSockets: number;
  maxSocketsPerAddress: number;
  /** Wrong logins before an id, or an address, is locked out; then the lock doubles up to the longest. */
  failuresBeforeLockPerId: number;
  failuresBeforeLockPerAddress: number;
  firstLockMs: number;
  longestLockPerIdMs: number;
  longestLockPerAddressMs: number;
  /** Control messages (and pings) of one connection; faster than this closes it. */
  controlRate: Rate;
  /** Control messages of one address over all its connections. */
  controlRatePerAddress: Rate;
  /** Connect requests of one device; faster than this fails them. */
  connectRate: Rate;
  /** Login attempts from one address. */
  loginRate: Rate;
  /** Directory changes are collected for so long before they are sent. */
  directoryCoalesceMs: number;
  /** Call data waiting for one receiver above which the sender is read no further, and below which it is again. */
  receiverHighBytes: number;
  receiverLowBytes: number;
  /** Running calls get so long to finish when the relay stops. */
  stopGraceMs: number;
  /** How often the relay looks whether another process changed the accounts. */
  accountsPollMs: number;
}

export const DEFAULT_RELAY_LIMITS: RelayServerLimits = {
  keepaliveIntervalMs: 25_000,
  maxFrameBytes: MAX_DATA_FRAME_BYTES,
  maxConnections: 32,
  maxCalls: 24,
  answerTimeoutMs: 30_000,
  stallTimeoutMs: 30_000,
  idleCallMs: 10 * 60_000,
  releaseTimeoutMs: 30_000,
  loginTimeoutMs: 10_000,
  maxBytesBeforeLogin: 8 * 1024,
  refusalDelayMs: 400,
  maxUnauthenticated: 512,
  maxUnauthenticatedPerAddress: 64,
  maxSockets: 20_000,
  maxSocketsPerAddress: 2_000,
  failuresBeforeLockPerId: 5,
  failuresBeforeLockPerAddress: 20,
  firstLockMs: 1_000,
  longestLockPerIdMs: 60_000,
  longestLockPerAddressMs: 15 * 60_000,
  controlRate: { burst: 200, perSecond: 50 },
  controlRatePerAddress: { burst: 4_000, perSecond: 1_000 },
  connectRate: { burst: 100, perSecond: 20 },
  loginRate: { burst: 300, perSecond: 50 },
  directoryCoalesceMs: 250,
  receiverHighBytes: 256 * 1024,
  receiverLowBytes: 64 * 1024,
  stopGraceMs: 1_000,
  accountsPollMs: 1_000,
};

/** The part of the limits that a device is told at login. */
export function limitsToldToDevices(limits: RelayServerLimits): RelayLimits {
  const { keepaliveIntervalMs, maxFrameBytes, maxConnections, maxCalls, answerTimeoutMs, stallTimeoutMs } =
    limits;
  return { keepaliveIntervalMs, maxFrameBytes, maxConnections, maxCalls, answerTimeoutMs, stallTimeoutMs };
}
