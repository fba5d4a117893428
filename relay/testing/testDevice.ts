// A device for the relay's own tests: one connection at a time, messages awaited one by one, nothing clever.

import { WebSocket } from 'ws';
import {
  relayMessageSchema,
  RELAY_SUBPROTOCOL,
  type DeviceMessage,
  type RelayMessage,
} from '../../protocol/relay.ts';

export type Heard = { message: RelayMessage } | { data: Buffer } | { closed: number };

export class TestConnection {
  readonly ws: WebSocket;
  readonly #heard: Heard[] = [];
  #wake: (() => void) | undefined;
  /** Set to keep acknowledgements in what is heard. */
  keepsAcks = false;

  constructor(url: string, options: { ca?: string; protocol?: string } = {}) {
    this.ws = new WebSocket(url, options.protocol ?? RELAY_SUBPROTOCOL, {
      perMessageDeflate: false,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    });
    this.ws.on('message', (data: Buffer, isBinary) => {
      if (isBinary) return this.#push({ data });
      const message = relayMessageSchema.parse(JSON.parse(data.toString('utf8')));
      if (message.type !== 'keepaliveAck' || this.keepsAcks) this.#push({ message });
    });
    this.ws.on('close', (code) => this.#push({ closed: code }));
    this.ws.on('error', () => {});
  }

  async opened(): Promise<this> {
    if (this.ws.readyState !== WebSocket.OPEN) {
      await new Promise((resolve, reject) => {
        this.ws.once('open', resolve);
        this.ws.once('error', reject);
      });
    }
    return this;
  }

  say(message: DeviceMessage): void {
    this.ws.send(JSON.stringify(message));
  }

  sendData(data: Buffer): void {
    this.ws.send(data);
  }

  /** The next message, frame or close. */
  async next(): Promise<Heard> {
    for (;;) {
      const heard = this.#heard.shift();
      if (heard !== undefined) return heard;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The next thing heard, which must be this message. */
  async hear<T extends RelayMessage['type']>(type: T): Promise<RelayMessage & { type: T }> {
    const heard = await this.next();
    if ('message' in heard && heard.message.type === type) return heard.message as RelayMessage & { type: T };
    throw new Error(`heard ${JSON.stringify(heard).slice(0, 300)} instead of ${type}`);
  }

  /** The next thing heard, which must be a frame of data. */
  async hearData(): Promise<Buffer> {
    const heard = await this.next();
    if ('data' in heard) return heard.data;
    throw new Error(`heard ${JSON.stringify(heard)} instead of data`);
  }

  /** Passes over everything until the connection is closed; the close code. */
  async closed(): Promise<number> {
    for (;;) {
      const heard = await this.next();
      if ('closed' in heard) return heard.closed;
    }
  }

  #push(heard: Heard): void {
    this.#heard.push(heard);
    this.#wake?.();
  }
}

export function loginMessage(
  deviceId: string,
  password: string,
  sessionToken?: string,
): DeviceMessage & { type: 'login' } {
  return {
    type: 'login',
    deviceId,
    password,
    versions: [1],
    software: 'test',
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}

/** Logs in with the password that `memoryAccounts` gave the device. */
export async function logIn(
  url: string,
  deviceId: string,
  sessionToken?: string,
): Promise<{ connection: TestConnection; token: string }> {
  const connection = await new TestConnection(url).opened();
  connection.say(loginMessage(deviceId, `password of ${deviceId}`, sessionToken));
  const accepted = await connection.hear('loginAccepted');
  return { connection, token: accepted.sessionToken };
}

/** Joins the two connections in a call; the call id. */
export async function joinCall(
  caller: TestConnection,
  callee: TestConnection,
  calleeId: string,
): Promise<string> {
  caller.say({ type: 'connect', callee: calleeId, info: { kind: 'document' } });
  const { callId } = await callee.hear('incoming');
  callee.say({ type: 'answer', callId, accept: true });
  await callee.hear('joined');
  await caller.hear('joined');
  return callId;
}
