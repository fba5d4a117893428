// Dialling, answering and hanging up with a modem that speaks T.30 itself.

import type { Outcome } from '../../../protocol/outcome.ts';
import { dialOutcome } from '../callOutcome.ts';
import type { DialRequest } from '../faxDriver.types.ts';
import { ANSWER_MS, SETTING_MS } from './limits.ts';
import type { Class2Session } from './session.ts';

/** Null when a fax machine has answered and told what it can do. */
export async function dial(
  session: Class2Session,
  { number, answerWithinMs }: DialRequest,
): Promise<Outcome | null> {
  const { result } = await session.command(
    `ATD${session.tools.toneDialling ? 'T' : 'P'}${number}`,
    answerWithinMs + ANSWER_MS,
  );
  if (result === 'OK' && !session.heard.isOver) return null;
  return dialOutcome(result === 'BUSY' ? 'busy' : 'noFax');
}

export async function answer(session: Class2Session): Promise<Outcome | null> {
  const { result } = await session.command('ATA', ANSWER_MS);
  if (result === 'OK' && !session.heard.isOver) return null;
  return dialOutcome('noFax');
}

export async function hangUp(session: Class2Session): Promise<void> {
  await session.tools.dialogue.command('ATH', { timeoutMs: SETTING_MS });
}
