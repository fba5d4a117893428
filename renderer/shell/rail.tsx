// The rail on the left: New fax, the folders with their counts, address book, lines, settings.

import {
  BookUser,
  CheckCheck,
  CircleAlert,
  Inbox,
  type LucideIcon,
  Phone,
  Plus,
  Send,
  Settings,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useStatus } from '../gateway/queries.ts';
import { useT } from '../language/language.tsx';
import { needsAttention } from '../lines/lineWords.ts';
import markUrl from '../theme/mark.svg';
import { startFax } from './faxIntent.ts';
import { useGo } from './navigation.tsx';
import styles from './shell.module.css';

export function Rail(): ReactNode {
  const t = useT();
  const [, go] = useGo();
  const status = useStatus();
  const counts = status?.counts;
  const troubled = status?.lines.filter(({ state }) => needsAttention(state)).length ?? 0;
  return (
    <nav className={styles['rail']} aria-label={t('rail.label')} data-pane="rail">
      <div className={styles['brand']}>
        <img src={markUrl} alt="" />
        <span className={styles['brandName']}>Hikyaku</span>
      </div>
      <Button className={styles['newFax'] ?? ''} onPress={() => startFax(go)} aria-keyshortcuts="n Control+n">
        <Plus size={18} strokeWidth={2.25} aria-hidden />
        <span className={styles['newFaxName']}>{t('newFax.title')}</span>
      </Button>
      <RailLink
        to="/inbox"
        icon={Inbox}
        name={t('inbox.title')}
        count={counts?.inboxUnread}
        countWords={t('rail.unread', { count: counts?.inboxUnread ?? 0 })}
      />
      <RailLink
        to="/outbox"
        icon={Send}
        name={t('outbox.title')}
        count={counts?.outboxActive}
        countWords={t('rail.active', { count: counts?.outboxActive ?? 0 })}
      />
      <RailLink to="/sent" icon={CheckCheck} name={t('sent.title')} />
      <RailLink
        to="/failed"
        icon={CircleAlert}
        name={t('failed.title')}
        count={counts?.failed}
        countWords={t('rail.failed', { count: counts?.failed ?? 0 })}
        tone="bad"
      />
      <RailLink to="/contacts" icon={BookUser} name={t('contacts.title')} />
      <RailLink
        to="/lines"
        icon={Phone}
        name={t('lines.title')}
        count={troubled}
        countWords={t('rail.lines', { count: troubled })}
        tone="bad"
      />
      <span className={styles['railGap']} />
      <RailLink to="/settings" icon={Settings} name={t('settings.title')} />
    </nav>
  );
}

function RailLink({
  to,
  icon: Icon,
  name,
  count = 0,
  countWords,
  tone,
}: {
  to: string;
  icon: LucideIcon;
  name: string;
  count?: number | undefined;
  countWords?: string;
  tone?: 'bad';
}): ReactNode {
  const [path, go] = useGo();
  const here = path === to || path.startsWith(`${to}/`);
  return (
    <a
      href={`#${to}`}
      className={styles['railLink']}
      aria-current={here ? 'page' : undefined}
      title={name}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        go(to);
      }}
    >
      <Icon size={18} strokeWidth={1.75} aria-hidden />
      <span className={styles['railName']}>{name}</span>
      {count > 0 && (
        <>
          <span className={styles['count']} data-tone={tone} aria-hidden>
            {count > 999 ? '999+' : count}
          </span>
          <span className="visuallyHidden">{countWords}</span>
        </>
      )}
    </a>
  );
}
