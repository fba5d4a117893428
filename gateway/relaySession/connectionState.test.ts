// One connection's state machine: crossings, races, and any order of messages whatever.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RelayMessage } from '../../protocol/relay.ts';
import {
  stepConnection,
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionState,
} from './connectionState.ts';

const INFO = { kind: 'document' } as const;
const LIMITS = {
  keepaliveIntervalMs: 25_000,
  maxFrameBytes: 65_536,
  maxConnections: 8,
  maxCalls: 8,
  answerTimeoutMs: 30_000,
  stallTimeoutMs: 30_000,
};
const say = (message: RelayMessage): ConnectionInput => ({ type: 'message', message });
const ACCEPTED = say({
  type: 'loginAccepted',
  version: 1,
  sessionToken: 't',
  relayName: 'r',
  limits: LIMITS,
});
const incoming = (callId: string) => say({ type: 'incoming', callId, caller: 'osaka', info: INFO });
const joined = (callId: string, peer = 'osaka') => say({ type: 'joined', callId, peer });
const REQUEST: ConnectionInput = { type: 'request', callee: 'osaka', info: INFO };
const accept = (callId: string): ConnectionInput => ({
  type: 'answered',
  offer: { callId, caller: 'osaka', info: INFO },
  answer: 'accept',
});

function run(...inputs: ConnectionInput[]) {
  let state: ConnectionState = { phase: 'loggingIn' };
  let effects: readonly ConnectionEffect[] = [];
  for (const input of inputs) ({ state, effects } = stepConnection(state, input));
  return { state, effects };
}

describe('a connection', () => {
  it('is idle once its login is accepted, and over once it is refused', () => {
    expect(run(ACCEPTED).state).toEqual({ phase: 'idle' });
    const refused = run(say({ type: 'loginRefused', code: 'loginRefused' }));
    expect(refused.state).toEqual({ phase: 'over' });
    expect(refused.effects).toMatchObject([{ type: 'loginRefused' }]);
  });

  it('goes into its own call and back', () => {
    expect(run(ACCEPTED, REQUEST).effects).toMatchObject([{ type: 'send', message: { type: 'connect' } }]);
    expect(run(ACCEPTED, REQUEST, joined('c')).effects).toMatchObject([
      { type: 'joined', call: { callId: 'c', peer: 'osaka', direction: 'outgoing' } },
    ]);
    expect(run(ACCEPTED, REQUEST, joined('c'), { type: 'release' }).state).toEqual({
      phase: 'releasing',
      callId: 'c',
    });
    expect(
      run(ACCEPTED, REQUEST, joined('c'), { type: 'release' }, say({ type: 'released', callId: 'c' })).state,
    ).toEqual({
      phase: 'idle',
    });
  });

  it('answers the end of a call by the relay with its release, once', () => {
    const ended = say({ type: 'callEnded', callId: 'c', cause: 'peerGone' });
    const { state, effects } = run(ACCEPTED, REQUEST, joined('c'), ended);
    expect(state).toEqual({ phase: 'releasing', callId: 'c' });
    expect(effects).toEqual([
      { type: 'callEnded', cause: 'peerGone' },
      { type: 'send', message: { type: 'release', callId: 'c' } },
    ]);
    // Released by this end first: the relay's word crossed it and is answered already.
    expect(run(ACCEPTED, REQUEST, joined('c'), { type: 'release' }, ended).effects).toEqual([]);
  });

  it('gives back a call that was joined although it was withdrawn', () => {
    const { state, effects } = run(ACCEPTED, REQUEST, { type: 'withdraw' }, joined('c'));
    expect(state).toEqual({ phase: 'releasing', callId: 'c' });
    expect(effects).toEqual([
      { type: 'requestFailed', cause: 'cancelled', crossed: false },
      { type: 'send', message: { type: 'release', callId: 'c' } },
    ]);
  });

  it('takes the relay’s offer where offer and request crossed, and says that the request only crossed', () => {
    const crossed = [ACCEPTED, REQUEST, incoming('c'), accept('c')] as const;
    const failed = run(...crossed, say({ type: 'connectFailed', cause: 'busy' }));
    expect(failed.state).toMatchObject({ phase: 'waiting', offer: { callId: 'c' } });
    expect(failed.effects).toEqual([{ type: 'requestFailed', cause: 'busy', crossed: true }]);
    const both = run(...crossed, joined('c'));
    expect(both.effects).toMatchObject([
      { type: 'requestFailed', crossed: true },
      { type: 'joined', call: { direction: 'incoming' } },
    ]);
    // The request's own failure comes in the call, and changes nothing.
    expect(run(...crossed, joined('c'), say({ type: 'connectFailed', cause: 'busy' })).state).toEqual({
      phase: 'inCall',
      callId: 'c',
    });
  });

  it('goes on waiting for its own request when a crossing offer is gone', () => {
    const gone = say({ type: 'incomingGone', callId: 'c', cause: 'callerGone' });
    expect(run(ACCEPTED, REQUEST, incoming('c'), accept('c'), gone).state).toMatchObject({
      phase: 'waiting',
      request: { callee: 'osaka' },
    });
    expect(run(ACCEPTED, incoming('c'), accept('c'), gone).state).toEqual({ phase: 'idle' });
  });

  it('leaves a relay that joins it to somebody it did not ask for', () => {
    expect(run(ACCEPTED, REQUEST, joined('c', 'nara')).effects).toMatchObject([{ type: 'breach' }]);
    expect(run(ACCEPTED, joined('c')).effects).toMatchObject([{ type: 'breach' }]);
    expect(run(ACCEPTED, ACCEPTED).effects).toMatchObject([{ type: 'breach' }]);
  });

  it('keeps to its rules in any order of inputs', () => {
    const callId = fc.constantFrom('a', 'b');
    const cause = fc.constantFrom('busy' as const, 'cancelled' as const, 'peerGone' as const);
    const input: fc.Arbitrary<ConnectionInput> = fc.oneof(
      fc.constant(REQUEST),
      fc.constant<ConnectionInput>({ type: 'withdraw' }),
      fc.constant<ConnectionInput>({ type: 'release' }),
      callId.map(accept),
      callId.map(incoming),
      callId.map((id) => joined(id)),
      cause.map((one) => say({ type: 'connectFailed', cause: one })),
      fc.tuple(callId, cause).map(([id, one]) => say({ type: 'incomingGone', callId: id, cause: one })),
      fc.tuple(callId, cause).map(([id, one]) => say({ type: 'callEnded', callId: id, cause: one })),
      callId.map((id) => say({ type: 'released', callId: id })),
      fc.constant(say({ type: 'keepaliveAck' })),
    );
    fc.assert(
      fc.property(fc.array(input, { maxLength: 40 }), (inputs) => {
        let state: ConnectionState = run(ACCEPTED).state;
        let requests = 0;
        let settled = 0;
        let joins = 0;
        let releases = 0;
        for (const one of inputs) {
          const before = state;
          const step = stepConnection(state, one);
          ({ state } = step);
          for (const effect of step.effects) {
            if (effect.type === 'send' && effect.message.type === 'connect') requests += 1;
            if (effect.type === 'requestFailed') settled += 1;
            if (effect.type === 'joined') {
              joins += 1;
              if (effect.call.direction === 'outgoing') settled += 1;
            }
            if (effect.type === 'send' && effect.message.type === 'release') releases += 1;
          }
          // Over is over, and what is not in a call has nothing to release.
          if (before.phase === 'over') expect(state.phase).toBe('over');
          expect(settled).toBeLessThanOrEqual(requests);
          if (state.phase === 'idle' || state.phase === 'inCall') expect(settled).toBe(requests);
          expect(releases).toBeLessThanOrEqual(joins + settled);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
