// What is known of fax machines elsewhere, by number: what they can do, what is avoided with them.

import { Printer } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useRef } from 'react';
import { useContactFinder } from '../gateway/contactFinder.ts';
import { type KnownMachine, useRemotes } from '../gateway/queries.ts';
import { useT } from '../language/language.tsx';
import { EmptyState } from '../parts/emptyState.tsx';
import { ListFailed } from '../parts/listFailed.tsx';
import { VirtualList } from '../parts/virtualList.tsx';
import { isAt, isWide, useGo } from '../shell/navigation.tsx';
import panes from '../shell/panes.module.css';
import { useSearch } from '../shell/search.tsx';
import { avoidedWords } from './machineWords.ts';
import { MachineEditor } from './machineEditor.tsx';
import row from '../parts/twoLineRow.module.css';

const placeOf = (number: string): string => `/lines/machines/${encodeURIComponent(number)}`;

export function MachinesPart({ number: encoded }: { number: string | undefined }): ReactNode {
  const t = useT();
  const [, go] = useGo();
  const { search } = useSearch();
  const machines = useRemotes(search);
  const contactOf = useContactFinder();
  const list = useRef<HTMLDivElement>(null);
  const number = encoded === undefined ? undefined : decoded(encoded);
  const chosen = machines.items.find(({ id }) => id === number);
  const choose = useCallback((id: string) => go(placeOf(id), { replace: true }), [go]);
  const firstId = machines.items[0]?.id;
  useEffect(() => {
    if (number === undefined && firstId !== undefined && isWide() && isAt('/lines/machines')) choose(firstId);
  }, [number, firstId, choose]);

  if (machines.failed !== undefined && machines.items.length === 0)
    return <ListFailed error={machines.failed} onTryAgain={machines.tryAgain} />;
  if (!machines.loading && machines.items.length === 0 && search === '')
    return (
      <section className={panes['whole']} aria-label={t('machines.title')} data-pane="list">
        <EmptyState icon={Printer} title={t('machines.empty')} text={t('machines.emptyText')} />
      </section>
    );
  return (
    <div className={panes['two']} data-open={number !== undefined}>
      <section className={panes['list']} aria-label={t('machines.list')} data-pane="list">
        {!machines.loading && machines.items.length === 0 ? (
          <p className={panes['nothing']}>{t('search.nothing', { search })}</p>
        ) : (
          <VirtualList
            ref={list}
            label={t('machines.list')}
            items={machines.items}
            chosenId={number}
            onChoose={choose}
            onOpen={() => document.querySelector<HTMLElement>('[data-pane=document] input')?.focus()}
            rowHeightRem={3.75}
            hasMore={machines.hasMore}
            onNearEnd={machines.loadMore}
            renderRow={(machine) => (
              <MachineRow machine={machine} name={contactOf(`tel:${machine.number}`)?.name} />
            )}
          />
        )}
      </section>
      {chosen === undefined ? (
        <div className={panes['nothingChosen']}>
          {number === undefined || machines.loading ? t('machines.chooseOne') : t('machines.gone')}
        </div>
      ) : (
        <MachineEditor
          key={chosen.id}
          machine={chosen}
          name={contactOf(`tel:${chosen.number}`)?.name}
          onForgotten={() => {
            const index = machines.items.findIndex(({ id }) => id === chosen.id);
            const next = machines.items[index + 1] ?? machines.items[index - 1];
            go(next === undefined ? '/lines/machines' : placeOf(next.id), { replace: true });
            list.current?.focus();
          }}
        />
      )}
    </div>
  );
}

function MachineRow({
  machine,
  name,
}: {
  machine: KnownMachine;
  /** Of the contact with this number. */
  name: string | undefined;
}): ReactNode {
  const t = useT();
  const avoided = avoidedWords(machine, t);
  return (
    <div className={row['row']}>
      <span className={row['icon']}>
        <Printer size={16} strokeWidth={1.75} aria-hidden />
      </span>
      <span className={row['title']}>{name ?? machine.number}</span>
      <span className={row['time']}>{machine.maker}</span>
      <span className={row['state']}>
        {avoided.length === 0
          ? name === undefined
            ? machine.identity
            : machine.number
          : avoided.join(' · ')}
      </span>
      <span className={row['more']}>
        {machine.callsFailed > 0 && t('machines.failing', { count: machine.callsFailed })}
      </span>
    </div>
  );
}

/** As it stood in the address; an address typed wrongly is no reason to fail. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
