// From the dial or answer command to the moment when V.21 is on the line, or the reason why it never was.

import type { DialFailure } from '../callOutcome.ts';
import { answer, dial } from '../callControl/dial.ts';
import type { AnswerRequest, DialRequest, DriverTools } from '../faxDriver.types.ts';
import type { Connection } from './class1Line.ts';

export type ConnectResult = { connection: Connection } | { failure: DialFailure; detail?: string };

/** Silence and CED before ATA's CONNECT. */
const CED_MS = 2800;
const SETTING_MS = 2000;

/** Never rejects. `signal` ends it. */
export async function connect(
  tools: DriverTools,
  request: DialRequest | AnswerRequest,
  signal: AbortSignal,
): Promise<ConnectResult> {
  const { events, dialogue, facts } = tools;
  // Before the call: in its course there is no time for it.
  if (facts.adaptiveReception) await dialogue.command('AT+FAR=1', { timeoutMs: SETTING_MS, signal });
  if (request.type === 'dial') {
    events.progress({ phase: 'dialling' });
    const { number, answerWithinMs } = request;
    const dialled = await dial(tools, number, { answerWithinMs, signal });
    return dialled.kind === 'connected'
      ? { connection: 'frameComing' }
      : { failure: dialled.code, detail: dialled.detail };
  }
  events.progress({ phase: 'answering' });
  const begunMs = tools.nowMs();
  const answered = await answer(tools, { signal });
  if (answered.kind === 'connected') return { connection: 'flagsOn' };
  // Our flags were on for 5 s and nobody noticed: CONNECT was lost, not the call (T.31 §8.3.5).
  if (answered.detail.endsWith('ERROR') && tools.nowMs() - begunMs > CED_MS) return { connection: 'quiet' };
  return { failure: answered.code, detail: answered.detail };
}
