// An other end whose every word a test says itself: what it has to say, and what it hears.

import type { CallMessage } from '../../protocol/call.ts';
import type { CallChannel } from './callChannel.ts';
import { CAPABILITIES } from './capabilities.ts';
import { makePage } from './memoryStore.testSupport.ts';

export const HELLO = {
  type: 'hello',
  versions: [1],
  software: 'other',
  capabilities: CAPABILITIES,
} satisfies CallMessage;
export const ONE = makePage(1, 100);
export const TWO = makePage(2, 60_000);
export const LIMIT_MS = 5_000;

/** Until the call is over. */
export async function hear(channel: CallChannel, heard: CallMessage[]): Promise<void> {
  try {
    for (;;) heard.push(await channel.next(LIMIT_MS));
  } catch {
    // The call is over.
  }
}
