// What one connection to the relay is doing, from login to logout, as a pure state machine: (1)–(3), (6)–(9), (19)–(24).
// Each input gives the next state and effects, which the connection carries out in order.

import type { CallCause, CallInfo, DeviceMessage, RelayLimits, RelayMessage } from '../../protocol/relay.ts';

export interface CallOffer {
  callId: string;
  caller: string;
  info: CallInfo;
}

interface CallRequest {
  callee: string;
  info: CallInfo;
  withdrawn: boolean;
}

export type ConnectionState =
  | { phase: 'loggingIn' }
  | { phase: 'idle' }
  /** A connect request of ours, or a call offered to us and accepted, or both: they crossed on the way. */
  | { phase: 'waiting'; request?: CallRequest; offer?: CallOffer }
  | { phase: 'inCall'; callId: string }
  /** Released by this end; `released` of the relay is awaited. */
  | { phase: 'releasing'; callId: string }
  /** Nothing more is done on it; its socket is closing. */
  | { phase: 'over' };

export type ConnectionInput =
  | { type: 'message'; message: RelayMessage }
  | { type: 'request'; callee: string; info: CallInfo }
  | { type: 'withdraw' }
  | { type: 'answered'; offer: CallOffer; answer: 'accept' | 'refused' | 'busy' }
  | { type: 'release' };

export interface JoinedCall {
  callId: string;
  peer: string;
  info: CallInfo;
  direction: 'outgoing' | 'incoming';
}

export type LoginRefusal = Extract<RelayMessage, { type: 'loginRefused' }>;

export type ConnectionEffect =
  | { type: 'send'; message: DeviceMessage }
  | { type: 'loggedIn'; sessionToken: string; relayName: string; version: number; limits: RelayLimits }
  | { type: 'loginRefused'; refusal: LoginRefusal }
  /** Ask whether this call is taken, and come back with `answered` at once. */
  | { type: 'ask'; offer: CallOffer }
  /** Our request came to nothing. `crossed`: only because the relay offered a call on this very connection. */
  | { type: 'requestFailed'; cause: CallCause; crossed: boolean }
  | { type: 'joined'; call: JoinedCall }
  /** The call is over without this end's release. */
  | { type: 'callEnded'; cause: CallCause }
  /** The connection is free again. */
  | { type: 'idle' }
  /** The relay said what it may not say now. */
  | { type: 'breach'; detail: string };

export interface ConnectionStep {
  state: ConnectionState;
  effects: readonly ConnectionEffect[];
}

export function stepConnection(state: ConnectionState, input: ConnectionInput): ConnectionStep {
  switch (input.type) {
    case 'message':
      return takeMessage(state, input.message);
    case 'request': {
      if (state.phase !== 'idle') return stay(state);
      const { callee, info } = input;
      return {
        state: { phase: 'waiting', request: { callee, info, withdrawn: false } },
        effects: [{ type: 'send', message: { type: 'connect', callee, info } }],
      };
    }
    case 'withdraw':
      if (state.phase !== 'waiting' || !state.request || state.request.withdrawn) return stay(state);
      return {
        state: { ...state, request: { ...state.request, withdrawn: true } },
        effects: [{ type: 'send', message: { type: 'cancelConnect' } }],
      };
    case 'answered':
      return takeAnswer(state, input.offer, input.answer);
    case 'release':
      if (state.phase !== 'inCall') return stay(state);
      return release(state.callId, []);
  }
}

function takeMessage(state: ConnectionState, message: RelayMessage): ConnectionStep {
  if (state.phase === 'over') return stay(state);
  switch (message.type) {
    case 'loginAccepted': {
      if (state.phase !== 'loggingIn') return breach(state, message);
      const { sessionToken, relayName, version, limits } = message;
      return {
        state: { phase: 'idle' },
        effects: [{ type: 'loggedIn', sessionToken, relayName, version, limits }, { type: 'idle' }],
      };
    }
    case 'loginRefused':
      if (state.phase !== 'loggingIn') return breach(state, message);
      return { state: { phase: 'over' }, effects: [{ type: 'loginRefused', refusal: message }] };
    case 'incoming': {
      if (state.phase !== 'idle' && !(state.phase === 'waiting' && !state.offer))
        return breach(state, message);
      const { callId, caller, info } = message;
      return stay(state, [{ type: 'ask', offer: { callId, caller, info } }]);
    }
    case 'incomingGone': {
      if (state.phase !== 'waiting' || state.offer?.callId !== message.callId) return stay(state);
      return state.request
        ? stay({ phase: 'waiting', request: state.request })
        : { state: { phase: 'idle' }, effects: [{ type: 'idle' }] };
    }
    case 'connectFailed':
      return takeConnectFailed(state, message.cause);
    case 'joined':
      return takeJoined(state, message);
    case 'callEnded':
      // (21) also answers a call that the relay ended. One that this end released before is answered already.
      if (state.phase !== 'inCall' || state.callId !== message.callId) return stay(state);
      return release(state.callId, [{ type: 'callEnded', cause: message.cause }]);
    case 'released':
      if (state.phase === 'releasing' && state.callId === message.callId) {
        return { state: { phase: 'idle' }, effects: [{ type: 'idle' }] };
      }
      return stay(state);
    // These change nothing about calls; the connection itself deals with them.
    case 'keepaliveAck':
    case 'directory':
    case 'directoryChange':
    case 'goingAway':
    case 'loggedOut':
    case 'error':
      return stay(state);
  }
}

function takeAnswer(
  state: ConnectionState,
  offer: CallOffer,
  answer: 'accept' | 'refused' | 'busy',
): ConnectionStep {
  if (state.phase !== 'idle' && state.phase !== 'waiting') return stay(state);
  const accept = answer === 'accept';
  const message: DeviceMessage = {
    type: 'answer',
    callId: offer.callId,
    accept,
    ...(accept ? {} : { cause: answer }),
  };
  return {
    state: accept ? { ...(state.phase === 'waiting' ? state : {}), phase: 'waiting', offer } : state,
    effects: [{ type: 'send', message }],
  };
}

function takeConnectFailed(state: ConnectionState, cause: CallCause): ConnectionStep {
  if (state.phase !== 'waiting' || !state.request) return stay(state);
  const { request, offer } = state;
  const failed: ConnectionEffect = {
    type: 'requestFailed',
    cause,
    // A relay that had offered a call here before our request came answers `busy`, whatever the callee is doing.
    crossed: offer !== undefined && cause === 'busy' && !request.withdrawn,
  };
  return offer
    ? { state: { phase: 'waiting', offer }, effects: [failed] }
    : { state: { phase: 'idle' }, effects: [failed, { type: 'idle' }] };
}

function takeJoined(
  state: ConnectionState,
  message: Extract<RelayMessage, { type: 'joined' }>,
): ConnectionStep {
  if (state.phase !== 'waiting') return breach(state, message);
  const { request, offer } = state;
  const { callId, peer } = message;
  if (offer?.callId === callId) {
    const call: JoinedCall = { callId, peer: offer.caller, info: offer.info, direction: 'incoming' };
    const crossed: ConnectionEffect[] = request
      ? [{ type: 'requestFailed', cause: 'busy', crossed: !request.withdrawn }]
      : [];
    return { state: { phase: 'inCall', callId }, effects: [...crossed, { type: 'joined', call }] };
  }
  if (!request || peer !== request.callee) return breach(state, message);
  // The answer overtook the withdrawal: give the call back at once.
  if (request.withdrawn) {
    return release(callId, [{ type: 'requestFailed', cause: 'cancelled', crossed: false }]);
  }
  const call: JoinedCall = { callId, peer, info: request.info, direction: 'outgoing' };
  return { state: { phase: 'inCall', callId }, effects: [{ type: 'joined', call }] };
}

function release(callId: string, before: readonly ConnectionEffect[]): ConnectionStep {
  return {
    state: { phase: 'releasing', callId },
    effects: [...before, { type: 'send', message: { type: 'release', callId } }],
  };
}

function stay(state: ConnectionState, effects: readonly ConnectionEffect[] = []): ConnectionStep {
  return { state, effects };
}

function breach(state: ConnectionState, message: RelayMessage): ConnectionStep {
  return {
    state: { phase: 'over' },
    effects: [{ type: 'breach', detail: `${message.type} while ${state.phase}` }],
  };
}
