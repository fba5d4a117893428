// F6: the focus goes from pane to pane, always to what one would use there.

/** Moves the focus to the next (1) or previous (-1) pane in sight. */
export function focusNextPane(by: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter(
    (pane) => pane.getClientRects().length > 0,
  );
  const present = panes.findIndex((pane) => pane.contains(document.activeElement));
  const start = present === -1 && by === -1 ? 0 : present;
  const next = panes[(start + by + panes.length) % panes.length];
  if (next === undefined) return;
  const target =
    next.querySelector<HTMLElement>('[data-pane-focus]') ??
    next.querySelector<HTMLElement>('a[href], button:not(:disabled), input, [tabindex="0"]') ??
    next;
  target.focus();
}
