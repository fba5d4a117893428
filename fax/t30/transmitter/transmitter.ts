// The sending station of a call from DCS on: training, pages with and without error correction, post-message commands
// (T.30 phases B to D). The caller uses it after a DIS, the answerer when it is polled.

import type { Effect, Input } from '../machine.ts';
import { commonRates, isSameRate } from '../negotiation/rates.ts';
import type { Outcome } from '../outcome.ts';
import { releaseInSilence, releaseWithDcn, stepRelease } from '../release.ts';
import type { Occupation, ReleaseStep } from '../release.ts';
import { occupationOf, stopCommand } from './command.ts';
import { beginBurst, beginPps, stepBurst, stepPps } from './ecm.ts';
import {
  beginAsking,
  beginContinuing,
  beginEndingCorrection,
  stepAsking,
  stepContinuing,
  stepEndingCorrection,
} from './ecmCorrection.ts';
import {
  closePage,
  holdUntilReady,
  stepAwaitingNext,
  stepHolding,
  stopWait,
  UNDISTURBED,
} from './hostWait.ts';
import { beginPage, beginPostMessage, stepPageCarrier, stepPostMessage } from './page.ts';
import { takePage } from './pageStore.ts';
import { sessionFor } from './task.ts';
import type {
  Doing,
  Ending,
  Move,
  Next,
  Sending,
  SendingProgress,
  TransmitTask,
  TransmitterState,
} from './task.ts';
import { beginTraining, stepTraining } from './training.ts';

export interface TransmitterStep {
  state: TransmitterState;
  effects: readonly Effect[];
  /** Set once, with the last effects. */
  done?: TransmitterDone;
}

export type TransmitterDone =
  /** EOM was confirmed: whoever began this goes back to phase B, and goes on from `progress` if pages are left. */
  | { kind: 'newPhaseB'; progress: SendingProgress }
  /** DCN was said, if it could be: only `end` is missing. `pagesReceived` is 0, whoever began this knows better. */
  | { kind: 'ended'; outcome: Outcome };

/**
 * Begins to send what is left of the plan's documents; `task.progress` must leave a page to be sent. Give it the inputs
 * of the call from now on until `done`; the host's answers after that belong to `takePage` with `progress.pages`.
 */
export function beginTransmitting(task: TransmitTask): TransmitterStep {
  const { page, ecmPage, pages, rate: lastRate } = task.progress;
  const rates = commonRates(task.plan.limits, task.remote, task.plan.profile);
  const rate = rates.find((one) => lastRate !== null && isSameRate(one, lastRate)) ?? null;
  const session = sessionFor(task, page, rate);
  if (typeof session === 'string') {
    const outcome: Outcome = {
      code: 'INCOMPATIBLE',
      phase: 'B',
      detail: session,
      pagesSent: page,
      pagesReceived: 0,
    };
    return releasing(releaseWithDcn(outcome, { x: task.x, occupation: 'idle' }), []);
  }
  return follow(holdUntilReady({ task, page, ecmPage, pages, session, repeats: 0, doing: NOT_BEGUN }));
}

export function stepTransmitter(state: TransmitterState, input: Input): TransmitterStep {
  switch (state.at) {
    case 'sending':
      return stepSending(state.sending, input);
    case 'releasing':
      return releasing(stepRelease(state.release, input), []);
    case 'done':
      return { state, effects: [] };
  }
}

function stepSending(state: Sending, input: Input): TransmitterStep {
  const outcome = (code: 'LINE_LOST' | 'ABORTED', detail: string): Outcome => ({
    code,
    phase: PHASES[state.doing.at],
    detail,
    pagesSent: state.page,
    pagesReceived: 0,
  });
  if (input.type === 'lineLost') {
    return releasing(releaseInSilence(outcome('LINE_LOST', input.detail)), leave(state));
  }
  if (input.type === 'abort') {
    const release = releaseWithDcn(outcome('ABORTED', input.detail), {
      x: state.task.x,
      occupation: occupation(state),
    });
    return releasing(release, leave(state));
  }
  const { pages, effects } = takePage(state.pages, input);
  const move = stepPart({ ...state, pages }, input);
  return follow({ ...move, effects: [...effects, ...move.effects] });
}

function stepPart(state: Sending, input: Input): Move {
  switch (state.doing.at) {
    case 'holding':
      return stepHolding(state, input);
    case 'training':
      return stepTraining(state, input);
    case 'sendingPage':
      return stepPageCarrier(state, input);
    case 'sendingBlock':
      return stepBurst(state, input);
    case 'awaitingNext':
      return stepAwaitingNext(state, input);
    case 'postMessage':
      return stepPostMessage(state, input);
    case 'partialPage':
      return stepPps(state, input);
    case 'notReady':
      return stepAsking(state, input);
    case 'continuing':
      return stepContinuing(state, input);
    case 'endingCorrection':
      return stepEndingCorrection(state, input);
  }
}

/** Goes on until something has to be waited for: each way leads to one that sends or listens. */
function follow(move: Move): TransmitterStep {
  let { state, effects, next } = move;
  while (next !== undefined) {
    if (next.go === 'release') return end(state, effects, next);
    if (next.go === 'newPhaseB') {
      const { page, ecmPage, pages, session } = state;
      return {
        state: { at: 'done' },
        effects,
        done: { kind: 'newPhaseB', progress: { page, ecmPage, pages, rate: session.rate } },
      };
    }
    const begun = begin(state, next);
    effects = [...effects, ...begun.effects];
    ({ state, next } = begun);
  }
  return { state: { at: 'sending', sending: state }, effects };
}

function begin(state: Sending, next: Exclude<Next, { go: 'release' } | { go: 'newPhaseB' }>): Move {
  switch (next.go) {
    case 'train':
      return beginTraining(state);
    case 'page':
      return beginPage(state, next.training);
    case 'burst':
      return beginBurst(state, next.block);
    case 'close':
      return closePage(state, next.block);
    case 'say':
      if (next.block !== null) return beginPps(state, next.closing, next.block);
      return next.closing === 'NULL' ? { state, effects: [] } : beginPostMessage(state, next.closing);
    case 'askIfReady':
      return beginAsking(state, next);
    case 'continueToCorrect':
      return beginContinuing(state, next.block);
    case 'endCorrection':
      return beginEndingCorrection(state, next.closing, next.block);
  }
}

/** The part that wanted to end has stopped its timers and sends nothing any more. */
function end(
  state: Sending,
  effects: readonly Effect[],
  { code, phase, detail, dcn }: Ending,
): TransmitterStep {
  const outcome: Outcome = { code, phase, detail, pagesSent: state.page, pagesReceived: 0 };
  return releasing(
    dcn === false
      ? releaseInSilence(outcome)
      : releaseWithDcn(outcome, { x: state.task.x, occupation: 'idle' }),
    effects,
  );
}

function releasing({ release, effects }: ReleaseStep, before: readonly Effect[]): TransmitterStep {
  return release.at === 'over'
    ? {
        state: { at: 'done' },
        effects: [...before, ...effects],
        done: { kind: 'ended', outcome: release.outcome },
      }
    : { state: { at: 'releasing', release }, effects: [...before, ...effects] };
}

/** What holdUntilReady replaces. */
const NOT_BEGUN: Doing = { at: 'holding', wait: UNDISTURBED };

const PHASES = {
  holding: 'B',
  training: 'B',
  sendingPage: 'C',
  sendingBlock: 'C',
  awaitingNext: 'C',
  postMessage: 'D',
  partialPage: 'D',
  notReady: 'D',
  continuing: 'D',
  endingCorrection: 'D',
} as const;

/** Stops the timers of the place that is left in the middle. */
function leave({ doing }: Sending): readonly Effect[] {
  switch (doing.at) {
    case 'holding':
      return stopWait(doing.wait, 'T1');
    case 'awaitingNext':
      return stopWait(doing.wait, 'T2');
    case 'sendingPage':
    case 'sendingBlock':
      return [{ type: 'stopTimer', timer: 'carrier' }];
    case 'notReady':
      return [...stopCommand(doing.command), { type: 'stopTimer', timer: 'T5' }];
    case 'training':
    case 'postMessage':
    case 'partialPage':
    case 'continuing':
    case 'endingCorrection':
      return stopCommand(doing.command);
  }
}

/** A page or a burst can last for minutes: DCN takes its place at once. Frames and TCF are let to their end. */
function occupation({ doing }: Sending): Occupation {
  switch (doing.at) {
    case 'holding':
    case 'awaitingNext':
      return doing.wait.ear.carrier ? 'hearing' : 'idle';
    case 'sendingPage':
    case 'sendingBlock':
      return 'idle';
    case 'training':
    case 'postMessage':
    case 'partialPage':
    case 'notReady':
    case 'continuing':
    case 'endingCorrection':
      return occupationOf(doing.command);
  }
}
