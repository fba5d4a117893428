// Who sent a fax, by the best that is known: contact, name, number, what the machine calls itself.

import { isTelephone } from '../../protocol/destination.ts';
import type { IncomingDocument } from '../../protocol/api/types.ts';
import { canBeReached, destinationWords } from '../language/destinationWords.ts';
import type { Translate } from '../language/language.tsx';

type Sender = Pick<
  IncomingDocument,
  'from' | 'fromName' | 'contactName' | 'remoteId' | 'callerNumber' | 'callerName'
>;

export function senderName(document: Sender, t: Translate): string {
  const { contactName, callerName, fromName, from, remoteId } = document;
  const named = [contactName, callerName, fromName].find((name) => name !== undefined && name.trim() !== '');
  if (named !== undefined) return named;
  return canBeReached(from) ? destinationWords(from, t) : (remoteId ?? t('destination.unknown'));
}

/** Under the name: device id or number, unless that is the name already. */
export function senderAddress(document: Sender, t: Translate): string {
  const { from } = document;
  const address = canBeReached(from) ? destinationWords(from, t) : '';
  if (address !== '' && address !== senderName(document, t)) return address;
  return isTelephone(from) ? t('inbox.byTelephone') : from;
}
