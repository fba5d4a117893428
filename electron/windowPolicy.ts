// What a page in our window may not do: go elsewhere, open windows, embed others, or use the PC's devices.

import type { Session, WebContents } from 'electron';
import { isDownload } from './applicationScheme.ts';

interface Outside {
  /** Opens an address in the person's own browser. */
  openExternal(address: string): Promise<void>;
}

const LONGEST_ADDRESS = 2_000;

/** Binds a page to its origin. Links to https pages go to the system's browser, everything else nowhere. */
export function denyNavigation(contents: WebContents, outside: Outside): void {
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url, outside);
    return { action: 'deny' };
  });
  contents.on('will-navigate', (event) => {
    if (isDownload(event.url)) return;
    event.preventDefault();
    openOutside(event.url, outside);
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** No camera, no place, no notification by the page, no serial port: the gateway does what must be done. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}

/** Only plain https addresses: no other scheme could start a program, and no password hides in the address. */
export function isSafeOutside(address: string): boolean {
  const url = URL.parse(address);
  return (
    url !== null &&
    url.protocol === 'https:' &&
    url.username === '' &&
    url.password === '' &&
    address.length <= LONGEST_ADDRESS
  );
}

function openOutside(address: string, outside: Outside): void {
  if (!isSafeOutside(address)) return;
  outside.openExternal(address).catch((error: unknown) => {
    console.error('The system did not open a link in its browser.', error);
  });
}
