// What a telephone line is called: its own name, or its number in the person's language.

import { numberOfAutomaticLineName } from '../../protocol/lineName.ts';
import type { Translate } from './language.tsx';

export function lineName(name: string, t: Translate): string {
  const number = numberOfAutomaticLineName(name);
  return number === undefined ? name : t('line.numbered', { number });
}
