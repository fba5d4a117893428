// One received fax in the list: first page, sender, subject, time, pages, state.

import { ArrowDownToLine, Ban, CircleDot, TriangleAlert, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import type { IncomingDocument } from '../../protocol/api/types.ts';
import { damagedLines } from '../language/pageWords.ts';
import { useFormats, useT } from '../language/language.tsx';
import { PageImage } from '../parts/pageImage.tsx';
import { StatusMark } from '../parts/statusMark.tsx';
import { senderAddress, senderName } from './senderWords.ts';
import rows from '../parts/documentRow.module.css';

export function InboxRow({ document }: { document: IncomingDocument }): ReactNode {
  const t = useT();
  const formats = useFormats();
  return (
    <div className={rows['row']} data-unread={!document.read}>
      <span className={rows['thumbnail']}>
        {document.pages > 0 && (
          <PageImage folder="incoming" documentId={document.id} index={0} cssWidth={40} decorative />
        )}
      </span>
      <span className={rows['title']}>{senderName(document, t)}</span>
      <time className={rows['time']} dateTime={document.receivedAt}>
        {formats.listTime(document.receivedAt)}
      </time>
      <span className={rows['subject']}>
        {document.subject ?? (document.purpose === 'echo' ? t('inbox.echo') : senderAddress(document, t))}
      </span>
      <span className={rows['state']}>
        <IncomingState document={document} />
      </span>
      <span className={rows['pages']}>{t('pages', { count: document.pages })}</span>
    </div>
  );
}

export function IncomingState({ document }: { document: IncomingDocument }): ReactNode {
  const t = useT();
  switch (document.state) {
    case 'receiving':
      return (
        <StatusMark icon={ArrowDownToLine} tone="busy">
          {document.pagesExpected === undefined
            ? t('incoming.receiving')
            : t('incoming.receivingPage', { page: document.pages + 1, total: document.pagesExpected })}
        </StatusMark>
      );
    case 'broken':
      return (
        <StatusMark icon={Unplug} tone="wait">
          {t('incoming.broken')}
        </StatusMark>
      );
    case 'partial':
      return (
        <StatusMark icon={Unplug} tone="bad">
          {t('incoming.partial')}
        </StatusMark>
      );
    case 'cancelled':
      return (
        <StatusMark icon={Ban} tone="bad">
          {t('incoming.cancelled')}
        </StatusMark>
      );
    case 'complete': {
      const damaged = damagedLines(document.quality);
      if (damaged > 0)
        return (
          <StatusMark icon={TriangleAlert} tone="wait">
            {t('quality.damaged', { count: damaged })}
          </StatusMark>
        );
      return document.read ? null : (
        <StatusMark icon={CircleDot} tone="busy">
          {t('incoming.unread')}
        </StatusMark>
      );
    }
  }
}
