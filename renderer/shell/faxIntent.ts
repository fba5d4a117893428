// What a new fax, or a new contact, shall begin with; handed from any screen to the one that takes it up.

import { useEffect, useEffectEvent } from 'react';

export interface FaxIntent {
  /** Device ids and `tel:` numbers. */
  to?: readonly string[];
  files?: readonly File[];
  title?: string;
  /** Begin with the built-in test page. */
  testPage?: boolean;
  /** Begin with the very pages of this outgoing document, as they are. */
  pagesOf?: { documentId: string; title: string };
}
export interface ContactIntent {
  name?: string;
  deviceId?: string;
  telephone?: string;
}

type Go = (to: string) => void;

const faxIntents: FaxIntent[] = [];
let contactIntent: ContactIntent | undefined;
const listeners = new Set<() => void>();

/** Opens New fax with this, or adds it to the one that is open. */
export function startFax(go: Go, intent: FaxIntent = {}): void {
  faxIntents.push(intent);
  for (const listener of listeners) listener();
  go('/new');
}

/** Hands every intent, those of before and those to come, to `take`. */
export function useFaxIntents(take: (intent: FaxIntent) => void): void {
  const takeAll = useEffectEvent(() => {
    for (const intent of faxIntents.splice(0)) take(intent);
  });
  useEffect(() => {
    const listener = (): void => takeAll();
    listeners.add(listener);
    takeAll();
    return () => {
      listeners.delete(listener);
    };
  }, []);
}

export function startContact(go: Go, intent: ContactIntent = {}): void {
  contactIntent = intent;
  go('/contacts/new');
}

export function takeContactIntent(): ContactIntent {
  const taken = contactIntent ?? {};
  contactIntent = undefined;
  return taken;
}
