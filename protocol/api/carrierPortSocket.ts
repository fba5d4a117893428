// A message port dressed as a WebSocket, as far as tRPC's client needs one. One text message is one API message.

/** A port as browsers, Electron's renderer and node:worker_threads have it. */
export interface MessagePortLike {
  postMessage(message: unknown): void;
  addEventListener(type: 'message' | 'close', listener: (event: Event) => void): void;
  start?(): void;
  close(): void;
}

type State = 0 | 1 | 2 | 3;

/** Makes a WebSocket class whose instances speak over the port that `openPort` gives. */
export function portSocketClass(openPort: () => Promise<MessagePortLike>): typeof WebSocket {
  const socketClass = class extends PortSocket {
    constructor() {
      super(openPort);
    }
  };
  // tRPC's client uses the events, the states, `send` and `close`, which PortSocket has; nothing else of it.
  return socketClass as unknown as typeof WebSocket;
}

class PortSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;

  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;

  binaryType = 'arraybuffer';
  readyState: State = 0;
  #port: MessagePortLike | undefined;

  constructor(openPort: () => Promise<MessagePortLike>) {
    super();
    // In a later task: the client adds its listeners after the constructor has returned.
    setTimeout(() => {
      void this.#open(openPort);
    }, 0);
  }

  send(message: string): void {
    if (this.readyState !== 1) throw new Error('The port is not open.');
    this.#port?.postMessage(message);
  }

  close(): void {
    if (this.readyState >= 2) return;
    const opened = this.readyState === 1;
    this.readyState = 2;
    this.#port?.close();
    // A port tells of its closing at the other end; here it may or may not, so the end is told from here.
    setTimeout(() => {
      if (!opened) this.dispatchEvent(new Event('error'));
      this.#closed();
    }, 0);
  }

  async #open(openPort: () => Promise<MessagePortLike>): Promise<void> {
    try {
      this.#attach(await openPort());
    } catch {
      if (this.readyState !== 0) return;
      this.dispatchEvent(new Event('error'));
      this.#closed();
    }
  }

  #attach(port: MessagePortLike): void {
    if (this.readyState !== 0) {
      port.close();
      return;
    }
    this.#port = port;
    port.addEventListener('message', (event) => {
      const data: unknown = 'data' in event ? event.data : undefined;
      if (this.readyState !== 1 || typeof data !== 'string') return;
      this.dispatchEvent(new MessageEvent('message', { data }));
    });
    port.addEventListener('close', () => {
      this.#closed();
    });
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
    // What the other end said before now has waited for this.
    port.start?.();
  }

  #closed(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.dispatchEvent(new Event('close'));
  }
}
