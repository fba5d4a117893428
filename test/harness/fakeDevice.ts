// A device that is not a gateway: it logs in at a real relay and says in a call whatever a test wants.

import { WebSocket } from 'ws';
import { RELAY_SUBPROTOCOL, type DeviceMessage } from '../../protocol/relay.ts';
import { withTimeout } from './withTimeout.ts';

export interface FakeDeviceOptions {
  url: string;
  deviceId: string;
  password: string;
  /** Decides incoming calls; without it they are accepted. */
  answer?: (caller: string) => 'accept' | 'refused' | 'busy' | 'silence';
  /** Bytes of a call, as they come. */
  onData?: (bytes: Buffer, device: FakeDevice) => void;
  onJoined?: (device: FakeDevice) => void;
}

export interface FakeDevice {
  /** Control message. */
  tell(message: DeviceMessage): void;
  /** Bytes into the call. */
  send(bytes: Uint8Array): void;
  /** The next control message of this type, past or future ones not yet taken. */
  next(type: string, timeoutMs?: number): Promise<Record<string, unknown>>;
  /** Gives its connection back after the call joined last. */
  release(): void;
  /** Stops reading from the network: a receiver that stands still. */
  stall(): void;
  close(): void;
}

/** Connects and logs in; throws when the relay refuses. */
export async function connectFakeDevice(options: FakeDeviceOptions): Promise<FakeDevice> {
  const socket = new WebSocket(options.url, RELAY_SUBPROTOCOL, { perMessageDeflate: false });
  let joinedCall = '';
  const untaken: Record<string, unknown>[] = [];
  const waiting: { type: string; resolve: (message: Record<string, unknown>) => void }[] = [];

  const device: FakeDevice = {
    tell: (message) => socket.send(JSON.stringify(message)),
    send: (bytes) => socket.send(bytes, { binary: true }),
    next: (type, timeoutMs = 10_000) => {
      const index = untaken.findIndex((message) => message['type'] === type);
      const [found] = index < 0 ? [] : untaken.splice(index, 1);
      const wait = Promise.withResolvers<Record<string, unknown>>();
      if (found === undefined) waiting.push({ type, resolve: wait.resolve });
      else wait.resolve(found);
      return withTimeout(wait.promise, timeoutMs, () => {
        return `the relay sent no "${type}"; it sent ${JSON.stringify(untaken)}`;
      });
    },
    release: () => device.tell({ type: 'release', callId: joinedCall }),
    stall: () => socket.pause(),
    close: () => socket.terminate(),
  };

  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) {
      options.onData?.(data, device);
      return;
    }
    const message = JSON.parse(data.toString('utf8')) as Record<string, unknown>;
    if (message['type'] === 'incoming') answerCall(message);
    if (message['type'] === 'joined') {
      joinedCall = String(message['callId']);
      options.onJoined?.(device);
    }
    // A call that ended is given back, as the protocol asks.
    if (message['type'] === 'callEnded') device.tell({ type: 'release', callId: String(message['callId']) });
    const index = waiting.findIndex((wait) => wait.type === message['type']);
    const [waiter] = index < 0 ? [] : waiting.splice(index, 1);
    if (waiter === undefined) untaken.push(message);
    else waiter.resolve(message);
  });
  const opened = Promise.withResolvers<void>();
  socket.on('open', opened.resolve);
  socket.on('error', (error) => opened.reject(error));
  await withTimeout(opened.promise, 10_000, () => 'the relay did not take the connection');

  device.tell({
    type: 'login',
    deviceId: options.deviceId,
    password: options.password,
    versions: [1],
    software: 'fake device',
  });
  await device.next('loginAccepted');
  return device;

  function answerCall(message: Record<string, unknown>): void {
    const verdict = options.answer?.(String(message['caller'])) ?? 'accept';
    if (verdict === 'silence') return;
    const callId = String(message['callId']);
    if (verdict === 'accept') device.tell({ type: 'answer', callId, accept: true });
    else device.tell({ type: 'answer', callId, accept: false, cause: verdict });
  }
}
