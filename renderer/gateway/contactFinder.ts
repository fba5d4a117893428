// Who is behind a device id or a telephone number, however the number is written there and here.

import { useMemo } from 'react';
import type { Contact } from '../../protocol/api/types.ts';
import { canonicalDestination } from '../../protocol/canonicalNumber.ts';
import { telephoneDestination } from '../../protocol/destination.ts';
import { useContacts, useCountry } from './queries.ts';

export type ContactFinder = (destination: string) => Contact | undefined;

/** Finds among what the gateway has told so far. */
export function useContactFinder(): ContactFinder {
  const { data: contacts } = useContacts();
  const country = useCountry();
  return useMemo(() => contactFinder(contacts ?? [], country), [contacts, country]);
}

export function contactFinder(contacts: readonly Contact[], country: string): ContactFinder {
  const found = new Map<string, Contact>();
  const add = (destination: string | undefined, contact: Contact): void => {
    if (destination !== undefined && !found.has(destination)) found.set(destination, contact);
  };
  for (const contact of contacts) {
    const number = contact.telephone === undefined ? undefined : telephoneDestination(contact.telephone);
    add(contact.deviceId, contact);
    add(number === undefined ? undefined : canonicalDestination(number, country), contact);
  }
  return (destination) => found.get(canonicalDestination(destination, country));
}
