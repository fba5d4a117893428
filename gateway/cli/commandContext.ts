// What every command is given: its output, its data folder, a connection to the gateway, an orderly end on Ctrl+C.

import { CommandError, EXIT } from './commandError.ts';
import type { ExitCode } from './commandError.ts';
import { connectGateway } from './gatewayClient.ts';
import type { GatewayClient } from './gatewayClient.ts';
import type { Output } from './output.ts';

/** What must not be left behind when the person interrupts the command. */
export type Cleanup = () => Promise<void>;

export interface GatewayCommand {
  readonly gateway: GatewayClient;
  readonly output: Output;
  /** Done on Ctrl+C, until the returned function takes it back. */
  onInterrupt(cleanup: Cleanup): () => void;
}

export interface CommandContext {
  readonly output: Output;
  readonly dataFolder: string;
  /** Connects, runs `action`, closes. Throws CommandError NOT_RUNNING, and INTERRUPTED on Ctrl+C. */
  withGateway(action: (command: GatewayCommand) => Promise<ExitCode | void>): Promise<ExitCode>;
}

/** How long cleaning up may hold up the end. */
const CLEANUP_TIMEOUT_MS = 2_000;

export function createCommandContext(output: Output, dataFolder: string): CommandContext {
  return {
    output,
    dataFolder,
    async withGateway(action) {
      const cleanups = new Set<Cleanup>();
      const interrupted = Promise.withResolvers<never>();
      const onSignal = (): void => {
        // A second one ends the process at once, as the system does by default.
        removeListeners();
        void cleanUp(cleanups).then(() => {
          interrupted.reject(new CommandError(EXIT.interrupted, 'INTERRUPTED', 'Interrupted.'));
          return undefined;
        });
      };
      const removeListeners = (): void => {
        process.off('SIGINT', onSignal);
        process.off('SIGTERM', onSignal);
      };
      process.on('SIGINT', onSignal);
      process.on('SIGTERM', onSignal);
      let gateway: GatewayClient | undefined;
      const run = async (): Promise<ExitCode> => {
        gateway = await connectGateway(dataFolder);
        const onInterrupt = (cleanup: Cleanup): (() => void) => {
          cleanups.add(cleanup);
          return () => cleanups.delete(cleanup);
        };
        return (await action({ gateway, output, onInterrupt })) ?? EXIT.done;
      };
      try {
        return await Promise.race([run(), interrupted.promise]);
      } finally {
        removeListeners();
        gateway?.close();
      }
    },
  };
}

async function cleanUp(cleanups: ReadonlySet<Cleanup>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLEANUP_TIMEOUT_MS)));
  await Promise.race([Promise.allSettled([...cleanups].map((cleanup) => cleanup())), timeout]);
  clearTimeout(timer);
}
