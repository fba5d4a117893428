// One WebSocket to a relay: opening through proxy and TLS, frames in and out, and one cause when it ends.
// Nothing it does throws, and no error event of it goes unheard.

import { HttpsProxyAgent } from 'https-proxy-agent';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import { WebSocket, type ClientOptions } from 'ws';
import { MAX_DATA_FRAME_BYTES, RELAY_SUBPROTOCOL } from '../../protocol/relay.ts';
import {
  closeFault,
  fault,
  handshakeFault,
  httpFault,
  proxyFault,
  type ConnectFault,
} from './connectFault.ts';
import { proxyFor, trustWith } from './relayRoute.ts';
import type { RelayEndpointOptions } from './relaySessionOptions.ts';

export interface RelayTransportEvents {
  opened(): void;
  /** Some bytes came, be it part of a frame, a pong, or TLS of one record. */
  received(): void;
  control(text: string): void;
  data(bytes: Uint8Array): void;
  /** Bytes left; more may be sent. */
  drained(): void;
  /** Exactly once, never before the function that opened it has returned. */
  closed(fault: ConnectFault): void;
}

export interface RelayTransport {
  sendControl(text: string): void;
  /** False when the connection takes nothing any more; `closed` follows. */
  sendData(bytes: Uint8Array): boolean;
  /** Bytes handed over that have not left this process. */
  bufferedBytes(): number;
  pause(): void;
  resume(): void;
  /** Closes in order, with the last frames sent. */
  close(): void;
  /** Ends it at once; `closed` names this cause. */
  terminate(cause: ConnectFault): void;
}

/** A closing that the other end does not finish within this time is cut short. */
const CLOSE_MS = 2_000;

const OUR_CLOSE = fault('RELAY_UNREACHABLE', 'closed by this end');

export function openRelayTransport(
  options: RelayEndpointOptions,
  events: RelayTransportEvents,
): RelayTransport {
  let cause: ConnectFault | undefined;
  let webSocket: WebSocket | undefined;
  const route = new AbortController();
  try {
    webSocket = connect(options, route.signal, (fault) => {
      cause ??= fault;
    });
  } catch (error) {
    cause = isFault(error) ? error : fault('RELAY_UNREACHABLE', 'the address of the relay is not valid');
    setImmediate(() => events.closed(cause ?? OUR_CLOSE));
  }
  const socket = webSocket;
  if (!socket) return DEAD_TRANSPORT;

  let raw: Duplex | undefined;
  let isUpgraded = false;
  const received = () => events.received();
  socket.on('upgrade', (response) => {
    raw = response.socket;
    isUpgraded = true;
  });
  socket.on('open', () => {
    // Whole frames are not enough: on a slow line one frame may take longer than the silence allowed.
    raw?.on('data', received);
    raw = undefined;
    events.opened();
  });
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) events.data(data);
    else events.control(data.toString('utf8'));
  });
  socket.on('unexpected-response', (_request, response) => {
    cause ??= httpFault(response.statusCode ?? 0);
    response.on('error', () => {});
    socket.terminate();
  });
  socket.on('error', (error) => {
    cause ??= handshakeFault(error);
  });
  socket.on('close', (code, reason) => {
    // A proxy that never answered holds a socket which the WebSocket does not know of.
    if (!isUpgraded) route.abort();
    events.closed(cause ?? closeFault(code, reason.toString('utf8')));
  });

  const sent = () => events.drained();
  return {
    sendControl(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text, sent);
    },
    sendData(bytes) {
      if (socket.readyState !== WebSocket.OPEN) return false;
      socket.send(bytes, { binary: true }, sent);
      return true;
    },
    bufferedBytes: () => socket.bufferedAmount,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close() {
      cause ??= OUR_CLOSE;
      socket.close(1000);
    },
    terminate(fault) {
      cause ??= fault;
      socket.terminate();
    },
  };
}

/** Throws ConnectFault, or whatever WebSocket throws for an address it cannot read. */
function connect(
  options: RelayEndpointOptions,
  signal: AbortSignal,
  failed: (fault: ConnectFault) => void,
): WebSocket {
  const url = new URL(options.url);
  const agent = proxyAgent(url, options, signal, failed);
  const secure = url.protocol === 'wss:' ? trust(options.ca) : {};
  // The published types do not know `closeTimeout` yet.
  const settings: ClientOptions & { closeTimeout: number } = {
    ...secure,
    ...(agent ? { agent } : {}),
    perMessageDeflate: false,
    maxPayload: MAX_DATA_FRAME_BYTES,
    closeTimeout: CLOSE_MS,
    followRedirects: false,
  };
  return new WebSocket(url, RELAY_SUBPROTOCOL, settings);
}

function trust(ca: string | undefined): { secureContext: SecureContext; rejectUnauthorized: true } {
  try {
    return { secureContext: trustWith(ca), rejectUnauthorized: true };
  } catch (error) {
    throw fault('RELAY_CERTIFICATE', error instanceof Error ? error.message : String(error), {
      kind: 'refused',
    });
  }
}

function proxyAgent(
  relay: URL,
  options: RelayEndpointOptions,
  signal: AbortSignal,
  failed: (fault: ConnectFault) => void,
): HttpsProxyAgent<string> | undefined {
  let proxy: URL | undefined;
  try {
    proxy = proxyFor(relay, options.proxy);
  } catch (error) {
    throw fault('RELAY_PROXY_REFUSED', error instanceof Error ? error.message : String(error), {
      kind: 'refused',
    });
  }
  if (!proxy) return undefined;
  const secure = proxy.protocol === 'https:' ? trust(options.ca) : {};
  const agent = new HttpsProxyAgent<string>(proxy, { signal, ...secure });
  agent.on('proxyConnect', (answer: { statusCode: number }) => {
    if (answer.statusCode !== 200) failed(proxyFault(answer.statusCode));
  });
  return agent;
}

function isFault(error: unknown): error is ConnectFault {
  return typeof error === 'object' && error !== null && 'outcome' in error && 'backOff' in error;
}

/** Stands for a connection that could not even be begun. */
const DEAD_TRANSPORT: RelayTransport = {
  sendControl() {},
  sendData: () => false,
  bufferedBytes: () => 0,
  pause() {},
  resume() {},
  close() {},
  terminate() {},
};
