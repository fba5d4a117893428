// Keeps one gateway process running: starts it, starts it again after a crash (ever later), stops it in order.

import type { GatewayHost, GatewayReady } from '../gateway/starter/hostStarter.ts';

export interface GatewayConnection<Host extends GatewayHost> {
  host: Host;
  ready: GatewayReady;
}

interface SupervisorEvents<Host extends GatewayHost> {
  /** The gateway serves: at the first start, and after each restart. */
  ready(connection: GatewayConnection<Host>): void;
  /** It has crashed and will be started again. */
  lost(exitCode: number | null, restartInMs: number): void;
  /** It never came up: the cause is one that a restart does not mend (folder in use, no right to write). */
  failed(cause: Error): void;
}

const FIRST_RESTART_MS = 500;
const LONGEST_RESTART_MS = 30_000;
/** After so long a life a crash counts as the first one again. */
const STEADY_AFTER_MS = 60_000;

export class GatewaySupervisor<Host extends GatewayHost> {
  readonly #start: () => Host;
  readonly #events: SupervisorEvents<Host>;
  #host: Host | undefined;
  #connection: GatewayConnection<Host> | undefined;
  #everReady = false;
  #crashes = 0;
  #restart: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(start: () => Host, events: SupervisorEvents<Host>) {
    this.#start = start;
    this.#events = events;
  }

  /** The gateway as it serves now. */
  get connection(): GatewayConnection<Host> | undefined {
    return this.#connection;
  }

  start(): void {
    const host = this.#start();
    const startedAt = performance.now();
    let failure: Error | undefined;
    this.#host = host;
    host.ready.then(
      (ready) => {
        if (this.#host !== host || this.#stopping) return;
        this.#everReady = true;
        this.#connection = { host, ready };
        this.#events.ready(this.#connection);
      },
      (error: unknown) => {
        failure = error instanceof Error ? error : new Error(String(error));
      },
    );
    void host.exited.then((exitCode) => {
      if (performance.now() - startedAt >= STEADY_AFTER_MS) this.#crashes = 0;
      this.#ended(exitCode, failure);
    });
  }

  /** Resolves once the process has ended; it is not started again. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    await this.#host?.stop();
  }

  #ended(exitCode: number | null, failure: Error | undefined): void {
    this.#host = undefined;
    this.#connection = undefined;
    if (this.#stopping) return;
    if (!this.#everReady) {
      this.#events.failed(
        failure ?? new Error(`The gateway ended at once (exit code ${exitCode ?? 'none'}).`),
      );
      return;
    }
    const restartInMs = Math.min(FIRST_RESTART_MS * 2 ** this.#crashes, LONGEST_RESTART_MS);
    this.#crashes += 1;
    this.#restart = setTimeout(() => this.start(), restartInMs);
    this.#events.lost(exitCode, restartInMs);
  }
}
