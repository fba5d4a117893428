// A carrier that was lost before its end: its sender goes on, unheard by our modem, or it has gone. The line tells: where
// it is silent twice, with a wait between in which a command would have come again, nobody is there any more.

import type { Effect, Input } from '../machine.ts';
import type { TimerName } from '../timers.ts';
import { TIMERS } from '../timers.ts';
import type { Effects, ReceiverState } from './receiverState.ts';

/** More than the 75 ms between a page and its command, less than the pauses of a busy tone. */
const SILENT_MS = 200;
/** A command that is repeated comes within T4 and its tolerance, a satellite's way, and some flags to be noticed. */
const LISTEN_MS = TIMERS.T4.ms + TIMERS.T4.toleranceMs + 1050;
const TIMES = 2;

export const HEARD: ReceiverState['silence'] = { times: 0, sensing: false };

/** Looks whether anybody is there. The wait's own timer goes on. */
export function senseLine(state: ReceiverState, out: Effects): ReceiverState {
  out.push({ type: 'senseLine', silentMs: SILENT_MS });
  return { ...state, silence: { ...state.silence, sensing: true } };
}

/**
 * What was sensed, while it was asked for: the sender has gone, or it is listened on as `listen` says. A line that is
 * never silent is the wait's own timer's to end.
 */
export function takeSensed(
  state: ReceiverState,
  { silent }: Extract<Input, { type: 'sensed' }>,
  out: Effects,
  listen: Extract<Effect, { type: 'receiveFrames' | 'receiveFast' }>,
): { state: ReceiverState; gone: boolean } {
  if (!state.silence.sensing || state.ear.busy) return { state, gone: false };
  const times = silent ? state.silence.times + 1 : 0;
  const felt: ReceiverState = { ...state, silence: { times, sensing: false } };
  if (times >= TIMES) return { state: felt, gone: true };
  out.push(listen, { type: 'startTimer', timer: SENSE_TIMER, ms: LISTEN_MS });
  return { state: { ...felt, running: [...felt.running, SENSE_TIMER] }, gone: false };
}

const SENSE_TIMER: TimerName = 'T4';
