// A bug in one screen takes only that screen down, says so, and offers the way back.

import { TriangleAlert } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { useT } from '../language/language.tsx';
import { Button } from './button.tsx';
import { EmptyState } from './emptyState.tsx';

interface Props {
  /** Another place is another try. */
  place: string;
  children: ReactNode;
}
interface State {
  failedAt: string | undefined;
}

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { failedAt: undefined };

  static getDerivedStateFromProps(props: Props, state: State): State | null {
    return state.failedAt === undefined || state.failedAt === props.place ? null : { failedAt: undefined };
  }

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ failedAt: this.props.place });
  }

  override render(): ReactNode {
    if (this.state.failedAt === undefined) return this.props.children;
    return <Failed onTryAgain={() => this.setState({ failedAt: undefined })} />;
  }
}

function Failed({ onTryAgain }: { onTryAgain: () => void }): ReactNode {
  const t = useT();
  return (
    <EmptyState icon={TriangleAlert} title={t('crash.title')} text={t('crash.text')}>
      <Button onPress={onTryAgain}>{t('action.tryAgain')}</Button>
      <Button onPress={() => location.reload()}>{t('crash.reload')}</Button>
    </EmptyState>
  );
}
