// Two of our machines with unusual things to do: very many pages, pages of several kinds, hosts that fail, nothing to do.

import { describe, expect, test } from 'vitest';
import type { CallPlan } from '../machine.ts';
import type { OutcomeCode } from '../outcome.ts';
import type { Resolution } from '../parameters.ts';
import { joinCall } from './joinedCall.ts';
import type { CallOptions, CallResult } from './joinedCall.ts';
import { judgeCall } from './judgement.ts';
import type { Knowledge } from './judgement.ts';
import { testPage, testPages } from './testPages.ts';
import type { TestPage } from './testPages.ts';
import { testPlan } from './testPlans.ts';
import { coded } from './testerWords.ts';

function play(
  options: Partial<CallOptions> & { callerPlan?: CallPlan; answererPlan?: CallPlan },
): CallResult & {
  knowledge: Knowledge;
  codes: (OutcomeCode | undefined)[];
} {
  const { sent = [], polled = [], callerPlan, answererPlan } = options;
  const call: CallOptions = {
    ...options,
    caller: { ...options.caller, plan: callerPlan ?? testPlan({ documents: [sent] }) },
    answerer: { ...options.answerer, plan: answererPlan ?? testPlan() },
    sent,
    polled,
  };
  const result = joinCall(call);
  const { knowledge, violations } = judgeCall(result, call);
  expect(violations).toEqual([]);
  return { ...result, knowledge, codes: [result.caller.outcome?.code, result.answerer.outcome?.code] };
}

function framesOf(result: CallResult, side: 'caller' | 'answerer'): string[] {
  return result[side].journal.flatMap(({ event }) => (event.type === 'frameSent' ? [event.name] : []));
}

function withResolution(page: TestPage, resolution: Resolution): TestPage {
  return { ...page, geometry: { ...page.geometry, resolution } };
}

const good = { knowledge: 'delivered', codes: ['OK', 'OK'] };

describe('two machines', () => {
  test('deliver 260 pages, whose numbers begin again after 255', () => {
    expect(play({ sent: testPages(260, 3), watchStates: false })).toMatchObject(good);
  });

  test('deliver a page of more than 64 KiB in blocks of 256 octets', () => {
    const result = play({ sent: [testPage(0, 160, 'dense')], watchStates: false });
    expect(result).toMatchObject(good);
    expect(framesOf(result, 'caller').filter((name) => name === 'PPS-NULL').length).toBeGreaterThan(0);
  });

  test('deliver a page whose coded data fill their last frame to the last octet', () => {
    const filling = Array.from({ length: 400 }, (_, index) => testPage(index, 8)).filter(
      (page) => coded(page, 'MMR').length % 64 === 0,
    );
    expect(filling.length).toBeGreaterThan(0);
    const callerPlan = testPlan({ documents: [filling], profile: { ecmFrameOctets: 64 } });
    expect(play({ sent: filling, callerPlan })).toMatchObject(good);
  });

  test('agree anew between pages of different resolution, and only there', () => {
    const resolutions = ['R8x3.85', 'R8x3.85', 'R8x7.7', 'R8x7.7', 'R8x15.4'] as const;
    const sent = resolutions.map((resolution, index) => withResolution(testPage(index), resolution));
    const result = play({ sent });
    expect(result).toMatchObject(good);
    expect(framesOf(result, 'caller').filter((name) => name.startsWith('PPS'))).toEqual([
      'PPS-MPS',
      'PPS-EOM',
      'PPS-MPS',
      'PPS-EOM',
      'PPS-EOP',
    ]);
  });

  test('deliver ten documents of one page', () => {
    const sent = testPages(10, 4);
    const callerPlan = testPlan({ documents: sent.map((page) => [page]) });
    expect(play({ sent, callerPlan })).toMatchObject(good);
  });

  test('both know how far they came when a page cannot be made ready', () => {
    const sent = testPages(3);
    const callerPlan = testPlan({ documents: [sent] });
    const result = play({ sent, callerPlan, caller: { plan: callerPlan, host: { unavailable: [2] } } });
    expect(result).toMatchObject({ knowledge: 'knownFailure', caller: { outcome: { pagesSent: 2 } } });
    expect(result.codes[0]).toBe('PAGE_UNAVAILABLE');
  });

  test('both know how far they came when a page cannot be stored, with and without error correction', () => {
    for (const avoidEcm of [false, true]) {
      const sent = testPages(3);
      const callerPlan = testPlan({ documents: [sent], profile: { avoidEcm } });
      const result = play({ sent, callerPlan, answerer: { plan: testPlan(), host: { unstorable: [1] } } });
      expect(result).toMatchObject({ knowledge: 'knownFailure', caller: { outcome: { pagesSent: 1 } } });
      expect(result.codes[1]).toBe('PAGE_NOT_STORED');
    }
  });

  test('part when nothing is to be done', () => {
    const result = play({ callerPlan: testPlan() });
    expect(result.caller.outcome).not.toBeNull();
    expect(result.answerer.outcome).not.toBeNull();
  });

  test('part when a document has no pages', () => {
    const result = play({ callerPlan: testPlan({ documents: [[]] }) });
    expect(result.caller.outcome).not.toBeNull();
    expect(result.answerer.outcome).not.toBeNull();
  });

  test('part when the called one takes no documents', () => {
    const result = play({ sent: testPages(1), answererPlan: testPlan({ answer: { receives: false } }) });
    expect(result).toMatchObject({ knowledge: 'knownFailure' });
    expect(result.codes[0]).toBe('CANNOT_RECEIVE');
  });

  test('part when they have no carrier in common', () => {
    const callerPlan = testPlan({
      documents: [testPages(1)],
      limits: { sendRates: [{ modulation: 'V.17', rateBps: 14_400 }] },
      profile: { avoidModulations: ['V.17'] },
    });
    expect(play({ sent: testPages(1), callerPlan }).codes[0]).toBe('INCOMPATIBLE');
  });

  test('pass a document over for the right password and address only', () => {
    const polled = testPages(1);
    for (const [password, address, knowledge] of [
      ['1234', '77', 'delivered'],
      ['1235', '77', 'knownFailure'],
      ['1234', '78', 'knownFailure'],
      [null, '77', 'knownFailure'],
    ] as const) {
      const result = play({
        polled,
        callerPlan: testPlan({ poll: { address, password } }),
        answererPlan: testPlan({
          documents: [polled],
          answer: { receives: false, pollPassword: '1234', pollAddress: '77' },
        }),
      });
      expect(result.knowledge).toBe(knowledge);
    }
  });

  test('take a document for the right receive password only', () => {
    const sent = testPages(1);
    for (const [password, knowledge] of [
      ['55', 'delivered'],
      ['56', 'knownFailure'],
    ] as const) {
      const callerPlan = testPlan({ documents: [sent], document: { password } });
      const answererPlan = testPlan({ answer: { receivePassword: '55' } });
      expect(play({ sent, callerPlan, answererPlan }).knowledge).toBe(knowledge);
    }
  });
});
