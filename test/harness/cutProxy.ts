// A TCP proxy between devices and relay that does to connections what networks do: cut, stall, half-close, slow down.

import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

export interface CutProxyOptions {
  targetPort: number;
  /** Bytes per second and direction of each connection; without it as fast as it goes. */
  bytesPerSecond?: number;
}

export interface CutProxy {
  readonly port: number;
  /** Connections carried now. */
  connections(): number;
  /** Bytes carried so far, both ways. */
  bytesCarried(): number;
  /** Cuts one connection (chosen by `choose` among all) with a reset at both ends. False when there is none. */
  cutOne(choose: (howMany: number) => number): boolean;
  /** Ends only the direction device → relay of one connection, as a dying host may. False when there is none. */
  halfCloseOne(choose: (howMany: number) => number): boolean;
  cutAll(): void;
  /** Carries nothing any more, in either direction, but keeps connections open and takes new ones: a dead path. */
  stall(): void;
  resume(): void;
  close(): Promise<void>;
}

interface Pair {
  device: Socket;
  relay: Socket;
}

/** Starts a proxy on a free loopback port. */
export async function startCutProxy(options: CutProxyOptions): Promise<CutProxy> {
  const pairs = new Set<Pair>();
  let carried = 0;
  let stalled = false;
  const resumers = new Set<() => void>();

  const carry = (from: Socket, to: Socket) => {
    let timer: NodeJS.Timeout | undefined;
    const goOn = () => {
      if (!stalled) from.resume();
    };
    resumers.add(goOn);
    from.on('data', (chunk: Buffer) => {
      carried += chunk.length;
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
    const pair = { device, relay };
    pairs.add(pair);
    device.on('close', () => pairs.delete(pair));
    carry(device, relay);
    carry(relay, device);
    if (stalled) {
      device.pause();
      relay.pause();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });

  const chosen = (choose: (howMany: number) => number) => [...pairs][choose(pairs.size)];
  const cut = (pair: Pair) => {
    pairs.delete(pair);
    pair.device.resetAndDestroy();
    pair.relay.resetAndDestroy();
  };
  const cutAll = () => pairs.forEach(cut);
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => pairs.size,
    bytesCarried: () => carried,
    cutOne: (choose) => {
      const pair = chosen(choose);
      if (pair !== undefined) cut(pair);
      return pair !== undefined;
    },
    halfCloseOne: (choose) => {
      const pair = chosen(choose);
      pair?.relay.end();
      return pair !== undefined;
    },
    cutAll,
    stall: () => {
      stalled = true;
      for (const { device, relay } of pairs) {
        device.pause();
        relay.pause();
      }
    },
    resume: () => {
      stalled = false;
      for (const goOn of resumers) goOn();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cutAll();
      }),
  };
}
