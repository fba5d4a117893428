// Identity, header line, answering and paper: one form, saved together.

import { type ReactNode, useEffect, useState } from 'react';
import type { Settings } from '../../protocol/api/types.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useApi } from '../gateway/gateway.tsx';
import { queryKeys } from '../gateway/queryKeys.ts';
import { useErrorWords } from '../language/errorWords.ts';
import { useT } from '../language/language.tsx';
import { RadioList, Segments, SwitchField, TextField } from '../parts/fields.tsx';
import { useToast } from '../parts/toasts.tsx';
import { type OfficeFields, changedSettings, fieldsOf, officeErrors } from './officeFields.ts';
import { SaveBar, Section } from './section.tsx';
import styles from './settings.module.css';

export function OfficeSection({
  saved,
  onDirty,
}: {
  saved: Settings;
  onDirty: (dirty: boolean) => void;
}): ReactNode {
  const t = useT();
  const api = useApi();
  const queries = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const [changed, setChanged] = useState<Partial<OfficeFields>>({});
  const [tried, setTried] = useState(false);
  const [saving, setSaving] = useState(false);
  const fields: OfficeFields = { ...fieldsOf(saved), ...changed };
  const change = changedSettings(saved, fields);
  const dirty = Object.keys(change).length > 0;
  const errors = officeErrors(fields);
  useEffect(() => onDirty(dirty), [dirty, onDirty]);
  const set = (part: Partial<OfficeFields>): void => setChanged((old) => ({ ...old, ...part }));

  const save = async (): Promise<void> => {
    setTried(true);
    if (Object.keys(errors).length > 0) return;
    setSaving(true);
    try {
      queries.setQueryData(queryKeys.settings, await api.settings.change.mutate(change));
      setChanged({});
      setTried(false);
      toast({ text: t('settings.saved') });
    } catch (error) {
      toast({ kind: 'error', text: words(error) });
    } finally {
      setSaving(false);
    }
  };

  const errorOf = (name: keyof typeof errors): string | undefined =>
    tried && errors[name] !== undefined ? t(errors[name].id, errors[name].values) : undefined;
  return (
    <form
      className={styles['form']}
      aria-label={t('settings.office')}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Section title={t('settings.identity')} text={t('settings.identityText')}>
        <TextField
          label={t('settings.displayName')}
          hint={t('settings.displayNameHint')}
          value={fields.displayName}
          onChange={(displayName) => set({ displayName })}
          maxLength={60}
          error={errorOf('displayName')}
        />
        <TextField
          label={t('settings.faxNumber')}
          hint={t('settings.faxNumberHint')}
          type="tel"
          value={fields.faxNumber}
          onChange={(faxNumber) => set({ faxNumber })}
          maxLength={40}
        />
        <SwitchField
          label={t('settings.headerLine')}
          hint={t('settings.headerLineHint')}
          value={fields.headerLine}
          onChange={(headerLine) => set({ headerLine })}
        />
        <Segments
          label={t('options.paper')}
          value={fields.paper}
          onChange={(paper) => set({ paper })}
          options={[
            { value: 'a4', label: 'A4' },
            { value: 'letter', label: 'Letter' },
          ]}
        />
      </Section>
      <Section title={t('settings.answering')} text={t('settings.answeringText')}>
        <RadioList
          label={t('settings.accept')}
          value={fields.accept}
          onChange={(accept) => set({ accept })}
          options={[
            { value: 'everyone', label: t('accept.everyone'), hint: t('accept.everyoneHint') },
            { value: 'contacts', label: t('accept.contacts'), hint: t('accept.contactsHint') },
            { value: 'nobody', label: t('accept.nobody'), hint: t('accept.nobodyHint') },
          ]}
        />
        <TextField
          label={t('settings.blocked')}
          hint={t('settings.blockedHint')}
          rows={3}
          exact
          value={fields.blocked}
          onChange={(blocked) => set({ blocked })}
          error={errorOf('blocked')}
        />
        <TextField
          label={t('settings.giveUp')}
          hint={t('settings.giveUpHint')}
          value={fields.giveUpAfterHours}
          onChange={(giveUpAfterHours) => set({ giveUpAfterHours })}
          maxLength={3}
          error={errorOf('giveUpAfterHours')}
        />
        <SaveBar
          dirty={dirty}
          saving={saving}
          onDiscard={() => {
            setChanged({});
            setTried(false);
          }}
        />
      </Section>
    </form>
  );
}
