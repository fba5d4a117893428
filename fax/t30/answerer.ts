// The called station: says who it is and what it can do until it is told what to do (T.30 phase B), then receives, or
// sends what it keeps to be polled. After EOM it begins anew. Non-standard facilities (NSF) are never entered.

import { parseCapabilities } from './frames/capabilities.ts';
import type { Frame } from './frames/frame.ts';
import { RECEIVER_RESPONSES } from './frames/frameNames.ts';
import type { FrameName } from './frames/frameNames.ts';
import { parseIdentity } from './frames/identity.ts';
import { answererIdentification, eventsOf } from './identification.ts';
import type { Identification } from './identification.ts';
import type { JournalEvent } from './journal.ts';
import type { CallPlan, Effect, Input, Step } from './machine.ts';
import type { OutcomeCode } from './outcome.ts';
import { ignoredFrame, QUIET, stepEar } from './receiver/commandEar.ts';
import type { CommandEar } from './receiver/commandEar.ts';
import { beginReceiving, stepReceiver } from './receiver/receiver.ts';
import { START_OF_RECEIVING } from './receiver/receiverState.ts';
import type { ReceiverState, ReceiverStep, ReceivingProgress } from './receiver/receiverState.ts';
import { releaseInSilence, releaseWithDcn, stepRelease } from './release.ts';
import type { Occupation, Release, ReleaseStep } from './release.ts';
import { RESPONSE_WAIT_MS, TIMERS, TURNAROUND_MS } from './timers.ts';
import { takePage } from './transmitter/pageStore.ts';
import { START_OF_SENDING, pageCount } from './transmitter/task.ts';
import type { SendingProgress, TransmitterState } from './transmitter/task.ts';
import { beginTransmitting, stepTransmitter } from './transmitter/transmitter.ts';
import type { TransmitterStep } from './transmitter/transmitter.ts';

export interface AnswererState {
  plan: CallPlan;
  sending: SendingProgress;
  receiving: ReceivingProgress;
  /** How often DIS was said in this phase B. */
  tries: number;
  /** T1 ran out while something was said or heard: that is heard out. */
  t1Over: boolean;
  /** An EOM came before this phase B. */
  isFurtherPhaseB: boolean;
  doing: Doing;
}

type Doing =
  | { at: 'idle' }
  | { at: 'identifying'; failures: number }
  | { at: 'listening'; ear: CommandEar }
  | { at: 'receiving'; receiver: ReceiverState }
  | { at: 'transmitting'; transmitter: TransmitterState }
  | { at: 'releasing'; release: Release }
  | { at: 'ended' };

/** The called station before it has been connected. It begins with the input `start`. */
export function beginAnswering(plan: CallPlan): AnswererState {
  return {
    plan,
    sending: START_OF_SENDING,
    receiving: START_OF_RECEIVING,
    tries: 0,
    t1Over: false,
    isFurtherPhaseB: false,
    doing: { at: 'idle' },
  };
}

/** Takes any input at any time. `end` is its last effect, once; then nothing has an effect. */
export function stepAnswerer(state: AnswererState, input: Input): Step<AnswererState> {
  const { doing } = state;
  if ((input.type === 'pageReady' || input.type === 'pageUnavailable') && doing.at !== 'transmitting') {
    // Asked for before an EOM, to be sent after it.
    const { pages, effects } = takePage(state.sending.pages, input);
    return { state: { ...state, sending: { ...state.sending, pages } }, effects };
  }
  switch (doing.at) {
    case 'idle':
      return whileIdle(state, input);
    case 'identifying':
      return whileIdentifying(state, doing.failures, input);
    case 'listening':
      return whileListening(state, doing.ear, input);
    case 'receiving':
      return afterReceiver(state, stepReceiver(doing.receiver, input));
    case 'transmitting':
      return afterTransmitter(state, stepTransmitter(doing.transmitter, input));
    case 'releasing':
      return afterRelease(state, stepRelease(doing.release, input));
    case 'ended':
      return { state, effects: [] };
  }
}

/** A DCS that was damaged is followed by a TCF of 3 s, which our DIS must not meet; the sender then still listens. */
const AFTER_DAMAGE_MS = RESPONSE_WAIT_MS + 500;
const SEND_GUARD_MS = 20_000;
const SEND_TRIES = 3;

function whileIdle(state: AnswererState, input: Input): Step<AnswererState> {
  if (input.type === 'start') return beginPhaseB(state);
  if (input.type === 'lineLost') return finish(state, 'LINE_LOST', input.detail, 'silent');
  // Nothing was said yet, so nobody has to be told.
  return input.type === 'abort'
    ? finish(state, 'ABORTED', input.detail, 'silent')
    : { state, effects: input.type === 'frame' ? [ignoredFrame(input, 'unexpected')] : [] };
}

function beginPhaseB(state: AnswererState): Step<AnswererState> {
  return before(
    [report({ type: 'phase', phase: 'B' }), { type: 'startTimer', timer: 'T1', ms: TIMERS.T1.ms }],
    identify({ ...state, tries: 0, t1Over: false }),
  );
}

function identify(state: AnswererState): Step<AnswererState> {
  const attempt = state.tries + 1;
  const { names, frames } = identification(state);
  return {
    state: { ...state, tries: attempt, doing: { at: 'identifying', failures: 0 } },
    effects: [
      ...names.map((name) => report({ type: 'frameSent', name, attempt })),
      { type: 'sendFrames', gapMs: TURNAROUND_MS, frames },
      { type: 'startTimer', timer: 'carrier', ms: SEND_GUARD_MS },
    ],
  };
}

/** CSI and DIS; once the documents have been fetched, DIS no longer offers them. */
function identification({ plan, sending }: AnswererState): Identification {
  return answererIdentification(sending.page < pageCount(plan) ? plan : { ...plan, documents: [] });
}

function whileIdentifying(state: AnswererState, failures: number, input: Input): Step<AnswererState> {
  if (input.type === 'sent') {
    return before(
      [{ type: 'stopTimer', timer: 'carrier' }],
      state.t1Over ? timedOut(state) : listen(state, RESPONSE_WAIT_MS),
    );
  }
  if (input.type === 'sendFailed') {
    if (failures + 1 >= SEND_TRIES || state.t1Over) return finish(state, 'SEND_FAILED', input.detail, 'idle');
    const again = identify({ ...state, tries: state.tries - 1 });
    return { ...again, state: { ...again.state, doing: { at: 'identifying', failures: failures + 1 } } };
  }
  if (input.type === 'timer' && input.timer === 'T1')
    return { state: { ...state, t1Over: true }, effects: [] };
  if (input.type === 'timer' && input.timer === 'carrier') {
    return finish(state, 'SEND_FAILED', 'the modem did not finish sending DIS', 'silent');
  }
  if (input.type === 'frame') return { state, effects: [ignoredFrame(input, 'unexpected')] };
  return ending(state, input, 'sending') ?? { state, effects: [] };
}

function listen(state: AnswererState, ms: number): Step<AnswererState> {
  return {
    state: { ...state, doing: { at: 'listening', ear: QUIET } },
    effects: [{ type: 'receiveFrames' }, { type: 'startTimer', timer: 'T4', ms }],
  };
}

function whileListening(state: AnswererState, ear: CommandEar, input: Input): Step<AnswererState> {
  if (input.type === 'timer' && input.timer === 'T1') {
    return ear.busy ? { state: { ...state, t1Over: true }, effects: [] } : timedOut(state);
  }
  if (input.type === 'timer' && input.timer === 'T4' && !ear.busy) return identify(state);
  const ended = ending(state, input, ear.busy ? 'hearing' : 'idle');
  if (ended !== null) return ended;
  const heard = stepEar(ear, input, ECHOES);
  const next: AnswererState = { ...state, doing: { at: 'listening', ear: heard.ear } };
  switch (heard.result) {
    case 'nothing':
      return { state: next, effects: heard.effects };
    case 'begins':
      return { state: next, effects: [...heard.effects, { type: 'stopTimer', timer: 'T4' }] };
    case 'lost':
      return before(heard.effects, state.t1Over ? timedOut(next) : listen(next, AFTER_DAMAGE_MS));
    case 'command':
      return before(heard.effects, takeCommand(next, heard.command));
  }
}

/** `command`: optional frames, the mandatory one last. */
function takeCommand(state: AnswererState, command: readonly Frame[]): Step<AnswererState> {
  const frame = command.at(-1);
  const { plan, sending, receiving } = state;
  if (frame?.name === 'DCN') {
    return finish(state, 'DCN_IN_IDENTIFICATION', 'DCN instead of DCS or DTC', 'silent');
  }
  if (frame?.name === 'DCS') {
    const task = {
      plan,
      x: false,
      identification: identification(state).frames,
      pagesSent: sending.page,
      progress: receiving,
    };
    return before(stopPhaseB(), afterReceiver(state, beginReceiving(task, command)));
  }
  if (frame?.name === 'DTC') return before(eventsOf(command).map(report), takePoll(state, command, frame));
  if (state.t1Over) return timedOut(state);
  if (frame?.name === 'CRP') return identify(state);
  const name = frame?.name ?? 'unknown';
  return before(
    [report({ type: 'frameIgnored', name, reason: 'unexpected' })],
    listen(state, RESPONSE_WAIT_MS),
  );
}

/** The caller wants what is kept here: if it is for the caller. */
function takePoll(state: AnswererState, command: readonly Frame[], dtc: Frame): Step<AnswererState> {
  const { plan, sending } = state;
  const { pollAddress, pollPassword } = plan.answer;
  if (sending.page >= pageCount(plan)) {
    return finish(state, 'NOTHING_TO_POLL', 'no document is kept to be polled', 'idle');
  }
  if (!gives(command, 'SEP', pollAddress)) {
    return finish(state, 'NOTHING_TO_POLL', 'no document is kept under the address asked for', 'idle');
  }
  if (!gives(command, 'PWD', pollPassword)) {
    return finish(state, 'PASSWORD_REFUSED', 'wrong password for polling, or none', 'idle');
  }
  const task = {
    plan,
    remote: parseCapabilities(dtc.fif),
    x: false,
    progress: sending,
    lastCommand: 'EOP',
  } as const;
  return before(stopPhaseB(), afterTransmitter(state, beginTransmitting(task)));
}

function gives(command: readonly Frame[], name: FrameName, wanted: string | null): boolean {
  return (
    wanted === null ||
    command.some((frame) => frame.name === name && parseIdentity(frame.fif) === wanted.trim())
  );
}

function afterReceiver(
  state: AnswererState,
  { state: receiver, effects, done }: ReceiverStep,
): Step<AnswererState> {
  if (done === undefined) return { state: { ...state, doing: { at: 'receiving', receiver } }, effects };
  const next: AnswererState = { ...state, receiving: done.progress };
  if (done.kind === 'ended') {
    return before(effects, afterRelease(next, releaseInSilence(done.outcome)));
  }
  const anew: AnswererState = { ...next, tries: 0, t1Over: false, isFurtherPhaseB: true };
  // It was heard already: as if our DIS had just been said.
  return before(effects, done.frames.length === 0 ? beginPhaseB(anew) : takeHeard(anew, done.frames));
}

function takeHeard(state: AnswererState, command: readonly Frame[]): Step<AnswererState> {
  return before(
    [report({ type: 'phase', phase: 'B' }), { type: 'startTimer', timer: 'T1', ms: TIMERS.T1.ms }],
    takeCommand(state, command),
  );
}

function afterTransmitter(state: AnswererState, step: TransmitterStep): Step<AnswererState> {
  const { state: transmitter, effects, done } = step;
  if (done === undefined) {
    return { state: { ...state, doing: { at: 'transmitting', transmitter } }, effects };
  }
  if (done.kind === 'ended') {
    const { pagesReceived } = state.receiving;
    return before(effects, afterRelease(state, releaseInSilence({ ...done.outcome, pagesReceived })));
  }
  return before(effects, beginPhaseB({ ...state, sending: done.progress, isFurtherPhaseB: true }));
}

function timedOut(state: AnswererState): Step<AnswererState> {
  const waitingFor = 'DCS or DTC';
  return before(
    [report({ type: 'timeout', timer: 'T1', waitingFor })],
    finish(
      state,
      state.isFurtherPhaseB ? 'T1_AFTER_EOM' : 'T1_TIMEOUT_ANSWERING',
      `${state.tries} times DIS, no ${waitingFor}`,
      'idle',
    ),
  );
}

function ending(state: AnswererState, input: Input, occupation: Occupation): Step<AnswererState> | null {
  if (input.type === 'lineLost') return finish(state, 'LINE_LOST', input.detail, 'silent');
  if (input.type === 'abort') return finish(state, 'ABORTED', input.detail, occupation);
  return null;
}

function finish(
  state: AnswererState,
  code: OutcomeCode,
  detail: string,
  occupation: Occupation | 'silent',
): Step<AnswererState> {
  const outcome = {
    code,
    phase: 'B',
    detail,
    pagesSent: state.sending.page,
    pagesReceived: state.receiving.pagesReceived,
  } as const;
  return before(
    [...stopPhaseB(), report({ type: 'phase', phase: 'E' })],
    afterRelease(
      state,
      occupation === 'silent' ? releaseInSilence(outcome) : releaseWithDcn(outcome, { x: false, occupation }),
    ),
  );
}

function afterRelease(state: AnswererState, { release, effects }: ReleaseStep): Step<AnswererState> {
  if (release.at !== 'over') return { state: { ...state, doing: { at: 'releasing', release } }, effects };
  const { outcome } = release;
  return {
    state: { ...state, doing: { at: 'ended' } },
    effects: [...effects, report({ type: 'ended', outcome }), { type: 'end', outcome }],
  };
}

/** Timers that are not running are stopped too: that does no harm. */
function stopPhaseB(): readonly Effect[] {
  return (['T1', 'T4', 'frame', 'carrier'] as const).map((timer) => ({ type: 'stopTimer', timer }));
}

function report(event: JournalEvent): Effect {
  return { type: 'report', event };
}

function before(effects: readonly Effect[], step: Step<AnswererState>): Step<AnswererState> {
  return { ...step, effects: [...effects, ...step.effects] };
}

/** What only the called station says before it knows what to do, and as a receiver. */
const ECHOES = ['DIS', 'CSI', 'NSF', ...RECEIVER_RESPONSES] as const satisfies readonly FrameName[];
