// The facsimile control fields of T.30 (§5.3.6.1) in the order of its groups, as the standard prints them, and how they
// look on the DTE side.

import { reverseOctet } from './bitOrder.ts';
import { FRAME_NAMES, type FrameName } from './frameNames.ts';

/** FCF of a frame in DTE order. `x` is put in where the code has an X bit, and ignored where it is fixed. */
export function fcfOctet(name: FrameName, x: boolean): number {
  const { code, fixed } = FCF[name];
  return reverseOctet(code) | (x && !fixed ? X_BIT : 0);
}

/**
 * The frame that an FCF octet (DTE order) names, and its X bit; null for a code that T.30 does not have. For fixed codes
 * `x` is their first bit: true for DTC and all that goes with it, which only the receiver of a DIS sends.
 */
export function frameOfFcf(octet: number): { name: FrameName; x: boolean } | null {
  const name = BY_OCTET.get(octet);
  return name === undefined ? null : { name, x: (octet & X_BIT) !== 0 };
}

/** X: set by the station that has received a valid DIS. The first bit on the line, so the lowest on the DTE side. */
const X_BIT = 0x01;

interface Fcf {
  /** As T.30 prints it, first transmitted bit left, X = 0. */
  code: number;
  /** Without X bit. */
  fixed: boolean;
}

const fixed = (code: number): Fcf => ({ code, fixed: true });
const withX = (code: number): Fcf => ({ code, fixed: false });

const FCF = {
  // Called to caller
  DIS: fixed(0x01),
  CSI: fixed(0x02),
  NSF: fixed(0x04),
  // To poll: caller to called
  DTC: fixed(0x81),
  CIG: fixed(0x82),
  NSC: fixed(0x84),
  PWD: fixed(0x83),
  SEP: fixed(0x85),
  PSA: fixed(0x86),
  CIA: fixed(0x87),
  ISP: fixed(0x88),
  // Sender to receiver
  DCS: withX(0x41),
  TSI: withX(0x42),
  SUB: withX(0x43),
  NSS: withX(0x44),
  SID: withX(0x45),
  TSA: withX(0x46),
  IRA: withX(0x47),
  CTC: withX(0x48),
  // Pre-message responses
  CFR: withX(0x21),
  FTT: withX(0x22),
  CTR: withX(0x23),
  CSA: withX(0x24),
  // Post-message commands
  EOM: withX(0x71),
  MPS: withX(0x72),
  EOR: withX(0x73),
  EOP: withX(0x74),
  RR: withX(0x76),
  EOS: withX(0x78),
  'PRI-EOM': withX(0x79),
  'PRI-MPS': withX(0x7a),
  'PRI-EOP': withX(0x7c),
  PPS: withX(0x7d),
  // Post-message responses
  MCF: withX(0x31),
  RTN: withX(0x32),
  RTP: withX(0x33),
  PIN: withX(0x34),
  PIP: withX(0x35),
  PID: withX(0x36),
  RNR: withX(0x37),
  ERR: withX(0x38),
  PPR: withX(0x3d),
  FDM: withX(0x3f),
  // Other
  DCN: withX(0x5f),
  CRP: withX(0x58),
  FNV: withX(0x53),
  TR: withX(0x56),
  TNR: withX(0x57),
  DNK: withX(0x59),
  // ECM, on the fast carrier
  FCD: fixed(0x60),
  RCP: fixed(0x61),
  CCD: fixed(0x62),
  // Keys: DTK and RK differ in their first bit alone, so there is no X in this group.
  DES: fixed(0x05),
  DEC: fixed(0xc9),
  DER: fixed(0xca),
  DTK: fixed(0xd2),
  RK: fixed(0x52),
} as const satisfies Record<FrameName, Fcf>;

const BY_OCTET: ReadonlyMap<number, FrameName> = new Map(
  FRAME_NAMES.flatMap((name) => [
    [fcfOctet(name, false), name],
    [fcfOctet(name, true), name],
  ]),
);
