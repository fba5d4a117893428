// Options of a document call, and what both ends do alike: the version check and the last words.

import { CALL_PROTOCOL_VERSION, type CallMessage, type Capabilities } from '../../protocol/call.ts';
import type { Log } from '../log.ts';
import type { RelayCall } from '../relaySession/relaySession.types.ts';
import type { CallChannel } from './callChannel.ts';
import { CallFault, refusedFault } from './callFault.ts';
import { CALL_TIMING, type CallTiming } from './callTiming.ts';
import { CAPABILITIES, commonVersion } from './capabilities.ts';

export interface DocumentCallOptions {
  /** Name and version of this program, for the other end's log. */
  software: string;
  log: Log;
  /** Withdraws the document (sender) or breaks the call off (receiver). */
  signal?: AbortSignal | undefined;
  capabilities?: Capabilities | undefined;
  timing?: Partial<CallTiming> | undefined;
}

type Hello = Extract<CallMessage, { type: 'hello' }>;

export function timingOf(options: DocumentCallOptions): CallTiming {
  return { ...CALL_TIMING, ...options.timing };
}

export function helloOf(options: DocumentCallOptions, more: Pick<Hello, 'documentId' | 'progress'>): Hello {
  return {
    type: 'hello',
    versions: [CALL_PROTOCOL_VERSION],
    software: clip(options.software),
    capabilities: options.capabilities ?? CAPABILITIES,
    ...more,
  };
}

/** Throws CallFault PEER_VERSION when the two ends have no version in common. */
export function checkVersion(hello: Hello): void {
  if (commonVersion(hello.versions) !== undefined) return;
  const detail = `the other end (${hello.software}) speaks ${hello.versions.join(', ')}, this one ${CALL_PROTOCOL_VERSION}`;
  throw new CallFault('PEER_VERSION', 'refuse', detail);
}

/** Throws the fault for a message that ends the conversation early. */
export function checkNotOver(message: CallMessage): void {
  if (message.type === 'refuse') throw refusedFault(message.code, message.detail);
  if (message.type === 'end') throw new CallFault('CALL_BROKEN', 'end', 'the other end ended the call early');
}

/** Says the last words of a fault, within the limit, and gives the connection back. Never throws. */
export async function partAfterFault(
  call: RelayCall,
  channel: CallChannel,
  fault: CallFault,
  farewellMs: number,
): Promise<void> {
  if (fault.farewell === 'nothing') {
    // Silent or broken: waiting for the other end's release would only hold the connection.
    if (fault.outcome.code === 'CALL_STALLED') call.abort();
    giveBack(call);
    return;
  }
  const { code, detail } = fault.outcome;
  await sayLast(
    call,
    async () => {
      if (fault.farewell === 'refuse') {
        await channel.send({
          type: 'refuse',
          code,
          ...(detail === undefined ? {} : { detail: clip(detail) }),
        });
      }
      await channel.send({ type: 'end' });
    },
    farewellMs,
  );
  giveBack(call);
}

/** Releases the call, and does not wait for the other end's release: the outcome is known, and the session limits that wait. */
export function giveBack(call: RelayCall): void {
  void call.release();
}

/** Runs the last words of a call; an end that does not take them within the limit is cut off. Never throws. */
export async function sayLast(call: RelayCall, words: () => Promise<void>, limitMs: number): Promise<void> {
  const timer = setTimeout(() => call.abort(), limitMs);
  try {
    await words();
  } catch {
    // The outcome is known already; whether the other end hears the last words changes nothing here.
  } finally {
    clearTimeout(timer);
  }
}

/** Texts in messages are at most 500 characters long. */
export function clip(text: string): string {
  return text.slice(0, 500);
}
