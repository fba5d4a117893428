// Pages with error correction: frames are collected block by block, missing ones asked for again with PPR, blocks given
// to the host in order (T.30 Annex A). A confirmed block is known by its counters and never given twice.

import type { Frame } from '../frames/frame.ts';
import { parseFrame } from '../frames/frame.ts';
import { parseContinueRate } from '../frames/parameters.ts';
import { buildPpr, parseEor, parsePps } from '../frames/postMessage.ts';
import type { PartialPage } from '../frames/postMessage.ts';
import type { Input } from '../machine.ts';
import { senseLine, takeSensed } from './goneSender.ts';
import {
  afterSaying,
  answerOf,
  BURST_EXPECTED,
  burstMs,
  dropPage,
  enter,
  enterPhase,
  finish,
  NO_BLOCKS,
  report,
  say,
  sayAgain,
  startTimer,
  stopWaiting,
  waitOn,
} from './moves.ts';
import {
  addFrame,
  closeBurst,
  EMPTY_BLOCK,
  isRepetition,
  joinFrames,
  marksOf,
  wantedFrames,
} from './receivedBlock.ts';
import type { BurstMode, Effects, ReceiverState } from './receiverState.ts';
import { askedAgain, beginStoring, closingOf } from './storing.ts';
import { canReceiveAt } from './training.ts';

/** PPR without a frame gained: far more than the four after which a sender must change something. */
const FRUITLESS_PPR_LIMIT = 16;
/** 64 MiB of T.6: no page has as much. */
const BLOCK_LIMIT = 1024;
/** RCP comes three times and less than 50 ms of flags follow (T.4 §A.3.8); then the carrier must go. */
const CARRIER_END_MS = 2000;

/** Everything but V.21 while frames are awaited, come in, or are over. */
export function stepBurst(state: ReceiverState, mode: BurstMode, input: Input, out: Effects): ReceiverState {
  if (input.type === 'carrier' && input.carrier === 'fast') {
    return input.present ? burstArrives(state, mode, out) : burstOver(state, mode, out);
  }
  if (input.type === 'frame' && input.carrier === 'fast') return fastFrame(state, mode, input, out);
  if (input.type === 'timer' && input.timer === 'carrier') {
    report(out, {
      type: 'timeout',
      timer: 'carrier',
      waitingFor: mode.stage === 'waiting' ? 'the first frame' : 'the end of the block',
    });
    // PPS may come all the same.
    return enter(state, { ...mode, ended: true }, out);
  }
  if (input.type === 'timer' && input.timer === 'T2') return noPps(state, out);
  if (input.type === 'timer' && input.timer === 'T4') return senseLine(state, out);
  if (input.type === 'sensed') return senderSensed(state, mode, input, out);
  return state;
}

function senderSensed(
  state: ReceiverState,
  mode: BurstMode,
  input: Extract<Input, { type: 'sensed' }>,
  out: Effects,
): ReceiverState {
  const { rate } = state;
  const { training } = mode;
  const sensed = takeSensed(
    state,
    input,
    out,
    mode.ended || rate === null
      ? { type: 'receiveFrames' }
      : { type: 'receiveFast', rate, training, purpose: 'ECM' },
  );
  return sensed.gone ? noPps(sensed.state, out) : sensed.state;
}

function noPps(state: ReceiverState, out: Effects): ReceiverState {
  report(out, { type: 'timeout', timer: 'T2', waitingFor: 'PPS' });
  return state.ecm.block.held === 0
    ? finish(state, out, 'PAGE_NO_CARRIER', 'no frame and no command came')
    : finish(state, out, 'NO_POST_MESSAGE', 'no PPS came after the block');
}

export function takePps(state: ReceiverState, frame: Frame, out: Effects): ReceiverState {
  const pps = parsePps(frame);
  const { mode, ecm } = state;
  if (pps === null) return waitOn(state, out);
  const isLast = ecm.last !== null && pps.page === ecm.last.page && pps.block === ecm.last.block;
  if (mode.at === 'storing') return isLast ? askedAgain(state, mode, out) : waitOn(state, out);
  if (isLast) return confirmedBefore(state, out);
  // After EOP nothing may follow but its repetition.
  if (mode.at === 'command') return waitOn(state, out);
  if (isSkipped(state, pps)) {
    const torn: ReceiverState = { ...state, ecm: { ...ecm, block: EMPTY_BLOCK } };
    return finish(torn, out, 'PAGE_BROKEN_OFF', `block ${pps.block} of page ${pps.page} came out of turn`);
  }
  return takeBlock(enterPhase(state, out, 'D'), pps, out);
}

/** CTC: correction goes on at another rate. */
export function takeContinue(state: ReceiverState, frame: Frame, out: Effects): ReceiverState {
  const rate = parseContinueRate(frame.fif) ?? state.rate;
  if (state.mode.at !== 'burst') return waitOn(state, out);
  if (!canReceiveAt(state.task, rate)) {
    return finish(state, out, 'PARAMETERS_REFUSED', 'CTC asks for a rate that this station does not have');
  }
  if (state.rate !== null && rate.rateBps < state.rate.rateBps) {
    report(out, { type: 'fallBack', from: state.rate, to: rate });
  }
  return say({ ...state, rate }, out, answerOf(state, 'CTR', { ...BURST_EXPECTED, training: 'long' }));
}

/** EOR: the sender gives the block up. ERR lets it go on, but confirms nothing. */
export function takeEor(state: ReceiverState, frame: Frame, out: Effects): ReceiverState {
  const command = parseEor(frame);
  const { mode, progress } = state;
  if (command === null || mode.at === 'storing') return waitOn(state, out);
  const nothingSince = mode.at === 'command' || (mode.at === 'burst' && state.ecm.block.held === 0);
  if (state.last?.name === 'ERR' && nothingSince) return sayAgain(state, out);
  if (mode.at !== 'burst') return waitOn(state, out);
  const given = enterPhase(state, out, 'D');
  if (command === 'NULL') {
    const ecm = { ...state.ecm, ...NO_BLOCKS, blocks: state.ecm.blocks, last: null, broken: true };
    return say({ ...given, ecm }, out, answerOf(state, 'ERR', BURST_EXPECTED));
  }
  report(out, { type: 'pageRefused', page: progress.page, direction: 'receive', by: 'ERR' });
  const dropped = dropPage(given, out);
  const next: ReceiverState = {
    ...dropped,
    progress: { ...progress, page: progress.page + 1, pagesLost: progress.pagesLost + 1 },
    attempt: 0,
    ecm: { ...dropped.ecm, ...NO_BLOCKS, last: null },
  };
  const closing = closingOf(command);
  return say(next, out, answerOf(state, 'ERR', closing === 'MPS' ? BURST_EXPECTED : afterSaying(closing)));
}

function burstArrives(state: ReceiverState, mode: BurstMode, out: Effects): ReceiverState {
  if (mode.stage === 'arriving' || state.rate === null) return state;
  const next = stopWaiting(state, out);
  const arriving: BurstMode = { ...mode, stage: 'arriving', ended: false };
  return startTimer({ ...next, mode: arriving }, out, 'carrier', burstMs(state.rate.rateBps));
}

function burstOver(state: ReceiverState, mode: BurstMode, out: Effects): ReceiverState {
  if (mode.stage !== 'arriving') return state;
  const over: BurstMode = { ...mode, stage: 'over' };
  if (state.ear.busy) return { ...state, mode: over };
  // Carrier after carrier without RCP leads nowhere, and has an end.
  return mode.ended ? enter(state, over, out) : waitOn({ ...state, mode: over }, out);
}

function fastFrame(
  state: ReceiverState,
  mode: BurstMode,
  input: Extract<Input, { type: 'frame' }>,
  out: Effects,
): ReceiverState {
  // Damaged ones are told in one number with their block.
  const frame = input.fcsOk ? parseFrame(input.octets) : null;
  const number = frame?.fif[0];
  if (frame?.name === 'FCD' && number !== undefined) {
    const block = addFrame(state.ecm.block, number, frame.fif.subarray(1));
    return { ...state, ecm: { ...state.ecm, block } };
  }
  if (frame?.name === 'RCP' && !mode.ended && mode.stage === 'arriving') {
    return startTimer({ ...state, mode: { ...mode, ended: true } }, out, 'carrier', CARRIER_END_MS);
  }
  return state;
}

/** The last block once more: our MCF was lost. Frames that came again since are those of that block, or of no other. */
function confirmedBefore(state: ReceiverState, out: Effects): ReceiverState {
  const { ecm, last } = state;
  const isRepeated = ecm.last !== null && isRepetition(ecm.block, ecm.last.marks);
  if (last?.name !== 'MCF' || !isRepeated) return waitOn(state, out);
  return sayAgain({ ...state, ecm: { ...ecm, block: EMPTY_BLOCK } }, out);
}

/** A sender goes on only when we have confirmed. If it left one out it took another answer for that: the page is torn. */
function isSkipped({ ecm }: ReceiverState, { page, block }: PartialPage): boolean {
  if (ecm.last === null) return false;
  return ecm.blocks > 0
    ? page !== ecm.last.page || block !== ((ecm.last.block + 1) & 0xff)
    : page !== ((ecm.last.page + 1) & 0xff);
}

function takeBlock(state: ReceiverState, pps: PartialPage, out: Effects): ReceiverState {
  const { ecm, parameters, progress } = state;
  const block = closeBurst(ecm.block, pps.frames, parameters?.ecmFrameOctets ?? 256);
  const wanted = wantedFrames(block);
  const missing = wanted.filter(Boolean).length;
  report(out, { type: 'blockReceived', page: progress.page, block: pps.block, frames: block.total, missing });
  const next: ReceiverState = { ...state, ecm: { ...ecm, block } };
  // The last block of a page that is torn: MCF would confirm the page.
  if (ecm.broken && pps.command !== 'NULL')
    return askAgain(
      next,
      wanted.map(() => true),
      out,
    );
  return missing > 0 ? askAgain(next, wanted, out) : commitBlock(next, pps, out);
}

function askAgain(state: ReceiverState, wanted: readonly boolean[], out: Effects): ReceiverState {
  const { ecm } = state;
  const gained = ecm.block.held > ecm.heldAtPpr;
  const fruitlessPprs = gained ? 1 : ecm.fruitlessPprs + 1;
  if (fruitlessPprs > FRUITLESS_PPR_LIMIT) {
    return finish(state, out, 'ECM_NO_PROGRESS', `${FRUITLESS_PPR_LIMIT} times PPR and no frame gained`);
  }
  const frames = [buildPpr({ x: state.task.x, wanted })];
  const next: ReceiverState = { ...state, ecm: { ...ecm, fruitlessPprs, heldAtPpr: ecm.block.held } };
  return say(next, out, { name: 'PPR', frames, wait: BURST_EXPECTED }, { gains: gained });
}

function commitBlock(state: ReceiverState, pps: PartialPage, out: Effects): ReceiverState {
  const { ecm, progress } = state;
  if (ecm.blocks >= BLOCK_LIMIT) {
    return finish(state, out, 'PAGE_NOT_STORED', `a page of more than ${BLOCK_LIMIT} blocks`);
  }
  if (!ecm.broken) {
    out.push({ type: 'pageData', page: progress.page, octets: joinFrames(ecm.block) });
  }
  const next: ReceiverState = {
    ...state,
    ecm: {
      ...ecm,
      block: EMPTY_BLOCK,
      blocks: ecm.blocks + 1,
      last: { page: pps.page, block: pps.block, marks: marksOf(ecm.block) },
      fruitlessPprs: 0,
      heldAtPpr: 0,
    },
  };
  if (pps.command === 'NULL') {
    return say(next, out, answerOf(state, 'MCF', BURST_EXPECTED), { gains: true });
  }
  report(out, { type: 'pageReceived', page: progress.page, quality: null, endSeen: true });
  return beginStoring(next, out, { closing: closingOf(pps.command), retrain: false });
}
