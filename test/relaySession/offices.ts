// Offices for the tests of the relay session: a real relay in this process, and sessions that receive into memory.

import type { RelayServerLimits } from '../../relay/limits.ts';
import { startRelay, type RunningRelay } from '../../relay/server.ts';
import { memoryAccounts } from '../../relay/testing/memoryAccounts.ts';
import {
  makeDisk,
  makeSink,
  SILENT_LOG,
  type MemoryDisk,
} from '../../gateway/call/memoryStore.testSupport.ts';
import { receiveDocuments } from '../../gateway/call/receiveDocuments.ts';
import { createRelaySession } from '../../gateway/relaySession/relaySession.ts';
import type { IncomingCall, RelayCall } from '../../gateway/relaySession/relaySession.types.ts';
import type { RelaySessionOptions } from '../../gateway/relaySession/relaySessionOptions.ts';
import { harness, type SessionHarness } from '../../gateway/relaySession/sessionHarness.testSupport.ts';
import type { Outcome } from '../../protocol/outcome.ts';

export const INFO = { kind: 'document' } as const;
export const DEVICES = ['kyoto', 'osaka', 'nara'];

export function never(): AbortSignal {
  return new AbortController().signal;
}

export function passwordOf(deviceId: string): string {
  return `password of ${deviceId}`;
}

export function relayOn(
  port: number,
  limits: Partial<RelayServerLimits> = {},
  tls?: { cert: string; key: string },
): Promise<RunningRelay> {
  return startRelay({
    store: { accounts: memoryAccounts(DEVICES) },
    host: '127.0.0.1',
    port,
    limits: { refusalDelayMs: 20, directoryCoalesceMs: 10, stopGraceMs: 0, ...limits },
    name: 'test relay',
    ...(tls ? { tls } : {}),
  });
}

/** A session that has an account at the relay, with its events collected. */
export function officeSession(
  url: string,
  deviceId: string,
  more: Partial<RelaySessionOptions> = {},
  answer?: (incoming: IncomingCall) => 'accept' | 'refused' | 'busy',
): SessionHarness {
  const options = { deviceId, password: passwordOf(deviceId), random: () => 0, ...more };
  return harness(url, options, answer);
}

export interface ReceivingOffice {
  session: SessionHarness['session'];
  disk: MemoryDisk;
  received: Outcome[];
  calls: RelayCall[];
}

/** A session that receives every document it is called for. */
export function receivingOffice(
  url: string,
  deviceId: string,
  more: Partial<RelaySessionOptions> = {},
): ReceivingOffice {
  const disk = makeDisk();
  const received: Outcome[] = [];
  const calls: RelayCall[] = [];
  const session = createRelaySession(
    {
      url,
      deviceId,
      password: passwordOf(deviceId),
      embedded: false,
      software: 'test',
      maxConnections: 8,
      log: SILENT_LOG,
      random: () => 0,
      ...more,
    },
    {
      statusChanged() {},
      directoryChanged() {},
      answer: () => 'accept',
      callJoined(call) {
        calls.push(call);
        void receiveDocuments(call, makeSink(disk), { deviceId, software: 'test', log: SILENT_LOG }).then(
          (outcome) => received.push(outcome),
        );
      },
    },
  );
  return { session, disk, received, calls };
}
