// Fetching: calls a number, asks its machine for the document that it keeps, and puts what comes into the inbox.

import { numberOf, telephoneDestination, telephoneFault } from '../../protocol/destination.ts';
import { ApiError } from '../../protocol/api/types.ts';
import type { PollFetch } from '../../protocol/api/lines.ts';
import { outcome, type Outcome } from '../../protocol/outcome.ts';
import { outcomeText } from '../../protocol/outcomeTexts.ts';
import { outcomeWords } from '../calls/outcomeWords.ts';
import type { CallEntry, CallLog } from '../calls/callLog.ts';
import type { LineReceiver } from '../inbox/lineReceiver.ts';
import type { Lines } from '../lines/lines.types.ts';
import { errorText, type Log } from '../log.ts';
import type { Remotes } from '../remotes/remotes.ts';
import { newId } from '../store/newId.ts';

export interface PollFetchOptions {
  lines: Pick<Lines, 'call' | 'availability' | 'cause'>;
  receiver: Pick<LineReceiver, 'reception'>;
  calls: Pick<CallLog, 'begin'>;
  remotes: Pick<Remotes, 'hints' | 'learn'>;
  log: Log;
}

export interface PollFetches {
  /** Resolves with the call's id once a line has taken it. Throws ApiError INVALID_INPUT, CONFLICT. */
  fetch(request: PollFetch): Promise<{ callId: string }>;
  /** Ends those that are running. */
  stop(): Promise<void>;
}

export function createPollFetches(options: PollFetchOptions): PollFetches {
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  return {
    async fetch(request) {
      const destination = telephoneDestination(request.number);
      if (destination === undefined) {
        throw new ApiError('INVALID_INPUT', telephoneFault(request.number));
      }
      const number = numberOf(destination);
      const availability = options.lines.availability(number);
      if (availability === 'busy') {
        throw new ApiError('CONFLICT', 'Every telephone line is busy. Try again in a moment.');
      }
      if (availability !== 'free') {
        throw new ApiError('CONFLICT', outcomeText(options.lines.cause(number)?.code ?? 'LINE_NOT_READY'));
      }
      const callId = newId();
      const begun = Promise.withResolvers<Outcome | undefined>();
      const done = carryOut(callId, number, request, () => begun.resolve(undefined))
        // Said before a line has taken it, it is the answer to whoever asked.
        .then((result) => begun.resolve(result))
        .catch((error: unknown) => {
          options.log.error('fetching failed inside', { error: errorText(error) });
          begun.resolve(outcome('INTERNAL_ERROR', 'call'));
        })
        .finally(() => running.delete(done));
      running.add(done);
      const refusal = await begun.promise;
      if (refusal !== undefined) throw new ApiError('CONFLICT', outcomeWords(refusal));
      return { callId };
    },
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };

  async function carryOut(
    callId: string,
    number: string,
    request: PollFetch,
    begun: () => void,
  ): Promise<Outcome> {
    const reception = options.receiver.reception({ callId, number });
    let entry: CallEntry | undefined;
    const report = await options.lines.call(
      {
        callId,
        number,
        documents: [],
        poll: { address: request.address, password: request.password },
        expectedIdentities: [],
        hints: options.remotes.hints(number),
        events: {
          progress: (progress) => entry?.progress(progress),
          journal: (line) => entry?.journal(line),
          pagesConfirmed: () => undefined,
          page: () => Promise.reject(new Error('this call only fetches')),
          storePage: (page) => reception.storePage(page),
        },
      },
      stopping.signal,
      (line) => {
        entry = options.calls.begin({ callId, line, direction: 'outgoing', number });
        begun();
      },
    );
    await reception.end(report);
    entry?.end(report);
    options.remotes.learn(number, report);
    return report.outcome;
  }
}
