// What every part of the receiver does to go on: begin to wait, answer, confirm a page, end. Each takes the state and
// the effects so far, adds to these and returns the next state.

import { buildFrame } from '../frames/frame.ts';
import type { FrameName } from '../frames/frameNames.ts';
import type { JournalEvent } from '../journal.ts';
import type { OutcomeCode, Phase } from '../outcome.ts';
import { releaseInSilence, releaseWithDcn } from '../release.ts';
import type { Occupation, ReleaseStep } from '../release.ts';
import { REPEATED_RESPONSE_LIMIT, TIMERS, TURNAROUND_MS } from '../timers.ts';
import type { TimerName } from '../timers.ts';
import { QUIET } from './commandEar.ts';
import { HEARD } from './goneSender.ts';
import type {
  Answer,
  BurstMode,
  CommandMode,
  Effects,
  Ending,
  PageMode,
  ReceiverDone,
  ReceiverState,
  StoringMode,
  TrainingMode,
  WaitingMode,
} from './receiverState.ts';
import { EMPTY_BLOCK, firstFrames, isRepetition } from './receivedBlock.ts';

/** T2 as others have it: 6 + 1 s. */
export const COMMAND_WAIT_MS = TIMERS.T2.ms + TIMERS.T2.toleranceMs;
/**
 * A DCS that was lost comes again only after its TCF and T4: 2.1 + 2.9 + 3.45 s, and a second of preamble. T2 alone would
 * end the call just before.
 */
const DCS_WAIT_MS = 10_500;
const DCS_AFTER: ReadonlySet<CommandMode['after']> = new Set(['FTT', 'RTN', 'RTP']);
/** Training (1.4 s) and 1.5 s of zeros fit with a second to spare; the sender still waits for our answer then. */
const TCF_WAIT_MS = 4500;
/** No TCF is longer: 1.5 s, and what a slow modem adds. */
export const TCF_LENGTH_MS = 5000;
/** An A4 page of noise at 2400 bit/s takes six minutes, a long one more. */
export const PAGE_LENGTH_MS = 20 * 60_000;
/**
 * From our MCF on, a sender that has heard only its flags says its command again within T4, and a satellite takes 0.6 s
 * there and back. Later it is another page's.
 */
const REPETITION_MS = TIMERS.T4.ms + TIMERS.T4.toleranceMs + 600;
/** After the carrier of a page its command follows at once (75 ms, and what a slow sender adds). */
const PROMPT_MS = 1500;
/** The carrier was lost early: the sender may not know and go on to the end of its page. */
const REST_OF_PAGE_MS = 60_000;
/** A host as quick as a disk needs no RNR; flags of our answer must still begin within the sender's T4. */
const BUSY_AFTER_MS = 1500;
/** Without ECM nothing can be said but the answer: later than this it would meet the repeated command. */
const ANSWER_WINDOW_MS = 2300;
/** As the sender's guard, for frames only. */
export const SEND_GUARD_MS = 20_000;
/** Answers without a block or page confirmed: more than any fall-back and correction need. */
const FRUITLESS_LIMIT = 60;
const NOISE_LIMIT = 12;
const NO_OCTETS = new Uint8Array(0);

export const NO_BLOCKS = {
  block: EMPTY_BLOCK,
  blocks: 0,
  broken: false,
  fruitlessPprs: 0,
  heldAtPpr: 0,
} as const;

export const PAGE_EXPECTED: PageMode = {
  at: 'page',
  stage: 'waiting',
  mayRepeat: false,
  quality: null,
  endSeen: true,
  late: false,
};

export const BURST_EXPECTED: BurstMode = { at: 'burst', stage: 'waiting', training: 'short', ended: false };

export function afterSaying(after: CommandMode['after']): CommandMode {
  return { at: 'command', after };
}

export function report(out: Effects, event: JournalEvent): void {
  out.push({ type: 'report', event });
}

export function startTimer(state: ReceiverState, out: Effects, timer: TimerName, ms: number): ReceiverState {
  out.push({ type: 'startTimer', timer, ms });
  return state.running.includes(timer) ? state : { ...state, running: [...state.running, timer] };
}

/** Stops what runs but T5, which goes on over several waits, and `kept`. */
export function stopWaiting(state: ReceiverState, out: Effects, kept: TimerName = 'T5'): ReceiverState {
  const running = state.running.filter((timer) => timer === 'T5' || timer === kept);
  for (const timer of state.running) if (!running.includes(timer)) out.push({ type: 'stopTimer', timer });
  return { ...state, running };
}

/** Something is heard: what is waited for is put off, but not the time in which it can be a repetition. */
export function putOff(state: ReceiverState, out: Effects): ReceiverState {
  return stopWaiting(state, out, isRepetitionPossible(state.mode) ? 'T4' : 'T5');
}

function isRepetitionPossible(mode: ReceiverState['mode']): boolean {
  return mode.at === 'page' && mode.stage === 'waiting' && mode.mayRepeat;
}

export function enterPhase(state: ReceiverState, out: Effects, phase: Phase): ReceiverState {
  if (state.phase === phase) return state;
  report(out, { type: 'phase', phase });
  return { ...state, phase };
}

/** Begins a wait: what is to be heard, and the timer that ends it. A page that is due is announced to the host. */
export function enter(state: ReceiverState, mode: WaitingMode | TrainingMode, out: Effects): ReceiverState {
  const next: ReceiverState = { ...putOff({ ...state, mode }, out), ear: QUIET, silence: HEARD };
  switch (mode.at) {
    case 'training':
      return enterTraining(next, mode, out);
    case 'page':
      return enterPage(next, mode, out);
    case 'burst':
      return enterBurst(next, mode, out);
    case 'command':
      out.push({ type: 'receiveFrames' });
      return startTimer(next, out, 'T2', DCS_AFTER.has(mode.after) ? DCS_WAIT_MS : COMMAND_WAIT_MS);
    case 'storing':
      return enterStoring(next, mode, out);
  }
}

/** What was heard led nowhere: the same wait from its beginning, unless that happens without end. */
export function waitOn(state: ReceiverState, out: Effects): ReceiverState {
  const { mode } = state;
  const noise = state.counters.noise + 1;
  if (!isWaiting(mode)) return state;
  if (noise > NOISE_LIMIT) {
    return mode.at === 'command' && mode.after === 'EOP'
      ? allReceived(state, out, 'confirmed; no DCN was understood')
      : finish(state, out, 'TOO_MANY_REPEATS', 'carriers without any command that was understood');
  }
  const noisy: ReceiverState = { ...state, counters: { ...state.counters, noise } };
  const isOver = isRepetitionPossible(mode) && !state.running.includes('T4');
  return enter(noisy, mode.at === 'page' && isOver ? { ...mode, mayRepeat: false } : mode, out);
}

export function isWaiting(mode: ReceiverState['mode']): mode is WaitingMode | TrainingMode {
  return mode.at !== 'sending' && mode.at !== 'releasing' && mode.at !== 'done';
}

/** Answers. Whoever answers the same to everything gets nowhere: that has an end, too. */
export function say(
  state: ReceiverState,
  out: Effects,
  answer: Answer,
  options: { confirms?: boolean; gains?: boolean } = {},
): ReceiverState {
  const { confirms = false, gains = false } = options;
  const same = gains || state.last?.name !== answer.name ? 1 : state.counters.same + 1;
  const fruitless = gains ? 1 : state.counters.fruitless + 1;
  // FTT and PPR have limits of their own; RNR has T5.
  const counted = !['FTT', 'PPR', 'RNR', 'DIS', 'DTC'].includes(answer.name);
  if ((counted && same > REPEATED_RESPONSE_LIMIT) || (answer.name !== 'RNR' && fruitless > FRUITLESS_LIMIT)) {
    const { mode } = state;
    return mode.at === 'command' && mode.after === 'EOP'
      ? allReceived(state, out, 'confirmed; the sender never heard it')
      : finish(state, out, 'TOO_MANY_REPEATS', `${answer.name} was said ${same} times and led nowhere`);
  }
  report(out, { type: 'frameSent', name: answer.name, attempt: same });
  out.push({ type: 'sendFrames', gapMs: TURNAROUND_MS, frames: answer.frames });
  const next: ReceiverState = {
    ...stopWaiting(state, out),
    mode: { at: 'sending', answer, confirms, failures: 0 },
    ear: QUIET,
    last: answer,
    counters: { ...state.counters, same, fruitless },
  };
  return startTimer(next, out, 'carrier', SEND_GUARD_MS);
}

/** One frame without FIF. */
export function answerOf(state: ReceiverState, name: FrameName, wait: WaitingMode): Answer {
  return { name, frames: [buildFrame(name, { x: state.task.x })], wait };
}

/** The sender has not heard what was said last, or asks for it: CRP, or its command again. */
export function sayAgain(state: ReceiverState, out: Effects): ReceiverState {
  return state.last === null ? waitOn(state, out) : say(state, out, state.last);
}

/** The page that was begun will not be completed, or not be confirmed. What came of it is told, should it be kept. */
export function dropPage(state: ReceiverState, out: Effects): ReceiverState {
  if (!state.pageOpen) return state;
  const rest = restOfPage(state.ecm);
  if (rest.length > 0) out.push({ type: 'pageData', page: state.progress.page, octets: rest });
  out.push({ type: 'dropPage', page: state.progress.page });
  return { ...state, pageOpen: false, pageTouched: false, store: null, ecm: { ...state.ecm, ...NO_BLOCKS } };
}

/** What follows on the blocks of the page that were confirmed: not a block before it that came once more. */
function restOfPage({ block, last, broken }: ReceiverState['ecm']): Uint8Array {
  const isOther = broken || (last !== null && isRepetition(block, last.marks));
  return isOther ? NO_OCTETS : firstFrames(block);
}

/** Ends with DCN, in the phase the call is in. */
export function finish(state: ReceiverState, out: Effects, code: OutcomeCode, detail: string): ReceiverState {
  return end(state, out, { code, phase: state.phase, detail, silently: false });
}

/** Everything was confirmed and nothing more is to be said. Pages that the sender gave up are not forgotten. */
export function allReceived(state: ReceiverState, out: Effects, detail: string): ReceiverState {
  const lost = state.progress.pagesLost;
  return end(state, out, {
    code: lost > 0 ? 'PAGE_QUALITY' : 'OK',
    phase: lost > 0 ? 'D' : 'E',
    detail: lost > 0 ? `${lost} page(s) could not be corrected and were given up by the sender` : detail,
    silently: true,
  });
}

export function end(state: ReceiverState, out: Effects, ending: Ending): ReceiverState {
  const occupation = occupationOf(state);
  const dropped = dropPage(state, out);
  for (const timer of dropped.running) out.push({ type: 'stopTimer', timer });
  if (state.ear.busy) out.push({ type: 'stopTimer', timer: 'frame' });
  const stopped = enterPhase({ ...dropped, running: [], ear: QUIET }, out, 'E');
  const outcome = {
    code: ending.code,
    phase: ending.phase,
    detail: ending.detail,
    pagesSent: state.task.pagesSent,
    pagesReceived: stopped.progress.pagesReceived,
  };
  return releasing(
    stopped,
    out,
    ending.silently ? releaseInSilence(outcome) : releaseWithDcn(outcome, { x: state.task.x, occupation }),
  );
}

export function releasing(
  state: ReceiverState,
  out: Effects,
  { release, effects }: ReleaseStep,
): ReceiverState {
  out.push(...effects);
  if (release.at !== 'over') return { ...state, mode: { at: 'releasing', release } };
  return done(state, { kind: 'ended', outcome: release.outcome, progress: state.progress });
}

export function done(state: ReceiverState, result: ReceiverDone): ReceiverState {
  return { ...state, mode: { at: 'done', done: result } };
}

function occupationOf(state: ReceiverState): Occupation {
  if (state.mode.at === 'sending') return 'sending';
  // After DCS its carrier may still be on.
  return state.ear.busy || state.ear.carrier ? 'hearing' : 'idle';
}

function enterTraining(state: ReceiverState, mode: TrainingMode, out: Effects): ReceiverState {
  const next: ReceiverState = { ...state, mode: { ...mode, stage: 'waiting' } };
  // Without a rate that is understood nothing can be received: the answer has to wait all the same.
  out.push(
    state.rate === null
      ? { type: 'receiveFrames' }
      : { type: 'receiveFast', rate: state.rate, training: 'long', purpose: 'TCF' },
  );
  return startTimer(next, out, 'carrier', TCF_WAIT_MS);
}

function enterPage(state: ReceiverState, mode: PageMode, out: Effects): ReceiverState {
  if (mode.stage === 'waiting' && state.rate !== null) {
    const next = openPage(enterPhase(state, out, 'C'), out);
    out.push({ type: 'receiveFast', rate: state.rate, training: 'short', purpose: 'page' });
    const timed = startTimer(next, out, 'carrier', COMMAND_WAIT_MS);
    return mode.mayRepeat && !timed.running.includes('T4')
      ? startTimer(timed, out, 'T4', REPETITION_MS)
      : timed;
  }
  // V.21 came, or nothing at all: the page is over even if nobody said so.
  const next: ReceiverState = { ...state, mode: { ...mode, stage: 'over' } };
  out.push({ type: 'receiveFrames' });
  if (mode.quality !== null && mode.endSeen) return startTimer(next, out, 'T2', COMMAND_WAIT_MS);
  // The sender may not know that its page was not heard, and go on to the end of it; or it has gone.
  return startTimer(startTimer(next, out, 'T2', REST_OF_PAGE_MS), out, 'T4', PROMPT_MS);
}

function enterBurst(state: ReceiverState, mode: BurstMode, out: Effects): ReceiverState {
  if (mode.ended || state.rate === null) {
    out.push({ type: 'receiveFrames' });
    if (mode.stage !== 'waiting' || state.rate === null) {
      return startTimer({ ...state, mode: { ...mode, stage: 'over' } }, out, 'T2', COMMAND_WAIT_MS);
    }
    // Its carrier was not found: T1 has passed, and a slow block may last much longer before its PPS.
    const rest = burstMs(state.rate.rateBps) - TIMERS.T1.ms;
    return startTimer(startTimer(state, out, 'T2', Math.max(rest, COMMAND_WAIT_MS)), out, 'T4', PROMPT_MS);
  }
  // Without RCP the carrier was lost early; the sender goes on to the end of its block, perhaps with a new carrier.
  const phaseC = enterPhase(state, out, 'C');
  const next = mode.stage === 'waiting' ? openPage(phaseC, out) : phaseC;
  const stage = mode.stage === 'waiting' ? 'waiting' : 'over';
  out.push({ type: 'receiveFast', rate: state.rate, training: mode.training, purpose: 'ECM' });
  const ms = stage === 'waiting' ? TIMERS.T1.ms : burstMs(state.rate.rateBps);
  const timed = startTimer({ ...next, mode: { ...mode, stage } }, out, 'carrier', Math.max(ms, TIMERS.T1.ms));
  return stage === 'over' ? startTimer(timed, out, 'T4', PROMPT_MS) : timed;
}

/** Longest that a block can last: 256 frames of 264 octets with stuffing, 0.3 s of flags, and a margin. */
export function burstMs(rateBps: number): number {
  return Math.ceil((256 * 264 * 8 * 1000 * 1.1) / rateBps) + COMMAND_WAIT_MS;
}

function enterStoring(state: ReceiverState, mode: StoringMode, out: Effects): ReceiverState {
  out.push({ type: 'receiveFrames' });
  if (!mode.open) return startTimer(state, out, 'T2', COMMAND_WAIT_MS);
  const isEcm = state.parameters?.ecmFrameOctets !== null;
  return startTimer(state, out, 'T4', isEcm ? BUSY_AFTER_MS : ANSWER_WINDOW_MS);
}

/** Tells the host of the page that comes, or that it comes anew. */
function openPage(state: ReceiverState, out: Effects): ReceiverState {
  if ((state.pageOpen && !state.pageTouched) || state.parameters === null) return state;
  const { page } = state.progress;
  const attempt = state.attempt + 1;
  report(out, { type: 'pageBegins', page, direction: 'receive', attempt });
  out.push({ type: 'beginPage', page, parameters: state.parameters });
  return { ...state, pageOpen: true, pageTouched: false, attempt };
}
