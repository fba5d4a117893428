// One fax page by its URL, in its true shape whatever the resolution; quiet while it loads, honest when it cannot.

import { ImageOff } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { type Folder, pageImagePath } from '../../protocol/api/http.ts';
import { useT } from '../language/language.tsx';
import { usePicture } from './pagePictures.ts';
import styles from './pageImage.module.css';

/** Widths that are asked for, so that neighbouring sizes share one cached image. */
const WIDTHS = [96, 192, 384, 640, 960, 1280] as const;

export function PageImage({
  folder,
  documentId,
  index,
  cssWidth,
  marks = [],
  decorative = false,
}: {
  folder: Folder;
  documentId: string;
  index: number;
  /** How wide it is shown, in CSS pixels. */
  cssWidth: number;
  /** What is wrong with the page, in words. */
  marks?: readonly string[];
  /** The page's words stand beside it already. */
  decorative?: boolean;
}): ReactNode {
  const t = useT();
  const page = index + 1;
  const name =
    marks.length === 0
      ? t('viewer.pageAlt', { page })
      : t('quality.page', { page, marks: marks.join(' · ') });
  const [failedSource, setFailedSource] = useState<string>();
  const wanted = cssWidth * (globalThis.devicePixelRatio || 1);
  const width = WIDTHS.find((candidate) => candidate >= wanted);
  const source = pageImagePath(folder, documentId, index, width === undefined ? {} : { width });
  const ref = usePicture(folder, documentId, source);
  if (failedSource === source)
    return (
      <span className={styles['failed']}>
        <ImageOff size={Math.min(24, cssWidth / 3)} aria-hidden />
        {cssWidth > 160 && <span>{t('viewer.imageFailed')}</span>}
      </span>
    );
  return (
    <img
      ref={ref}
      className={styles['image']}
      src={source}
      alt={decorative ? '' : name}
      decoding="async"
      draggable={false}
      onError={() => setFailedSource(source)}
    />
  );
}
