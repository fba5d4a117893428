// The lines themselves: a card for each, and the way to the first one.

import { PhoneCall, Plus } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import type { Line } from '../../protocol/api/lines.ts';
import { useLines } from '../gateway/queries.ts';
import { useT } from '../language/language.tsx';
import { lineName } from '../language/lineName.ts';
import { Button } from '../parts/button.tsx';
import { Question } from '../parts/dialog.tsx';
import { EmptyState } from '../parts/emptyState.tsx';
import { useToast } from '../parts/toasts.tsx';
import { AddLine } from './addLine.tsx';
import { LineCard } from './lineCard.tsx';
import { LineEditor } from './lineEditor.tsx';
import { LineTestDialog } from './lineTestDialog.tsx';
import { useLineCommands } from './useLineCommands.ts';
import cardStyles from './lineCard.module.css';
import styles from './linesScreen.module.css';

export function LinesPart(): ReactNode {
  const t = useT();
  const lines = useLines();
  const toast = useToast();
  const commands = useLineCommands();
  const addButton = useRef<HTMLButtonElement>(null);
  const [adding, setAdding] = useState(false);
  const [doing, setDoing] = useState<{ what: 'edit' | 'test' | 'remove'; lineId: string }>();
  const lineOf = (what: 'edit' | 'test' | 'remove'): Line | undefined =>
    doing?.what === what ? lines?.find(({ id }) => id === doing.lineId) : undefined;
  const edited = lineOf('edit');
  const tested = lineOf('test');
  const removed = lineOf('remove');
  const done = (): void => setDoing(undefined);

  const remove = async (line: Line): Promise<void> => {
    done();
    if (!(await commands.remove(line.id))) return;
    toast({ text: t('line.removed', { name: lineName(line.name, t) }) });
    // The card that had the focus is gone.
    addButton.current?.focus();
  };

  if (lines === undefined) return null;
  return (
    <section className={styles['body']} aria-label={t('lines.list')} data-pane="lines">
      {lines.length === 0 ? (
        <EmptyState icon={PhoneCall} title={t('lines.empty')} text={t('lines.emptyText')}>
          <Button ref={addButton} kind="primary" icon={Plus} onPress={() => setAdding(true)}>
            {t('lines.add')}
          </Button>
        </EmptyState>
      ) : (
        <div className={styles['lineColumn']}>
          <div className={styles['tools']}>
            <Button ref={addButton} icon={Plus} onPress={() => setAdding(true)}>
              {t('lines.add')}
            </Button>
          </div>
          <ul className={cardStyles['cards']}>
            {lines.map((line) => (
              <LineCard
                key={line.id}
                line={line}
                onTest={() => setDoing({ what: 'test', lineId: line.id })}
                onEdit={() => setDoing({ what: 'edit', lineId: line.id })}
                onRemove={() => setDoing({ what: 'remove', lineId: line.id })}
              />
            ))}
          </ul>
        </div>
      )}
      {adding && <AddLine lines={lines} onClose={() => setAdding(false)} />}
      {edited !== undefined && <LineEditor key={edited.id} line={edited} onClose={done} />}
      {tested !== undefined && <LineTestDialog key={tested.id} line={tested} onClose={done} />}
      <Question
        open={removed !== undefined}
        title={t('line.removeTitle')}
        text={t('line.removeText', { name: lineName(removed?.name ?? '', t) })}
        action={t('line.remove')}
        onAnswer={(yes) => {
          if (yes && removed !== undefined) void remove(removed);
          else done();
        }}
      />
    </section>
  );
}
