// A file dropped anywhere on the window opens New fax with it.

import { FileDown } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useT } from '../language/language.tsx';
import { startFax } from './faxIntent.ts';
import { useGo } from './navigation.tsx';
import styles from './shell.module.css';

export function DropAnywhere(): ReactNode {
  const t = useT();
  const [, go] = useGo();
  const [over, setOver] = useState(false);
  useEffect(() => {
    // Entering a child counts as leaving its parent: only the balance says whether the pointer is over the window.
    let depth = 0;
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
    const onEnter = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      depth += 1;
      setOver(true);
    };
    const onLeave = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const onOver = (event: DragEvent): void => {
      if (hasFiles(event)) event.preventDefault();
    };
    const onDrop = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0) startFax(go, { files });
    };
    window.addEventListener('dragenter', onEnter);
    window.addEventListener('dragleave', onLeave);
    window.addEventListener('dragover', onOver);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragenter', onEnter);
      window.removeEventListener('dragleave', onLeave);
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('drop', onDrop);
    };
  }, [go]);
  if (!over) return null;
  return (
    <div className={styles['drop']}>
      <FileDown size={32} strokeWidth={1.5} aria-hidden />
      {t('drop.here')}
    </div>
  );
}
