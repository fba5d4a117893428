// One T.30 frame from its address to the end of its FIF (T.30 §5.3), octets in DTE order, without FCS.

import { reverseOctets } from './bitOrder.ts';
import { fcfOctet, frameOfFcf } from './fcf.ts';
import type { FrameName } from './frameNames.ts';

export interface Frame {
  name: FrameName;
  /**
   * Transmitted by the station that has received a valid DIS. Fixed codes: true for the DTC group, false for the DIS
   * group, and without meaning for FCD, RCP, CCD and keys.
   */
  x: boolean;
  /** The last frame of its command or response. */
  final: boolean;
  fif: Uint8Array;
}

/**
 * Reads a frame whose FCS was good (FCS taken off), of any length, and tolerates what modems are known to do to it: the
 * leading FF missing, all octets bit-reversed, the control octet 13 swallowed as XOFF by software flow control.
 * Null for what is no T.30 frame, and for FCFs that T.30 does not have.
 */
export function parseFrame(octets: Uint8Array): Frame | null {
  const fields = octets[0] === ADDRESS ? octets.subarray(1) : octets;
  const [control] = fields;
  if (control === CONTROL || control === CONTROL_FINAL) {
    return frameOf(control === CONTROL_FINAL, fields.subarray(1));
  }
  if (control === CONTROL_REVERSED || control === CONTROL_FINAL_REVERSED) {
    return frameOf(control === CONTROL_FINAL_REVERSED, reverseOctets(fields.subarray(1)));
  }
  // Only 13 can have been taken for XOFF, so the frame was a final one. Without an address before it an octet that
  // happens to be an FCF is too little to go by.
  return fields.length < octets.length ? frameOf(true, fields) : null;
}

/**
 * The frame's octets for the modem. `x` is ignored for codes without X bit. `final` is true unless said otherwise, but
 * the frames of the fast carrier (FCD, RCP, CCD) are never final.
 */
export function buildFrame(
  name: FrameName,
  options: { x: boolean; fif?: Uint8Array; final?: boolean },
): Uint8Array {
  const { x, fif = NO_FIF, final = !ECM_FRAMES.has(name) } = options;
  const octets = new Uint8Array(3 + fif.length);
  octets[0] = ADDRESS;
  octets[1] = final ? CONTROL_FINAL : CONTROL;
  octets[2] = fcfOctet(name, x);
  octets.set(fif, 3);
  return octets;
}

const ADDRESS = 0xff;
const CONTROL = 0x03;
const CONTROL_FINAL = 0x13;
const CONTROL_REVERSED = 0xc0;
const CONTROL_FINAL_REVERSED = 0xc8;

const NO_FIF = new Uint8Array(0);
const ECM_FRAMES: ReadonlySet<FrameName> = new Set(['FCD', 'RCP', 'CCD']);

/** `rest` from the FCF on. The FIF is copied: the caller may use its buffer again. */
function frameOf(final: boolean, rest: Uint8Array): Frame | null {
  const [fcf] = rest;
  const known = fcf === undefined ? null : frameOfFcf(fcf);
  return known && { name: known.name, x: known.x, final, fif: rest.slice(1) };
}
