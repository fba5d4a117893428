// The live region: tells screen readers of calls as they begin, go on and end, and of lines that ring or fail.

import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { GatewayStatus } from '../../protocol/api/types.ts';
import { useStatus } from '../gateway/queries.ts';
import { destinationWords } from '../language/destinationWords.ts';
import { type Translate, useT } from '../language/language.tsx';
import { lineName } from '../language/lineName.ts';
import { type Announcement, announcementsBetween } from './announcements.ts';

export function LiveAnnouncements(): ReactNode {
  const t = useT();
  const status = useStatus();
  const before = useRef<GatewayStatus | undefined>(undefined);
  const [text, setText] = useState('');
  useEffect(() => {
    if (status === undefined) return;
    const said = before.current === undefined ? [] : announcementsBetween(before.current, status);
    before.current = status;
    if (said.length > 0) setText(said.map((announcement) => words(announcement, t)).join(' '));
  }, [status, t]);
  return (
    <div role="status" aria-live="polite" className="visuallyHidden">
      {text}
    </div>
  );
}

function words(announcement: Announcement, t: Translate): string {
  switch (announcement.kind) {
    case 'sendingStarted':
    case 'sendingEnded':
    case 'receivingStarted':
    case 'receivingEnded':
      return t(`announce.${announcement.kind}`, { name: destinationWords(announcement.peer, t) });
    case 'lineRinging':
    case 'lineReady':
      return t(`announce.${announcement.kind}`, { name: lineName(announcement.line, t) });
    case 'lineTrouble':
      return t('announce.lineTrouble', {
        name: lineName(announcement.line, t),
        state: t(`lineState.${announcement.state}`),
      });
    case 'sendingPage':
    case 'receivingPage': {
      const { kind, peer, page, total } = announcement;
      const name = destinationWords(peer, t);
      return total === undefined
        ? t(`announce.${kind}`, { name, page })
        : t(`announce.${kind}Of`, { name, page, total });
    }
  }
}
