// The address book: who, under which device id, and whether they are online now.

import { BookUser, UserPlus } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react';
import type { Contact } from '../../protocol/api/types.ts';
import { useContacts, useOnline } from '../gateway/queries.ts';
import { useT } from '../language/language.tsx';
import { Button } from '../parts/button.tsx';
import { EmptyState } from '../parts/emptyState.tsx';
import { OnlineMark } from '../parts/onlineMark.tsx';
import { VirtualList } from '../parts/virtualList.tsx';
import { presenceOf } from '../newFax/recipients.ts';
import { startContact } from '../shell/faxIntent.ts';
import { isAt, isWide, useGo } from '../shell/navigation.tsx';
import panes from '../shell/panes.module.css';
import { useSearch } from '../shell/search.tsx';
import { ContactEditor } from './contactEditor.tsx';
import styles from './addressBook.module.css';

export function AddressBookScreen({ contactId }: { contactId: string | undefined }): ReactNode {
  const t = useT();
  const [, go] = useGo();
  const { search } = useSearch();
  const { data: contacts } = useContacts();
  const online = useOnline();
  const list = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => found(contacts ?? [], search), [contacts, search]);
  const choose = useCallback((id: string) => go(`/contacts/${id}`, { replace: true }), [go]);
  const showSaved = useCallback((contact: Contact) => choose(contact.id), [choose]);
  const chosen = contacts?.find((contact) => contact.id === contactId);
  const adding = contactId === 'new';

  const firstId = shown[0]?.id;
  useEffect(() => {
    if (contactId === undefined && firstId !== undefined && isWide() && isAt('/contacts')) choose(firstId);
  }, [contactId, firstId, choose]);

  if (contacts !== undefined && contacts.length === 0 && !adding)
    return (
      <section className={panes['whole']} aria-label={t('contacts.title')} data-pane="list">
        <h1 className="visuallyHidden">{t('contacts.title')}</h1>
        <EmptyState icon={BookUser} title={t('contacts.empty')} text={t('contacts.emptyText')}>
          <Button kind="primary" icon={UserPlus} onPress={() => startContact(go)}>
            {t('contacts.add')}
          </Button>
        </EmptyState>
      </section>
    );
  return (
    <div className={panes['two']} data-open={contactId !== undefined}>
      <section className={panes['list']} aria-label={t('contacts.list')} data-pane="list">
        <h1 className={panes['heading']}>
          {t('contacts.title')}
          <Button small kind="quiet" icon={UserPlus} onPress={() => startContact(go)}>
            {t('contacts.add')}
          </Button>
        </h1>
        {shown.length === 0 && contacts !== undefined && search !== '' ? (
          <p className={panes['nothing']}>{t('search.nothing', { search })}</p>
        ) : (
          <VirtualList
            ref={list}
            label={t('contacts.list')}
            items={shown}
            chosenId={contactId}
            onChoose={choose}
            onOpen={() => window.document.querySelector<HTMLElement>('[data-pane=document] input')?.focus()}
            rowHeightRem={3.5}
            renderRow={(contact) => (
              <div className={styles['row']}>
                <span className={styles['initial']} aria-hidden>
                  {contact.name.slice(0, 1)}
                </span>
                <span className={styles['name']}>{contact.name}</span>
                <span className={styles['id']}>{contact.deviceId ?? contact.telephone ?? ''}</span>
                {contact.deviceId !== undefined && (
                  <span className={styles['presence']}>
                    <OnlineMark presence={presenceOf(contact.deviceId, online)} />
                  </span>
                )}
              </div>
            )}
          />
        )}
      </section>
      {adding || chosen !== undefined ? (
        <ContactEditor
          key={contactId}
          contact={chosen}
          contacts={contacts ?? []}
          onSaved={showSaved}
          onRemoved={() => {
            const index = shown.findIndex((contact) => contact.id === contactId);
            const next = shown[index + 1] ?? shown[index - 1];
            go(next === undefined ? '/contacts' : `/contacts/${next.id}`, { replace: true });
            list.current?.focus();
          }}
        />
      ) : (
        <div className={panes['nothingChosen']}>{t('contacts.chooseOne')}</div>
      )}
    </div>
  );
}

function found(contacts: readonly Contact[], search: string): Contact[] {
  const wanted = search.toLowerCase().split(/\s+/);
  return contacts.filter((contact) => {
    const text = `${contact.name} ${contact.deviceId ?? ''} ${contact.telephone ?? ''}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
