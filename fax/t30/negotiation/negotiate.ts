// What two machines agree on for a page: the best that both can do, the page has, and the line profile allows.

import type { Coding } from '../../t4/coding.ts';
import type { LineProfile, StationLimits } from '../machine.ts';
import type { Capabilities, FastRate, PageFormat, PageGeometry, SessionParameters } from '../parameters.ts';
import { RESOLUTIONS, maxRows, paperLength, paperWidth, widthPixels } from './paper.ts';
import { commonRates } from './rates.ts';

export interface NegotiationInput {
  limits: StationLimits;
  /** The far machine's DIS, or the DTC by which it polls. */
  remote: Capabilities;
  /** The page as it is at hand. */
  page: PageGeometry;
  profile: LineProfile;
  /** Where the fall-back stands; null to begin with the best. */
  rate: FastRate | null;
}

export type Negotiated = { parameters: SessionParameters; format: PageFormat } | { incompatible: string };

/** What the sender asks for, smallest first in size on the line. MMR needs error correction (T.30 Annex A). */
const CODINGS = ['MMR', 'MR', 'MH'] as const satisfies readonly Coding[];

/**
 * Chooses rate, coding, error correction, resolution, paper and least scan line time. A page that the far machine
 * cannot take as it is (too fine, wide or long) gets the next best format, into which the host converts it; only a
 * missing common carrier is a reason to fail.
 */
export function negotiate({ limits, remote, page, profile, rate }: NegotiationInput): Negotiated {
  const chosenRate = rate ?? commonRates(limits, remote, profile)[0];
  if (chosenRate === undefined) {
    return { incompatible: 'no modulation and rate that both machines know and the line profile allows' };
  }
  const ecm = limits.capabilities.ecm && remote.ecm && !profile.avoidEcm;
  const coding = CODINGS.find((one) => isCommonCoding(one, { limits, remote, profile, ecm })) ?? 'MH';
  const resolution =
    [page.resolution, ...RESOLUTIONS[page.resolution].insteadOf].find((one) =>
      remote.resolutions.includes(one),
    ) ?? 'R8x3.85';
  const width = paperWidth(page.widthPixels, page.resolution, remote.width);
  const length = paperLength(page.rows, page.resolution, remote.length);
  const minScanMs = ecm ? 0 : remote.minScanTime[RESOLUTIONS[resolution].scanTime];
  return {
    parameters: {
      rate: chosenRate,
      coding,
      resolution,
      inch: RESOLUTIONS[resolution].inch || (remote.prefersInch && !remote.prefersMetric),
      width,
      length,
      minScanMs,
      ecmFrameOctets: ecm ? (profile.ecmFrameOctets ?? (remote.prefers64 ? 64 : 256)) : null,
      subaddressSent: false,
      senderIdSent: false,
      unsupported: [],
    },
    format: {
      coding,
      k: resolution === 'R8x3.85' ? 2 : 4,
      resolution,
      widthPixels: widthPixels(width, resolution),
      maxRows: maxRows(length, resolution),
      minScanBits: Math.ceil((chosenRate.rateBps * minScanMs) / 1000),
      ecm,
    },
  };
}

function isCommonCoding(
  coding: Coding,
  context: { limits: StationLimits; remote: Capabilities; profile: LineProfile; ecm: boolean },
): boolean {
  const { limits, remote, profile, ecm } = context;
  if (coding === 'MH') return true;
  return (
    limits.capabilities.codings.includes(coding) &&
    remote.codings.includes(coding) &&
    !profile.avoidCodings.includes(coding) &&
    (coding !== 'MMR' || ecm)
  );
}
