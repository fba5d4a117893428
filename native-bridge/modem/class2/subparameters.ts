// The eight subparameters VR, BR, WD, LN, DF, EC, BF, ST by which a Class 2 modem gives capabilities and session
// parameters (T.32 table 21), as T.30's objects and back.

import type { Coding } from '../../../fax/t4/coding.ts';
import { RATES } from '../../../fax/t30/parameters.ts';
import type {
  Capabilities,
  FastRate,
  Modulation,
  PaperLength,
  PaperWidth,
  Resolution,
  SessionParameters,
} from '../../../fax/t30/parameters.ts';

export interface Subparameters {
  /** Resolution: 0 is standard, else bits of RESOLUTION_BITS. */
  vr: number;
  /** Rate: (n + 1) × 2400 bit/s. */
  br: number;
  wd: number;
  ln: number;
  /** 0 MH, 1 MR, 2 MR with uncompressed mode, 3 MMR too. */
  df: number;
  /** 0 off; else by dialect. */
  ec: number;
  bf: number;
  st: number;
}

const NAMES = [
  'vr',
  'br',
  'wd',
  'ln',
  'df',
  'ec',
  'bf',
  'st',
] as const satisfies readonly (keyof Subparameters)[];

/** VR, lowest bit first. The last four are in inches; three of them are the same pixels as the first three. */
const RESOLUTION_BITS: readonly { bit: number; resolution: Resolution; inch: boolean }[] = [
  { bit: 0x01, resolution: 'R8x7.7', inch: false },
  { bit: 0x02, resolution: 'R8x15.4', inch: false },
  { bit: 0x04, resolution: 'R16x15.4', inch: false },
  { bit: 0x08, resolution: 'R8x3.85', inch: true },
  { bit: 0x10, resolution: 'R8x7.7', inch: true },
  { bit: 0x20, resolution: 'R8x15.4', inch: true },
  { bit: 0x40, resolution: '300x300', inch: true },
];

export const ALL_RESOLUTIONS = 0x7f;
/** 33 600 bit/s. */
const HIGHEST_BR = 13;
const WIDTHS = [215, 255, 303] as const satisfies readonly PaperWidth[];
const LENGTHS = ['A4', 'B4', 'unlimited'] as const satisfies readonly PaperLength[];
/** Least ms per line at 3.85 and at 7.7 lines per mm; finer ones share the latter. */
const SCAN_TIMES: readonly (readonly [standardMs: number, fineMs: number])[] = [
  [0, 0],
  [5, 5],
  [10, 5],
  [10, 10],
  [20, 10],
  [20, 20],
  [40, 20],
  [40, 40],
];

/**
 * Reads `0,5,0,2,1,2,0,0`. Values that are missing or no numbers count as 0, which every machine can; null when there is
 * not even a resolution and a rate. Class 2 writes decimals, 2.0 hexadecimals: letters tell.
 */
export function readSubparameters(text: string, base: 10 | 16): Subparameters | null {
  const values = text
    .slice(0, 200)
    .replace(/^[(\s"]+/u, '')
    .split(',')
    .map((value) => readNumber(value, base));
  const [vr, br] = values;
  if (vr === undefined || vr === null || br === undefined || br === null || br > HIGHEST_BR) return null;
  const at = (index: number, most: number): number => {
    const value = values[index] ?? 0;
    return value > most ? 0 : value;
  };
  return {
    vr: vr & ALL_RESOLUTIONS,
    br,
    wd: at(2, 4),
    ln: at(3, 2),
    df: at(4, 3),
    ec: at(5, 3),
    bf: at(6, 3),
    st: at(7, 7),
  };
}

export function writeSubparameters(values: Subparameters, base: 10 | 16): string {
  return NAMES.map((name) => values[name].toString(base).toUpperCase()).join(',');
}

/** What a machine can do, by its +FDIS. */
export function capabilitiesOf(
  values: Subparameters,
  { hasDocumentToPoll }: { hasDocumentToPoll: boolean },
): Capabilities {
  const [standardMs, fineMs] = scanTimes(values.st);
  const ecm = values.ec > 0;
  return {
    // A machine that cannot receive is told by the modem's hang-up code; there is no subparameter for it.
    canReceive: true,
    hasDocumentToPoll,
    rates: ratesUpTo(values.br),
    resolutions: resolutionsOf(values.vr),
    prefersInch: values.vr >= 0x08 && (values.vr & 0x07) === 0,
    prefersMetric: false,
    codings: codingsUpTo(values.df),
    ecm,
    prefers64: false,
    width: WIDTHS[values.wd] ?? 215,
    length: LENGTHS[values.ln] ?? 'A4',
    northAmericanLetter: false,
    northAmericanLegal: false,
    minScanTime: { standardMs, fineMs, superfineMs: fineMs },
    subaddress: false,
    password: false,
    selectivePolling: false,
    v8: false,
    others: [],
  };
}

/** What was chosen, by +FDCS. `ownBr`: the best rate of this modem, which tells V.17 from V.29 where both have the rate. */
export function sessionOf(values: Subparameters, ownBr: number): SessionParameters {
  const chosen = RESOLUTION_BITS.findLast(({ bit }) => (values.vr & bit) !== 0);
  const resolution = chosen?.resolution ?? 'R8x3.85';
  const [standardMs, fineMs] = scanTimes(values.st);
  const ecm = values.ec > 0;
  return {
    rate: rateOf(values.br, ownBr),
    coding: codingsUpTo(values.df).at(-1) ?? 'MH',
    resolution,
    inch: chosen?.inch ?? false,
    width: WIDTHS[values.wd] ?? 215,
    length: LENGTHS[values.ln] ?? 'A4',
    minScanMs: ecm ? 0 : resolution === 'R8x3.85' ? standardMs : fineMs,
    ecmFrameOctets: ecm ? 256 : null,
    subaddressSent: false,
    senderIdSent: false,
    unsupported: [],
  };
}

/** The session to ask for. `remoteVr`: which of the resolution's two forms, metric or inch, the far machine named. */
export function subparametersOf(
  session: SessionParameters,
  { br, ecmValue, remoteVr }: { br: number; ecmValue: number; remoteVr: number },
): Subparameters {
  const forms = RESOLUTION_BITS.filter(({ resolution }) => resolution === session.resolution);
  const form =
    session.resolution === 'R8x3.85'
      ? undefined
      : (forms.find(({ bit }) => (remoteVr & bit) !== 0) ?? forms[0]);
  return {
    vr: form?.bit ?? 0,
    br,
    wd: WIDTHS.indexOf(session.width),
    ln: LENGTHS.indexOf(session.length),
    df: session.coding === 'MMR' ? 3 : session.coding === 'MR' ? 1 : 0,
    ec: session.ecmFrameOctets === null ? 0 : ecmValue,
    bf: 0,
    st: 0,
  };
}

export function rateBpsOf(br: number): number {
  return (br + 1) * 2400;
}

/** The highest BR that is not above a rate; 0 below 2400 bit/s. */
export function brUpTo(rateBps: number): number {
  return Math.max(0, Math.floor(rateBps / 2400) - 1);
}

/** 12 000 and 14 400 bit/s are V.17's alone, 4800 and 2400 V.27ter's; between them a modem does not say which it is. */
export function sureModulation(br: number): Modulation | undefined {
  if (br <= 1) return 'V.27ter';
  return br === 4 || br === 5 ? 'V.17' : undefined;
}

export function ratesUpTo(br: number): readonly FastRate[] {
  return RATES.filter(
    ({ modulation, rateBps }) => rateBps <= rateBpsOf(br) && (modulation !== 'V.17' || br >= 4),
  );
}

function resolutionsOf(vr: number): readonly Resolution[] {
  // Modems that number instead of adding bits mean fine too when they say 2.
  const bits = (vr & 0x02) === 0 ? vr : vr | 0x01;
  const finer = RESOLUTION_BITS.filter(({ bit }) => (bits & bit) !== 0).map(({ resolution }) => resolution);
  return [...new Set<Resolution>(['R8x3.85', ...finer])];
}

function codingsUpTo(df: number): readonly Coding[] {
  return df >= 3 ? ['MH', 'MR', 'MMR'] : df >= 1 ? ['MH', 'MR'] : ['MH'];
}

/** Null under V.34, whose rates T.30's tables do not have. */
function rateOf(br: number, ownBr: number): FastRate | null {
  const rates = RATES.filter(({ rateBps }) => rateBps === rateBpsOf(br));
  return rates.find(({ modulation }) => modulation !== 'V.17' || ownBr >= 4) ?? null;
}

function scanTimes(st: number): readonly [standardMs: number, fineMs: number] {
  return SCAN_TIMES[st] ?? [20, 20];
}

function readNumber(text: string, base: 10 | 16): number | null {
  const value = text.trim().replace(/[)"\s]+$/u, '');
  if (/^\d{1,3}$/u.test(value)) return Number.parseInt(value, base);
  return /^[0-9A-F]{1,2}H?$/iu.test(value) ? Number.parseInt(value, 16) : null;
}
