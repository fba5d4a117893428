// How Class 2, 2.0 and 2.1 name and number the same things, as one table (T.32, and SP-2388-A as Rockwell built it).

import type { FaxClass } from '../../../protocol/modem.ts';

type Class2Name = '2' | '2.0' | '2.1';

/** What follows a page: T.30's post-message commands. */
export type PostPage = 'MPS' | 'EOM' | 'EOP';

export interface Dialect {
  faxClass: Class2Name;
  /** Name of the command that sets what this modem can do, and of the one that limits the session. */
  capabilities: string;
  session: string;
  /** Asks for the parameters in force. */
  sessionQuery: string;
  ownId: string;
  /** The identity that goes with a DTC. */
  pollingId: string;
  askToPoll: string;
  documentToPoll: string;
  /** Page status: set to override, asked with `?`. */
  pageStatus: string;
  abort: string;
  hangupQuery: string;
  /** Settings that are sent before every call and may be refused, in order. */
  settings: readonly string[];
  /** SUB, SEP and PWD; null where the class has none. */
  subaddress: string | null;
  pollingAddress: string | null;
  password: string | null;
  /** How a page ends: with DLE ETX and +FET=n, or with a code behind DLE. */
  pageEnd: { kind: 'command'; name: string } | { kind: 'code'; codes: Readonly<Record<PostPage, number>> };
  /** XON comes before the modem takes page data. */
  waitsForXon: boolean;
  /** Values of EC that switch error correction on, best first. */
  ecmValues: readonly number[];
  /** Base of the numbers in capabilities and session parameters, unless the modem lists its own in the other one. */
  base: 10 | 16;
  /** Line data as most modems of the class give it: first bit in the highest one of an octet. */
  usuallyReversed: boolean;
  flowControl: string | null;
}

/** Of +FET, and of what a modem reports after a page. */
export const POST_PAGE_NUMBERS = { MPS: 0, EOM: 1, EOP: 2 } as const satisfies Record<PostPage, number>;

const COMMON_2_0 = {
  capabilities: '+FCC',
  session: '+FIS',
  sessionQuery: '+FCS?',
  ownId: '+FLI',
  pollingId: '+FPI',
  askToPoll: '+FSP',
  documentToPoll: '+FLP',
  pageStatus: '+FPS',
  abort: '+FKS',
  hangupQuery: '+FHS?',
  pageEnd: { kind: 'code', codes: { MPS: 0x2c, EOM: 0x3b, EOP: 0x2e } },
  waitsForXon: false,
  ecmValues: [1, 2, 3],
  base: 16,
  usuallyReversed: false,
  flowControl: '+FLO',
  pollingAddress: '+FPA',
  subaddress: '+FSA',
  password: '+FPW',
} as const satisfies Partial<Dialect>;

/**
 * Numbers of 2.0 are hexadecimal in the standard and decimal with some modems: +FCT=60 is more than a minute either way.
 * Copy quality is judged here, so the modem is asked neither to judge nor to mend.
 */
const SETTINGS_2_0 = ['+FNR=1,1,1,1', '+FBO=0', '+FCQ=0,0', '+FEA=0', '+FCT=60', '+FBU=0'] as const;

const DIALECTS: Readonly<Record<Class2Name, Dialect>> = {
  '2': {
    faxClass: '2',
    capabilities: '+FDCC',
    session: '+FDIS',
    sessionQuery: '+FDCS?',
    ownId: '+FLID',
    pollingId: '+FCIG',
    askToPoll: '+FSPL',
    documentToPoll: '+FLPL',
    pageStatus: '+FPTS',
    abort: '+FK',
    hangupQuery: '+FAXERR?',
    settings: ['+FBOR=0', '+FCQ=0', '+FREL=0', '+FPHCTO=255', '+FBUG=0'],
    subaddress: null,
    pollingAddress: null,
    password: null,
    pageEnd: { kind: 'command', name: '+FET' },
    waitsForXon: true,
    ecmValues: [2, 1],
    base: 10,
    usuallyReversed: true,
    flowControl: null,
  },
  // SUB, SEP and PWD came with 2.1; some modems take them in 2.0 as well, and the others refuse the command.
  '2.0': { faxClass: '2.0', ...COMMON_2_0, settings: SETTINGS_2_0 },
  '2.1': { faxClass: '2.1', ...COMMON_2_0, settings: [...SETTINGS_2_0, '+FAP=1,1,1'] },
};

/** The dialect of a modem; Class 1 has none and gets that of Class 2. */
export function dialectOf({
  faxClass,
  class2Base,
}: {
  faxClass: FaxClass;
  class2Base?: 10 | 16 | undefined;
}): Dialect {
  const dialect = DIALECTS[faxClass === '2.0' || faxClass === '2.1' ? faxClass : '2'];
  return { ...dialect, base: class2Base ?? dialect.base };
}
