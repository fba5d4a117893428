// What main and the gateway's utilityProcess say to each other.

import type { GatewayHostOptions, GatewayReady } from '../gateway/starter/hostStarter.ts';

export type HostRequest =
  | { type: 'start'; options: GatewayHostOptions }
  /** Comes with one port: an API client's. */
  | { type: 'apiPort'; id: number }
  | { type: 'stop' };

export type HostReport =
  | { type: 'ready'; ready: GatewayReady }
  /** It cannot serve; one sentence for the person. The process ends after it. */
  | { type: 'failed'; message: string }
  /** An API port was closed, by either end. */
  | { type: 'apiPortClosed'; id: number };
