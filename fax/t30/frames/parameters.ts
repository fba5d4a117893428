// DCS and CTC: what the sender chose (T.30 §5.3.6.2.3, Table 2; Annex A.4.1).

import type { Coding } from '../../t4/coding.ts';
import type { FastRate, Resolution, SessionParameters } from '../parameters.ts';
import { bitsOf, readBits, writeBits, type BitField } from './bitField.ts';
import { BIT_TABLE } from './bitTable.ts';
import {
  DCS_RATES,
  isInchOnly,
  LENGTHS,
  MIN_SCAN_TIMES,
  RESOLUTION_BITS,
  sayableMinScanMs,
  valueOf,
  WIDTHS,
} from './codePoints.ts';

/**
 * Reads the FIF of a DCS of any length. ECM counts as on, with 256 octets unless bit 28 is set, when anything was
 * chosen that needs it: some senders leave bit 27 out and send ECM all the same. 300×300 needs no bit 44.
 * Of several resolutions the finest counts, of several codings the densest.
 */
export function parseParameters(fif: Uint8Array): SessionParameters {
  const bits = readBits(fif);
  const resolution = resolutionOf(bits);
  const ecm = bits.has(27) || ECM_BITS.some((bit) => bits.has(bit));
  return {
    rate: rateOf(bits),
    coding: codingOf(bits),
    resolution,
    inch: bits.has(44) || isInchOnly(resolution),
    width: valueOf(WIDTHS, bits.read(17, 2)) ?? 215,
    length: valueOf(LENGTHS, bits.read(19, 2)) ?? 'A4',
    minScanMs: ecm ? 0 : minScanOf(bits, resolution),
    ecmFrameOctets: ecm ? (bits.has(28) ? 64 : 256) : null,
    subaddressSent: bits.has(49),
    senderIdSent: bits.has(50),
    unsupported: UNSUPPORTED_BITS.filter(({ bit }) => bits.has(bit)).map(({ name }) => name),
  };
}

/**
 * The FIF of our DCS, no longer than it must be. ECM is put in where the coding needs it; a minimum scan line time that
 * has no code becomes the next longer one; under ECM it is 0. `unsupported` is set by the names that parseParameters
 * gives.
 */
export function buildParameters(parameters: SessionParameters): Uint8Array {
  const { resolution, ecmFrameOctets, unsupported } = parameters;
  const chosen = [
    10,
    ...rateBits(parameters.rate),
    ...RESOLUTION_BITS.flatMap(([bit, name]) => (name === resolution ? [bit] : [])),
    ...CODING_BITS[parameters.coding],
    ...bitsOf(17, WIDTHS.find(([, width]) => width === parameters.width)?.[0] ?? '00'),
    ...bitsOf(19, LENGTHS.find(([, length]) => length === parameters.length)?.[0] ?? '00'),
    ...(parameters.inch || isInchOnly(resolution) ? [44] : []),
    ...(parameters.subaddressSent ? [49] : []),
    ...(parameters.senderIdSent ? [50] : []),
    ...UNSUPPORTED_BITS.flatMap(({ bit, name }) => (unsupported.includes(name) ? [bit] : [])),
  ];
  const ecm = ecmFrameOctets !== null || ECM_BITS.some((bit) => chosen.includes(bit));
  return writeBits([
    ...chosen,
    ...bitsOf(21, minScanBits(ecm ? 0 : parameters.minScanMs)),
    ...(ecm ? [27] : []),
    ...(ecmFrameOctets === 64 ? [28] : []),
  ]);
}

/** The rate that a CTC (DCS bits 1–16) goes on with; null when the field is too short or names none. */
export function parseContinueRate(fif: Uint8Array): FastRate | null {
  return fif.length < 2 ? null : rateOf(readBits(fif));
}

/** The two octets of a CTC; its receiver reads the rate only. */
export function buildContinueRate(rate: FastRate): Uint8Array {
  return writeBits([10, ...rateBits(rate)]).slice(0, 2);
}

const CODING_BITS = {
  MH: [],
  MR: [16],
  MMR: [31],
} as const satisfies Record<Coding, readonly number[]>;

const ECM_BITS = BIT_TABLE.filter(({ needsEcm }) => needsEcm).map(({ bit }) => bit);
const UNSUPPORTED_BITS = BIT_TABLE.filter(({ dcs }) => dcs === 'unsupported');

function rateOf(bits: BitField): FastRate | null {
  return valueOf(DCS_RATES, bits.read(11, 4)) ?? null;
}

/** Without a rate the bits are zero, as under V.34. */
function rateBits(rate: FastRate | null): number[] {
  const pattern = DCS_RATES.find(
    ([, known]) => known.modulation === rate?.modulation && known.rateBps === rate.rateBps,
  )?.[0];
  return bitsOf(11, pattern ?? '0000');
}

function codingOf(bits: BitField): Coding {
  return bits.has(31) ? 'MMR' : bits.has(16) ? 'MR' : 'MH';
}

function resolutionOf(bits: BitField): Resolution {
  return RESOLUTION_BITS.findLast(([bit]) => bits.has(bit))?.[1] ?? 'R8x3.85';
}

/** DCS has the codes with one value only; from a sender that repeats our DIS the value for the resolution is taken. */
function minScanOf(bits: BitField, resolution: Resolution): number {
  const [, standardMs, fineMs] =
    MIN_SCAN_TIMES.find(([pattern]) => pattern === bits.read(21, 3)) ?? MIN_SCAN_TIMES[0] ?? [];
  return (resolution === 'R8x3.85' ? standardMs : fineMs) ?? 20;
}

function minScanBits(ms: number): string {
  const sayable = sayableMinScanMs(ms);
  return (
    MIN_SCAN_TIMES.find(([, standardMs, fineMs]) => standardMs === sayable && fineMs === sayable)?.[0] ??
    '000'
  );
}
