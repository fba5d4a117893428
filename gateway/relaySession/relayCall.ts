// A joined call as a byte stream with back-pressure both ways: bounded towards the reader, bounded towards the socket.

import { CallEndedError, type RelayCall } from './relaySession.types.ts';
import type { JoinedCall } from './connectionState.ts';

/** Received and not read yet: above the first the socket is read no further, below the second it is again. */
const INCOMING_HIGH_BYTES = 256 * 1024;
const INCOMING_LOW_BYTES = 64 * 1024;
/** What holding one frame costs beside its bytes: a flood of empty frames must fill the buffer too. */
const FRAME_COST_BYTES = 128;
/** Handed to the socket and not gone yet: above this `send` waits. */
const OUTGOING_HIGH_BYTES = 256 * 1024;

/** The connection under a call. */
export interface CallCarrier {
  /** False when the connection takes nothing any more. */
  sendData(bytes: Uint8Array): boolean;
  bufferedBytes(): number;
  /** Whether the socket is read. */
  setReading(on: boolean): void;
  /** Gives the connection back; resolves when it is idle again or gone. */
  release(): Promise<void>;
  /** Ends connection and call at once. */
  abort(): void;
  maxFrameBytes: number;
  /** Nothing moves for so long: the call is over. */
  stallMs: number;
}

export interface CarriedCall {
  readonly call: RelayCall;
  push(bytes: Uint8Array): void;
  drained(): void;
  /** The call is over for this reason, unless it is over already. */
  end(cause: CallEndedError['callCause']): void;
}

export function createRelayCall(joined: JoinedCall, carrier: CallCarrier): CarriedCall {
  const incoming: Uint8Array[] = [];
  let incomingBytes = 0;
  let isReading = true;
  let reader:
    | { resolve(result: IteratorResult<Uint8Array, undefined>): void; reject(error: unknown): void }
    | undefined;
  let readerStall: NodeJS.Timeout | undefined;
  let ended: CallEndedError | undefined;
  let released: Promise<void> | undefined;
  let sending: Promise<void> = Promise.resolve();
  let wakeSender: (() => void) | undefined;

  function setReading(on: boolean): void {
    if (on === isReading) return;
    isReading = on;
    carrier.setReading(on);
    restartReaderStall();
  }

  /** A reader that takes nothing for long would keep the connection from ever being used again. */
  function restartReaderStall(): void {
    clearTimeout(readerStall);
    readerStall = undefined;
    if (!isReading && !ended && !released) {
      readerStall = setTimeout(() => {
        end('stalled');
        carrier.abort();
      }, carrier.stallMs);
    }
  }

  function end(cause: CallEndedError['callCause']): void {
    if (ended || released) return;
    ended = new CallEndedError(cause);
    // What came before the end stays readable; it is bounded, and the socket must be free for the next call.
    setReading(true);
    restartReaderStall();
    if (reader && incoming.length === 0) {
      reader.reject(ended);
      reader = undefined;
    }
    wakeSender?.();
  }

  function next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (reader) return Promise.reject(new Error('a call has one reader'));
    if (released) return Promise.resolve({ done: true, value: undefined });
    const bytes = incoming.shift();
    if (bytes) {
      incomingBytes -= bytes.byteLength + FRAME_COST_BYTES;
      if (incomingBytes <= INCOMING_LOW_BYTES) setReading(true);
      else restartReaderStall();
      return Promise.resolve({ done: false, value: bytes });
    }
    if (ended) return Promise.reject(ended);
    return new Promise((resolve, reject) => {
      reader = { resolve, reject };
    });
  }

  async function sendFrames(bytes: Uint8Array): Promise<void> {
    for (let offset = 0; offset < bytes.byteLength; offset += carrier.maxFrameBytes) {
      throwIfOver();
      // A connection that is closing takes no more, some time before it is gone.
      if (!carrier.sendData(bytes.subarray(offset, offset + carrier.maxFrameBytes))) end('connectionLost');
      throwIfOver();
      while (carrier.bufferedBytes() > OUTGOING_HIGH_BYTES) {
        await waitForDrain();
        throwIfOver();
      }
    }
    throwIfOver();
  }

  function throwIfOver(): void {
    if (ended) throw ended;
    if (released) throw new CallEndedError('aborted');
  }

  function waitForDrain(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        end('stalled');
        carrier.abort();
      }, carrier.stallMs);
      wakeSender = () => {
        clearTimeout(timer);
        wakeSender = undefined;
        resolve();
      };
    });
  }

  const call: RelayCall = {
    callId: joined.callId,
    peer: joined.peer,
    info: joined.info,
    send(bytes) {
      // One after the other, whoever sends: messages must not be cut into each other.
      const turn = sending.then(() => sendFrames(bytes));
      sending = turn.catch(() => {});
      return turn;
    },
    incoming: { [Symbol.asyncIterator]: () => ({ next }) },
    release() {
      if (released) return released;
      // When the call has ended, the connection has answered with its release already.
      released = carrier.release();
      incoming.length = 0;
      incomingBytes = 0;
      setReading(true);
      restartReaderStall();
      reader?.resolve({ done: true, value: undefined });
      reader = undefined;
      wakeSender?.();
      return released;
    },
    abort() {
      end('aborted');
      carrier.abort();
    },
  };

  return {
    call,
    push(bytes) {
      if (ended || released) return;
      if (reader) {
        const waiting = reader;
        reader = undefined;
        waiting.resolve({ done: false, value: bytes });
        return;
      }
      incoming.push(bytes);
      incomingBytes += bytes.byteLength + FRAME_COST_BYTES;
      if (incomingBytes > INCOMING_HIGH_BYTES) setReading(false);
    },
    drained: () => wakeSender?.(),
    end,
  };
}
