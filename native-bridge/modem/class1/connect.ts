// From the dial or answer command to the moment when V.21 is on the line, or the reason why it never was.

import type { ResultCode } from '../at/atDialogue.types.ts';
import type { DialFailure } from '../callOutcome.ts';
import type { AnswerRequest, DialRequest, DriverTools } from '../faxDriver.types.ts';
import type { Connection } from './class1Line.ts';

export type ConnectResult = { connection: Connection } | { failure: DialFailure; detail?: string };

const ANSWER_MS = 60_000;
const MARGIN_MS = 5000;
const INTERRUPT_MS = 5000;

const FAILURES: Partial<Record<ResultCode, DialFailure>> = {
  BUSY: 'busy',
  'NO ANSWER': 'noAnswer',
  'NO DIALTONE': 'noDialTone',
  'NO CARRIER': 'noFax',
  OK: 'noFax',
  VOICE: 'voice',
  DELAYED: 'delayed',
  BLACKLISTED: 'blacklisted',
  ERROR: 'notDialable',
};

/** Never rejects. `signal` ends it. */
export async function connect(
  tools: DriverTools,
  request: DialRequest | AnswerRequest,
  signal: AbortSignal,
): Promise<ConnectResult> {
  const { dialogue, events, facts } = tools;
  if (facts.adaptiveReception && facts.profile.quirks.adaptiveReception !== false) {
    await dialogue.command('AT+FAR=1', { timeoutMs: 2000, signal });
  }
  const dials = request.type === 'dial';
  events.progress({ phase: dials ? 'dialling' : 'answering' });
  const command = dials ? `ATD${tools.toneDialling ? 'T' : 'P'}${request.number}` : 'ATA';
  const timeoutMs = dials ? request.answerWithinMs + MARGIN_MS : ANSWER_MS;
  const { result } = await dialogue.command(command, { timeoutMs, signal });
  if (result === 'CONNECT') return { connection: dials ? 'frameComing' : 'flagsOn' };
  if (result === 'closed') return { failure: 'portLost' };
  if (result === 'aborted' || result === 'timeout') {
    await dialogue.interrupt(INTERRUPT_MS);
    return { failure: result === 'aborted' ? 'cancelled' : 'noAnswer' };
  }
  return { failure: FAILURES[result] ?? 'noFax', detail: result };
}
