// What became of an attempt that is over: its cause alone. What the program does about it, and what helps, holds for the
// present only.

import type { OutcomeCode } from '../../protocol/outcome.ts';
import { type Language, outcomeText } from '../../protocol/outcomeTexts.ts';

/** The first sentence of an outcome's text, with its full stop. */
export function outcomeCause(
  code: OutcomeCode,
  language: Language,
  direction?: 'outgoing' | 'incoming',
): string {
  const text = outcomeText(code, language, direction);
  const [first = text] = text.split(/(?<=[.。;])\s*/u);
  return first.replace(/;$/u, '.');
}
