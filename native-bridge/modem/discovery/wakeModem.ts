// Finds out whether a modem is there, in whatever state and at whatever rate it is.

import type { AtDialogue } from '../at/atDialogue.types.ts';
import { releaseLine } from '../callControl/releaseLine.ts';
import type { SerialConnection } from '../serial/serialConnection.types.ts';

const TRY_MS = 600;
/** Serial modems listen for the rate of AT, but some were told to keep one. The first is the most likely. */
const OTHER_RATES_BPS = [115_200, 57_600, 38_400, 19_200, 9600];
/** Echo off, results given, in words: nothing can be understood before that. */
const SPEAK_PLAINLY = 'ATE0Q0V1';

/**
 * The rate at which the modem answers, in words and without echo, on hook; undefined when nothing answers. Takes about
 * 20 s then. Never rejects.
 * @param baudRate that of the port now
 * @param isFixed the user wants this rate and no other
 */
export async function wakeModem(
  dialogue: AtDialogue,
  connection: SerialConnection,
  baudRate: number,
  isFixed: boolean,
): Promise<number | undefined> {
  if (await speaksPlainly(dialogue)) return baudRate;
  const others = isFixed ? [] : OTHER_RATES_BPS.filter((rate) => rate !== baudRate);
  for (const rate of others) {
    if (!(await setRate(connection, rate))) break;
    if (await speaksPlainly(dialogue)) return rate;
  }
  // At no rate: in the middle of something, most likely at the rate it should have.
  if (others.length > 0) await setRate(connection, baudRate);
  if (!(await releaseLine(dialogue, connection))) {
    // Results may be switched off: then nothing else shows that it listens.
    if (!(await speaksPlainly(dialogue))) return undefined;
  }
  return (await speaksPlainly(dialogue)) ? baudRate : undefined;
}

/** The first try may end what the modem was doing, or teach it the rate; the second counts. */
async function speaksPlainly(dialogue: AtDialogue): Promise<boolean> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    dialogue.reset();
    const { result } = await dialogue.command(SPEAK_PLAINLY, { timeoutMs: TRY_MS });
    if (result === 'closed') return false;
    // Twice, for the first OK may belong to what the command has ended.
    if (result === 'OK' && attempt > 0) return true;
    // A second silence is as good as ten.
    if (result === 'timeout' && attempt > 0) return false;
  }
  return false;
}

async function setRate(connection: SerialConnection, baudRate: number): Promise<boolean> {
  try {
    await connection.setBaudRate(baudRate);
    return true;
  } catch {
    return false;
  }
}
