// Pages with error correction: bursts of frames, PPS, and the far end's answer about a block (T.30 Annex A).

import { buildEcmBurst } from '../ecm/frameStream.ts';
import { describeRate } from '../frames/describeCapabilities.ts';
import type { Frame } from '../frames/frame.ts';
import { buildPps, parsePpr } from '../frames/postMessage.ts';
import type { Effect, Input } from '../machine.ts';
import { PPR_LIMIT, TURNAROUND_MS } from '../timers.ts';
import { beginCommand, repeatCommand, stepCommand } from './command.ts';
import type { Command, CommandStep } from './command.ts';
import { blockOf, blockWanting, framesOf } from './ecmBlock.ts';
import type { Block } from './ecmBlock.ts';
import { after, carrierTrouble } from './page.ts';
import { findPage } from './pageStore.ts';
import { sendGuardMs } from './sendGuard.ts';
import { doing, report } from './task.ts';
import type { Move, PageCommand, Sending } from './task.ts';
import { SENDER_FRAMES } from './training.ts';
import { confirmed, ending, hungUp, interrupted, refused, unanswered } from './verdict.ts';

/** Responses about a block that all ask or say something sensible. */
export const BLOCK_RESPONSES = ['MCF', 'PPR', 'RNR', 'RTN', 'RTP', 'PIP', 'PIN'] as const;

/** Sends the wanted frames of the block. */
export function beginBurst(state: Sending, block: Block): Move {
  const { session, page } = state;
  const { rate, parameters, format } = session;
  const found = findPage(state.pages, page, format);
  const frames =
    found === null || 'unavailable' in found
      ? []
      : framesOf(block, found.data, parameters.ecmFrameOctets ?? 256);
  const sending: Effect = {
    type: 'sendFast',
    gapMs: TURNAROUND_MS,
    rate,
    training: rate.modulation === 'V.17' ? block.training : 'long',
    data: buildEcmBurst(frames, {
      rateBps: rate.rateBps,
      // Some receivers miss the only frame of a burst when it is frame 0.
      repeatFirst: block.burst > 1 && block.wanted.length === 1 && block.wanted[0] === 0,
    }),
    purpose: 'ECM',
  };
  return doing(state, { at: 'sendingBlock', block }, [
    sending,
    { type: 'startTimer', timer: 'carrier', ms: sendGuardMs(sending) },
  ]);
}

export function stepBurst(state: Sending, input: Input): Move {
  if (state.doing.at !== 'sendingBlock') return { state, effects: [] };
  const { block } = state.doing;
  if (input.type === 'sent') {
    const event = { page: state.page, block: block.index, frames: block.wanted.length };
    return {
      state,
      effects: [{ type: 'stopTimer', timer: 'carrier' }, report({ type: 'blockSent', ...event })],
      next: { go: 'close', block },
    };
  }
  return carrierTrouble(state, input) ?? { state, effects: [] };
}

/** PPS: counts the frames of this burst only. */
export function beginPps(state: Sending, closing: PageCommand | 'NULL', block: Block): Move {
  const frame = buildPps({
    x: state.task.x,
    command: closing,
    page: state.ecmPage,
    block: block.index,
    frames: block.wanted.length,
  });
  const { command, effects } = beginCommand({
    sends: [{ type: 'sendFrames', gapMs: TURNAROUND_MS, frames: [frame] }],
    names: [`PPS-${closing}`],
    accepts: BLOCK_RESPONSES,
    echoes: SENDER_FRAMES,
  });
  return doing(state, { at: 'partialPage', command, closing, block }, [
    report({ type: 'phase', phase: 'D' }),
    ...effects,
  ]);
}

export function stepPps(state: Sending, input: Input): Move {
  if (state.doing.at !== 'partialPage') return { state, effects: [] };
  const { doing: now } = state;
  const keep = (step: CommandStep): Move => {
    const { command, effects, result } = step;
    if (result === undefined) return doing(state, { ...now, command }, effects);
    if (result.kind === 'failed') {
      return { state, effects, next: unanswered(result, nameOf(command), 'PPS_NO_RESPONSE') };
    }
    const answered = answerAboutBlock(state, result.frame, now);
    return answered === null
      ? after(effects, keep(repeatCommand(command, result.frame.name)))
      : after(effects, answered);
  };
  return keep(stepCommand(now.command, input));
}

/**
 * What a response to PPS, or to the RR after it, means. Null when it cannot be used: a PPR that is too short, an RTP
 * in the middle of a page.
 */
export function answerAboutBlock(
  state: Sending,
  response: Frame,
  { block, closing }: { block: Block; closing: PageCommand | 'NULL' },
): Move | null {
  const name: string = response.name;
  switch (name) {
    case 'MCF':
      return closing === 'NULL' ? nextBlock(state, block) : confirmed(state, closing, false);
    // Neither belongs to error correction, but what they say is clear.
    case 'RTP':
      return closing === 'NULL' ? null : confirmed(state, closing, true);
    case 'RTN':
      return refused(state);
    case 'PPR': {
      const wanted = parsePpr(response);
      return wanted === null ? null : correct(state, blockWanting(block, wanted), { closing, wanted });
    }
    case 'RNR':
      return { state, effects: [], next: { go: 'askIfReady', closing, block, after: 'PPS' } };
    case 'PIP':
    case 'PIN':
      return interrupted(state, name, closing === 'NULL' ? null : closing);
    case 'DCN':
      return { state, effects: [], next: hungUp(`PPS-${closing}`) };
    default:
      return null;
  }
}

function nextBlock(state: Sending, { index }: Block): Move {
  const { page, pages, session } = state;
  const found = findPage(pages, page, session.format);
  const octets = found === null || 'unavailable' in found ? 0 : found.data.length;
  const frameOctets = session.parameters.ecmFrameOctets ?? 256;
  return {
    state,
    effects: [],
    next: { go: 'burst', block: blockOf(octets, { index: index + 1, frameOctets, training: 'short' }) },
  };
}

/** After the fourth PPR: CTC, as often as the profile allows, else EOR. A PPR that wants nothing cannot be corrected. */
function correct(
  state: Sending,
  block: Block,
  { closing, wanted }: { closing: PageCommand | 'NULL'; wanted: readonly boolean[] },
): Move {
  if (block.pprs < PPR_LIMIT) return { state, effects: [], next: { go: 'burst', block } };
  const wantsNothing = !wanted.slice(0, block.frames).includes(true);
  const mayContinue = block.corrections < state.task.plan.profile.correctAtMost && !wantsNothing;
  return {
    state,
    effects: [],
    next: mayContinue ? { go: 'continueToCorrect', block } : { go: 'endCorrection', closing, block },
  };
}

/** `PPS-EOP`, for people. */
export function nameOf(command: Command): string {
  return command.names.at(-1) ?? 'a command';
}

/** The correction of a block was given up: the page is not confirmed, and no later one may be before it. */
export function correctionEnded(state: Sending, { index, wanted, frames }: Block): Move {
  const missing = `${wanted.length} of ${frames} frames stayed missing with ${describeRate(state.session.rate)}`;
  return {
    state,
    effects: [report({ type: 'pageRefused', page: state.page, direction: 'send', by: 'ERR' })],
    next: ending('ECM_NO_PROGRESS', `page ${state.page + 1}, block ${index + 1}: ${missing} (EOR, ERR)`),
  };
}
