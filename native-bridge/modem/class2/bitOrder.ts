// Which bit of an octet was first on the line. Class 2 modems of Rockwell's kind give page data with the first bit
// highest whatever +FBOR says, others lowest: the page itself tells, since it can only be read one way.

import type { FillOrder } from '../../../fax/t4/coding.ts';
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
  const lsb = readableRows(sample, parameters, 'lsb');
  const msb = readableRows(sample, parameters, 'msb');
  if (lsb >= LEAST_ROWS && lsb > TIMES_MORE * msb) return 'lsb';
  return msb >= LEAST_ROWS && msb > TIMES_MORE * lsb ? 'msb' : null;
}

/** The last row of a sample is cut off and not counted. */
function readableRows(sample: Uint8Array, parameters: SessionParameters, fillOrder: FillOrder): number {
  const { coding, width, resolution } = parameters;
  let good = 0;
  const decoder = new PageDecoder(
    { coding, width: widthPixels(width, resolution), fillOrder },
    (_changes, _count, isBad) => {
      if (!isBad) good += 1;
    },
  );
  decoder.push(sample.subarray(0, SAMPLE_OCTETS));
  return good;
}
