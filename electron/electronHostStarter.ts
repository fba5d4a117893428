// Starts the gateway in a utilityProcess: a process of its own that outlives the window, with Node and no Chromium.

import { MessageChannelMain, utilityProcess } from 'electron';
import type { MessagePortMain } from 'electron';
import type {
  GatewayHost,
  GatewayHostOptions,
  GatewayReady,
  HostStarter,
} from '../gateway/starter/hostStarter.ts';
import type { HostReport, HostRequest } from './hostMessages.ts';

export interface ElectronGatewayHost extends GatewayHost {
  /** A new API port into the gateway, for one window. `onClose` is told when either end has closed it. */
  openApiPort(onClose: () => void): MessagePortMain;
}

export interface ElectronHostStarter extends HostStarter {
  start(options: GatewayHostOptions): ElectronGatewayHost;
}

const STOP_LIMIT_MS = 10_000;

/** `modulePath` is the host's entry; it speaks the messages of hostMessages.ts over `process.parentPort`. */
export function electronHostStarter(modulePath: string): ElectronHostStarter {
  return {
    start: (options) => startHost(modulePath, options),
  };
}

function startHost(modulePath: string, options: GatewayHostOptions): ElectronGatewayHost {
  const child = utilityProcess.fork(modulePath, [], { serviceName: 'Hikyaku gateway', stdio: 'inherit' });
  const exited = new Promise<number | null>((ended) => {
    child.once('exit', (exitCode) => ended(exitCode));
  });
  const request = (message: HostRequest, ports: MessagePortMain[] = []): void => {
    child.postMessage(message, ports);
  };
  child.once('spawn', () => request({ type: 'start', options }));

  const portClosings = new Map<number, () => void>();
  let lastPort = 0;
  const closedPort = (id: number): void => {
    const onClose = portClosings.get(id);
    portClosings.delete(id);
    onClose?.();
  };

  const ready = new Promise<GatewayReady>((resolve, reject) => {
    child.on('message', (report: HostReport) => {
      if (report.type === 'ready') resolve(report.ready);
      else if (report.type === 'failed') reject(new Error(report.message));
      else closedPort(report.id);
    });
    void exited.then((exitCode) => reject(new Error(`The gateway ended (exit code ${exitCode ?? 'none'}).`)));
  });

  return {
    ready,
    exited,
    async stop() {
      request({ type: 'stop' });
      const kill = setTimeout(() => {
        // child.kill() asks politely, and that it has been asked already.
        if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
      }, STOP_LIMIT_MS);
      await exited;
      clearTimeout(kill);
    },
    openApiPort(onClose) {
      const { port1, port2 } = new MessageChannelMain();
      lastPort += 1;
      portClosings.set(lastPort, onClose);
      request({ type: 'apiPort', id: lastPort }, [port2]);
      return port1;
    },
  };
}
