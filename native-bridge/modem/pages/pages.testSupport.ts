// Pages and formats for the tests of a call's pages.

import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import type { MadePage } from '../../../fax/t4/testing/madePage.ts';
import type { PageFormat, SessionParameters } from '../../../fax/t30/parameters.ts';
import type { PageInfo } from '../../../protocol/page.ts';

/** The page as the gateway stores it. */
export function storedPage(
  { width, height, raster }: MadePage,
  dpi: { xDpi: number; yDpi: number } = { xDpi: 204, yDpi: 196 },
  coded?: Uint8Array,
): { info: PageInfo; data: Uint8Array<ArrayBuffer> } {
  const data = new Uint8Array(coded ?? encodePage(raster, width, height, { coding: 'MMR' }));
  const sha256 = createHash('sha256').update(data).digest('hex');
  return { info: { width, height, ...dpi, byteLength: data.length, sha256 }, data };
}

export function aFormat(changes: Partial<PageFormat>): PageFormat {
  return {
    coding: 'MMR',
    k: 4,
    resolution: 'R8x7.7',
    widthPixels: 1728,
    maxRows: null,
    minScanBits: 0,
    ecm: false,
    ...changes,
  };
}

export function someParameters(changes: Partial<SessionParameters>): SessionParameters {
  return {
    rate: { modulation: 'V.17', rateBps: 14_400 },
    coding: 'MH',
    resolution: 'R8x7.7',
    inch: false,
    width: 215,
    length: 'unlimited',
    minScanMs: 0,
    ecmFrameOctets: null,
    subaddressSent: false,
    senderIdSent: false,
    unsupported: [],
    ...changes,
  };
}

/** How long the event loop stood still at most while `work` went on. */
export async function longestPauseMs(work: () => Promise<unknown>): Promise<number> {
  let over = false;
  let longest = 0;
  const watching = (async () => {
    let last = performance.now();
    for (;;) {
      await setImmediate();
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (over) return;
    }
  })();
  try {
    await work();
  } finally {
    over = true;
    await watching;
  }
  return longest;
}
