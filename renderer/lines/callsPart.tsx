// Calls over telephone lines, newest first, each with its story.

import { PhoneIncoming, PhoneOutgoing, ScrollText } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useMemo } from 'react';
import type { CallRecord } from '../../protocol/api/lines.ts';
import { type ContactFinder, useContactFinder } from '../gateway/contactFinder.ts';
import { useCall, useCalls } from '../gateway/queries.ts';
import { destinationWords } from '../language/destinationWords.ts';
import { type Translate, useFormats, useLanguage, useT } from '../language/language.tsx';
import { lineName } from '../language/lineName.ts';
import { EmptyState } from '../parts/emptyState.tsx';
import { ListFailed } from '../parts/listFailed.tsx';
import { StatusMark } from '../parts/statusMark.tsx';
import { VirtualList } from '../parts/virtualList.tsx';
import { isAt, isWide, useGo } from '../shell/navigation.tsx';
import panes from '../shell/panes.module.css';
import { useSearch } from '../shell/search.tsx';
import { useShortcuts } from '../shell/shortcuts.ts';
import { CallDetails } from './callDetails.tsx';
import { callResultWords } from './callResultWords.ts';
import row from '../parts/twoLineRow.module.css';

export function CallsPart({ callId }: { callId: string | undefined }): ReactNode {
  const t = useT();
  const [, go] = useGo();
  const { search } = useSearch();
  const calls = useCalls(search);
  const contactOf = useContactFinder();
  const { data: asked, error } = useCall(callId);
  const call = calls.items.find(({ id }) => id === callId) ?? asked;
  const choose = useCallback((id: string) => go(`/lines/calls/${id}`, { replace: true }), [go]);

  const firstId = calls.items[0]?.id;
  useEffect(() => {
    if (callId === undefined && firstId !== undefined && isWide() && isAt('/lines/calls')) choose(firstId);
  }, [callId, firstId, choose]);
  const shortcuts = useMemo(() => {
    const step = (by: 1 | -1): void => {
      const next = calls.items[calls.items.findIndex(({ id }) => id === callId) + by];
      if (next !== undefined) choose(next.id);
    };
    return { j: () => step(1), k: () => step(-1) };
  }, [calls.items, callId, choose]);
  useShortcuts(shortcuts);

  if (calls.failed !== undefined && calls.items.length === 0)
    return <ListFailed error={calls.failed} onTryAgain={calls.tryAgain} />;
  if (!calls.loading && calls.items.length === 0 && search === '')
    return (
      <section className={panes['whole']} aria-label={t('calls.title')} data-pane="list">
        <EmptyState icon={ScrollText} title={t('calls.empty')} text={t('calls.emptyText')} />
      </section>
    );
  return (
    <div className={panes['two']} data-open={callId !== undefined}>
      <section className={panes['list']} aria-label={t('calls.list')} data-pane="list">
        {!calls.loading && calls.items.length === 0 ? (
          <p className={panes['nothing']}>{t('search.nothing', { search })}</p>
        ) : (
          <VirtualList
            label={t('calls.list')}
            items={calls.items}
            chosenId={callId}
            onChoose={choose}
            onOpen={() =>
              document.querySelector<HTMLElement>('[data-pane=document] [data-pane-focus]')?.focus()
            }
            rowHeightRem={3.75}
            hasMore={calls.hasMore}
            onNearEnd={calls.loadMore}
            renderRow={(item) => <CallRow call={item} contactOf={contactOf} />}
          />
        )}
      </section>
      {call !== undefined ? (
        <CallDetails key={call.id} call={call} name={callName(call, contactOf, t)} />
      ) : (
        <div className={panes['nothingChosen']}>
          {error === null ? t('calls.chooseOne') : t('calls.gone')}
        </div>
      )}
    </div>
  );
}

function CallRow({ call, contactOf }: { call: CallRecord; contactOf: ContactFinder }): ReactNode {
  const t = useT();
  const formats = useFormats();
  const outgoing = call.direction === 'outgoing';
  const Icon = outgoing ? PhoneOutgoing : PhoneIncoming;
  const { icon, tone, words } = callResultWords(call, t, useLanguage());
  return (
    <div className={row['row']}>
      <span className={row['icon']}>
        <Icon size={16} strokeWidth={1.75} aria-hidden />
        <span className="visuallyHidden">{t(outgoing ? 'calls.outgoing' : 'calls.incoming')}</span>
      </span>
      <span className={row['title']}>{callName(call, contactOf, t)}</span>
      <time className={row['time']} dateTime={call.startedAt}>
        {formats.listTime(call.startedAt)}
      </time>
      <span className={row['state']}>
        <StatusMark icon={icon} tone={tone}>
          {words}
        </StatusMark>
      </span>
      <span className={row['more']}>{lineName(call.lineName, t)}</span>
    </div>
  );
}

function callName(call: CallRecord, contactOf: ContactFinder, t: Translate): string {
  const destination = `tel:${call.number}`;
  return contactOf(destination)?.name ?? destinationWords(destination, t);
}
