// What error correction does when a block does not get through at once: RR while the far end is not ready, CTC to go on
// at a lower rate, EOR to give up (T.30 Annex A.4.3 and A.4.4).

import { buildFrame } from '../frames/frame.ts';
import type { Frame } from '../frames/frame.ts';
import type { FrameName } from '../frames/frameNames.ts';
import { buildContinueRate } from '../frames/parameters.ts';
import { buildEor } from '../frames/postMessage.ts';
import type { Input } from '../machine.ts';
import { TIMERS, TURNAROUND_MS } from '../timers.ts';
import { beginCommand, lastTry, repeatCommand, stepCommand } from './command.ts';
import type { CommandSending, CommandStep } from './command.ts';
import { BLOCK_RESPONSES, answerAboutBlock, correctionEnded, nameOf } from './ecm.ts';
import type { Block } from './ecmBlock.ts';
import { after } from './page.ts';
import { doing, report } from './task.ts';
import type { Move, PageCommand, Sending } from './task.ts';
import { SENDER_FRAMES, slowerSession } from './training.ts';
import { ending, hungUp, interrupted, unanswered } from './verdict.ts';

interface Unready {
  closing: PageCommand | 'NULL';
  block: Block;
  after: 'PPS' | 'EOR';
}

/** RNR: asks with RR until the far end has room, at most T5. */
export function beginAsking(state: Sending, unready: Unready): Move {
  const move = ask(state, unready);
  return { ...move, effects: [{ type: 'startTimer', timer: 'T5', ms: TIMERS.T5.ms }, ...move.effects] };
}

export function stepAsking(state: Sending, input: Input): Move {
  if (state.doing.at !== 'notReady') return { state, effects: [] };
  const { doing: now } = state;
  if (input.type === 'timer' && input.timer === 'T5') {
    // The answer to the RR that is on its way still counts; no further one is sent.
    return doing(state, { ...now, command: lastTry(now.command), t5Expired: true }, [
      report({ type: 'timeout', timer: 'T5', waitingFor: 'the far end to be ready' }),
    ]);
  }
  const keep = ({ command, effects, result }: CommandStep): Move => {
    if (result === undefined) return doing(state, { ...now, command }, effects);
    const over = [...effects, { type: 'stopTimer', timer: 'T5' } as const];
    if (result.kind === 'failed') {
      const next = now.t5Expired ? BUSY_TOO_LONG : unanswered(result, 'RR', 'RR_NO_RESPONSE');
      return { state, effects: over, next };
    }
    if (result.frame.name === 'RNR') {
      return now.t5Expired ? { state, effects: over, next: BUSY_TOO_LONG } : after(effects, ask(state, now));
    }
    const answered =
      now.after === 'PPS'
        ? answerAboutBlock(state, result.frame, now)
        : answerToEor(state, result.frame, now);
    return answered === null
      ? after(effects, keep(repeatCommand(command, result.frame.name)))
      : after(over, answered);
  };
  return keep(stepCommand(now.command, input));
}

const BUSY_TOO_LONG = ending('T5_TIMEOUT', 'RNR for longer than T5');

function ask(state: Sending, { closing, block, after }: Unready): Move {
  const { command, effects } = beginCommand({
    sends: [sendFrame(buildFrame('RR', { x: state.task.x }))],
    names: ['RR'],
    accepts: after === 'PPS' ? BLOCK_RESPONSES : EOR_RESPONSES,
    echoes: SENDER_FRAMES,
  });
  return doing(state, { at: 'notReady', command, closing, block, after, t5Expired: false }, effects);
}

/** CTC: names the rate at which the correction goes on, a step lower if there is one. */
export function beginContinuing(state: Sending, block: Block): Move {
  const slower = slowerSession(state) ?? { state, effects: [] };
  const fif = buildContinueRate(slower.state.session.rate);
  const { command, effects } = beginCommand({
    sends: [sendFrame(buildFrame('CTC', { x: state.task.x, fif }))],
    names: ['CTC'],
    accepts: ['CTR'],
    echoes: SENDER_FRAMES,
  });
  return doing(slower.state, { at: 'continuing', command, block }, [...slower.effects, ...effects]);
}

export function stepContinuing(state: Sending, input: Input): Move {
  if (state.doing.at !== 'continuing') return { state, effects: [] };
  const { command, effects, result } = stepCommand(state.doing.command, input);
  if (result === undefined) return doing(state, { ...state.doing, command }, effects);
  if (result.kind === 'failed') {
    return { state, effects, next: unanswered(result, 'CTC', 'CTC_NO_RESPONSE') };
  }
  if (result.frame.name === 'DCN') return { state, effects, next: hungUp('CTC') };
  const { block } = state.doing;
  // The first data after CTR are trained for anew.
  const again: Block = { ...block, pprs: 0, corrections: block.corrections + 1, training: 'long' };
  return { state, effects, next: { go: 'burst', block: again } };
}

/** EOR: this station gives the block up. */
export function beginEndingCorrection(state: Sending, closing: PageCommand | 'NULL', block: Block): Move {
  const { command, effects } = beginCommand({
    sends: [sendFrame(buildEor({ x: state.task.x, command: closing }))],
    names: [`EOR-${closing}`],
    accepts: EOR_RESPONSES,
    echoes: SENDER_FRAMES,
  });
  return doing(state, { at: 'endingCorrection', command, closing, block }, effects);
}

export function stepEndingCorrection(state: Sending, input: Input): Move {
  if (state.doing.at !== 'endingCorrection') return { state, effects: [] };
  const { closing, block } = state.doing;
  const { command, effects, result } = stepCommand(state.doing.command, input);
  if (result === undefined) return doing(state, { ...state.doing, command }, effects);
  if (result.kind === 'failed') {
    return { state, effects, next: unanswered(result, nameOf(command), 'EOR_NO_RESPONSE') };
  }
  return after(effects, answerToEor(state, result.frame, { closing, block }));
}

const EOR_RESPONSES = ['ERR', 'RNR', 'PIN'] as const satisfies readonly FrameName[];

function answerToEor(
  state: Sending,
  { name }: Frame,
  { closing, block }: { closing: PageCommand | 'NULL'; block: Block },
): Move {
  if (name === 'RNR') {
    return { state, effects: [], next: { go: 'askIfReady', closing, block, after: 'EOR' } };
  }
  if (name === 'PIN') return interrupted(state, name, null);
  if (name === 'DCN') return { state, effects: [], next: hungUp(`EOR-${closing}`) };
  return correctionEnded(state, block);
}

function sendFrame(frame: Uint8Array): CommandSending {
  return { type: 'sendFrames', gapMs: TURNAROUND_MS, frames: [frame] };
}
