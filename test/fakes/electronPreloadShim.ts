// The `require('electron')` of a sandboxed preload, as it stands in the fake's page: contextBridge, ipcRenderer and
// the page's ends of the bridged message ports.

import type { PortTraffic } from './electronPorts.ts';

export type ToPage = { kind: 'ipc'; channel: string; message: unknown; ports: number[] } | PortTraffic;
export type FromPage = PortTraffic;

/** What is run in every page before its own scripts: the built preload with its `require`, at our origin only. */
export function preloadScript(preload: string, origin: string): string {
  return `if (window === window.top && location.origin === ${JSON.stringify(origin)}) {
  (function () {
    const process = { platform: ${JSON.stringify(process.platform)} };
    const electron = (${SHIM})();
    const module = { exports: {} };
    const require = (name) => {
      if (name === 'electron') return electron;
      throw new Error('A sandboxed preload cannot require ' + name);
    };
    (function (require, module, exports, process) {
${preload}
    })(require, module, module.exports, process);
  })();
}`;
}

/** Text, because it is put into the page as it is: the page's content policy forbids to evaluate it there. */
const SHIM = `function () {
  const send = window.electronShimSend;
  const listeners = new Map();
  const ports = new Map();
  window.electronShimReceive = (text) => {
    const message = JSON.parse(text);
    if (message.kind === 'port') ports.get(message.id)?.postMessage(message.data);
    else if (message.kind === 'portClosed') {
      ports.get(message.id)?.close();
      ports.delete(message.id);
    } else {
      const given = message.ports.map((id) => {
        const { port1, port2 } = new MessageChannel();
        ports.set(id, port1);
        port1.onmessage = (event) => send(JSON.stringify({ kind: 'port', id, data: event.data }));
        port1.addEventListener('close', () => {
          if (ports.delete(id)) send(JSON.stringify({ kind: 'portClosed', id }));
        });
        return port2;
      });
      for (const listener of listeners.get(message.channel) ?? []) listener({ ports: given }, message.message);
    }
  };
  return {
    contextBridge: {
      exposeInMainWorld(name, value) {
        Object.defineProperty(window, name, { value: Object.freeze(structuredClone(value)) });
      },
    },
    ipcRenderer: {
      on(channel, listener) {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
        return this;
      },
    },
  };
}`;
