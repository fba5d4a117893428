// `hikyaku serve`: runs the gateway in this process until it is told to stop.

import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../commandError.ts';
import type { ExitCode } from '../commandError.ts';
import type { Output } from '../output.ts';
import type { Log } from '../../log.ts';

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 4380;

type StartGateway = (options: {
  dataFolder: string;
  listen: string;
  embeddedRelay: boolean;
  staticFolder?: string;
  log?: Log;
}) => Promise<{ origin: string; key: string; stop(): Promise<void> }>;

export interface ServeOptions {
  listen?: string;
  embeddedRelay: boolean;
}

/** Resolves when the gateway was stopped by a signal. */
export async function serve(output: Output, dataFolder: string, options: ServeOptions): Promise<ExitCode> {
  const stopped = nextSignal();
  const gatewayModule = '../../gateway.ts';
  const { startGateway } = (await import(gatewayModule)) as { startGateway: StartGateway };
  const staticFolder = builtInterface();
  const gateway = await startGateway({
    dataFolder,
    listen: options.listen ?? (await usualAddress()),
    embeddedRelay: options.embeddedRelay,
    ...(staticFolder === undefined ? {} : { staticFolder }),
  });
  // The key is for the person at the terminal; it must not end in a log file.
  const key = process.stdout.isTTY ? `#key=${encodeURIComponent(gateway.key)}` : '';
  output.result({ event: 'ready', origin: gateway.origin }, `Hikyaku is ready: ${gateway.origin}/${key}`);
  await stopped;
  // Whoever asks twice does not want to wait.
  void nextSignal().then(() => process.exit(EXIT.failed));
  await gateway.stop();
  return EXIT.done;
}

function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        resolve();
      });
    }
  });
}

/** The usual port, or any free one when another program has it. */
async function usualAddress(): Promise<string> {
  const probe = createServer();
  const free = await new Promise<boolean>((resolve) => {
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen(DEFAULT_PORT, DEFAULT_HOST, () => {
      resolve(true);
    });
  });
  if (free) await new Promise((resolve) => probe.close(resolve));
  return `${DEFAULT_HOST}:${free ? DEFAULT_PORT : 0}`;
}

/** The user interface, when this checkout or package has it built. */
function builtInterface(): string | undefined {
  const folder = fileURLToPath(new URL('../../../build/renderer', import.meta.url));
  return existsSync(join(folder, 'index.html')) ? folder : undefined;
}
