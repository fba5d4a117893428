// Our Class 2, 2.0 and 2.1 driver on a virtual modem, which foreign hosts judge, with a virtual fax machine or a Class 1
// modem at the far end of the line.

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CallReport } from '../../protocol/modem.ts';
import { openStage } from '../harness/stage.ts';
import { callBetween, callOverTerminal, virtualCall } from './virtualClass2.ts';
import type { VirtualCall, VirtualCallOptions } from './virtualClass2.ts';

const CLASSES = ['2', '2.0', '2.1'] as const;

function expectSent({ report, machine, sent, idle, confirmed, story }: VirtualCall): void {
  expect(report.outcome.code, story).toBe('CONFIRMED');
  expect(report).toMatchObject({ pagesSent: sent.length, complete: true });
  expect(confirmed).toEqual(sent.map((_, index) => index + 1));
  expect(machine?.outcome.code).toBe('OK');
  expect(machine?.pages.map(({ raster }) => raster)).toEqual(sent.map(({ raster }) => raster));
  expect(idle).toBe(true);
}

function expectReceived({ report, host, sent, idle, machine, story }: VirtualCall): void {
  expect(report.outcome.code, story).toBe('CONFIRMED');
  expect(report).toMatchObject({ pagesReceived: sent.length, complete: true });
  expect(machine?.outcome.code).toBe('OK');
  expect(host.stored.map(({ raster }) => raster)).toEqual(sent.map(({ raster }) => raster));
  expect(idle).toBe(true);
}

interface Combination {
  name: string;
  options: Partial<VirtualCallOptions>;
  expected: Partial<CallReport>;
}

const COMBINATIONS: readonly Combination[] = [
  {
    name: 'error correction and MMR, three pages',
    options: { pages: 3, rows: 200 },
    expected: { coding: 'MMR', ecm: true, resolution: 'R8x7.7', rateBps: 14_400 },
  },
  {
    name: 'error correction and MR',
    options: { machine: { capabilities: { codings: ['MH', 'MR'] } } },
    expected: { coding: 'MR', ecm: true },
  },
  {
    name: 'MR, three pages, lines that take their time',
    options: {
      pages: 3,
      machine: {
        capabilities: { ecm: false, minScanTime: { standardMs: 20, fineMs: 20, superfineMs: 10 } },
      },
    },
    expected: { coding: 'MR', ecm: false },
  },
  {
    name: 'MH, a long page',
    options: { rows: 2292, machine: { capabilities: { ecm: false, codings: ['MH'] } } },
    expected: { coding: 'MH', ecm: false },
  },
  { name: 'standard resolution', options: { resolution: 'R8x3.85' }, expected: { resolution: 'R8x3.85' } },
  {
    name: '9600 bit/s',
    options: {
      machine: {
        rates: [
          { modulation: 'V.29', rateBps: 9600 },
          { modulation: 'V.29', rateBps: 7200 },
        ],
      },
      request: { hints: { avoidModulations: [], avoidCodings: [], avoidEcm: false, maxRateBps: 9600 } },
    },
    expected: { rateBps: 9600 },
  },
];

describe.each(CLASSES)('Class %s', (faxClass) => {
  test.each(COMBINATIONS)('sends: $name', async ({ options, expected }) => {
    const call = await virtualCall({ faxClass, way: 'send', ...options });
    expectSent(call);
    expect(call.report).toMatchObject(expected);
    expect(call.report.remoteId).toBe('200');
  });

  test.each(COMBINATIONS.filter(({ options }) => options.request === undefined))(
    'receives: $name',
    async ({ options, expected }) => {
      const { machine } = options;
      // What the sender can is narrowed by its line profile, not by its DIS.
      const codings = machine?.capabilities?.codings;
      const profile = {
        avoidEcm: machine?.capabilities?.ecm === false,
        avoidCodings:
          codings === undefined ? [] : (['MR', 'MMR'] as const).filter((one) => !codings.includes(one)),
      };
      const call = await virtualCall({ faxClass, way: 'receive', ...options, machine: { profile } });
      expectReceived(call);
      expect(call.report).toMatchObject(expected);
    },
  );

  test('a page that arrives too damaged is refused by the machine and sent again', async () => {
    const call = await virtualCall({
      faxClass,
      way: 'send',
      pages: 2,
      rows: 300,
      machine: { capabilities: { ecm: false, codings: ['MH'] } },
      conditions: { disturb: damagesCarrier(3) },
    });
    expectSent(call);
    expect(call.report.trouble.repeats, call.story).toBe(1);
  });

  test('a page that arrives too damaged is refused by us, and taken when it comes again', async () => {
    const call = await virtualCall({
      faxClass,
      way: 'receive',
      pages: 2,
      rows: 300,
      machine: { profile: { avoidEcm: true, avoidCodings: ['MR', 'MMR'] } },
      conditions: { disturb: damagesCarrier(3) },
    });
    expectReceived(call);
    expect(call.journal.join('\n'), call.story).toContain('We did not accept page 2 (RTN).');
  });

  test('a document is fetched from the machine', async () => {
    const call = await virtualCall({ faxClass, way: 'fetch', pages: 2 });
    expectReceived(call);
  });

  test('a machine that keeps no document is said to have none', async () => {
    const call = await virtualCall({ faxClass, way: 'fetch', pages: 0 });
    expect(call.report, call.story).toMatchObject({
      outcome: { code: 'FAX_NOTHING_TO_POLL' },
      complete: false,
    });
    expect(call.idle).toBe(true);
  });

  test('a page that takes its time to be stored is confirmed when it is', async () => {
    const call = await virtualCall({ faxClass, way: 'receive', pages: 2, storeMs: 4000 });
    expectReceived(call);
  });

  test('a page that is not stored in the time of a sender is not confirmed', async () => {
    const call = await virtualCall({ faxClass, way: 'receive', pages: 2, storeMs: 40_000 });
    expect(call.report, call.story).toMatchObject({ pagesReceived: 0, complete: false });
    expect(call.machine?.outcome.pagesSent, call.story).toBe(0);
    expect(call.idle).toBe(true);
  });

  test('a document that is kept is fetched by the machine', async () => {
    const call = await virtualCall({ faxClass, way: 'serve', pages: 2 });
    expectSent(call);
  });

  test.each([
    ['300', 'TEL_BUSY'],
    ['301', 'TEL_NO_ANSWER'],
    ['302', 'TEL_NO_FAX'],
  ])('the number %s: %s', async (number, code) => {
    const call = await virtualCall({ faxClass, way: 'send', request: { number, answerWithinMs: 50_000 } });
    expect(call.report, call.story).toMatchObject({ outcome: { code }, pagesSent: 0, connectedMs: 0 });
    expect(call.idle).toBe(true);
  });

  test('the wrong machine gets nothing', async () => {
    const guard = { expected: ['0751234567'], onMismatch: 'hangUp' as const };
    const call = await virtualCall({
      faxClass,
      way: 'send',
      machine: { localId: '+81 6 6666 6666' },
      request: { guard },
    });
    expect(call.report).toMatchObject({ outcome: { code: 'WRONG_NUMBER' }, pagesSent: 0 });
    expect(call.machine?.pages).toEqual([]);
    expect(call.idle).toBe(true);
  });

  test.each([1000, 6000, 12_000, 16_000, 20_000, 26_000])(
    'a person hangs up after %i ms: within seconds the line is idle',
    async (hangUpAtMs) => {
      for (const way of ['send', 'receive'] as const) {
        const call = await virtualCall({ faxClass, way, rows: 600, pages: 2, hangUpAtMs });
        expect(call.report.outcome.code, call.story).toBe('CANCELLED');
        expect(call.durationMs, call.story).toBeLessThan(hangUpAtMs + 20_000);
        expect(call.idle).toBe(true);
        // Once there is a session, the machine is told goodbye, and takes no half page for a whole one.
        const { code, pagesReceived } = call.machine?.outcome ?? { code: 'LINE_LOST', pagesReceived: 0 };
        if (hangUpAtMs >= 12_000) expect(code, call.story).toMatch(/^DCN|^OK/u);
        const arrived = call.machine?.pages.slice(0, pagesReceived).map(({ raster }) => raster) ?? [];
        if (way === 'send')
          expect(arrived).toEqual(call.sent.slice(0, pagesReceived).map(({ raster }) => raster));
      }
    },
  );

  test.each(['hangs up', 'pulls the cable'])('in the middle of a long page a person %s', async (how) => {
    const call = await virtualCall({
      faxClass,
      way: 'send',
      rows: 2292,
      machine: { capabilities: { ecm: false, codings: ['MH'] } },
      ...(how === 'hangs up' ? { hangUpAtMs: 22_000 } : { unplugAtMs: 22_000 }),
    });
    expect(call.report.outcome.code, call.story).toBe(how === 'hangs up' ? 'CANCELLED' : 'LINE_BROKEN');
    expect(call.durationMs, call.story).toBeLessThan(42_000);
    expect(call.machine?.outcome, call.story).toMatchObject({ pagesReceived: 0 });
    if (how === 'hangs up') expect(call.idle).toBe(true);
  });

  test.each([500, 8000, 14_000, 20_000, 26_000])('the cable is pulled after %i ms', async (unplugAtMs) => {
    for (const way of ['send', 'receive'] as const) {
      const call = await virtualCall({ faxClass, way, rows: 600, pages: 2, unplugAtMs });
      expect(call.report.outcome.code, call.story).toBe('LINE_BROKEN');
      expect(call.durationMs).toBeLessThan(unplugAtMs + 1000);
    }
  });

  test('the line is cut at every carrier: a named outcome, an idle line', async () => {
    for (let index = 2; index < 14; index++) {
      for (const way of ['send', 'receive'] as const) {
        const call = await virtualCall({
          faxClass,
          way,
          pages: 2,
          rows: 200,
          conditions: {
            disturb: (event, place) => (place.index === index && event.type === 'begins' ? 'cut' : 'pass'),
          },
        });
        expect(call.report.outcome.code, call.story).not.toBe('INTERNAL_ERROR');
        const confirmed = call.machine?.outcome.pagesReceived ?? 0;
        if (way === 'send') expect(call.report.pagesSent, call.story).toBeLessThanOrEqual(confirmed);
        else expect(call.machine?.outcome.pagesSent, call.story).toBeLessThanOrEqual(call.host.stored.length);
        expect(call.idle, call.story).toBe(true);
      }
    }
  });
});

test.each([
  ['2', '1'],
  ['1', '2'],
  ['2.0', '1.0'],
  ['1', '2.1'],
  ['2', '2.0'],
] as const)('Class %s calls Class %s', async (caller, answerer) => {
  const { outgoing, incoming, sent, stored } = await callBetween(caller, answerer, 3);
  expect(outgoing).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesSent: 3, complete: true });
  expect(incoming).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesReceived: 3, complete: true });
  expect(stored.map(({ raster }) => raster)).toEqual(sent.map(({ raster }) => raster));
});

test.each([
  ['2', 'raw'],
  ['2', 'cooked'],
  ['2.0', 'cooked'],
  ['2.1', 'raw'],
] as const)('Class %s over a %s pseudo terminal, both ways', async (faxClass, mode) => {
  const stage = openStage();
  try {
    const path = join(stage.folder, 'modem');
    const { reports, machine, stored, page } = await callOverTerminal(faxClass, path, {
      cooked: mode === 'cooked',
    });
    expect(reports.map(({ outcome }) => outcome.code)).toEqual(['CONFIRMED', 'CONFIRMED']);
    expect(machine.received.map(({ raster }) => raster)).toEqual([page.raster]);
    expect(stored.map(({ raster }) => raster)).toEqual([page.raster]);
  } finally {
    await stage.close();
  }
});

test.each([
  ['rockwell', '2'],
  ['zyxel', '2'],
  ['zyxel', '2.0'],
  ['usrCourier', '2.0'],
  ['multiTech', '2.1'],
  ['agere', '2'],
  ['conexantCx93010', '2'],
  ['usr5637', '2'],
] as const)('%s in Class %s, both ways', async (personality, faxClass) => {
  expectSent(await virtualCall({ faxClass, way: 'send', personality, pages: 2 }));
  expectReceived(await virtualCall({ faxClass, way: 'receive', personality, pages: 2 }));
});

test('a password that is asked for and not given ends the call in Class 2.1', async () => {
  const call = await virtualCall({ faxClass: '2.1', way: 'receive', answer: { receivePassword: '1234' } });
  expect(call.report).toMatchObject({ outcome: { code: 'FAX_PASSWORD_REFUSED' }, pagesReceived: 0 });
  expect(call.machine?.outcome.pagesSent).toBe(0);
  expect(call.idle).toBe(true);
});

const MISCHIEFS = [
  { type: 'drop' },
  { type: 'double' },
  { type: 'delay', ms: 2000 },
  { type: 'replace', by: 'ERROR' },
] as const;

describe.each(['2', '2.0'] as const)('Class %s, each word of the modem once', (faxClass) => {
  describe.each(['send', 'receive'] as const)('%s', (way) => {
    test.each(MISCHIEFS)('$type', async (mischief) => {
      const plain = await virtualCall({ faxClass, way, pages: 2 });
      const outcomes: string[] = [];
      for (let nth = 1; nth <= plain.results.length; nth++) {
        const call = await virtualCall({
          faxClass,
          way,
          pages: 2,
          faults: [
            { what: 'result', nth, do: mischief },
            { what: 'info', nth, do: mischief },
          ],
        });
        expectHonest(call, way);
        outcomes.push(call.report.outcome.code);
      }
      // Most words can be done without, or come late.
      if (mischief.type === 'double' || mischief.type === 'delay') {
        expect(outcomes.filter((code) => code !== 'CONFIRMED').length).toBeLessThan(outcomes.length / 2);
      }
    });
  });
});

test.each([1e-5, 1e-4, 1e-3])(
  'noise of %f: a named outcome, and what is confirmed has arrived',
  async (bitErrorRate) => {
    for (const faxClass of CLASSES) {
      for (const way of ['send', 'receive'] as const) {
        const call = await virtualCall({
          faxClass,
          way,
          pages: 3,
          rows: 400,
          conditions: { bitErrorRate, seed: 7 },
        });
        expectHonest(call, way);
      }
    }
  },
);

/** Whatever happened: the line is idle, the outcome is named, and nothing is confirmed that did not arrive. */
function expectHonest(call: VirtualCall, way: 'send' | 'receive'): void {
  const { report, machine, host, sent, idle, story } = call;
  expect(report.outcome.code, story).not.toBe('INTERNAL_ERROR');
  expect(idle, story).toBe(true);
  if (way === 'send') {
    expect(report.pagesSent, story).toBeLessThanOrEqual(machine?.outcome.pagesReceived ?? 0);
    if (report.outcome.code === 'CONFIRMED') expect(report.pagesSent, story).toBe(sent.length);
  } else {
    expect(machine?.outcome.pagesSent ?? 0, story).toBeLessThanOrEqual(host.stored.length);
    if (report.outcome.code === 'CONFIRMED') expect(host.stored.length, story).toBe(sent.length);
  }
}

/** Octets of a fast carrier, counted with all carriers of the call, are damaged. */
function damagesCarrier(
  which: number,
): NonNullable<NonNullable<VirtualCallOptions['conditions']>['disturb']> {
  let fast = 0;
  let current = -1;
  return (event, { index, carrier }) => {
    if (event.type === 'begins' && typeof carrier === 'number' && index !== current) {
      current = index;
      fast += 1;
    }
    return event.type === 'octets' && fast === which ? 'damage' : 'pass';
  };
}
