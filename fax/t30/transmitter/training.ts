// Phase B of the sending station: TSI, SUB, SID and DCS, then the training check, until CFR; FTT falls back a step
// (T.30 §5.3.6.1.3, §5.3.6.1.4).

import { describeRate } from '../frames/describeCapabilities.ts';
import { buildFrame } from '../frames/frame.ts';
import type { FrameName } from '../frames/frameNames.ts';
import { buildIdentity } from '../frames/identity.ts';
import { buildParameters } from '../frames/parameters.ts';
import type { Effect, Input } from '../machine.ts';
import { commonRates, slowerRate } from '../negotiation/rates.ts';
import { TCF_MS, TURNAROUND_MS } from '../timers.ts';
import { beginCommand, stepCommand } from './command.ts';
import type { CommandStep } from './command.ts';
import { askForPage } from './pageStore.ts';
import { doing, plannedPage, sessionFor } from './task.ts';
import type { Move, Sending } from './task.ts';

/** What a sending station says: never a response to it. */
export const SENDER_FRAMES = [
  'DCS',
  'TSI',
  'SUB',
  'NSS',
  'SID',
  'TSA',
  'IRA',
  'CTC',
  'EOM',
  'MPS',
  'EOR',
  'EOP',
  'RR',
  'EOS',
  'PRI-EOM',
  'PRI-MPS',
  'PRI-EOP',
  'PPS',
] as const satisfies readonly FrameName[];

/** Announces the session as it stands and trains for it. The page is made ready meanwhile. */
export function beginTraining(state: Sending): Move {
  const { task, session, page } = state;
  const { parameters, format, rate } = session;
  const asked = askForPage(state.pages, page, format);
  const { names, frames } = announcement(state);
  const trainingOctets = Math.round((rate.rateBps * TCF_MS) / 8000);
  const step = beginCommand({
    sends: [
      { type: 'sendFrames', gapMs: TURNAROUND_MS, frames },
      {
        type: 'sendFast',
        gapMs: TURNAROUND_MS,
        rate,
        training: 'long',
        data: new Uint8Array(trainingOctets),
        purpose: 'TCF',
      },
    ],
    names,
    accepts: ['CFR', 'FTT'],
    // The called station hears its own DIS, the caller its own DTC.
    echoes: [...SENDER_FRAMES, ...(task.x ? CALLER_FRAMES : CALLED_FRAMES)],
  });
  return {
    ...doing({ ...state, pages: asked.pages }, { at: 'training', command: step.command }),
    effects: [
      ...asked.effects,
      // Whoever began this is in phase B already.
      ...(state.doing.at === 'holding' || state.doing.at === 'training'
        ? []
        : [{ type: 'report', event: { type: 'phase', phase: 'B' } } as const]),
      { type: 'report', event: { type: 'agreed', parameters, format } },
      ...step.effects,
    ],
  };
}

const CALLER_FRAMES = ['DTC', 'CIG', 'NSC', 'PWD', 'SEP', 'PSA'] as const satisfies readonly FrameName[];
const CALLED_FRAMES = ['DIS', 'CSI', 'NSF'] as const satisfies readonly FrameName[];

export function stepTraining(state: Sending, input: Input): Move {
  if (state.doing.at !== 'training') return { state, effects: [] };
  const before = state.doing.command;
  const { command, effects: steps, result }: CommandStep = stepCommand(before, input);
  const { rate } = state.session;
  const trained = (result: 'sent' | 'accepted' | 'refused'): Effect => ({
    type: 'report',
    event: { type: 'training', rate, direction: 'send', result },
  });
  const hasSentTcf = before.at === 'sending' && before.sending === 1 && command.at === 'listening';
  const effects = hasSentTcf && input.type === 'sent' ? [...steps, trained('sent')] : steps;
  const move = { ...doing(state, { at: 'training', command }), effects };
  if (result === undefined) return move;
  if (result.kind === 'failed') {
    return { ...move, next: { go: 'release', phase: 'B', ...failure(result.why, result.last) } };
  }
  const { name } = result.frame;
  if (name === 'CFR') {
    return {
      ...move,
      effects: [...effects, trained('accepted')],
      next: { go: 'page', training: 'short' },
    };
  }
  if (name === 'FTT') return fallBack(state, [...effects, trained('refused')]);
  const detail = 'DCN in answer to DCS and TCF';
  return { ...move, next: { go: 'release', code: 'DCN_AFTER_TRAINING', phase: 'B', detail, dcn: false } };
}

/** One step down. The rate that is left is not tried again in this call. */
function fallBack(state: Sending, effects: readonly Effect[]): Move {
  const slower = slowerSession(state);
  if (slower === null) {
    return {
      state,
      effects,
      next: {
        go: 'release',
        code: 'TRAINING_FAILED',
        phase: 'B',
        detail: `FTT to ${describeRate(state.session.rate)}, and there is nothing slower`,
      },
    };
  }
  return { ...slower, effects: [...effects, ...slower.effects], next: { go: 'train' } };
}

/** The state one step slower, with the report of it; null when there is none. */
export function slowerSession(state: Sending): Move | null {
  const { task, session } = state;
  const rates = commonRates(task.plan.limits, task.remote, task.plan.profile);
  const rate = slowerRate(rates, session.rate);
  const slower = rate === null ? 'nothing slower' : sessionFor(task, state.page, rate);
  if (typeof slower === 'string') return null;
  return {
    state: { ...state, session: slower },
    effects: [{ type: 'report', event: { type: 'fallBack', from: session.rate, to: slower.rate } }],
  };
}

function failure(why: string, last: FrameName | null) {
  switch (why) {
    case 'sendFailed':
      return { code: 'SEND_FAILED', detail: 'the modem could not send DCS and TCF' } as const;
    case 'tooManyRepeats':
      return { code: 'TOO_MANY_REPEATS', detail: 'CRP again and again in answer to DCS' } as const;
    default:
      break;
  }
  if (last === null) {
    return { code: 'DCS_NO_RESPONSE', detail: 'three times no answer to DCS and TCF' } as const;
  }
  return last === 'DIS' || last === 'DTC'
    ? ({ code: 'DCS_NOT_UNDERSTOOD', detail: `three times ${last} in answer to DCS` } as const)
    : ({ code: 'TRAINING_BAD_RESPONSE', detail: `${last} in answer to DCS` } as const);
}

/** Optional frames first, DCS last and final (T.30 §5.3.6.2). */
function announcement(state: Sending): { names: readonly string[]; frames: readonly Uint8Array[] } {
  const { task, session, page } = state;
  const { x, plan } = task;
  const document = plannedPage(plan, page)?.document;
  const { subaddressSent, senderIdSent } = session.parameters;
  const identities = [
    { name: 'SID', text: senderIdSent ? (document?.password ?? '') : '' },
    { name: 'SUB', text: subaddressSent ? (document?.subaddress ?? '') : '' },
    { name: 'TSI', text: plan.localId },
  ] as const;
  const sent = identities.filter(({ text }) => text !== '');
  return {
    names: [...sent.map(({ name }) => name), 'DCS'],
    frames: [
      ...sent.map(({ name, text }) => buildFrame(name, { x, fif: buildIdentity(text), final: false })),
      buildFrame('DCS', { x, fif: buildParameters(session.parameters) }),
    ],
  };
}
