// The gateway's part in a call in memory: codes the pages that are asked for, and makes received ones durable.

import { PageDecoder, decodePage } from '../../t4/pageDecoder.ts';
import { encodePage } from '../../t4/pageEncoder.ts';
import type { PageSink } from '../line/fastReceiver.ts';
import type { Effect, Input } from '../machine.ts';
import { widthPixels } from '../negotiation/paper.ts';
import type { PageFormat, SessionParameters } from '../parameters.ts';
import type { TestPage } from './testPages.ts';
import type { VirtualClock } from './virtualClock.ts';

export interface HostOptions {
  pages: readonly TestPage[];
  /** How long it takes to code a page, or to store one. Default 0. */
  prepareMs?: number;
  storeMs?: number;
  /** Pages that cannot be had, or cannot be stored. */
  unavailable?: readonly number[];
  unstorable?: readonly number[];
}

export type HostEffect = Extract<
  Effect,
  { type: 'preparePage' | 'beginPage' | 'pageData' | 'storePage' | 'dropPage' }
>;

interface Incoming {
  parameters: SessionParameters;
  /** ECM: what has come so far. */
  octets: Uint8Array[];
  /** Without ECM: what the line's decoder made of it. */
  raster: Uint8Array | null;
}

export class PageHost {
  /** Durable pages by number: every raster that was ever made durable under it, in order. */
  readonly stored = new Map<number, Uint8Array[]>();
  /** Pages whose storing was asked for although nothing of them had come. */
  readonly faults: string[] = [];
  readonly #clock: VirtualClock;
  readonly #give: (input: Input) => void;
  readonly #options: HostOptions;
  readonly #incoming = new Map<number, Incoming>();
  #current: Incoming | null = null;

  constructor(clock: VirtualClock, options: HostOptions, give: (input: Input) => void) {
    this.#clock = clock;
    this.#options = options;
    this.#give = give;
  }

  carryOut(effect: HostEffect): void {
    switch (effect.type) {
      case 'preparePage':
        this.#prepare(effect.page, effect.format);
        return;
      case 'beginPage':
        this.#current = { parameters: effect.parameters, octets: [], raster: null };
        this.#incoming.set(effect.page, this.#current);
        return;
      case 'pageData': {
        const incoming = this.#incoming.get(effect.page);
        if (incoming === undefined) this.faults.push(`data of page ${effect.page}, which was not begun`);
        incoming?.octets.push(effect.octets.slice());
        return;
      }
      case 'storePage':
        this.#store(effect.page);
        return;
      case 'dropPage':
        this.#incoming.delete(effect.page);
    }
  }

  /** The decoder for the page without ECM that was begun last. */
  openPage(): PageSink | null {
    const incoming = this.#current;
    if (incoming === null) {
      this.faults.push('a page comes that was not begun');
      return null;
    }
    const { coding, width, resolution } = incoming.parameters;
    const decoder = new PageDecoder({
      coding,
      width: widthPixels(width, resolution),
      fillOrder: 'lsb',
      startsWithEol: true,
    });
    return {
      push: (octets) => decoder.push(octets),
      end: () => {
        const end = decoder.end();
        incoming.raster = decoder.takeRows();
        return { quality: decoder.quality, endSeen: end === 'endOfPage' };
      },
    };
  }

  #prepare(page: number, format: PageFormat): void {
    const { pages, prepareMs = 0, unavailable = [] } = this.#options;
    const wanted = pages[page];
    this.#clock.after(prepareMs, () => {
      if (wanted === undefined || unavailable.includes(page)) {
        this.#give({ type: 'pageUnavailable', page, detail: 'no such page' });
      } else this.#give({ type: 'pageReady', page, data: coded(wanted, format) });
    });
  }

  #store(page: number): void {
    const { storeMs = 0, unstorable = [] } = this.#options;
    const incoming = this.#incoming.get(page);
    this.#clock.after(storeMs, () => {
      const raster = incoming === undefined ? null : rasterOf(incoming);
      if (raster === null || raster.length === 0 || unstorable.includes(page)) {
        if (incoming === undefined) this.faults.push(`page ${page} is to be stored, but there is none`);
        this.#give({ type: 'pageNotStored', page, detail: 'nothing to store' });
      } else {
        this.stored.set(page, [...(this.stored.get(page) ?? []), raster]);
        this.#give({ type: 'pageStored', page });
      }
    });
  }
}

function rasterOf({ parameters, octets, raster }: Incoming): Uint8Array {
  if (parameters.ecmFrameOctets === null) return raster ?? new Uint8Array(0);
  const data = new Uint8Array(octets.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of octets) {
    data.set(piece, at);
    at += piece.length;
  }
  const { coding, width, resolution } = parameters;
  return decodePage(data, { coding, width: widthPixels(width, resolution), fillOrder: 'lsb' }).raster;
}

/** Coding is the same work in thousands of calls: done once per page and format. */
const codedPages = new WeakMap<TestPage, Map<string, Uint8Array>>();

function coded(page: TestPage, format: PageFormat): Uint8Array {
  const known = codedPages.get(page) ?? new Map<string, Uint8Array>();
  codedPages.set(page, known);
  const key = `${format.coding} ${format.k} ${format.minScanBits}`;
  const data =
    known.get(key) ??
    encodePage(page.raster, page.geometry.widthPixels, page.geometry.rows, {
      coding: format.coding,
      k: format.k,
      minScanBits: format.minScanBits,
      fillOrder: 'lsb',
    });
  known.set(key, data);
  return data;
}
