// What this modem offers in a call: what it says it can do, without what its profile and the far number's history forbid.

import type { RemoteHints } from '../../../protocol/modem.ts';
import type { ModemFacts } from '../faxDriver.types.ts';
import type { Dialect } from './dialect.ts';
import { ALL_RESOLUTIONS, brUpTo } from './subparameters.ts';
import type { Subparameters } from './subparameters.ts';

/** A modem that does not say: fine, V.29, A4, any length, MH. */
const UNDISPUTED: readonly (readonly number[])[] = [[0, 1], [0, 1, 2, 3], [0], [0, 1, 2], [0], [0], [0], [0]];
/** V.17's highest. */
const BR_14400 = 5;
const HIGHEST_BR = 13;

export function ownSubparameters(facts: ModemFacts, hints: RemoteHints, dialect: Dialect): Subparameters {
  const sets = facts.class2Capabilities.length >= 2 ? facts.class2Capabilities : UNDISPUTED;
  const most = (index: number, limit: number): number =>
    Math.max(0, ...(sets[index] ?? []).filter((value) => value <= limit));
  const ecValues = hints.avoidEcm || facts.profile.quirks.brokenEcm === true ? [] : (sets[5] ?? []);
  const ecm = dialect.ecmValues.find((value) => ecValues.includes(value)) ?? 0;
  const br = most(1, brLimit(hints));
  return {
    vr: ownResolutions(sets[0] ?? []),
    br,
    wd: most(2, 2),
    ln: most(3, 2),
    df: ownCodings(sets[4] ?? [], hints, ecm > 0),
    // V.34 is half duplex ECM, which 2.0 has an own value for.
    ec: ecm === 1 && br > BR_14400 && ecValues.includes(2) ? 2 : ecm,
    bf: 0,
    st: 0,
  };
}

/** A modulation that is to be avoided takes its rates with it: a Class 2 modem is told rates only. */
function brLimit({ avoidModulations, maxRateBps }: RemoteHints): number {
  const byModulation = avoidModulations.includes('V.17')
    ? avoidModulations.includes('V.29')
      ? 1
      : 3
    : HIGHEST_BR;
  return Math.min(byModulation, maxRateBps === undefined ? HIGHEST_BR : brUpTo(maxRateBps));
}

/**
 * The largest set of bits that the modem lists, or all of its bits when it lists them one by one (0, 1, 2, 4, 8 …); with one
 * that numbers (0, 1, 2), the highest number.
 */
function ownResolutions(values: readonly number[]): number {
  const usable = values.filter((value) => value >= 0 && value <= ALL_RESOLUTIONS);
  const most = Math.max(0, ...usable);
  const isBits = most > 2 && usable.every((value) => (value & (value - 1)) === 0);
  return isBits ? usable.reduce((bits, value) => bits | value, 0) : most;
}

/** 2 is MR with uncompressed mode, which is not taken. MMR needs error correction (T.30 Annex A). */
function ownCodings(values: readonly number[], { avoidCodings }: RemoteHints, ecm: boolean): number {
  if (ecm && values.includes(3) && !avoidCodings.includes('MMR')) return 3;
  return values.some((value) => value >= 1) && !avoidCodings.includes('MR') ? 1 : 0;
}
