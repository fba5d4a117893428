// The pages of a virtual fax machine: codes those that it sends, decodes and keeps those that it gets.

import type { PageSink } from '../../../fax/t30/line/fastReceiver.ts';
import type { Input } from '../../../fax/t30/machine.ts';
import { widthPixels } from '../../../fax/t30/negotiation/paper.ts';
import type { PageGeometry, Resolution, SessionParameters } from '../../../fax/t30/parameters.ts';
import type { PageQuality } from '../../../fax/t4/coding.ts';
import { PageDecoder, decodePage } from '../../../fax/t4/pageDecoder.ts';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import type { PageEffect, StationPages } from '../t30/machineStation.ts';
import { FirstEol } from './firstEol.ts';

export interface FaxPage {
  geometry: PageGeometry;
  /** Rows of ceil(width / 8) bytes, most significant bit first, black = 1. */
  raster: Uint8Array;
}

export interface ReceivedPage extends FaxPage {
  resolution: Resolution;
  parameters: SessionParameters;
  quality: PageQuality;
  /** The far end was told that it is safe here. */
  confirmed: boolean;
}

interface Incoming {
  parameters: SessionParameters;
  octets: Uint8Array[];
  decoded: { raster: Uint8Array; quality: PageQuality } | null;
}

export class MachinePages implements StationPages {
  /** Whole pages in the order in which they were stored. */
  readonly received: ReceivedPage[] = [];
  readonly #toSend: readonly FaxPage[];
  readonly #give: (input: Input) => void;
  readonly #incoming = new Map<number, Incoming>();
  #current: Incoming | null = null;

  constructor(toSend: readonly FaxPage[], give: (input: Input) => void) {
    this.#toSend = toSend;
    this.#give = give;
  }

  carryOut(effect: PageEffect): void {
    switch (effect.type) {
      case 'preparePage': {
        const page = this.#toSend[effect.page];
        if (page === undefined || page.geometry.widthPixels !== effect.format.widthPixels) {
          this.#give({ type: 'pageUnavailable', page: effect.page, detail: 'no such page' });
          return;
        }
        const { coding, k, minScanBits } = effect.format;
        const data = encodePage(page.raster, page.geometry.widthPixels, page.geometry.rows, {
          coding,
          k,
          minScanBits,
          fillOrder: 'lsb',
        });
        this.#give({ type: 'pageReady', page: effect.page, data });
        return;
      }
      case 'beginPage':
        this.#current = { parameters: effect.parameters, octets: [], decoded: null };
        this.#incoming.set(effect.page, this.#current);
        return;
      case 'pageData':
        this.#incoming.get(effect.page)?.octets.push(effect.octets.slice());
        return;
      case 'storePage':
        this.#store(effect.page);
        return;
      case 'dropPage':
        this.#incoming.delete(effect.page);
    }
  }

  openPage(): PageSink | null {
    const incoming = this.#current;
    if (incoming === null) return null;
    const { coding, width, resolution } = incoming.parameters;
    const decoder = new PageDecoder({ coding, width: widthPixels(width, resolution), fillOrder: 'lsb' });
    const gate = new FirstEol();
    return {
      push: (octets) => decoder.push(gate.pass(octets)),
      end: () => {
        const end = decoder.end();
        incoming.decoded = { raster: decoder.takeRows(), quality: decoder.quality };
        return { quality: decoder.quality, endSeen: end === 'endOfPage' };
      },
    };
  }

  #store(page: number): void {
    const incoming = this.#incoming.get(page);
    const decoded = incoming === undefined ? null : (incoming.decoded ?? decodeEcm(incoming));
    if (incoming === undefined || decoded === null || decoded.quality.rows === 0) {
      this.#give({ type: 'pageNotStored', page, detail: 'nothing to store' });
      return;
    }
    const { parameters } = incoming;
    const { resolution } = parameters;
    this.received.push({
      ...decoded,
      resolution,
      parameters,
      geometry: {
        widthPixels: widthPixels(parameters.width, resolution),
        rows: decoded.quality.rows,
        resolution,
      },
      confirmed: false,
    });
    this.#give({ type: 'pageStored', page });
  }
}

function decodeEcm({ parameters, octets }: Incoming): { raster: Uint8Array; quality: PageQuality } {
  const { coding, width, resolution } = parameters;
  return decodePage(Buffer.concat(octets), {
    coding,
    width: widthPixels(width, resolution),
    fillOrder: 'lsb',
  });
}
