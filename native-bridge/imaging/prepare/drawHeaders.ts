// The `headers` job: the header line alone, to be put in the place of the one that pages were made with.

import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import type { ImagingReply, ImagingRequest } from '../../../protocol/imaging.ts';
import { HeaderStrip } from './headerStrip.ts';
import { sheetFor } from './sheet.ts';

type HeadersRequest = Extract<ImagingRequest, { type: 'headers' }>;
type Headers = Pick<Extract<ImagingReply, { type: 'headers' }>, 'width' | 'rows' | 'strips'>;

/** `step` is told after each strip: the next one has the full time limit again. */
export async function drawHeaders(
  { header, options, firstPage, pagesTotal }: HeadersRequest,
  step: (pagesDone: number, pagesTotal: number) => void,
): Promise<Headers> {
  const sheet = sheetFor(options);
  const line = await HeaderStrip.make(header, sheet, pagesTotal);
  const strips: Headers['strips'] = [];
  for (let index = firstPage; index < pagesTotal; index++) {
    const { raster, rows } = line.strip(index);
    strips.push(new Uint8Array(encodePage(raster, sheet.width, rows, { coding: 'MMR' })));
    step(index + 1, pagesTotal);
  }
  return { width: sheet.width, rows: line.rows, strips };
}
