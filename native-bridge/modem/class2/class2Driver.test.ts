import { expect, test } from 'vitest';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import { decodePage } from '../../../fax/t4/pageDecoder.ts';
import type { PageSink } from '../../../fax/t30/line/fastReceiver.ts';
import { PageDecoder } from '../../../fax/t4/pageDecoder.ts';
import { widthPixels } from '../../../fax/t30/negotiation/paper.ts';
import type { PageFormat, SessionParameters } from '../../../fax/t30/parameters.ts';
import type { CallProgress, CallReport } from '../../../protocol/modem.ts';
import type { AnswerRequest, DialRequest, PageHost } from '../faxDriver.types.ts';
import type { Quirks } from '../profiles/profile.types.ts';
import { createClass2Driver } from './class2Driver.ts';
import { FakeModem } from './testing/fakeModem.ts';
import type { FakeModemOptions } from './testing/fakeModem.ts';

const CLASSES = ['2', '2.0', '2.1'] as const;
const CAPABILITIES = [[0, 1, 2, 3], [0, 1, 2, 3, 4, 5], [0, 1, 2], [0, 1, 2], [0, 1, 3], [0, 1, 2], [0], [0]];

/** Rows of stripes that differ from page to page and from row to row, with DLE among their octets. */
function raster(page: number, rows: number): Uint8Array {
  return Uint8Array.from({ length: rows * 216 }, (_, index) =>
    ((index * 7 + page * 31) >> 5) & 1 ? 0x10 : 0x00,
  );
}

interface Host extends PageHost {
  prepared: { page: number; format: PageFormat }[];
  stored: { page: number; parameters: SessionParameters; octets: Uint8Array }[];
}

function pageHost(
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
    async store(page) {
      await options.store?.(page);
      if (current?.page !== page) throw new Error('nothing came');
      host.stored.push({ page, parameters: current.parameters, octets: Buffer.concat(current.chunks) });
    },
    drop() {
      current = null;
    },
    quality: () => undefined,
    setSender: () => undefined,
  };
  return host;
}

const DIAL: DialRequest = {
  type: 'dial',
  callId: 'call',
  number: '0312345678',
  documents: [],
  hints: { avoidModulations: [], avoidCodings: [], avoidEcm: false },
  answerWithinMs: 60_000,
};

const ANSWER: AnswerRequest = {
  type: 'answer',
  callId: 'call',
  receives: true,
  documents: [],
  hints: { avoidModulations: [], avoidCodings: [], avoidEcm: false },
  copyQuality: { minGoodPercent: 95, maxBadRun: 5 },
};

function fine(pages: number): DialRequest['documents'][number] {
  return { pages: Array.from({ length: pages }, () => ({ width: 1728, height: 40, xDpi: 204, yDpi: 196 })) };
}

interface Played {
  report: CallReport;
  modem: FakeModem;
  host: Host;
  journal: string[];
  confirmed: number[];
  progress: Partial<CallProgress>[];
}

async function play(
  modemOptions: FakeModemOptions,
  request: DialRequest | AnswerRequest,
  options: { host?: Host; quirks?: Quirks; during?: (modem: FakeModem, abort: () => void) => void } = {},
): Promise<Played> {
  const modem = new FakeModem(modemOptions);
  const host = options.host ?? pageHost();
  const journal: string[] = [];
  const confirmed: number[] = [];
  const progress: Partial<CallProgress>[] = [];
  const driver = createClass2Driver({
    dialogue: modem.dialogue,
    connection: modem.connection,
    facts: {
      profile: {
        name: 'test',
        title: 'A modem',
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
    },
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
  return { report, modem, host, journal, confirmed, progress };
}

function pixels(
  octets: Uint8Array,
  format: { coding: PageFormat['coding']; widthPixels: number },
): Uint8Array {
  return decodePage(octets, { coding: format.coding, width: format.widthPixels, fillOrder: 'lsb' }).raster;
}

test.each(CLASSES)('Class %s: three pages are sent and confirmed one by one', async (faxClass) => {
  const { report, modem, host, confirmed, journal } = await play(
    { faxClass, far: {} },
    { ...DIAL, documents: [fine(3)] },
  );
  expect(report.outcome).toMatchObject({ code: 'CONFIRMED' });
  expect(report).toMatchObject({
    pagesSent: 3,
    complete: true,
    remoteId: '03-1234 5678',
    rateBps: 14_400,
    coding: 'MR',
    ecm: false,
  });
  expect(confirmed).toEqual([1, 2, 3]);
  expect(modem.sent.map(({ end }) => end)).toEqual(['MPS', 'MPS', 'EOP']);
  for (const [page, { octets }] of modem.sent.entries()) {
    const format = host.prepared.find((one) => one.page === page)?.format;
    expect(format).toBeDefined();
    if (format !== undefined) expect(pixels(octets, format)).toEqual(raster(page, 40));
  }
  expect(modem.onHook).toBe(true);
  expect(journal.join('\n')).toContain('They call themselves “03-1234 5678”');
  expect(journal.join('\n')).toContain('They confirmed page 3.');
});

test.each(CLASSES)('Class %s: two pages are received, stored before they are confirmed', async (faxClass) => {
  const order: string[] = [];
  const host = pageHost({
    store: (page) => {
      order.push(`store ${page}`);
      return Promise.resolve();
    },
  });
  const pages = [0, 1].map((page) => ({
    octets: encodePage(raster(page, 60), 1728, 60, { coding: 'MH', fillOrder: 'lsb' }),
    postPage: page === 1 ? 2 : 0,
  }));
  const { report, modem } = await play({ faxClass, far: { pages }, reversed: faxClass === '2' }, ANSWER, {
    host,
  });
  expect(report.outcome).toMatchObject({ code: 'CONFIRMED' });
  expect(report).toMatchObject({
    pagesReceived: 2,
    complete: true,
    direction: 'incoming',
    remoteId: '03-1234 5678',
  });
  expect(host.stored.map(({ page }) => page)).toEqual([0, 1]);
  for (const { page, octets, parameters } of host.stored) {
    expect(pixels(octets, { coding: parameters.coding, widthPixels: 1728 })).toEqual(raster(page, 60));
  }
  expect(order).toEqual(['store 0', 'store 1']);
  expect(modem.commands.filter((command) => command === '+FDR')).toHaveLength(3);
  expect(modem.onHook).toBe(true);
});
