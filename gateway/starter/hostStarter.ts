// How a shell starts the gateway in a process of its own and talks to it: one interface, a Node starter here,
// an Electron starter (utilityProcess) in electron/.

/** Told by the gateway host once it serves its API. */
export interface GatewayReady {
  /** `http://127.0.0.1:PORT` */
  origin: string;
  /** The access key for the HTTP routes; never shown, never logged. */
  key: string;
}

export interface GatewayHostOptions {
  dataFolder: string;
  /** `HOST:PORT`; port 0 takes a free one. */
  listen: string;
  embeddedRelay: boolean;
}

/** A message port as both Node and Electron have it: structured clone, in order. */
export interface ApiPort {
  postMessage(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

export interface GatewayHost {
  readonly ready: Promise<GatewayReady>;
  /** Resolves with the exit code when the process has ended, however it ended. */
  readonly exited: Promise<number | null>;
  /** Asks it to stop in order; kills it after ten seconds. */
  stop(): Promise<void>;
}

export interface HostStarter {
  start(options: GatewayHostOptions): GatewayHost;
}
