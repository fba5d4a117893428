// A command and the wait for its response: repeated until something usable comes, three times in all (T.30 §5.4.2.1),
// with the timers T4 and `frame`; damaged frames count as nothing, own echoes are passed over, CRP is obeyed at once.

import { parseFrame } from '../frames/frame.ts';
import type { Frame } from '../frames/frame.ts';
import type { FrameName } from '../frames/frameNames.ts';
import type { Effect, Input } from '../machine.ts';
import { QUIET, ignoredFrame, stepEar } from '../receiver/commandEar.ts';
import type { CommandEar } from '../receiver/commandEar.ts';
import type { Occupation } from '../release.ts';
import { COMMAND_TRIES, REPEATED_RESPONSE_LIMIT, RESPONSE_WAIT_MS } from '../timers.ts';
import { sendGuardMs } from './sendGuard.ts';

/** One thing to send; a DCS has two: the frames, then its TCF. */
export type CommandSending = Extract<Effect, { type: 'sendFrames' | 'sendFast' }>;

export interface CommandOptions {
  /** One after the other. */
  sends: readonly [CommandSending, ...CommandSending[]];
  /** Its frames for the journal, the mandatory one last. */
  names: readonly string[];
  /** Responses that the asker wants to see. DCN is always one. Any other calls for a repetition. */
  accepts: readonly FrameName[];
  /** What only this station says at this place: heard back, it is our echo. */
  echoes: readonly FrameName[];
}

export interface Command extends CommandOptions {
  /** How often it was sent, this time included; repetitions that a CRP asked for are counted apart. */
  tries: number;
  asked: number;
  at: 'sending' | 'listening';
  /** Position in `sends`. */
  sending: number;
  ear: CommandEar;
  /** A damaged frame was heard since the command was sent. */
  damage: boolean;
  /** Carriers that led nowhere since the command was sent: a chattering line has an end. */
  noise: number;
  /** The last thing that went wrong, for the case that it was the last try. */
  trouble: Trouble;
}

type Trouble = 'noResponse' | 'badResponse' | 'sendFailed' | 'tooManyRepeats';

export type CommandResult =
  /** `frame`: the accepted one (or DCN); `all`: with the optional frames before it. The line is quiet. */
  | { kind: 'response'; frame: Frame; all: readonly Frame[] }
  /** It was sent as often as allowed. `last`: name of the unusable response, if the last one was. */
  | { kind: 'failed'; why: Trouble; last: FrameName | null };

export interface CommandStep {
  command: Command;
  effects: readonly Effect[];
  result?: CommandResult;
}

/** After a damaged response nothing better will follow by itself: only a late rest of it is waited for. */
const REST_AFTER_DAMAGE_MS = 1000;

/** Sends the command for the first time. */
export function beginCommand(options: CommandOptions): CommandStep {
  return send({
    ...options,
    tries: 1,
    asked: 0,
    at: 'sending',
    sending: 0,
    ear: QUIET,
    damage: false,
    noise: 0,
    trouble: 'noResponse',
  });
}

/** Abort and lineLost are the asker's to see; everything else goes through here. */
export function stepCommand(command: Command, input: Input): CommandStep {
  return command.at === 'sending' ? whileSending(command, input) : whileListening(command, input);
}

/** A response was accepted by name but cannot be used: the command is sent again, if it may be. */
export function repeatCommand(command: Command, response: FrameName): CommandStep {
  return repeat({ ...command, trouble: 'badResponse' }, response);
}

/** The command as it is, but not to be sent again: neither by itself nor for a CRP. */
export function lastTry(command: Command): Command {
  return { ...command, tries: COMMAND_TRIES, asked: COMMAND_TRIES };
}

/** What has to be stopped when the asker leaves the command in the middle. */
export function stopCommand({ at, ear }: Command): readonly Effect[] {
  if (at === 'sending') return [{ type: 'stopTimer', timer: 'carrier' }];
  return [{ type: 'stopTimer', timer: ear.busy ? 'frame' : 'T4' }];
}

export function occupationOf({ at, ear }: Command): Occupation {
  if (at === 'sending') return 'sending';
  return ear.carrier ? 'hearing' : 'idle';
}

function send(command: Command): CommandStep {
  const [sending] = command.sends;
  const now: Command = { ...command, at: 'sending', sending: 0, ear: QUIET, damage: false, noise: 0 };
  const sent: Effect[] = command.names.map((name) => ({
    type: 'report',
    event: { type: 'frameSent', name, attempt: command.tries + command.asked },
  }));
  return { command: now, effects: [...sent, ...sendEffects(sending)] };
}

function sendEffects(sending: CommandSending): readonly Effect[] {
  return [sending, { type: 'startTimer', timer: 'carrier', ms: sendGuardMs(sending) }];
}

function whileSending(command: Command, input: Input): CommandStep {
  const guard = { type: 'stopTimer', timer: 'carrier' } as const;
  if (input.type === 'sent') {
    const position = command.sending + 1;
    const next = command.sends[position];
    return next === undefined
      ? listen({ ...command, trouble: 'noResponse' }, RESPONSE_WAIT_MS, [guard])
      : { command: { ...command, sending: position }, effects: sendEffects(next) };
  }
  if (input.type === 'sendFailed') {
    return listen({ ...command, trouble: 'sendFailed' }, REST_AFTER_DAMAGE_MS, [guard]);
  }
  // The modem never said that it has sent: a late `sent` must not be taken for that of a repetition.
  if (input.type === 'timer' && input.timer === 'carrier') {
    return { command, effects: [], result: { kind: 'failed', why: 'sendFailed', last: null } };
  }
  return { command, effects: input.type === 'frame' ? [ignoredFrame(input, 'unexpected')] : [] };
}

function listen(command: Command, ms: number, before: readonly Effect[]): CommandStep {
  return {
    command: { ...command, at: 'listening', ear: QUIET },
    effects: [...before, { type: 'receiveFrames' }, startT4(ms)],
  };
}

function whileListening(command: Command, input: Input): CommandStep {
  if (input.type === 'frame' && input.carrier === 'fast') {
    return { command, effects: [ignoredFrame(input, 'unexpected')] };
  }
  if (input.type === 'timer' && input.timer === 'T4' && !command.ear.busy) return timedOut(command);
  const { ear, effects, result, command: frames } = stepEar(command.ear, input, command.echoes);
  const damage = command.damage || (input.type === 'frame' && isDamaged(input));
  const heard: Command = { ...command, ear, damage };
  switch (result) {
    case 'nothing':
      return { command: heard, effects };
    case 'begins':
      return { command: heard, effects: [{ type: 'stopTimer', timer: 'T4' }, ...effects] };
    case 'lost':
      return before(effects, heardNothing(heard));
    case 'command': {
      // A frame that comes without a carrier before it: T4 still runs.
      const t4: readonly Effect[] = command.ear.busy ? [] : [{ type: 'stopTimer', timer: 'T4' }];
      return before([...effects, ...t4], judge(heard, frames));
    }
  }
}

function timedOut(command: Command): CommandStep {
  const waitingFor = `a response to ${command.names.at(-1) ?? 'a command'}`;
  const event = { type: 'timeout', timer: 'T4', waitingFor } as const;
  return before([{ type: 'report', event }], repeat(command, null));
}

/** The carrier is gone and brought nothing: the rest of T4 is waited for. */
function heardNothing(command: Command): CommandStep {
  const noise = command.noise + 1;
  if (noise >= REPEATED_RESPONSE_LIMIT) return repeat(command, null);
  return {
    command: { ...command, noise, damage: false },
    effects: [startT4(command.damage ? REST_AFTER_DAMAGE_MS : RESPONSE_WAIT_MS)],
  };
}

function judge(command: Command, frames: readonly Frame[]): CommandStep {
  const frame = frames.findLast(({ name }) => name === 'DCN' || command.accepts.includes(name));
  if (frame !== undefined) return { command, effects: [], result: { kind: 'response', frame, all: frames } };
  if (frames.some(({ name }) => name === 'CRP')) return obeyCrp(command);
  return repeatCommand(command, frames.at(-1)?.name ?? 'FNV');
}

function repeat(command: Command, response: FrameName | null): CommandStep {
  const { ear, noise } = command;
  // Nothing can be said into a carrier; but some modems never tell its end, so that it is waited for once only.
  if (response === null && ear.carrier && !ear.busy && noise < REPEATED_RESPONSE_LIMIT) {
    return { command: { ...command, ear: QUIET }, effects: [startT4(RESPONSE_WAIT_MS)] };
  }
  if (command.tries >= COMMAND_TRIES) {
    return { command, effects: [], result: { kind: 'failed', why: command.trouble, last: response } };
  }
  return send({ ...command, tries: command.tries + 1 });
}

/** Counted apart from what this station repeats by itself, and no more often. */
function obeyCrp(command: Command): CommandStep {
  if (command.asked >= COMMAND_TRIES) {
    return { command, effects: [], result: { kind: 'failed', why: 'tooManyRepeats', last: 'CRP' } };
  }
  return send({ ...command, asked: command.asked + 1 });
}

function isDamaged({ fcsOk, octets }: Extract<Input, { type: 'frame' }>): boolean {
  return !fcsOk || parseFrame(octets) === null;
}

function startT4(ms: number): Effect {
  return { type: 'startTimer', timer: 'T4', ms };
}

function before(effects: readonly Effect[], step: CommandStep): CommandStep {
  return { ...step, effects: [...effects, ...step.effects] };
}
