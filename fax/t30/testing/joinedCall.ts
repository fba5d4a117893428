// Two T.30 machines joined by a line in memory, and what must hold after every call, whatever the line did to it.

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

/**
 * What the two sides know of the pages of one direction.
 * `delivered`: all, and both know. `knownFailure`: some are missing, and both know which.
 * `unheard`: the receiver has confirmed one page more than the sender has heard of: the sender believes too little.
 */
export type Knowledge = 'delivered' | 'knownFailure' | 'unheard';

export interface Judgement {
  knowledge: Knowledge;
  /** What must never be; empty when all is well. */
  violations: readonly string[];
}

/** `readable`: pages may be as damaged as the copy-quality rule allows. */
export function judgeCall(
  result: CallResult,
  options: CallOptions,
  copies: 'exact' | 'readable' = 'exact',
): Judgement {
  const directions = [
    judgeDirection('sent', options.sent, result.caller, result.answerer, copies),
    judgeDirection('polled', options.polled, result.answerer, result.caller, copies),
  ];
  const violations = [
    ...result.caller.breaches,
    ...result.answerer.breaches,
    ...result.caller.host.faults,
    ...result.answerer.host.faults,
    ...directions.flatMap((direction) => direction.violations),
  ];
  const order: readonly Knowledge[] = ['unheard', 'knownFailure', 'delivered'];
  const knowledge = order.find((one) => directions.some((direction) => direction.knowledge === one));
  return { knowledge: knowledge ?? 'delivered', violations };
}

function judgeDirection(
  name: string,
  pages: readonly TestPage[],
  sender: Party,
  receiver: Party,
  copies: 'exact' | 'readable',
): Judgement {
  const violations: string[] = [];
  const said = (holds: boolean, what: string): void => {
    if (!holds) violations.push(`${name}: ${what}`);
  };
  if (sender.outcome === null || receiver.outcome === null) {
    return { knowledge: 'knownFailure', violations: [`${name}: the call never ended`] };
  }
  const { pagesSent } = sender.outcome;
  const { pagesReceived } = receiver.outcome;
  const { stored } = receiver.host;
  said(
    pagesSent <= pagesReceived,
    `${pagesSent} pages are held for delivered, ${pagesReceived} were confirmed`,
  );
  said(
    pagesReceived - pagesSent <= 1,
    `${pagesReceived - pagesSent} confirmed pages are unknown to the sender`,
  );
  said(pagesReceived <= pages.length, `${pagesReceived} of ${pages.length} pages were confirmed`);
  for (let page = 0; page < pagesReceived; page++) {
    const versions = stored.get(page) ?? [];
    said(versions.length === 1, `page ${page} was made durable ${versions.length} times`);
    const version = versions.at(-1);
    const sent = pages[page];
    const isCopy =
      version !== undefined &&
      sent !== undefined &&
      (copies === 'exact' ? sameOctets(version, sent.raster) : rowsInCommon(version, sent) >= READABLE_SHARE);
    said(isCopy, `page ${page} is another page`);
  }
  if (pages.length > 0) {
    said(sender.outcome.code !== 'OK' || pagesSent === pages.length, 'the sender calls a part of it success');
    said(
      receiver.outcome.code !== 'OK' || pagesReceived === pages.length,
      'the receiver calls a part success',
    );
  }
  if (pagesSent < pagesReceived) return { knowledge: 'unheard', violations };
  return { knowledge: pagesSent === pages.length ? 'delivered' : 'knownFailure', violations };
}

function sameOctets(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((octet, at) => octet === other[at]);
}

/**
 * Without error correction a page may be confirmed that lacks one row in twenty, and its end when the sender says at
 * once that it was the end: a carrier that was lost in the last second looks like one of the many without RTC.
 */
const READABLE_SHARE = 0.8;

/** Share of the rows sent that arrived, in their order. */
function rowsInCommon(raster: Uint8Array, { geometry, raster: sent }: TestPage): number {
  const stride = geometry.widthPixels >> 3;
  const arrived = Array.from({ length: raster.length / stride }, (_, row) =>
    raster.subarray(row * stride, (row + 1) * stride),
  );
  let found = 0;
  let from = 0;
  for (let row = 0; row < geometry.rows; row++) {
    const wanted = sent.subarray(row * stride, (row + 1) * stride);
    const at = arrived.findIndex((one, index) => index >= from && sameOctets(one, wanted));
    if (at < 0) continue;
    found++;
    from = at + 1;
  }
  return found / geometry.rows;
}
