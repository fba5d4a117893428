// One contact: shown and changed in the same form, so that a correction is one step.

import { ChevronLeft, Send, Trash2 } from 'lucide-react';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import type { Contact, NewContact } from '../../protocol/api/types.ts';
import { telephoneDestination } from '../../protocol/destination.ts';
import { useApi } from '../gateway/gateway.tsx';
import { contactFinder } from '../gateway/contactFinder.ts';
import { useCountry, useOnline } from '../gateway/queries.ts';
import { queryKeys } from '../gateway/queryKeys.ts';
import { useErrorWords } from '../language/errorWords.ts';
import { useT } from '../language/language.tsx';
import { isDeviceId, presenceOf } from '../newFax/recipients.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { Question } from '../parts/dialog.tsx';
import { TextField } from '../parts/fields.tsx';
import { OnlineMark } from '../parts/onlineMark.tsx';
import { useToast } from '../parts/toasts.tsx';
import { UnsavedQuestion } from '../parts/unsavedQuestion.tsx';
import { startFax, takeContactIntent } from '../shell/faxIntent.ts';
import { useGo, useLeaveGuard } from '../shell/navigation.tsx';
import panes from '../shell/panes.module.css';
import styles from './addressBook.module.css';

interface Fields {
  name: string;
  deviceId: string;
  telephone: string;
  note: string;
}

interface ContactEditorProps {
  /** `undefined`: a new one. */
  contact: Contact | undefined;
  contacts: readonly Contact[];
  onSaved: (contact: Contact) => void;
  onRemoved: () => void;
}

export function ContactEditor({ contact, contacts, onSaved, onRemoved }: ContactEditorProps): ReactNode {
  const t = useT();
  const api = useApi();
  const queries = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const online = useOnline();
  const country = useCountry();
  const [, go] = useGo();
  const [start, setStart] = useState<Fields>(() => fieldsOf(contact ?? takeContactIntent()));
  const [fields, setFields] = useState(start);
  const [tried, setTried] = useState(false);
  const [asking, setAsking] = useState(false);
  const [saved, setSaved] = useState<Contact>();
  const dirty = (Object.keys(fields) as (keyof Fields)[]).some((name) => fields[name] !== start[name]);
  const guard = useLeaveGuard(dirty);
  const set = (name: keyof Fields) => (value: string) => setFields({ ...fields, [name]: value });
  const errors = {
    name: fields.name.trim() === '' ? t('contacts.needName') : undefined,
    deviceId: deviceIdError(),
    telephone: telephoneError(),
  };

  function telephoneError(): string | undefined {
    if (fields.telephone.trim() === '') return undefined;
    const destination = telephoneDestination(fields.telephone);
    if (destination === undefined) return t('contacts.badTelephone');
    const others = contacts.filter(({ id }) => id !== contact?.id);
    const other = contactFinder(others, country)(destination);
    return other === undefined ? undefined : t('contacts.numberTaken', { name: other.name });
  }

  function deviceIdError(): string | undefined {
    const id = fields.deviceId.trim().toLowerCase();
    if (id === '') return fields.telephone.trim() === '' ? t('contacts.needAddress') : undefined;
    if (!isDeviceId(id)) return t('newFax.notADeviceId', { id });
    const other = contacts.find((candidate) => candidate.deviceId === id && candidate.id !== contact?.id);
    return other === undefined ? undefined : t('contacts.taken', { name: other.name });
  }

  // Leaving for the saved contact waits until nothing is unsaved any more.
  useEffect(() => {
    if (saved !== undefined && !dirty) onSaved(saved);
  }, [saved, dirty, onSaved]);

  const save = async (): Promise<void> => {
    setTried(true);
    if (Object.values(errors).some((error) => error !== undefined)) return;
    try {
      const kept = await api.contacts.save.mutate({
        ...newContact(fields),
        ...(contact === undefined ? {} : { id: contact.id }),
      });
      queries.setQueryData<Contact[]>(queryKeys.contacts, (all) =>
        all === undefined ? all : [...all.filter((other) => other.id !== kept.id), kept],
      );
      setStart(fields);
      setSaved(kept);
      toast({ text: t('contacts.saved', { name: kept.name }) });
    } catch (error) {
      toast({ kind: 'error', text: words(error) });
    }
  };
  const remove = async (target: Contact): Promise<void> => {
    try {
      await api.contacts.remove.mutate({ id: target.id });
      onRemoved();
      toast({
        text: t('contacts.removed', { name: target.name }),
        undo: () => {
          const { id: _old, ...again } = target;
          api.contacts.save
            .mutate(again)
            .then(onSaved)
            .catch((error: unknown) => toast({ kind: 'error', text: words(error) }));
        },
      });
    } catch (error) {
      toast({ kind: 'error', text: words(error) });
    }
  };

  const { deviceId } = contact ?? {};
  const number = contact?.telephone === undefined ? undefined : telephoneDestination(contact.telephone);
  const destination = deviceId ?? number;
  return (
    <article
      className={styles['editor']}
      aria-label={contact?.name ?? t('contacts.newTitle')}
      data-pane="document"
    >
      <header className={styles['header']}>
        <span className={panes['back']}>
          <IconButton icon={ChevronLeft} label={t('action.backToList')} onPress={() => go('/contacts')} />
        </span>
        <h2 className={panes['paneTitle']}>{contact?.name ?? t('contacts.newTitle')}</h2>
        {deviceId !== undefined && <OnlineMark presence={presenceOf(deviceId, online)} />}
        <span className={panes['gap']} />
        {destination !== undefined && (
          <Button small icon={Send} onPress={() => startFax(go, { to: [destination] })}>
            {t('newFax.title')}
          </Button>
        )}
        {contact !== undefined && (
          <IconButton icon={Trash2} label={t('action.delete')} onPress={() => setAsking(true)} />
        )}
      </header>
      <form
        className={styles['form']}
        aria-label={t('contacts.details')}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextField
          label={t('contacts.name')}
          value={fields.name}
          onChange={set('name')}
          maxLength={100}
          error={tried ? errors.name : undefined}
          autoFocus={contact === undefined}
        />
        <TextField
          label={t('contacts.deviceId')}
          hint={t('contacts.deviceIdHint')}
          exact
          value={fields.deviceId}
          onChange={set('deviceId')}
          maxLength={64}
          error={tried ? errors.deviceId : undefined}
        />
        <TextField
          label={t('contacts.telephone')}
          hint={t('contacts.telephoneHint')}
          type="tel"
          value={fields.telephone}
          onChange={set('telephone')}
          maxLength={40}
          error={tried ? errors.telephone : undefined}
        />
        <TextField
          label={t('contacts.note')}
          value={fields.note}
          onChange={set('note')}
          maxLength={1000}
          rows={4}
        />
        <div className={styles['buttons']}>
          <Button type="submit" kind="primary" isDisabled={!dirty && contact !== undefined}>
            {t('action.saveChanges')}
          </Button>
          {dirty && contact !== undefined && (
            <Button
              onPress={() => {
                setFields(start);
                setTried(false);
              }}
            >
              {t('action.discard')}
            </Button>
          )}
        </div>
      </form>
      <Question
        open={asking}
        title={t('contacts.removeTitle')}
        text={t('contacts.removeText', { name: contact?.name ?? '' })}
        action={t('action.delete')}
        onAnswer={(yes) => {
          setAsking(false);
          if (yes && contact !== undefined) void remove(contact);
        }}
      />
      <UnsavedQuestion guard={guard} />
    </article>
  );
}

function fieldsOf(contact: Partial<NewContact>): Fields {
  return {
    name: contact.name ?? '',
    deviceId: contact.deviceId ?? '',
    telephone: contact.telephone ?? '',
    note: contact.note ?? '',
  };
}

function newContact(fields: Fields): NewContact {
  const deviceId = fields.deviceId.trim().toLowerCase();
  const telephone = fields.telephone.trim();
  const note = fields.note.trim();
  return {
    name: fields.name.trim(),
    ...(deviceId === '' ? {} : { deviceId }),
    ...(telephone === '' ? {} : { telephone }),
    ...(note === '' ? {} : { note }),
  };
}
