import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Translate } from '../language/language.tsx';
import { createFormats } from '../language/formats.ts';
import { agreedWords, durationWords, progressWords, remainingWords, storyTime } from './callWords.ts';

const t: Translate = (id, values) => `${id} ${Object.values(values ?? {}).join('/')}`.trim();
const progress = { phase: 'sending', pagesSent: 2, pagesReceived: 0 } as const;

test('the page under way is told, never one after the last', () => {
  expect(progressWords({ ...progress, page: 2 }, 12, t)).toBe('call.sendingPage 3/12');
  expect(progressWords({ ...progress, page: 12 }, 12, t)).toBe('call.sendingPage 12/12');
  expect(progressWords({ ...progress, phase: 'receiving', page: 0 }, undefined, t)).toBe(
    'call.receivingPage 1',
  );
  expect(progressWords({ ...progress, phase: 'training', page: 2 }, 12, t)).toBe('phase.training');
  expect(progressWords(progress, undefined, t)).toBe('phase.sending');
});

test.each([
  [undefined, undefined],
  [0, 'call.lessThanAMinute'],
  [54, 'call.lessThanAMinute'],
  [55, 'call.minutesLeft 1'],
  [170, 'call.minutesLeft 3'],
])('%s seconds to go are told as “%s”', (remainingSeconds, words) => {
  expect(remainingWords(remainingSeconds === undefined ? {} : { remainingSeconds }, t)).toBe(words);
});

test('what was agreed is told as far as it is known', () => {
  const formats = createFormats('en');
  expect(agreedWords({ rateBps: 14_400, modulation: 'V.17', coding: 'MMR', ecm: true }, t, formats)).toEqual([
    'call.rate 14,400 (V.17)',
    'MMR',
    'call.ecm',
  ]);
  expect(agreedWords({}, t, formats)).toEqual([]);
});

test.each([
  [0, '0:00'],
  [62_400, '1:02'],
  [3_725_000, '1:02:05'],
])('%d ms are %s', (ms, words) => {
  expect(durationWords(ms)).toBe(words);
});

test('times of a story are always mm:ss.s, and grow', () => {
  expect(storyTime(127_449)).toBe('02:07.4');
  expect(storyTime(3_600_000)).toBe('60:00.0');
  fc.assert(
    fc.property(fc.nat(5_000_000), (atMs) => {
      expect(storyTime(atMs)).toMatch(/^\d{2}:[0-5]\d\.\d$/);
    }),
  );
});
