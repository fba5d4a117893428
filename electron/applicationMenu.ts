// The application menu: what keyboards and macOS expect, and the one way to quit while there is no tray.

import type { MenuItemConstructorOptions } from 'electron';

export function applicationMenu(platform: NodeJS.Platform): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  return [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    { role: 'fileMenu', submenu: [{ role: 'close' }, ...(isMac ? [] : [{ role: 'quit' as const }])] },
    { role: 'editMenu' },
    {
      role: 'viewMenu',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
  ];
}
