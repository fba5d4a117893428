// Language and theme of this window; they hold at once and need no saving.

import { type ReactNode, useState } from 'react';
import { LANGUAGES, chooseLanguage, useLanguage, useT } from '../language/language.tsx';
import { Segments } from '../parts/fields.tsx';
import { type Theme, chooseTheme, storedTheme } from '../theme/theme.ts';
import { Section } from './section.tsx';

export function AppearanceSection(): ReactNode {
  const t = useT();
  const language = useLanguage();
  const [theme, setTheme] = useState<Theme>(storedTheme);
  return (
    <Section title={t('settings.appearance')} text={t('settings.appearanceText')}>
      <Segments
        label={t('settings.language')}
        value={language}
        onChange={chooseLanguage}
        options={[
          { value: 'en', label: LANGUAGES.en },
          { value: 'ja', label: LANGUAGES.ja },
        ]}
      />
      <Segments
        label={t('settings.theme')}
        value={theme}
        onChange={(next) => {
          chooseTheme(next);
          setTheme(next);
        }}
        options={[
          { value: 'system', label: t('theme.system') },
          { value: 'light', label: t('theme.light') },
          { value: 'dark', label: t('theme.dark') },
        ]}
      />
    </Section>
  );
}
