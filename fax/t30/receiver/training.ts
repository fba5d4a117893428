// Phase B of the receiving station: the DCS with what stands before it, the training check, CFR or FTT (T.30 §5.3.6.1.4).

import type { Frame } from '../frames/frame.ts';
import { parseIdentity } from '../frames/identity.ts';
import { eventsOf } from '../identification.ts';
import { parseParameters } from '../frames/parameters.ts';
import type { Input } from '../machine.ts';
import { isSameRate } from '../negotiation/rates.ts';
import { isTrainingGood } from '../negotiation/trainingCheck.ts';
import type { FastRate, SessionParameters } from '../parameters.ts';
import { COMMAND_TRIES } from '../timers.ts';
import {
  afterSaying,
  answerOf,
  BURST_EXPECTED,
  end,
  enter,
  enterPhase,
  finish,
  PAGE_EXPECTED,
  report,
  say,
  startTimer,
  TCF_LENGTH_MS,
} from './moves.ts';
import { EMPTY_BLOCK } from './receivedBlock.ts';
import type { Effects, Ending, ReceiverState, ReceiveTask, TrainingMode } from './receiverState.ts';

/** More than a sender has steps to fall back, each tried twice. */
const FTT_LIMIT = 16;

/** A DCS, with the optional frames before it. Its training check follows, and only after that the line is ours. */
export function takeDcs(state: ReceiverState, command: readonly Frame[], out: Effects): ReceiverState {
  const dcs = command.at(-1);
  if (dcs === undefined) return state;
  for (const event of eventsOf(command)) report(out, event);
  const parameters = parseParameters(dcs.fif);
  const { rate } = parameters;
  const next = enterPhase(state, out, 'B');
  const refused = refusalOf(state.task, command, parameters);
  if (refused !== null) {
    return enter({ ...next, rate }, { at: 'training', stage: 'waiting', verdict: refused }, out);
  }
  report(out, { type: 'agreed', parameters, format: null });
  if (rate !== null && state.rate !== null && rate.rateBps < state.rate.rateBps) {
    report(out, { type: 'fallBack', from: state.rate, to: rate });
  }
  // What came of a page before is begun anew, and so are its blocks; and a page of another form is another page.
  const anew =
    state.pageTouched ||
    state.ecm.blocks > 0 ||
    state.ecm.broken ||
    !isSameForm(state.parameters, parameters);
  const ready: ReceiverState = {
    ...next,
    parameters,
    rate,
    pageTouched: anew,
    ecm: { block: EMPTY_BLOCK, last: null, blocks: 0, broken: false, fruitlessPprs: 0, heldAtPpr: 0 },
  };
  return enter(ready, { at: 'training', stage: 'waiting', verdict: 'train' }, out);
}

/** Everything but V.21 while the training check is awaited. */
export function stepTraining(
  state: ReceiverState,
  mode: TrainingMode,
  input: Input,
  out: Effects,
): ReceiverState {
  if (input.type === 'carrier' && input.carrier === 'fast') {
    if (!input.present) return state;
    const heard: ReceiverState = { ...state, trainingHeard: true, mode: { ...mode, stage: 'arriving' } };
    return startTimer(heard, out, 'carrier', TCF_LENGTH_MS);
  }
  // While V.21 is heard nothing can be answered: a DCS that comes instead decides.
  if (input.type === 'trainingCheck') {
    return state.ear.busy ? state : conclude(state, mode, input.octets, out);
  }
  if (input.type === 'timer' && input.timer === 'carrier') {
    report(out, {
      type: 'timeout',
      timer: 'carrier',
      waitingFor: mode.stage === 'waiting' ? 'TCF' : 'the end of TCF',
    });
    return conclude(state, mode, null, out);
  }
  return state;
}

/** `octets`: null when no carrier came, or one that did not end. */
function conclude(
  state: ReceiverState,
  mode: TrainingMode,
  octets: Uint8Array | null,
  out: Effects,
): ReceiverState {
  const { parameters, rate, counters } = state;
  if (mode.verdict === 'identify') return identifyAgain(state, out);
  if (mode.verdict !== 'train') return end(state, out, mode.verdict);
  if (parameters === null || rate === null) return state;
  const isEcm = parameters.ecmFrameOctets !== null;
  const isGood = octets !== null && isTrainingGood(octets, rate, isEcm);
  report(out, { type: 'training', rate, direction: 'receive', result: isGood ? 'good' : 'bad' });
  if (isGood) {
    const trained = { ...state, trainingHeard: false, counters: { ...counters, ftt: 0, refusals: 0 } };
    return say(trained, out, answerOf(state, 'CFR', isEcm ? BURST_EXPECTED : PAGE_EXPECTED));
  }
  const ftt = counters.ftt + 1;
  if (ftt > FTT_LIMIT) {
    const ending = trainingFailed(state);
    return finish(state, out, ending.code, ending.detail);
  }
  return say({ ...state, counters: { ...counters, ftt } }, out, answerOf(state, 'FTT', afterSaying('FTT')));
}

/** How a call ends when the sender gives up after FTT, or goes on for ever. */
export function trainingFailed(state: ReceiverState): Pick<Ending, 'code' | 'detail'> {
  const { ftt } = state.counters;
  return state.trainingHeard
    ? { code: 'TCF_NEVER_GOOD', detail: `${ftt} times FTT` }
    : { code: 'TRAINING_NOT_HEARD', detail: `no carrier of a training check was found, ${ftt} times` };
}

/** The sender may have misread what we can do. */
function identifyAgain(state: ReceiverState, out: Effects): ReceiverState {
  const refusals = state.counters.refusals + 1;
  if (refusals >= COMMAND_TRIES) {
    return finish(state, out, 'PARAMETERS_REFUSED', `${refusals} times a DCS that cannot be accepted`);
  }
  return say({ ...state, counters: { ...state.counters, refusals } }, out, {
    name: state.task.x ? 'DTC' : 'DIS',
    frames: state.task.identification,
    wait: afterSaying('identification'),
  });
}

function refusalOf(
  task: ReceiveTask,
  command: readonly Frame[],
  parameters: SessionParameters,
): 'identify' | Ending | null {
  const { receivePassword } = task.plan.answer;
  // Polled, the document was asked for by ourselves.
  if (!task.x && !task.plan.answer.receives) {
    const detail = 'this station takes no documents';
    return { code: 'PARAMETERS_REFUSED', phase: 'B', detail, silently: false };
  }
  if (!task.x && receivePassword !== null && !givesPassword(command, receivePassword)) {
    return { code: 'PASSWORD_REFUSED', phase: 'B', detail: 'wrong password, or none', silently: false };
  }
  return isAcceptable(task, parameters) ? null : 'identify';
}

/** SID carries the password of a transmission, PWD that of a poll; some senders use PWD for both. */
function givesPassword(command: readonly Frame[], password: string): boolean {
  return command.some(
    ({ name, fif }) => (name === 'SID' || name === 'PWD') && parseIdentity(fif) === password.trim(),
  );
}

/** Held against what this station can do, not against what it offered: a sender that knows better is welcome. */
function isAcceptable(task: ReceiveTask, parameters: SessionParameters): boolean {
  const { limits } = task.plan;
  const { capabilities } = limits;
  return (
    canReceiveAt(task, parameters.rate) &&
    parameters.unsupported.length === 0 &&
    capabilities.codings.includes(parameters.coding) &&
    capabilities.resolutions.includes(parameters.resolution) &&
    capabilities.width >= parameters.width &&
    (parameters.ecmFrameOctets === null || capabilities.ecm)
  );
}

/** Whether pages are coded alike; the rate makes no difference. */
function isSameForm(one: SessionParameters | null, other: SessionParameters): boolean {
  return JSON.stringify({ ...one, rate: null }) === JSON.stringify({ ...other, rate: null });
}

export function canReceiveAt(task: ReceiveTask, rate: FastRate | null): rate is FastRate {
  return rate !== null && task.plan.limits.receiveRates.some((one) => isSameRate(one, rate));
}
