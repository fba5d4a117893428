// How numbers are dialled, tried again, guarded, and what a received page must be like: one form, saved together.

import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import type { TelephoneSettings } from '../../protocol/api/lines.ts';
import { COUNTRY_PROFILES } from '../../protocol/countryProfiles.ts';
import { useApi } from '../gateway/gateway.tsx';
import { useLines, useTelephoneSettings } from '../gateway/queries.ts';
import { queryKeys } from '../gateway/queryKeys.ts';
import { useErrorWords } from '../language/errorWords.ts';
import { useLanguage, useT } from '../language/language.tsx';
import { lineName } from '../language/lineName.ts';
import { RadioList, TextField } from '../parts/fields.tsx';
import { SelectField } from '../parts/select.tsx';
import { useToast } from '../parts/toasts.tsx';
import { UnsavedQuestion } from '../parts/unsavedQuestion.tsx';
import { SaveBar, Section } from '../settings/section.tsx';
import { useLeaveGuard } from '../shell/navigation.tsx';
import {
  type DiallingFields,
  type DiallingProblem,
  type NamedLine,
  diallingChange,
  diallingErrors,
  diallingFieldsOf,
} from './diallingFields.ts';
import { RetryTable } from './retryTable.tsx';
import { RuleTable } from './ruleTable.tsx';
import formStyles from '../parts/form.module.css';
import styles from './linesScreen.module.css';

export function DiallingPart(): ReactNode {
  const t = useT();
  const saved = useTelephoneSettings();
  const lines = useLines();
  // A line that nobody named is shown by its number, and found by either.
  const named = useMemo(
    () =>
      lines?.flatMap(({ id, name }) => [
        { id, name: lineName(name, t) },
        { id, name },
      ]),
    [lines, t],
  );
  return (
    <div className={styles['body']} data-pane="dialling">
      <div className={styles['column']}>
        {saved !== undefined && named !== undefined && <DiallingForm saved={saved} lines={named} />}
      </div>
    </div>
  );
}

function DiallingForm({
  saved,
  lines,
}: {
  saved: TelephoneSettings;
  lines: readonly NamedLine[];
}): ReactNode {
  const t = useT();
  const api = useApi();
  const queries = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const countries = useCountries();
  const [changed, setChanged] = useState<Partial<DiallingFields>>({});
  const [tried, setTried] = useState(false);
  const [saving, setSaving] = useState(false);
  const fields: DiallingFields = { ...diallingFieldsOf(saved, lines), ...changed };
  const change = diallingChange(saved, fields, lines);
  const dirty = Object.keys(change).length > 0;
  const errors = diallingErrors(fields, lines);
  const guard = useLeaveGuard(dirty);
  const set = (part: Partial<DiallingFields>): void => setChanged((old) => ({ ...old, ...part }));
  const errorOf = (name: DiallingProblem): string | undefined =>
    tried && errors[name] !== undefined ? t(errors[name]) : undefined;

  const save = async (): Promise<void> => {
    setTried(true);
    if (Object.keys(errors).length > 0) return;
    setSaving(true);
    try {
      queries.setQueryData(queryKeys.telephoneSettings, await api.settings.changeTelephone.mutate(change));
      setChanged({});
      setTried(false);
      toast({ text: t('dialling.saved') });
    } catch (error) {
      toast({ kind: 'error', text: words(error) });
    } finally {
      setSaving(false);
    }
  };

  return (
    <form
      aria-label={t('dialling.form')}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Section title={t('dialling.place')} text={t('dialling.placeText')}>
        <SelectField
          label={t('dialling.country')}
          value={fields.country === '' ? 'none' : fields.country}
          onChange={(country) => set({ country: country === 'none' ? '' : country })}
          options={[{ value: 'none', label: t('dialling.noCountry') }, ...countries]}
        />
        <TextField
          label={t('dialling.answerWithin')}
          hint={t('dialling.answerWithinHint')}
          value={fields.answerWithin}
          onChange={(answerWithin) => set({ answerWithin })}
          maxLength={3}
          error={errorOf('answerWithin')}
        />
      </Section>
      <Section title={t('dialling.cheapHours')} text={t('dialling.cheapHoursText')}>
        <div className={formStyles['pair']}>
          <TextField
            label={t('dialling.from')}
            hint={t('dialling.timeHint')}
            value={fields.cheapFrom}
            onChange={(cheapFrom) => set({ cheapFrom })}
            error={errorOf('cheapFrom')}
          />
          <TextField
            label={t('dialling.to')}
            hint={t('dialling.timeHint')}
            value={fields.cheapTo}
            onChange={(cheapTo) => set({ cheapTo })}
            error={errorOf('cheapTo')}
          />
        </div>
      </Section>
      <Section title={t('dialling.retry')} text={t('dialling.retryText')}>
        <RetryTable retry={fields.retry} onChange={(retry) => set({ retry })} error={errorOf('retry')} />
      </Section>
      <Section title={t('dialling.safety')} text={t('dialling.safetyText')}>
        <RadioList
          label={t('dialling.guard')}
          value={fields.guard}
          onChange={(next) => set({ guard: next })}
          options={(['off', 'note', 'hangUp'] as const).map((value) => ({
            value,
            label: t(`guard.${value}`),
            hint: t(`guard.${value}Hint`),
          }))}
        />
      </Section>
      <Section title={t('dialling.rules')} text={t('dialling.rulesText')}>
        <RuleTable rules={fields.rules} onChange={(rules) => set({ rules })} error={errorOf('rules')} />
      </Section>
      <Section title={t('dialling.receiving')} text={t('dialling.receivingText')}>
        <TextField
          label={t('dialling.minGood')}
          hint={t('dialling.minGoodHint')}
          value={fields.minGood}
          onChange={(minGood) => set({ minGood })}
          maxLength={5}
          error={errorOf('minGood')}
        />
        <TextField
          label={t('dialling.maxBadRun')}
          hint={t('dialling.maxBadRunHint')}
          value={fields.maxBadRun}
          onChange={(maxBadRun) => set({ maxBadRun })}
          maxLength={4}
          error={errorOf('maxBadRun')}
        />
        <TextField
          label={t('dialling.password')}
          hint={t('dialling.passwordHint')}
          exact
          value={fields.password}
          onChange={(password) => set({ password })}
          maxLength={20}
          error={errorOf('password')}
        />
      </Section>
      <div className={styles['saveBar']}>
        <SaveBar
          dirty={dirty}
          saving={saving}
          onDiscard={() => {
            setChanged({});
            setTried(false);
          }}
        />
      </div>
      <UnsavedQuestion guard={guard} />
    </form>
  );
}

/** By name in the UI's language, in its order. */
function useCountries(): { value: string; label: string }[] {
  const language = useLanguage();
  return useMemo(() => {
    const names = new Intl.DisplayNames([language], { type: 'region' });
    return Object.keys(COUNTRY_PROFILES)
      .map((value) => ({ value, label: names.of(value.toUpperCase()) ?? value }))
      .toSorted((a, b) => a.label.localeCompare(b.label, language));
  }, [language]);
}
