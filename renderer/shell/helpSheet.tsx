// The keyboard at one glance.

import { Fragment, type ReactNode } from 'react';
import type { MessageId } from '../language/en.ts';
import { useT } from '../language/language.tsx';
import { Dialog } from '../parts/dialog.tsx';
import styles from './shell.module.css';

type Row = readonly [keys: string, what: MessageId];

const GROUPS: readonly { title: MessageId; rows: readonly Row[] }[] = [
  {
    title: 'help.everywhere',
    rows: [
      ['N', 'newFax.title'],
      ['/', 'help.search'],
      ['F6', 'help.nextPane'],
      ['Ctrl Z', 'help.undo'],
      ['?', 'help.title'],
    ],
  },
  {
    title: 'help.lists',
    rows: [
      ['↑ ↓', 'help.move'],
      ['J K', 'help.nextFax'],
      ['Enter', 'help.open'],
      ['Del', 'action.delete'],
      ['U', 'help.unread'],
      ['A', 'action.reply'],
    ],
  },
  {
    title: 'help.pages',
    rows: [
      ['Space', 'help.pageDown'],
      ['R', 'viewer.rotate'],
      ['+ −', 'help.zoom'],
      ['0', 'viewer.fitWidth'],
      ['I', 'viewer.invert'],
    ],
  },
  { title: 'newFax.title', rows: [['Ctrl Enter', 'action.send']] },
];

export function HelpSheet({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  const t = useT();
  return (
    <Dialog wide title={t('help.title')} open={open} onClose={onClose}>
      <div className={styles['keys']}>
        {GROUPS.map((group) => (
          <section key={group.title}>
            <h3>{t(group.title)}</h3>
            {group.rows.map(([keys, what]) => (
              <div key={keys} className={styles['keyRow']}>
                <span>{t(what)}</span>
                <span>
                  {keys.split(' ').map((key, index) => (
                    <Fragment key={key}>
                      {index > 0 && ' '}
                      <kbd>{key}</kbd>
                    </Fragment>
                  ))}
                </span>
              </div>
            ))}
          </section>
        ))}
      </div>
    </Dialog>
  );
}
