// The call's state machine: every event in every state, and what a call can never do.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dataRoute,
  phaseOf,
  stepCall,
  type CallEffect,
  type CallEvent,
  type CallState,
} from './callState.ts';

const EVENTS: CallEvent[] = [
  { type: 'accepted' },
  { type: 'refused', cause: 'refused' },
  { type: 'refused', cause: 'busy' },
  { type: 'cancelled' },
  { type: 'answerTimedOut' },
  { type: 'released', end: 'caller' },
  { type: 'released', end: 'callee' },
  { type: 'lost', end: 'caller', cause: 'offline' },
  { type: 'lost', end: 'callee', cause: 'offline' },
  { type: 'stopped', cause: 'stalled' },
  { type: 'stopped', cause: 'idleTooLong' },
  { type: 'stopped', cause: 'relayStopping' },
];

/** `caller:joined callee:callEnded(peerGone)` */
function told(effects: readonly CallEffect[]): string {
  return effects
    .filter((effect) => effect.type === 'tell')
    .map((effect) => `${effect.end}:${effect.message}${'cause' in effect ? `(${effect.cause})` : ''}`)
    .join(' ');
}

function after(...events: CallEvent[]): CallState {
  return events.reduce<CallState>((state, event) => stepCall(state, event).state, { phase: 'asking' });
}

describe('while the callee is asked', () => {
  const cases: [CallEvent, CallState['phase'], string][] = [
    [{ type: 'accepted' }, 'joined', 'caller:joined callee:joined'],
    [{ type: 'refused', cause: 'busy' }, 'over', 'caller:connectFailed(busy)'],
    [{ type: 'cancelled' }, 'over', 'caller:connectFailed(cancelled) callee:incomingGone(cancelled)'],
    [{ type: 'answerTimedOut' }, 'over', 'caller:connectFailed(noAnswer) callee:incomingGone(noAnswer)'],
    [{ type: 'lost', end: 'caller', cause: 'offline' }, 'over', 'callee:incomingGone(callerGone)'],
    [{ type: 'lost', end: 'callee', cause: 'offline' }, 'over', 'caller:connectFailed(offline)'],
    [
      { type: 'stopped', cause: 'relayStopping' },
      'over',
      'caller:connectFailed(relayStopping) callee:incomingGone(relayStopping)',
    ],
    [{ type: 'released', end: 'callee' }, 'asking', ''],
  ];
  test.each(cases)('%j leads to %s and says "%s"', (event, phase, said) => {
    const step = stepCall({ phase: 'asking' }, event);
    expect(step.state.phase).toBe(phase);
    expect(told(step.effects)).toBe(said);
  });
});

describe('while joined', () => {
  test('a cancel that the answer overtook changes nothing', () => {
    const joined = after({ type: 'accepted' });
    expect(stepCall(joined, { type: 'cancelled' })).toEqual({ state: joined, effects: [] });
  });

  test('the first release tells nobody, the second tells both', () => {
    const first = stepCall(after({ type: 'accepted' }), { type: 'released', end: 'callee' });
    expect(told(first.effects)).toBe('');
    const second = stepCall(first.state, { type: 'released', end: 'caller' });
    expect(told(second.effects)).toBe('callee:released caller:released');
    expect(second.state.phase).toBe('over');
  });

  test('a release that crosses callEnded is the answer to it', () => {
    const ended = after({ type: 'accepted' }, { type: 'lost', end: 'caller', cause: 'offline' });
    const step = stepCall(ended, { type: 'released', end: 'callee' });
    expect(told(step.effects)).toBe('callee:released');
    expect(step.state.phase).toBe('over');
  });

  test('an end that released hears only `released` when the other one breaks', () => {
    const releasing = after({ type: 'accepted' }, { type: 'released', end: 'caller' });
    const step = stepCall(releasing, { type: 'lost', end: 'callee', cause: 'offline' });
    expect(told(step.effects)).toBe('caller:released');
    expect(step.state.phase).toBe('over');
  });

  test('a stall after one release frees that end and ends the call for the other', () => {
    const releasing = after({ type: 'accepted' }, { type: 'released', end: 'caller' });
    const step = stepCall(releasing, { type: 'stopped', cause: 'stalled' });
    expect(told(step.effects)).toBe('caller:released callee:callEnded(stalled)');
    expect(phaseOf(step.state, 'caller')).toBe('idle');
    expect(phaseOf(step.state, 'callee')).toBe('ended');
  });

  test('data goes on while joined, is thrown away after the other end released or the call ended, and is a breach otherwise', () => {
    expect(dataRoute(after(), 'caller')).toBe('breach');
    expect(dataRoute(after({ type: 'accepted' }), 'caller')).toBe('forward');
    const releasing = after({ type: 'accepted' }, { type: 'released', end: 'caller' });
    expect(dataRoute(releasing, 'callee')).toBe('discard');
    expect(dataRoute(releasing, 'caller')).toBe('breach');
    const ended = after({ type: 'accepted' }, { type: 'stopped', cause: 'stalled' });
    expect(dataRoute(ended, 'caller')).toBe('discard');
    expect(dataRoute({ phase: 'over' }, 'caller')).toBe('breach');
  });
});

test('whatever happens, each end hears one verdict, is freed once, and both are free when the call is over', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...EVENTS), { maxLength: 12 }), (events) => {
      let state: CallState = { phase: 'asking' };
      const lost = new Set<string>();
      const heard = { caller: [] as string[], callee: [] as string[] };
      const freed = { caller: 0, callee: 0 };
      for (const event of events) {
        if (event.type === 'lost') lost.add(event.end);
        const step = stepCall(state, event);
        if (step.state === state) expect(step.effects).toEqual([]);
        if (state.phase === 'over') expect(step.state.phase).toBe('over');
        for (const effect of step.effects) {
          if (effect.type === 'tell') heard[effect.end].push(effect.message);
          else if (effect.type === 'free') freed[effect.end]++;
        }
        state = step.state;
      }
      for (const end of ['caller', 'callee'] as const) {
        const said = heard[end].join(' ');
        expect(said).toMatch(/^$|^(connectFailed|incomingGone|(joined( callEnded)?( released)?))$/);
        expect(freed[end]).toBeLessThanOrEqual(1);
        if (state.phase === 'over' && !lost.has(end)) expect(freed[end]).toBe(1);
        if (!lost.has(end)) expect(phaseOf(state, end) === 'idle').toBe(freed[end] === 1);
      }
    }),
    { numRuns: 2_000 },
  );
});
