// Which bit of an octet was first on the line. Class 2 modems of Rockwell's kind give page data with the first bit
// highest whatever +FBOR says, others lowest: the page itself tells, since it can only be read one way.

import type { Coding, FillOrder, PageEnd } from '../../../fax/t4/coding.ts';
import { PageDecoder } from '../../../fax/t4/pageDecoder.ts';
import { widthPixels } from '../../../fax/t30/negotiation/paper.ts';
import type { SessionParameters } from '../../../fax/t30/parameters.ts';

/** Enough to tell, of a page of any coding: tens of lines, or one dithered photograph's worth of a few. */
export const SAMPLE_OCTETS = 4096;

/** Noise gives a good row by chance now and then. */
const LEAST_ROWS = 2;
const TIMES_MORE = 3;

/**
 * The order in which the beginning of a page can be read. Null when it can in neither or in both: too little of it, or
 * nothing but noise.
 */
export function detectBitOrder(sample: Uint8Array, parameters: SessionParameters): FillOrder | null {
  const lsb = tryToRead(sample, parameters, 'lsb');
  const msb = tryToRead(sample, parameters, 'msb');
  if (isClearly(lsb, msb, parameters.coding)) return 'lsb';
  return isClearly(msb, lsb, parameters.coding) ? 'msb' : null;
}

interface Reading {
  goodRows: number;
  end: PageEnd | null;
}

/**
 * MMR has rows to almost any bits for a while, and comes under error correction: in its own order it is never damaged.
 * In MH and MR no row is good by chance for long.
 */
function isClearly(one: Reading, other: Reading, coding: Coding): boolean {
  if (coding === 'MMR') {
    return (
      one.end !== 'damage' && (other.end === 'damage' || (one.end === 'endOfPage' && other.end === null))
    );
  }
  return one.goodRows >= LEAST_ROWS && one.goodRows > TIMES_MORE * other.goodRows;
}

/** The last row of a sample is cut off and not counted. */
function tryToRead(sample: Uint8Array, parameters: SessionParameters, fillOrder: FillOrder): Reading {
  const { coding, width, resolution } = parameters;
  let goodRows = 0;
  const decoder = new PageDecoder(
    { coding, width: widthPixels(width, resolution), fillOrder },
    (_changes, _count, isBad) => {
      if (!isBad) goodRows += 1;
    },
  );
  decoder.push(sample.subarray(0, SAMPLE_OCTETS));
  return { goodRows, end: decoder.ended };
}
