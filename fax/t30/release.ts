// Phase E: says DCN when it may be heard, then the call is over. Whatever happens, in a few seconds. Used by all machines.

import { buildFrame } from './frames/frame.ts';
import type { Effect, Input } from './machine.ts';
import type { Outcome } from './outcome.ts';
import { TIMERS, TURNAROUND_MS } from './timers.ts';

/** What the machine was doing when it decided to end: DCN waits until the line is free. */
export type Occupation = 'idle' | 'hearing' | 'sending';

export interface Release {
  outcome: Outcome;
  /** X bit of the DCN. */
  x: boolean;
  at: 'waitingForSilence' | 'sendingDcn' | 'over';
}

export interface ReleaseStep {
  release: Release;
  effects: readonly Effect[];
}

/** The far end has hung up or said DCN, or the line is lost: nothing more is sent. */
export function releaseInSilence(outcome: Outcome): ReleaseStep {
  return { release: { outcome, x: false, at: 'over' }, effects: [] };
}

/**
 * Ends with DCN: at once when `occupation` is idle, else when the frame that is being heard or sent is over. Whoever
 * asks stops its own timers first. The call is over when `release.at` says so.
 */
export function releaseWithDcn(
  outcome: Outcome,
  { x, occupation }: { x: boolean; occupation: Occupation },
): ReleaseStep {
  const release: Release = { outcome, x, at: 'waitingForSilence' };
  return occupation === 'idle'
    ? sendDcn(release)
    : { release, effects: [{ type: 'startTimer', timer: 'carrier', ms: TIMERS.carrier.ms }] };
}

/** Takes any input, to the end; afterwards nothing has an effect. */
export function stepRelease(release: Release, input: Input): ReleaseStep {
  switch (release.at) {
    case 'waitingForSilence':
      if (input.type === 'lineLost' || isTimer(input)) return over(release, input.type === 'lineLost');
      return isSilence(input) ? sendDcn(release) : { release, effects: [] };
    case 'sendingDcn':
      if (input.type === 'sent' || input.type === 'sendFailed' || input.type === 'lineLost') {
        return over(release, true);
      }
      return isTimer(input) ? over(release, false) : { release, effects: [] };
    case 'over':
      return { release, effects: [] };
  }
}

function sendDcn(release: Release): ReleaseStep {
  return {
    release: { ...release, at: 'sendingDcn' },
    effects: [
      { type: 'report', event: { type: 'frameSent', name: 'DCN', attempt: 1 } },
      { type: 'sendFrames', gapMs: TURNAROUND_MS, frames: [buildFrame('DCN', { x: release.x })] },
      { type: 'startTimer', timer: 'carrier', ms: TIMERS.carrier.ms },
    ],
  };
}

function over(release: Release, timerRuns: boolean): ReleaseStep {
  return {
    release: { ...release, at: 'over' },
    effects: timerRuns ? [{ type: 'stopTimer', timer: 'carrier' }] : [],
  };
}

function isTimer(input: Input): boolean {
  return input.type === 'timer' && input.timer === 'carrier';
}

function isSilence(input: Input): boolean {
  return (
    input.type === 'sent' ||
    input.type === 'sendFailed' ||
    (input.type === 'carrier' && input.carrier === 'V.21' && !input.present)
  );
}
