// When a fax is to go out, as people write it after --at.

import { InvalidArgumentError } from 'commander';

const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)$/;
const DATE =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;
/** A script may have reckoned it a moment ago. */
const JUST_NOW_MS = 60_000;

/**
 * `HH:MM` is the next time that the clock shows it; a date without a time is the beginning of that day, and a time without
 * a zone is local. Throws InvalidArgumentError, also for times that are over.
 */
export function sendTime(text: string, now = Date.now()): string {
  const time = clockTime(text.trim(), now) ?? dateTime(text.trim());
  if (time === undefined || Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError('It is HH:MM, or such as 2026-11-30T08:00.');
  }
  if (time.getTime() < now - JUST_NOW_MS) {
    throw new InvalidArgumentError('This time is over. Without --at the fax is sent at once.');
  }
  return time.toISOString();
}

function clockTime(text: string, now: number): Date | undefined {
  const [, hours, minutes] = CLOCK.exec(text) ?? [];
  if (hours === undefined) return undefined;
  const time = new Date(now);
  time.setHours(Number(hours), Number(minutes), 0, 0);
  if (time.getTime() <= now) time.setDate(time.getDate() + 1);
  return time;
}

function dateTime(text: string): Date | undefined {
  const [, year, month, day, hours, minutes, seconds = '0', zone] = DATE.exec(text) ?? [];
  if (year === undefined) return undefined;
  const date = new Date(Number(year), Number(month) - 1, Number(day));
  // The 30th of February would be taken for a day in March.
  if (date.getDate() !== Number(day) || date.getMonth() !== Number(month) - 1) return undefined;
  if (zone !== undefined) return new Date(text.replace(' ', 'T'));
  date.setHours(Number(hours ?? 0), Number(minutes ?? 0), Number(seconds));
  return date;
}
