// One outgoing fax: what became of it at each recipient, its pages, and what can be done.

import { ChevronLeft, Download, RotateCcw, Send, Trash2, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { OutgoingDocument } from '../../protocol/api/types.ts';
import { outcomeText } from '../../protocol/outcomeTexts.ts';
import { useCountry, useOutgoingPages, useStatus } from '../gateway/queries.ts';
import type { OutgoingFolder } from '../gateway/queryKeys.ts';
import { useFormats, useLanguage, useT } from '../language/language.tsx';
import { resolutionWords } from '../language/pageWords.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { SaveMenu } from '../parts/saveMenu.tsx';
import { StatusMark } from '../parts/statusMark.tsx';
import { startFax } from '../shell/faxIntent.ts';
import { useGo } from '../shell/navigation.tsx';
import panes from '../shell/panes.module.css';
import { PageViewer } from '../viewer/pageViewer.tsx';
import { ConfirmedPages } from './confirmedPages.tsx';
import { DeliveryCard } from './deliveryCard.tsx';
import { documentWords, pagesOf } from './deliveryWords.ts';
import { useOutgoingCommands } from './outgoingCommands.ts';
import styles from './outgoing.module.css';

export function OutgoingDocumentPane({
  folder,
  document,
  onRemove,
}: {
  folder: OutgoingFolder;
  document: OutgoingDocument;
  onRemove: (document: OutgoingDocument) => void;
}): ReactNode {
  const t = useT();
  const language = useLanguage();
  const formats = useFormats();
  const [, go] = useGo();
  const { data: pages = [] } = useOutgoingPages(document.id);
  const calls = useStatus()?.calls;
  const country = useCountry();
  const [viewing, setViewing] = useState<number>();

  if (viewing !== undefined)
    return (
      <PageViewer
        folder="outgoing"
        documentId={document.id}
        pages={pages}
        startAt={viewing}
        label={document.title}
        leading={
          <Button small icon={ChevronLeft} onPress={() => setViewing(undefined)}>
            {t('outgoing.backToRecipients')}
          </Button>
        }
        actions={<SaveMenu folder="outgoing" documentId={document.id} icon={Download} />}
      />
    );

  const { icon, tone, words } = documentWords(document, t, formats, calls, country);
  const [first] = pages;
  return (
    <article className={styles['document']} aria-label={document.title} data-pane="document">
      <header className={styles['header']}>
        <span className={panes['back']}>
          <IconButton icon={ChevronLeft} label={t('action.backToList')} onPress={() => go(`/${folder}`)} />
        </span>
        <div className={styles['heading']}>
          <h2 className={styles['title']}>{document.title}</h2>
          <p className={styles['sub']}>
            <StatusMark icon={icon} tone={tone}>
              {words}
            </StatusMark>
            <span>{t('pages', { count: pagesOf(document) })}</span>
            {document.totalBytes > 0 && <span>{formats.bytes(document.totalBytes)}</span>}
            {first !== undefined && <span>{resolutionWords(first, t)}</span>}
            {document.sentAt !== undefined && (
              <span>{t('outgoing.sentAt', { time: formats.dateTime(document.sentAt) })}</span>
            )}
          </p>
        </div>
        <DocumentActions document={document} onRemove={onRemove} />
      </header>
      <div className={styles['body']} data-pane-focus tabIndex={-1}>
        {document.preparation !== undefined && document.preparation.disposition === 'fail' && (
          <Notice tone="bad">
            {document.failedFileName === undefined ? '' : `${document.failedFileName}: `}
            {outcomeText(document.preparation.code, language)}
          </Notice>
        )}
        <section aria-label={t('outgoing.recipients')} className={styles['section']}>
          <h3 className={styles['sectionTitle']}>{t('outgoing.recipients')}</h3>
          <ul className={styles['deliveries']}>
            {document.deliveries.map((delivery) => (
              <DeliveryCard key={delivery.id} delivery={delivery} document={document} />
            ))}
          </ul>
        </section>
        <section aria-label={t('outgoing.pages')} className={styles['section']}>
          <h3 className={styles['sectionTitle']}>{t('outgoing.pages')}</h3>
          <ConfirmedPages document={document} pages={pages} onOpen={setViewing} />
        </section>
      </div>
    </article>
  );
}

function DocumentActions({
  document,
  onRemove,
}: {
  document: OutgoingDocument;
  onRemove: (document: OutgoingDocument) => void;
}): ReactNode {
  const t = useT();
  const [, go] = useGo();
  const commands = useOutgoingCommands();
  const running = document.status === 'active' || document.status === 'preparing';
  const sendAgain = (): void =>
    startFax(go, {
      pagesOf: { documentId: document.id, title: document.title },
      title: document.title,
      to: document.deliveries.map((delivery) => delivery.destination),
    });
  return (
    <div className={styles['actions']}>
      {running && document.deliveries.some((delivery) => delivery.status === 'waiting') && (
        <Button small icon={RotateCcw} onPress={() => void commands.retry(document)}>
          {t('action.retryNow')}
        </Button>
      )}
      {running && (
        <Button small icon={X} onPress={() => void commands.cancel(document)}>
          {t('action.cancelFax')}
        </Button>
      )}
      {!running && document.pages > 0 && (
        <Button small icon={Send} onPress={sendAgain}>
          {t('action.sendAgain')}
        </Button>
      )}
      <SaveMenu folder="outgoing" documentId={document.id} icon={Download} disabled={document.pages === 0} />
      {!running && (
        <IconButton
          icon={Trash2}
          label={t('action.delete')}
          shortcut="Del"
          onPress={() => onRemove(document)}
        />
      )}
    </div>
  );
}
