// Phase C and D of a page without error correction (T.30 §5.3.6.1.5, §5.3.6.1.6), and the begin of any page.

import { buildFrame } from '../frames/frame.ts';
import type { Effect, Input } from '../machine.ts';
import type { OutcomeCode } from '../outcome.ts';
import { TURNAROUND_MS } from '../timers.ts';
import { beginCommand, stepCommand } from './command.ts';
import { blockOf } from './ecmBlock.ts';
import { unavailable } from './hostWait.ts';
import { findPage } from './pageStore.ts';
import { sendGuardMs } from './sendGuard.ts';
import { doing, report } from './task.ts';
import type { Move, PageCommand, Sending } from './task.ts';
import { SENDER_FRAMES } from './training.ts';
import { askForNext, confirmed, ending, hungUp, interrupted, refused, unanswered } from './verdict.ts';

/** Zeros after RTC, so that the end of the carrier does not cut it: as many as HylaFAX sends on all kinds of modems. */
const FILL_OCTETS = 20;

/** The carrier of the page, which was ready before DCS or MPS was said. The next page is asked for at once. */
export function beginPage(state: Sending, training: 'long' | 'short'): Move {
  const { page, session } = state;
  const found = findPage(state.pages, page, session.format);
  if (found === null || 'unavailable' in found) {
    return { state, effects: [], next: unavailable(page, found?.unavailable ?? 'it is not at hand') };
  }
  const asked = askForNext(state);
  const begins = [
    report({ type: 'phase', phase: 'C' }),
    report({ type: 'pageBegins', page, direction: 'send', attempt: state.repeats + 1 }),
    ...asked.effects,
  ];
  if (session.parameters.ecmFrameOctets !== null) {
    const block = blockOf(found.data.length, {
      index: 0,
      frameOctets: session.parameters.ecmFrameOctets,
      training,
    });
    return { state: asked.state, effects: begins, next: { go: 'burst', block } };
  }
  const sending: Effect = {
    type: 'sendFast',
    gapMs: TURNAROUND_MS,
    rate: session.rate,
    training: session.rate.modulation === 'V.17' ? training : 'long',
    data: withFill(found.data),
    purpose: 'page',
  };
  return doing(asked.state, { at: 'sendingPage' }, [
    ...begins,
    sending,
    { type: 'startTimer', timer: 'carrier', ms: sendGuardMs(sending) },
  ]);
}

/** While the page's carrier is on. Nothing is heard meanwhile. */
export function stepPageCarrier(state: Sending, input: Input): Move {
  if (input.type === 'sent') {
    return { state, effects: [{ type: 'stopTimer', timer: 'carrier' }], next: { go: 'close', block: null } };
  }
  return carrierTrouble(state, input) ?? { state, effects: [] };
}

/** The modem could not send a page or a burst, or never said that it has. Null for anything else. */
export function carrierTrouble(state: Sending, input: Input): Move | null {
  const failed = (detail: string): Move => ({
    state,
    effects: [{ type: 'stopTimer', timer: 'carrier' }],
    next: ending('SEND_FAILED', `page ${state.page + 1}: ${detail}`, 'C'),
  });
  if (input.type === 'sendFailed') return failed(input.detail);
  if (input.type === 'timer' && input.timer === 'carrier') return failed('the modem did not finish sending');
  return null;
}

/** MPS, EOM or EOP, and the wait for the far end's verdict. */
export function beginPostMessage(state: Sending, closing: PageCommand): Move {
  const frame = buildFrame(closing, { x: state.task.x });
  const { command, effects } = beginCommand({
    sends: [{ type: 'sendFrames', gapMs: TURNAROUND_MS, frames: [frame] }],
    names: [closing],
    accepts: ['MCF', 'RTP', 'RTN', 'PIP', 'PIN'],
    echoes: SENDER_FRAMES,
  });
  return doing(state, { at: 'postMessage', command, closing }, [
    report({ type: 'phase', phase: 'D' }),
    ...effects,
  ]);
}

export function stepPostMessage(state: Sending, input: Input): Move {
  if (state.doing.at !== 'postMessage') return { state, effects: [] };
  const { closing } = state.doing;
  const { command, effects, result } = stepCommand(state.doing.command, input);
  if (result === undefined) return doing(state, { ...state.doing, command }, effects);
  if (result.kind === 'failed') {
    return { state, effects, next: unanswered(result, closing, NO_RESPONSE[closing]) };
  }
  return after(effects, verdict(state, result.frame.name, closing));
}

const NO_RESPONSE = {
  MPS: 'MPS_NO_RESPONSE',
  EOM: 'EOM_NO_RESPONSE',
  EOP: 'EOP_NO_RESPONSE',
} as const satisfies Record<PageCommand, OutcomeCode>;

function verdict(state: Sending, response: string, closing: PageCommand): Move {
  switch (response) {
    case 'MCF':
    case 'RTP':
      return confirmed(state, closing, response === 'RTP');
    case 'RTN':
      return refused(state);
    case 'PIP':
    case 'PIN':
      return interrupted(state, response, closing);
    default:
      return { state, effects: [], next: hungUp(closing) };
  }
}

/** A move whose effects come after others. */
export function after(effects: readonly Effect[], move: Move): Move {
  return { ...move, effects: [...effects, ...move.effects] };
}

function withFill(data: Uint8Array): Uint8Array {
  const filled = new Uint8Array(data.length + FILL_OCTETS);
  filled.set(data);
  return filled;
}
