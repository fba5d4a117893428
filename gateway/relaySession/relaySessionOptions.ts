// What a relay session is made with, and the times it keeps.

import type { Log } from '../log.ts';
import { BACK_OFF_TIMING, type BackOffTiming } from './backOff.ts';

export interface RelayEndpointOptions {
  /** `wss://…`, or `ws://…` without encryption. */
  url: string;
  deviceId: string;
  password: string;
  /** PEM text of certificates to trust beside the system's. */
  ca?: string | undefined;
  /** `http://[user:password@]host:port`; without it the environment decides. Never used for loopback. */
  proxy?: string | undefined;
  /** Name and version of this program. */
  software: string;
  displayName?: string | undefined;
  log: Log;
  /** For tests. */
  timing?: Partial<RelaySessionTiming> | undefined;
}

export interface RelaySessionOptions extends RelayEndpointOptions {
  /** The relay is the one that runs inside the gateway; only shown. */
  embedded: boolean;
  maxConnections: number;
  /** For tests. */
  random?: (() => number) | undefined;
}

export interface RelaySessionTiming {
  /** From the first packet to the accepted login. */
  connectMs: number;
  /** How often connections look at the clock. */
  tickMs: number;
  /** After a sleep of the PC, an answer must come within this time. */
  probeMs: number;
  /** Longest wait of a call for an idle connection. */
  idleWaitMs: number;
  /** Beyond the relay's own time limit for the callee's answer. */
  answerSlackMs: number;
  /** Longest wait for the other end's release after ours; then the connection is given up. */
  releaseMs: number;
  directoryMs: number;
  logoutMs: number;
  /** Beyond the relay's stall limit, before this end gives up a call on which nothing moves. */
  stallSlackMs: number;
  /** Surplus idle connections are closed after so long. */
  surplusMs: number;
  backOff: BackOffTiming;
}

export const RELAY_SESSION_TIMING: RelaySessionTiming = {
  connectMs: 20_000,
  tickMs: 1_000,
  probeMs: 5_000,
  idleWaitMs: 30_000,
  answerSlackMs: 15_000,
  releaseMs: 40_000,
  directoryMs: 10_000,
  logoutMs: 2_000,
  stallSlackMs: 15_000,
  surplusMs: 60_000,
  backOff: BACK_OFF_TIMING,
};

export function sessionTiming(options: RelayEndpointOptions): RelaySessionTiming {
  return { ...RELAY_SESSION_TIMING, ...options.timing };
}
