// Dials and answers, and tells apart what comes of it.

import type { AtAnswer, ResultCode } from '../at/atDialogue.types.ts';
import type { DialFailure } from '../callOutcome.ts';
import type { DriverTools } from '../faxDriver.types.ts';
import { dialString } from './dialString.ts';

export type CallTools = Pick<DriverTools, 'dialogue' | 'facts' | 'toneDialling' | 'blindDial' | 'nowMs'>;

export type CallResult =
  /** Class 1: CONNECT; the first frame is coming (dialled), or flags are being sent (answered). Class 2: OK. */
  | { kind: 'connected'; lines: readonly string[] }
  /** `detail`: what the modem said, or what was wrong. */
  | { kind: 'failed'; code: DialFailure; detail: string };

const SETTING_MS = 2000;
const MARGIN_MS = 5000;
const INTERRUPT_MS = 3000;
const ANSWER_MS = 60_000;
/** An ERROR so soon is about the command, not about the call. */
const AT_ONCE_MS = 1500;
/** S7 is one octet. */
const S7_LIMIT = 255;
/** Right after dialling some modems report another carrier, or a frame that was none. */
const FRAME_TRIES = 3;
const FRAME_MS = 10_000;

/**
 * Dials `number`. Waits for `answerWithinMs` after the last digit at most. The line has to be released afterwards,
 * whatever came of it. Never rejects.
 */
export async function dial(
  tools: CallTools,
  number: string,
  options: { answerWithinMs: number; signal: AbortSignal; onLine?: (line: string) => void },
): Promise<CallResult> {
  const { dialogue } = tools;
  const { signal, onLine, answerWithinMs } = options;
  const dialled = dialString(number, tools.toneDialling);
  if (!dialled) return failed('notDialable', `“${number.slice(0, 60)}” is no number that can be dialled`);
  // X4 waits for a dial tone and hears busy; X3 hears busy and does not wait. A modem that knows neither goes on.
  await dialogue.command(tools.blindDial ? 'ATX3' : 'ATX4', { timeoutMs: SETTING_MS, signal });
  const s7 = Math.min(S7_LIMIT, Math.ceil(answerWithinMs / 1000) + 1);
  await dialogue.command(`ATS7=${s7}`, { timeoutMs: SETTING_MS, signal });
  let isRung = false;
  const stopListening = dialogue.onUnsolicited((what) => {
    isRung ||= what.type === 'ring';
  });
  const begunMs = tools.nowMs();
  const answer = await dialogue.command(`ATD${dialled.text}`, {
    timeoutMs: dialled.diallingMs + answerWithinMs + MARGIN_MS,
    signal,
    onLine,
  });
  const result = await judge(tools, answer, { signal, onLine, tookMs: () => tools.nowMs() - begunMs });
  stopListening();
  if (result.kind === 'failed' && isRung && result.code !== 'cancelled') {
    return failed('busy', `a call came in while dialling (${result.detail})`);
  }
  return result;
}

/** Answers the call that rings. The line has to be released afterwards, whatever came of it. Never rejects. */
export async function answer(
  tools: CallTools,
  options: { signal: AbortSignal; onLine?: (line: string) => void },
): Promise<CallResult> {
  const { signal, onLine } = options;
  const answered = await tools.dialogue.command('ATA', { timeoutMs: ANSWER_MS, signal, onLine });
  return judge(tools, answered, { signal, onLine, tookMs: () => ANSWER_MS });
}

interface Waiting {
  signal: AbortSignal;
  onLine: ((line: string) => void) | undefined;
  tookMs: () => number;
}

async function judge(tools: CallTools, first: AtAnswer, waiting: Waiting): Promise<CallResult> {
  const { dialogue, facts } = tools;
  const runsT30 = facts.faxClass.startsWith('2');
  let current = first;
  const lines = [...first.lines];
  // FAX announces what the far end is (V.8, adaptive answer); the result of the command comes behind it.
  for (let more = 0; current.result === 'FAX' && more < 2; more += 1) {
    current = await dialogue.nextResult({ timeoutMs: FRAME_MS, ...pick(waiting) });
    lines.push(...current.lines);
  }
  const tries = runsT30 ? 0 : FRAME_TRIES;
  for (let count = 0; current.result === '+FCERROR' && count < tries; count += 1) {
    current = await dialogue.command('AT+FRH=3', { timeoutMs: FRAME_MS, ...pick(waiting) });
    lines.push(...current.lines);
  }
  const { result } = current;
  const hangUpCode = runsT30 ? hangUpCodeIn(lines) : undefined;
  if (hangUpCode !== undefined) return failed(failureOfHangUpCode(hangUpCode), lines.join('; '));
  if (result === (runsT30 ? 'OK' : 'CONNECT')) return { kind: 'connected', lines };
  if (result === 'aborted' || result === 'timeout') {
    // The modem still waits for the far end: a character ends that (V.250 §5.6.1).
    const last = await dialogue.interrupt(INTERRUPT_MS);
    if (last.result === 'closed') return failed('portLost', 'the port has gone');
    if (result === 'aborted') return failed('cancelled', 'ended from this side');
    const code = last.result === 'timeout' ? 'modemSilent' : 'noAnswer';
    return failed(code, `nothing in time; then ${last.result}`);
  }
  if (result === 'closed') return failed('portLost', 'the port has gone');
  if (result === 'ERROR' && waiting.tookMs() < AT_ONCE_MS)
    return failed('notDialable', describe(result, lines));
  return failed(FAILURES[result] ?? 'noFax', describe(result, lines));
}

/** In the order of V.250's table, then the makers' own. */
const FAILURES: Partial<Record<ResultCode, DialFailure>> = {
  'NO CARRIER': 'noFax',
  'NO DIALTONE': 'noDialTone',
  BUSY: 'busy',
  'NO ANSWER': 'noAnswer',
  VOICE: 'voice',
  DELAYED: 'delayed',
  BLACKLISTED: 'blacklisted',
};

/** +FHNG (decimal) and +FHS (hexadecimal): their numbers below 10, which are about the call's beginning, are the same. */
function hangUpCodeIn(lines: readonly string[]): number | undefined {
  for (const line of lines) {
    const found = /^\+?FH(NG|S):\s*([0-9A-F]{1,3})/i.exec(line);
    if (found) return Number.parseInt(found[2] ?? '', found[1]?.toUpperCase() === 'NG' ? 10 : 16);
  }
  return undefined;
}

/** T.32 table of hang-up codes, call placement and termination. */
function failureOfHangUpCode(code: number): DialFailure {
  switch (code) {
    case 2:
      return 'cancelled';
    case 3:
      return 'noDialTone';
    case 4:
      return 'noAnswer';
    default:
      return 'noFax';
  }
}

function pick({ signal, onLine }: Waiting): { signal: AbortSignal; onLine: Waiting['onLine'] } {
  return { signal, onLine };
}

function failed(code: DialFailure, detail: string): CallResult {
  return { kind: 'failed', code, detail: detail.slice(0, 200) };
}

function describe(result: string, lines: readonly string[]): string {
  return [...lines.slice(-2), result].join('; ');
}
