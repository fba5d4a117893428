// Result codes of V.250, T.31 and the makers, verbose and numeric, as lines of text.

import type { ResultCode } from './atDialogue.types.ts';

/** The first that fits. The numbers after CONNECT and DELAYED (rates, times) are the modem's own matter. */
const VERBOSE: readonly { pattern: RegExp; result: ResultCode }[] = [
  { pattern: /^OK$/, result: 'OK' },
  { pattern: /^CONNECT\b/, result: 'CONNECT' },
  { pattern: /^NO ?CARRIER$/, result: 'NO CARRIER' },
  { pattern: /^(COMMAND )?ERROR$|^\+CM[ES] ERROR\b/, result: 'ERROR' },
  // An extension phone that is off hook leaves no dial tone for us.
  {
    pattern: /^NO ?DIAL ?TONE$|^NO (DIAL|LINE|LOOP CURRENT)$|^LINE IN USE$|^(PHONE|EXTENSION) OFF-?HOOK$/,
    result: 'NO DIALTONE',
  },
  // REORDER, fast busy: the network is congested.
  { pattern: /^BUSY$|^REORDER$|^FAST BUSY$/, result: 'BUSY' },
  { pattern: /^NO ?ANSWER$/, result: 'NO ANSWER' },
  { pattern: /^VOICE$/, result: 'VOICE' },
  { pattern: /^FAX$/, result: 'FAX' },
  { pattern: /^DELAYED\b/, result: 'DELAYED' },
  {
    pattern: /^(NUMBER )?BLACK ?LISTED$|^DIAL(L)?ING (DISABLED|RESTRICTED)$|^CALL BARRED$/,
    result: 'BLACKLISTED',
  },
  { pattern: /^\+FCERROR$|^\+F4$/, result: '+FCERROR' },
  { pattern: /^\+FRH: ?3$/, result: '+FRH:3' },
];

/** ATV0. Those above 8 are Rockwell's and Conexant's; of other numbers makers mean different things. */
const NUMERIC: ReadonlyMap<string, ResultCode> = new Map([
  ['0', 'OK'],
  ['1', 'CONNECT'],
  ['2', 'RING'],
  ['3', 'NO CARRIER'],
  ['4', 'ERROR'],
  ['5', 'CONNECT'],
  ['6', 'NO DIALTONE'],
  ['7', 'BUSY'],
  ['8', 'NO ANSWER'],
  ['24', 'DELAYED'],
  ['32', 'BLACKLISTED'],
  ['33', 'FAX'],
]);

/** The result that a line is, if it is one. `RING` is never among them: see `readUnsolicited`. */
export function verboseResult(line: string): ResultCode | undefined {
  if (line.length > 40) return undefined;
  const text = line.toUpperCase();
  return VERBOSE.find((entry) => entry.pattern.test(text))?.result;
}

/** What a line is when the modem answers in numbers. */
export function numericResult(line: string): ResultCode | undefined {
  return NUMERIC.get(line);
}

/**
 * Lines that can stand in the place of data, when the modem has given up: framed by CR LF as they come, in ASCII. The
 * longest is short, so that octets which merely begin like one are held back but briefly.
 */
export const RESULTS_IN_DATA: readonly Uint8Array[] = ['OK', 'NO CARRIER', 'ERROR', '+FCERROR', '+FRH:3'].map(
  (text) => Buffer.from(`\r\n${text}\r\n`, 'latin1'),
);
