// What two fax machines can do (DIS, DTC) and what they agreed on (DCS), as readable objects.

import type { Coding } from '../t4/coding.ts';

/** The fast carriers of a half-duplex fax. V.34 will stand here too: it needs no TCF and carries ECM only. */
export type Modulation = 'V.27ter' | 'V.29' | 'V.17';

export interface FastRate {
  modulation: Modulation;
  rateBps: 2400 | 4800 | 7200 | 9600 | 12_000 | 14_400;
}

/** Every rate of T.30 without V.34, in fall-back order: 9600 and 7200 are tried with V.29 too before they are left. */
export const RATES = [
  { modulation: 'V.17', rateBps: 14_400 },
  { modulation: 'V.17', rateBps: 12_000 },
  { modulation: 'V.17', rateBps: 9600 },
  { modulation: 'V.29', rateBps: 9600 },
  { modulation: 'V.17', rateBps: 7200 },
  { modulation: 'V.29', rateBps: 7200 },
  { modulation: 'V.27ter', rateBps: 4800 },
  { modulation: 'V.27ter', rateBps: 2400 },
] as const satisfies readonly FastRate[];

/**
 * A resolution as DIS and DCS tell them apart, coarse to fine: lines per mm at R8 (204 dpi) or R16 (408 dpi) pixels
 * per mm, or dots per inch. `R8x3.85` (standard) needs no bit and is always possible. 200×100 and 200×200 have as many
 * pixels as `R8x3.85` and `R8x7.7` and are these with `inch` set.
 */
export type Resolution =
  | 'R8x3.85'
  | 'R8x7.7'
  | 'R8x15.4'
  | '300x300'
  | 'R16x15.4'
  | '300x600'
  | '400x800'
  | '600x600'
  | '600x1200'
  | '1200x1200';

/** Recording width in mm at 204 dpi: 1728, 2048 or 2432 pixels. */
export type PaperWidth = 215 | 255 | 303;
export type PaperLength = 'A4' | 'B4' | 'unlimited';

/** Least time per line in ms that a printing receiver needs, by resolution (DIS bits 21–23 and 46). */
export interface MinScanTime {
  /** At 3.85 lines/mm. */
  standardMs: number;
  /** At 7.7 lines/mm. */
  fineMs: number;
  /** At 15.4 lines/mm. */
  superfineMs: number;
}

/** What a machine says of itself in DIS, or in DTC. */
export interface Capabilities {
  /** Bit 10: it can receive a document. */
  canReceive: boolean;
  /** Bit 9: it has a document to be polled. */
  hasDocumentToPoll: boolean;
  /** Rates that it can receive at, fastest first. */
  rates: readonly FastRate[];
  /** Always with `R8x3.85`. */
  resolutions: readonly Resolution[];
  prefersInch: boolean;
  prefersMetric: boolean;
  /** Always with MH. */
  codings: readonly Coding[];
  /** T.6 uncompressed mode, JBIG and others are listed in `others` and never chosen. */
  ecm: boolean;
  /** It asks for ECM frames of 64 octets instead of 256. */
  prefers64: boolean;
  width: PaperWidth;
  length: PaperLength;
  northAmericanLetter: boolean;
  northAmericanLegal: boolean;
  minScanTime: MinScanTime;
  /** Takes a subaddress (SUB), a password or sender id (PWD, SID), a selective polling address (SEP). */
  subaddress: boolean;
  password: boolean;
  selectivePolling: boolean;
  /** Bit 6. */
  v8: boolean;
  /** Everything else that is set, by name, for the reader of the journal. */
  others: readonly string[];
}

/** What the sender chose, as DCS says it: how the pages that follow travel. */
export interface SessionParameters {
  /** Null under V.34, or for bits that no standard names. */
  rate: FastRate | null;
  coding: Coding;
  resolution: Resolution;
  /** Bit 44: 200×100 or 200×200 instead of R8. */
  inch: boolean;
  width: PaperWidth;
  length: PaperLength;
  /** One value, for the resolution chosen; 0 under ECM. */
  minScanMs: number;
  /** Octets per ECM frame; null without error correction. */
  ecmFrameOctets: 256 | 64 | null;
  /** SUB, SID were sent before (bits 49, 50). */
  subaddressSent: boolean;
  senderIdSent: boolean;
  /** Set, but nothing that this station takes (JBIG, colour, file transfer …). */
  unsupported: readonly string[];
}

/** How a page is to be coded for the line: what the host must make of a page before it can be sent. */
export interface PageFormat {
  coding: Coding;
  /** For MR: 2 at standard resolution, 4 at finer ones (T.4 §4.2.1). */
  k: 2 | 4;
  resolution: Resolution;
  widthPixels: number;
  /** Longest page that the far machine takes, in rows at `resolution`; null for any. */
  maxRows: number | null;
  /** Least bits per coded line, EOL included; 0 under ECM. */
  minScanBits: number;
  ecm: boolean;
}

/** A page as it is at hand before the call: its pixels decide what it needs of the far machine. */
export interface PageGeometry {
  widthPixels: number;
  rows: number;
  resolution: Resolution;
}
