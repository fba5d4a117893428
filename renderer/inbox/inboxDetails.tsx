// What is known of a received fax, beside its pages.

import { UserPlus } from 'lucide-react';
import type { ReactNode } from 'react';
import type { DocumentPage, IncomingDocument } from '../../protocol/api/types.ts';
import { useFormats, useT } from '../language/language.tsx';
import { resolutionWords } from '../language/pageWords.ts';
import { Button } from '../parts/button.tsx';
import { Facts } from '../parts/facts.tsx';
import { startContact } from '../shell/faxIntent.ts';
import { useGo } from '../shell/navigation.tsx';
import panes from '../shell/panes.module.css';
import { IncomingState } from './inboxRow.tsx';

export function InboxDetails({
  document,
  pages,
}: {
  document: IncomingDocument;
  pages: readonly DocumentPage[];
}): ReactNode {
  const t = useT();
  const formats = useFormats();
  const [, go] = useGo();
  const totalBytes = pages.reduce((sum, page) => sum + page.byteLength, 0);
  const [first] = pages;
  return (
    <aside className={panes['details']} aria-label={t('details.title')} data-pane="details">
      <div className={panes['detailsBody']} data-pane-focus tabIndex={-1}>
        <h3 className={panes['detailsTitle']}>{t('details.title')}</h3>
        <IncomingState document={document} />
        {document.state === 'broken' && <p className={panes['note']}>{t('incoming.brokenText')}</p>}
        {document.state === 'cancelled' && <p className={panes['note']}>{t('incoming.cancelledText')}</p>}
        <Facts
          facts={[
            [t('details.from'), document.from, 'exact'],
            [t('details.saysName'), document.fromName],
            [t('details.received'), formats.dateTime(document.receivedAt)],
            [
              t('details.pages'),
              document.pagesExpected === undefined || document.pagesExpected === document.pages
                ? t('pages', { count: document.pages })
                : t('details.pagesOf', { done: document.pages, total: document.pagesExpected }),
            ],
            first === undefined ? undefined : [t('details.quality'), resolutionWords(first, t)],
            first === undefined ? undefined : [t('details.size'), formats.bytes(totalBytes)],
          ]}
        />
        {document.contactName === undefined && document.from !== 'echo' && (
          <Button
            small
            icon={UserPlus}
            onPress={() => startContact(go, { name: document.fromName, deviceId: document.from })}
          >
            {t('inbox.addContact')}
          </Button>
        )}
      </div>
    </aside>
  );
}
