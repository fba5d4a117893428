// Whatever a modem says wrongly, once, at any place of a call: the call ends by name and in time, the line is idle again,
// and every page is delivered once or known not to be. On a virtual modem in faked time, hundreds of calls.

import { describe, expect, test, vi } from 'vitest';
import { OUTCOMES } from '../../protocol/outcome.ts';
import type { HostFault, Mischief } from '../virtual-modem/modem/hostFaults.ts';
import type { LineConditions } from '../virtual-modem/line/phoneLine.ts';
import { expectDelivered, virtualCall } from './virtualClass1.ts';
import type { VirtualCall } from './virtualClass1.ts';

vi.mock('node:timers/promises', async () => await import('./fakedTimers.ts'));

/** Tones and carriers of a call of two pages. */
const CARRIERS = 16;
/** T1 and all that can come before it: no call gets longer by a single fault. */
const LONGER_AT_MOST_MS = 60_000;

const MISCHIEFS: Readonly<Record<string, Mischief>> = {
  dropped: { type: 'drop' },
  'a little late': { type: 'delay', ms: 300 },
  // Later than T4 allows, pages without error correction may arrive twice: their commands carry no number (docs/t30.md).
  'late by more than a second': { type: 'delay', ms: 1200 },
  doubled: { type: 'double' },
  'replaced by OK': { type: 'replace', by: 'OK' },
  'replaced by CONNECT': { type: 'replace', by: 'CONNECT' },
  'replaced by NO CARRIER': { type: 'replace', by: 'NO CARRIER' },
  'replaced by ERROR': { type: 'replace', by: 'ERROR' },
  'replaced by +FCERROR': { type: 'replace', by: '+FCERROR' },
  'replaced by nonsense': { type: 'replace', by: 'MODEM NONSENSE 17' },
  'behind garbage': { type: 'garbage' },
  'in small pieces': { type: 'split', octets: 1, everyMs: 30 },
  'together with the next': { type: 'merge', ms: 60 },
};

const CALLS = [
  { name: 'we send under error correction', way: 'send', ecm: true },
  { name: 'we send without error correction', way: 'send', ecm: false },
  { name: 'we receive under error correction', way: 'receive', ecm: true },
  { name: 'we receive without error correction', way: 'receive', ecm: false },
] as const;

function expectAGoodEnd(call: VirtualCall): void {
  expect(Object.keys(OUTCOMES), call.story).toContain(call.report.outcome.code);
  expect(call.report.outcome.code, call.story).not.toBe('INTERNAL_ERROR');
  expect(call.idle, call.story).toBe(true);
  expectDelivered(call);
}

describe.each(CALLS)('$name', ({ way, ecm }) => {
  const twoPages = { way, ecm, pages: 2 } as const;

  test.each(Object.keys(MISCHIEFS))('each result of a call once %s', { timeout: 300_000 }, async (name) => {
    const mischief = MISCHIEFS[name] ?? { type: 'drop' };
    const undisturbed = await virtualCall(twoPages);
    expect(undisturbed.report.outcome.code, undisturbed.story).toBe('CONFIRMED');
    let complete = 0;
    for (let nth = 1; nth <= undisturbed.results.length; nth++) {
      const faults: HostFault[] = [{ what: 'result', nth, do: mischief }];
      const call = await virtualCall({ ...twoPages, faults });
      expectAGoodEnd(call);
      expect(call.durationMs - undisturbed.durationMs, call.story).toBeLessThan(LONGER_AT_MOST_MS);
      if (call.report.outcome.code === 'CONFIRMED') complete++;
    }
    // A wrong answer to ATD or ATA ends the call, and a page that was cut without error correction does.
    expect(complete).toBeGreaterThanOrEqual(undisturbed.results.length - 4);
  });

  test('the modem falls silent for ever, anywhere', { timeout: 300_000 }, async () => {
    const undisturbed = await virtualCall(twoPages);
    for (let nth = 1; nth < undisturbed.results.length; nth += 3) {
      const call = await virtualCall({
        ...twoPages,
        faults: [{ what: 'result', nth, do: { type: 'hang' } }],
      });
      expect(call.report.outcome.code, call.story).toMatch(
        /^(LINE_BROKEN|TEL_NO_FAX|FAX_BROKEN_OFF|FAX_NO_RESPONSE|CONFIRMED)$/u,
      );
      expect(call.durationMs - undisturbed.durationMs, call.story).toBeLessThan(LONGER_AT_MOST_MS);
      expectDelivered(call);
    }
  });

  test('the cable is pulled at any moment', { timeout: 300_000 }, async () => {
    for (let unplugAtMs = 500; unplugAtMs < 18_000; unplugAtMs += 1500) {
      const call = await virtualCall({ ...twoPages, unplugAtMs });
      expect(call.report.outcome.code, call.story).toMatch(/^(LINE_BROKEN|CONFIRMED)$/u);
      expect(call.durationMs, call.story).toBeLessThan(unplugAtMs + 3000);
      expectDelivered(call);
    }
  });

  test('a person hangs up at any moment', { timeout: 300_000 }, async () => {
    for (let hangUpAtMs = 250; hangUpAtMs < 18_000; hangUpAtMs += 750) {
      const call = await virtualCall({ ...twoPages, hangUpAtMs });
      expect(call.report.outcome.code, call.story).toMatch(/^(CANCELLED|CONFIRMED)$/u);
      expect(call.durationMs, call.story).toBeLessThan(Math.max(hangUpAtMs, 18_000) + 8000);
      expect(call.idle, call.story).toBe(true);
      expectDelivered(call);
    }
  });

  test.each([1e-6, 1e-5, 1e-4])('noise: a bit in %f is wrong', { timeout: 300_000 }, async (bitErrorRate) => {
    for (let seed = 1; seed <= 4; seed++) {
      const call = await virtualCall({ ...twoPages, rows: 200, conditions: { bitErrorRate, seed } });
      expectAGoodEndInNoise(call, ecm);
    }
  });

  test.each(['lose', 'damage', 'cut'] as const)(
    'the line: %s each carrier once',
    { timeout: 300_000 },
    async (how) => {
      for (let nth = 0; nth < CARRIERS; nth++) {
        const conditions: LineConditions = { disturb: (_event, { index }) => (index === nth ? how : 'pass') };
        const call = await virtualCall({ ...twoPages, conditions });
        if (how === 'damage') expectAGoodEndInNoise(call, ecm);
        else expectAGoodEnd(call);
        expect(call.durationMs, call.story).toBeLessThan(150_000);
      }
    },
  );

  test('the line goes dead at any carrier, and nobody hangs up', { timeout: 300_000 }, async () => {
    for (let from = 0; from < CARRIERS; from++) {
      const conditions: LineConditions = {
        disturb: (_event, { index }) => (index >= from ? 'lose' : 'pass'),
      };
      const call = await virtualCall({ ...twoPages, conditions });
      expectAGoodEnd(call);
      expect(call.durationMs, call.story).toBeLessThan(150_000);
    }
  });

  test('the host is slow with its pages', async () => {
    const call = await virtualCall({ ...twoPages, prepareMs: 2000, storeMs: 2000 });
    expect(call.report.outcome.code, call.story).toBe('CONFIRMED');
    expectDelivered(call);
  });
});

/** What is lost on the line is not known to be so: without error correction a page may be damaged within the limits. */
function expectAGoodEndInNoise(call: VirtualCall, ecm: boolean): void {
  expect(Object.keys(OUTCOMES), call.story).toContain(call.report.outcome.code);
  expect(call.idle, call.story).toBe(true);
  if (ecm) expectDelivered(call);
}

// Without error correction a page can come twice then: an answer carries no number (docs/t30.md).
test.each(CALLS.filter(({ ecm }) => ecm))(
  '$name, and each result of it comes late by seconds',
  { timeout: 300_000 },
  async ({ way, ecm }) => {
    const twoPages = { way, ecm, pages: 2 } as const;
    const undisturbed = await virtualCall(twoPages);
    for (let nth = 1; nth <= undisturbed.results.length; nth++) {
      const faults: HostFault[] = [{ what: 'result', nth, do: { type: 'delay', ms: 4500 } }];
      expectAGoodEnd(await virtualCall({ ...twoPages, faults }));
    }
  },
);
