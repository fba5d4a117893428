// The pages as a strip of small pictures: one tab stop, the arrow keys turn pages.

import { TriangleAlert } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import type { Folder } from '../../protocol/api/http.ts';
import type { DocumentPage } from '../../protocol/api/types.ts';
import { useT } from '../language/language.tsx';
import { qualityMarks } from '../language/pageWords.ts';
import { PageImage } from '../parts/pageImage.tsx';
import { VirtualList } from '../parts/virtualList.tsx';
import styles from './pageViewer.module.css';

export function Thumbnails({
  folder,
  documentId,
  pages,
  current,
  onChoose,
}: {
  folder: Folder;
  documentId: string;
  pages: readonly DocumentPage[];
  current: number;
  onChoose: (index: number) => void;
}): ReactNode {
  const t = useT();
  const items = useMemo(() => pages.map((page) => ({ id: String(page.index), page })), [pages]);
  return (
    <div className={styles['thumbnails']}>
      <VirtualList
        label={t('viewer.thumbnails')}
        items={items}
        chosenId={String(current)}
        onChoose={(id) => onChoose(Number(id))}
        secondary
        rowHeightRem={9.2}
        renderRow={({ page }) => (
          <div className={styles['thumbnail']}>
            <span className={styles['thumbnailImage']}>
              <PageImage folder={folder} documentId={documentId} index={page.index} cssWidth={80} />
            </span>
            <span className={styles['thumbnailWords']}>
              <span aria-hidden>{page.index + 1}</span>
              {qualityMarks(page.quality, t).length > 0 && (
                <>
                  <TriangleAlert size={13} aria-hidden />
                  <span className="visuallyHidden">{qualityMarks(page.quality, t).join(' · ')}</span>
                </>
              )}
            </span>
          </div>
        )}
      />
    </div>
  );
}
