// Settings: who this office is, its relay, whose faxes it takes, paper, and how the window looks.

import { type ReactNode, useEffect, useState } from 'react';
import { useRelayAccount, useSettings } from '../gateway/queries.ts';
import { useT } from '../language/language.tsx';
import { UnsavedQuestion } from '../parts/unsavedQuestion.tsx';
import { useLeaveGuard } from '../shell/navigation.tsx';
import { AppearanceSection } from './appearanceSection.tsx';
import { OfficeSection } from './officeSection.tsx';
import { RelaySection } from './relaySection.tsx';
import styles from './settings.module.css';

export function SettingsScreen(): ReactNode {
  const t = useT();
  const settings = useSettings();
  const account = useRelayAccount();
  const [officeDirty, setOfficeDirty] = useState(false);
  const [relayDirty, setRelayDirty] = useState(false);
  const guard = useLeaveGuard(officeDirty || relayDirty);
  useEffect(
    () => () => {
      setOfficeDirty(false);
      setRelayDirty(false);
    },
    [],
  );
  return (
    <div className={styles['screen']} data-pane="settings">
      <div className={styles['sections']}>
        <h1 className={styles['heading']}>{t('settings.title')}</h1>
        {settings !== undefined && <OfficeSection saved={settings} onDirty={setOfficeDirty} />}
        {account !== undefined && <RelaySection saved={account} onDirty={setRelayDirty} />}
        <AppearanceSection />
      </div>
      <UnsavedQuestion guard={guard} />
    </div>
  );
}
