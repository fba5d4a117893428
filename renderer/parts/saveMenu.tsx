// "Save as" PDF, TIFF or PNG: ordinary downloads, so that browser and desktop both ask where to.

import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { type Folder, exportPath } from '../../protocol/api/http.ts';
import { useT } from '../language/language.tsx';
import { Button } from './button.tsx';
import styles from './menu.module.css';

const FORMATS = [
  { format: 'pdf', label: 'save.pdf', hint: 'save.pdfHint' },
  { format: 'tif', label: 'save.tif', hint: 'save.tifHint' },
  { format: 'png', label: 'save.png', hint: 'save.pngHint' },
] as const;

export function SaveMenu({
  folder,
  documentId,
  icon,
  disabled = false,
}: {
  folder: Folder;
  documentId: string;
  icon: LucideIcon;
  disabled?: boolean;
}): ReactNode {
  const t = useT();
  return (
    <MenuTrigger>
      <Button small icon={icon} isDisabled={disabled}>
        {t('action.save')}
      </Button>
      <Popover className={styles['popover'] ?? ''} offset={4} placement="bottom end">
        <Menu className={styles['menu'] ?? ''} aria-label={t('action.save')}>
          {FORMATS.map(({ format, label, hint }) => (
            <MenuItem
              key={format}
              className={styles['item'] ?? ''}
              textValue={t(label)}
              href={exportPath(folder, documentId, format)}
              download=""
            >
              <span>{t(label)}</span>
              <span className={styles['hint']}>{t(hint)}</span>
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
