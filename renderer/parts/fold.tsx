// Something folded away behind one line: opened by those who want to know more.

import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button as BaseButton, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import styles from './fold.module.css';

export function Fold({
  title,
  level = 4,
  mustBeOpen = false,
  children,
}: {
  title: string;
  level?: 3 | 4;
  /** Something in it needs attention now; it stays open afterwards. */
  mustBeOpen?: boolean;
  children: ReactNode;
}): ReactNode {
  const [open, setOpen] = useState(mustBeOpen);
  if (mustBeOpen && !open) setOpen(true);
  return (
    <Disclosure isExpanded={open} onExpandedChange={setOpen}>
      <Heading level={level} className={styles['heading'] ?? ''}>
        <BaseButton slot="trigger" className={styles['button'] ?? ''}>
          <ChevronRight size={14} aria-hidden data-open={open} />
          {title}
        </BaseButton>
      </Heading>
      <DisclosurePanel className={styles['panel'] ?? ''} data-open={open}>
        {open && children}
      </DisclosurePanel>
    </Disclosure>
  );
}
