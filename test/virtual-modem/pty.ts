// The serial cable between a virtual modem and its host: a pseudo terminal made by socat, or a pipe in memory.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The modem's end of the cable. */
export interface SerialCable {
  /** What a host opens; null for a cable in memory. */
  readonly path: string | null;
  /** Set by the modem. */
  onData: (octets: Uint8Array) => void;
  write(octets: Uint8Array): void;
  /** While true nothing more is taken from the host: it comes to feel that in its writes. */
  setHeldUp(heldUp: boolean): void;
  /** The port vanishes as when a USB modem is pulled; what is written meanwhile is lost. */
  unplug(): Promise<void>;
  /** It is there again, under the same path. */
  plug(): Promise<void>;
  close(): Promise<void>;
}

/** Small, so that a host which writes faster than the line takes it is stopped soon. */
const TRANSFER_OCTETS = 512;
const SOCKET_BUFFER_OCTETS = 2304;
const PLUG_TIMEOUT_MS = 10_000;

/**
 * A pseudo terminal under `path`, a symbolic link. `cooked`: it is left as the system makes it, with echo, line editing and
 * CR for LF, for a host that has to set it as it needs it.
 */
export async function openPtyCable(
  path: string,
  { cooked = false }: { cooked?: boolean } = {},
): Promise<SerialCable> {
  const cable = new PtyCable(path, cooked);
  await cable.plug();
  return cable;
}

class PtyCable implements SerialCable {
  readonly path: string;
  onData: (octets: Uint8Array) => void = () => undefined;
  #folder: string | null = null;
  #server: Server | null = null;
  #socket: Socket | null = null;
  #socat: ChildProcess | null = null;
  /** Kept open, so that a host may close the port and open it again without the terminal going away. */
  #slave: FileHandle | null = null;
  #heldUp = false;

  readonly #cooked: boolean;

  constructor(path: string, cooked: boolean) {
    this.path = path;
    this.#cooked = cooked;
  }

  write(octets: Uint8Array): void {
    if (octets.length > 0) this.#socket?.write(octets);
  }

  setHeldUp(heldUp: boolean): void {
    this.#heldUp = heldUp;
    if (heldUp) this.#socket?.pause();
    else this.#socket?.resume();
  }

  async plug(): Promise<void> {
    if (this.#socat !== null) return;
    // socat would take the name away from whatever has it.
    if (await isThere(this.path))
      throw new Error(`${this.path} is there already: no pseudo terminal is made`);
    this.#folder = await mkdtemp(join(tmpdir(), 'virtual-modem-'));
    const socketPath = join(this.#folder, 'cable');
    const connected = Promise.withResolvers<Socket>();
    const server = createServer({ highWaterMark: TRANSFER_OCTETS }, (socket) => connected.resolve(socket));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    const socat = spawn(
      'socat',
      [
        '-b',
        `${TRANSFER_OCTETS}`,
        `PTY,link=${this.path},${this.#cooked ? '' : 'raw,echo=0,'}mode=0666`,
        `UNIX-CONNECT:${socketPath},so-sndbuf=${SOCKET_BUFFER_OCTETS}`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#socat = socat;
    let complaint = '';
    socat.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    socat.once('error', (error) => connected.reject(error));
    socat.once('exit', () => connected.reject(new Error(`no pseudo terminal at ${this.path}: ${complaint}`)));
    const timer = setTimeout(
      () => connected.reject(new Error(`socat does not start for ${this.path}`)),
      PLUG_TIMEOUT_MS,
    );
    try {
      const socket = await connected.promise;
      socket.on('error', () => undefined);
      socket.on('data', (octets: Buffer) => this.onData(octets));
      if (this.#heldUp) socket.pause();
      this.#socket = socket;
      // socat makes the terminal and its link before it connects.
      this.#slave = await open(this.path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    } catch (error) {
      await this.unplug();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async unplug(): Promise<void> {
    const [socat, socket, server, slave, folder] = [
      this.#socat,
      this.#socket,
      this.#server,
      this.#slave,
      this.#folder,
    ];
    this.#socat = null;
    this.#socket = null;
    this.#server = null;
    this.#slave = null;
    this.#folder = null;
    // First the name: left behind, it would lead a host to the next terminal that gets this number.
    if (socat !== null) await rm(this.path, { force: true });
    if (socat !== null && socat.exitCode === null && socat.signalCode === null) {
      const gone = new Promise<void>((resolve) => socat.once('exit', () => resolve()));
      if (socat.kill()) await gone;
    }
    socket?.destroy();
    await slave?.close().catch(() => undefined);
    if (server !== null) await new Promise<void>((resolve) => server.close(() => resolve()));
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  }

  close(): Promise<void> {
    return this.unplug();
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** A cable in memory with both of its ends: for tests of the modem without processes. */
export interface MemoryCable extends SerialCable {
  /** What the modem has written since the last call, as Latin-1. */
  takeHostText(): string;
  hostWrites(text: string | Uint8Array): void;
  onHostData: (octets: Uint8Array) => void;
  readonly plugged: boolean;
  readonly heldUp: boolean;
}

export function openMemoryCable(): MemoryCable {
  let received: Uint8Array[] = [];
  const waiting: Uint8Array[] = [];
  const state = { plugged: true, heldUp: false };
  const cable: MemoryCable = {
    path: null,
    onData: () => undefined,
    onHostData: () => undefined,
    get plugged() {
      return state.plugged;
    },
    get heldUp() {
      return state.heldUp;
    },
    write(octets) {
      if (!state.plugged) return;
      received.push(octets.slice());
      cable.onHostData(octets);
    },
    setHeldUp(heldUp) {
      state.heldUp = heldUp;
      while (!state.heldUp && waiting.length > 0) cable.onData(waiting.shift() ?? new Uint8Array(0));
    },
    hostWrites(text) {
      if (!state.plugged) return;
      const octets = typeof text === 'string' ? Buffer.from(text, 'latin1') : text.slice();
      if (state.heldUp) waiting.push(octets);
      else cable.onData(octets);
    },
    takeHostText() {
      const text = Buffer.concat(received).toString('latin1');
      received = [];
      return text;
    },
    unplug() {
      state.plugged = false;
      waiting.length = 0;
      return Promise.resolve();
    },
    plug() {
      state.plugged = true;
      return Promise.resolve();
    },
    close() {
      return cable.unplug();
    },
  };
  return cable;
}
