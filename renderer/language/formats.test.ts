import { expect, test } from 'vitest';
import { createFormats } from './formats.ts';

const formats = createFormats('en');
const now = new Date(2026, 10, 22, 15, 30);
const at = (day: number, month = 10, year = 2026): string => new Date(year, month, day, 9, 5).toISOString();

test('a list shows the time today, the weekday within a week, then the date, then the year', () => {
  expect(formats.listTime(at(22), now)).toBe('09:05');
  expect(formats.listTime(at(20), now)).toBe('Fri 09:05');
  expect(formats.listTime(at(15), now)).toBe('15 Nov');
  expect(formats.listTime(at(22, 10, 2025), now)).toBe('22 Nov 2025');
});

test('a minute before midnight is yesterday, not today', () => {
  const late = new Date(2026, 10, 21, 23, 59).toISOString();
  expect(formats.listTime(late, new Date(2026, 10, 22, 0, 1))).toBe('Sat 23:59');
});

test('a clock time of another day carries its date', () => {
  expect(formats.clock(at(22), now)).toBe('09:05');
  expect(formats.clock(at(23), now)).toBe('23 Nov 09:05');
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1 kB'],
  [38_400, '38 kB'],
  [1_250_000, '1.3 MB'],
  [81_604_378_624, '81.6 GB'],
])('%i bytes are %s', (count, text) => {
  expect(formats.bytes(count)).toBe(text);
});

test('a time to come is written in the language, whatever the browser speaks', () => {
  expect(formats.dayAndTime(at(23))).toMatch(/^Monday,? 23 November 2026 at 09:05$/);
  expect(createFormats('ja').dayAndTime(at(23))).toMatch(/^2026年11月23日月曜日 0?9:05$/);
  expect(formats.timeOfDay(at(23))).toBe('09:05:00');
});

test('Japanese has its own dates', () => {
  expect(createFormats('ja').listTime(at(15), now)).toBe('11月15日');
});
