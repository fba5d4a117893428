// What a call teaches about the machine at a number: what it can do, and what to avoid next time.

import type { CallReport, RemoteHints } from '../../protocol/modem.ts';
import type { StoredRemote } from '../store/remoteTable.ts';

/** Rates of the fast carriers, in bit/s, fastest first. */
const RATES_BPS = [14_400, 12_000, 9_600, 7_200, 4_800, 2_400];
/** V.17 that failed to train so often in one call is left out next time. */
const V17_FAILURES = 2;
/** Machines that hang up because of the speed are content with this one. */
const SLOW_ENOUGH_BPS = 4_800;
/** A line that was bad once is not bad for ever: what was learned to avoid is tried again after so long. */
const FORGET_AFTER_MS = 30 * 24 * 60 * 60 * 1_000;

export function unknownRemote(number: string): StoredRemote {
  return {
    number,
    avoidModulations: [],
    avoidCodings: [],
    avoidEcm: false,
    fixed: false,
    callsConfirmed: 0,
    callsFailed: 0,
  };
}

/** What is to be avoided in a call at `now` (ms since 1970). */
export function hintsOf(remote: StoredRemote | undefined, now: number): RemoteHints {
  const known = remote === undefined ? undefined : withoutOldLessons(remote, now);
  return {
    avoidModulations: known?.avoidModulations ?? [],
    avoidCodings: known?.avoidCodings ?? [],
    avoidEcm: known?.avoidEcm ?? false,
    ...(known?.maxRateBps === undefined ? {} : { maxRateBps: known.maxRateBps }),
  };
}

/** The profile after a call. What somebody set by hand stays; identity and abilities are always the newest. */
export function learn(before: StoredRemote, report: CallReport, now: number): StoredRemote {
  const remote = withoutOldLessons(before, now);
  const met = report.remoteId !== undefined || report.abilities !== undefined;
  const seen: StoredRemote = {
    ...remote,
    ...(report.abilities === undefined ? {} : { abilities: report.abilities }),
    ...(report.remoteMaker === undefined ? {} : { maker: report.remoteMaker }),
    // An identity that a person typed in, or that did not fit, is not replaced by a wrong number's.
    ...(report.remoteId === undefined || remote.fixed || report.outcome.code === 'WRONG_NUMBER'
      ? {}
      : { identity: report.remoteId, identityByHand: false }),
    lastCallAt: new Date(now).toISOString(),
    callsConfirmed: remote.callsConfirmed + (report.outcome.disposition === 'done' ? 1 : 0),
    callsFailed: remote.callsFailed + (report.outcome.disposition === 'done' || !met ? 0 : 1),
  };
  return remote.fixed ? seen : withLessons(seen, report, now);
}

function withLessons(remote: StoredRemote, report: CallReport, now: number): StoredRemote {
  const v17 = report.trouble.trainingFailedAt.filter(({ modulation }) => modulation === 'V.17').length;
  const { code } = report.outcome;
  let lesson: Partial<StoredRemote> = {};
  if (v17 >= V17_FAILURES && report.modulation !== 'V.17' && !remote.avoidModulations.includes('V.17')) {
    lesson = { avoidModulations: [...remote.avoidModulations, 'V.17'] };
  }
  if (code === 'FAX_TOO_MANY_ERRORS' || code === 'FAX_PAGE_REJECTED') {
    const slower = RATES_BPS.find((rate) => rate < (report.rateBps ?? 0));
    if (slower !== undefined) lesson = { ...lesson, maxRateBps: slower };
    // At the lowest rate there is only the other way to send left to try.
    else if (report.ecm === true) lesson = { ...lesson, avoidEcm: true };
  }
  if (brokeOffAtFirstPage(report)) lesson = gentlerWay(remote, report);
  return Object.keys(lesson).length === 0 ? remote : { ...remote, ...lesson, learnedAt: now };
}

/** Both had agreed on a way to send, and the machine was gone before it had a page: perhaps that way does not suit it. */
function brokeOffAtFirstPage(report: CallReport): boolean {
  const { direction, outcome, pagesSent, pagesReceived, rateBps } = report;
  const isGone = outcome.code === 'FAX_HUNG_UP' || outcome.code === 'FAX_NO_RESPONSE';
  const isFirst = pagesSent === 0 && pagesReceived === 0;
  return direction === 'outgoing' && isGone && isFirst && rateBps !== undefined;
}

/** One step at a time: V.17, the speed, and error correction at the very last. */
function gentlerWay(
  { avoidModulations, avoidEcm }: StoredRemote,
  { modulation, rateBps = 0, ecm }: CallReport,
): Partial<StoredRemote> {
  if (modulation === 'V.17') return { avoidModulations: [...new Set([...avoidModulations, modulation])] };
  const slower = RATES_BPS.find((rate) => rate < rateBps);
  if (rateBps > SLOW_ENOUGH_BPS && slower !== undefined) return { maxRateBps: slower };
  return ecm === true && !avoidEcm ? { avoidEcm: true } : {};
}

function withoutOldLessons(remote: StoredRemote, now: number): StoredRemote {
  const { learnedAt, maxRateBps: _, ...rest } = remote;
  if (remote.fixed || learnedAt === undefined || now - learnedAt < FORGET_AFTER_MS) return remote;
  return { ...rest, avoidModulations: [], avoidCodings: [], avoidEcm: false };
}
