// The gateway's end inside a utilityProcess: takes orders from main over `process.parentPort`, gives API ports to
// the gateway, and ends the process in order.

import type { MessagePortMain, ParentPort } from 'electron';
import type { ApiPort, GatewayHostOptions } from '../gateway/starter/hostStarter.ts';
import type { HostReport, HostRequest } from './hostMessages.ts';

interface RunningGateway {
  readonly origin: string;
  readonly key: string;
  attachPort(port: ApiPort): unknown;
  stop(): Promise<void>;
}

/** Serves main until it says stop. `start` throws an error whose message a person can be shown. */
export function serveParentPort(start: (options: GatewayHostOptions) => Promise<RunningGateway>): void {
  // Node's types do not know it; it is there in a utilityProcess and nowhere else.
  const { parentPort } = process as NodeJS.Process & { parentPort?: ParentPort };
  if (parentPort === undefined) throw new Error('This module runs in a utilityProcess of Electron only.');
  const report = (message: HostReport): void => parentPort.postMessage(message);
  let starting: Promise<RunningGateway> | undefined;

  parentPort.on('message', ({ data, ports }) => {
    const request = data as HostRequest;
    if (request.type === 'start') {
      starting ??= start(request.options);
      starting.then(
        ({ origin, key }) => report({ type: 'ready', ready: { origin, key } }),
        (error: unknown) => {
          report({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
          endProcess(1);
        },
      );
    } else if (request.type === 'stop') {
      void stop(starting);
    } else {
      const [port] = ports;
      if (port !== undefined) attach(port, request.id, starting, report);
    }
  });
}

function attach(
  port: MessagePortMain,
  id: number,
  starting: Promise<RunningGateway> | undefined,
  report: (message: HostReport) => void,
): void {
  port.once('close', () => report({ type: 'apiPortClosed', id }));
  if (starting === undefined) {
    port.close();
    return;
  }
  starting.then(
    (gateway) => void gateway.attachPort(apiPort(port)),
    () => port.close(),
  );
}

function apiPort(port: MessagePortMain): ApiPort {
  return {
    postMessage: (message) => port.postMessage(message),
    onMessage(listener) {
      port.on('message', ({ data }) => listener(data));
      port.start();
    },
    onClose: (listener) => {
      port.once('close', listener);
    },
    close: () => port.close(),
  };
}

async function stop(starting: Promise<RunningGateway> | undefined): Promise<void> {
  let exitCode = 0;
  try {
    const gateway = await starting;
    await gateway?.stop();
  } catch (error) {
    console.error(error);
    exitCode = 1;
  }
  endProcess(exitCode);
}

/** A utilityProcess has no other way to end; what was posted before still arrives. */
function endProcess(exitCode: number): void {
  setImmediate(() => process.exit(exitCode));
}
