// A test of a line's modem: one at a time, always with a result, whatever the modem host does.

import type { LineTestResult, ModemRequest } from '../../protocol/modem.ts';
import { newId } from '../store/newId.ts';

const TEST_MS = 60_000;
const MOST_DETAIL = 200;

export interface ModemTestOptions {
  /** To the modem host; false when it is gone. */
  send(request: ModemRequest): boolean;
  /** The host does not answer: ends it. `end` follows. */
  giveUp(why: string): void;
  testMs?: number | undefined;
}

export interface ModemTest {
  isRunning(): boolean;
  /**
   * `begun` is told when the test runs; `settled` is waited for before it is over, so that the modem is ready for calls
   * again.
   */
  run(begun: () => void, settled: () => Promise<void>): Promise<LineTestResult>;
  /** What the host says. */
  tested(testId: string, result: LineTestResult): void;
  /** There will be no answer any more. */
  end(why: string): void;
}

export function createModemTest(options: ModemTestOptions): ModemTest {
  let test: { id: string; resolve(result: LineTestResult): void } | undefined;
  const end = (why: string): void => test?.resolve(unanswered(why));
  return {
    isRunning: () => test !== undefined,
    async run(begun, settled) {
      const testId = newId();
      const result = Promise.withResolvers<LineTestResult>();
      test = { id: testId, resolve: result.resolve };
      const timer = setTimeout(() => options.giveUp('it did not answer a test'), options.testMs ?? TEST_MS);
      begun();
      if (!options.send({ type: 'test', testId })) end('the modem host is not there');
      try {
        const found = await result.promise;
        await settled();
        return found;
      } finally {
        clearTimeout(timer);
        test = undefined;
      }
    },
    tested(testId, result) {
      if (testId === test?.id) test.resolve(result);
    },
    end,
  };
}

/** Of a line whose modem could not be asked. */
export function unanswered(detail: string | undefined): LineTestResult {
  return {
    answers: false,
    dialTone: 'unknown',
    dialogue: [],
    ...(detail === undefined ? {} : { detail: detail.slice(0, MOST_DETAIL) }),
  };
}
