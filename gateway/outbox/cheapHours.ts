// Hours of the day, in local time, in which telephone calls are cheap.

/** `HH:MM`; `to` before `from` passes midnight, equal ones are the whole day. */
export interface DayHours {
  from: string;
  to: string;
}

/** `at` when it lies within the hours, else the next time at which they begin; ms since 1970. */
export function nextCheapTime(at: number, hours: DayHours): number {
  const from = minutesOf(hours.from);
  const to = minutesOf(hours.to);
  const time = new Date(at);
  const now = time.getHours() * 60 + time.getMinutes();
  const within = from === to || (from < to ? now >= from && now < to : now >= from || now < to);
  if (within) return at;
  // Built from its parts, so that a night with a change to summer time still begins at its hour.
  const start = new Date(
    time.getFullYear(),
    time.getMonth(),
    time.getDate(),
    Math.floor(from / 60),
    from % 60,
  );
  if (start.getTime() <= at) start.setDate(start.getDate() + 1);
  return start.getTime();
}

function minutesOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
}
