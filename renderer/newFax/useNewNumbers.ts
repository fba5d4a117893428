// Which recipients are telephone numbers that nobody has reached before: not in the address book, never confirmed.

import { useMemo, useState } from 'react';
import { isTelephone, numberOf } from '../../protocol/destination.ts';
import { useContactFinder } from '../gateway/contactFinder.ts';
import { useContacts, useRemotesOf } from '../gateway/queries.ts';

export interface NewNumbers {
  /** To be typed once more, in the order of the recipients. */
  unconfirmed: readonly string[];
  /** Whether a number is known is still being asked. */
  asking: boolean;
  confirm: (destination: string) => void;
}

export function useNewNumbers(recipients: readonly string[]): NewNumbers {
  const { data: contacts } = useContacts();
  const contactOf = useContactFinder();
  const [confirmed, setConfirmed] = useState<ReadonlySet<string>>(new Set());
  const open = useMemo(
    () =>
      recipients.filter(
        (destination) =>
          isTelephone(destination) && !confirmed.has(destination) && contactOf(destination) === undefined,
      ),
    [recipients, confirmed, contactOf],
  );
  const remotes = useRemotesOf(useMemo(() => open.map(numberOf), [open]));
  const known = (destination: string): boolean | undefined => {
    const remote = remotes.get(numberOf(destination));
    return remote === undefined ? undefined : remote !== null && remote.callsConfirmed > 0;
  };
  return {
    unconfirmed: open.filter((destination) => known(destination) === false),
    asking: contacts === undefined || open.some((destination) => known(destination) === undefined),
    confirm: (destination) => setConfirmed((all) => new Set([...all, destination])),
  };
}
