// A list of any length as one tab stop: only the rows in sight exist, arrow keys move the choice.

import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, type Ref, useEffect, useId, useRef } from 'react';
import styles from './virtualList.module.css';

interface VirtualListProps<T extends { id: string }> {
  label: string;
  items: readonly T[];
  chosenId: string | undefined;
  onChoose: (id: string) => void;
  /** Enter or a double click. */
  onOpen?: (id: string) => void;
  /** In rem, so that larger text gets larger rows. */
  rowHeightRem: number;
  renderRow: (item: T, chosen: boolean) => ReactNode;
  hasMore?: boolean;
  onNearEnd?: () => void;
  /** Not the part of its pane where the focus goes first. */
  secondary?: boolean;
  ref?: Ref<HTMLDivElement>;
}

/** Rows before the end at which more are asked for. */
const NEAR_END = 30;

export function VirtualList<T extends { id: string }>(props: VirtualListProps<T>): ReactNode {
  const { label, items, chosenId, onChoose, onOpen, renderRow, hasMore = false, onNearEnd } = props;
  const listId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeight = Math.round(props.rowHeightRem * rootFontSizePx());
  const chosenIndex = items.findIndex((item) => item.id === chosenId);
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => items[index]?.id ?? index,
    overscan: 8,
    // The chosen row always exists: assistive technology is pointed at it.
    rangeExtractor: (range) => {
      const rows = defaultRangeExtractor(range);
      return chosenIndex === -1 || rows.includes(chosenIndex)
        ? rows
        : [...rows, chosenIndex].sort((a, b) => a - b);
    },
  });
  const rows = virtualizer.getVirtualItems();
  const lastRow = rows.at(-1)?.index ?? 0;

  useEffect(() => {
    if (hasMore && lastRow >= items.length - NEAR_END) onNearEnd?.();
  }, [hasMore, lastRow, items.length, onNearEnd]);

  useEffect(() => {
    if (chosenIndex !== -1) virtualizer.scrollToIndex(chosenIndex, { align: 'auto' });
    // Only when the choice moves, not when rows arrive above it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [chosenId]);

  const chooseAt = (index: number): void => {
    const item = items[Math.max(0, Math.min(items.length - 1, index))];
    if (item !== undefined) onChoose(item.id);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || items.length === 0) return;
    const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight) - 1);
    const targets: Record<string, number> = {
      ArrowDown: chosenIndex + 1,
      ArrowUp: chosenIndex === -1 ? 0 : chosenIndex - 1,
      PageDown: chosenIndex + pageRows,
      PageUp: chosenIndex - pageRows,
      Home: 0,
      End: items.length - 1,
    };
    const target = targets[event.key];
    if (target !== undefined) chooseAt(target);
    else if (event.key === 'Enter' && chosenId !== undefined) onOpen?.(chosenId);
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={(element) => {
        scroller.current = element;
        const { ref } = props;
        if (typeof ref === 'function') ref(element);
        else if (ref !== null && ref !== undefined) ref.current = element;
      }}
      className={styles['list']}
      role="listbox"
      tabIndex={0}
      aria-label={label}
      data-pane-focus={props.secondary === true ? undefined : true}
      aria-activedescendant={chosenIndex === -1 ? undefined : `${listId}-${chosenIndex}`}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" className={styles['rows']} style={{ blockSize: virtualizer.getTotalSize() }}>
        {rows.map((row) => {
          const item = items[row.index];
          if (item === undefined) return null;
          const chosen = row.index === chosenIndex;
          return (
            <div
              key={row.key}
              id={`${listId}-${row.index}`}
              role="option"
              tabIndex={-1}
              aria-selected={chosen}
              aria-posinset={row.index + 1}
              aria-setsize={hasMore ? -1 : items.length}
              className={styles['row']}
              style={{ blockSize: row.size, transform: `translateY(${row.start}px)` }}
              onMouseDown={(event) => {
                if (event.button !== 0) return;
                event.preventDefault();
                scroller.current?.focus();
                onChoose(item.id);
              }}
              onDoubleClick={() => onOpen?.(item.id)}
            >
              {renderRow(item, chosen)}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function rootFontSizePx(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}
