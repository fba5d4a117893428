// From the dial or answer command to the moment when V.21 is on the line, or the reason why it never was.

import type { ResultCode } from '../at/atDialogue.types.ts';
import type { DialFailure } from '../callOutcome.ts';
import type { AnswerRequest, DialRequest, DriverTools } from '../faxDriver.types.ts';
import type { Connection } from './class1Line.ts';

export type ConnectResult = { connection: Connection } | { failure: DialFailure; detail?: string };

const ANSWER_MS = 60_000;
const MARGIN_MS = 5000;
const INTERRUPT_MS = 5000;
const STALE_MS = 100;
/** Silence and CED before CONNECT. */
const CED_MS = 2800;

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
  const begunMs = tools.nowMs();
  let { result } = await dialogue.command(command, { timeoutMs, signal });
  // Of the command before, late or twice: nobody is reached, and nothing is refused, as quickly as that.
  if ((result === 'OK' || result === 'NO CARRIER') && tools.nowMs() - begunMs < STALE_MS) {
    ({ result } = await dialogue.nextResult({ timeoutMs, signal }));
  }
  if (result === 'CONNECT') return { connection: dials ? 'frameComing' : 'flagsOn' };
  // Our flags were on, and nobody noticed: its CONNECT was lost.
  if (!dials && result === 'ERROR' && tools.nowMs() - begunMs > CED_MS) return { connection: 'quiet' };
  if (result === 'closed') return { failure: 'portLost' };
  if (result === 'aborted' || result === 'timeout') {
    await dialogue.interrupt(INTERRUPT_MS);
    return { failure: result === 'aborted' ? 'cancelled' : 'noAnswer' };
  }
  return { failure: (dials ? FAILURES[result] : undefined) ?? 'noFax', detail: result };
}
