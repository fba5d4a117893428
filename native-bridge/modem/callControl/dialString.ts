// What stands behind ATD, and how long dialling it takes.

/** V.250 S8, S11 and a rotary dial's ten pulses: longer than any of them is. */
const PAUSE_MS = 2500;
const TONE_MS = 250;
const PULSE_MS = 1800;
/** How long a modem waits for the second dial tone. */
const WAIT_FOR_TONE_MS = 15_000;
const LENGTH = 60;

export interface DialString {
  text: string;
  /** From the command to the last digit, at most. */
  diallingMs: number;
}

/**
 * Digits, `*`, `#`, `A`–`D`, `,` (pause) and `w` (wait for a second dial tone), with the blanks and signs between them
 * that people write. Undefined when there is no digit or something else among them.
 */
export function dialString(number: string, toneDialling: boolean): DialString | undefined {
  const text = number.replace(/[\s().\-/]/g, '').toUpperCase();
  if (!/^[0-9*#A-D,W]+$/.test(text) || !/\d/.test(text) || text.length > LENGTH) return undefined;
  let diallingMs = 0;
  for (const sign of text) {
    if (sign === ',') diallingMs += PAUSE_MS;
    else if (sign === 'W') diallingMs += WAIT_FOR_TONE_MS;
    else diallingMs += toneDialling ? TONE_MS : PULSE_MS;
  }
  return { text: `${toneDialling ? 'T' : 'P'}${text}`, diallingMs };
}
