// Whatever a Class 2, 2.0 or 2.1 modem says wrongly, once, at any place of a call: the call ends by name and in time, the
// line is idle again, and every page is delivered once or known not to be. On a virtual modem in faked time. Every word
// meets some of what can go wrong; with HIKYAKU_ALL_FAULTS=1 each word meets all of it, in Class 2.1 too.

import { describe, expect, test } from 'vitest';
import { OUTCOMES } from '../../protocol/outcome.ts';
import type { LineConditions } from '../virtual-modem/line/phoneLine.ts';
import type { Mischief } from '../virtual-modem/modem/hostFaults.ts';
import { hashOf } from './class1Rig.ts';
import { virtualCall } from './virtualClass2.ts';
import type { VirtualCall, VirtualCallOptions } from './virtualClass2.ts';

const ALL = process.env['HIKYAKU_ALL_FAULTS'] === '1';
const TIMEOUT_MS = ALL ? 1_200_000 : 120_000;
const CLASSES = ALL ? (['2', '2.0', '2.1'] as const) : (['2', '2.0'] as const);
/** Of what can go wrong, each word meets one in so many. */
const SHARE = ALL ? 1 : 4;

/**
 * The longest that is waited for a word: training down all rates, 90 s, and a block under error correction with what it takes
 * to correct it, 103 s at 14 400 bit/s (native-bridge/modem/class2/limits.ts); and 24 s of goodbye and hanging up.
 */
const LONGER_AT_MOST_MS = 220_000;
/** A port that is gone is noticed at once, except by who waits for the modem's farewell. */
const UNPLUGGED_MS = 4000;
/** Tones and carriers of a call of two pages. */
const CARRIERS = 16;

/** T4 is 3 s, T2 6 s, T1 35 s. */
const MISCHIEFS: readonly (readonly [string, Mischief])[] = [
  ['dropped', { type: 'drop' }],
  ['a little late', { type: 'delay', ms: 300 }],
  ['later than T4', { type: 'delay', ms: 4500 }],
  ['later than T2', { type: 'delay', ms: 8000 }],
  ['later than T1', { type: 'delay', ms: 40_000 }],
  ['doubled', { type: 'double' }],
  ['replaced by OK', { type: 'replace', by: 'OK' }],
  ['replaced by CONNECT', { type: 'replace', by: 'CONNECT' }],
  ['replaced by NO CARRIER', { type: 'replace', by: 'NO CARRIER' }],
  ['replaced by ERROR', { type: 'replace', by: 'ERROR' }],
  ['replaced by a hang-up code', { type: 'replace', by: '+FHNG: 70' }],
  ['replaced by a good page status', { type: 'replace', by: '+FPTS: 1' }],
  ['replaced by nonsense', { type: 'replace', by: 'MODEM NONSENSE 17' }],
  ['behind garbage', { type: 'garbage' }],
  ['in small pieces', { type: 'split', octets: 1, everyMs: 30 }],
  ['together with the next', { type: 'merge', ms: 60 }],
];
const HARMLESS: readonly Mischief['type'][] = ['garbage', 'split', 'merge'];

const CALLS = [
  { name: 'we send under error correction', way: 'send', ecm: true },
  { name: 'we send without error correction', way: 'send', ecm: false },
  { name: 'we receive under error correction', way: 'receive', ecm: true },
  { name: 'we receive without error correction', way: 'receive', ecm: false },
] as const;

/** A machine that is called says in its DIS that it has no error correction; one that calls does not ask for it. */
function machineOf({ way, ecm }: (typeof CALLS)[number]): NonNullable<VirtualCallOptions['machine']> {
  return way === 'send' ? { capabilities: { ecm } } : { profile: { avoidEcm: !ecm } };
}

interface Promises {
  /** A modem that sends and says that it does not takes our next commands for the page, which nobody counts. */
  strayPage?: boolean;
  /** A page may be damaged as far as the copy quality rule allows. */
  damage?: boolean;
}

function expectAGoodEnd(call: VirtualCall, what: string, promises: Promises = {}): void {
  expect(complaints(call, promises), `${what}\n${call.story}`).toEqual([]);
}

/** What is wrong with how a call ended. */
function complaints(call: VirtualCall, { strayPage = false, damage = false }: Promises): string[] {
  const { report, machine, host, sent } = call;
  const { code } = report.outcome;
  const wrong: string[] = [];
  if (!Object.hasOwn(OUTCOMES, code) || code === 'INTERNAL_ERROR') wrong.push(`the outcome is ${code}`);
  if (!call.idle) wrong.push('the line is not idle');
  const outgoing = report.direction === 'outgoing';
  const arrived = outgoing
    ? (machine?.pages ?? [])
        .filter(({ confirmed }) => confirmed)
        .map(({ geometry, raster }) => ({ width: geometry.widthPixels, height: geometry.rows, raster }))
    : host.stored;
  const counted = outgoing ? report.pagesSent : (machine?.outcome.pagesSent ?? 0);
  if (arrived.length < counted) wrong.push(`${counted} pages are confirmed, ${arrived.length} arrived`);
  if (arrived.length > counted + 1) wrong.push(`${arrived.length} pages arrived, ${counted} are confirmed`);
  const [pages, expected] = [arrived, sent].map((all) => all.map((page) => hashOf(page).sha256));
  const certain = strayPage ? counted : arrived.length;
  if (!damage && pages?.slice(0, certain).join() !== expected?.slice(0, certain).join()) {
    wrong.push(`pages ${pages?.map((page) => expected?.indexOf(page)).join()} arrived`);
  }
  const done = outgoing ? report.pagesSent : report.pagesReceived;
  if (code === 'CONFIRMED' && done !== sent.length) wrong.push(`it is called confirmed with ${done} pages`);
  if (!outgoing && done > host.stored.length) wrong.push(`${done} pages counted, fewer stored`);
  if (new Set(call.confirmed).size !== call.confirmed.length) wrong.push('a page was confirmed twice');
  return wrong;
}

describe.each(CLASSES)('Class %s', (faxClass) => {
  describe.each(CALLS)('$name', (kind) => {
    const twoPages = { faxClass, way: kind.way, pages: 2, machine: machineOf(kind) } as const;
    const count = async (): Promise<{ results: number; infos: number; plain: VirtualCall }> => {
      const plain = await virtualCall(twoPages);
      expect(plain.report, plain.story).toMatchObject({ outcome: { code: 'CONFIRMED' }, ecm: kind.ecm });
      // Answers in between begin with a plus sign or a letter, and end no command.
      const infos = plain.results.filter((text) => /^\+|:/u.test(text)).length;
      return { results: plain.results.length - infos, infos, plain };
    };

    test('each word of a call once lost, late, doubled or another', { timeout: TIMEOUT_MS }, async () => {
      const { results, infos, plain } = await count();
      for (const [index, [name, mischief]] of MISCHIEFS.entries()) {
        for (let word = 0; word < results + infos; word++) {
          if ((word + index) % SHARE !== 0) continue;
          const what = word < results ? 'result' : 'info';
          const nth = word < results ? word + 1 : word - results + 1;
          const lateMs = mischief.type === 'delay' ? mischief.ms : 0;
          const faults = [{ what, nth, do: mischief }] as const;
          const call = await virtualCall({ ...twoPages, faults, idleWithinMs: 2000 + lateMs });
          const about = `${what} ${nth} ${name}`;
          expect(call.story, about).toContain(`fault ${mischief.type} ${what}`);
          expectAGoodEnd(call, about, {
            strayPage: faxClass !== '2' && kind.ecm && mischief.type === 'replace',
          });
          expect(call.durationMs - plain.durationMs, about).toBeLessThan(LONGER_AT_MOST_MS + lateMs);
          if (HARMLESS.includes(mischief.type)) expect(call.report.outcome.code, about).toBe('CONFIRMED');
        }
      }
    });

    test('the modem falls silent for ever, anywhere', { timeout: TIMEOUT_MS }, async () => {
      const { results, plain } = await count();
      for (let nth = 1; nth <= results; nth += ALL ? 1 : 3) {
        const call = await virtualCall({
          ...twoPages,
          faults: [{ what: 'result', nth, do: { type: 'hang' } }],
        });
        const { code } = call.report.outcome;
        expect(code, call.story).toMatch(/^(LINE_BROKEN|TEL_NO_ANSWER|TEL_NO_FAX|FAX_PROTOCOL|CONFIRMED)$/u);
        expect(call.durationMs - plain.durationMs, call.story).toBeLessThan(LONGER_AT_MOST_MS);
        // It answers nothing, so that whether it is on hook is left to the next one who asks.
        expectAGoodEnd({ ...call, idle: true }, `silent at ${nth}`);
      }
    });

    test('the cable is pulled at any word', { timeout: TIMEOUT_MS }, async () => {
      const { results, infos } = await count();
      for (const [what, most] of [
        ['result', results],
        ['info', infos],
      ] as const) {
        for (let nth = 1; nth <= most; nth += ALL ? 1 : 2) {
          const call = await virtualCall({ ...twoPages, faults: [{ what, nth, do: { type: 'unplug' } }] });
          const about = `${what} ${nth}`;
          expect(call.report.outcome.code, `${about}\n${call.story}`).toMatch(/^(LINE_BROKEN|CONFIRMED)$/u);
          const pulledMs = Number(/^(\d+) \d+ fault unplug/mu.exec(call.story)?.[1]);
          const endedMs = Number(/^(\d+) — The call has ended/mu.exec(call.story)?.[1]);
          expect(endedMs - pulledMs, call.story).toBeLessThan(UNPLUGGED_MS);
          expectAGoodEnd({ ...call, idle: true }, about);
        }
      }
    });

    test('the line: each carrier once lost, damaged or cut', { timeout: TIMEOUT_MS }, async () => {
      for (const how of ['lose', 'damage', 'cut'] as const) {
        for (let nth = 0; nth < CARRIERS; nth += ALL ? 1 : 2) {
          const conditions: LineConditions = {
            disturb: (_event, { index }) => (index === nth ? how : 'pass'),
          };
          const call = await virtualCall({ ...twoPages, conditions });
          expectAGoodEnd(call, `${how} ${nth}`, { damage: how === 'damage' && !kind.ecm });
          expect(call.durationMs, call.story).toBeLessThan(LONGER_AT_MOST_MS);
        }
      }
    });

    test('the line goes dead at any carrier, and nobody hangs up', { timeout: TIMEOUT_MS }, async () => {
      for (let from = 0; from < CARRIERS; from += ALL ? 1 : 2) {
        const conditions: LineConditions = {
          disturb: (_event, { index }) => (index >= from ? 'lose' : 'pass'),
        };
        const call = await virtualCall({ ...twoPages, conditions });
        expectAGoodEnd(call, `dead from ${from}`);
        expect(call.durationMs, call.story).toBeLessThan(LONGER_AT_MOST_MS);
      }
    });
  });

  test.each(CALLS.filter(({ way }) => way === 'receive'))(
    '$name: page data lost, doubled or behind garbage between modem and us',
    { timeout: TIMEOUT_MS },
    async (kind) => {
      const page = { faxClass, way: kind.way, pages: 2, rows: 200, machine: machineOf(kind) } as const;
      for (const mischief of [{ type: 'drop' }, { type: 'double' }, { type: 'garbage' }] as const) {
        for (let nth = 1; nth <= 12; nth += ALL ? 1 : 3) {
          const call = await virtualCall({ ...page, faults: [{ what: 'data', nth, do: mischief }] });
          // Under error correction nothing damaged may pass for a good page.
          expectAGoodEnd(call, `data ${nth} ${mischief.type}`, { damage: !kind.ecm });
        }
      }
    },
  );
});
