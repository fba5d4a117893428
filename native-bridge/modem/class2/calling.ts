// Dialling and answering with a modem that speaks T.30 itself: until both machines have said who they are.

import type { Outcome } from '../../../protocol/outcome.ts';
import { answer as answerCall, dial as dialNumber } from '../callControl/dial.ts';
import type { CallResult } from '../callControl/dial.ts';
import { dialString } from '../callControl/dialString.ts';
import { dialOutcome, hangupOutcome } from '../callOutcome.ts';
import type { DialRequest } from '../faxDriver.types.ts';
import { IDENTIFY_MS } from './limits.ts';
import type { Class2Session } from './session.ts';

/** Null when a fax machine has answered and told what it can do. */
export async function dial(
  session: Class2Session,
  { number, answerWithinMs }: DialRequest,
): Promise<Outcome | null> {
  const { tools, heard } = session;
  const nobody = new AbortController();
  // OK comes when the machines have introduced themselves. Until somebody answers, the caller's patience counts.
  const { diallingMs = 0 } = dialString(number, tools.toneDialling) ?? {};
  const timer = setTimeout(() => {
    if (!heard.connected && heard.remote === undefined) nobody.abort();
  }, diallingMs + answerWithinMs);
  const result = await dialNumber(tools, number, {
    answerWithinMs: answerWithinMs + IDENTIFY_MS,
    signal: AbortSignal.any([session.signal, nobody.signal]),
    onLine: (line) => heard.take(line),
  });
  clearTimeout(timer);
  if (nobody.signal.aborted && result.kind === 'failed' && result.code === 'cancelled') {
    return dialOutcome('noAnswer');
  }
  return outcomeOf(session, result);
}

/** Null when the caller is a fax machine and said what it wants. */
export async function answer(session: Class2Session): Promise<Outcome | null> {
  const { tools, heard, signal } = session;
  return outcomeOf(session, await answerCall(tools, { signal, onLine: (line) => heard.take(line) }));
}

/** OK alone is no fax machine. */
function outcomeOf(session: Class2Session, result: CallResult): Outcome | null {
  const { heard } = session;
  if (result.kind === 'failed' && result.code === 'portLost') session.closed = true;
  if (session.signal.aborted) return dialOutcome('cancelled');
  if (heard.voice) return dialOutcome('voice');
  const code = session.hangupCode();
  if (code !== null && code !== 0 && !session.closed) return hangupOutcome(code, session.direction);
  if (result.kind === 'failed') return dialOutcome(result.code, result.detail);
  return heard.isFax && !heard.isOver ? null : dialOutcome('noFax', result.lines.slice(-2).join('; '));
}
