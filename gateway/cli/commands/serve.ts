// `hikyaku serve`: runs the gateway in this process until it is told to stop.

import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError, EXIT } from '../commandError.ts';
import type { Output } from '../output.ts';
import type { Gateway, GatewayOptions } from '../../gateway.ts';

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 4380;

export interface ServeOptions {
  listen?: string;
  embeddedRelay: boolean;
}

/** Ends the process when the gateway was stopped by a signal. */
export async function serve(output: Output, dataFolder: string, options: ServeOptions): Promise<never> {
  const stopped = nextSignal();
  const listen = options.listen ?? (await usualAddress());
  const gateway = await start({
    dataFolder,
    listen,
    embeddedRelay: options.embeddedRelay,
    staticFolder: builtInterface(),
  });
  // The key is for the person at the terminal; it must not end in a log file.
  const key = process.stdout.isTTY ? `#key=${encodeURIComponent(gateway.key)}` : '';
  output.result({ event: 'ready', origin: gateway.origin }, `Hikyaku is ready: ${gateway.origin}/${key}`);
  await stopped;
  // Whoever asks twice does not want to wait.
  void nextSignal().then(() => process.exit(EXIT.failed));
  await gateway.stop();
  // Nothing that is left may hold up the end, a connection to somewhere that does not answer least of all.
  process.exit(EXIT.done);
}

async function start(options: GatewayOptions): Promise<Gateway> {
  // Only this command needs the gateway itself; the others start faster without.
  const { startGateway } = await import('../../gateway.ts');
  try {
    return await startGateway(options);
  } catch (error) {
    throw startError(error, options.listen);
  }
}

/** The gateway's own errors can be shown as they are; those of the system about the address cannot. */
function startError(error: unknown, listen: string): CommandError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'FAILED';
  const message = error instanceof Error ? error.message : String(error);
  const texts: Record<string, string> = {
    EADDRINUSE: `Another program already listens on ${listen}. Choose another address with --listen.`,
    EADDRNOTAVAIL: `This PC has no address ${listen}. Choose another with --listen.`,
    EACCES: `No permission: ${message}`,
  };
  return new CommandError(EXIT.failed, code, texts[code] ?? message, { cause: error });
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
