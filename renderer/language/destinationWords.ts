// Who is at the other end, as a person reads it: a telephone number without `tel:`, a device id as it is.

import { isTelephone, numberOf } from '../../protocol/destination.ts';
import type { Translate } from './language.tsx';

/** `+81312345678`, `kyoto-office`; in words for `tel:` alone, a caller who gave no number. */
export function destinationWords(destination: string, t: Translate): string {
  if (!isTelephone(destination)) return destination;
  const number = numberOf(destination);
  return number === '' ? t('destination.unknown') : number;
}

/** Whether something can be sent there. */
export const canBeReached = (destination: string): boolean =>
  !isTelephone(destination) || numberOf(destination) !== '';
