// Dates, times, sizes and durations as an office reads them, in either language.

import type { Language } from '../../protocol/outcomeTexts.ts';

export interface Formats {
  /** For lists: the time today, weekday and time within a week, else the date. */
  listTime(iso: string, now?: Date): string;
  /** For details: date and time, to the minute. */
  dateTime(iso: string): string;
  /** For receipts: to the second. */
  exactTime(iso: string): string;
  /** The time of day, to the second. */
  timeOfDay(iso: string): string;
  /** For a time to come: weekday, date and time, to the minute. */
  dayAndTime(iso: string): string;
  /** The time of day; with the date when it is not today. */
  clock(iso: string, now?: Date): string;
  bytes(count: number): string;
  number(value: number): string;
}

const DAY_MS = 86_400_000;

export function createFormats(language: Language): Formats {
  const locale = language === 'ja' ? 'ja-JP' : 'en-GB';
  const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short' });
  const dayMonth = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  const date = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' });
  const full = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const seconds = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const day = new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });

  const clock = (iso: string, now = new Date()): string => {
    const at = new Date(iso);
    return daysBetween(at, now) === 0 ? time.format(at) : `${dayMonth.format(at)} ${time.format(at)}`;
  };

  return {
    listTime(iso, now = new Date()) {
      const at = new Date(iso);
      const days = daysBetween(at, now);
      if (days === 0) return time.format(at);
      if (days > 0 && days < 7) return `${weekday.format(at)} ${time.format(at)}`;
      return at.getFullYear() === now.getFullYear() ? dayMonth.format(at) : date.format(at);
    },
    dateTime: (iso) => full.format(new Date(iso)),
    exactTime: (iso) => exact.format(new Date(iso)),
    timeOfDay: (iso) => seconds.format(new Date(iso)),
    dayAndTime: (iso) => day.format(new Date(iso)),
    clock,
    bytes(count) {
      if (count < 1_000) return `${number.format(count)} B`;
      if (count < 1_000_000) return `${number.format(Math.round(count / 1_000))} kB`;
      if (count < 1_000_000_000) return `${number.format(count / 1_000_000)} MB`;
      return `${number.format(count / 1_000_000_000)} GB`;
    },
    number: (value) => number.format(value),
  };
}

/** Calendar days from `at` to `now`, in local time; 0 is today. */
function daysBetween(at: Date, now: Date): number {
  const midnight = (day: Date): number =>
    new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
  return Math.round((midnight(now) - midnight(at)) / DAY_MS);
}
