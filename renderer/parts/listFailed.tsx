// A list could not be had: why, and another try.

import { CloudOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { useErrorWords } from '../language/errorWords.ts';
import { useT } from '../language/language.tsx';
import { Button } from './button.tsx';
import { EmptyState } from './emptyState.tsx';

export function ListFailed({ error, onTryAgain }: { error: Error; onTryAgain: () => void }): ReactNode {
  const t = useT();
  const words = useErrorWords();
  return (
    <EmptyState icon={CloudOff} title={t('list.failed')} text={words(error)}>
      <Button onPress={onTryAgain}>{t('action.tryAgain')}</Button>
    </EmptyState>
  );
}
