import { describe, expect, test } from 'vitest';
import { parseFrame } from '../frames/frame.ts';
import type { Step } from '../machine.ts';
import { RATES } from '../parameters.ts';
import type { Capabilities } from '../parameters.ts';
import { Conversation } from '../testing/conversation.ts';
import type { Row } from '../testing/conversation.ts';
import { testPages } from '../testing/testPages.ts';
import { CAPABILITIES, testPlan } from '../testing/testPlans.ts';
import { START_OF_SENDING } from './task.ts';
import type { TransmitTask, TransmitterState } from './task.ts';
import { beginTransmitting, stepTransmitter } from './transmitter.ts';
import type { TransmitterDone, TransmitterStep } from './transmitter.ts';

const REMOTE: Capabilities = {
  ...CAPABILITIES,
  canReceive: true,
  hasDocumentToPoll: false,
  rates: RATES,
  ecm: false,
};

/** A station that was polled by DTC: X is 0 in what it says. */
function polled(task: Partial<TransmitTask> = {}) {
  const done: TransmitterDone[] = [];
  const noting = (step: TransmitterStep): Step<TransmitterState> => {
    if (step.done === undefined) return step;
    done.push(step.done);
    return { state: step.state, effects: [...step.effects, { type: 'startTimer', timer: 'T0', ms: 0 }] };
  };
  const begun = beginTransmitting({
    plan: testPlan({ localId: '', documents: [testPages(2)] }),
    remote: REMOTE,
    x: false,
    progress: START_OF_SENDING,
    lastCommand: 'EOP',
    ...task,
  });
  const conversation = new Conversation(
    begun.state,
    (state: TransmitterState, input) => noting(stepTransmitter(state, input)),
    { pages: [600, 600], farX: true },
  );
  return { conversation, done, said: conversation.take(noting(begun)) };
}

const SHORT = 'page V.17 14400 short';

describe('a station that is polled', () => {
  test('sends its pages and says DCN itself, all without X', () => {
    const { conversation, done, said } = polled();
    expect(said).toEqual(['DCS', 'TCF V.17 14400 long']);
    const rows: Row[] = [
      ['CFR', SHORT, 'MPS'],
      ['MCF', SHORT, 'EOP'],
      ['MCF', 'DCN'],
    ];
    expect(rows.map(([what]) => [what, ...conversation.hear(what)])).toEqual(rows);
    expect(done).toEqual([
      {
        kind: 'ended',
        outcome: {
          code: 'OK',
          phase: 'E',
          detail: 'every page was confirmed',
          pagesSent: 2,
          pagesReceived: 0,
        },
      },
    ]);
    const frames = conversation.effects.flatMap((effect) =>
      effect.type === 'sendFrames' ? effect.frames.map((octets) => parseFrame(octets)) : [],
    );
    expect(frames.map((frame) => frame?.x)).toEqual([false, false, false, false]);
  });

  test('repeats DCS when DTC comes again, and passes over its own DIS', () => {
    const { conversation } = polled();
    const rows: Row[] = [
      ['DIS'],
      ['DTC', 'DCS', 'TCF V.17 14400 long'],
      ['DTC', 'DCS', 'TCF V.17 14400 long'],
      ['DTC', 'DCN'],
    ];
    expect(rows.map(([what]) => [what, ...conversation.hear(what)])).toEqual(rows);
  });

  test('holds DCS back for eight seconds only, since DTC is repeated three times', () => {
    const { conversation } = polled({
      plan: testPlan({ documents: [testPages(3)] }),
      progress: { ...START_OF_SENDING, page: 2 },
    });
    expect(conversation.timers.get('T1')).toBe(8000);
  });
});

describe('after EOM', () => {
  test('tells how far it is, so that the next phase B goes on from there', () => {
    const { conversation, done } = polled({ lastCommand: 'EOM' });
    const rows: Row[] = [
      ['FTT', 'DCS', 'TCF V.17 12000 long'],
      ['CFR', 'page V.17 12000 short', 'MPS'],
      ['MCF', 'page V.17 12000 short', 'EOM'],
      ['MCF'],
    ];
    expect(rows.map(([what]) => [what, ...conversation.hear(what)])).toEqual(rows);
    expect(done).toEqual([
      {
        kind: 'newPhaseB',
        progress: {
          page: 2,
          ecmPage: 2,
          rate: { modulation: 'V.17', rateBps: 12_000 },
          pages: { held: [], asked: [] },
        },
      },
    ]);
    expect(conversation.hear('MCF')).toEqual([]);
  });

  test('a rate that the far machine no longer offers is not kept', () => {
    const progress = { ...START_OF_SENDING, rate: { modulation: 'V.17', rateBps: 12_000 } } as const;
    expect(polled({ progress }).said).toEqual(['DCS', 'TCF V.17 12000 long']);
    const remote = { ...REMOTE, rates: RATES.slice(3, 4) };
    expect(polled({ progress, remote }).said).toEqual(['DCS', 'TCF V.29 9600 long']);
  });

  test('a plan without a page left has nothing to agree on', () => {
    expect(polled({ progress: { ...START_OF_SENDING, page: 2 } }).done).toMatchObject([
      { kind: 'ended', outcome: { code: 'INCOMPATIBLE', pagesSent: 2 } },
    ]);
  });
});
