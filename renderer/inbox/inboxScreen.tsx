// The inbox: list, pages, details; as in mail.

import { type ReactNode, useCallback, useEffect, useRef } from 'react';
import type { IncomingDocument } from '../../protocol/api/types.ts';
import { useInbox, useIncoming, useIncomingPages } from '../gateway/queries.ts';
import { canBeReached } from '../language/destinationWords.ts';
import { useT } from '../language/language.tsx';
import { ListFailed } from '../parts/listFailed.tsx';
import { VirtualList } from '../parts/virtualList.tsx';
import { useSearch } from '../shell/search.tsx';
import { startFax } from '../shell/faxIntent.ts';
import { isAt, isWide, useGo } from '../shell/navigation.tsx';
import { useShortcuts } from '../shell/shortcuts.ts';
import { PageViewer } from '../viewer/pageViewer.tsx';
import { InboxDetails } from './inboxDetails.tsx';
import { InboxEmpty } from './inboxEmpty.tsx';
import { FaxHeader } from './faxHeader.tsx';
import { senderName } from './senderWords.ts';
import { InboxRow } from './inboxRow.tsx';
import { useInboxCommands } from './inboxCommands.ts';
import panes from '../shell/panes.module.css';

/** A fax counts as read when it has been looked at for so long. */
const READ_AFTER_MS = 800;

export function InboxScreen({ documentId }: { documentId: string | undefined }): ReactNode {
  const t = useT();
  const [, go] = useGo();
  const { search } = useSearch();
  const inbox = useInbox(search);
  const { data: document, error } = useIncoming(documentId);
  const list = useRef<HTMLDivElement>(null);
  const choose = useCallback((id: string) => go(`/inbox/${id}`, { replace: true }), [go]);
  const commands = useInboxCommands();

  // Nothing chosen yet: the first of the list, so that the window is never half empty.
  const firstId = inbox.items[0]?.id;
  useEffect(() => {
    if (documentId === undefined && firstId !== undefined && isWide() && isAt('/inbox')) choose(firstId);
  }, [documentId, firstId, choose]);

  useMarkRead(document, commands.markRead);

  const remove = (target: IncomingDocument): void => {
    const index = inbox.items.findIndex((item) => item.id === target.id);
    const next = inbox.items[index + 1] ?? inbox.items[index - 1];
    go(next === undefined ? '/inbox' : `/inbox/${next.id}`, { replace: true });
    list.current?.focus();
    void commands.remove(target, (id) => go(`/inbox/${id}`));
  };

  const step = (by: 1 | -1): void => {
    const index = inbox.items.findIndex((item) => item.id === documentId);
    const next = inbox.items[index + by];
    if (next !== undefined) choose(next.id);
  };
  useShortcuts({
    j: () => step(1),
    k: () => step(-1),
    Delete: () => {
      if (document !== undefined) remove(document);
    },
    u: () => {
      if (document !== undefined) void commands.markRead(document, !document.read);
    },
    a: () => {
      if (document !== undefined && canBeReached(document.from)) startFax(go, { to: [document.from] });
    },
  });

  if (inbox.failed !== undefined && inbox.items.length === 0)
    return <ListFailed error={inbox.failed} onTryAgain={inbox.tryAgain} />;
  if (!inbox.loading && inbox.items.length === 0 && search === '') return <InboxEmpty />;
  const gone = error !== null && documentId !== undefined;
  return (
    <div className={panes['three']} data-open={documentId !== undefined}>
      <section className={panes['list']} aria-label={t('inbox.list')} data-pane="list">
        <h1 className={panes['heading']}>{t('inbox.title')}</h1>
        {!inbox.loading && inbox.items.length === 0 ? (
          <p className={panes['nothing']}>{t('search.nothing', { search })}</p>
        ) : (
          <VirtualList
            ref={list}
            label={t('inbox.list')}
            items={inbox.items}
            chosenId={documentId}
            onChoose={choose}
            onOpen={() =>
              window.document.querySelector<HTMLElement>('[data-pane=pages] [data-pane-focus]')?.focus()
            }
            rowHeightRem={4.75}
            hasMore={inbox.hasMore}
            onNearEnd={inbox.loadMore}
            renderRow={(item) => <InboxRow document={item} />}
          />
        )}
      </section>
      {document !== undefined && !gone ? (
        <OpenFax key={document.id} document={document} onRemove={remove} />
      ) : (
        <div className={panes['nothingChosen']}>{gone ? t('inbox.gone') : t('inbox.chooseOne')}</div>
      )}
    </div>
  );
}

function OpenFax({
  document,
  onRemove,
}: {
  document: IncomingDocument;
  onRemove: (document: IncomingDocument) => void;
}): ReactNode {
  const t = useT();
  const { data: pages } = useIncomingPages(document.id);
  const sender = senderName(document, t);
  const waiting = document.state === 'receiving' || document.state === 'broken';
  return (
    <>
      <FaxHeader document={document} onRemove={onRemove} />
      <PageViewer
        folder="incoming"
        documentId={document.id}
        pages={pages ?? []}
        pagesExpected={waiting ? document.pagesExpected : undefined}
        label={t('inbox.faxFrom', { name: sender })}
      />
      <InboxDetails document={document} pages={pages ?? []} />
    </>
  );
}

function useMarkRead(
  document: IncomingDocument | undefined,
  markRead: (document: IncomingDocument, read: boolean) => Promise<void>,
): void {
  // Marked unread by hand while it is open: it stays unread until it is opened again.
  const openedId = document?.id;
  // Nothing more is to come of it.
  const complete = document?.state === 'complete' || document?.state === 'partial';
  const latest = useRef(document);
  latest.current = document;
  useEffect(() => {
    if (!complete || latest.current?.read !== false) return undefined;
    const timer = setTimeout(() => {
      if (latest.current !== undefined && !latest.current.read) void markRead(latest.current, true);
    }, READ_AFTER_MS);
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `markRead` changes with every answer of the gateway
  }, [openedId, complete]);
}
