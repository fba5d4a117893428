// The eight subparameters of +FDCC, +FDIS and +FDCS (2.0: +FCC, +FIS, +FCS) and what they are in DIS and DCS.

import type { Coding } from '../../../fax/t4/coding.ts';
import { RATES } from '../../../fax/t30/parameters.ts';
import type {
  Capabilities,
  FastRate,
  MinScanTime,
  PaperLength,
  PaperWidth,
  Resolution,
  SessionParameters,
} from '../../../fax/t30/parameters.ts';
import type { Personality } from '../modem/personality.ts';
import type { Class2 } from './class2Words.ts';

/** VR, BR, WD, LN, DF, EC, BF, ST as numbers. */
export interface Class2Parameters {
  vr: number;
  br: number;
  wd: number;
  ln: number;
  df: number;
  ec: number;
  bf: number;
  st: number;
}

const KEYS = ['vr', 'br', 'wd', 'ln', 'df', 'ec', 'bf', 'st'] as const;
const BITS_PER_S = [2400, 4800, 7200, 9600, 12_000, 14_400] as const;
const WIDTHS = [215, 255, 303] as const satisfies readonly PaperWidth[];
const LENGTHS = ['A4', 'B4', 'unlimited'] as const satisfies readonly PaperLength[];
/** VR: 0 is standard; the others are bits. */
const RESOLUTIONS = [
  [1, 'R8x7.7', false],
  [2, 'R8x15.4', false],
  [4, 'R16x15.4', false],
  [0x40, '300x300', true],
  [8, 'R8x3.85', true],
  [0x10, 'R8x7.7', true],
  [0x20, 'R8x15.4', true],
] as const satisfies readonly (readonly [number, Resolution, boolean])[];
const CODINGS: Readonly<Record<Coding, number>> = { MH: 0, MR: 1, MMR: 3 };
/** ST: standard and fine ms. */
const SCAN_TIMES = [
  [0, 0],
  [5, 5],
  [10, 5],
  [10, 10],
  [20, 10],
  [20, 20],
  [40, 20],
  [40, 40],
] as const;

/** Null for what no modem takes. Values that are left out keep what `before` has. `base`: of the numbers. */
export function parseClass2Parameters(
  text: string,
  before: Class2Parameters,
  base: 10 | 16,
): Class2Parameters | null {
  const parameters = { ...before };
  for (const [index, field] of text.split(',').entries()) {
    const key = KEYS[index];
    const value = field.trim();
    if (key === undefined) continue;
    if (value === '') continue;
    if (!(base === 16 ? /^[0-9A-F]{1,2}$/i : /^\d{1,3}$/).test(value)) return null;
    parameters[key] = Number.parseInt(value, base);
  }
  const { br, wd, ln, df, st } = parameters;
  return br < BITS_PER_S.length && wd < WIDTHS.length && ln < LENGTHS.length && df < 4 && df !== 2 && st < 8
    ? parameters
    : null;
}

export function formatClass2Parameters(parameters: Class2Parameters, base: 10 | 16): string {
  return KEYS.map((key) => parameters[key].toString(base).toUpperCase()).join(',');
}

/** The answer to `+FDCC=?`. */
export function class2Ranges(personality: Personality, faxClass: Class2): string {
  const codings = [0, ...personality.codings.map((coding) => CODINGS[coding])].join(',');
  const ec = personality.ecm ? (faxClass === '2' ? '0,1,2' : '0,1') : '0';
  const vr = personality.everyResolution ? '00-7F' : faxClass === '2' ? '0,1' : '0-3';
  return `(${vr}),(0-5),(0-2),(0-2),(${codings}),(${ec}),(0),(0-7)`;
}

/** After power on: without error correction and with MH, as hosts that say nothing of it expect. */
export function initialParameters(): Class2Parameters {
  return { vr: 1, br: 5, wd: 2, ln: 2, df: 0, ec: 0, bf: 0, st: 0 };
}

/** A station with these capabilities as its DIS says it. */
export function capabilitiesOf(
  parameters: Class2Parameters,
  is: { canReceive: boolean; hasDocumentToPoll: boolean; addresses: boolean },
): Capabilities {
  const { vr, br, wd, ln, df, ec, st } = parameters;
  const mostBps = BITS_PER_S[br] ?? 2400;
  const codings: Coding[] = ['MH'];
  if (df >= 1) codings.push('MR');
  if (df === 3 && ec > 0) codings.push('MMR');
  const [standardMs, fineMs] = SCAN_TIMES[st] ?? SCAN_TIMES[0];
  return {
    canReceive: is.canReceive,
    hasDocumentToPoll: is.hasDocumentToPoll,
    rates: RATES.filter(({ modulation }) => modulation !== 'V.17' || mostBps > 9600).filter(
      ({ modulation }) => modulation === 'V.27ter' || mostBps >= 7200,
    ),
    resolutions: [
      'R8x3.85',
      ...new Set(RESOLUTIONS.filter(([bit]) => (vr & bit) !== 0).map(([, one]) => one)),
    ],
    prefersInch: false,
    prefersMetric: true,
    codings,
    ecm: ec > 0,
    prefers64: false,
    width: WIDTHS[wd] ?? 215,
    length: LENGTHS[ln] ?? 'A4',
    northAmericanLetter: false,
    northAmericanLegal: false,
    minScanTime: { standardMs, fineMs, superfineMs: fineMs },
    subaddress: is.addresses,
    password: is.addresses,
    selectivePolling: is.addresses,
    v8: false,
    others: [],
  };
}

/** A far machine's DIS or DTC as the modem reports it; old modems of Class 2 know nothing finer than fine. */
export function parametersOfCapabilities(
  remote: Capabilities,
  faxClass: Class2,
  knowsAllResolutions: boolean,
): Class2Parameters {
  const fine = remote.resolutions.includes('R8x7.7') ? 1 : 0;
  const superfine = remote.resolutions.includes('R8x15.4') ? 2 : 0;
  const finest = knowsAllResolutions && remote.resolutions.includes('R16x15.4') ? 4 : 0;
  const mostBps = Math.max(...remote.rates.map(({ rateBps }) => rateBps), 2400);
  return {
    vr: faxClass === '2' && !knowsAllResolutions ? fine : fine | superfine | finest,
    br: BITS_PER_S.findLastIndex((bps) => bps <= mostBps),
    wd: WIDTHS.indexOf(remote.width),
    ln: LENGTHS.indexOf(remote.length),
    df: remote.codings.includes('MMR') ? 3 : remote.codings.includes('MR') ? 1 : 0,
    ec: remote.ecm ? (faxClass === '2' ? 2 : 1) : 0,
    bf: 0,
    st: scanCode(remote.minScanTime),
  };
}

function scanCode({ standardMs, fineMs }: MinScanTime): number {
  const code = SCAN_TIMES.findIndex(([standard, fine]) => standard === standardMs && fine === fineMs);
  return code < 0 ? 7 : code;
}

/** A DCS as the modem reports it. */
export function parametersOfSession(session: SessionParameters, faxClass: Class2): Class2Parameters {
  const bit = RESOLUTIONS.find(
    ([, resolution, inch]) => resolution === session.resolution && inch === session.inch,
  )?.[0];
  const bps = session.rate?.rateBps ?? 2400;
  const { ecmFrameOctets } = session;
  return {
    vr: bit ?? 0,
    br: BITS_PER_S.indexOf(bps),
    wd: WIDTHS.indexOf(session.width),
    ln: LENGTHS.indexOf(session.length),
    df: CODINGS[session.coding],
    ec: ecmFrameOctets === null ? 0 : faxClass !== '2' ? 1 : ecmFrameOctets === 64 ? 1 : 2,
    bf: 0,
    st: Math.max(
      0,
      SCAN_TIMES.findIndex(([ms, fine]) => ms === session.minScanMs && fine === ms),
    ),
  };
}

/** What is sent with: what the host asked for, as far as the far machine can. `rates` fastest first. */
export function sessionFor(
  wanted: Class2Parameters,
  remote: Capabilities,
  can: { ecm: boolean; rates: readonly FastRate[] },
): SessionParameters | null {
  const mostBps = BITS_PER_S[wanted.br] ?? 2400;
  const rate = can.rates.find(
    (one) =>
      one.rateBps <= mostBps &&
      remote.rates.some(
        ({ modulation, rateBps }) => modulation === one.modulation && rateBps === one.rateBps,
      ),
  );
  if (rate === undefined) return null;
  const ecm = can.ecm && wanted.ec > 0 && remote.ecm;
  const coding = (['MMR', 'MR', 'MH'] as const).find(
    (one) => CODINGS[one] <= wanted.df && remote.codings.includes(one) && (one !== 'MMR' || ecm),
  );
  const [, resolution = 'R8x3.85', inch = false] =
    RESOLUTIONS.findLast(([bit, one]) => (wanted.vr & bit) !== 0 && remote.resolutions.includes(one)) ?? [];
  const { standardMs, fineMs, superfineMs } = remote.minScanTime;
  const scanMs = resolution === 'R8x3.85' ? standardMs : resolution === 'R8x7.7' ? fineMs : superfineMs;
  return {
    rate,
    coding: coding ?? 'MH',
    resolution,
    inch,
    width: WIDTHS[Math.min(wanted.wd, WIDTHS.indexOf(remote.width))] ?? 215,
    length: LENGTHS[Math.min(wanted.ln, LENGTHS.indexOf(remote.length))] ?? 'A4',
    minScanMs: ecm ? 0 : scanMs,
    ecmFrameOctets: ecm ? (remote.prefers64 ? 64 : 256) : null,
    subaddressSent: false,
    senderIdSent: false,
    unsupported: [],
  };
}
