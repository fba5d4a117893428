// The window's only bridge: which system this is, and the API's MessagePort handed on to the page. A port cannot
// pass through contextBridge, so it travels by window.postMessage. The gateway's key never comes here.

import { contextBridge, ipcRenderer } from 'electron';
import { API_PORT_CHANNEL } from './apiPortChannel.ts';

contextBridge.exposeInMainWorld('hikyakuShell', { platform: process.platform });

ipcRenderer.on(API_PORT_CHANNEL, (event) => {
  window.postMessage({ type: API_PORT_CHANNEL }, window.location.origin, event.ports);
});
