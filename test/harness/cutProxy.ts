// A TCP proxy between devices and relay that does to connections what networks do: cut, stall, half-close, slow down.

import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

export interface CutProxyOptions {
  targetPort: number;
  /** Bytes per second and direction of each connection; without it as fast as it goes. */
  bytesPerSecond?: number;
}

export interface CutProxy {
  readonly port: number;
  /** Connections carried now, oldest first. */
  connections(): ProxyConnection[];
  /** Bytes carried so far, both ways. */
  bytesCarried(): number;
  cutAll(): void;
  /** Carries nothing any more, in either direction, but keeps connections open and takes new ones: a dead path. */
  stall(): void;
  /** Lets only so many more bytes through to the relay, of all devices together, to the byte; what it says still arrives. */
  allowUplink(bytes: number): void;
  resume(): void;
  close(): Promise<void>;
}

export interface ProxyConnection {
  /** Milliseconds since it last carried a byte. */
  quietMs(): number;
  /** A reset at both ends. */
  cut(): void;
  /** Ends only the direction device → relay, as a dying host may. */
  halfClose(): void;
}

interface Pair {
  device: Socket;
  relay: Socket;
  lastByteAt: number;
}

/** Starts a proxy on a free loopback port. */
export async function startCutProxy(options: CutProxyOptions): Promise<CutProxy> {
  const pairs = new Set<Pair>();
  let carried = 0;
  let stalled = false;
  let uplinkAllowance = Number.POSITIVE_INFINITY;
  const resumers = new Set<() => void>();

  const carry = (pair: Pair, from: Socket, to: Socket) => {
    let timer: NodeJS.Timeout | undefined;
    const isUplink = from === pair.device;
    const goOn = () => {
      if (!stalled && !(isUplink && uplinkAllowance === 0)) from.resume();
    };
    resumers.add(goOn);
    from.on('data', (data: Buffer) => {
      const chunk = isUplink ? data.subarray(0, uplinkAllowance) : data;
      if (isUplink) uplinkAllowance -= chunk.length;
      if (chunk.length < data.length) {
        from.pause();
        from.unshift(data.subarray(chunk.length));
        if (chunk.length === 0) return;
      }
      carried += chunk.length;
      pair.lastByteAt = performance.now();
      const room = to.write(chunk);
      const waitMs =
        options.bytesPerSecond === undefined ? 0 : (chunk.length / options.bytesPerSecond) * 1000;
      if (room && waitMs === 0 && !stalled) return;
      from.pause();
      // Slowing down is what this wait is for.
      timer = setTimeout(() => (room ? goOn() : undefined), waitMs);
    });
    to.on('drain', goOn);
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => {
      clearTimeout(timer);
      resumers.delete(goOn);
      to.destroy();
    });
  };

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (device) => {
    const relay = connect({
      port: options.targetPort,
      host: '127.0.0.1',
      allowHalfOpen: true,
      noDelay: true,
    });
    const pair = { device, relay, lastByteAt: performance.now() };
    pairs.add(pair);
    device.on('close', () => pairs.delete(pair));
    carry(pair, device, relay);
    carry(pair, relay, device);
    if (stalled) {
      device.pause();
      relay.pause();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });

  const cut = (pair: Pair) => {
    pairs.delete(pair);
    pair.device.resetAndDestroy();
    pair.relay.resetAndDestroy();
  };
  const cutAll = () => pairs.forEach(cut);
  return {
    port: (server.address() as AddressInfo).port,
    connections: () =>
      [...pairs].map((pair) => ({
        quietMs: () => performance.now() - pair.lastByteAt,
        cut: () => cut(pair),
        halfClose: () => {
          pair.relay.end();
        },
      })),
    bytesCarried: () => carried,
    cutAll,
    stall: () => {
      stalled = true;
      for (const { device, relay } of pairs) {
        device.pause();
        relay.pause();
      }
    },
    allowUplink: (bytes) => {
      uplinkAllowance = bytes;
    },
    resume: () => {
      stalled = false;
      uplinkAllowance = Number.POSITIVE_INFINITY;
      for (const goOn of resumers) goOn();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cutAll();
      }),
  };
}
