// The API's services for telephone calls and for what is known of the machines at the other end.

import type { LineServices } from '../../protocol/api/services.ts';
import { ApiError } from '../../protocol/api/types.ts';
import type { CallLog } from '../calls/callLog.ts';
import type { Remotes } from '../remotes/remotes.ts';

type CallServices = Pick<
  LineServices,
  'listRemotes' | 'getRemote' | 'changeRemote' | 'resetRemote' | 'listCalls' | 'getCall' | 'callJournal'
>;

export function createCallServices({ calls, remotes }: { calls: CallLog; remotes: Remotes }): CallServices {
  return {
    listRemotes: ({ limit, cursor, search }) => remotes.list({ limit, cursor: cursorOf(cursor), search }),
    getRemote: (number) => remotes.get(number),
    changeRemote: ({ number, change }) => remotes.change(number, change),
    resetRemote: (number) => remotes.reset(number),
    listCalls: ({ limit, cursor, search }) => calls.list({ limit, cursor: cursorOf(cursor), search }),
    getCall: (callId) => calls.get(callId),
    callJournal: (callId) => calls.journal(callId),
  };
}

/** The place in a list that an answer named for the next items. */
export function cursorOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const value = Number(cursor);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new ApiError('INVALID_INPUT', 'This place in the list is not known. Load the list again.');
  }
  return value;
}
