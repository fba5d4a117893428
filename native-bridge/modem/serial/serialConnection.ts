// A serial port or PTY behind serialport's binding: exclusive, watched for vanishing, with writes that never outlive it.

import { realpath, stat } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import { terminalUser } from './foreignTerminal.ts';
import { pause } from './pause.ts';
import { isSibling, lockPort } from './portLock.ts';
import type { PortLock } from './portLock.ts';
import {
  type FlowControl,
  type OpenSerial,
  SerialClosedError,
  type SerialConnection,
  type SerialEvents,
  type SerialFault,
  type SerialSettings,
} from './serialConnection.types.ts';
import { faultBeforeOpening, faultWhileOpen, goneFault, serialFaultOf } from './serialFault.ts';
import { withinTime } from './withinTime.ts';

const READ_OCTETS = 4096;
/** A write is handed over in parts of this size, so that discarding and closing stop it soon. */
const WRITE_OCTETS = 1024;
/** Under software flow control what the system has taken cannot be held back any more. */
const PACED_OCTETS = 64;
const WATCH_MS = 1000;
const OPEN_LIMIT_MS = 5000;
const CLOSE_LIMIT_MS = 2000;
/** A start bit, eight bits and a stop bit. */
const BITS_PER_OCTET = 10;

/** As much of serialport's binding as is used. */
interface BindingPort {
  read(buffer: Buffer, offset: number, length: number): Promise<{ bytesRead: number }>;
  write(buffer: Buffer): Promise<void>;
  update(options: { baudRate: number }): Promise<void>;
  set(options: Record<'brk' | 'cts' | 'dsr' | 'dtr' | 'rts' | 'lowLatency', boolean>): Promise<void>;
  getBaudRate(): Promise<{ baudRate: number }>;
  flush(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens `settings.path` for this process alone: 8 bits, no parity, one stop bit; DTR and RTS on; DTR falls when the port is
 * closed or this process dies. `events.closed` is called once when the port is lost, not after `close()`.
 * Rejects with SerialClosedError.
 */
export const openSerial: OpenSerial = async (settings, events) => {
  const before = await faultBeforeOpening(settings.path);
  if (before) throw new SerialClosedError(before);
  const user = await terminalUser(settings.path);
  if (user !== undefined) {
    const detail = `${settings.path} is the terminal of another program (process ${user}), and no modem's port.`;
    throw new SerialClosedError({ kind: 'held', detail });
  }
  const lock = await lockPort(settings.path).catch((error: unknown) => {
    throw new SerialClosedError(serialFaultOf(settings.path, error));
  });
  if ('heldBy' in lock) {
    const detail = (await isSibling(lock.heldBy))
      ? `Another line has this port already: ${settings.path} is one more name of it.`
      : `Another program is using ${settings.path} (process ${lock.heldBy}).`;
    throw new SerialClosedError({ kind: 'held', detail });
  }
  try {
    const device = process.platform === 'win32' ? settings.path : await realpath(settings.path);
    const port = await openBinding(settings, true);
    // Turns a USB adapter's latency timer down where there is one. A PTY refuses.
    await port.set({ ...LINES, lowLatency: true }).catch(() => undefined);
    return new BindingConnection(port, device, await identityOf(device), settings, events, lock);
  } catch (error) {
    await lock.release();
    throw error instanceof SerialClosedError
      ? error
      : new SerialClosedError(serialFaultOf(settings.path, error));
  }
};

const LINES = { brk: false, cts: false, dsr: false, dtr: true, rts: true, lowLatency: false };

async function openBinding(settings: SerialSettings, lock: boolean): Promise<BindingPort> {
  const opening: Promise<BindingPort> = SerialPort.binding.open({
    path: settings.path,
    baudRate: settings.baudRate,
    dataBits: 8,
    stopBits: 1,
    parity: 'none',
    rtscts: settings.flowControl === 'hardware',
    // Never the system's: it would take 0x11 and 0x13 out of received data, and every final frame has a 0x13.
    xon: false,
    xoff: false,
    hupcl: true,
    lock,
  });
  const opened = await withinTime(opening, OPEN_LIMIT_MS);
  if (opened) return opened;
  void opening.then((late) => late.close()).catch(() => undefined);
  throw new SerialClosedError({ kind: 'broken', detail: `${settings.path} does not open.` });
}

class BindingConnection implements SerialConnection {
  readonly path: string;
  private port: BindingPort;
  private readonly device: string;
  private readonly identity: string;
  private readonly events: SerialEvents;
  private readonly lock: PortLock;
  private readonly watch: NodeJS.Timeout;
  private settings: SerialSettings;
  private writing: Promise<void> = Promise.resolve();
  /** Goes up with each `discard`: writes of an earlier age are dropped. */
  private age = 0;
  private fault: SerialFault | undefined;
  private closing: Promise<void> | undefined;
  /** Whoever waits for the port: rejected when it has gone, for it may never answer. */
  private readonly waiting = new Set<(error: SerialClosedError) => void>();

  constructor(
    port: BindingPort,
    device: string,
    identity: string,
    settings: SerialSettings,
    events: SerialEvents,
    lock: PortLock,
  ) {
    this.path = settings.path;
    this.port = port;
    this.device = device;
    this.identity = identity;
    this.settings = settings;
    this.events = events;
    this.lock = lock;
    this.watch = setInterval(() => void this.look(), WATCH_MS);
    this.watch.unref();
    void this.readOn(port);
  }

  write(octets: Uint8Array): Promise<void> {
    const age = this.age;
    const copy = Buffer.from(octets);
    const written = this.writing.then(() => this.writeParts(copy, age));
    this.writing = written.catch(() => undefined);
    return this.unlessGone(written);
  }

  async setFlowControl(flowControl: FlowControl): Promise<void> {
    this.expectOpen();
    // It drops what is on its way, which may be a ring.
    if (flowControl === this.settings.flowControl) return;
    const settings = { ...this.settings, flowControl };
    try {
      if (process.platform === 'win32') {
        const old = this.port;
        await old.close();
        this.port = await openBinding(settings, true);
        void this.readOn(this.port);
      } else {
        // The settings belong to the port, not to the one who opened it: a second opening changes them and DTR stays on.
        const second = await openBinding({ ...settings, path: this.device }, false);
        await second.close();
      }
      this.settings = settings;
    } catch (error) {
      throw this.closedError(error);
    }
  }

  async setBaudRate(baudRate: number): Promise<void> {
    this.expectOpen();
    try {
      await this.unlessGone(this.port.update({ baudRate }));
      this.settings = { ...this.settings, baudRate };
    } catch (error) {
      throw this.closedError(error);
    }
  }

  async setDtr(on: boolean): Promise<boolean> {
    if (this.fault) return false;
    try {
      await this.unlessGone(this.port.set({ ...LINES, dtr: on }));
      return true;
    } catch {
      return false;
    }
  }

  async discard(): Promise<void> {
    this.age += 1;
    if (this.fault) return;
    await this.unlessGone(this.port.flush()).catch(() => undefined);
  }

  close(): Promise<void> {
    return this.end({ kind: 'absent', detail: `${this.path} was closed.` }, false);
  }

  private async writeParts(octets: Buffer, age: number): Promise<void> {
    const paced = this.settings.flowControl === 'software';
    const size = paced ? PACED_OCTETS : WRITE_OCTETS;
    const octetMs = (BITS_PER_OCTET * 1000) / this.settings.baudRate;
    const begun = performance.now();
    for (let at = 0; at < octets.length; at += size) {
      if (age !== this.age) return;
      this.expectOpen();
      try {
        await this.port.write(octets.subarray(at, at + size));
      } catch (error) {
        await this.lost(error);
        throw this.closedError(error);
      }
      // As many as the wire can have carried, and one part more, so that it never runs dry.
      const early = begun + at * octetMs - performance.now();
      if (paced && early >= 1) await pause(early);
    }
  }

  private async readOn(port: BindingPort): Promise<void> {
    const buffer = Buffer.allocUnsafe(READ_OCTETS);
    while (!this.fault && port === this.port) {
      try {
        const { bytesRead } = await port.read(buffer, 0, buffer.length);
        if (this.fault) return;
        if (bytesRead > 0) this.events.data(new Uint8Array(buffer.subarray(0, bytesRead)));
      } catch (error) {
        if (!isCanceled(error)) await this.lost(error);
        return;
      }
    }
  }

  /**
   * A port can be gone without any read or write failing (an idle PTY; a USB device whose reads give nothing for ever):
   * its name is gone, or is another device's now, or it takes no questions any more.
   */
  private async look(): Promise<void> {
    if (this.fault) return;
    if ((await identityOf(this.device)) !== this.identity) {
      await this.end(goneFault(this.path), true);
      return;
    }
    if (process.platform !== 'linux') return;
    await this.port.getBaudRate().catch((error: unknown) => this.lost(error));
  }

  private async lost(error: unknown): Promise<void> {
    if (this.fault) return;
    const fault = await faultWhileOpen(this.device, error);
    await this.end({ ...fault, detail: fault.detail.replaceAll(this.device, this.path) }, true);
  }

  private end(fault: SerialFault, tell: boolean): Promise<void> {
    if (this.closing) return this.closing;
    this.fault = fault;
    clearInterval(this.watch);
    for (const reject of this.waiting) reject(new SerialClosedError(fault));
    this.waiting.clear();
    this.closing = this.release();
    if (tell) this.events.closed(fault);
    return this.closing;
  }

  private async release(): Promise<void> {
    // What is still on its way is dropped first: a modem that holds it back would hold back the closing as well.
    const released = this.port
      .flush()
      .catch(() => undefined)
      .then(() => this.port.close());
    await withinTime(
      released.catch(() => undefined),
      CLOSE_LIMIT_MS,
    );
    await this.lock.release();
  }

  private unlessGone<T>(work: Promise<T>): Promise<T> {
    if (this.fault) {
      work.catch(() => undefined);
      return Promise.reject(new SerialClosedError(this.fault));
    }
    return new Promise((resolve, reject) => {
      this.waiting.add(reject);
      work.then(resolve, reject).finally(() => this.waiting.delete(reject));
    });
  }

  private expectOpen(): void {
    if (this.fault) throw new SerialClosedError(this.fault);
  }

  private closedError(error: unknown): SerialClosedError {
    if (error instanceof SerialClosedError) return error;
    return new SerialClosedError(this.fault ?? serialFaultOf(this.path, error));
  }
}

/** Which device a name stands for; changes when it is plugged in again. Empty when it is gone. */
async function identityOf(device: string): Promise<string> {
  if (process.platform === 'win32') return 'COM';
  try {
    const { dev, ino, rdev } = await stat(device);
    return `${dev}:${ino}:${rdev}`;
  } catch {
    return '';
  }
}

function isCanceled(error: unknown): boolean {
  return error instanceof Error && 'canceled' in error && error.canceled === true;
}
