// What a modem says of an incoming call without being asked: rings, distinctive rings, and who calls, as makers write it.

import type { Unsolicited } from './atDialogue.types.ts';

const NUMBER_LENGTH = 40;
const NAME_LENGTH = 80;

const NUMBER_LINE = /^(?:NMBR|CIDNUM|CALLER ?NUMBER|CALLERNUMBER|CID|DDN_NMBR|NBR|NUMBER)\s*[:=]\s*(.*)$/i;
const NAME_LINE = /^(?:NAME|CIDNAME|CALLER ?NAME)\s*[:=]\s*(.*)$/i;
/** GSM and ISDN terminals: `+CLIP: "0755551234",129,,,"Name"`, `FM:0755551234 TO:77`, `RING;0755551234`. */
const CLIP_LINE = /^\+?CLIP:\s*"([^"]*)"(?:.*,\s*"([^"]*)")?/i;
const FROM_LINE = /^FM:\s*([0-9*#+ -]*)/i;
const RING_WITH_NUMBER = /^RING;\s*([0-9*#+ -]+)/i;
const MESSAGE_LINE = /^MESG\s*[:=]\s*([0-9A-F]+)$/i;
/** Comes with who calls, and tells nothing more. */
const DATE_LINE = /^(?:DATE|TIME|CIDDATE|CIDTIME)\s*[:=]/i;
const RING_LINE = /^RING(?:[ ,:-]+([A-Z0-9]{1,10}))?$/i;
/** Of V.253, and of the terminals above: no modem answers a command so. */
const CERTAIN_LINE =
  /^(?:NMBR\s*=|(?:DATE|TIME)\s*=\s*\d{4}$|MESG\s*=\s*(?:04|80)[0-9A-F]{4}|\+?CLIP:\s*"|FM:[0-9])/i;

/** Makers' words for `withheld` and `not known to the exchange`. */
const NO_NUMBER = /^(?:P|O|S|PRIVATE|PRIVACY|WITHHELD|ANONYMOUS|UNAVAILABLE|UNKNOWN|OUT[- ]OF[- ]AREA|-+)?$/i;

/** A ring, with its cadence where the modem names it: `RING`, `RING A`, `RING 2`. */
export function readRing(line: string): Extract<Unsolicited, { type: 'ring' }> | undefined {
  if (RING_WITH_NUMBER.test(line)) return { type: 'ring' };
  const found = RING_LINE.exec(line);
  if (!found) return undefined;
  const cadence = found[1];
  return cadence === undefined ? { type: 'ring' } : { type: 'ring', cadence: cadence.toUpperCase() };
}

/**
 * Part of a ring's cadence, told before it: `DR=A`, or how long it rang and paused in tenths of seconds (V.253 `DRON=11`,
 * `DROF=40`).
 */
export function readCadence(line: string): string | undefined {
  const found = /^(?:DR|DRON|DROF|DROFF)\s*[:=]\s*([A-Z0-9]{1,6})$/i.exec(line);
  return found?.[1]?.toUpperCase();
}

/** A line of caller id, if it is one; without number and name when it says only that there are none. */
export function readCallerId(line: string): Extract<Unsolicited, { type: 'callerId' }> | undefined {
  const message = MESSAGE_LINE.exec(line)?.[1];
  if (message !== undefined) return fromMessage(Buffer.from(message, 'hex'));
  const clip = CLIP_LINE.exec(line);
  if (clip) return caller(clip[1], clip[2]);
  const number = NUMBER_LINE.exec(line) ?? FROM_LINE.exec(line) ?? RING_WITH_NUMBER.exec(line);
  if (number) return caller(number[1], undefined);
  const name = NAME_LINE.exec(line);
  if (name) return caller(undefined, name[1]);
  return DATE_LINE.test(line) ? caller(undefined, undefined) : undefined;
}

/** Whether a line can be nothing but caller id, even in the middle of an answer. */
export function isCallerIdForCertain(line: string): boolean {
  return CERTAIN_LINE.test(line);
}

/** Bellcore's message as it came over the line (`AT+VCID=2`): 04, one field; 80, fields with a type each. */
function fromMessage(octets: Buffer): Extract<Unsolicited, { type: 'callerId' }> {
  const text = (from: number, to: number): string => octets.subarray(from, to).toString('latin1');
  if (octets[0] === 0x04) return caller(text(10, 2 + (octets[1] ?? 0)), undefined);
  let number: string | undefined;
  let name: string | undefined;
  if (octets[0] === 0x80) {
    for (let at = 2; at + 2 <= octets.length; at += 2 + (octets[at + 1] ?? 0)) {
      const value = text(at + 2, at + 2 + (octets[at + 1] ?? 0));
      if (octets[at] === 0x02) number = value;
      if (octets[at] === 0x07) name = value;
    }
  }
  return caller(number, name);
}

function caller(
  number: string | undefined,
  name: string | undefined,
): Extract<Unsolicited, { type: 'callerId' }> {
  const shownNumber = tidy(number, NUMBER_LENGTH);
  const shownName = tidy(name, NAME_LENGTH);
  return {
    type: 'callerId',
    ...(shownNumber === undefined ? {} : { number: shownNumber }),
    ...(shownName === undefined ? {} : { name: shownName }),
  };
}

function tidy(text: string | undefined, length: number): string | undefined {
  const shown = (text ?? '')
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, length);
  return NO_NUMBER.test(shown) ? undefined : shown;
}
