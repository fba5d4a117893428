// Above the screens: the search field and the way to help.

import { CircleQuestionMark, Search as SearchIcon, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStatus } from '../gateway/queries.ts';
import { useT } from '../language/language.tsx';
import type { MessageId } from '../language/en.ts';
import { IconButton } from '../parts/button.tsx';
import { useGo } from './navigation.tsx';
import { useSearch } from './search.tsx';
import styles from './shell.module.css';

/** The lists that can be searched, by the first part of their address. */
const LISTS: Readonly<Record<string, MessageId>> = {
  inbox: 'search.inbox',
  outbox: 'search.outbox',
  sent: 'search.sent',
  failed: 'search.failed',
  contacts: 'search.contacts',
  'lines/calls': 'search.calls',
  'lines/machines': 'search.machines',
};

export function TopBar({ onHelp }: { onHelp: () => void }): ReactNode {
  const t = useT();
  const [path, go] = useGo();
  const { typed, setTyped } = useSearch();
  const office = useStatus()?.displayName;
  const [, screen = '', part = ''] = path.split('/');
  const list = screen === 'lines' ? `${screen}/${part}` : screen;
  const label = t(LISTS[list] ?? 'search.inbox');
  return (
    <header className={styles['topBar']}>
      <div className={styles['search']} role="search">
        <SearchIcon size={16} aria-hidden />
        <input
          id="search"
          type="search"
          className={styles['searchInput']}
          aria-label={label}
          placeholder={label}
          value={typed}
          autoComplete="off"
          maxLength={200}
          onChange={(event) => {
            setTyped(event.target.value);
            // From a screen without a list the search leads to the inbox.
            if (LISTS[list] === undefined) go('/inbox');
          }}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'Escape') setTyped('');
            else if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
            event.preventDefault();
            document.querySelector<HTMLElement>('[data-pane=list] [data-pane-focus]')?.focus();
          }}
        />
        {typed !== '' && (
          <span className={styles['searchClear']}>
            <IconButton icon={X} label={t('search.clear')} shortcut="Esc" onPress={() => setTyped('')} />
          </span>
        )}
      </div>
      <span className={styles['topBarGap']} />
      {office !== undefined && <span className={styles['office']}>{office}</span>}
      <IconButton icon={CircleQuestionMark} label={t('help.title')} shortcut="?" onPress={onHelp} />
    </header>
  );
}
