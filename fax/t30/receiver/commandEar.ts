// Hearing a command on V.21: its frames are collected until the carrier has gone, so that the answer never meets the
// rest of it (only DCN and DCS, which are not answered, are told at once). Damaged frames, echoes and carriers without a command lead to nothing. Used by answerer and receiver.

import { parseFrame } from '../frames/frame.ts';
import type { Frame } from '../frames/frame.ts';
import { frameLabel } from '../frames/frameLabel.ts';
import type { FrameName } from '../frames/frameNames.ts';
import type { Effect, Input } from '../machine.ts';
import { TIMERS } from '../timers.ts';

export interface CommandEar {
  /** V.21 is on. */
  carrier: boolean;
  /** Something is being heard: the timer `frame` runs, and nothing may be said. */
  busy: boolean;
  frames: readonly Frame[];
  /** The final frame is there: only the end of the carrier is waited for. */
  complete: boolean;
  /** Frames of any kind since it became busy. */
  heard: number;
}

export const QUIET: CommandEar = { carrier: false, busy: false, frames: [], complete: false, heard: 0 };

export interface EarStep {
  ear: CommandEar;
  effects: readonly Effect[];
  /**
   * `begins`: something is heard, the waits of whoever asks have to stop. `command`: here it is, the line is quiet.
   * `lost`: it became quiet again without one. `nothing`: go on as before.
   */
  result: 'nothing' | 'begins' | 'command' | 'lost';
  /** The optional frames, then the mandatory one; empty unless there is a command. */
  command: readonly Frame[];
}

/** Takes every input while the station listens for V.21. `echoes`: what only this station says at this place. */
export function stepEar(ear: CommandEar, input: Input, echoes: readonly FrameName[]): EarStep {
  if (input.type === 'carrier' && input.carrier === 'V.21') {
    return input.present ? carrierFound(ear) : carrierLost(ear);
  }
  if (input.type === 'frame' && input.carrier === 'V.21') return frameHeard(ear, input, echoes);
  if (input.type === 'timer' && input.timer === 'frame' && ear.busy) return conclude(ear, []);
  return unchanged(ear);
}

/** The report of a frame that changes nothing. */
export function ignoredFrame(
  input: Extract<Input, { type: 'frame' }>,
  reason: 'badFcs' | 'echo' | 'unexpected' | 'malformed',
): Effect {
  const name = parseFrame(input.octets)?.name ?? 'unknown';
  return { type: 'report', event: { type: 'frameIgnored', name, reason } };
}

/** A preamble of 1 s ± 15 %, then a frame. */
const FRAME_WAIT_MS = TIMERS.frame.ms + 1150;
/**
 * After a final frame only its closing flags are left, or the same frame once more, of which PPR is the longest; a modem
 * that does not tell the end is not waited for.
 */
const CLOSING_FLAGS_MS = 1300;
/** No command has as many frames. A carrier that chatters on does not prolong the wait beyond them. */
const MOST_FRAMES = 20;

/** What may stand before the mandatory frame of a command (T.30 §5.3.6). */
const OPTIONAL_FRAMES: ReadonlySet<FrameName> = new Set<FrameName>([
  'CSI',
  'NSF',
  'CIG',
  'NSC',
  'PWD',
  'SEP',
  'PSA',
  'CIA',
  'ISP',
  'TSI',
  'SUB',
  'NSS',
  'SID',
  'TSA',
  'IRA',
  'CSA',
]);

function unchanged(ear: CommandEar): EarStep {
  return { ear, effects: [], result: 'nothing', command: [] };
}

function carrierFound(ear: CommandEar): EarStep {
  if (ear.carrier) return unchanged(ear);
  return {
    ear: { ...ear, carrier: true, busy: true },
    effects: [waitForFrame(FRAME_WAIT_MS)],
    result: ear.busy ? 'nothing' : 'begins',
    command: [],
  };
}

function carrierLost(ear: CommandEar): EarStep {
  return ear.busy
    ? conclude({ ...ear, carrier: false }, [{ type: 'stopTimer', timer: 'frame' }])
    : unchanged({ ...ear, carrier: false });
}

function frameHeard(
  ear: CommandEar,
  input: Extract<Input, { type: 'frame' }>,
  echoes: readonly FrameName[],
): EarStep {
  const frame = input.fcsOk ? parseFrame(input.octets) : null;
  if (frame === null) return goOn(ear, [ignoredFrame(input, input.fcsOk ? 'malformed' : 'badFcs')], []);
  if (echoes.includes(frame.name)) return goOn(ear, [ignoredFrame(input, 'echo')], []);
  const received: Effect = { type: 'report', event: { type: 'frameReceived', name: frameLabel(frame) } };
  // DCN is not answered, and after DCS comes a fast carrier within 75 ms, which the modem has to listen for by then.
  if (frame.name === 'DCN' || (frame.name === 'DCS' && frame.final)) {
    const stop: readonly Effect[] = ear.busy ? [{ type: 'stopTimer', timer: 'frame' }] : [];
    const frames = [...ear.frames, frame].slice(-MOST_FRAMES);
    return conclude({ ...ear, frames, complete: true }, [received, ...stop]);
  }
  return goOn(ear, [received], [frame]);
}

function goOn(ear: CommandEar, effects: readonly Effect[], frames: readonly Frame[]): EarStep {
  const next: CommandEar = {
    ...ear,
    busy: true,
    frames: [...ear.frames, ...frames].slice(-MOST_FRAMES),
    complete: ear.complete || frames.some(({ final }) => final),
    heard: ear.heard + 1,
  };
  if (next.complete && !next.carrier) {
    return conclude(next, [
      ...effects,
      ...(ear.busy ? [{ type: 'stopTimer', timer: 'frame' } as const] : []),
    ]);
  }
  const wait =
    next.heard > MOST_FRAMES ? [] : [waitForFrame(next.complete ? CLOSING_FLAGS_MS : FRAME_WAIT_MS)];
  return {
    ear: next,
    effects: [...effects, ...wait],
    result: ear.busy ? 'nothing' : 'begins',
    command: [],
  };
}

/** Some machines forget to mark the last frame as final: the end of the carrier says the same. */
function conclude(ear: CommandEar, effects: readonly Effect[]): EarStep {
  const last = ear.frames.at(-1);
  const isCommand = last !== undefined && (ear.complete || !OPTIONAL_FRAMES.has(last.name));
  return {
    ear: { ...QUIET, carrier: ear.carrier },
    effects,
    result: isCommand ? 'command' : 'lost',
    command: isCommand ? ear.frames : [],
  };
}

function waitForFrame(ms: number): Effect {
  return { type: 'startTimer', timer: 'frame', ms };
}
