// Modems that fall silent, say too little or too much, and people who hang up: the call ends in a named outcome, the
// line is released, and nothing counts as confirmed that was not.

import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CallReport } from '../../../protocol/modem.ts';
import type { FakeModemOptions } from './fakeModem.testSupport.ts';
import { pageMs, silenceMs } from './limits.ts';
import { ANSWER, CLASSES, DIAL, farPage, fine, pageHost, play } from './playCall.testSupport.ts';
import type { Played } from './playCall.testSupport.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets virtual time pass until the call is over; a call that never ends fails. */
async function overInTime(playing: Promise<Played>, limitMs = 600_000): Promise<Played & { tookMs: number }> {
  const beganMs = performance.now();
  const state: { played: Played | null } = { played: null };
  void playing.then((played) => {
    state.played = played;
  });
  while (performance.now() - beganMs <= limitMs) {
    for (let turn = 0; turn < 40; turn++) {
      await new Promise((go) => setImmediate(go));
      if (state.played !== null) return { ...state.played, tookMs: performance.now() - beganMs };
    }
    await vi.advanceTimersByTimeAsync(500);
  }
  throw new Error('the call never ended');
}

const SENDING = { ...DIAL, documents: [fine(2)] };

test('a modem that falls silent at any moment ends in LINE_BROKEN or an outcome of the line', async () => {
  for (const faxClass of CLASSES) {
    for (let lines = 0; lines < 30; lines += 1) {
      const { report } = await overInTime(play({ faxClass, far: {}, silentAfter: lines }, SENDING));
      if (report.outcome.code === 'CONFIRMED') continue;
      expect(['LINE_BROKEN', 'TEL_NO_ANSWER']).toContain(report.outcome.code);
    }
  }
}, 60_000);

test('a modem that falls silent while it receives', async () => {
  const far = { pages: [farPage(0, 0), farPage(1, 2)] };
  for (let lines = 0; lines < 36; lines += 1) {
    const { report } = await overInTime(play({ faxClass: '2', far, silentAfter: lines }, ANSWER));
    if (report.complete) continue;
    expect(['LINE_BROKEN', 'TEL_NO_ANSWER']).toContain(report.outcome.code);
  }
}, 60_000);

test('a port that vanishes at any moment', async () => {
  for (const command of ['+FCLASS=2', 'DT0312345678', '+FDT', '+FET=0', 'H']) {
    const { report } = await overInTime(
      play(
        { faxClass: '2', far: {} },
        { ...DIAL, documents: [fine(3)] },
        {
          during: (modem) => {
            modem.onCommand = (said) => {
              if (said === command) modem.unplug();
            };
          },
        },
      ),
    );
    if (command === 'H') expect(report.pagesSent).toBe(3);
    else expect(report.outcome.code).toBe('LINE_BROKEN');
  }
});

test('a person who hangs up at any moment: the modem says goodbye, and is on hook within seconds', async () => {
  for (const faxClass of CLASSES) {
    for (const command of ['+FCLASS', 'DT', '+FDT', '+FET=0']) {
      const { report, modem, tookMs } = await overInTime(
        play({ faxClass, far: {} }, SENDING, {
          during: (fake, abort) => {
            fake.onCommand = (said) => {
              if (said.startsWith(command)) abort();
            };
          },
        }),
      );
      if (faxClass !== '2' && command === '+FET=0') continue;
      expect(report.outcome.code).toBe('CANCELLED');
      expect(report.pagesSent).toBeLessThanOrEqual(1);
      expect(modem.onHook).toBe(true);
      expect(tookMs).toBeLessThan(20_000);
    }
  }
});

test('a person who hangs up while a page arrives', async () => {
  const { report, modem } = await overInTime(
    play({ faxClass: '2', far: { pages: [farPage(0, 2)] }, startOctet: 0x7f }, ANSWER, {
      during: (fake, abort) => {
        fake.onCommand = (said) => {
          if (said === '+FDR') setTimeout(abort, 1000);
        };
      },
    }),
  );
  expect(report).toMatchObject({ outcome: { code: 'CANCELLED' }, pagesReceived: 0 });
  expect(modem.onHook).toBe(true);
});

test('a page that takes too long to be stored is not confirmed', async () => {
  const host = pageHost({ store: () => new Promise((resolve) => setTimeout(resolve, 30_000)) });
  const { report, modem } = await overInTime(
    play({ faxClass: '2.0', far: { pages: [farPage(0, 2)] } }, ANSWER, { host }),
  );
  expect(report).toMatchObject({ pagesReceived: 0, complete: false });
  expect(modem.commands).toContain('+FPS=2');
  expect(modem.aborted).toBe(true);
});

test('nobody answers: the patience of the request counts', async () => {
  const { report, tookMs } = await overInTime(
    play({ faxClass: '2', far: {}, dialResult: '' }, { ...SENDING, answerWithinMs: 30_000 }),
  );
  expect(report.outcome.code).toBe('TEL_NO_ANSWER');
  expect(tookMs).toBeLessThan(50_000);
});

test('OK in place of CONNECT: +FDT is given again', async () => {
  let first = true;
  const { report, modem } = await overInTime(
    play({ faxClass: '2', far: {}, okForConnect: () => first && !(first = false) }, SENDING),
  );
  expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesSent: 2 });
  expect(modem.commands.filter((command) => command === '+FDT')).toHaveLength(3);
});

test('a modem that says no XON is sent the page after a while, and the next one at once', async () => {
  const { report, tookMs } = await overInTime(play({ faxClass: '2', far: {}, saysXon: false }, SENDING));
  expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesSent: 2 });
  expect(tookMs).toBeLessThan(30_000);
});

test('a page status that is not told is asked for; +FHNG:0 confirms the last page', async () => {
  const { report } = await overInTime(
    play({ faxClass: '2', far: {}, mangle: (line) => (line.startsWith('+FPTS') ? [] : [line]) }, SENDING),
  );
  expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesSent: 2 });
});

test('a page without any word about it is not confirmed, whatever OK says', async () => {
  const silent = { unknown: ['+FPTS?'], mangle: (line: string) => (line.startsWith('+FPTS') ? [] : [line]) };
  const two = await overInTime(play({ faxClass: '2', far: {}, ...silent }, SENDING));
  expect(two.report).toMatchObject({ outcome: { code: 'FAX_PROTOCOL' }, pagesSent: 0, complete: false });
  const one = await overInTime(
    play({ faxClass: '2', far: {}, ...silent }, { ...DIAL, documents: [fine(1)] }),
  );
  expect(one.report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesSent: 1 });
});

/** What holds of every call, whatever was done to the modem's words. */
function expectHonest({ report, modem }: Played, statuses: readonly number[]): void {
  const good = modem.sent.filter((_, index) => (statuses[index] ?? 1) % 2 === 1).length;
  expect(report.pagesSent).toBeLessThanOrEqual(good);
  if (report.outcome.code === 'CONFIRMED') expect(report.pagesSent).toBe(2);
  expect(modem.onHook).toBe(true);
}

const mangling = fc.record({
  at: fc.integer({ min: 0, max: 45 }),
  how: fc.oneof(
    fc.constant('drop' as const),
    fc.constant('double' as const),
    fc.constant('error' as const),
    fc.constant('noCarrier' as const),
    fc.string({ maxLength: 30, unit: 'binary' }).map((text) => ({ garbage: text })),
  ),
});

function mangler(
  faults: readonly { at: number; how: 'drop' | 'double' | 'error' | 'noCarrier' | { garbage: string } }[],
) {
  return (line: string, index: number): readonly string[] => {
    const how = faults.find(({ at }) => at === index)?.how;
    switch (how) {
      case undefined:
        return [line];
      case 'drop':
        return [];
      case 'double':
        return [line, line];
      case 'error':
        return ['ERROR'];
      case 'noCarrier':
        return ['NO CARRIER'];
      default:
        return [how.garbage, line];
    }
  };
}

test('whatever becomes of a modem’s words, the call ends, the line is released, and no page is confirmed that was not', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...CLASSES),
      fc.array(mangling, { minLength: 1, maxLength: 3 }),
      fc.constantFrom([1, 1], [2, 1, 1], [1, 2, 1], [1, 4], [3, 1]),
      async (faxClass, faults, statuses) => {
        const options: FakeModemOptions = { faxClass, far: { statuses }, mangle: mangler(faults) };
        const played = await overInTime(play(options, SENDING));
        expectHonest(played, statuses);
      },
    ),
    { numRuns: 120 },
  );
}, 120_000);

test('the same while pages arrive: nothing is confirmed that was not stored', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...CLASSES),
      fc.array(mangling, { minLength: 1, maxLength: 3 }),
      async (faxClass, faults) => {
        const far = { pages: [farPage(0, 0), farPage(1, 2)] };
        const { report, modem, host } = await overInTime(
          play({ faxClass, far, mangle: mangler(faults) }, ANSWER),
        );
        expect(report.pagesReceived).toBeLessThanOrEqual(host.stored.length);
        expect(modem.onHook).toBe(true);
        expectNamed(report);
      },
    ),
    { numRuns: 120 },
  );
}, 120_000);

function expectNamed({ outcome, complete }: CallReport): void {
  expect(outcome.code).not.toBe('INTERNAL_ERROR');
  if (outcome.code === 'CONFIRMED') expect(complete).toBe(true);
}

test('a lost CONNECT is waited for as long as T.30 takes to train, not for minutes', async () => {
  const withoutConnect = (line: string): readonly string[] => (line === 'CONNECT' ? [] : [line]);
  for (const [request, far] of [
    [SENDING, {}],
    [ANSWER, { pages: [farPage(0, 2)] }],
  ] as const) {
    const { report, tookMs } = await overInTime(
      play({ faxClass: '2.0', far, mangle: withoutConnect }, request),
    );
    expect(report.outcome.code).toBe('LINE_BROKEN');
    expect(tookMs).toBeLessThan(130_000);
  }
});

test('a slow page under error correction is waited for while it is corrected again and again', () => {
  const blockMs = (65_536 * 8_000) / 2400;
  expect(silenceMs(2400, true)).toBeGreaterThan(2 * blockMs);
  // T.30 Annex A: PPS and PPR take 3.05 s, four of them at each rate; of what is sent again half arrives each time.
  const slowMs = (octets: number, rateBps: number): number => ((octets * 8_000) / rateBps) * 2 + 4 * 3050;
  for (const octets of [5_000, 30_000, 65_536]) {
    for (const rateBps of [2400, 9600, 14_400]) {
      expect(pageMs(octets, rateBps, true)).toBeGreaterThan(slowMs(octets, rateBps) + 60_000);
    }
  }
  expect(pageMs(5_000, 14_400, true)).toBeLessThan(180_000);
  expect(pageMs(5_000, 14_400, false)).toBeLessThan(40_000);
});

test('a modem that waits for the other start octet is known by the second page', async () => {
  const far = { pages: [farPage(0, 0), farPage(1, 2)] };
  const { report, tookMs } = await overInTime(play({ faxClass: '2', far, startOctet: 0x11 }, ANSWER));
  expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesReceived: 2 });
  expect(tookMs).toBeLessThan(12_000);
});

test('what was learned of a modem in one call serves in the next', async () => {
  const silent = { faxClass: '2', far: {}, saysXon: false } as const;
  const sent = await overInTime(play(silent, SENDING));
  const again = await overInTime(play(silent, SENDING, { knownModem: sent.facts }));
  expect(again.report.outcome.code).toBe('CONFIRMED');
  expect(again.tookMs).toBeLessThan(sent.tookMs - 8000);
  const other = { faxClass: '2', far: { pages: [farPage(0, 2)] }, startOctet: 0x11 } as const;
  const received = await overInTime(play(other, ANSWER));
  const next = await overInTime(play(other, ANSWER, { knownModem: received.facts }));
  expect(next.report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesReceived: 1 });
  expect(next.tookMs).toBeLessThan(received.tookMs - 6000);
});
