// Date and time as the header line bears them: those of this computer's time zone, summer time included.

/** `2026-03-09 14:05`: the same order in every country. */
export function localStamp(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return (
    `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())} ` +
    `${two(now.getHours())}:${two(now.getMinutes())}`
  );
}
