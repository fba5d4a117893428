// One outgoing fax in a list: first page, to whom, title, time, and how far it is.

import type { ReactNode } from 'react';
import type { OutgoingDocument } from '../../protocol/api/types.ts';
import { useCountry, useStatus } from '../gateway/queries.ts';
import { useFormats, useT } from '../language/language.tsx';
import rows from '../parts/documentRow.module.css';
import { PageImage } from '../parts/pageImage.tsx';
import { StatusMark } from '../parts/statusMark.tsx';
import { documentWords, pagesOf, recipientWords } from './deliveryWords.ts';

export function OutgoingRow({ document }: { document: OutgoingDocument }): ReactNode {
  const t = useT();
  const formats = useFormats();
  const { icon, tone, words } = documentWords(document, t, formats, useStatus()?.calls, useCountry());
  const time = document.finishedAt ?? document.sentAt ?? document.createdAt;
  return (
    <div className={rows['row']}>
      <span className={rows['thumbnail']}>
        {document.pages > 0 && (
          <PageImage folder="outgoing" documentId={document.id} index={0} cssWidth={40} decorative />
        )}
      </span>
      <span className={rows['title']}>{recipientWords(document, t)}</span>
      <time className={rows['time']} dateTime={time}>
        {formats.listTime(time)}
      </time>
      <span className={rows['subject']}>{document.title}</span>
      <span className={rows['state']}>
        <StatusMark icon={icon} tone={tone}>
          {words}
        </StatusMark>
      </span>
      <span className={rows['pages']}>{t('pages', { count: pagesOf(document) })}</span>
    </div>
  );
}
