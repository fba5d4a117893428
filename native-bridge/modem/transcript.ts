// What was said to a modem and what it answered, for a person to read; bounded.

import type { AtDialogue } from './at/atDialogue.types.ts';

const MOST_KEPT = 1_000;
const MOST_LINES = 100;
const LONGEST_LINE = 300;

export class Transcript {
  #lines: string[] = [];

  /** Writes down everything from now on, until the function given back is called. */
  listen(dialogue: AtDialogue): () => void {
    return dialogue.onTranscript((direction, text) => {
      if (this.#lines.length >= MOST_KEPT) return;
      const shown = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
      if (shown === '') return;
      this.#lines.push(`${direction === 'sent' ? '>' : '<'} ${shown}`.slice(0, LONGEST_LINE));
    });
  }

  forget(): void {
    this.#lines = [];
  }

  /** At most 100 lines: of a longer dialogue its beginning and its end. */
  get lines(): string[] {
    if (this.#lines.length <= MOST_LINES) return [...this.#lines];
    const half = MOST_LINES / 2;
    return [...this.#lines.slice(0, half), '…', ...this.#lines.slice(1 - half)];
  }
}
