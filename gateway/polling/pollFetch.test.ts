// Fetching a document: what is answered to whoever asked, before and after a line has taken the call.

import { expect, test } from 'vitest';
import { outcome, type OutcomeCode } from '../../protocol/outcome.ts';
import { reportOf, TEST_LINE } from '../outbox/telephoneRoute.testSupport.ts';
import { createPollFetches, type PollFetchOptions } from './pollFetch.ts';

const nothing = (): void => undefined;

/** A line that takes the call, or ends it before with `code`. */
function aLine(code: OutcomeCode, takes: boolean) {
  const ended: string[] = [];
  const options: PollFetchOptions = {
    lines: {
      availability: () => 'free',
      cause: () => undefined,
      async call(_call, _signal, startedOn) {
        if (takes) startedOn(TEST_LINE);
        return reportOf({ outcome: outcome(code, 'line') });
      },
    },
    receiver: {
      reception: ({ callId }) => ({
        storePage: async () => undefined,
        end: async () => void ended.push(callId),
        document: () => undefined,
      }),
    },
    calls: { begin: () => ({ progress: nothing, journal: nothing, end: nothing }) },
    remotes: {
      hints: () => ({ avoidModulations: [], avoidCodings: [], avoidEcm: false }),
      learn: nothing,
    },
    log: { info: nothing, warn: nothing, error: nothing },
  };
  return { fetches: createPollFetches(options), ended };
}

test('gives the id of the call that a line has taken, however it ends', async () => {
  const { fetches, ended } = aLine('TEL_BUSY', true);
  const { callId } = await fetches.fetch({ number: '03-1234-5678' });
  await expect.poll(() => ended).toEqual([callId]);
});

test('says why no call came about, and gives no id of a call that never was', async () => {
  const { fetches } = aLine('NUMBER_NOT_DIALABLE', false);
  await expect(fetches.fetch({ number: '110' })).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('what is no number is said to be none', async () => {
  const { fetches } = aLine('CONFIRMED', true);
  await expect(fetches.fetch({ number: 'the office' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});
