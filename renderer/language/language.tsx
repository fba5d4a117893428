// The UI's language: catalogs, the chosen one, and `useT` for every text on the screen.

import { i18n } from '@lingui/core';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import { I18nProvider as TextProvider, useLingui } from '@lingui/react';
import { type ReactNode, useMemo } from 'react';
import { I18nProvider as ComponentTextProvider } from 'react-aria-components';
import type { Language } from '../../protocol/outcomeTexts.ts';
import { readPreference, writePreference } from '../theme/preferences.ts';
import { en, type MessageId } from './en.ts';
import { ja } from './ja.ts';
import { type Formats, createFormats } from './formats.ts';

export const LANGUAGES = { en: 'English', ja: '日本語' } as const satisfies Record<Language, string>;

export type Translate = (id: MessageId, values?: Record<string, string | number>) => string;

i18n.setMessagesCompiler(compileMessage);
i18n.load({ en: { ...en }, ja: { ...ja } });

/** Begins with the language chosen before, else the first of the system's languages that the program speaks. */
export function startLanguage(): void {
  const stored = readPreference('language');
  const wanted = [...(stored === undefined ? [] : [stored]), ...navigator.languages];
  activate(wanted.map(languageOf).find((language) => language !== undefined) ?? 'en');
}

export function chooseLanguage(language: Language): void {
  writePreference('language', language);
  activate(language);
}

export function LanguageProvider({ children }: { children: ReactNode }): ReactNode {
  return (
    <TextProvider i18n={i18n}>
      <ComponentLanguage>{children}</ComponentLanguage>
    </TextProvider>
  );
}

export function useT(): Translate {
  const { i18n: current } = useLingui();
  // A new function per language, so that memoised parts draw again when it changes.
  const { locale } = current;
  return useMemo(() => translatorFor(locale), [locale]);
}

export function useLanguage(): Language {
  return languageOf(useLingui().i18n.locale) ?? 'en';
}

/** Dates, sizes and numbers in the UI's language. */
export function useFormats(): Formats {
  const language = useLanguage();
  return useMemo(() => createFormats(language), [language]);
}

/** i18n itself knows the language in force; the function only has to be another one for another language. */
function translatorFor(_locale: string): Translate {
  return (id, values) => i18n._(id, values);
}

function ComponentLanguage({ children }: { children: ReactNode }): ReactNode {
  const language = useLanguage();
  return (
    <ComponentTextProvider locale={language === 'ja' ? 'ja-JP' : 'en-US'}>{children}</ComponentTextProvider>
  );
}

function activate(language: Language): void {
  document.documentElement.lang = language;
  i18n.activate(language);
}

function languageOf(tag: string): Language | undefined {
  const base = tag.toLowerCase().split('-')[0];
  return base === 'en' || base === 'ja' ? base : undefined;
}
