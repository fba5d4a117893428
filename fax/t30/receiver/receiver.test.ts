// The receiving station as a caller uses it that polls: what differs from the answerer's, and what it hands back.

import { describe, expect, test } from 'vitest';
import { parseFrame } from '../frames/frame.ts';
import type { Frame } from '../frames/frame.ts';
import type { Effect, Input } from '../machine.ts';
import { testPlan } from '../testing/testPlans.ts';
import {
  FAST_ON,
  SENT,
  V21_ON,
  dcs,
  frame,
  hear,
  identity,
  page,
  tcf,
  timer,
  v21Frame,
} from '../testing/handDriver.ts';
import { beginReceiving, stepReceiver } from './receiver.ts';
import type { ReceiveTask, ReceiverDone, ReceiverState } from './receiverState.ts';

const TASK: ReceiveTask = {
  plan: testPlan({ answer: { receives: false, receivePassword: '1' } }),
  x: true,
  identification: [identity('CIG', '1'), frame('DTC')],
  pagesSent: 2,
  progress: { page: 5, pagesReceived: 4, pagesLost: 0 },
};

function framesOf(...octets: readonly Uint8Array[]): Frame[] {
  return octets.flatMap((one) => parseFrame(one) ?? []);
}

function receive(
  task: ReceiveTask,
  ...inputs: readonly Input[]
): { state: ReceiverState; effects: Effect[]; done: ReceiverDone | undefined } {
  let step = beginReceiving(task, framesOf(dcs()));
  const effects = [...step.effects];
  let done = step.done;
  for (const input of inputs) {
    step = stepReceiver(step.state, input);
    effects.push(...step.effects);
    done = step.done ?? done;
  }
  return { state: step.state, effects, done };
}

function said(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) =>
    effect.type === 'sendFrames'
      ? effect.frames.map((octets) => {
          const one = parseFrame(octets);
          return `${one?.name ?? 'nonsense'}${one?.x === true ? ' x' : ''}`;
        })
      : [],
  );
}

const STORED_FIFTH: Input = { type: 'pageStored', page: 5 };
const WHOLE_PAGE: readonly Input[] = [...tcf(), SENT, ...page(100)];

describe('a receiver after a poll', () => {
  test('has the X bit, goes on counting, and needs no password', () => {
    const { effects, done } = receive(
      TASK,
      ...WHOLE_PAGE,
      ...hear(frame('EOP')),
      STORED_FIFTH,
      SENT,
      ...hear(frame('DCN')),
    );
    expect(said(effects)).toEqual(['CFR x', 'MCF x']);
    expect(effects).toContainEqual({ type: 'storePage', page: 5 });
    expect(effects.some(({ type }) => type === 'end')).toBe(false);
    expect(done).toEqual({
      kind: 'ended',
      outcome: { code: 'OK', phase: 'E', detail: 'all pages confirmed', pagesSent: 2, pagesReceived: 5 },
      progress: { page: 6, pagesReceived: 5, pagesLost: 0 },
    });
  });

  test('says its DTC again to a DCS that it cannot take', () => {
    const { effects } = receive({ ...TASK, plan: testPlan({ limits: { receiveRates: [] } }) }, ...tcf());
    expect(said(effects)).toEqual(['CIG x', 'DTC x']);
  });

  test('passes over the echo of its DTC, and over a DIS that does not belong here', () => {
    const { effects, state } = receive(TASK, ...hear(frame('DTC')), ...hear(frame('DIS')));
    expect(said(effects)).toEqual([]);
    expect(state.mode.at).toBe('training');
    expect(effects).toContainEqual({
      type: 'report',
      event: { type: 'frameIgnored', name: 'DTC', reason: 'echo' },
    });
  });

  test('hands back what it hears after EOM, or nothing after T2', () => {
    const eom: readonly Input[] = [...WHOLE_PAGE, ...hear(frame('EOM')), STORED_FIFTH, SENT];
    const heard = receive(TASK, ...eom, ...hear(identity('CSI', '9'), frame('DIS')));
    expect(heard.done).toMatchObject({ kind: 'newPhaseB', progress: { page: 6, pagesReceived: 5 } });
    expect(heard.done?.kind === 'newPhaseB' ? heard.done.frames.map(({ name }) => name) : []).toEqual([
      'CSI',
      'DIS',
    ]);
    const silent = receive(TASK, ...eom, timer('T2'));
    expect(silent.done).toMatchObject({ kind: 'newPhaseB', frames: [] });
    expect(stepReceiver(silent.state, SENT)).toEqual({ state: silent.state, effects: [], done: silent.done });
  });

  test('does not forget the pages that were given up before', () => {
    const task = { ...TASK, progress: { page: 5, pagesReceived: 4, pagesLost: 1 } };
    const { done } = receive(task, ...WHOLE_PAGE, ...hear(frame('EOP')), STORED_FIFTH, SENT, timer('T2'));
    expect(done).toMatchObject({ kind: 'ended', outcome: { code: 'PAGE_QUALITY', pagesReceived: 5 } });
  });

  test('never answers while V.21 is heard', () => {
    for (const input of [timer('carrier'), timer('T2'), FAST_ON, STORED_FIFTH, timer('T4')]) {
      expect(said(receive(TASK, V21_ON, v21Frame(frame('MPS'), false), input).effects)).toEqual([]);
    }
  });
});
