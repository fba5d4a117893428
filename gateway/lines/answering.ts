// Whether a line that rings is to be answered now, and how. Pure.

import type { Line, LineSetup, TelephoneSettings } from '../../protocol/api/lines.ts';
import type { AnswerPlan, IncomingAnswer } from './lines.types.ts';

export type Ringing = NonNullable<Line['ringing']> & {
  cadence?: string | undefined;
  callerIdDue?: boolean | undefined;
};

/**
 * By itself: after as many rings as asked for, of the cadence asked for, and not before the modem has said who calls or
 * can say it no more. Most countries send the number behind the first ring, and whether a caller is taken depends on it.
 */
export function isAnsweredNow(setup: LineSetup, ringing: Ringing): boolean {
  const { enabled, kind, direction, answerAfterRings, answerCadences } = setup;
  if (!enabled || kind !== 'telephone' || direction === 'send') return false;
  if (answerAfterRings === 0 || ringing.count < answerAfterRings || ringing.callerIdDue === true)
    return false;
  return answerCadences.length === 0 || answerCadences.includes(ringing.cadence ?? '');
}

/** What the telephone settings add to what the inbox's side says. */
export function answerPlan(
  { hints }: Pick<IncomingAnswer, 'hints'>,
  { receivePassword, copyQuality }: Pick<TelephoneSettings, 'receivePassword' | 'copyQuality'>,
): AnswerPlan {
  return {
    receives: true,
    copyQuality,
    hints: hints ?? { avoidModulations: [], avoidCodings: [], avoidEcm: false },
    ...(receivePassword === '' ? {} : { receivePassword }),
  };
}
