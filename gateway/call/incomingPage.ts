// One page on its way in: collects its data, never more than was announced, and checks it at the end.

import { createHash } from 'node:crypto';
import type { PageInfo } from '../../protocol/page.ts';
import { CallFault, protocolFault } from './callFault.ts';

const FIRST_BUFFER_BYTES = 256 * 1024;

export interface IncomingPage {
  readonly index: number;
  readonly info: PageInfo;
  /** Takes the next data. Answers the whole page when it is complete; throws CallFault when it is not what was announced. */
  take(body: Uint8Array): Uint8Array | undefined;
}

export function createIncomingPage(index: number, info: PageInfo): IncomingPage {
  const hash = createHash('sha256');
  // Grows with what has really come: an announcement alone costs nothing.
  let data = new Uint8Array(Math.min(info.byteLength, FIRST_BUFFER_BYTES));
  let filled = 0;

  return {
    index,
    info,
    take(body) {
      const end = filled + body.byteLength;
      if (end > info.byteLength) throw protocolFault(`page ${index}: more data than announced`);
      if (end > data.byteLength) {
        const larger = new Uint8Array(Math.min(info.byteLength, Math.max(end, data.byteLength * 2)));
        larger.set(data.subarray(0, filled));
        data = larger;
      }
      data.set(body, filled);
      hash.update(body);
      filled = end;
      if (filled < info.byteLength) return undefined;
      if (hash.digest('hex') !== info.sha256) {
        throw new CallFault('RECEIVER_ERROR', 'refuse', `page ${index}: the checksum is wrong`);
      }
      return data;
    },
  };
}
