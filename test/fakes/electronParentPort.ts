// Loaded before a utility process's own module (node --import): gives it Electron's `process.parentPort` and takes
// Node's own channel out of its sight, which a real utilityProcess does not have.

import { EventEmitter } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { FakeMessagePortMain, PortRelay } from './electronPorts.ts';
import type { FromChild, ToChild } from './electronUtilityProcess.ts';

class FakeParentPort extends EventEmitter {
  readonly #queue: ToChild[] = [];
  readonly #send: (message: FromChild) => void;
  readonly #relay: PortRelay;

  constructor(send: (message: FromChild) => void) {
    super();
    this.#send = send;
    this.#relay = new PortRelay(send);
    // What is said before anyone listens waits for the first listener.
    this.on('newListener', () => {
      setImmediate(() => {
        for (const message of this.#queue.splice(0)) this.#deliver(message);
      });
    });
  }

  receive(message: ToChild): void {
    if (this.listenerCount('message') === 0 || this.#queue.length > 0) this.#queue.push(message);
    else this.#deliver(message);
  }

  postMessage(data: unknown): void {
    this.#send({ kind: 'message', data });
  }

  #deliver(message: ToChild): void {
    if (message.kind !== 'message') {
      this.#relay.receive(message);
      return;
    }
    const ports = message.ports.map((id) => {
      const { port1, port2 } = new MessageChannel();
      this.#relay.add(id, port1);
      return new FakeMessagePortMain(port2);
    });
    this.emit('message', { data: message.data, ports });
  }
}

const sendToParent = process.send?.bind(process);
if (sendToParent === undefined) throw new Error('This module is for children of the fake utilityProcess.');
const parentPort = new FakeParentPort((message) => sendToParent(message));
process.on('message', (message: ToChild) => parentPort.receive(message));
// A utility process ends with the application.
process.on('disconnect', () => process.exit(1));
Object.defineProperty(process, 'send', { value: undefined });
Object.defineProperty(process, 'parentPort', { value: parentPort });
