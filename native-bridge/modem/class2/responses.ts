// What a Class 2 modem tells in lines of its own (T.32 §8.4; SP-2388-A §8.4), whatever class it is in and however it
// writes them: `+FCSI: "…"`, `+FCI:"…"`, `FNF:…`.

/** Eight or more values as they stand in the line; read by `readSubparameters`. */
export type Response =
  | { kind: 'connected' }
  | { kind: 'remoteId'; frame: 'CSI' | 'TSI' | 'CIG'; id: string }
  | { kind: 'capabilities'; values: string }
  | { kind: 'session'; values: string }
  /** DTC: the far end wants to fetch a document. */
  | { kind: 'pollRequest'; values: string }
  /** It has a document to be fetched. */
  | { kind: 'documentToPoll' }
  | { kind: 'confirmedToReceive' }
  | { kind: 'voice' }
  | { kind: 'nonStandard'; octets: Uint8Array }
  | { kind: 'address'; frame: 'SUB' | 'SEP' | 'PWD'; text: string }
  | { kind: 'pageStatus'; status: number | null }
  | { kind: 'postPage'; number: number | null }
  | { kind: 'hangup'; code: string };

/** Longest identity that is kept; T.30 has 20 characters. */
const LONGEST_ID = 40;
const LONGEST_NSF = 256;

type Maker = (rest: string) => Response;

/** Names of Class 2 and of 2.0 in one table: none means two things. */
const RESPONSES: Readonly<Record<string, Maker>> = {
  FCON: () => ({ kind: 'connected' }),
  FCO: () => ({ kind: 'connected' }),
  FCSI: (rest) => ({ kind: 'remoteId', frame: 'CSI', id: quoted(rest) }),
  FCI: (rest) => ({ kind: 'remoteId', frame: 'CSI', id: quoted(rest) }),
  FTSI: (rest) => ({ kind: 'remoteId', frame: 'TSI', id: quoted(rest) }),
  FTI: (rest) => ({ kind: 'remoteId', frame: 'TSI', id: quoted(rest) }),
  FCIG: (rest) => ({ kind: 'remoteId', frame: 'CIG', id: quoted(rest) }),
  FPI: (rest) => ({ kind: 'remoteId', frame: 'CIG', id: quoted(rest) }),
  FDIS: (rest) => ({ kind: 'capabilities', values: rest }),
  FIS: (rest) => ({ kind: 'capabilities', values: rest }),
  FDCS: (rest) => ({ kind: 'session', values: rest }),
  FCS: (rest) => ({ kind: 'session', values: rest }),
  FDTC: (rest) => ({ kind: 'pollRequest', values: rest }),
  FTC: (rest) => ({ kind: 'pollRequest', values: rest }),
  FPOLL: () => ({ kind: 'documentToPoll' }),
  FPO: () => ({ kind: 'documentToPoll' }),
  FCFR: () => ({ kind: 'confirmedToReceive' }),
  FVOICE: () => ({ kind: 'voice' }),
  FVO: () => ({ kind: 'voice' }),
  FNSF: (rest) => ({ kind: 'nonStandard', octets: hexOctets(rest) }),
  FNF: (rest) => ({ kind: 'nonStandard', octets: hexOctets(rest) }),
  FSA: (rest) => ({ kind: 'address', frame: 'SUB', text: quoted(rest) }),
  FPA: (rest) => ({ kind: 'address', frame: 'SEP', text: quoted(rest) }),
  FPW: (rest) => ({ kind: 'address', frame: 'PWD', text: quoted(rest) }),
  FPTS: (rest) => ({ kind: 'pageStatus', status: firstNumber(rest) }),
  FPS: (rest) => ({ kind: 'pageStatus', status: firstNumber(rest) }),
  FET: (rest) => ({ kind: 'postPage', number: firstNumber(rest) }),
  FHNG: (rest) => ({ kind: 'hangup', code: firstValue(rest) }),
  FHS: (rest) => ({ kind: 'hangup', code: firstValue(rest) }),
};

/** The line as what it tells; null for any other line. Takes lines of any length and content. */
export function readResponse(line: string): Response | null {
  const match = /^\s*\+?(F[A-Z]{2,5})(?![A-Z0-9])\s*[:=]?\s*(.*)$/iu.exec(line.slice(0, 2 * LONGEST_NSF * 2));
  const [, name = '', rest = ''] = match ?? [];
  const upper = name.toUpperCase();
  return Object.hasOwn(RESPONSES, upper) ? (RESPONSES[upper]?.(rest.trim()) ?? null) : null;
}

/** `"  03-1234 5678 "`, also without quotes or with one. Printable ASCII is kept, trimmed. */
function quoted(rest: string): string {
  const inner = /^"([^"]*)"?/u.exec(rest)?.[1] ?? rest;
  return inner
    .replace(/[^ -~]/gu, '')
    .trim()
    .slice(0, LONGEST_ID);
}

/** Of page status and post-page message: the first value; hexadecimal digits beyond 9 occur (EOR, 8–F). */
function firstNumber(rest: string): number | null {
  const value = firstValue(rest);
  return /^[0-9A-F]{1,2}$/iu.test(value) ? Number.parseInt(value, 16) : null;
}

function firstValue(rest: string): string {
  return (/^[^,\s]*/u.exec(rest)?.[0] ?? '').slice(0, 10);
}

/** `AD 00 55`, `AD0055`, with or without quotes. */
function hexOctets(rest: string): Uint8Array {
  const digits = rest.replace(/[^0-9A-F]/giu, '').slice(0, 2 * LONGEST_NSF);
  return Uint8Array.from({ length: digits.length >> 1 }, (_, index) =>
    Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16),
  );
}
