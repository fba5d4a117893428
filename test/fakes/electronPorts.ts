// Electron's MessagePortMain and MessageChannelMain over node:worker_threads: structured clone, in order, and
// queued until started, as the real ones.

import { EventEmitter } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { MessagePortMain } from 'electron';

export class FakeMessagePortMain extends EventEmitter implements MessagePortMain {
  readonly #port: MessagePort;
  #state: 'here' | 'started' | 'transferred' = 'here';

  constructor(port: MessagePort) {
    super();
    this.#port = port;
  }

  start(): void {
    if (this.#state !== 'here') throw new Error(`This port is ${this.#state} already.`);
    this.#state = 'started';
    this.#port.on('close', () => this.emit('close'));
    this.#port.on('message', (data: unknown) => this.emit('message', { data, ports: [] }));
  }

  postMessage(message: unknown): void {
    if (this.#state === 'transferred') throw new Error('This port has been transferred.');
    this.#port.postMessage(message);
  }

  close(): void {
    this.#port.close();
  }

  /** Gives the port away, as the transfer list of postMessage does. */
  transfer(): MessagePort {
    if (this.#state !== 'here') throw new Error(`A port that is ${this.#state} cannot be transferred.`);
    this.#state = 'transferred';
    return this.#port;
  }
}

export class FakeMessageChannelMain {
  readonly port1: FakeMessagePortMain;
  readonly port2: FakeMessagePortMain;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new FakeMessagePortMain(port1);
    this.port2 = new FakeMessagePortMain(port2);
  }
}

/** What travels instead of a port where a port itself cannot: between processes, and into a page. */
export type PortTraffic = { kind: 'port'; id: number; data: unknown } | { kind: 'portClosed'; id: number };

/** The ports whose other ends live in another process or page, by number. */
export class PortRelay {
  readonly #ports = new Map<number, MessagePort>();
  readonly #send: (traffic: PortTraffic) => void;

  constructor(send: (traffic: PortTraffic) => void) {
    this.#send = send;
  }

  add(id: number, port: MessagePort): void {
    this.#ports.set(id, port);
    port.on('message', (data: unknown) => this.#send({ kind: 'port', id, data }));
    port.on('close', () => {
      if (this.#ports.delete(id)) this.#send({ kind: 'portClosed', id });
    });
  }

  receive(traffic: PortTraffic): void {
    const port = this.#ports.get(traffic.id);
    if (port === undefined) return;
    if (traffic.kind === 'port') {
      port.postMessage(traffic.data);
      return;
    }
    this.#ports.delete(traffic.id);
    port.close();
  }

  /** The other side is gone. */
  closeAll(): void {
    const ports = [...this.#ports.values()];
    this.#ports.clear();
    for (const port of ports) port.close();
  }
}
