// One fault at every place of several calls: delivered exactly once, or both sides know that it was not.

import { describe, expect, test } from 'vitest';
import { joinCall } from './joinedCall.ts';
import type { CallOptions } from './joinedCall.ts';
import { judgeCall } from './judgement.ts';
import type { Knowledge } from './judgement.ts';
import type { FastPurpose } from '../machine.ts';
import { undisturbed } from './telephoneLine.ts';
import type { Disturbance } from './telephoneLine.ts';
import { faultsAt } from './lineFaults.ts';
import { testPage, testPages } from './testPages.ts';
import { testPlan } from './testPlans.ts';

/** About ten seconds of page each: a carrier lost in the middle is not taken for one at the end. */
const twoPages = testPages(2, 50, 'dense');
const blockAndPage = [testPage(0, 42, 'dense'), testPage(1, 16)];
const threePages = testPages(3, 50, 'dense');
const shortPages = testPages(3, 16);
const withoutEcm = { avoidEcm: true };

/** Over a satellite every way takes 270 ms, and the host is slow: nearly all of T4 is used up without any fault. */
const slowly = { prepareMs: 800, storeMs: 1400 };

const calls: Record<string, CallOptions> = {
  'two pages without error correction': {
    caller: { plan: testPlan({ documents: [twoPages], profile: withoutEcm }) },
    answerer: { plan: testPlan() },
    sent: twoPages,
    polled: [],
  },
  'two pages with error correction, the first in two blocks': {
    caller: { plan: testPlan({ documents: [blockAndPage], profile: { ecmFrameOctets: 64 } }) },
    answerer: { plan: testPlan() },
    sent: blockAndPage,
    polled: [],
  },
  'a document that is polled': {
    caller: { plan: testPlan({ poll: { address: null, password: null } }) },
    answerer: { plan: testPlan({ documents: [shortPages], answer: { receives: false } }) },
    sent: [],
    polled: shortPages,
  },
  'two documents with EOM between them': {
    caller: { plan: testPlan({ documents: [shortPages.slice(0, 2), shortPages.slice(2)] }) },
    answerer: { plan: testPlan() },
    sent: shortPages,
    polled: [],
  },
  'two documents with EOM between them, without error correction': {
    caller: {
      plan: testPlan({ documents: [threePages.slice(0, 1), threePages.slice(1)], profile: withoutEcm }),
    },
    answerer: { plan: testPlan() },
    sent: threePages,
    polled: [],
  },
  'two pages over a satellite with slow hosts, without error correction': {
    caller: { plan: testPlan({ documents: [shortPages.slice(0, 2)], profile: withoutEcm }), host: slowly },
    answerer: { plan: testPlan(), host: slowly },
    sent: shortPages.slice(0, 2),
    polled: [],
    propagationMs: 270,
  },
  'two pages over a satellite with slow hosts': {
    caller: { plan: testPlan({ documents: [shortPages.slice(0, 2)] }), host: slowly },
    answerer: { plan: testPlan(), host: slowly },
    sent: shortPages.slice(0, 2),
    polled: [],
    propagationMs: 270,
  },
  'a page whose first burst is damaged': {
    caller: { plan: testPlan({ documents: [shortPages.slice(0, 1)] }) },
    answerer: { plan: testPlan() },
    sent: shortPages.slice(0, 1),
    polled: [],
    disturbance: troubleWith('ECM', 1),
  },
  'a page whose first four bursts are damaged, up to CTC': {
    caller: { plan: testPlan({ documents: [shortPages.slice(0, 1)] }) },
    answerer: { plan: testPlan() },
    sent: shortPages.slice(0, 1),
    polled: [],
    disturbance: troubleWith('ECM', 4),
  },
  'a page after two bad trainings': {
    caller: { plan: testPlan({ documents: [shortPages.slice(0, 1)] }) },
    answerer: { plan: testPlan() },
    sent: shortPages.slice(0, 1),
    polled: [],
    disturbance: troubleWith('TCF', 2),
  },
  'a page that is refused at first, without error correction': {
    caller: { plan: testPlan({ documents: [shortPages.slice(0, 1)], profile: withoutEcm }) },
    answerer: { plan: testPlan() },
    sent: shortPages.slice(0, 1),
    polled: [],
    disturbance: troubleWith('page', 1),
  },
  'two pages whose receiver is busy for seconds': {
    caller: { plan: testPlan({ documents: [shortPages.slice(0, 2)] }) },
    answerer: { plan: testPlan(), host: { storeMs: 6000 } },
    sent: shortPages.slice(0, 2),
    polled: [],
  },
  'a document sent and another one fetched': {
    caller: {
      plan: testPlan({ documents: [shortPages.slice(0, 1)], poll: { address: null, password: null } }),
    },
    answerer: { plan: testPlan({ documents: [shortPages.slice(1, 2)] }) },
    sent: shortPages.slice(0, 1),
    polled: shortPages.slice(1, 2),
  },
};

/** One row in twenty may be bad; in MR those up to the next one-dimensional one go with it. */
const READABLE_SHARE = 0.8;

/** Damages the first `count` fast signals of this purpose, so that the call takes its longer ways. */
function troubleWith(purpose: FastPurpose, count: number): Disturbance {
  return (sent, line) => {
    const { signal } = sent;
    const before = line.sent.filter((one) => one.signal.type === 'fast' && one.signal.purpose === purpose);
    if (signal.type !== 'fast' || signal.purpose !== purpose || before.length > count) {
      return undisturbed(sent, line);
    }
    // The first frame of a burst, or all of it where nothing is repaired.
    const from = purpose === 'ECM' ? Math.min(400, signal.data.length / 2) : 0;
    const data = signal.data.map((octet, at) =>
      at >= from && (purpose !== 'ECM' || at < from + 600) ? 0x5a : octet,
    );
    return [{ signal: { ...signal, data }, delayMs: 0, cutMs: null, echo: false }];
  };
}

type Row = Record<Knowledge, number>;

describe.each(Object.entries(calls))('%s', (name, options) => {
  test('are delivered once, or known by both not to be, whatever single thing the line does', () => {
    const good = joinCall(options);
    expect(judgeCall(good, options)).toEqual({ knowledge: 'delivered', violations: [] });
    expect(good.collisions).toEqual([]);
    const table = new Map<string, Row>();
    const wrong: string[] = [];
    for (const fault of good.signals.flatMap(faultsAt)) {
      // On top of the trouble that the call has by itself.
      const disturbance: Disturbance = (sent, line) =>
        (sent.index === fault.index ? fault.disturbance : (options.disturbance ?? undisturbed))(sent, line);
      const faulty = { ...options, disturbance, watchStates: false };
      const result = joinCall(faulty);
      const { knowledge, violations } = judgeCall(result, faulty, {
        leastRows: fault.damagesPage ? READABLE_SHARE : 1,
      });
      const row = table.get(fault.kind) ?? { delivered: 0, knownFailure: 0, unheard: 0 };
      row[knowledge]++;
      table.set(fault.kind, row);
      const where = `${fault.kind}, ${fault.place}`;
      wrong.push(...violations.map((violation) => `${where}: ${violation}`));
      // A single loss must not cost the knowledge: only a way that stays dead may keep an MCF from ever arriving.
      if (knowledge === 'unheard' && !fault.fatal)
        wrong.push(`${where}: the sender never heard of a confirmed page`);
      if (result.durationMs > good.durationMs + LONGEST_DELAY_MS) {
        wrong.push(`${where}: took ${Math.round(result.durationMs / 1000)} s`);
      }
    }
    console.info(tableText(name, good.signals.length, table));
    expect(wrong).toEqual([]);
    const tried = [...table.values()].reduce(
      (sum, row) => sum + row.delivered + row.knownFailure + row.unheard,
      0,
    );
    expect(tried).toBeGreaterThan(200);
    // Every loss of a single frame is made good.
    for (const kind of ['frame lost', 'frame corrupted', 'frame doubled', 'own frames heard back']) {
      expect({ kind, ...table.get(kind) }).toMatchObject({ knownFailure: 0, unheard: 0 });
    }
  });
});

/** The worst that one fault may cost: T1 once more, and all tries of a command on either side. */
const LONGEST_DELAY_MS = 150_000;

function tableText(name: string, signals: number, table: ReadonlyMap<string, Row>): string {
  const all: Row = { delivered: 0, knownFailure: 0, unheard: 0 };
  for (const row of table.values()) {
    for (const knowledge of ['delivered', 'knownFailure', 'unheard'] as const)
      all[knowledge] += row[knowledge];
  }
  const lines = [...table, ['all', all] as const].map(
    ([kind, { delivered, knownFailure, unheard }]) =>
      `${kind.padEnd(24)}${String(delivered + knownFailure + unheard).padStart(7)}` +
      `${String(delivered).padStart(11)}${String(knownFailure).padStart(20)}${String(unheard).padStart(32)}`,
  );
  const head = `${'fault'.padEnd(24)}  tried  delivered  both know of failure  confirmed, MCF never arrived`;
  return [`${name}: ${signals} signals`, head, ...lines].join('\n');
}
