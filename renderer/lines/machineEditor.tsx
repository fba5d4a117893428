// One machine elsewhere: what it can do, what is avoided with it, to be changed or forgotten.

import { ChevronLeft, RotateCcw, Send } from 'lucide-react';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { RemoteEdit } from '../../protocol/api/lines.ts';
import { codingSchema, modulationSchema } from '../../protocol/modem.ts';
import { useApi } from '../gateway/gateway.tsx';
import { type KnownMachine } from '../gateway/queries.ts';
import { queryKeys } from '../gateway/queryKeys.ts';
import { useErrorWords } from '../language/errorWords.ts';
import { useFormats, useT } from '../language/language.tsx';
import { Button, IconButton } from '../parts/button.tsx';
import { Question } from '../parts/dialog.tsx';
import { Facts } from '../parts/facts.tsx';
import { SwitchField, TextField } from '../parts/fields.tsx';
import { SelectField } from '../parts/select.tsx';
import { useToast } from '../parts/toasts.tsx';
import { UnsavedQuestion } from '../parts/unsavedQuestion.tsx';
import { startFax } from '../shell/faxIntent.ts';
import { useGo, useLeaveGuard } from '../shell/navigation.tsx';
import panes from '../shell/panes.module.css';
import { abilityFacts } from './machineWords.ts';
import formStyles from '../parts/form.module.css';
import text from '../parts/text.module.css';
import styles from './record.module.css';

/** V.27ter and MH are what every machine can do (T.30, T.4): there would be nothing left without them. */
const AVOIDABLE_MODULATIONS = modulationSchema.exclude(['V.27ter']).options;
const AVOIDABLE_CODINGS = codingSchema.exclude(['MH']).options;

/** V.27ter's and V.29's and V.17's, in T.30's order of falling back. */
const RATES = [14_400, 12_000, 9_600, 7_200, 4_800, 2_400] as const;

export function MachineEditor({
  machine,
  name,
  onForgotten,
}: {
  machine: KnownMachine;
  /** From the address book. */
  name: string | undefined;
  onForgotten: () => void;
}): ReactNode {
  const t = useT();
  const formats = useFormats();
  const api = useApi();
  const queries = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const [, go] = useGo();
  const [changed, setChanged] = useState<RemoteEdit>({});
  const [saving, setSaving] = useState(false);
  const [asking, setAsking] = useState(false);
  const { number } = machine;
  const fields = { ...machine, ...changed };
  const dirty = Object.keys(changed).length > 0;
  const guard = useLeaveGuard(dirty);
  const set = (part: RemoteEdit): void => setChanged((old) => ({ ...old, ...part }));

  const save = async (): Promise<void> => {
    setSaving(true);
    try {
      await api.remotes.change.mutate({
        number,
        change: {
          ...changed,
          ...(changed.identity === undefined ? {} : { identity: changed.identity.trim() }),
        },
      });
      await queries.invalidateQueries({ queryKey: queryKeys.remoteLists });
      setChanged({});
      toast({ text: t('machines.saved', { number }) });
    } catch (error) {
      toast({ kind: 'error', text: words(error) });
    } finally {
      setSaving(false);
    }
  };
  const forget = async (): Promise<void> => {
    try {
      await api.remotes.reset.mutate({ number });
      setChanged({});
      toast({ text: t('machines.wasReset', { number }) });
      onForgotten();
    } catch (error) {
      toast({ kind: 'error', text: words(error) });
    }
  };
  const withOut = <T,>(all: readonly T[], what: T, wanted: boolean): T[] =>
    wanted ? [...all, what] : all.filter((other) => other !== what);

  return (
    <article className={styles['record']} aria-label={name ?? number} data-pane="document">
      <header className={styles['head']}>
        <span className={panes['back']}>
          <IconButton
            icon={ChevronLeft}
            label={t('action.backToList')}
            onPress={() => go('/lines/machines')}
          />
        </span>
        <h2 className={panes['paneTitle']}>{name ?? number}</h2>
        {name !== undefined && <span className={text['exact']}>{number}</span>}
        <span className={panes['gap']} />
        <Button small icon={Send} onPress={() => startFax(go, { to: [`tel:${number}`] })}>
          {t('machines.sendTo')}
        </Button>
        <Button small icon={RotateCcw} onPress={() => setAsking(true)}>
          {t('machines.reset')}
        </Button>
      </header>
      <form
        className={styles['body']}
        aria-label={t('machines.title')}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <h3 className={styles['sectionTitle']}>{t('machines.abilities')}</h3>
        {machine.abilities === undefined && <p className={text['soft']}>{t('machines.noAbilities')}</p>}
        <Facts
          columns
          facts={[
            ...(machine.abilities === undefined ? [] : abilityFacts(machine.abilities, t, formats)),
            machine.maker === undefined ? undefined : [t('machines.maker'), machine.maker],
            [
              t('machines.calls'),
              t('machines.callCount', { confirmed: machine.callsConfirmed, failed: machine.callsFailed }),
            ],
            machine.lastCallAt === undefined
              ? undefined
              : [t('machines.lastCall'), formats.dateTime(machine.lastCallAt)],
          ]}
        />
        <h3 className={styles['sectionTitle']}>{t('machines.avoided')}</h3>
        <p className={text['soft']}>{t('machines.avoidedText')}</p>
        <div className={formStyles['switches']}>
          {AVOIDABLE_MODULATIONS.map((what) => (
            <SwitchField
              key={what}
              label={t('machines.avoid', { what })}
              value={fields.avoidModulations.includes(what)}
              onChange={(avoid) => set({ avoidModulations: withOut(fields.avoidModulations, what, avoid) })}
            />
          ))}
          {AVOIDABLE_CODINGS.map((what) => (
            <SwitchField
              key={what}
              label={t('machines.avoid', { what })}
              value={fields.avoidCodings.includes(what)}
              onChange={(avoid) => set({ avoidCodings: withOut(fields.avoidCodings, what, avoid) })}
            />
          ))}
          <SwitchField
            label={t('machines.avoidEcm')}
            value={fields.avoidEcm}
            onChange={(avoidEcm) => set({ avoidEcm })}
          />
        </div>
        <div className={formStyles['pair']}>
          <SelectField
            label={t('machines.maxRate')}
            // The API cannot take a limit away again; the fastest rate is none.
            value={String(fields.maxRateBps ?? RATES[0])}
            onChange={(rate) => set({ maxRateBps: Number(rate) })}
            options={RATES.map((rate) => ({
              value: String(rate),
              label:
                rate === RATES[0] ? t('machines.anyRate') : t('call.rate', { rate: formats.number(rate) }),
            }))}
          />
          <TextField
            label={t('machines.identity')}
            hint={t('machines.identityHint')}
            exact
            value={fields.identity ?? ''}
            onChange={(identity) => set({ identity })}
            maxLength={40}
          />
        </div>
        <SwitchField
          label={t('machines.fixed')}
          hint={t('machines.fixedHint')}
          value={fields.fixed}
          onChange={(fixed) => set({ fixed })}
        />
        <div className={formStyles['buttons']}>
          <Button type="submit" kind="primary" isDisabled={!dirty} isPending={saving}>
            {t('action.saveChanges')}
          </Button>
          {dirty && <Button onPress={() => setChanged({})}>{t('action.discard')}</Button>}
        </div>
      </form>
      <Question
        open={asking}
        title={t('machines.resetTitle')}
        text={t('machines.resetText', { number })}
        action={t('machines.reset')}
        onAnswer={(yes) => {
          setAsking(false);
          if (yes) void forget();
        }}
      />
      <UnsavedQuestion guard={guard} />
    </article>
  );
}
