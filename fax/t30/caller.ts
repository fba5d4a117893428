// The calling station: waits for the far end's DIS, sends its documents, then polls if that is planned; each with a
// new phase B (T.30 §5.1, §5.2).

import { parseCapabilities } from './frames/capabilities.ts';
import type { Frame } from './frames/frame.ts';
import type { FrameName } from './frames/frameNames.ts';
import { eventsOf, pollIdentification } from './identification.ts';
import type { CallPlan, Effect, Input, Step } from './machine.ts';
import type { Outcome, OutcomeCode } from './outcome.ts';
import type { Capabilities } from './parameters.ts';
import { QUIET, ignoredFrame, stepEar } from './receiver/commandEar.ts';
import type { CommandEar } from './receiver/commandEar.ts';
import { beginReceiving, stepReceiver } from './receiver/receiver.ts';
import { START_OF_RECEIVING } from './receiver/receiverState.ts';
import type { ReceiverState, ReceiverStep, ReceivingProgress } from './receiver/receiverState.ts';
import { releaseInSilence, releaseWithDcn, stepRelease } from './release.ts';
import type { Occupation, Release, ReleaseStep } from './release.ts';
import { REPEATED_RESPONSE_LIMIT, TIMERS, TURNAROUND_MS } from './timers.ts';
import { beginCommand, occupationOf, stepCommand, stopCommand } from './transmitter/command.ts';
import type { Command, CommandStep } from './transmitter/command.ts';
import { takePage } from './transmitter/pageStore.ts';
import { START_OF_SENDING, pageCount } from './transmitter/task.ts';
import type { SendingProgress, TransmitterState } from './transmitter/task.ts';
import { beginTransmitting, stepTransmitter } from './transmitter/transmitter.ts';
import type { TransmitterStep } from './transmitter/transmitter.ts';

export interface CallerState {
  plan: CallPlan;
  sending: SendingProgress;
  receiving: ReceivingProgress;
  /** Documents fetched in a row of which no page could be confirmed. */
  fruitless: number;
  doing: Doing;
}

type Doing =
  | { at: 'idle' }
  /** T1 runs, or has run out (`late`) while something was being heard. */
  | { at: 'identifying'; ear: CommandEar; late: boolean }
  | { at: 'transmitting'; transmitter: TransmitterState }
  | { at: 'polling'; command: Command; identification: readonly Uint8Array[] }
  | { at: 'receiving'; receiver: ReceiverState }
  | { at: 'releasing'; release: Release }
  | { at: 'over' };

type CallerStep = Step<CallerState>;

/** A caller before its call: `start` begins it. The documents of the plan are sent in order, then its poll is done. */
export function beginCalling(plan: CallPlan): CallerState {
  return {
    plan,
    sending: START_OF_SENDING,
    receiving: START_OF_RECEIVING,
    fruitless: 0,
    doing: { at: 'idle' },
  };
}

export function stepCaller(state: CallerState, input: Input): CallerStep {
  if (state.doing.at === 'transmitting') return stepPart(state, input);
  // An answer of the host may come between two transmissions too.
  const { pages, effects } = takePage(state.sending.pages, input);
  return effects.length === 0 && pages === state.sending.pages
    ? stepPart(state, input)
    : prepend(effects, stepPart({ ...state, sending: { ...state.sending, pages } }, input));
}

function stepPart(state: CallerState, input: Input): CallerStep {
  const { doing } = state;
  switch (doing.at) {
    case 'idle':
      return whileIdle(state, input);
    case 'identifying':
      return whileIdentifying(state, doing, input);
    case 'transmitting':
      return transmitted(state, stepTransmitter(doing.transmitter, input));
    case 'polling':
      return whilePolling(state, doing, input);
    case 'receiving':
      return received(state, stepReceiver(doing.receiver, input));
    case 'releasing':
      return released(state, stepRelease(doing.release, input), []);
    case 'over':
      return { state, effects: [] };
  }
}

function whileIdle(state: CallerState, input: Input): CallerStep {
  if (input.type === 'start') return identify(state, []);
  if (input.type === 'abort') return endInSilence(state, outcome(state, 'ABORTED', input.detail, 'A'), []);
  if (input.type === 'lineLost')
    return endInSilence(state, outcome(state, 'LINE_LOST', input.detail, 'A'), []);
  return { state, effects: [] };
}

/** What only a caller says: heard back, it is an echo. */
const CALLER_ECHOES = [
  'DTC',
  'CIG',
  'NSC',
  'PWD',
  'SEP',
  'PSA',
  'DCS',
  'TSI',
  'SUB',
  'SID',
  'EOM',
  'PPS',
] as const satisfies readonly FrameName[];

/** Phase B begins: the called machine speaks first. */
function identify(state: CallerState, before: readonly Effect[]): CallerStep {
  return {
    state: { ...state, doing: { at: 'identifying', ear: QUIET, late: false } },
    effects: [
      ...before,
      { type: 'report', event: { type: 'phase', phase: 'B' } },
      { type: 'receiveFrames' },
      { type: 'startTimer', timer: 'T1', ms: TIMERS.T1.ms },
    ],
  };
}

function whileIdentifying(
  state: CallerState,
  doing: Extract<Doing, { at: 'identifying' }>,
  input: Input,
): CallerStep {
  const stopT1: readonly Effect[] = doing.late ? [] : [{ type: 'stopTimer', timer: 'T1' }];
  const stopAll: readonly Effect[] = doing.ear.busy
    ? [...stopT1, { type: 'stopTimer', timer: 'frame' }]
    : stopT1;
  if (input.type === 'lineLost') {
    return endInSilence(state, outcome(state, 'LINE_LOST', input.detail), stopAll);
  }
  if (input.type === 'abort') {
    const occupation = doing.ear.carrier ? 'hearing' : 'idle';
    return endWithDcn(state, outcome(state, 'ABORTED', input.detail), { occupation, before: stopAll });
  }
  if (input.type === 'frame' && input.carrier === 'fast') {
    return { state, effects: [ignoredFrame(input, 'unexpected')] };
  }
  const { ear, effects, command } = stepEar(doing.ear, input, CALLER_ECHOES);
  const dis = command.findLast(({ name }) => name === 'DIS');
  if (dis !== undefined) return disHeard(state, command, dis, [...effects, ...stopT1]);
  if (command.some(({ name }) => name === 'DCN')) {
    const detail = 'DCN instead of DIS';
    return endInSilence(state, outcome(state, 'DCN_IN_IDENTIFICATION', detail), [...effects, ...stopT1]);
  }
  const unexpected = command.slice(-1).map(({ name }): Effect => ({
    type: 'report',
    event: { type: 'frameIgnored', name, reason: 'unexpected' },
  }));
  const late = doing.late || (input.type === 'timer' && input.timer === 'T1');
  const all = [...effects, ...unexpected];
  if (!late || ear.busy)
    return { state: { ...state, doing: { at: 'identifying', ear, late } }, effects: all };
  const silent = silence(state);
  return endWithDcn(state, outcome(state, silent.code, silent.detail), {
    occupation: ear.carrier ? 'hearing' : 'idle',
    before: [...all, { type: 'report', event: { type: 'timeout', timer: 'T1', waitingFor: 'DIS' } }],
  });
}

/** No DIS within T1, in words of what was before. */
function silence({ sending, receiving }: CallerState): { code: OutcomeCode; detail: string } {
  if (receiving.page > 0) return { code: 'T1_AFTER_EOM', detail: 'no DIS within T1 after their EOM' };
  return sending.page > 0
    ? { code: 'T1_AFTER_EOM', detail: 'no DIS within T1 after our EOM' }
    : { code: 'T1_TIMEOUT_CALLING', detail: 'no DIS within T1' };
}

/** The line is quiet and it is our turn: documents first, then the poll. */
function disHeard(
  state: CallerState,
  frames: readonly Frame[],
  dis: Frame,
  before: readonly Effect[],
): CallerStep {
  const { plan, sending, receiving, fruitless } = state;
  const remote = parseCapabilities(dis.fif);
  const effects: readonly Effect[] = [
    ...before,
    ...eventsOf(frames).map((event): Effect => ({ type: 'report', event })),
  ];
  const end = (code: OutcomeCode, detail: string): CallerStep =>
    endWithDcn(state, outcome(state, code, detail), { occupation: 'idle', before: effects });
  if (fruitless > REPEATED_RESPONSE_LIMIT) {
    return end('TOO_MANY_REPEATS', 'document after document without a page that could be confirmed');
  }
  if (sending.page < pageCount(plan)) {
    if (!remote.canReceive) return end('CANNOT_RECEIVE', 'the DIS says that it cannot receive');
    const lastCommand = plan.poll !== null && remote.hasDocumentToPoll ? 'EOM' : 'EOP';
    const step = beginTransmitting({ plan, remote, x: true, progress: sending, lastCommand });
    return prepend(effects, transmitted(state, step));
  }
  if (plan.poll === null) return end('OK', 'nothing is left to be done');
  if (remote.hasDocumentToPoll) return poll(state, remote, effects);
  return receiving.pagesReceived > 0
    ? end('OK', 'the far machine has no further document')
    : end('CANNOT_BE_POLLED', NOTHING_KEPT);
}

const NOTHING_KEPT = 'the DIS says that there is no document to be polled';

function transmitted(state: CallerState, step: TransmitterStep): CallerStep {
  const { done, effects } = step;
  switch (done?.kind) {
    case undefined:
      return {
        state: { ...state, doing: { at: 'transmitting', transmitter: step.state } },
        effects,
      };
    case 'newPhaseB':
      return identify({ ...state, sending: done.progress }, effects);
    case 'ended': {
      const { pagesReceived } = state.receiving;
      const result: Outcome = { ...done.outcome, pagesReceived };
      // EOP is said before a poll only when there is nothing to be polled.
      const missed = result.code === 'OK' && state.plan.poll !== null;
      return over(
        state,
        missed ? { ...result, code: 'CANNOT_BE_POLLED', phase: 'B', detail: NOTHING_KEPT } : result,
        effects,
      );
    }
  }
}

/** DTC asks the far end to send; its answer is DCS, after which this station receives. */
function poll(state: CallerState, remote: Capabilities, before: readonly Effect[]): CallerStep {
  const { names, frames } = pollIdentification(state.plan, remote);
  const { command, effects } = beginCommand({
    sends: [{ type: 'sendFrames', gapMs: TURNAROUND_MS, frames }],
    names,
    accepts: ['DCS'],
    echoes: ['DTC', 'CIG', 'NSC', 'PWD', 'SEP', 'PSA'],
  });
  return {
    state: { ...state, doing: { at: 'polling', command, identification: frames } },
    effects: [...before, ...effects],
  };
}

function whilePolling(
  state: CallerState,
  doing: Extract<Doing, { at: 'polling' }>,
  input: Input,
): CallerStep {
  if (input.type === 'lineLost') {
    return endInSilence(state, outcome(state, 'LINE_LOST', input.detail), stopCommand(doing.command));
  }
  if (input.type === 'abort') {
    return endWithDcn(state, outcome(state, 'ABORTED', input.detail), {
      occupation: occupationOf(doing.command),
      before: stopCommand(doing.command),
    });
  }
  const { command, effects, result } = stepCommand(doing.command, input);
  if (result === undefined) return { state: { ...state, doing: { ...doing, command } }, effects };
  if (result.kind === 'failed') {
    const { code, detail } = pollFailure(result);
    return endWithDcn(state, outcome(state, code, detail), { occupation: 'idle', before: effects });
  }
  if (result.frame.name === 'DCN') {
    const detail = 'DCN in answer to DTC: it has no document for us, or not for this password';
    return endInSilence(state, outcome(state, 'DCN_IN_IDENTIFICATION', detail), effects);
  }
  const task = {
    plan: state.plan,
    x: true,
    identification: doing.identification,
    pagesSent: state.sending.page,
    progress: state.receiving,
  };
  return prepend(effects, received(state, beginReceiving(task, result.all)));
}

function pollFailure({ why, last }: Extract<CommandStep['result'], { kind: 'failed' }>): {
  code: OutcomeCode;
  detail: string;
} {
  switch (why) {
    case 'noResponse':
      return { code: 'DTC_NO_RESPONSE', detail: 'three times no answer to DTC' };
    case 'badResponse':
      return { code: 'DTC_NO_RESPONSE', detail: `${last ?? 'nothing usable'} in answer to DTC, three times` };
    case 'tooManyRepeats':
      return { code: 'TOO_MANY_REPEATS', detail: 'CRP again and again in answer to DTC' };
    case 'sendFailed':
      return { code: 'SEND_FAILED', detail: 'the modem could not send DTC' };
  }
}

function received(state: CallerState, step: ReceiverStep): CallerStep {
  const { done, effects } = step;
  switch (done?.kind) {
    case undefined:
      return { state: { ...state, doing: { at: 'receiving', receiver: step.state } }, effects };
    case 'newPhaseB': {
      const { progress, frames } = done;
      const fruitless = progress.pagesReceived > state.receiving.pagesReceived ? 0 : state.fruitless + 1;
      const next: CallerState = { ...state, receiving: progress, fruitless };
      const dis = frames.findLast(({ name }) => name === 'DIS');
      return dis === undefined ? identify(next, effects) : disHeard(next, frames, dis, effects);
    }
    case 'ended':
      return over(state, done.outcome, effects);
  }
}

function outcome(
  state: CallerState,
  code: OutcomeCode,
  detail: string,
  phase: Outcome['phase'] = code === 'OK' ? 'E' : 'B',
): Outcome {
  const { sending, receiving } = state;
  return { code, phase, detail, pagesSent: sending.page, pagesReceived: receiving.pagesReceived };
}

function endWithDcn(
  state: CallerState,
  result: Outcome,
  { occupation, before }: { occupation: Occupation; before: readonly Effect[] },
): CallerStep {
  return released(state, releaseWithDcn(result, { x: true, occupation }), before);
}

function endInSilence(state: CallerState, result: Outcome, before: readonly Effect[]): CallerStep {
  return released(state, releaseInSilence(result), before);
}

function released(state: CallerState, step: ReleaseStep, before: readonly Effect[]): CallerStep {
  const effects = [...before, ...step.effects];
  return step.release.at === 'over'
    ? over(state, step.release.outcome, effects)
    : { state: { ...state, doing: { at: 'releasing', release: step.release } }, effects };
}

function over(state: CallerState, result: Outcome, before: readonly Effect[]): CallerStep {
  return {
    state: { ...state, doing: { at: 'over' } },
    effects: [
      ...before,
      { type: 'report', event: { type: 'ended', outcome: result } },
      { type: 'end', outcome: result },
    ],
  };
}

function prepend(before: readonly Effect[], step: CallerStep): CallerStep {
  return { ...step, effects: [...before, ...step.effects] };
}
