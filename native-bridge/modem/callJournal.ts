// The story of one call, line by line, as it goes to the gateway; bounded.

import type { JournalLine } from '../../protocol/modem.ts';

const MOST_LINES = 5_000;
const LONGEST_LINE = 1_000;
/** The gateway takes a host that floods it for one that runs wild. */
const MOST_PER_SECOND = 300;

export interface CallJournal {
  write(text: string): void;
}

/** `nowMs` of a clock that never goes back; the call begins now. */
export function createCallJournal(tell: (line: JournalLine) => void, nowMs: () => number): CallJournal {
  const begun = nowMs();
  let written = 0;
  let second = { begun, lines: 0, leftOut: 0 };
  const line = (text: string): void => {
    written++;
    if (written > MOST_LINES + 1) return;
    const told = written > MOST_LINES ? 'Further lines of this call are left out.' : text;
    tell({ atMs: Math.max(0, Math.round(nowMs() - begun)), text: told.slice(0, LONGEST_LINE) });
  };
  return {
    write(text) {
      if (nowMs() - second.begun >= 1_000) {
        const { leftOut } = second;
        second = { begun: nowMs(), lines: 0, leftOut: 0 };
        if (leftOut > 0) line(`${leftOut} lines of one second are left out here.`);
      }
      second.lines++;
      if (second.lines > MOST_PER_SECOND) second.leftOut++;
      else line(text);
    },
  };
}
