// Two RelayCalls joined in memory, for tests: cut into chunks, with back-pressure, and breaking where the test says.

import { CallEndedError, type RelayCall } from '../relaySession/relaySession.types.ts';

export type Side = 'caller' | 'callee';

export interface JoinedCallsOptions {
  /** Sizes of the chunks in which bytes arrive, repeated; default: as sent. */
  chunkSizes?: readonly number[] | undefined;
  /** Bytes on the way above which a sender waits. */
  highBytes?: number | undefined;
  /** Asked for every `send`, counted from 1 for each side: whether the line breaks there. */
  breakAt?: ((side: Side, count: number) => 'no' | 'beforeDelivery' | 'afterDelivery') | undefined;
}

export interface JoinedCalls {
  caller: RelayCall;
  callee: RelayCall;
  /** Breaks the line for both. */
  cut(): void;
  /** How many messages this side has sent. */
  sent(side: Side): number;
  /** Most bytes that were ever on the way to a side. */
  peakBytes(side: Side): number;
}

interface End {
  queue: Uint8Array[];
  queuedBytes: number;
  peakBytes: number;
  sent: number;
  ended: CallEndedError | undefined;
  released: boolean;
  wakeReader: () => void;
  wakeSender: () => void;
}

export function joinCalls(options: JoinedCallsOptions = {}): JoinedCalls {
  const chunkSizes = options.chunkSizes ?? [Infinity];
  const highBytes = options.highBytes ?? 256 * 1024;
  const ends: Record<Side, End> = { caller: newEnd(), callee: newEnd() };
  let chunk = 0;

  function endCall(cause: CallEndedError['callCause'], exceptSide?: Side): void {
    for (const side of ['caller', 'callee'] as const) {
      const end = ends[side];
      if (side !== exceptSide && !end.released) end.ended ??= new CallEndedError(cause);
      end.wakeReader();
      end.wakeSender();
    }
  }

  function makeCall(side: Side): RelayCall {
    const mine = ends[side];
    const theirs = ends[side === 'caller' ? 'callee' : 'caller'];
    let sending: Promise<void> = Promise.resolve();

    function checkOver(): void {
      if (mine.ended) throw mine.ended;
      if (mine.released) throw new CallEndedError('aborted');
    }

    async function sendNow(bytes: Uint8Array): Promise<void> {
      checkOver();
      mine.sent += 1;
      const verdict = options.breakAt?.(side, mine.sent) ?? 'no';
      if (verdict === 'beforeDelivery') endCall('connectionLost');
      checkOver();
      for (let offset = 0; offset < bytes.byteLength && !theirs.released;) {
        const size = chunkSizes[chunk % chunkSizes.length] ?? Infinity;
        chunk += 1;
        const part = bytes.slice(offset, offset + size);
        offset += part.byteLength;
        theirs.queue.push(part);
        theirs.queuedBytes += part.byteLength;
        theirs.peakBytes = Math.max(theirs.peakBytes, theirs.queuedBytes);
        theirs.wakeReader();
        while (theirs.queuedBytes > highBytes && !theirs.released && !mine.ended) {
          await new Promise<void>((resolve) => {
            mine.wakeSender = resolve;
          });
        }
        checkOver();
      }
      if (verdict === 'afterDelivery') endCall('connectionLost');
    }

    async function next(): Promise<IteratorResult<Uint8Array, undefined>> {
      for (;;) {
        if (mine.released) return { done: true, value: undefined };
        const part = mine.queue.shift();
        if (part) {
          mine.queuedBytes -= part.byteLength;
          theirs.wakeSender();
          return { done: false, value: part };
        }
        if (mine.ended) throw mine.ended;
        await new Promise<void>((resolve) => {
          mine.wakeReader = resolve;
        });
      }
    }

    return {
      callId: 'joined-in-memory',
      peer: side === 'caller' ? 'osaka' : 'kyoto',
      info: { kind: 'document' },
      send(bytes) {
        const turn = sending.then(() => sendNow(bytes));
        sending = turn.catch(() => {});
        return turn;
      },
      incoming: { [Symbol.asyncIterator]: () => ({ next }) },
      release() {
        mine.released = true;
        mine.queue.length = 0;
        mine.queuedBytes = 0;
        mine.wakeReader();
        mine.wakeSender();
        theirs.wakeSender();
        return Promise.resolve();
      },
      abort() {
        mine.ended ??= new CallEndedError('aborted');
        endCall('peerGone', side);
      },
    };
  }

  return {
    caller: makeCall('caller'),
    callee: makeCall('callee'),
    cut: () => endCall('connectionLost'),
    sent: (side) => ends[side].sent,
    peakBytes: (side) => ends[side].peakBytes,
  };
}

function newEnd(): End {
  return {
    queue: [],
    queuedBytes: 0,
    peakBytes: 0,
    sent: 0,
    ended: undefined,
    released: false,
    wakeReader: () => {},
    wakeSender: () => {},
  };
}
