// Outbox, Sent and Failed: the list, and one document with its recipients and pages.

import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { CheckCheck, CircleAlert, Send } from 'lucide-react';
import type { OutgoingDocument } from '../../protocol/api/types.ts';
import { folderOf } from '../gateway/eventCache.ts';
import { useOutgoing, useOutgoingFolder } from '../gateway/queries.ts';
import type { OutgoingFolder } from '../gateway/queryKeys.ts';
import { useT } from '../language/language.tsx';
import { Button } from '../parts/button.tsx';
import { Question } from '../parts/dialog.tsx';
import { EmptyState } from '../parts/emptyState.tsx';
import { ListFailed } from '../parts/listFailed.tsx';
import { VirtualList } from '../parts/virtualList.tsx';
import { startFax } from '../shell/faxIntent.ts';
import { isAt, isWide, useGo } from '../shell/navigation.tsx';
import panes from '../shell/panes.module.css';
import { useSearch } from '../shell/search.tsx';
import { useShortcuts } from '../shell/shortcuts.ts';
import { OutgoingDocumentPane } from './outgoingDocument.tsx';
import { useOutgoingCommands } from './outgoingCommands.ts';
import { OutgoingRow } from './outgoingRow.tsx';

const ICONS = { outbox: Send, sent: CheckCheck, failed: CircleAlert } as const;

export function OutgoingScreen({
  folder,
  documentId,
}: {
  folder: OutgoingFolder;
  documentId: string | undefined;
}): ReactNode {
  const t = useT();
  const [, go] = useGo();
  const { search } = useSearch();
  const documents = useOutgoingFolder(folder, search);
  const { data: document, error } = useOutgoing(documentId);
  const list = useRef<HTMLDivElement>(null);
  const commands = useOutgoingCommands();
  const [asked, setAsked] = useState<OutgoingDocument>();
  const choose = useCallback((id: string) => go(`/${folder}/${id}`, { replace: true }), [go, folder]);

  const firstId = documents.items[0]?.id;
  useEffect(() => {
    if (documentId === undefined && firstId !== undefined && isWide() && isAt(`/${folder}`)) choose(firstId);
  }, [documentId, firstId, choose, folder]);

  const remove = async (target: OutgoingDocument): Promise<void> => {
    const index = documents.items.findIndex((item) => item.id === target.id);
    const next = documents.items[index + 1] ?? documents.items[index - 1];
    if (!(await commands.remove(target))) return;
    go(next === undefined ? `/${folder}` : `/${folder}/${next.id}`, { replace: true });
    list.current?.focus();
  };

  const shortcuts = useMemo(() => {
    const step = (by: 1 | -1): void => {
      const index = documents.items.findIndex((item) => item.id === documentId);
      const next = documents.items[index + by];
      if (next !== undefined) choose(next.id);
    };
    return {
      j: () => step(1),
      k: () => step(-1),
      Delete: () => {
        if (document !== undefined && folderOf(document) !== 'outbox') setAsked(document);
      },
    };
  }, [document, documentId, documents.items, choose]);
  useShortcuts(shortcuts);

  if (documents.failed !== undefined && documents.items.length === 0)
    return <ListFailed error={documents.failed} onTryAgain={documents.tryAgain} />;
  const empty = !documents.loading && documents.items.length === 0;
  // A fax that was just sent or has just failed stays open here until something else is chosen.
  if (empty && search === '' && document === undefined) return <FolderEmpty folder={folder} />;
  return (
    <div className={panes['two']} data-open={documentId !== undefined}>
      <section className={panes['list']} aria-label={t(`${folder}.list`)} data-pane="list">
        <h1 className={panes['heading']}>{t(`${folder}.title`)}</h1>
        {empty ? (
          <p className={panes['nothing']}>
            {search === '' ? t(`${folder}.empty`) : t('search.nothing', { search })}
          </p>
        ) : (
          <VirtualList
            ref={list}
            label={t(`${folder}.list`)}
            items={documents.items}
            chosenId={documentId}
            onChoose={choose}
            onOpen={() =>
              window.document.querySelector<HTMLElement>('[data-pane=document] [data-pane-focus]')?.focus()
            }
            rowHeightRem={4.75}
            hasMore={documents.hasMore}
            onNearEnd={documents.loadMore}
            renderRow={(item) => <OutgoingRow document={item} />}
          />
        )}
      </section>
      {document !== undefined && error === null ? (
        <OutgoingDocumentPane key={document.id} folder={folder} document={document} onRemove={setAsked} />
      ) : (
        <div className={panes['nothingChosen']}>
          {error === null ? t('outgoing.chooseOne') : t('outgoing.gone')}
        </div>
      )}
      <Question
        open={asked !== undefined}
        title={t('outgoing.removeTitle')}
        text={t('outgoing.removeText', { title: asked?.title ?? '' })}
        action={t('action.delete')}
        onAnswer={(yes) => {
          if (yes && asked !== undefined) void remove(asked);
          setAsked(undefined);
        }}
      />
    </div>
  );
}

function FolderEmpty({ folder }: { folder: OutgoingFolder }): ReactNode {
  const t = useT();
  const [, go] = useGo();
  return (
    <section className={panes['whole']} aria-label={t(`${folder}.title`)} data-pane="list">
      <h1 className="visuallyHidden">{t(`${folder}.title`)}</h1>
      <EmptyState icon={ICONS[folder]} title={t(`${folder}.empty`)} text={t(`${folder}.emptyText`)}>
        {folder !== 'failed' && <Button onPress={() => startFax(go)}>{t('newFax.title')}</Button>}
      </EmptyState>
    </section>
  );
}
