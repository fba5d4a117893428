// A whole call of the Class 2 driver against a modem in memory, for its tests.

import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import { decodePage } from '../../../fax/t4/pageDecoder.ts';
import type { PageSink } from '../../../fax/t30/line/fastReceiver.ts';
import { PageDecoder } from '../../../fax/t4/pageDecoder.ts';
import { widthPixels } from '../../../fax/t30/negotiation/paper.ts';
import type { PageFormat, SessionParameters } from '../../../fax/t30/parameters.ts';
import type { CallProgress, CallReport } from '../../../protocol/modem.ts';
import type { AnswerRequest, DialRequest, ModemFacts, PageHost } from '../faxDriver.types.ts';
import type { Quirks } from '../profiles/profile.types.ts';
import { createClass2Driver } from './class2Driver.ts';
import { FakeModem } from './fakeModem.testSupport.ts';
import type { FakeModemOptions } from './fakeModem.testSupport.ts';

export const CLASSES = ['2', '2.0', '2.1'] as const;
const CAPABILITIES = [[0, 1, 2, 3], [0, 1, 2, 3, 4, 5], [0, 1, 2], [0, 1, 2], [0, 1, 3], [0, 1, 2], [0], [0]];

/** Rows of stripes that differ from page to page and from row to row, with DLE among their octets. */
export function raster(page: number, rows: number): Uint8Array {
  return Uint8Array.from({ length: rows * 216 }, (_, index) =>
    ((index * 7 + page * 31) >> 5) & 1 ? 0x10 : 0x00,
  );
}

interface Host extends PageHost {
  prepared: { page: number; format: PageFormat }[];
  stored: { page: number; parameters: SessionParameters; octets: Uint8Array; damaged: boolean }[];
}

export function pageHost(
  options: { rows?: number; store?: (page: number) => Promise<void>; prepare?: () => Promise<void> } = {},
): Host {
  const { rows = 40 } = options;
  let current: { page: number; parameters: SessionParameters; chunks: Uint8Array[] } | null = null;
  const host: Host = {
    prepared: [],
    stored: [],
    async prepare(page, format) {
      host.prepared.push({ page, format });
      await options.prepare?.();
      const { coding, k, minScanBits, widthPixels: width } = format;
      return encodePage(raster(page, rows), width, rows, { coding, k, minScanBits, fillOrder: 'lsb' });
    },
    begin(page, parameters) {
      current = { page, parameters, chunks: [] };
    },
    push(_page, octets) {
      current?.chunks.push(octets.slice());
    },
    open(): PageSink {
      const parameters = current?.parameters;
      if (parameters === undefined) throw new Error('not begun');
      const decoder = new PageDecoder({
        coding: parameters.coding,
        width: widthPixels(parameters.width, parameters.resolution),
        fillOrder: 'lsb',
      });
      return {
        push(octets) {
          current?.chunks.push(octets.slice());
          decoder.push(octets);
        },
        end() {
          const end = decoder.end();
          return { quality: decoder.quality, endSeen: end === 'endOfPage' };
        },
      };
    },
    async keep(page) {
      await host.store(page, true);
    },
    async store(page, damaged = false) {
      await options.store?.(page);
      if (current?.page !== page) throw new Error('nothing came');
      host.stored.push({
        page,
        parameters: current.parameters,
        octets: Buffer.concat(current.chunks),
        damaged,
      });
    },
    drop() {
      current = null;
    },
    quality: () => undefined,
    setSender: () => undefined,
  };
  return host;
}

export const DIAL: DialRequest = {
  type: 'dial',
  callId: 'call',
  number: '0312345678',
  documents: [],
  hints: { avoidModulations: [], avoidCodings: [], avoidEcm: false },
  answerWithinMs: 60_000,
};

export const ANSWER: AnswerRequest = {
  type: 'answer',
  callId: 'call',
  receives: true,
  documents: [],
  hints: { avoidModulations: [], avoidCodings: [], avoidEcm: false },
  copyQuality: { minGoodPercent: 95, maxBadRun: 5 },
};

export function fine(pages: number): DialRequest['documents'][number] {
  return { pages: Array.from({ length: pages }, () => ({ width: 1728, height: 40, xDpi: 204, yDpi: 196 })) };
}

export interface Played {
  report: CallReport;
  modem: FakeModem;
  host: Host;
  journal: string[];
  confirmed: number[];
  progress: Partial<CallProgress>[];
  facts: ModemFacts;
}

export async function play(
  modemOptions: FakeModemOptions,
  request: DialRequest | AnswerRequest,
  options: {
    host?: Host;
    quirks?: Quirks;
    facts?: Partial<ModemFacts>;
    /** Of an earlier call with the same modem. */
    knownModem?: ModemFacts;
    during?: (modem: FakeModem, abort: () => void) => void;
  } = {},
): Promise<Played> {
  const modem = new FakeModem(modemOptions);
  const host = options.host ?? pageHost();
  const journal: string[] = [];
  const confirmed: number[] = [];
  const progress: Partial<CallProgress>[] = [];
  const facts: ModemFacts = options.knownModem ?? {
    profile: {
      name: 'generic',
      match: {},
      classes: [modemOptions.faxClass],
      baudRate: 115_200,
      flowControl: 'hardware',
      init: [],
      afterClass: [],
      quirks: { commandGapMs: 0, ...options.quirks },
    },
    faxClass: modemOptions.faxClass,
    transmitCodes: [],
    receiveCodes: [],
    class2Capabilities: CAPABILITIES,
    adaptiveReception: false,
    ...options.facts,
  };
  const driver = createClass2Driver({
    dialogue: modem.dialogue,
    connection: modem.connection,
    facts,
    localId: '+81 75 123 4567',
    toneDialling: true,
    blindDial: false,
    pages: host,
    events: {
      progress: (change) => progress.push(change),
      journal: (text) => journal.push(text),
      pagesConfirmed: (pages) => confirmed.push(pages),
    },
    nowMs: () => performance.now(),
  });
  const abort = new AbortController();
  options.during?.(modem, () => abort.abort());
  const report = await driver.run(request, abort.signal);
  return { report, modem, host, journal, confirmed, progress, facts };
}

export function pixels(
  octets: Uint8Array,
  format: { coding: PageFormat['coding']; widthPixels: number },
): Uint8Array {
  return decodePage(octets, { coding: format.coding, width: format.widthPixels, fillOrder: 'lsb' }).raster;
}

/** A page as the far machine sends it, 60 rows high. */
export function farPage(
  page: number,
  postPage: number,
  coding: PageFormat['coding'] = 'MH',
): { octets: Uint8Array; postPage: number } {
  return { octets: encodePage(raster(page, 60), 1728, 60, { coding, fillOrder: 'lsb' }), postPage };
}
