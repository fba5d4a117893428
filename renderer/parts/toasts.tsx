// Short messages at the lower edge, with Undo where a step can be taken back. They stay while someone is at them.

import { Check, TriangleAlert, X } from 'lucide-react';
import { type ReactNode, createContext, useCallback, useContext, useMemo, useRef, useState } from 'react';
import { useT } from '../language/language.tsx';
import { useShortcuts } from '../shell/shortcuts.ts';
import { Button, IconButton } from './button.tsx';
import styles from './toasts.module.css';

interface Message {
  text: string;
  kind?: 'done' | 'error';
  undo?: () => void;
}
interface Toast extends Message {
  id: number;
}

const SHOWN_MS = 8_000;
const MOST_SHOWN = 3;

const ToastContext = createContext<(message: Message) => void>(() => {});

export function useToast(): (message: Message) => void {
  return useContext(ToastContext);
}

export function ToastProvider({ children }: { children: ReactNode }): ReactNode {
  const t = useT();
  const [toasts, setToasts] = useState<Toast[]>([]);
  const serial = useRef(0);
  const timers = useRef(new Map<number, ReturnType<typeof setTimeout>>());

  const drop = useCallback((id: number): void => {
    clearTimeout(timers.current.get(id));
    timers.current.delete(id);
    setToasts((shown) => shown.filter((toast) => toast.id !== id));
  }, []);
  const startTimer = useCallback(
    (id: number): void => {
      clearTimeout(timers.current.get(id));
      timers.current.set(
        id,
        setTimeout(() => drop(id), SHOWN_MS),
      );
    },
    [drop],
  );
  const show = useCallback(
    (message: Message): void => {
      const id = (serial.current += 1);
      setToasts((shown) => [...shown, { ...message, id }].slice(-MOST_SHOWN));
      startTimer(id);
    },
    [startTimer],
  );
  const hold = (): void => {
    for (const timer of timers.current.values()) clearTimeout(timer);
  };
  const goOn = (): void => {
    for (const toast of toasts) startTimer(toast.id);
  };

  const lastUndo = toasts.findLast((toast) => toast.undo !== undefined);
  const shortcuts = useMemo(
    () => ({
      'Ctrl+z': () => {
        if (lastUndo === undefined) return;
        lastUndo.undo?.();
        drop(lastUndo.id);
      },
    }),
    [lastUndo, drop],
  );
  useShortcuts(shortcuts);

  return (
    <ToastContext value={show}>
      {children}
      {/* Being at the messages, with the pointer or the focus, is not an action: it only holds them. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className={styles['region']}
        role="status"
        aria-label={t('toast.region')}
        onMouseEnter={hold}
        onMouseLeave={goOn}
        onFocus={hold}
        onBlur={goOn}
      >
        {toasts.map((toast) => (
          <div key={toast.id} className={styles['toast']} data-kind={toast.kind ?? 'done'}>
            {toast.kind === 'error' ? (
              <TriangleAlert size={17} aria-hidden />
            ) : (
              <Check size={17} aria-hidden />
            )}
            <span className={styles['text']}>{toast.text}</span>
            {toast.undo !== undefined && (
              <Button
                kind="quiet"
                small
                onPress={() => {
                  toast.undo?.();
                  drop(toast.id);
                }}
              >
                {t('action.undo')}
              </Button>
            )}
            <IconButton icon={X} label={t('action.close')} onPress={() => drop(toast.id)} />
          </div>
        ))}
      </div>
    </ToastContext>
  );
}
