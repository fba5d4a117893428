// Commands of discovery: bounded in time each and all together, never throwing, and over as soon as the port is gone.

import type { AtDialogue } from '../at/atDialogue.types.ts';

const COMMAND_MS = 2000;

export interface Asker {
  /** The answer's lines when the modem said OK. */
  ask(command: string, timeoutMs?: number): Promise<readonly string[] | undefined>;
  /** Whether the modem said OK. */
  tell(command: string, timeoutMs?: number): Promise<boolean>;
  /** Nothing was answered to the last commands, the port has gone, or the time is over. */
  isLost(): boolean;
}

/** @param limitMs for everything that is asked */
export function askModem(dialogue: AtDialogue, limitMs: number): Asker {
  const untilMs = performance.now() + limitMs;
  let unanswered = 0;
  const asker: Asker = {
    ask: async (command, timeoutMs = COMMAND_MS) => {
      if (asker.isLost()) return undefined;
      const leftMs = untilMs - performance.now();
      const { result, lines } = await dialogue.command(command, { timeoutMs: Math.min(timeoutMs, leftMs) });
      if (result === 'timeout') unanswered += 1;
      else unanswered = result === 'closed' ? UNANSWERED : 0;
      // One late answer must not be taken for the next command's.
      if (result === 'timeout' && unanswered < UNANSWERED)
        await dialogue.command('AT', { timeoutMs: COMMAND_MS });
      return result === 'OK' ? lines : undefined;
    },
    tell: async (command, timeoutMs) => (await asker.ask(command, timeoutMs)) !== undefined,
    isLost: () => unanswered >= UNANSWERED || performance.now() >= untilMs,
  };
  return asker;
}

/** So many commands without an answer, one after the other: nobody is there any more. */
const UNANSWERED = 3;
