// The relay account: address, device id, password, and a test before it is trusted.

import { FlaskConical } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { RelayAccount } from '../../protocol/api/types.ts';
import { outcomeText } from '../../protocol/outcomeTexts.ts';
import { useApi } from '../gateway/gateway.tsx';
import { queryKeys } from '../gateway/queryKeys.ts';
import { useStatus } from '../gateway/queries.ts';
import { useErrorWords } from '../language/errorWords.ts';
import { useLanguage, useT } from '../language/language.tsx';
import { Button } from '../parts/button.tsx';
import { Question } from '../parts/dialog.tsx';
import { TextField } from '../parts/fields.tsx';
import { Notice } from '../parts/notice.tsx';
import { StatusMark } from '../parts/statusMark.tsx';
import { useToast } from '../parts/toasts.tsx';
import { relayWords } from '../shell/relayWords.ts';
import { type RelayFields, newAccount, relayErrors, relayFieldsOf, sameFields } from './relayFields.ts';
import { SaveBar, Section } from './section.tsx';
import styles from './settings.module.css';

type TestResult = { tone: 'good' | 'bad'; text: string };

export function RelaySection({
  saved,
  onDirty,
}: {
  saved: RelayAccount | null;
  onDirty: (dirty: boolean) => void;
}): ReactNode {
  const t = useT();
  const api = useApi();
  const queries = useQueryClient();
  const language = useLanguage();
  const toast = useToast();
  const words = useErrorWords();
  const relay = useStatus()?.relay;
  const [fields, setFields] = useState<RelayFields>(() => relayFieldsOf(saved));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState<'save' | 'test'>();
  const [result, setResult] = useState<TestResult>();
  const [forgetting, setForgetting] = useState(false);
  const dirty = !sameFields(fields, relayFieldsOf(saved));
  const errors = relayErrors(fields, saved);
  const valid = Object.keys(errors).length === 0;
  useEffect(() => onDirty(dirty), [dirty, onDirty]);
  const set = (part: Partial<RelayFields>): void => {
    setFields((old) => ({ ...old, ...part }));
    setResult(undefined);
  };
  const errorOf = (name: keyof RelayFields): string | undefined => {
    const problem = errors[name];
    return tried && problem !== undefined ? t(problem.id, problem.values) : undefined;
  };

  const run = async (what: 'save' | 'test', action: () => Promise<void>): Promise<void> => {
    setTried(true);
    if (!valid) return;
    setBusy(what);
    try {
      await action();
    } catch (error) {
      toast({ kind: 'error', text: words(error) });
    } finally {
      setBusy(undefined);
    }
  };
  const save = (): Promise<void> =>
    run('save', async () => {
      const account = await api.settings.setRelay.mutate(newAccount(fields));
      queries.setQueryData(queryKeys.relayAccount, account);
      setFields(relayFieldsOf(account));
      setTried(false);
      toast({ text: t('settings.relaySaved') });
    });
  const test = (): Promise<void> =>
    run('test', async () => {
      const answer = await api.settings.testRelay.mutate(newAccount(fields));
      setResult(
        answer === 'online'
          ? { tone: 'good', text: t('settings.testGood') }
          : { tone: 'bad', text: outcomeText(answer.code, language) },
      );
    });
  const forget = (): Promise<void> =>
    run('save', async () => {
      await api.settings.forgetRelay.mutate();
      queries.setQueryData(queryKeys.relayAccount, null);
      setFields(relayFieldsOf(null));
      setTried(false);
    });

  const state = relay === undefined ? undefined : relayWords(relay, t);
  return (
    <form
      className={styles['form']}
      aria-label={t('settings.relay')}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Section title={t('settings.relay')} text={t('settings.relayText')}>
        {state !== undefined && (
          <StatusMark icon={state.icon} tone={state.tone}>
            {state.words}
          </StatusMark>
        )}
        {relay?.outcome !== undefined && relay.state === 'offline' && (
          <Notice tone="bad">{outcomeText(relay.outcome.code, language)}</Notice>
        )}
        {relay?.embedded === true && <Notice tone="info">{t('relay.embeddedText')}</Notice>}
        <TextField
          label={t('settings.relayUrl')}
          hint={t('settings.relayUrlHint')}
          placeholder="wss://relay.example.com"
          exact
          value={fields.url}
          onChange={(url) => set({ url })}
          error={errorOf('url')}
        />
        <TextField
          label={t('relay.deviceId')}
          hint={t('settings.deviceIdHint')}
          exact
          maxLength={64}
          value={fields.deviceId}
          onChange={(deviceId) => set({ deviceId })}
          error={errorOf('deviceId')}
        />
        <TextField
          label={t('settings.password')}
          type="password"
          maxLength={256}
          placeholder={saved === null ? '' : t('settings.passwordKept')}
          value={fields.password}
          onChange={(password) => set({ password })}
          error={errorOf('password')}
        />
        <TextField
          label={t('settings.proxy')}
          hint={t('settings.proxyHint')}
          placeholder="http://proxy.example:3128"
          exact
          value={fields.proxy}
          onChange={(proxy) => set({ proxy })}
          error={errorOf('proxy')}
        />
        <TextField
          label={t('settings.ca')}
          hint={t('settings.caHint')}
          rows={3}
          exact
          value={fields.ca}
          onChange={(ca) => set({ ca })}
          error={errorOf('ca')}
        />
        <div role="status">{result !== undefined && <Notice tone={result.tone}>{result.text}</Notice>}</div>
        <SaveBar
          dirty={dirty}
          saving={busy === 'save'}
          onDiscard={() => {
            setFields(relayFieldsOf(saved));
            setTried(false);
            setResult(undefined);
          }}
          extra={
            <>
              <Button icon={FlaskConical} isDisabled={busy !== undefined} onPress={() => void test()}>
                {busy === 'test' ? t('settings.testing') : t('settings.test')}
              </Button>
              {saved !== null && (
                <Button kind="quiet" onPress={() => setForgetting(true)}>
                  {t('settings.forgetRelay')}
                </Button>
              )}
            </>
          }
        />
      </Section>
      <Question
        open={forgetting}
        title={t('settings.forgetTitle')}
        text={t('settings.forgetText')}
        action={t('settings.forgetRelay')}
        onAnswer={(yes) => {
          setForgetting(false);
          if (yes) void forget();
        }}
      />
    </form>
  );
}
