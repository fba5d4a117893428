// A dialog over the window, and the short question "really?" made of it.

import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog as BaseDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useT } from '../language/language.tsx';
import { Button, IconButton } from './button.tsx';
import styles from './dialog.module.css';

export function Dialog({
  title,
  open,
  onClose,
  wide,
  role = 'dialog',
  footer,
  children,
}: {
  title: string;
  open: boolean;
  onClose: () => void;
  wide?: boolean;
  role?: 'dialog' | 'alertdialog';
  footer?: ReactNode;
  children: ReactNode;
}): ReactNode {
  const t = useT();
  return (
    <ModalOverlay
      className={styles['overlay'] ?? ''}
      isOpen={open}
      isDismissable={role === 'dialog'}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      <Modal className={`${styles['modal']} ${wide === true ? styles['wide'] : ''}`}>
        <BaseDialog className={styles['dialog'] ?? ''} role={role}>
          <header className={styles['header']}>
            <Heading slot="title" className={styles['title'] ?? ''}>
              {title}
            </Heading>
            {role === 'dialog' && <IconButton icon={X} label={t('action.close')} onPress={onClose} />}
          </header>
          <div className={styles['body']}>{children}</div>
          {footer !== undefined && <footer className={styles['footer']}>{footer}</footer>}
        </BaseDialog>
      </Modal>
    </ModalOverlay>
  );
}

export function Question({
  title,
  text,
  action,
  open,
  onAnswer,
}: {
  title: string;
  text: string;
  /** The word on the button that does it. */
  action: string;
  open: boolean;
  onAnswer: (yes: boolean) => void;
}): ReactNode {
  const t = useT();
  return (
    <Dialog
      role="alertdialog"
      title={title}
      open={open}
      onClose={() => onAnswer(false)}
      footer={
        <>
          <Button autoFocus onPress={() => onAnswer(false)}>
            {t('action.keep')}
          </Button>
          <Button kind="danger" onPress={() => onAnswer(true)}>
            {action}
          </Button>
        </>
      }
    >
      <p>{text}</p>
    </Dialog>
  );
}
