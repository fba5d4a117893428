// Brings a modem on hook and back to its command state, whatever it was left doing.

import type { AtDialogue } from '../at/atDialogue.types.ts';
import { pause } from '../serial/pause.ts';
import type { SerialConnection } from '../serial/serialConnection.types.ts';

const PROBE_MS = 1000;
const HANG_UP_MS = 3000;
/** V.250 S12: nothing may be said for a second before and after the escape. */
const GUARD_MS = 1100;
/** V.250 S25 counts hundredths of a second; real modems want to see DTR fall for a moment. */
const DTR_LOW_MS = 500;
const AFTER_DTR_MS = 300;
const AFTER_DATA_MS = 300;
const DLE_ETX = Uint8Array.of(0x10, 0x03);
const CAN = Uint8Array.of(0x18);
const ESCAPE = Buffer.from('+++', 'latin1');

/**
 * Hangs up, by harder and harder means: ATH; the end of data and of a reception; the escape; DTR. Takes about 12 s when
 * nothing helps. True when the modem said afterwards that it is on hook and listens. Never rejects.
 */
export async function releaseLine(dialogue: AtDialogue, connection: SerialConnection): Promise<boolean> {
  dialogue.reset();
  if (await hangUpInCommandState(dialogue)) return true;
  // It takes what is said for data, or waits for data: T.31's end of them, and Class 2's end of a reception.
  if ((await dialogue.sendRaw(DLE_ETX)) === 'closed') return false;
  await dialogue.sendRaw(CAN);
  await pause(AFTER_DATA_MS);
  dialogue.reset();
  if (await hangUpInCommandState(dialogue)) return true;
  // A data call that was taken by mistake.
  await connection.discard();
  await pause(GUARD_MS);
  if ((await dialogue.sendRaw(ESCAPE)) === 'closed') return false;
  await pause(GUARD_MS);
  dialogue.reset();
  if (await hangUpInCommandState(dialogue)) return true;
  if (await connection.setDtr(false)) {
    await pause(DTR_LOW_MS);
    await connection.setDtr(true);
    await pause(AFTER_DTR_MS);
  }
  await connection.discard();
  dialogue.reset();
  // Modems have been seen that hang up only on leaving the fax class.
  await dialogue.command('AT+FCLASS=0', { timeoutMs: HANG_UP_MS });
  return hangUpInCommandState(dialogue);
}

async function hangUpInCommandState(dialogue: AtDialogue): Promise<boolean> {
  // The first AT may do no more than end a reception (T.31: any character does), whose OK would answer it.
  if (!(await isAnswered(dialogue, 'AT', PROBE_MS))) return false;
  // A modem that is on hook already may say NO CARRIER or ERROR: it has understood.
  if (!(await isAnswered(dialogue, 'ATH', HANG_UP_MS))) return false;
  const { result } = await dialogue.command('AT', { timeoutMs: PROBE_MS });
  if (result === 'OK') return true;
  // That was the hang-up's late word; the modem's own comes now.
  return (await dialogue.command('AT', { timeoutMs: PROBE_MS })).result === 'OK';
}

async function isAnswered(dialogue: AtDialogue, command: string, timeoutMs: number): Promise<boolean> {
  const { result } = await dialogue.command(command, { timeoutMs });
  return result !== 'timeout' && result !== 'closed' && result !== 'aborted';
}
