// A page host for tests of the driver: pages to be sent are rasters, received ones become rasters.

import { PageDecoder, decodePage } from '../../../fax/t4/pageDecoder.ts';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import type { PageQuality } from '../../../fax/t4/coding.ts';
import { widthPixels } from '../../../fax/t30/negotiation/paper.ts';
import type { SessionParameters } from '../../../fax/t30/parameters.ts';
import type { PageHost } from '../faxDriver.types.ts';

export interface RasterPage {
  width: number;
  height: number;
  /** Rows of ceil(width / 8) bytes, most significant bit first, black = 1. */
  raster: Uint8Array;
}

interface Incoming {
  parameters: SessionParameters;
  pieces: Uint8Array[];
  raster: Uint8Array | null;
}

export interface RasterPageHost extends PageHost {
  /** Durable pages, by number. */
  readonly stored: RasterPage[];
  /** Those that were stored as damaged, by number; none of them is among `stored`. */
  readonly damaged: RasterPage[];
  readonly parameters: SessionParameters[];
  readonly sender: { remoteId?: string; subaddress?: string };
}

/** Pages are sent as they are: a format of another width is refused. `before`: awaited before every answer. */
export function rasterPageHost(
  pages: readonly RasterPage[],
  before: (doing: 'prepare' | 'store', page: number) => Promise<void> = async () => {},
): RasterPageHost {
  const stored: RasterPage[] = [];
  const damagedPages: RasterPage[] = [];
  const storedParameters: SessionParameters[] = [];
  const incoming = new Map<number, Incoming>();
  let sender: { remoteId?: string; subaddress?: string } = {};
  let quality: PageQuality | undefined;
  return {
    stored,
    damaged: damagedPages,
    parameters: storedParameters,
    get sender() {
      return sender;
    },
    async prepare(page, { coding, k, minScanBits, widthPixels: width }) {
      await before('prepare', page);
      const wanted = pages[page];
      if (wanted === undefined) throw new Error('no such page');
      if (wanted.width !== width) throw new Error(`the page is ${wanted.width} pixels wide, not ${width}`);
      const { height, raster } = wanted;
      return encodePage(raster, width, height, { coding, k, minScanBits, fillOrder: 'lsb' });
    },
    begin(page, parameters) {
      incoming.set(page, { parameters, pieces: [], raster: null });
    },
    push(page, octets) {
      incoming.get(page)?.pieces.push(octets.slice());
    },
    open(page) {
      const begun = incoming.get(page);
      if (begun === undefined) throw new Error(`page ${page} was not begun`);
      const decoder = new PageDecoder(decodeOptions(begun.parameters));
      return {
        push: (octets) => decoder.push(octets),
        end: () => {
          const end = decoder.end();
          begun.raster = decoder.takeRows();
          ({ quality } = decoder);
          return { quality: decoder.quality, endSeen: end === 'endOfPage' };
        },
      };
    },
    async keep(page) {
      await this.store(page, true);
    },
    async store(page, damaged = false) {
      await before('store', page);
      const begun = incoming.get(page);
      if (begun === undefined) throw new Error(`page ${page} was not begun`);
      const options = decodeOptions(begun.parameters);
      const raster = begun.raster ?? decodePage(Buffer.concat(begun.pieces), options).raster;
      const height = raster.length / ((options.width + 7) >> 3);
      if (height === 0) throw new Error('nothing arrived');
      (damaged ? damagedPages : stored)[page] = { width: options.width, height, raster };
      storedParameters[page] = begun.parameters;
    },
    drop(page) {
      incoming.delete(page);
    },
    quality: () => quality,
    setSender(who) {
      sender = who;
    },
  };
}

function decodeOptions({ coding, width, resolution }: SessionParameters) {
  return { coding, width: widthPixels(width, resolution), fillOrder: 'lsb' } as const;
}
