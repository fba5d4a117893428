// Times after --at.

import { expect, test } from 'vitest';
import { sendTime } from './sendTime.ts';

const NOW = new Date(2026, 10, 23, 10, 30).getTime();
const local = (...parts: [number, number, number, number?, number?, number?]): string =>
  new Date(...parts).toISOString();

test.each([
  ['11:00', local(2026, 10, 23, 11)],
  ['9:05', local(2026, 10, 24, 9, 5)],
  ['10:30', local(2026, 10, 24, 10, 30)],
  ['2026-11-30T08:00', local(2026, 10, 30, 8)],
  ['2026-11-30 08:00:30', local(2026, 10, 30, 8, 0, 30)],
  ['2026-11-30', local(2026, 10, 30)],
  ['2026-11-30T08:00:00Z', '2026-11-30T08:00:00.000Z'],
  ['2026-11-30 08:00+09:00', '2026-11-29T23:00:00.000Z'],
  ['2028-02-29T08:00', local(2028, 1, 29, 8)],
])('%s is understood', (text, time) => {
  expect(sendTime(text, NOW)).toBe(time);
});

test('a moment ago is now', () => {
  const justNow = new Date(NOW - 30_000).toISOString();
  expect(sendTime(justNow, NOW)).toBe(justNow);
});

test.each(['2020-01-01T08:00', '2026-11-23T10:00', '2026-11-22'])('%s is over', (text) => {
  expect(() => sendTime(text, NOW)).toThrow('This time is over.');
});

test.each([
  '',
  '1',
  '25:00',
  'tomorrow',
  '2027-02-30T08:00',
  '2027-13-01',
  '+275760-09-13',
  '2026-11-30T24:00',
])('“%s” is no time', (text) => {
  expect(() => sendTime(text, NOW)).toThrow('It is HH:MM, or such as');
});
