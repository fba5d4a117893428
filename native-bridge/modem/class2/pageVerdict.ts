// What the far end says about a page, as the modem passes it on: +FET and +FPTS of Class 2, OK or ERROR of 2.0.

import type { Outcome } from '../../../protocol/outcome.ts';
import type { AtAnswer } from '../at/atDialogue.types.ts';
import { POST_PAGE_NUMBERS } from './dialect.ts';
import type { PostPage } from './dialect.ts';
import type { Heard } from './heard.ts';
import { STRAY_STATUS_MS } from './limits.ts';
import type { Class2Session } from './session.ts';

type Verdict =
  /** `retrain`: RTP. `operator`: somebody there wants to speak (PIP). */
  | { kind: 'confirmed'; retrain?: true; operator?: true }
  | { kind: 'refused'; by: 'RTN' | 'PIN' }
  | { kind: 'over'; outcome: Outcome };

interface SentPage {
  page: number;
  closing: PostPage;
  /** For the rest of the page to leave the modem, and for its confirmation. */
  limitMs: number;
}

/**
 * Waits for the far end's word about a page whose data the modem has. Nothing counts as confirmed without one: a page
 * status, 2.0's OK, or after the last page a call that ended as it should.
 */
export async function askForVerdict(session: Class2Session, sent: SentPage): Promise<Verdict> {
  const { pageEnd } = session.dialect;
  const taken = await resultBehindData(session, sent.limitMs);
  if (pageEnd.kind === 'code') return verdictOf(session, sent, taken);
  if (taken.result !== 'OK' || session.heard.isOver) return over(session, sent, taken);
  const number = POST_PAGE_NUMBERS[sent.closing];
  let answer = await session.command(`AT${pageEnd.name}=${number}`, sent.limitMs, { isLast: hasStatus });
  // OK without a status may be the OK behind the data, said twice.
  if (answer.result === 'OK' && session.heard.pageStatus === null && !session.heard.isOver) {
    const further = await session.nextResult(STRAY_STATUS_MS, { isLast: hasStatus });
    if (further.result !== 'timeout') answer = further;
  }
  return verdictOf(session, sent, answer);
}

function hasStatus({ pageStatus }: Heard): boolean {
  return pageStatus !== null;
}

/** CONNECT said twice is no result of the page. */
async function resultBehindData(session: Class2Session, limitMs: number): Promise<AtAnswer> {
  const answer = await session.nextResult(limitMs, { isLast: hasStatus });
  return answer.result === 'CONNECT' ? session.nextResult(limitMs, { isLast: hasStatus }) : answer;
}

async function verdictOf(session: Class2Session, sent: SentPage, answer: AtAnswer): Promise<Verdict> {
  const status = session.heard.pageStatus ?? (await askForStatus(session, answer));
  switch (status ?? 0) {
    case 1:
      return { kind: 'confirmed' };
    case 3:
      return { kind: 'confirmed', retrain: true };
    case 2:
      return { kind: 'refused', by: 'RTN' };
    case 4:
      return { kind: 'refused', by: 'PIN' };
    case 5:
      // ZyXEL's manuals number PIN and PIP the other way round: with such a modem neither confirms.
      return /zyxel/iu.test(session.tools.facts.profile.name)
        ? { kind: 'refused', by: 'PIN' }
        : { kind: 'confirmed', operator: true };
    default:
  }
  const endedWell = sent.closing === 'EOP' && session.hangupCode() === 0;
  const isWord = session.dialect.pageEnd.kind === 'code' || endedWell;
  if (answer.result === 'OK' && isWord && (session.hangupCode() ?? 0) === 0 && !session.heard.lost) {
    return { kind: 'confirmed' };
  }
  return over(session, sent, answer);
}

/** A status that was not told, where the modem can be asked and its answer is to be doubted. */
async function askForStatus(session: Class2Session, { result }: AtAnswer): Promise<number | null> {
  const isAskedFor = result === 'ERROR' || (result === 'OK' && session.dialect.pageEnd.kind === 'command');
  if (!isAskedFor || session.heard.isOver || session.signal.aborted) return null;
  const value = await session.ask(`${session.dialect.pageStatus}?`);
  const status = /^\s*([0-9])/u.exec(value ?? '')?.[1];
  return status === undefined ? session.heard.pageStatus : Number(status);
}

async function over(session: Class2Session, { page, closing }: SentPage, answer: AtAnswer): Promise<Verdict> {
  const outcome = await session.ended(answer, {
    code: 'POST_MESSAGE_BAD_RESPONSE',
    phase: 'D',
    detail: `page ${page + 1} with ${closing}: ${answer.result}, and no word about it`,
  });
  return { kind: 'over', outcome };
}
