// A page without error correction and its post-message command: good pages go to the store, others are refused with RTN
// (T.30 §5.3.6.1.6, §5.3.6.1.7).

import { isCopyQualityAcceptable } from '../../t4/copyQuality.ts';
import type { PageQuality } from '../../t4/coding.ts';
import type { Input } from '../machine.ts';
import type { TimerName } from '../timers.ts';
import { senseLine, takeSensed } from './goneSender.ts';
import {
  afterSaying,
  answerOf,
  dropPage,
  enter,
  enterPhase,
  finish,
  PAGE_EXPECTED,
  PAGE_LENGTH_MS,
  report,
  say,
  sayAgain,
  startTimer,
  stopWaiting,
  waitOn,
} from './moves.ts';
import type { Effects, PageClosing, PageMode, ReceiverState } from './receiverState.ts';
import { askedAgain, beginStoring } from './storing.ts';

/** A page that is refused more often will not get better. One without any row is refused once only. */
const RTN_LIMIT = 3;

/** Everything but V.21 while a page is awaited, comes in, or is over. */
export function stepPage(state: ReceiverState, mode: PageMode, input: Input, out: Effects): ReceiverState {
  if (input.type === 'carrier' && input.carrier === 'fast') {
    return input.present ? pageArrives(state, mode, out) : state;
  }
  if (input.type === 'pageEnd') return pageOver(state, mode, input, out);
  if (input.type === 'sensed') {
    const sensed = takeSensed(state, input, out, { type: 'receiveFrames' });
    return sensed.gone ? noPostMessage(sensed.state, mode, out) : sensed.state;
  }
  if (input.type === 'timer') return timerFired(state, mode, input.timer, out);
  return state;
}

/** MPS, EOM, EOP and what amounts to them. */
export function takePostMessage(state: ReceiverState, closing: PageClosing, out: Effects): ReceiverState {
  const { mode } = state;
  if (mode.at === 'storing') {
    return closing === state.store?.closing ? askedAgain(state, mode, out) : waitOn(state, out);
  }
  // The answer to it was not heard.
  if (mode.at === 'command') return closing === state.answered ? sayAgain(state, out) : waitOn(state, out);
  if (mode.at !== 'page') return waitOn(state, out);
  const isRepetition = mode.stage === 'waiting' && mode.mayRepeat && closing === state.answered;
  return isRepetition ? sayAgain(state, out) : judge(enterPhase(state, out, 'D'), mode, closing, out);
}

function pageArrives(state: ReceiverState, mode: PageMode, out: Effects): ReceiverState {
  if (mode.stage !== 'waiting') return state;
  const next = stopWaiting(state, out);
  return startTimer(
    { ...next, pageTouched: true, mode: { ...mode, stage: 'arriving', mayRepeat: false } },
    out,
    'carrier',
    PAGE_LENGTH_MS,
  );
}

function pageOver(
  state: ReceiverState,
  mode: PageMode,
  { quality, endSeen = true }: Extract<Input, { type: 'pageEnd' }>,
  out: Effects,
): ReceiverState {
  // Modems take noise, or a training that they miss, for a carrier that is gone at once: the page may still come.
  const isFalseStart = mode.stage === 'arriving' && quality.rows === 0 && !endSeen;
  if (isFalseStart && !state.ear.busy) return waitOn({ ...state, mode: PAGE_EXPECTED }, out);
  const over: PageMode = { ...mode, stage: 'over', quality, endSeen };
  // A command is being heard already: it decides.
  return state.ear.busy ? { ...state, mode: over } : enter(state, over, out);
}

function timerFired(state: ReceiverState, mode: PageMode, timer: TimerName, out: Effects): ReceiverState {
  if (timer === 'T4') {
    // What is being heard began in time.
    if (mode.stage === 'waiting' && state.ear.busy) return state;
    return mode.stage === 'waiting'
      ? { ...state, mode: { ...mode, mayRepeat: false } }
      : senseLine({ ...state, mode: { ...mode, late: true } }, out);
  }
  if (timer === 'carrier') {
    const waitingFor = mode.stage === 'waiting' ? 'the page' : 'the end of the page';
    report(out, { type: 'timeout', timer, waitingFor });
    // The sender may have sent it all the same: its command is still waited for.
    return enter(state, { ...mode, stage: 'over', mayRepeat: false }, out);
  }
  return noPostMessage(state, mode, out);
}

function noPostMessage(state: ReceiverState, mode: PageMode, out: Effects): ReceiverState {
  report(out, { type: 'timeout', timer: 'T2', waitingFor: 'the post-message command' });
  if (mode.quality !== null) return finish(state, out, 'NO_POST_MESSAGE', 'no command came after the page');
  return state.pageTouched
    ? finish(state, out, 'PAGE_BROKEN_OFF', 'its carrier did not end as one does, and no command came')
    : finish(state, out, 'PAGE_NO_CARRIER', 'neither a page nor a command came');
}

function judge(state: ReceiverState, mode: PageMode, closing: PageClosing, out: Effects): ReceiverState {
  const { progress, task } = state;
  const quality = mode.quality ?? NO_ROWS;
  const limits = task.plan.profile.copyQuality;
  report(out, { type: 'pageReceived', page: progress.page, quality, endSeen: mode.endSeen });
  const isGood = isCopyQualityAcceptable(quality, limits);
  // A carrier that went without RTC is a page cut short, or a sender that forgets RTC. The latter does so twice, with
  // nothing else amiss and its command at once behind.
  const missingEnds = mode.endSeen || mode.late || !isGood ? 0 : state.counters.missingEnds + 1;
  const next: ReceiverState = { ...state, counters: { ...state.counters, missingEnds } };
  if (!isGood || (!mode.endSeen && missingEnds < 2)) return refuse(next, quality, closing, out);
  const goodPercent = (quality.goodRows * 100) / quality.rows;
  return beginStoring(next, out, { closing, retrain: goodPercent < (limits.retrainBelowPercent ?? 0) });
}

/** RTN: the sender trains anew and sends the page again, or gives up. */
function refuse(
  state: ReceiverState,
  quality: PageQuality,
  closing: PageClosing,
  out: Effects,
): ReceiverState {
  const rtn = state.counters.rtn + 1;
  const next: ReceiverState = { ...state, answered: closing, counters: { ...state.counters, rtn } };
  // Some senders take RTN for success: nothing at all is not refused politely for long.
  if (rtn > (quality.rows === 0 ? 1 : RTN_LIMIT)) {
    return finish(next, out, 'PAGE_QUALITY', `page ${state.progress.page + 1} was unusable ${rtn} times`);
  }
  report(out, { type: 'pageRefused', page: state.progress.page, direction: 'receive', by: 'RTN' });
  return say(dropPage(next, out), out, answerOf(next, 'RTN', afterSaying('RTN')));
}

const NO_ROWS: PageQuality = { rows: 0, goodRows: 0, badRows: 0, longestBadRun: 0 };
