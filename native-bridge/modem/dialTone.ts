// Listens for a dial tone without calling anybody.

import type { LineTestResult } from '../../protocol/modem.ts';
import type { AtDialogue } from './at/atDialogue.types.ts';

/** A modem that listens needs its time; one that does not know W says OK at once. */
const LISTENING_MS = 700;
const ANSWER_MS = 15_000;
const HANG_UP_MS = 3_000;
const COMMAND_MS = 2_000;

/**
 * Goes off hook as for dialling, waits for the tone (W) and stays in command state (`;`), without a digit. NO DIALTONE
 * says that there is none. OK counts as heard when it took as long as listening takes: some modems answer OK to
 * everything. The modem has to be made ready again afterwards.
 */
export async function listenForDialTone(
  dialogue: AtDialogue,
  nowMs: () => number,
): Promise<LineTestResult['dialTone']> {
  await dialogue.command('AT+FCLASS=0', { timeoutMs: COMMAND_MS });
  // S7 bounds how long it listens.
  await dialogue.command('ATX4S7=8', { timeoutMs: COMMAND_MS });
  const begun = nowMs();
  const { result } = await dialogue.command('ATDTW;', { timeoutMs: ANSWER_MS });
  const tookMs = nowMs() - begun;
  if (result === 'timeout') await dialogue.interrupt(COMMAND_MS);
  await dialogue.command('ATH', { timeoutMs: HANG_UP_MS });
  // And how long a call is waited for.
  await dialogue.command('ATS7=60', { timeoutMs: COMMAND_MS });
  if (result === 'NO DIALTONE') return 'notHeard';
  return result === 'OK' && tookMs >= LISTENING_MS ? 'heard' : 'unknown';
}
