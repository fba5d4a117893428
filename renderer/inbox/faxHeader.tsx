// Above a received fax: who sent what, and what can be done with it.

import { ChevronLeft, Download, Mail, MailOpen, Reply, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { isTelephone } from '../../protocol/destination.ts';
import type { IncomingDocument } from '../../protocol/api/types.ts';
import { canBeReached } from '../language/destinationWords.ts';
import { useT } from '../language/language.tsx';
import { Button, IconButton } from '../parts/button.tsx';
import { SaveMenu } from '../parts/saveMenu.tsx';
import { startFax } from '../shell/faxIntent.ts';
import { useGo } from '../shell/navigation.tsx';
import panes from '../shell/panes.module.css';
import { senderName } from './senderWords.ts';
import { useInboxCommands } from './inboxCommands.ts';

export function FaxHeader({
  document,
  onRemove,
}: {
  document: IncomingDocument;
  onRemove: (document: IncomingDocument) => void;
}): ReactNode {
  const t = useT();
  const [, go] = useGo();
  const commands = useInboxCommands();
  return (
    <header className={panes['documentHeader']}>
      <span className={panes['back']}>
        <IconButton icon={ChevronLeft} label={t('action.backToList')} onPress={() => go('/inbox')} />
      </span>
      <div className={panes['documentHeading']}>
        <h2 className={panes['documentTitle']}>
          {document.subject ??
            (document.purpose === 'echo'
              ? t('inbox.echo')
              : t(isTelephone(document.from) ? 'inbox.byTelephone' : 'inbox.noSubject'))}
        </h2>
        <p className={panes['documentSub']}>{senderName(document, t)}</p>
      </div>
      {canBeReached(document.from) && (
        <Button small icon={Reply} onPress={() => startFax(go, { to: [document.from] })}>
          {t('action.reply')}
        </Button>
      )}
      <SaveMenu folder="incoming" documentId={document.id} icon={Download} disabled={document.pages === 0} />
      <IconButton
        icon={document.read ? Mail : MailOpen}
        label={document.read ? t('inbox.markUnread') : t('inbox.markRead')}
        shortcut="U"
        onPress={() => void commands.markRead(document, !document.read)}
      />
      <IconButton
        icon={Trash2}
        label={t('action.delete')}
        shortcut="Del"
        onPress={() => onRemove(document)}
      />
    </header>
  );
}
