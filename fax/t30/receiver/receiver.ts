// The receiving station from the first DCS on: used by the answerer, and by a caller that polls. Gives DCN by itself,
// but leaves `end` to whoever started it.

import type { Frame } from '../frames/frame.ts';
import { RECEIVER_RESPONSES } from '../frames/frameNames.ts';
import type { FrameName } from '../frames/frameNames.ts';
import type { Effect, Input } from '../machine.ts';
import { stepRelease } from '../release.ts';
import { ignoredFrame, QUIET, stepEar } from './commandEar.ts';
import { stepBurst, takeContinue, takeEor, takePps } from './ecm.ts';
import {
  allReceived,
  done,
  end,
  enter,
  finish,
  isWaiting,
  NO_BLOCKS,
  putOff,
  releasing,
  report,
  sayAgain,
  SEND_GUARD_MS,
  startTimer,
  stopWaiting,
  waitOn,
} from './moves.ts';
import { HEARD } from './goneSender.ts';
import { stepPage, takePostMessage } from './page.ts';
import type {
  CommandMode,
  Effects,
  Ending,
  Mode,
  PageClosing,
  ReceiverState,
  ReceiverStep,
  ReceiveTask,
} from './receiverState.ts';
import { answerIfKnown, closingOf, holdOver, hostAnswered, pageConfirmed, stepStoring } from './storing.ts';
import { stepTraining, takeDcs, trainingFailed } from './training.ts';

/** `command`: the DCS that was received, last, with the optional frames before it. */
export function beginReceiving(task: ReceiveTask, command: readonly Frame[]): ReceiverStep {
  const out: Effects = [];
  const state: ReceiverState = {
    task,
    progress: task.progress,
    phase: 'B',
    mode: { at: 'command', after: 'identification' },
    ear: QUIET,
    running: [],
    closing: null,
    parameters: null,
    rate: null,
    trainingHeard: false,
    pageOpen: false,
    pageTouched: false,
    attempt: 0,
    last: null,
    answered: null,
    silence: HEARD,
    store: null,
    ecm: { ...NO_BLOCKS, last: null },
    counters: { fruitless: 0, same: 0, ftt: 0, refusals: 0, rtn: 0, missingEnds: 0, noise: 0 },
  };
  return stepOf(takeDcs(state, command, out), out);
}

/** Takes any input at any time. After `done` nothing has an effect. */
export function stepReceiver(state: ReceiverState, input: Input): ReceiverStep {
  const out: Effects = [];
  return stepOf(next(state, input, out), out);
}

function stepOf(state: ReceiverState, effects: readonly Effect[]): ReceiverStep {
  return state.mode.at === 'done' ? { state, effects, done: state.mode.done } : { state, effects };
}

function next(state: ReceiverState, input: Input, out: Effects): ReceiverState {
  const { mode } = state;
  if (mode.at === 'done') return state;
  if (mode.at === 'releasing') return releasing(state, out, stepRelease(mode.release, input));
  if (input.type === 'lineLost') {
    return isFarewell(mode)
      ? allReceived(state, out, 'confirmed; the sender hung up')
      : end(state, out, { code: 'LINE_LOST', phase: state.phase, detail: input.detail, silently: true });
  }
  if (input.type === 'abort') return abort(state, input.detail, out);
  if (input.type === 'pageStored' || input.type === 'pageNotStored') return hostAnswered(state, input, out);
  if (input.type === 'timer') return timerFired(state, input, out);
  return mode.at === 'sending' ? whileSending(state, mode, input, out) : whileWaiting(state, input, out);
}

function timerFired(
  state: ReceiverState,
  input: Extract<Input, { type: 'timer' }>,
  out: Effects,
): ReceiverState {
  const { mode } = state;
  if (input.timer === 'frame') return whileWaiting(state, input, out);
  // One that was stopped while it fired.
  if (!state.running.includes(input.timer)) return state;
  const fired: ReceiverState = { ...state, running: state.running.filter((timer) => timer !== input.timer) };
  if (input.timer === 'T5') return holdOver(fired, out);
  if (mode.at !== 'sending') return stepMode(fired, input, out);
  // The modem never said that it has sent: nothing can be said any more.
  return end(fired, out, {
    code: 'SEND_FAILED',
    phase: state.phase,
    detail: `the modem did not finish sending ${mode.answer.name}`,
    silently: true,
  });
}

function whileSending(
  state: ReceiverState,
  mode: Extract<Mode, { at: 'sending' }>,
  input: Input,
  out: Effects,
): ReceiverState {
  if (input.type === 'sent') {
    const said = stopWaiting(state, out);
    const confirmed = mode.confirms ? pageConfirmed(said, out) : said;
    const quiet: ReceiverState = { ...confirmed, mode: mode.answer.wait };
    return state.closing === null ? enter(quiet, mode.answer.wait, out) : close(quiet, state.closing, out);
  }
  if (input.type === 'sendFailed') {
    const failures = mode.failures + 1;
    if (failures >= SEND_TRIES) {
      const quiet: ReceiverState = { ...state, mode: mode.answer.wait };
      return finish(quiet, out, 'SEND_FAILED', input.detail);
    }
    out.push({ type: 'sendFrames', gapMs: SEND_AGAIN_GAP_MS, frames: mode.answer.frames });
    return startTimer({ ...state, mode: { ...mode, failures } }, out, 'carrier', SEND_GUARD_MS);
  }
  if (input.type === 'frame') out.push(ignoredFrame(input, 'unexpected'));
  return state;
}

function whileWaiting(state: ReceiverState, input: Input, out: Effects): ReceiverState {
  if (!isWaiting(state.mode)) return state;
  if (state.ear.busy && input.type === 'carrier' && input.carrier === 'fast' && input.present) {
    return fastInstead(state, input, out);
  }
  const { ear, effects, result, command } = stepEar(state.ear, input, echoesOf(state));
  out.push(...effects);
  const heard: ReceiverState = { ...state, ear };
  switch (result) {
    case 'nothing':
      return stepMode(heard, input, out);
    case 'begins':
      return putOff(heard, out);
    case 'lost':
      return state.closing === null ? heardNothing(heard, out) : close(heard, state.closing, out);
    case 'command':
      return takeCommand(heard, command, out);
  }
}

/** The line is quiet again: the host may have answered meanwhile, and the sender still waits for our word. */
function heardNothing(state: ReceiverState, out: Effects): ReceiverState {
  const { mode, store } = state;
  return mode.at === 'storing' && mode.open && store?.status !== 'waiting'
    ? answerIfKnown(state, mode, out)
    : waitOn(state, out);
}

/** What was taken for V.21 is over: the fast carrier that is awaited has come, and must not be lost for it. */
function fastInstead(state: ReceiverState, input: Input, out: Effects): ReceiverState {
  const { mode } = state;
  const isAwaited =
    mode.at === 'training' ||
    (mode.at === 'page' && mode.stage === 'waiting') ||
    (mode.at === 'burst' && mode.stage !== 'arriving');
  if (!isAwaited) return state;
  out.push({ type: 'stopTimer', timer: 'frame' });
  const quiet: ReceiverState = { ...state, ear: QUIET };
  return state.closing === null ? stepMode(quiet, input, out) : close(quiet, state.closing, out);
}

/** What is not V.21, and the timers: each wait knows its own. */
function stepMode(state: ReceiverState, input: Input, out: Effects): ReceiverState {
  const { mode } = state;
  switch (mode.at) {
    case 'training':
      return stepTraining(state, mode, input, out);
    case 'page':
      return stepPage(state, mode, input, out);
    case 'burst':
      return stepBurst(state, mode, input, out);
    case 'storing':
      return stepStoring(state, mode, input, out);
    case 'command':
      return input.type === 'timer' ? noCommand(state, mode, out) : state;
    case 'sending':
    case 'releasing':
    case 'done':
      return state;
  }
}

function takeCommand(state: ReceiverState, command: readonly Frame[], out: Effects): ReceiverState {
  const frame = command.at(-1);
  if (frame === undefined) return waitOn(state, out);
  if (frame.name === 'DCN') return takeDcn(state, out);
  if (state.closing !== null) return close(state, state.closing, out);
  const { mode } = state;
  if (mode.at === 'command' && mode.after === 'EOM' && BEGINS_PHASE_B.has(frame.name)) {
    return done(stopWaiting(state, out), { kind: 'newPhaseB', frames: command, progress: state.progress });
  }
  const next = dispatch(state, command, frame, out);
  const ledNowhere = next.counters.noise > state.counters.noise;
  return ledNowhere ? next : { ...next, counters: { ...next.counters, noise: 0 } };
}

function dispatch(
  state: ReceiverState,
  command: readonly Frame[],
  frame: Frame,
  out: Effects,
): ReceiverState {
  const { mode, parameters } = state;
  const handler = COMMANDS[frame.name];
  const isEcm = parameters !== null && parameters.ecmFrameOctets !== null;
  if (handler === undefined || (handler.for !== 'both' && (handler.for === 'ecm') !== isEcm)) {
    return unexpected(state, frame, out);
  }
  if (frame.name === 'DCS' && (mode.at === 'storing' || isFarewell(mode)))
    return unexpected(state, frame, out);
  return handler.take(state, out, frame, command);
}

interface Handler {
  for: 'ecm' | 'page' | 'both';
  take: (state: ReceiverState, out: Effects, frame: Frame, command: readonly Frame[]) => ReceiverState;
}

const postMessage = (closing: PageClosing): Handler => ({
  for: 'page',
  take: (state, out) => takePostMessage(state, closing, out),
});

const COMMANDS: Partial<Record<FrameName, Handler>> = {
  DCS: { for: 'both', take: (state, out, _, command) => takeDcs(state, command, out) },
  CTC: { for: 'ecm', take: (state, out, frame) => takeContinue(state, frame, out) },
  EOM: postMessage(closingOf('EOM')),
  MPS: postMessage(closingOf('MPS')),
  EOR: { for: 'ecm', take: (state, out, frame) => takeEor(state, frame, out) },
  EOP: postMessage(closingOf('EOP')),
  RR: { for: 'ecm', take: (state, out) => takeQuestion(state, out) },
  EOS: postMessage(closingOf('EOS')),
  'PRI-EOM': postMessage(closingOf('PRI-EOM')),
  'PRI-MPS': postMessage(closingOf('PRI-MPS')),
  'PRI-EOP': postMessage(closingOf('PRI-EOP')),
  PPS: { for: 'ecm', take: (state, out, frame) => takePps(state, frame, out) },
  CRP: { for: 'both', take: (state, out) => takeQuestion(state, out) },
};

/**
 * RR and CRP: the sender waits for an answer, or has not understood it. What was said last is said again only while
 * nothing came after it: an MCF would be taken for that of a page or block whose command we missed.
 */
function takeQuestion(state: ReceiverState, out: Effects): ReceiverState {
  const { mode, last } = state;
  switch (mode.at) {
    case 'storing':
      return answerIfKnown(state, mode, out);
    case 'command':
      return sayAgain(state, out);
    case 'page':
      return mode.stage === 'waiting' && (mode.mayRepeat || last?.name === 'CFR')
        ? sayAgain(state, out)
        : waitOn(state, out);
    case 'burst':
      return mode.stage === 'waiting' && !mode.ended ? sayAgain(state, out) : waitOn(state, out);
    case 'training':
    case 'sending':
    case 'releasing':
    case 'done':
      return waitOn(state, out);
  }
}

function unexpected(state: ReceiverState, frame: Frame, out: Effects): ReceiverState {
  report(out, { type: 'frameIgnored', name: frame.name, reason: 'unexpected' });
  return waitOn(state, out);
}

/** DCN is never answered. */
function takeDcn(state: ReceiverState, out: Effects): ReceiverState {
  const { mode } = state;
  if (mode.at === 'command' && mode.after === 'EOP') return allReceived(state, out, 'all pages confirmed');
  const { code, detail } = dcnMeaning(state);
  return end(state, out, { code, phase: state.phase, detail, silently: true });
}

function dcnMeaning(state: ReceiverState): Pick<Ending, 'code' | 'detail'> {
  const { mode } = state;
  if (mode.at === 'command') {
    if (mode.after === 'FTT') return trainingFailed(state);
    if (mode.after === 'RTN') return { code: 'PAGE_QUALITY', detail: 'DCN after RTN' };
    if (mode.after === 'identification') return { code: 'PARAMETERS_REFUSED', detail: 'DCN after our DIS' };
  }
  return { code: 'DCN_BEFORE_END', detail: `DCN ${PLACES[mode.at]}` };
}

const PLACES = {
  training: 'instead of the training check',
  page: 'instead of a page or its command',
  burst: 'instead of a block or its PPS',
  command: 'before the last page',
  storing: 'while the page was being stored',
  sending: 'while we were answering',
  releasing: 'at the end',
  done: 'at the end',
} as const satisfies Record<Mode['at'], string>;

/** T2 after an answer. */
function noCommand(state: ReceiverState, mode: CommandMode, out: Effects): ReceiverState {
  report(out, { type: 'timeout', timer: 'T2', waitingFor: `a command after ${mode.after}` });
  switch (mode.after) {
    case 'EOP':
      return allReceived(state, out, 'all pages confirmed; no DCN came');
    case 'EOM':
      return done(state, { kind: 'newPhaseB', frames: [], progress: state.progress });
    case 'FTT': {
      const { code, detail } = trainingFailed(state);
      return finish(state, out, code, `${detail}; no DCS came any more`);
    }
    case 'identification':
      return finish(state, out, 'PARAMETERS_REFUSED', 'no DCS that can be accepted came');
    case 'RTN':
      return finish(state, out, 'PAGE_QUALITY', 'the page that was refused did not come again');
    case 'RTP':
      return finish(state, out, 'T2_NO_COMMAND', 'no DCS came after RTP');
  }
}

function abort(state: ReceiverState, detail: string, out: Effects): ReceiverState {
  const closing: Ending = { code: 'ABORTED', phase: state.phase, detail, silently: false };
  // What is being said or heard comes to its end first.
  if (state.mode.at === 'sending' || state.ear.busy) return { ...state, closing: state.closing ?? closing };
  return close(state, closing, out);
}

/** After the last confirmation there is nothing left to abort. */
function close(state: ReceiverState, closing: Ending, out: Effects): ReceiverState {
  return isFarewell(state.mode)
    ? allReceived(state, out, 'all pages confirmed; we hung up first')
    : end(state, out, closing);
}

function isFarewell(mode: Mode): boolean {
  return mode.at === 'command' && mode.after === 'EOP';
}

/** What only this station says: heard back, it is our echo. */
function echoesOf({ task }: ReceiverState): readonly FrameName[] {
  return task.x
    ? [...RECEIVER_RESPONSES, 'DTC', 'CIG', 'NSC', 'SEP', 'PSA']
    : [...RECEIVER_RESPONSES, 'DIS', 'CSI', 'NSF'];
}

const BEGINS_PHASE_B: ReadonlySet<FrameName> = new Set<FrameName>(['DIS', 'DTC', 'DCS']);

const SEND_TRIES = 3;
/** A modem refuses when it hears something: that must have gone. */
const SEND_AGAIN_GAP_MS = 200;
