// Waiting for the host to make a page ready, without losing the far end: before DCS, and before the post-message command
// of the page before it; so that nothing is waited for after CFR and MCF. V.21 is listened to meanwhile.

import type { Effect, Input } from '../machine.ts';
import type { Phase } from '../outcome.ts';
import { QUIET, ignoredFrame, stepEar } from '../receiver/commandEar.ts';
import type { Block } from './ecmBlock.ts';
import { askForPage, findPage } from './pageStore.ts';
import { doing, report, sessionFor } from './task.ts';
import type { Doing, Ending, HostWait, Move, Next, Sending } from './task.ts';
import { closingOf, ending } from './verdict.ts';

/**
 * How long the far end may be kept waiting for a post-message command: its T2 can be as short as 5 s, and the preamble
 * takes up to 1.2 s of it.
 */
export const HOST_WAIT_MS = 3500;

/**
 * How long DCS may be held back. A called machine repeats its DIS for T1 (35 ± 5 s); one that polls repeats its DTC
 * three times only.
 */
export const HOLD_MS = { afterDis: 25_000, afterDtc: 8000 } as const;

export const UNDISTURBED: HostWait = { ear: QUIET, late: false };

/** Before DCS: trains as soon as the page is there, so that nothing keeps the far end waiting after its CFR. */
export function holdUntilReady(state: Sending): Move {
  const { page, session, task } = state;
  const asked = askForPage(state.pages, page, session.format);
  const holding: Sending = { ...state, pages: asked.pages };
  const ready = wayOn(holding, { go: 'train' });
  return ready === null
    ? doing(holding, { at: 'holding', wait: UNDISTURBED }, [
        ...asked.effects,
        ...startWait(page, 'T1', task.x ? HOLD_MS.afterDis : HOLD_MS.afterDtc),
      ])
    : { state: holding, effects: asked.effects, next: ready };
}

export function stepHolding(state: Sending, input: Input): Move {
  if (state.doing.at !== 'holding') return { state, effects: [] };
  return stepWait(state, input, {
    timer: 'T1',
    wait: state.doing.wait,
    keep: (wait) => ({ at: 'holding', wait }),
    ready: wayOn(state, { go: 'train' }),
    tooLate: tooLate(state, 'B'),
    hungUp: ending('DCN_IN_IDENTIFICATION', 'DCN while the first page was made ready', 'B'),
  });
}

/**
 * A page, or a block of it, has left. MPS promises the next page within the far end's T2, so it is said when that page
 * is there; when it takes too long EOM is said instead, which gives the far end's T1 to make it ready.
 */
export function closePage(state: Sending, block: Block | null): Move {
  if (block !== null && !block.isLast) {
    return { state, effects: [], next: { go: 'say', closing: 'NULL', block } };
  }
  const closing = closingOf(state);
  return closing === 'MPS' && !isNextThere(state)
    ? doing(
        state,
        { at: 'awaitingNext', block, wait: UNDISTURBED },
        startWait(state.page + 1, 'T2', HOST_WAIT_MS),
      )
    : { state, effects: [], next: { go: 'say', closing, block } };
}

export function stepAwaitingNext(state: Sending, input: Input): Move {
  if (state.doing.at !== 'awaitingNext') return { state, effects: [] };
  const { block } = state.doing;
  return stepWait(state, input, {
    timer: 'T2',
    wait: state.doing.wait,
    keep: (wait) => ({ at: 'awaitingNext', block, wait }),
    ready: isNextThere(state) ? { go: 'say', closing: 'MPS', block } : null,
    tooLate: { go: 'say', closing: 'EOM', block },
    hungUp: ending('DCN_BEFORE_CONFIRMATION', 'DCN while the next page was made ready'),
  });
}

interface WaitRules {
  timer: 'T1' | 'T2';
  wait: HostWait;
  keep: (wait: HostWait) => Doing;
  /** Where to go on, once the page is there or known to be unavailable. */
  ready: Next | null;
  tooLate: Next;
  hungUp: Ending;
}

/** Nobody was asked anything: only DCN changes something, but what is heard is heard to its end before we send. */
function stepWait(state: Sending, input: Input, rules: WaitRules): Move {
  const { timer, ready } = rules;
  if (input.type === 'frame' && input.carrier === 'fast') {
    return { state, effects: [ignoredFrame(input, 'unexpected')] };
  }
  const { ear, effects, command } = stepEar(rules.wait.ear, input, []);
  const late = rules.wait.late || (input.type === 'timer' && input.timer === timer);
  const stop: readonly Effect[] = late ? [] : [{ type: 'stopTimer', timer }];
  if (command.some(({ name }) => name === 'DCN')) {
    return { state, effects: [...effects, ...stop], next: { ...rules.hungUp, dcn: false } };
  }
  const kept = doing(state, rules.keep({ ear, late }), effects);
  if (ear.busy || (ready === null && !late)) return kept;
  return { ...kept, effects: [...effects, ...stop], next: ready ?? rules.tooLate };
}

/** What ends a wait in the middle. */
export function stopWait({ ear, late }: HostWait, timer: 'T1' | 'T2'): readonly Effect[] {
  return [
    ...(ear.busy ? [{ type: 'stopTimer', timer: 'frame' } as const] : []),
    ...(late ? [] : [{ type: 'stopTimer', timer } as const]),
  ];
}

/** The host said that a page cannot be made ready. */
export function unavailable(page: number, detail: string, phase: Phase = 'C'): Ending {
  return ending('PAGE_UNAVAILABLE', `page ${page + 1}: ${detail}`, phase);
}

function tooLate({ page }: Sending, phase: Phase): Ending {
  return ending('PAGE_UNAVAILABLE', `page ${page + 1} was not made ready in time`, phase);
}

/** Null while the page is not there. */
function wayOn(state: Sending, next: Next): Next | null {
  const found = findPage(state.pages, state.page, state.session.format);
  if (found === null) return null;
  return 'unavailable' in found ? unavailable(state.page, found.unavailable, 'B') : next;
}

/** Known to be unavailable counts too: then the call ends after the page that is being closed. */
function isNextThere(state: Sending): boolean {
  const next = sessionFor(state.task, state.page + 1, state.session.rate);
  return typeof next !== 'string' && findPage(state.pages, state.page + 1, next.format) !== null;
}

function startWait(page: number, timer: 'T1' | 'T2', ms: number): readonly Effect[] {
  return [
    report({ type: 'waitingForHost', page, doing: 'prepare' }),
    { type: 'receiveFrames' },
    { type: 'startTimer', timer, ms },
  ];
}
