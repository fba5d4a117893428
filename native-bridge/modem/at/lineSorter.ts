// Sorts the lines of a modem: echo, results (in words or numbers), rings and caller id, and the rest, which is information.

import type { ResultCode, Unsolicited } from './atDialogue.types.ts';
import { isCallerIdForCertain, readCadence, readCallerId, readRing } from './callerId.ts';
import type { AtLine } from './lineReader.ts';
import { numericResult, verboseResult } from './resultCodes.ts';

/**
 * The lines of caller id come together, before the first ring or between the first two; one that looks like it long after
 * is part of an answer.
 */
const NEAR_MS = 12_000;
const CADENCE_LENGTH = 20;

export type SortedLine =
  | { kind: 'result'; result: ResultCode; numeric: boolean }
  | { kind: 'information'; text: string }
  | { kind: 'unsolicited'; events: Unsolicited[] }
  | { kind: 'echo' };

export class LineSorter {
  private echo = '';
  /** The modem has answered in numbers last. */
  private numeric = false;
  /** The last ring, or line of caller id. */
  private calledAtMs = Number.NEGATIVE_INFINITY;
  private cadence: string[] = [];

  expectEcho(command: string): void {
    this.echo = command.trim().toUpperCase();
  }

  /** `answering`: a command is under way, whose answer the line may be part of. */
  sort(line: AtLine, answering: boolean): SortedLine {
    const { text } = line;
    if (this.echo !== '' && text.toUpperCase() === this.echo) return { kind: 'echo' };
    const result = verboseResult(text);
    if (result !== undefined) {
      this.numeric = false;
      return { kind: 'result', result, numeric: false };
    }
    const number = this.numeric || !line.afterLineFeed ? numericResult(text) : undefined;
    if (number !== undefined) {
      this.numeric = true;
      if (number === 'RING') return this.ring({ type: 'ring' }, text);
      return { kind: 'result', result: number, numeric: true };
    }
    const ring = readRing(text);
    if (ring) return this.ring(ring, text);
    const isNear = performance.now() - this.calledAtMs < NEAR_MS;
    if (!answering || isNear) {
      const cadence = readCadence(text);
      if (cadence !== undefined) {
        this.cadence = [...this.cadence, cadence].slice(-4);
        return { kind: 'unsolicited', events: [] };
      }
    }
    // Where who calls is told before the first ring, it may be told in the middle of an answer.
    if (!answering || isNear || isCallerIdForCertain(text)) {
      const caller = readCallerId(text);
      if (caller) {
        this.calledAtMs = performance.now();
        return { kind: 'unsolicited', events: tellsSomething(caller) ? [caller] : [] };
      }
    }
    return { kind: 'information', text };
  }

  private ring(ring: Extract<Unsolicited, { type: 'ring' }>, text: string): SortedLine {
    this.calledAtMs = performance.now();
    const cadence = (ring.cadence ?? this.cadence.join('-')).slice(0, CADENCE_LENGTH);
    this.cadence = [];
    const events: Unsolicited[] = [cadence === '' ? { type: 'ring' } : { type: 'ring', cadence }];
    const caller = readCallerId(text);
    if (caller && tellsSomething(caller)) events.push(caller);
    return { kind: 'unsolicited', events };
  }
}

function tellsSomething(caller: Extract<Unsolicited, { type: 'callerId' }>): boolean {
  return caller.number !== undefined || caller.name !== undefined;
}
