// One WebSocket of a device: reads its messages, guards its limits, and is the switchboard's wire to it.

import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import {
  RELAY_CLOSE,
  RELAY_PROTOCOL_VERSION,
  SILENCE_INTERVALS,
  type DeviceMessage,
  type RelayMessage,
} from '../../protocol/relay.ts';
import { ProtocolBreach, type Switchboard } from '../calls/switchboard.ts';
import type { Endpoint, Wire } from '../calls/switchboardTypes.ts';
import type { Directory } from '../directory/directory.ts';
import type { DirectoryFeed, Watcher } from '../directory/directoryFeed.ts';
import { limitsToldToDevices, type RelayServerLimits } from '../limits.ts';
import type { RelayLog } from '../log.ts';
import type { Authenticator, Judgement, LoginMessage } from '../login/authenticator.ts';
import { TokenBucket, type TokenBuckets } from '../tokenBucket.ts';
import { parseControlMessage } from './controlMessage.ts';
import { OutboundQueue } from './outboundQueue.ts';

/** What all connections of one relay share. */
export interface RelayCore {
  readonly name: string;
  readonly limits: RelayServerLimits;
  readonly log: RelayLog;
  readonly now: () => number;
  readonly switchboard: Switchboard;
  readonly directory: Directory;
  readonly feed: DirectoryFeed;
  readonly authenticator: Authenticator;
  readonly controlRates: TokenBuckets;
  noteLogin(deviceId: string): void;
  countData(bytes: number): void;
  /** The connection does not count as unauthenticated any more. */
  settled(connection: DeviceConnection): void;
}

type ConnectionState =
  | { phase: 'new' }
  | { phase: 'authenticating' }
  | { phase: 'loggedIn'; endpoint: Endpoint }
  | { phase: 'closing' };

const ACK = JSON.stringify({ type: 'keepaliveAck' } satisfies RelayMessage);
const MAX_WAITING_CONTROL_BYTES = 256 * 1024;
const ENOUGH_WAITING_CONTROL_BYTES = 32 * 1024;

export class DeviceConnection implements Wire {
  readonly address: string;
  readonly #core: RelayCore;
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #queue: OutboundQueue;
  readonly #rate: TokenBucket;
  readonly #openedMs: number;
  #state: ConnectionState = { phase: 'new' };
  #watcher: Watcher | undefined;
  #bytesBeforeLogin = 0;
  #lastByteMs: number;
  #lastAckMs: number;
  /** The receiver whose backlog this connection is not read for. */
  #waitingFor: DeviceConnection | undefined;
  /** The senders that are not read for this connection's backlog. */
  readonly #held = new Set<DeviceConnection>();

  constructor(core: RelayCore, ws: WebSocket, socket: Duplex, address: string) {
    this.#core = core;
    this.#ws = ws;
    this.#socket = socket;
    this.address = address;
    this.#openedMs = this.#lastByteMs = this.#lastAckMs = core.now();
    this.#rate = new TokenBucket(core.limits.controlRate, this.#openedMs);
    this.#queue = new OutboundQueue({
      sender: { send: (data, options, done) => ws.send(data, options, done) },
      ack: ACK,
      highBytes: core.limits.receiverHighBytes,
      lowBytes: core.limits.receiverLowBytes,
      maxControlBytes: MAX_WAITING_CONTROL_BYTES,
      now: core.now,
      onDrained: () => this.#letSendersGoOn(),
      onOverflow: () => this.#cut('notReading'),
    });
    // Any received byte is life, a part of a frame too.
    socket.on('data', (chunk: Buffer) => this.#countBytes(chunk.length));
    ws.on('message', (data, isBinary) => this.#onMessage(toBuffer(data), isBinary));
    ws.on('ping', () => this.#isWithinRate());
    ws.on('close', () => this.#gone());
    ws.on('error', (error) => core.log.info('connectionError', { address, detail: error.message }));
  }

  get isClosing(): boolean {
    return this.#state.phase === 'closing';
  }

  get stuckSinceMs(): number | undefined {
    return this.#queue.stuckSinceMs;
  }

  get lastProgressMs(): number {
    return this.#queue.lastProgressMs;
  }

  send(message: RelayMessage): void {
    if (!this.isClosing) this.#queue.sendControl(JSON.stringify(message));
  }

  sendData(frame: Buffer): void {
    if (!this.isClosing) this.#queue.sendData(frame);
  }

  dropData(): void {
    this.#queue.dropData();
  }

  close(code: number, reason: string): void {
    if (this.isClosing) return;
    const endpoint = this.#state.phase === 'loggedIn' ? this.#state.endpoint : undefined;
    this.#state = { phase: 'closing' };
    if (this.#watcher !== undefined) this.#core.feed.remove(this.#watcher);
    this.#readOn();
    this.#queue.finish();
    this.#core.settled(this);
    this.#ws.close(code, reason);
    // The switchboard may be in the middle of a step.
    if (endpoint !== undefined) queueMicrotask(() => this.#core.switchboard.detach(endpoint));
  }

  /** Ends the connection without another word. */
  terminate(): void {
    this.close(1001, '');
    this.#ws.terminate();
  }

  /** Looks after the time limits; called several times per keepalive interval. */
  checkTime(nowMs: number): void {
    const { limits } = this.#core;
    if (this.#state.phase === 'closing') return;
    if (this.#state.phase === 'new' && nowMs - this.#openedMs >= limits.loginTimeoutMs) {
      this.close(RELAY_CLOSE.loginTimeout, 'No login in time');
    } else if (this.#waitingFor !== undefined) {
      // Not read now, so neither heard nor, without this, answered: it must not take the path for dead.
      if (nowMs - this.#lastAckMs >= limits.keepaliveIntervalMs) this.#ack(nowMs);
    } else if (nowMs - this.#lastByteMs >= SILENCE_INTERVALS * limits.keepaliveIntervalMs) {
      this.close(RELAY_CLOSE.keepaliveTimeout, 'Nothing heard for too long');
    }
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    if (this.isClosing) return;
    if (isBinary) this.#onData(data);
    else if (this.#isWithinRate()) this.#onControl(data);
  }

  #onData(frame: Buffer): void {
    if (this.#state.phase !== 'loggedIn') return this.#breach('notLoggedIn', 'Call data before login.');
    if (frame.length > this.#core.limits.maxFrameBytes) {
      return this.#breach('frameTooLong', `A frame has at most ${this.#core.limits.maxFrameBytes} bytes.`);
    }
    const route = this.#core.switchboard.routeData(this.#state.endpoint);
    if (route === 'breach') return this.#breach('wrongState', 'Call data outside a call.');
    if (route === 'discard') return;
    this.#core.countData(frame.length);
    const receiver = route.to.wire;
    receiver.sendData(frame);
    if (receiver instanceof DeviceConnection && receiver.#queue.isBacklogged)
      this.#readNoFurtherFor(receiver);
  }

  #onControl(bytes: Buffer): void {
    const parsed = parseControlMessage(bytes);
    if ('broken' in parsed) return this.#breach(parsed.broken, parsed.detail);
    const { message } = parsed;
    switch (this.#state.phase) {
      case 'closing':
        return;
      case 'new':
        if (message.type !== 'login') return this.#breach('notLoggedIn', 'The first message must be login.');
        this.#state = { phase: 'authenticating' };
        void this.#login(message);
        return;
      case 'authenticating':
        if (message.type !== 'keepalive')
          return this.#breach('notLoggedIn', 'The login is not answered yet.');
        return this.#ack(this.#core.now());
      case 'loggedIn':
        return this.#onLoggedIn(this.#state.endpoint, message);
    }
  }

  #onLoggedIn(endpoint: Endpoint, message: DeviceMessage): void {
    const { device } = endpoint;
    switch (message.type) {
      case 'login':
        return this.#breach('wrongState', 'This connection is logged in already.');
      case 'keepalive':
        return this.#ack(this.#core.now());
      case 'directory': {
        const { requestId, filter, after, limit } = message;
        const found = this.#core.directory.list({ asker: device, filter, after, limit });
        return this.send({ type: 'directory', requestId, ...found });
      }
      case 'watchDirectory':
        return this.#watch(endpoint, message.on);
      case 'connect':
      case 'cancelConnect':
      case 'answer':
      case 'release':
      case 'logout':
        try {
          this.#core.switchboard.receive(endpoint, message);
        } catch (error) {
          if (error instanceof ProtocolBreach) return this.#breach('wrongState', error.message);
          this.#core.log.error('messageFailed', { type: message.type, detail: String(error) });
          this.#breach('internalError', 'The relay could not do that.', 1011);
        }
    }
  }

  /** (1)–(3) */
  async #login(message: LoginMessage): Promise<void> {
    try {
      const judgement = await this.#core.authenticator.judge(message, this.address);
      if (this.#state.phase === 'authenticating') this.#answerLogin(message, judgement);
    } catch (error) {
      this.#core.log.error('loginFailed', { deviceId: message.deviceId, detail: String(error) });
      this.#breach('internalError', 'The relay could not check the login.', 1011);
    }
  }

  #answerLogin(message: LoginMessage, judgement: Judgement): void {
    if ('refused' in judgement) return this.#refuse(judgement.refused, judgement.retryAfterMs);
    const { account, accountMark, proof } = judgement;
    const result = this.#core.switchboard.attach({
      wire: this,
      deviceId: message.deviceId,
      displayName: message.displayName ?? account.displayName,
      owner: account.owner,
      accountMark,
      passwordProof: proof,
      sessionToken: message.sessionToken,
    });
    if ('refused' in result) {
      if (result.refused === 'tooManyConnections') return this.#refuse(result.refused);
      return this.#breach('sessionReplaced', 'A new session of this device began.', RELAY_CLOSE.replaced);
    }
    this.#state = { phase: 'loggedIn', endpoint: result.endpoint };
    this.#core.settled(this);
    this.#core.noteLogin(message.deviceId);
    this.send({
      type: 'loginAccepted',
      version: RELAY_PROTOCOL_VERSION,
      sessionToken: result.endpoint.device.sessionToken,
      relayName: this.#core.name,
      limits: limitsToldToDevices(this.#core.limits),
    });
  }

  #refuse(code: (RelayMessage & { type: 'loginRefused' })['code'], retryAfterMs?: number): void {
    this.send({ type: 'loginRefused', code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
    this.close(RELAY_CLOSE.loginRefused, 'Login refused');
  }

  #watch({ device }: Endpoint, isOn: boolean): void {
    if (!isOn) {
      if (this.#watcher !== undefined) this.#core.feed.remove(this.#watcher);
      this.#watcher = undefined;
    } else if (this.#watcher === undefined) {
      const queue = this.#queue;
      this.#watcher = {
        deviceId: device.deviceId,
        owner: device.owner,
        get canTakeMore() {
          return queue.controlBytes < ENOUGH_WAITING_CONTROL_BYTES;
        },
        send: (message) => this.send(message),
      };
      this.#core.feed.add(this.#watcher);
    }
  }

  #ack(nowMs: number): void {
    this.#lastAckMs = nowMs;
    this.#queue.sendAck();
  }

  #isWithinRate(): boolean {
    const nowMs = this.#core.now();
    if (this.#rate.take(nowMs) && this.#core.controlRates.take(this.address, nowMs)) return true;
    this.#breach('tooManyMessages', 'Control messages come faster than this relay allows.');
    return false;
  }

  #breach(code: string, detail: string, closeCode: number = RELAY_CLOSE.protocolError): void {
    if (this.isClosing) return;
    this.#core.log.info('protocolError', { address: this.address, code });
    this.send({ type: 'error', code, detail: detail.slice(0, 200), fatal: true });
    this.close(closeCode, code);
  }

  #countBytes(count: number): void {
    this.#lastByteMs = this.#core.now();
    if (this.#state.phase !== 'new' && this.#state.phase !== 'authenticating') return;
    this.#bytesBeforeLogin += count;
    if (this.#bytesBeforeLogin > this.#core.limits.maxBytesBeforeLogin) this.#cut('tooMuchBeforeLogin');
  }

  #cut(why: string): void {
    if (this.isClosing) return;
    this.#core.log.info('connectionCut', { address: this.address, why });
    this.terminate();
  }

  #gone(): void {
    this.close(1001, '');
    this.#socket.removeAllListeners('data');
  }

  #readNoFurtherFor(receiver: DeviceConnection): void {
    if (this.#waitingFor === receiver || this.isClosing) return;
    this.#waitingFor = receiver;
    receiver.#held.add(this);
    this.#ws.pause();
  }

  #readOn(): void {
    if (this.#waitingFor === undefined) return;
    this.#waitingFor.#held.delete(this);
    this.#waitingFor = undefined;
    this.#lastByteMs = this.#core.now();
    this.#ws.resume();
  }

  #letSendersGoOn(): void {
    for (const sender of this.#held) sender.#readOn();
  }
}

function toBuffer(data: Buffer | ArrayBuffer | Buffer[]): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
