// A small HTTP CONNECT proxy: may ask for a password, resolves every name to this computer, counts its tunnels.

import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export interface HttpProxy {
  readonly port: number;
  /** `HOST:PORT` of every CONNECT. */
  readonly asked: string[];
  /** Sockets that are open at this moment. */
  openSockets(): number;
  close(): Promise<void>;
}

export async function startHttpProxy(
  options: { login?: string; status?: number; silent?: boolean; targetPort?: number } = {},
): Promise<HttpProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('connect', (request, stream, head) => {
    asked.push(request.url ?? '');
    stream.on('error', () => {});
    if (options.silent) {
      // Half open is what an HTTP server leaves it.
      stream.on('end', () => stream.end()).resume();
      return;
    }
    const expected = options.login && `Basic ${Buffer.from(options.login).toString('base64')}`;
    if (expected && request.headers['proxy-authorization'] !== expected) {
      stream.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="office"\r\n\r\n',
      );
      return;
    }
    if (options.status) {
      stream.end(`HTTP/1.1 ${options.status} No\r\n\r\n`);
      return;
    }
    const port = options.targetPort ?? Number(request.url?.split(':').at(-1));
    const onward = connect(port, '127.0.0.1', () => {
      stream.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      stream.pipe(onward).pipe(stream);
    });
    onward.on('error', () => stream.destroy());
    onward.on('close', () => stream.destroy());
    stream.on('close', () => onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    openSockets: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
