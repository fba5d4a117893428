// Electron's utilityProcess as a Node child process in which electronParentPort.ts has put a `process.parentPort`.

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import type { ForkOptions, UtilityProcess } from 'electron';
import { PortRelay } from './electronPorts.ts';
import type { FakeMessagePortMain, PortTraffic } from './electronPorts.ts';

export type ToChild = { kind: 'message'; data: unknown; ports: number[] } | PortTraffic;
export type FromChild = { kind: 'message'; data: unknown } | PortTraffic;

export class FakeUtilityProcess
  extends EventEmitter
  implements Pick<UtilityProcess, 'kill' | 'pid' | 'stdout' | 'stderr'>
{
  /** Every process forked since the last look, for tests. */
  static readonly forked: FakeUtilityProcess[] = [];

  /** What is forked in the place of another module. */
  static readonly replacedModules = new Map<string, string>();

  readonly modulePath: string;
  readonly options: ForkOptions | undefined;
  readonly exited: Promise<number>;
  readonly stdout = null;
  readonly stderr = null;
  readonly #child: ChildProcess;
  readonly #relay: PortRelay;
  #lastPort = 0;

  constructor(modulePath: string, moduleArguments: string[], options: ForkOptions | undefined) {
    super();
    this.modulePath = modulePath;
    this.options = options;
    this.#child = fork(FakeUtilityProcess.replacedModules.get(modulePath) ?? modulePath, moduleArguments, {
      execArgv: ['--import', join(import.meta.dirname, 'electronParentPort.ts')],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#relay = new PortRelay((traffic) => this.#send(traffic));
    this.#child.once('spawn', () => this.emit('spawn'));
    this.#child.on('message', (message: FromChild) => {
      if (message.kind === 'message') this.emit('message', message.data);
      else this.#relay.receive(message);
    });
    this.exited = new Promise((ended) => {
      this.#child.once('exit', (code) => {
        this.#relay.closeAll();
        this.emit('exit', code ?? 1);
        ended(code ?? 1);
      });
    });
    FakeUtilityProcess.forked.push(this);
  }

  get pid(): number | undefined {
    return this.#child.exitCode === null && this.#child.signalCode === null ? this.#child.pid : undefined;
  }

  postMessage(data: unknown, transfer: FakeMessagePortMain[] = []): void {
    const ports = transfer.map((port) => ({ id: (this.#lastPort += 1), port: port.transfer() }));
    this.#send({ kind: 'message', data, ports: ports.map(({ id }) => id) });
    for (const { id, port } of ports) this.#relay.add(id, port);
  }

  kill(): boolean {
    return this.#child.kill('SIGTERM');
  }

  /** For the end of a test, however it went. */
  end(): void {
    this.#child.kill('SIGKILL');
  }

  #send(message: ToChild): void {
    // Electron drops what is said to a process that has ended.
    if (this.#child.connected) this.#child.send(message, () => {});
  }
}
