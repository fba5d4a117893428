// Where the window is: the address behind `#`, so that the same build works at any origin, and a guard that may hold it.

import { type ReactNode, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { type BaseLocationHook, Router, useLocation } from 'wouter';
import { navigate as hashNavigate, useHashLocation } from 'wouter/use-hash-location';

/** Asked before leaving; `false` holds the window and is expected to call `leave` later, or not. */
type Guard = (leave: () => void) => boolean;

let guard: Guard | undefined;

const useGuardedLocation: BaseLocationHook = () => {
  const [path] = useHashLocation();
  return [path, go];
};

export function NavigationProvider({ children }: { children: ReactNode }): ReactNode {
  // oxlint-disable-next-line react/hooks -- wouter wants the hook itself
  return <Router hook={useGuardedLocation}>{children}</Router>;
}

/** The path without what it searches for, and how to go elsewhere. */
export function useGo(): [path: string, go: (to: string, options?: { replace?: boolean }) => void] {
  const [path] = useLocation();
  return [path, go];
}

/** Whether the address is still there: it changes before the screens do. */
export function isAt(path: string): boolean {
  return `${location.hash.slice(1)}/`.startsWith(`${path}/`);
}

/** Whether the window has room for a list and a document side by side. */
export function isWide(): boolean {
  return window.matchMedia('(min-width: 48rem)').matches;
}

/** Goes to `to` unless something unsaved holds the window. */
function go(to: string, options: { replace?: boolean } = {}): void {
  const leave = (): void => hashNavigate(to, { replace: options.replace ?? false });
  if (guard === undefined || guard(leave)) leave();
}

/** Holds the window while `dirty`: `leaving` is the way that waits for an answer. */
export function useLeaveGuard(dirty: boolean): {
  asking: boolean;
  stay: () => void;
  leave: () => void;
} {
  const [waiting, setWaiting] = useState<(() => void) | undefined>();
  const dirtyNow = useRef(dirty);
  useLayoutEffect(() => {
    dirtyNow.current = dirty;
  }, [dirty]);
  useEffect(() => {
    guard = (leave) => {
      if (!dirtyNow.current) return true;
      setWaiting(() => leave);
      return false;
    };
    const beforeUnload = (event: BeforeUnloadEvent): void => {
      if (dirtyNow.current) event.preventDefault();
    };
    window.addEventListener('beforeunload', beforeUnload);
    return () => {
      guard = undefined;
      window.removeEventListener('beforeunload', beforeUnload);
    };
  }, []);
  const stay = useCallback(() => setWaiting(undefined), []);
  return useMemo(
    () => ({
      asking: waiting !== undefined,
      stay,
      leave: () => {
        setWaiting(undefined);
        waiting?.();
      },
    }),
    [waiting, stay],
  );
}
