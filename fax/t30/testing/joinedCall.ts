// Two T.30 machines joined by a line in memory.

import type { CallPlan } from '../machine.ts';
import type { Outcome } from '../outcome.ts';
import { answerer, caller, step } from '../station.ts';
import { LineStation } from './lineStation.ts';
import type { JournalEntry } from './lineStation.ts';
import type { HostOptions, PageHost } from './pageHost.ts';
import { TelephoneLine, undisturbed } from './telephoneLine.ts';
import type { Disturbance, Sent } from './telephoneLine.ts';
import type { TestPage } from './testPages.ts';
import { VirtualClock } from './virtualClock.ts';

export interface PartyOptions {
  plan: CallPlan;
  host?: Partial<HostOptions>;
}

export interface CallOptions {
  caller: PartyOptions;
  answerer: PartyOptions;
  /** Pages from the caller to the answerer, and, when it polls, the other way. */
  sent: readonly TestPage[];
  polled: readonly TestPage[];
  propagationMs?: number;
  disturbance?: Disturbance;
  /** Whether the machines' states are held against change in place, which takes time. Default true. */
  watchStates?: boolean;
}

export interface Party {
  /** Null when it never ended. */
  outcome: Outcome | null;
  journal: readonly JournalEntry[];
  host: PageHost;
  breaches: readonly string[];
}

export interface CallResult {
  caller: Party;
  answerer: Party;
  signals: readonly Sent[];
  collisions: readonly number[];
  durationMs: number;
}

/** No call of the tests lasts longer: beyond it a machine hangs. */
export const CALL_BOUND_MS = 4 * 3_600_000;

export function joinCall(options: CallOptions): CallResult {
  const clock = new VirtualClock();
  const line = new TelephoneLine(clock, {
    propagationMs: options.propagationMs ?? 20,
    disturbance: options.disturbance ?? undisturbed,
  });
  const { watchStates = true } = options;
  const calling = new LineStation(clock, line, {
    side: 'caller',
    machine: { initial: caller(options.caller.plan), step },
    host: { pages: options.sent, ...options.caller.host },
    watchStates,
  });
  const answering = new LineStation(clock, line, {
    side: 'answerer',
    machine: { initial: answerer(options.answerer.plan), step },
    host: { pages: options.polled, ...options.answerer.host },
    watchStates,
  });
  clock.at(0, () => calling.give({ type: 'start' }));
  clock.at(0, () => answering.give({ type: 'start' }));
  clock.run(CALL_BOUND_MS, () => calling.outcome !== null && answering.outcome !== null);
  // What is still on the line reaches stations that have ended, which must bear it.
  clock.run(clock.nowMs + 120_000);
  const durationMs = Math.max(calling.endedMs ?? CALL_BOUND_MS, answering.endedMs ?? CALL_BOUND_MS);
  return {
    caller: calling,
    answerer: answering,
    signals: line.sent,
    collisions: line.collisions,
    durationMs,
  };
}
