// What is said aloud of calls: beginnings, every tenth page, ends. Anything more would talk over the person's work.

import type { GatewayStatus, LiveCall } from '../../protocol/api/types.ts';

export type Announcement =
  | { kind: 'sendingStarted' | 'sendingEnded' | 'receivingStarted' | 'receivingEnded'; name: string }
  | { kind: 'sendingPage' | 'receivingPage'; name: string; page: number; total: number | undefined };

/** Pages between two announcements of one call. */
const MILESTONE_PAGES = 10;

export function announcementsBetween(
  before: Pick<GatewayStatus, 'calls'>,
  after: Pick<GatewayStatus, 'calls'>,
): Announcement[] {
  const said: Announcement[] = [];
  for (const call of after.calls) {
    const old = before.calls.find((candidate) => candidate.callId === call.callId);
    const name = nameOf(call);
    const sending = call.direction === 'outgoing';
    if (old === undefined) said.push({ kind: sending ? 'sendingStarted' : 'receivingStarted', name });
    else if (Math.floor(call.pagesDone / MILESTONE_PAGES) > Math.floor(old.pagesDone / MILESTONE_PAGES))
      said.push({
        kind: sending ? 'sendingPage' : 'receivingPage',
        name,
        page: call.pagesDone,
        total: call.pagesTotal,
      });
  }
  for (const call of before.calls) {
    if (after.calls.some((candidate) => candidate.callId === call.callId)) continue;
    said.push({
      kind: call.direction === 'outgoing' ? 'sendingEnded' : 'receivingEnded',
      name: nameOf(call),
    });
  }
  return said;
}

export const nameOf = (call: LiveCall): string => call.peerName ?? call.peer;
