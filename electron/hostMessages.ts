// What main and the gateway's utilityProcess say to each other.

import type { GatewayHostOptions, GatewayReady } from '../gateway/starter/hostStarter.ts';

export type HostRequest =
  | { type: 'start'; options: GatewayHostOptions }
  /** Comes with one port: an API client's. */
  | { type: 'api-port' }
  | { type: 'stop' };

export type HostReport =
  | { type: 'ready'; ready: GatewayReady }
  /** It cannot serve; one sentence for the person. The process ends after it. */
  | { type: 'failed'; message: string };
