// An outcome in English, for scripts and whoever asked, with the reason where the code alone does not say what to do.

import type { Outcome } from '../../protocol/outcome.ts';
import { outcomeText } from '../../protocol/outcomeTexts.ts';

/** `direction` of the call; a sender's words without. */
export function outcomeWords({ code, detail }: Outcome, direction?: 'outgoing' | 'incoming'): string {
  if (code !== 'NUMBER_NOT_DIALABLE' || detail === undefined || detail === '') {
    return outcomeText(code, 'en', direction);
  }
  return `This number is not dialled. ${detail.charAt(0).toUpperCase()}${detail.slice(1).replace(/\.?$/, '.')}`;
}
