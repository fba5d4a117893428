// One end of a T.30 call, the public entry to the machines: `caller` or `answerer`, then `step` with every input until
// `end`.

import { beginAnswering, stepAnswerer } from './answerer.ts';
import type { AnswererState } from './answerer.ts';
import { beginCalling, stepCaller } from './caller.ts';
import type { CallerState } from './caller.ts';
import type { CallPlan, Input, Step } from './machine.ts';

/** Opaque: kept by the executor between the steps, never changed in place. */
export type State = { role: 'caller'; caller: CallerState } | { role: 'answerer'; answerer: AnswererState };

/** The station that dialled. It waits for `start`. */
export function caller(plan: CallPlan): State {
  return { role: 'caller', caller: beginCalling(plan) };
}

/** The station that was called. It waits for `start`. */
export function answerer(plan: CallPlan): State {
  return { role: 'answerer', answerer: beginAnswering(plan) };
}

/**
 * Takes one input and says what is to be done, in order. Never throws, whatever comes; the last effect of a call is
 * `end`, and after it no input has an effect.
 */
export function step(state: State, input: Input): Step<State> {
  if (state.role === 'caller') {
    const { state: next, effects } = stepCaller(state.caller, input);
    return { state: { role: 'caller', caller: next }, effects };
  }
  const { state: next, effects } = stepAnswerer(state.answerer, input);
  return { state: { role: 'answerer', answerer: next }, effects };
}
