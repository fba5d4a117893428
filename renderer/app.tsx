// The window: rail, search, the screen that the address names, status strip.

import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { AddressBookScreen } from './addressBook/addressBookScreen.tsx';
import { useConnectionState } from './gateway/gateway.tsx';
import { useStatus } from './gateway/queries.ts';
import { InboxScreen } from './inbox/inboxScreen.tsx';
import { useT } from './language/language.tsx';
import { LinesScreen } from './lines/linesScreen.tsx';
import { ErrorBoundary } from './parts/errorBoundary.tsx';
import { NewFaxScreen } from './newFax/newFaxScreen.tsx';
import { OutgoingScreen } from './outgoing/outgoingScreen.tsx';
import { SettingsScreen } from './settings/settingsScreen.tsx';
import { ConnectionBanner } from './shell/connectionBanner.tsx';
import { DropAnywhere } from './shell/dropAnywhere.tsx';
import { startFax } from './shell/faxIntent.ts';
import { HelpSheet } from './shell/helpSheet.tsx';
import { LiveAnnouncements } from './shell/liveAnnouncements.tsx';
import { useGo } from './shell/navigation.tsx';
import { focusNextPane } from './shell/panes.ts';
import { Rail } from './shell/rail.tsx';
import { TopBar } from './shell/topBar.tsx';
import { useShortcuts } from './shell/shortcuts.ts';
import { SignIn } from './shell/signIn.tsx';
import { StatusStrip } from './shell/statusStrip.tsx';
import { Welcome } from './shell/welcome.tsx';
import styles from './shell/shell.module.css';

export function App(): ReactNode {
  const connection = useConnectionState();
  return connection === 'signInNeeded' ? <SignIn /> : <Window />;
}

function Window(): ReactNode {
  const t = useT();
  const [path, go] = useGo();
  const [help, setHelp] = useState(false);
  const shortcuts = useMemo(() => {
    const newFax = (): void => startFax(go);
    return {
      n: newFax,
      'Ctrl+n': newFax,
      '/': () => document.querySelector<HTMLInputElement>('#search')?.focus(),
      '?': () => setHelp(true),
      F6: () => focusNextPane(1),
      'Shift+F6': () => focusNextPane(-1),
    };
  }, [go]);
  useShortcuts(shortcuts);
  useWindowTitle();

  return (
    <div className={styles['window']}>
      <Rail />
      <div className={styles['main']}>
        <TopBar onHelp={() => setHelp(true)} />
        <ConnectionBanner />
        <main className={styles['screen']} aria-label={t('app.screen')} data-screen={path.split('/')[1]}>
          <ErrorBoundary place={path}>
            <Screens />
          </ErrorBoundary>
        </main>
      </div>
      <StatusStrip />
      <DropAnywhere />
      <Welcome />
      <HelpSheet open={help} onClose={() => setHelp(false)} />
      <LiveAnnouncements />
    </div>
  );
}

function Screens(): ReactNode {
  return (
    <Switch>
      <Route path="/inbox/:id?">{({ id }) => <InboxScreen documentId={id} />}</Route>
      <Route path="/outbox/:id?">
        {({ id }) => <OutgoingScreen key="outbox" folder="outbox" documentId={id} />}
      </Route>
      <Route path="/sent/:id?">
        {({ id }) => <OutgoingScreen key="sent" folder="sent" documentId={id} />}
      </Route>
      <Route path="/failed/:id?">
        {({ id }) => <OutgoingScreen key="failed" folder="failed" documentId={id} />}
      </Route>
      <Route path="/new">
        <NewFaxScreen />
      </Route>
      <Route path="/contacts/:id?">{({ id }) => <AddressBookScreen contactId={id} />}</Route>
      <Route path="/lines/:part?/:id?">{({ part, id }) => <LinesScreen part={part} id={id} />}</Route>
      <Route path="/settings">
        <SettingsScreen />
      </Route>
      <Route>
        <Redirect to="/inbox" replace />
      </Route>
    </Switch>
  );
}

function useWindowTitle(): void {
  const unread = useStatus()?.counts.inboxUnread ?? 0;
  useEffect(() => {
    document.title = unread === 0 ? 'Hikyaku' : `(${unread}) Hikyaku`;
  }, [unread]);
}
