// Between a page's last octet and its confirmation: the host makes it durable, and nothing is confirmed before it has.
//
// Under ECM the sender is held with RNR, and asks with RR, for as long as its T5 allows. Without ECM it can only be kept
// waiting: it says its command three times, T4 apart, and the answer must come in one of these gaps. When it cannot,
// the call ends with DCN and not with RTN: RTN is success to some senders, and the page would come again under the number
// that the host is still busy with.

import type { PostMessageCommand } from '../frames/postMessage.ts';
import type { Input } from '../machine.ts';
import { COMMAND_TRIES, TIMERS } from '../timers.ts';
import {
  afterSaying,
  answerOf,
  BURST_EXPECTED,
  enter,
  enterPhase,
  finish,
  NO_BLOCKS,
  PAGE_EXPECTED,
  report,
  say,
  startTimer,
} from './moves.ts';
import type {
  Effects,
  PageClosing,
  PageInStore,
  ReceiverState,
  StoringMode,
  WaitingMode,
} from './receiverState.ts';

/** The sender's T5 is 60 ± 5 s from our first RNR; up to two turns of RR and RNR may pass until we can tell it. */
const HOLD_MS = TIMERS.T5.ms - TIMERS.T5.toleranceMs - 10_000;

/** PRI- calls an operator, whom we do not have: answered as if it did not. EOS ends a selection as EOM does. */
export function closingOf(command: Exclude<PostMessageCommand, 'NULL'>): PageClosing {
  switch (command) {
    case 'MPS':
    case 'PRI-MPS':
      return 'MPS';
    case 'EOM':
    case 'PRI-EOM':
    case 'EOS':
      return 'EOM';
    case 'EOP':
    case 'PRI-EOP':
      return 'EOP';
  }
}

/** The page is whole and good: asks the host to make it durable. */
export function beginStoring(
  state: ReceiverState,
  out: Effects,
  { closing, retrain }: { closing: PageClosing; retrain: boolean },
): ReceiverState {
  const { page } = state.progress;
  const store: PageInStore = { page, closing, retrain, status: 'waiting', detail: '', overdue: false };
  const waiting = enter({ ...state, store }, { at: 'storing', open: true, heard: 1 }, out);
  report(out, { type: 'waitingForHost', page, doing: 'store' });
  out.push({ type: 'storePage', page });
  return waiting;
}

/** The host's answer, whenever it comes; one that nobody waits for changes nothing. */
export function hostAnswered(state: ReceiverState, input: Input, out: Effects): ReceiverState {
  if (input.type !== 'pageStored' && input.type !== 'pageNotStored') return state;
  const { store, mode } = state;
  if (store === null || store.page !== input.page || store.status !== 'waiting') return state;
  const answered: PageInStore =
    input.type === 'pageStored'
      ? { ...store, status: 'stored' }
      : { ...store, status: 'failed', detail: input.detail };
  const next: ReceiverState = { ...state, store: answered };
  return mode.at === 'storing' && mode.open && !state.ear.busy ? ourTurn(next, mode, out) : next;
}

/** RR or CRP: the sender waits for our answer. */
export function answerIfKnown(state: ReceiverState, mode: StoringMode, out: Effects): ReceiverState {
  return ourTurn(state, { ...mode, open: true }, out);
}

/** The sender said its command again: it waits for our answer. */
export function askedAgain(state: ReceiverState, mode: StoringMode, out: Effects): ReceiverState {
  return ourTurn(state, { ...mode, open: true, heard: mode.heard + 1 }, out);
}

/** Timers while the host is busy. */
export function stepStoring(
  state: ReceiverState,
  mode: StoringMode,
  input: Input,
  out: Effects,
): ReceiverState {
  const { store } = state;
  if (input.type !== 'timer' || store === null) return state;
  if (input.timer === 'T4') return isEcm(state) ? sayBusy(state, mode, out) : windowOver(state, mode, out);
  if (input.timer !== 'T2') return state;
  report(out, { type: 'timeout', timer: 'T2', waitingFor: 'the command once more' });
  return store.status === 'stored'
    ? finish(
        state,
        out,
        'T2_NO_COMMAND',
        'the page was stored, but the sender did not ask for the answer again',
      )
    : finish(state, out, 'PAGE_NOT_STORED', 'the page was not stored before the sender had gone');
}

/** T5, at any time while the page is in store. */
export function holdOver(state: ReceiverState, out: Effects): ReceiverState {
  const { store, mode } = state;
  if (store === null) return state;
  report(out, { type: 'timeout', timer: 'T5', waitingFor: 'the page to be stored' });
  const next: ReceiverState = { ...state, store: { ...store, overdue: true } };
  return mode.at === 'storing' && mode.open && !state.ear.busy ? ourTurn(next, mode, out) : next;
}

/** MCF or RTP was sent: the page counts. */
export function pageConfirmed(state: ReceiverState, out: Effects): ReceiverState {
  const { page, pagesReceived } = state.progress;
  report(out, { type: 'pageConfirmed', page, direction: 'receive' });
  if (state.running.includes('T5')) out.push({ type: 'stopTimer', timer: 'T5' });
  return {
    ...state,
    running: state.running.filter((timer) => timer !== 'T5'),
    progress: { ...state.progress, page: page + 1, pagesReceived: pagesReceived + 1 },
    pageOpen: false,
    pageTouched: false,
    attempt: 0,
    answered: state.store?.closing ?? null,
    store: null,
    ecm: { ...state.ecm, ...NO_BLOCKS },
    counters: { ...state.counters, rtn: 0 },
  };
}

function ourTurn(state: ReceiverState, mode: StoringMode, out: Effects): ReceiverState {
  const { store } = state;
  if (store === null) return state;
  if (store.status === 'stored') return confirm(state, store, out);
  if (store.status === 'failed') return finish(state, out, 'PAGE_NOT_STORED', store.detail);
  if (store.overdue)
    return finish(state, out, 'PAGE_NOT_STORED', 'not stored in the time that a sender waits');
  return enter(state, mode, out);
}

function confirm(state: ReceiverState, store: PageInStore, out: Effects): ReceiverState {
  const name = store.retrain ? 'RTP' : 'MCF';
  return say(enterPhase(state, out, 'D'), out, answerOf(state, name, afterConfirming(state, store)), {
    confirms: true,
    gains: true,
  });
}

function afterConfirming(state: ReceiverState, { closing, retrain }: PageInStore): WaitingMode {
  if (closing !== 'MPS') return afterSaying(closing);
  if (retrain) return afterSaying('RTP');
  return isEcm(state) ? BURST_EXPECTED : { ...PAGE_EXPECTED, mayRepeat: true };
}

function sayBusy(state: ReceiverState, mode: StoringMode, out: Effects): ReceiverState {
  const held = state.running.includes('T5') ? state : startTimer(state, out, 'T5', HOLD_MS);
  return say(held, out, answerOf(state, 'RNR', { ...mode, open: false }));
}

function windowOver(state: ReceiverState, mode: StoringMode, out: Effects): ReceiverState {
  if (mode.heard >= COMMAND_TRIES) {
    return finish(state, out, 'PAGE_NOT_STORED', 'not stored before the last repetition of the command');
  }
  return enter(state, { ...mode, open: false }, out);
}

function isEcm(state: ReceiverState): boolean {
  return state.parameters !== null && state.parameters.ecmFrameOctets !== null;
}
