// A dialogue with a modem that answers as it is told, at once.

import type { Unsolicited } from './atDialogue.types.ts';
import { createAtDialogue, type ModemDialogue } from './atDialogue.ts';

export interface TestDialogue {
  dialogue: ModemDialogue;
  /** What the modem was sent, write by write. */
  sent: Buffer[];
  heard: Unsolicited[];
  /** What the modem answers to each command. */
  answers: Record<string, string>;
  /** The modem says it by itself. */
  say: (text: string) => void;
  sentText: () => string;
}

export function startDialogue(): TestDialogue {
  const sent: Buffer[] = [];
  const heard: Unsolicited[] = [];
  const answers: Record<string, string> = {};
  const dialogue = createAtDialogue({
    write: async (octets) => {
      sent.push(Buffer.from(octets));
      const answer = answers[Buffer.from(octets).toString('latin1').trim()];
      if (answer !== undefined) dialogue.receive(Buffer.from(answer, 'latin1'));
    },
  });
  dialogue.onUnsolicited((what) => heard.push(what));
  return {
    dialogue,
    sent,
    heard,
    answers,
    say: (text) => dialogue.receive(Buffer.from(text, 'latin1')),
    sentText: () => Buffer.concat(sent).toString('latin1'),
  };
}

/** Until what was begun has been sent. */
export async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

export const SOON = { timeoutMs: 1000 };
