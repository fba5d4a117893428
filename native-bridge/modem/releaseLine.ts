// Brings a modem on hook and back to command state, whatever it was left doing: a crash may have left it in mid call.

import { setTimeout as pause } from 'node:timers/promises';
import type { AtDialogue } from './at/atDialogue.types.ts';
import type { SerialConnection } from './serial/serialConnection.types.ts';

const PROBE_MS = 1_000;
const HANG_UP_MS = 3_000;
/** V.250 S25 counts hundredths of a second; real modems want to see DTR fall for a moment. */
const DTR_LOW_MS = 300;
const DLE_ETX = Uint8Array.of(0x10, 0x03);
const CAN = Uint8Array.of(0x18);

/**
 * Hangs up. True when the modem answered. Never rejects.
 * The first AT may be swallowed: any character ends a reception (T.31), and the rest of the line is then lost.
 */
export async function releaseLine(dialogue: AtDialogue, connection: SerialConnection): Promise<boolean> {
  dialogue.reset();
  if (await hangUp(dialogue)) return true;
  // It takes what we say for data: their end, a Class 2 reception's end, and the modem's own way of hanging up.
  if ((await dialogue.sendRaw(DLE_ETX)) === 'closed') return false;
  await dialogue.sendRaw(CAN);
  if (await connection.setDtr(false)) {
    await pause(DTR_LOW_MS);
    await connection.setDtr(true);
  }
  await pause(DTR_LOW_MS);
  await connection.discard();
  dialogue.reset();
  return hangUp(dialogue);
}

async function hangUp(dialogue: AtDialogue): Promise<boolean> {
  const probe = await dialogue.command('AT', { timeoutMs: PROBE_MS });
  if (probe.result === 'closed' || probe.result === 'timeout') return false;
  // On hook already, some say ERROR or NO CARRIER: they have understood.
  const { result } = await dialogue.command('ATH', { timeoutMs: HANG_UP_MS });
  return result !== 'closed' && result !== 'timeout';
}
