// Keyboard shortcuts of the window: ignored while someone types or a dialog is open.

import { useEffect, useEffectEvent } from 'react';

/** By key, with `Ctrl+` in front where it is held: `j`, `?`, `F6`, `Ctrl+n`, ` `. */
export type Shortcuts = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const TYPING = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]';
/** What Space and Enter already do something with. */
const PRESSABLE = 'button, a, input, [role=radio], [role=switch], [role=menuitem], [role=tab]';

export function useShortcuts(shortcuts: Shortcuts): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    const action = shortcuts[shortcutName(event)];
    if (action === undefined || event.defaultPrevented || !mayAct(event)) return;
    event.preventDefault();
    event.stopPropagation();
    action(event);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onKeyDown(event);
    // Before the focused part: a button takes Ctrl+Enter for Enter.
    window.addEventListener('keydown', listener, true);
    return () => window.removeEventListener('keydown', listener, true);
  }, []);
}

export function shortcutName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey'>): string {
  const control = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const shift = event.shiftKey && event.key.length > 1 ? 'Shift+' : '';
  return `${control ? 'Ctrl+' : ''}${shift}${key}`;
}

function mayAct(event: KeyboardEvent): boolean {
  if (event.isComposing || event.altKey) return false;
  if (document.querySelector('[aria-modal=true], [role=dialog], [role=alertdialog]') !== null) return false;
  const target = event.target instanceof Element ? event.target : undefined;
  if (target === undefined) return true;
  const control = event.ctrlKey || event.metaKey;
  // An open list of choices takes letters for itself.
  if (target.closest('[data-trigger]') !== null) return false;
  const functionKey = /^F\d+$/.test(event.key);
  if (target.closest(TYPING) !== null)
    return functionKey || (control && (event.key === 'Enter' || event.key === 'n'));
  if (event.key === ' ' || event.key === 'Enter') return control || target.closest(PRESSABLE) === null;
  return true;
}
