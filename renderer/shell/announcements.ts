// What is said aloud of calls and lines: beginnings, every tenth page, ends, a line that rings or fails. Anything more
// would talk over the person's work.

import type { GatewayStatus, LiveCall } from '../../protocol/api/types.ts';
import { needsAttention } from '../lines/lineWords.ts';

type LineState = GatewayStatus['lines'][number]['state'];

export type Announcement =
  | {
      kind: 'sendingStarted' | 'sendingEnded' | 'receivingStarted' | 'receivingEnded';
      /** Name, device id, or `tel:` number. */
      peer: string;
    }
  | { kind: 'sendingPage' | 'receivingPage'; peer: string; page: number; total: number | undefined }
  | { kind: 'lineRinging' | 'lineReady'; line: string }
  | { kind: 'lineTrouble'; line: string; state: LineState };

type Told = Pick<GatewayStatus, 'calls' | 'lines'>;

/** Pages between two announcements of one call. */
const MILESTONE_PAGES = 10;

export function announcementsBetween(before: Told, after: Told): Announcement[] {
  return [...callsBetween(before, after), ...linesBetween(before, after)];
}

function callsBetween(before: Told, after: Told): Announcement[] {
  const said: Announcement[] = [];
  for (const call of after.calls) {
    const old = before.calls.find((candidate) => candidate.callId === call.callId);
    const peer = peerOf(call);
    const sending = call.direction === 'outgoing';
    if (old === undefined) said.push({ kind: sending ? 'sendingStarted' : 'receivingStarted', peer });
    else if (Math.floor(call.pagesDone / MILESTONE_PAGES) > Math.floor(old.pagesDone / MILESTONE_PAGES))
      said.push({
        kind: sending ? 'sendingPage' : 'receivingPage',
        peer,
        page: call.pagesDone,
        total: call.pagesTotal,
      });
  }
  for (const call of before.calls) {
    if (after.calls.some((candidate) => candidate.callId === call.callId)) continue;
    said.push({
      kind: call.direction === 'outgoing' ? 'sendingEnded' : 'receivingEnded',
      peer: peerOf(call),
    });
  }
  return said;
}

function linesBetween(before: Told, after: Told): Announcement[] {
  return after.lines.flatMap(({ id, name, state }): Announcement[] => {
    const old = before.lines.find((candidate) => candidate.id === id)?.state;
    if (old === undefined || old === state) return [];
    if (state === 'ringing') return [{ kind: 'lineRinging', line: name }];
    if (needsAttention(state) && !needsAttention(old)) return [{ kind: 'lineTrouble', line: name, state }];
    return state === 'ready' && needsAttention(old) ? [{ kind: 'lineReady', line: name }] : [];
  });
}

/** The name of the other end where it is known, else its device id or `tel:` number. */
export const peerOf = (call: LiveCall): string => call.peerName ?? call.peer;
