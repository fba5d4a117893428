// "There are unsaved changes": asked when someone leaves a form that holds the window.

import type { ReactNode } from 'react';
import { useT } from '../language/language.tsx';
import type { useLeaveGuard } from '../shell/navigation.tsx';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

export function UnsavedQuestion({ guard }: { guard: ReturnType<typeof useLeaveGuard> }): ReactNode {
  const t = useT();
  return (
    <Dialog
      role="alertdialog"
      title={t('unsaved.title')}
      open={guard.asking}
      onClose={guard.stay}
      footer={
        <>
          <Button kind="danger" onPress={guard.leave}>
            {t('action.discard')}
          </Button>
          <Button kind="primary" autoFocus onPress={guard.stay}>
            {t('unsaved.stay')}
          </Button>
        </>
      }
    >
      <p>{t('unsaved.text')}</p>
    </Dialog>
  );
}
