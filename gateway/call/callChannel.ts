// Call messages over a RelayCall: whole messages in both directions, every wait limited.

import type { CallMessage } from '../../protocol/call.ts';
import { createCallDecoder, encodeCallMessage, type CallCodecError } from '../../protocol/callCodec.ts';
import { CallEndedError, type RelayCall } from '../relaySession/relaySession.types.ts';
import { CallFault } from './callFault.ts';

/** The wait for a message was withdrawn by its signal. The channel can still be used. */
export class ListeningStopped extends Error {
  constructor() {
    super('stopped listening');
    this.name = 'ListeningStopped';
  }
}

export interface CallChannel {
  /** Resolves when the connection may take more. Throws CallEndedError. */
  send(message: CallMessage): Promise<void>;
  /** The next message. Throws CallEndedError, CallCodecError, CallFault CALL_STALLED after `limitMs`, ListeningStopped. One reader. */
  next(limitMs: number, signal?: AbortSignal): Promise<CallMessage>;
  /** When this end last handed over a message, on the clock of `performance.now()`. */
  lastSentMs(): number;
}

export function createCallChannel(call: RelayCall): CallChannel {
  const decoder = createCallDecoder();
  const iterator = call.incoming[Symbol.asyncIterator]();
  const queue: CallMessage[] = [];
  let fault: CallCodecError | undefined;
  let sentAtMs = performance.now();
  // A read that outlived the wait it was begun for; the next wait takes it over.
  let reading: Promise<void> | undefined;

  function read(): Promise<void> {
    reading ??= iterator.next().then(
      (result) => {
        reading = undefined;
        if (result.done) throw new CallEndedError('aborted');
        const { messages, error } = decoder.push(result.value);
        queue.push(...messages);
        fault = error;
      },
      (error: unknown) => {
        reading = undefined;
        throw error;
      },
    );
    return reading;
  }

  return {
    send(message) {
      sentAtMs = performance.now();
      return call.send(encodeCallMessage(message));
    },
    async next(limitMs, signal) {
      const deadlineMs = performance.now() + limitMs;
      for (;;) {
        if (signal?.aborted) throw new ListeningStopped();
        const message = queue.shift();
        if (message) return message;
        if (fault) throw fault;
        await within(read(), deadlineMs - performance.now(), signal);
      }
    },
    lastSentMs: () => sentAtMs,
  };
}

/** Settles with `work`, or throws when time or signal come first; `work` goes on then, its failure is kept for later. */
async function within(work: Promise<void>, limitMs: number, signal: AbortSignal | undefined): Promise<void> {
  const interrupted = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => interrupted.reject(new CallFault('CALL_STALLED', 'nothing', 'the other end went silent')),
    Math.max(0, limitMs),
  );
  const stopped = () => interrupted.reject(new ListeningStopped());
  signal?.addEventListener('abort', stopped, { once: true });
  try {
    await Promise.race([work, interrupted.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stopped);
  }
}
