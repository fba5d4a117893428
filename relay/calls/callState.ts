// One call as a pure state machine: from the connect request (6) to the release by both ends (21)(21').
// Every event is defined in every state; one that no longer means anything changes nothing.

import type { CallCause } from '../../protocol/relay.ts';

/** The two ends of a call: who asked, and who was asked. */
export type CallEnd = 'caller' | 'callee';

export type CallState =
  /** The callee was told `incoming` and has not answered. */
  | { phase: 'asking' }
  /** Data flows. */
  | { phase: 'joined' }
  /** One end has released; what the other still sends is thrown away. */
  | { phase: 'releasing'; released: CallEnd }
  /** The relay ended the call; these ends were told and have yet to release. */
  | { phase: 'ended'; awaiting: readonly CallEnd[] }
  /** Nothing is left of it. */
  | { phase: 'over' };

export type CallEvent =
  | { type: 'accepted' }
  | { type: 'refused'; cause: 'refused' | 'busy' }
  | { type: 'cancelled' }
  | { type: 'answerTimedOut' }
  | { type: 'released'; end: CallEnd }
  /** The end's connection is gone. `cause` is what the caller hears when it was the callee, before the answer. */
  | { type: 'lost'; end: CallEnd; cause: 'offline' | 'busy' }
  /** The relay ends the call. */
  | { type: 'stopped'; cause: 'stalled' | 'idleTooLong' | 'relayStopping' };

export type CallEffect =
  | { type: 'tell'; end: CallEnd; message: 'joined' | 'released' }
  | {
      type: 'tell';
      end: CallEnd;
      message: 'connectFailed' | 'incomingGone' | 'callEnded';
      cause: CallCause;
    }
  /** Call data still waiting for this end is of no more use to it. */
  | { type: 'dropData'; end: CallEnd }
  /** The end's connection is idle from here on. */
  | { type: 'free'; end: CallEnd };

export interface CallStep {
  state: CallState;
  effects: readonly CallEffect[];
}

/** What a connection is doing, as follows from its call. */
export type ConnectionPhase = 'idle' | 'asking' | 'asked' | 'joined' | 'released' | 'ended';

export function otherEnd(end: CallEnd): CallEnd {
  return end === 'caller' ? 'callee' : 'caller';
}

/** The phase of the connection that is `end` of a call in `state`. */
export function phaseOf(state: CallState, end: CallEnd): ConnectionPhase {
  switch (state.phase) {
    case 'asking':
      return end === 'caller' ? 'asking' : 'asked';
    case 'joined':
      return 'joined';
    case 'releasing':
      return state.released === end ? 'released' : 'joined';
    case 'ended':
      return state.awaiting.includes(end) ? 'ended' : 'idle';
    case 'over':
      break;
  }
  return 'idle';
}

/** What happens to a binary frame that `end` sends now: on to the other end, thrown away, or a breach of the protocol. */
export function dataRoute(state: CallState, end: CallEnd): 'forward' | 'discard' | 'breach' {
  switch (state.phase) {
    case 'joined':
      return 'forward';
    case 'releasing':
      return state.released === end ? 'breach' : 'discard';
    case 'ended':
      return state.awaiting.includes(end) ? 'discard' : 'breach';
    case 'asking':
    case 'over':
      break;
  }
  return 'breach';
}

export function stepCall(state: CallState, event: CallEvent): CallStep {
  switch (state.phase) {
    case 'asking':
      return stepAsking(state, event);
    case 'joined':
      return stepJoined(state, event);
    case 'releasing':
      return stepReleasing(state, event);
    case 'ended':
      return stepEnded(state, event);
    case 'over':
      break;
  }
  return unchanged(state);
}

function stepAsking(state: CallState, event: CallEvent): CallStep {
  switch (event.type) {
    case 'accepted':
      return {
        state: { phase: 'joined' },
        effects: [
          { type: 'tell', end: 'caller', message: 'joined' },
          { type: 'tell', end: 'callee', message: 'joined' },
        ],
      };
    case 'refused':
      // The callee knows its own answer: it hears nothing more.
      return over([fail('caller', 'connectFailed', event.cause)]);
    case 'cancelled':
      return over([
        fail('caller', 'connectFailed', 'cancelled'),
        fail('callee', 'incomingGone', 'cancelled'),
      ]);
    case 'answerTimedOut':
      return over([fail('caller', 'connectFailed', 'noAnswer'), fail('callee', 'incomingGone', 'noAnswer')]);
    case 'lost':
      return event.end === 'caller'
        ? over([fail('callee', 'incomingGone', 'callerGone')])
        : over([fail('caller', 'connectFailed', event.cause)]);
    case 'stopped':
      return over([
        fail('caller', 'connectFailed', event.cause),
        fail('callee', 'incomingGone', event.cause),
      ]);
    // The callee has nothing to release yet; its answer is waited for.
    case 'released':
      break;
  }
  return unchanged(state);
}

function stepJoined(state: CallState, event: CallEvent): CallStep {
  switch (event.type) {
    case 'released':
      return {
        state: { phase: 'releasing', released: event.end },
        effects: [{ type: 'dropData', end: event.end }],
      };
    case 'lost': {
      // What the lost end had said still reaches the other one; `callEnded` comes after it.
      const left = otherEnd(event.end);
      return {
        state: { phase: 'ended', awaiting: [left] },
        effects: [fail(left, 'callEnded', 'peerGone')],
      };
    }
    case 'stopped':
      return {
        state: { phase: 'ended', awaiting: ['caller', 'callee'] },
        effects: [
          ...(event.cause === 'stalled' ? dropBoth() : []),
          fail('caller', 'callEnded', event.cause),
          fail('callee', 'callEnded', event.cause),
        ],
      };
    // A cancel that the answer overtook: the caller has `joined` on its way and releases.
    case 'cancelled':
    case 'accepted':
    case 'refused':
    case 'answerTimedOut':
      break;
  }
  return unchanged(state);
}

function stepReleasing(state: CallState & { phase: 'releasing' }, event: CallEvent): CallStep {
  const first = state.released;
  const second = otherEnd(first);
  switch (event.type) {
    case 'released':
      if (event.end === first) return unchanged(state);
      return over([
        { type: 'dropData', end: second },
        { type: 'tell', end: first, message: 'released' },
        { type: 'tell', end: second, message: 'released' },
      ]);
    case 'lost':
      // The end that is gone has released; the other one reads what was said and releases in its own time.
      if (event.end === first) return unchanged(state);
      return over([{ type: 'tell', end: first, message: 'released' }]);
    case 'stopped':
      return {
        state: { phase: 'ended', awaiting: [second] },
        effects: [
          { type: 'tell', end: first, message: 'released' },
          { type: 'free', end: first },
          ...(event.cause === 'stalled' ? [{ type: 'dropData', end: second } as const] : []),
          fail(second, 'callEnded', event.cause),
        ],
      };
    case 'accepted':
    case 'refused':
    case 'cancelled':
    case 'answerTimedOut':
      break;
  }
  return unchanged(state);
}

function stepEnded(state: CallState & { phase: 'ended' }, event: CallEvent): CallStep {
  if (event.type !== 'released' && event.type !== 'lost') return unchanged(state);
  if (!state.awaiting.includes(event.end)) return unchanged(state);
  const awaiting = state.awaiting.filter((end) => end !== event.end);
  const effects: CallEffect[] =
    event.type === 'lost'
      ? []
      : [
          { type: 'dropData', end: event.end },
          { type: 'tell', end: event.end, message: 'released' },
          { type: 'free', end: event.end },
        ];
  return { state: awaiting.length === 0 ? { phase: 'over' } : { phase: 'ended', awaiting }, effects };
}

function unchanged(state: CallState): CallStep {
  return { state, effects: [] };
}

function over(effects: readonly CallEffect[]): CallStep {
  return {
    state: { phase: 'over' },
    effects: [...effects, { type: 'free', end: 'caller' }, { type: 'free', end: 'callee' }],
  };
}

function fail(
  end: CallEnd,
  message: 'connectFailed' | 'incomingGone' | 'callEnded',
  cause: CallCause,
): CallEffect {
  return { type: 'tell', end, message, cause };
}

function dropBoth(): CallEffect[] {
  return [
    { type: 'dropData', end: 'caller' },
    { type: 'dropData', end: 'callee' },
  ];
}
