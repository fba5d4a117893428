// The pages of one document, one below the other: zoom, fit, turn, invert, thumbnails, all by keyboard too.

import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Folder } from '../../protocol/api/http.ts';
import type { DocumentPage } from '../../protocol/api/types.ts';
import { useT } from '../language/language.tsx';
import { qualityMarks } from '../language/pageWords.ts';
import { PageImage } from '../parts/pageImage.tsx';
import { useShortcuts } from '../shell/shortcuts.ts';
import {
  PAGE_MARGIN_PX,
  type Rotation,
  type Size,
  type Zoom,
  pageSize,
  scaleOf,
  stepZoom,
  turnRight,
  turned,
} from './pageGeometry.ts';
import { Thumbnails } from './thumbnails.tsx';
import { ViewerToolbar } from './viewerToolbar.tsx';
import styles from './pageViewer.module.css';

interface PageViewerProps {
  folder: Folder;
  documentId: string;
  pages: readonly DocumentPage[];
  /** How many there will be, when more are still coming. */
  pagesExpected?: number | undefined;
  /** What stands above the pages on the right: actions of the document. */
  actions?: ReactNode;
  /** What stands in front of the tools: a way back. */
  leading?: ReactNode;
  /** Shown first. */
  startAt?: number;
  /** Pages in words, for the pane's name. */
  label: string;
}

export function PageViewer(props: PageViewerProps): ReactNode {
  const { folder, documentId, pages, pagesExpected, label, startAt = 0 } = props;
  const t = useT();
  const scroller = useRef<HTMLDivElement>(null);
  const area = useSize(scroller);
  const [zoom, setZoom] = useState<Zoom>('fitWidth');
  const [rotation, setRotation] = useState<Rotation>(0);
  const [inverted, setInverted] = useState(false);
  const [thumbnails, setThumbnails] = useState(true);
  const scale = scaleOf(zoom, pages, rotation, area);

  const virtualizer = useVirtualizer({
    count: pages.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const page = pages[index];
      return page === undefined ? 0 : turned(pageSize(page, scale), rotation).height + PAGE_MARGIN_PX;
    },
    paddingStart: PAGE_MARGIN_PX,
    scrollPaddingStart: PAGE_MARGIN_PX,
    overscan: 1,
  });
  const rows = virtualizer.getVirtualItems();
  const middle = (virtualizer.scrollOffset ?? 0) + area.height * 0.4;
  const current = rows.findLast((row) => row.start <= middle)?.index ?? 0;

  // Sizes follow the zoom; the page being read stays in sight.
  const reading = useRef(startAt);
  useLayoutEffect(() => {
    virtualizer.measure();
    if (area.height > 0) virtualizer.scrollToIndex(reading.current, { align: 'start' });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only the zoom moves the page, not the list's own renewal
  }, [scale, rotation, area.height > 0]);
  useEffect(() => {
    if (area.height > 0) reading.current = current;
  }, [current, area.height]);

  const goToPage = (index: number): void => virtualizer.scrollToIndex(index, { align: 'start' });
  const shortcuts = useMemo(() => {
    const scrollPages = (direction: 1 | -1): void =>
      scroller.current?.scrollBy({ top: direction * (scroller.current.clientHeight * 0.9) });
    return {
      ' ': () => scrollPages(1),
      'Shift+ ': () => scrollPages(-1),
      r: () => setRotation(turnRight),
      i: () => setInverted((on) => !on),
      '+': () => setZoom(stepZoom(scale, 'in')),
      '=': () => setZoom(stepZoom(scale, 'in')),
      '-': () => setZoom(stepZoom(scale, 'out')),
      '0': () => setZoom('fitWidth'),
    };
  }, [scale]);
  useShortcuts(shortcuts);

  const total = Math.max(pages.length, pagesExpected ?? 0);
  return (
    <section className={styles['viewer']} aria-label={label} data-pane="pages">
      <ViewerToolbar
        leading={props.leading}
        actions={props.actions}
        page={pages.length === 0 ? 0 : current + 1}
        total={total}
        mark={qualityMarks(pages[current]?.quality, t)[0]}
        percent={Math.round(scale * 100)}
        zoom={zoom}
        inverted={inverted}
        thumbnails={pages.length > 1 ? thumbnails : undefined}
        onThumbnails={() => setThumbnails((on) => !on)}
        onZoom={(next) => setZoom(next === 'in' || next === 'out' ? stepZoom(scale, next) : next)}
        onRotate={() => setRotation(turnRight)}
        onInvert={() => setInverted((on) => !on)}
      />
      <div className={styles['body']}>
        {pages.length > 1 && thumbnails && (
          <Thumbnails
            folder={folder}
            documentId={documentId}
            pages={pages}
            current={current}
            onChoose={goToPage}
          />
        )}
        <div
          ref={scroller}
          className={styles['scroller']}
          data-inverted={inverted}
          data-pane-focus
          role="region"
          aria-label={t('viewer.pages')}
          // Scrolling by keyboard needs the focus.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
        >
          <div className={styles['pages']} style={{ blockSize: virtualizer.getTotalSize() }}>
            {rows.map((row) => {
              const page = pages[row.index];
              if (page === undefined) return null;
              const size = pageSize(page, scale);
              const outer = turned(size, rotation);
              return (
                <div
                  key={row.key}
                  className={styles['page']}
                  style={{
                    transform: `translateY(${row.start}px)`,
                    inlineSize: outer.width,
                    blockSize: outer.height,
                    // Wider than the window: scroll from its left edge instead of from its middle.
                    insetInlineStart: Math.max(PAGE_MARGIN_PX, (area.width - outer.width) / 2),
                  }}
                >
                  <div
                    className={styles['turned']}
                    style={{
                      inlineSize: size.width,
                      blockSize: size.height,
                      transform: `translate(-50%, -50%) rotate(${rotation}deg)`,
                    }}
                  >
                    <PageImage
                      folder={folder}
                      documentId={documentId}
                      index={page.index}
                      cssWidth={size.width}
                      marks={qualityMarks(page.quality, t)}
                    />
                  </div>
                </div>
              );
            })}
          </div>
          {pages.length < total && (
            <p className={styles['coming']}>{t('viewer.pagesComing', { count: total - pages.length })}</p>
          )}
        </div>
      </div>
    </section>
  );
}

function useSize(element: { current: HTMLElement | null }): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const target = element.current;
    if (target === null) return undefined;
    const measure = (): void => setSize({ width: target.clientWidth, height: target.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
