// NSF: who made the far machine, and the name that its owner gave it. For the journal and for profiles of odd machines:
// no non-standard mode is ever entered.

import { reverseOctets } from './bitOrder.ts';
import { findCountry, findMaker, type Maker } from './makers.ts';

export interface NonStandard {
  /** `Ricoh`; `unknown maker (Japan)`, or `unknown maker`. */
  maker: string;
  /** Printable ASCII, at most 40 characters; null where the maker's format is not known, or has no name in it. */
  stationName: string | null;
}

/** Reads the FIF of an NSF of any length and content. */
export function parseNonStandard(fif: Uint8Array): NonStandard {
  const maker = findMaker(fif);
  if (maker === null) {
    const country = findCountry(fif);
    return { maker: country === null ? 'unknown maker' : `unknown maker (${country})`, stationName: null };
  }
  return { maker: maker.name, stationName: stationNameOf(maker, fif) };
}

/** Country and provider are no part of a name. */
const HEADER_OCTETS = 3;
/** No NSF of a known format is longer. */
const LONGEST_NSF = 128;
const LONGEST_NAME = 40;

/** What people put into a station name. Shorter runs are flags that happen to be printable. */
const NAME = /[A-Za-z0-9 .,&'()+\-/_#:]{5,}/gu;
const LETTERS = /[A-Za-z]/gu;

function stationNameOf({ stationName, bitsReversed }: Maker, fif: Uint8Array): string | null {
  if (stationName === undefined) {
    return null;
  }
  const octets = fif.subarray(HEADER_OCTETS, LONGEST_NSF);
  // Octets that are no ASCII become characters that NAME does not take.
  const text = String.fromCharCode(...(bitsReversed ? reverseOctets(octets) : octets));
  const written = stationName === 'reversed' ? text.split('').toReversed().join('') : text;
  const names = (written.match(NAME) ?? [])
    .map((run) => run.trim())
    .filter((run) => (run.match(LETTERS)?.length ?? 0) >= 3)
    .toSorted((a, b) => b.length - a.length);
  return names[0]?.slice(0, LONGEST_NAME).trimEnd() ?? null;
}
