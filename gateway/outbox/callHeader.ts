// The pages of a document as one telephone call sends them: with the time of the call in their header line, as the law
// asks (47 CFR 68.318(d)), not with that of when they were made.

import { createHash } from 'node:crypto';
import { PageDecoder } from '../../fax/t4/pageDecoder.ts';
import { PageEncoder } from '../../fax/t4/pageEncoder.ts';
import { MAX_PAGE_BYTES, type PageInfo } from '../../protocol/page.ts';
import type { Headers, Imaging } from '../imaging/imaging.ts';
import { errorText, type Log } from '../log.ts';
import type { Preparation } from '../store/preparationTable.ts';
import { localStamp } from './localStamp.ts';

interface StoredPage {
  info: PageInfo;
  data: Uint8Array;
}

/** Page `index` of the document (from 0) as the call sends it. Never rejects: a page without the new line goes as it is. */
export type PageStamper = (page: StoredPage, index: number) => Promise<StoredPage>;

export interface HeadedCall {
  /** Where the call begins in the document. */
  firstPage: number;
  /** When it began; ms since 1970. */
  at: number;
  /** So long the far machine can be kept waiting for the first page. */
  withinMs: number;
}

/** Draws nothing before a page is wanted. */
export type CallHeader = (
  preparation: Pick<Preparation, 'header' | 'options' | 'pages'>,
  call: HeadedCall,
) => PageStamper;

export function createCallHeader({
  imaging,
  log,
}: {
  imaging: Pick<Imaging, 'drawHeaders'>;
  log: Log;
}): CallHeader {
  return ({ header, options, pages: pagesTotal }, { firstPage, at, withinMs }) => {
    const stamp = localStamp(new Date(at));
    if (header === undefined || header.stamp === stamp) return async (page) => page;
    const request = { header: { ...header, stamp }, options, firstPage, pagesTotal };
    let drawn: Promise<Headers | undefined> | undefined;

    return async (page, index) => {
      drawn ??= draw();
      const headers = await drawn;
      if (headers === undefined) return page;
      const data = replaceTop(page, headers, headers.strips[index - firstPage]);
      if (data === undefined) {
        log.warn('header line does not fit its page', { page: index });
        return page;
      }
      const sha256 = createHash('sha256').update(data).digest('hex');
      return { info: { ...page.info, byteLength: data.byteLength, sha256 }, data };
    };

    /** A fax with an older time on it is better than none. */
    async function draw(): Promise<Headers | undefined> {
      try {
        const result = await imaging.drawHeaders(request, withinMs);
        if (!('failure' in result)) return result;
        log.warn('header line keeps its older time', {
          code: result.failure.code,
          detail: result.failure.detail,
        });
      } catch (error) {
        log.warn('header line keeps its older time', { error: errorText(error) });
      }
      return undefined;
    }
  };
}

/** The page's T.6 data with the strip in the place of its own: `stamp` made these rows, so nothing else is in them. */
function replaceTop(
  { info, data }: StoredPage,
  { width, rows }: Headers,
  strip: Uint8Array | undefined,
): Uint8Array | undefined {
  if (strip === undefined || width !== info.width || rows >= info.height) return undefined;
  const encoder = new PageEncoder(width, { coding: 'MMR' }, data.length);
  const isWhole =
    copyRows(strip, encoder, { width, from: 0, to: rows }) &&
    copyRows(data, encoder, { width, from: rows, to: info.height });
  if (!isWhole) return undefined;
  const replaced = encoder.end();
  return replaced.length > MAX_PAGE_BYTES ? undefined : replaced;
}

/** Hands the rows from `from` on to the encoder; false when there are not `to` good ones. */
function copyRows(
  data: Uint8Array,
  encoder: PageEncoder,
  { width, from, to }: { width: number; from: number; to: number },
): boolean {
  let row = 0;
  const decoder = new PageDecoder({ coding: 'MMR', width, maxRows: to }, (changes, count) => {
    if (row >= from) encoder.addChanges(changes, count);
    row += 1;
  });
  decoder.push(data);
  decoder.end();
  return decoder.quality.goodRows === to;
}
