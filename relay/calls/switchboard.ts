// Devices, their sessions and connections, and the calls between them: procedures (6) to (24) of the relay.
// Synchronous and without I/O or timers: the owner passes messages in, wires take them out, `tick` is the clock.

import type { CallCause, DeviceMessage } from '../../protocol/relay.ts';
import { RELAY_CLOSE } from '../../protocol/relay.ts';
import { maySee, type Directory } from '../directory/directory.ts';
import type { RelayServerLimits } from '../limits.ts';
import { TokenBuckets } from '../tokenBucket.ts';
import {
  dataRoute,
  phaseOf,
  stepCall,
  type CallEffect,
  type CallEvent,
  type ConnectionPhase,
} from './callState.ts';
import type { Call, Device, Endpoint, Wire } from './switchboardTypes.ts';

export interface SwitchboardOptions {
  limits: RelayServerLimits;
  directory: Directory;
  now: () => number;
  newId: () => string;
  /** Whether there is an enabled account of that id which a device of `owner` may see. */
  mayCall: (owner: string | undefined, deviceId: string) => boolean;
}

export interface LoginRequest {
  wire: Wire;
  deviceId: string;
  displayName: string | undefined;
  owner: string | undefined;
  accountMark: string;
  passwordProof: Buffer;
  sessionToken: string | undefined;
}

export type LoginResult = { endpoint: Endpoint } | { refused: 'tooManyConnections' | 'sessionReplaced' };

/** A message that the connection's phase does not allow: the owner answers it with an error and closes. */
export class ProtocolBreach extends Error {}

type CallMessage = DeviceMessage & {
  type: 'connect' | 'cancelConnect' | 'answer' | 'release' | 'logout';
};

export class Switchboard {
  readonly #options: SwitchboardOptions;
  readonly #devices = new Map<string, Device>();
  readonly #calls = new Map<string, Call>();
  readonly #connectRates: TokenBuckets;
  #stopping = false;

  constructor(options: SwitchboardOptions) {
    this.#options = options;
    this.#connectRates = new TokenBuckets(options.limits.connectRate);
  }

  get callCount(): number {
    return this.#calls.size;
  }

  get devices(): ReadonlyMap<string, Device> {
    return this.#devices;
  }

  get calls(): ReadonlyMap<string, Call> {
    return this.#calls;
  }

  /** (2) A device proved who it is: its connection joins the session it names, or begins a new one. */
  attach(request: LoginRequest): LoginResult {
    let device = this.#devices.get(request.deviceId);
    if (device !== undefined && request.sessionToken !== device.sessionToken) {
      // A straggler of the session that this one replaced must not replace it in turn.
      if (request.sessionToken !== undefined) return { refused: 'sessionReplaced' };
      this.#closeDevice(device, RELAY_CLOSE.replaced, 'A new session of this device began');
      device = undefined;
    }
    if (device !== undefined && device.endpoints.size >= this.#options.limits.maxConnections) {
      return { refused: 'tooManyConnections' };
    }
    device ??= this.#newDevice(request);
    device.displayName = request.displayName;
    device.owner = request.owner;
    device.accountMark = request.accountMark;
    const endpoint: Endpoint = {
      wire: request.wire,
      device,
      place: undefined,
      watching: false,
      attached: true,
    };
    device.endpoints.add(endpoint);
    this.#announce(device);
    return { endpoint };
  }

  /** The connection is gone, for whatever reason. Safe to repeat. */
  detach(endpoint: Endpoint): void {
    if (!endpoint.attached) return;
    const { device, place } = endpoint;
    endpoint.attached = false;
    device.endpoints.delete(endpoint);
    if (place !== undefined && !this.#askAnother(place.call, endpoint)) {
      place.call.ends[place.end] = undefined;
      endpoint.place = undefined;
      device.calls.delete(place.call);
      const isOnline = device.endpoints.size > 0 && this.#devices.get(device.deviceId) === device;
      const cause = isOnline ? 'busy' : 'offline';
      this.#step(place.call, { type: 'lost', end: place.end, cause });
    }
    if (device.endpoints.size === 0 && this.#devices.get(device.deviceId) === device) {
      this.#devices.delete(device.deviceId);
      this.#options.directory.delete(device.deviceId);
    } else {
      this.#announce(device);
    }
  }

  /** Throws ProtocolBreach when the message has no place in the connection's phase. */
  receive(endpoint: Endpoint, message: CallMessage): void {
    if (!endpoint.attached) return;
    switch (message.type) {
      case 'connect':
        return this.#connect(endpoint, message);
      case 'cancelConnect':
        // On an idle connection the request came to nothing already; in a call, the answer was quicker.
        if (endpoint.place?.end === 'caller') this.#step(endpoint.place.call, { type: 'cancelled' });
        return;
      case 'answer':
        return this.#answer(endpoint, message);
      case 'release':
        // One that names another call crossed the end of that call: it has nothing left to release.
        if (endpoint.place?.call.id === message.callId) {
          this.#step(endpoint.place.call, { type: 'released', end: endpoint.place.end });
        }
        return;
      case 'logout':
        for (const one of endpoint.device.endpoints) one.wire.send({ type: 'loggedOut' });
        this.#closeDevice(endpoint.device, RELAY_CLOSE.loggedOut, 'Logged out');
        return;
    }
  }

  /** (15)–(18) Where a binary frame from this connection goes; counts it as life of the call. */
  routeData(endpoint: Endpoint): { to: Endpoint } | 'discard' | 'breach' {
    if (!endpoint.attached) return 'discard';
    if (endpoint.place === undefined) return 'breach';
    const { call, end } = endpoint.place;
    call.lastDataMs = this.#options.now();
    const route = dataRoute(call.state, end);
    if (route !== 'forward') return route;
    const to = end === 'caller' ? call.ends.callee : call.ends.caller;
    return to === undefined ? 'discard' : { to };
  }

  phaseOf(endpoint: Endpoint): ConnectionPhase {
    return endpoint.place === undefined ? 'idle' : phaseOf(endpoint.place.call.state, endpoint.place.end);
  }

  /** Ends what has waited too long. Call it a few times per shortest limit. */
  tick(): void {
    const nowMs = this.#options.now();
    this.#connectRates.expire(nowMs);
    for (const call of this.#calls.values()) this.#checkLimits(call, nowMs);
  }

  /** From now on no call begins; the devices hear when to come back. */
  announceStop(backAfterMs: number): void {
    this.#stopping = true;
    for (const endpoint of this.#endpoints()) endpoint.wire.send({ type: 'goingAway', backAfterMs });
  }

  endCalls(cause: 'relayStopping'): void {
    for (const call of this.#calls.values()) this.#step(call, { type: 'stopped', cause });
  }

  /** The account is gone, disabled, or has another password: its session ends. */
  revoke(deviceId: string): void {
    const device = this.#devices.get(deviceId);
    if (device === undefined) return;
    for (const endpoint of device.endpoints) {
      endpoint.wire.send({
        type: 'error',
        code: 'accountChanged',
        detail: 'The account of this device was changed at the relay.',
        fatal: true,
      });
    }
    this.#closeDevice(device, RELAY_CLOSE.loginRefused, 'The account was changed');
  }

  /** (6) */
  #connect(endpoint: Endpoint, message: CallMessage & { type: 'connect' }): void {
    const phase = this.phaseOf(endpoint);
    if (phase !== 'idle' && phase !== 'asked') {
      throw new ProtocolBreach('connect on a connection that is not idle');
    }
    const result = this.#findCallee(endpoint, phase, message.callee);
    if (typeof result === 'string') {
      endpoint.wire.send({ type: 'connectFailed', cause: result });
      return;
    }
    const nowMs = this.#options.now();
    const call: Call = {
      id: this.#options.newId(),
      state: { phase: 'asking' },
      info: message.info,
      ends: { caller: endpoint, callee: result },
      callerDevice: endpoint.device,
      calleeDevice: result.device,
      phaseSinceMs: nowMs,
      lastDataMs: nowMs,
    };
    this.#calls.set(call.id, call);
    endpoint.device.calls.add(call);
    result.device.calls.add(call);
    endpoint.place = { call, end: 'caller' };
    this.#ask(call, result);
    this.#announce(endpoint.device);
  }

  #findCallee(endpoint: Endpoint, phase: 'idle' | 'asked', calleeId: string): Endpoint | CallCause {
    const { limits, mayCall, now } = this.#options;
    const caller = endpoint.device;
    if (this.#stopping) return 'relayStopping';
    if (!this.#connectRates.take(caller.deviceId, now())) return 'tooManyRequests';
    // The request crossed an `incoming` on this very connection: the relay asked first, and that stands.
    if (phase === 'asked' || caller.calls.size >= limits.maxCalls) return 'busy';
    if (calleeId === caller.deviceId) return 'refused';
    if (!mayCall(caller.owner, calleeId)) return 'unknownDevice';
    const callee = this.#devices.get(calleeId);
    if (callee === undefined) return 'offline';
    if (!maySee(caller, callee)) return 'unknownDevice';
    return this.#idleEndpoint(callee) ?? 'busy';
  }

  /** (7) */
  #ask(call: Call, callee: Endpoint): void {
    call.ends.callee = callee;
    callee.place = { call, end: 'callee' };
    callee.wire.send({
      type: 'incoming',
      callId: call.id,
      caller: call.callerDevice.deviceId,
      info: call.info,
    });
    this.#announce(callee.device);
  }

  /** The connection that was being asked broke: another idle one of the same device is asked instead. */
  #askAnother(call: Call, lost: Endpoint): boolean {
    if (call.state.phase !== 'asking' || call.ends.callee !== lost) return false;
    if (this.#stopping || this.#devices.get(lost.device.deviceId) !== lost.device) return false;
    const another = idleAmong(lost.device);
    if (another === undefined) return false;
    lost.place = undefined;
    this.#ask(call, another);
    return true;
  }

  /** (8)(9) An answer to a call that is no more (withdrawn, or too late) is passed over. */
  #answer(endpoint: Endpoint, message: CallMessage & { type: 'answer' }): void {
    const { place } = endpoint;
    if (place === undefined || place.call.id !== message.callId) return;
    if (place.end !== 'callee') throw new ProtocolBreach('answer to the device’s own connect request');
    this.#step(
      place.call,
      message.accept ? { type: 'accepted' } : { type: 'refused', cause: message.cause ?? 'refused' },
    );
  }

  #step(call: Call, event: CallEvent): void {
    const before = call.state;
    const { state, effects } = stepCall(before, event);
    if (state === before) return;
    call.state = state;
    const nowMs = this.#options.now();
    call.phaseSinceMs = nowMs;
    call.lastDataMs = nowMs;
    for (const effect of effects) this.#perform(call, effect);
    if (state.phase === 'over') this.#calls.delete(call.id);
    this.#announce(call.callerDevice);
    this.#announce(call.calleeDevice);
  }

  #perform(call: Call, effect: CallEffect): void {
    const endpoint = call.ends[effect.end];
    if (endpoint === undefined) return;
    if (effect.type === 'dropData') {
      endpoint.wire.dropData();
    } else if (effect.type === 'free') {
      endpoint.place = undefined;
      endpoint.device.calls.delete(call);
      call.ends[effect.end] = undefined;
    } else if (effect.message === 'connectFailed') {
      endpoint.wire.send({ type: 'connectFailed', cause: effect.cause });
    } else if (effect.message === 'incomingGone' || effect.message === 'callEnded') {
      endpoint.wire.send({ type: effect.message, callId: call.id, cause: effect.cause });
    } else if (effect.message === 'joined') {
      const peer = effect.end === 'caller' ? call.calleeDevice : call.callerDevice;
      endpoint.wire.send({ type: 'joined', callId: call.id, peer: peer.deviceId });
    } else {
      endpoint.wire.send({ type: 'released', callId: call.id });
    }
  }

  #checkLimits(call: Call, nowMs: number): void {
    const { answerTimeoutMs, idleCallMs, stallTimeoutMs, releaseTimeoutMs } = this.#options.limits;
    const ends = [call.ends.caller, call.ends.callee].filter((end) => end !== undefined);
    switch (call.state.phase) {
      case 'asking':
        if (nowMs - call.phaseSinceMs >= answerTimeoutMs) this.#step(call, { type: 'answerTimedOut' });
        return;
      case 'joined': {
        const isStuck = ends.some(({ wire }) => nowMs - (wire.stuckSinceMs ?? nowMs) >= stallTimeoutMs);
        if (isStuck) this.#step(call, { type: 'stopped', cause: 'stalled' });
        else if (nowMs - call.lastDataMs >= idleCallMs)
          this.#step(call, { type: 'stopped', cause: 'idleTooLong' });
        return;
      }
      case 'releasing': {
        const second = call.state.released === 'caller' ? call.ends.callee : call.ends.caller;
        const since = Math.max(call.phaseSinceMs, second?.wire.lastProgressMs ?? 0);
        if (nowMs - since >= releaseTimeoutMs) this.#step(call, { type: 'stopped', cause: 'stalled' });
        return;
      }
      case 'ended':
        for (const { wire } of ends) {
          if (nowMs - Math.max(call.phaseSinceMs, wire.lastProgressMs) >= releaseTimeoutMs) {
            wire.close(RELAY_CLOSE.protocolError, 'The call was not released in time');
          }
        }
        return;
      case 'over':
        return;
    }
  }

  #newDevice({
    deviceId,
    displayName,
    owner,
    accountMark,
    passwordProof,
    sessionToken,
  }: LoginRequest): Device {
    const device: Device = {
      deviceId,
      displayName,
      owner,
      accountMark,
      passwordProof,
      // A session that the relay forgot, by a restart perhaps, goes on under the token the device knows.
      sessionToken: sessionToken ?? this.#options.newId(),
      endpoints: new Set(),
      calls: new Set(),
    };
    this.#devices.set(deviceId, device);
    return device;
  }

  /** The device is offline at once; its connections close in their own time. */
  #closeDevice(device: Device, code: number, reason: string): void {
    this.#devices.delete(device.deviceId);
    this.#options.directory.delete(device.deviceId);
    for (const endpoint of device.endpoints) {
      this.detach(endpoint);
      endpoint.wire.close(code, reason);
    }
  }

  #idleEndpoint(device: Device): Endpoint | undefined {
    return device.calls.size >= this.#options.limits.maxCalls ? undefined : idleAmong(device);
  }

  #announce(device: Device): void {
    if (this.#devices.get(device.deviceId) !== device) return;
    this.#options.directory.set({
      deviceId: device.deviceId,
      displayName: device.displayName,
      owner: device.owner,
      busy: this.#idleEndpoint(device) === undefined,
    });
  }

  *#endpoints(): Iterable<Endpoint> {
    for (const device of this.#devices.values()) yield* device.endpoints;
  }
}

function idleAmong(device: Device): Endpoint | undefined {
  for (const endpoint of device.endpoints) if (endpoint.place === undefined) return endpoint;
  return undefined;
}
