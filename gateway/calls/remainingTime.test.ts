import { expect, test } from 'vitest';
import type { CallProgress } from '../../protocol/modem.ts';
import { remainingSeconds } from './remainingTime.ts';

const progress = (change: Partial<CallProgress>): CallProgress => ({
  phase: 'sending',
  rateBps: 14_400,
  ecm: true,
  page: 0,
  pagesSent: 0,
  pagesReceived: 0,
  ...change,
});

test('a page of 18 kB takes about as long as the duration bound says, and less as it goes', () => {
  // Fact sheet §7: 10.6 s of page data and 3.05 s around it, then the end of the call.
  expect(remainingSeconds(progress({ pagePercent: 0 }), [18_103])).toBe(15);
  expect(remainingSeconds(progress({ pagePercent: 50 }), [18_103])).toBe(10);
  expect(remainingSeconds(progress({ phase: 'confirming', pagePercent: 100 }), [18_103])).toBe(4);
});

test('pages ahead count, and longer when the line needs another coding', () => {
  expect(remainingSeconds(progress({}), [18_103, 18_103, 18_103])).toBe(42);
  expect(remainingSeconds(progress({ pageOctets: 36_206 }), [18_103, 18_103, 18_103])).toBe(74);
});

test('is not known before a rate is agreed, nor when nothing is sent', () => {
  expect(remainingSeconds(progress({ rateBps: undefined, phase: 'dialling' }), [18_103])).toBeUndefined();
  expect(remainingSeconds(progress({ phase: 'receiving' }), [])).toBeUndefined();
});
