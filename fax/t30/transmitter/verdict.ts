// What the far end's word about a page means for what comes next, with error correction and without.

import { buildParameters } from '../frames/parameters.ts';
import type { FrameName } from '../frames/frameNames.ts';
import type { OutcomeCode, Phase } from '../outcome.ts';
import type { CommandResult } from './command.ts';
import { askForPage, dropPagesBefore } from './pageStore.ts';
import { plannedPage, report, sessionFor } from './task.ts';
import type { Ending, Move, PageCommand, Sending } from './task.ts';
import { slowerSession } from './training.ts';

/** What follows the page that is being sent. MPS only when the next one needs no other DCS (T.30 §5.3.6.1.6). */
export function closingOf(state: Sending): PageCommand {
  const { task, page, session } = state;
  if (plannedPage(task.plan, page + 1) === null) return task.lastCommand;
  if (plannedPage(task.plan, page)?.isLast === true) return 'EOM';
  const next = sessionFor(task, page + 1, session.rate);
  return typeof next !== 'string' && isSameDcs(next.parameters, session.parameters) ? 'MPS' : 'EOM';
}

/** Has the page that follows with MPS made ready while the one before it is on the line. */
export function askForNext(state: Sending): Move {
  const { task, page, session } = state;
  const next = closingOf(state) === 'MPS' ? sessionFor(task, page + 1, session.rate) : '';
  if (typeof next === 'string') return { state, effects: [] };
  const { pages, effects } = askForPage(state.pages, page + 1, next.format);
  return { state: { ...state, pages }, effects };
}

/** MCF, or RTP (`retrain`): the page counts as sent from here on. */
export function confirmed(state: Sending, closing: PageCommand, retrain: boolean): Move {
  const page = state.page + 1;
  const counted: Sending = {
    ...state,
    page,
    ecmPage: (state.ecmPage + 1) % 256,
    pages: dropPagesBefore(state.pages, page),
    repeats: 0,
  };
  const effects = [report({ type: 'pageConfirmed', page: state.page, direction: 'send' })];
  switch (closing) {
    case 'EOP':
      return { state: counted, effects, next: ok('every page was confirmed') };
    case 'EOM':
      return { state: counted, effects, next: { go: 'newPhaseB' } };
    case 'MPS': {
      const session = sessionFor(state.task, page, state.session.rate);
      if (typeof session === 'string') {
        return { state: counted, effects, next: ending('INCOMPATIBLE', session) };
      }
      return {
        state: { ...counted, session },
        effects,
        next: retrain ? { go: 'train' } : { go: 'page', training: 'short' },
      };
    }
  }
}

/** RTN: trains anew, a step slower if there is one, and sends the page again, as the line profile allows. */
export function refused(state: Sending): Move {
  const { onRtn, pageRepeats } = state.task.plan.profile;
  const effects = [report({ type: 'pageRefused', page: state.page, direction: 'send', by: 'RTN' })];
  if (onRtn === 'giveUp' || state.repeats >= pageRepeats) {
    const detail = `RTN for page ${state.page + 1}, sent ${state.repeats + 1} times`;
    return { state, effects, next: ending('PAGE_REJECTED', detail) };
  }
  const slower = slowerSession(state) ?? { state, effects: [] };
  return {
    state: { ...slower.state, repeats: state.repeats + 1 },
    effects: [...effects, ...slower.effects],
    next: { go: 'train' },
  };
}

/**
 * PIP confirms, PIN does not; either way a person there wants to speak and nobody is here, so the call ends. PIP for
 * the last page has nothing left to fail. `closing` null when only a part of the page was sent.
 */
export function interrupted(state: Sending, by: 'PIP' | 'PIN', closing: PageCommand | null): Move {
  if (by === 'PIN') {
    const event = report({ type: 'pageRefused', page: state.page, direction: 'send', by });
    return { state, effects: [event], next: ending('OPERATOR_INTERRUPT', `PIN for page ${state.page + 1}`) };
  }
  if (closing === null) {
    const detail = `PIP in the middle of page ${state.page + 1}`;
    return { state, effects: [], next: ending('OPERATOR_INTERRUPT', detail) };
  }
  const counted = confirmed(state, closing, false);
  const next =
    closing === 'EOP'
      ? ok('every page was confirmed, and the operator there asked to speak (PIP)')
      : ending('OPERATOR_INTERRUPT', `PIP after page ${state.page + 1}, which it confirms`);
  return { ...counted, next };
}

/** DCN where a confirmation was due. */
export function hungUp(command: string): Ending {
  return { ...ending('DCN_BEFORE_CONFIRMATION', `DCN in answer to ${command}`), dcn: false };
}

/** A post-message command that was sent in vain. */
export function unanswered(
  { why, last }: Extract<CommandResult, { kind: 'failed' }>,
  command: string,
  noResponse: OutcomeCode,
): Ending {
  switch (why) {
    case 'noResponse':
      return ending(noResponse, `three times no answer to ${command}`);
    case 'badResponse':
      return ending('POST_MESSAGE_BAD_RESPONSE', `${nameOf(last)} in answer to ${command}, sent three times`);
    case 'tooManyRepeats':
      return ending('TOO_MANY_REPEATS', `${nameOf(last)} again and again in answer to ${command}`);
    case 'sendFailed':
      return ending('SEND_FAILED', `the modem could not send ${command}`);
  }
}

export function ending(code: OutcomeCode, detail: string, phase: Phase = 'D'): Ending {
  return { go: 'release', code, phase, detail };
}

function ok(detail: string): Ending {
  return { go: 'release', code: 'OK', phase: 'E', detail };
}

function nameOf(last: FrameName | null): string {
  return last ?? 'nothing usable';
}

function isSameDcs(
  one: Parameters<typeof buildParameters>[0],
  other: Parameters<typeof buildParameters>[0],
): boolean {
  const [these, those] = [buildParameters(one), buildParameters(other)];
  return these.length === those.length && these.every((octet, index) => octet === those[index]);
}
