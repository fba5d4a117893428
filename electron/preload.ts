// The window's only bridge: which system this is, and the API's MessagePort handed on to the page. A port cannot
// pass through contextBridge, so it travels by window.postMessage. The gateway's key never comes here.

import { contextBridge, ipcRenderer } from 'electron';
import { API_PORT_CHANNEL, API_PORT_WANTED_CHANNEL } from './apiPortChannel.ts';

contextBridge.exposeInMainWorld('hikyakuShell', { platform: process.platform });

ipcRenderer.on(API_PORT_CHANNEL, (event) => {
  window.postMessage({ type: API_PORT_CHANNEL }, window.location.origin, event.ports);
});

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.source === window && isPortWanted(event.data)) ipcRenderer.send(API_PORT_WANTED_CHANNEL);
});

function isPortWanted(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === API_PORT_WANTED_CHANNEL;
}
