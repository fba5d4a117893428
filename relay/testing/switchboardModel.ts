// For the switchboard's property test: devices that send anything at any time over slow links, and a strict
// listener on each wire that accepts only what docs/relay-protocol.md lets the relay say there.

import type { DeviceMessage, RelayMessage } from '../../protocol/relay.ts';
import { createInProcessDirectory } from '../directory/inProcessDirectory.ts';
import { DEFAULT_RELAY_LIMITS } from '../limits.ts';
import { ProtocolBreach, Switchboard } from '../calls/switchboard.ts';
import type { Endpoint, Wire } from '../calls/switchboardTypes.ts';

export type CallMessage = DeviceMessage & {
  type: 'connect' | 'cancelConnect' | 'answer' | 'release' | 'logout';
};

type Spec =
  | { phase: 'idle' }
  | { phase: 'asking' }
  | { phase: 'asked'; callId: string }
  | { phase: 'joined'; callId: string; hasReleased: boolean }
  | { phase: 'ended'; callId: string };

export class World {
  nowMs = 0;
  readonly links: Link[] = [];
  readonly directory = createInProcessDirectory();
  readonly switchboard: Switchboard;
  readonly limits = { ...DEFAULT_RELAY_LIMITS, maxConnections: 3, maxCalls: 2 };
  #ids = 0;

  constructor() {
    this.switchboard = new Switchboard({
      limits: this.limits,
      directory: this.directory,
      now: () => this.nowMs,
      newId: () => `id-${this.#ids++}`,
      mayCall: (_owner, deviceId) => deviceId !== 'unknown',
    });
  }

  attach(deviceId: string, joinsSession: boolean): void {
    const token = joinsSession ? this.switchboard.devices.get(deviceId)?.sessionToken : undefined;
    const link = new Link(this);
    const result = this.switchboard.attach({
      wire: link,
      deviceId,
      displayName: undefined,
      owner: undefined,
      accountMark: '',
      passwordProof: Buffer.alloc(0),
      sessionToken: token,
    });
    if ('refused' in result) return;
    link.endpoint = result.endpoint;
    this.links.push(link);
  }

  advance(ms: number): void {
    this.nowMs += ms;
    this.switchboard.tick();
    this.settle();
  }

  /** The connections whose wires were closed are reported gone, as their owner does. */
  settle(): void {
    for (const link of this.links.filter((one) => one.isClosed)) link.drop();
  }

  /** Throws when something in the switchboard contradicts something else. */
  checkInvariants(): void {
    const { calls, devices } = this.switchboard;
    for (const [id, call] of calls) {
      must(call.id === id && call.state.phase !== 'over', 'a call that is over is kept');
      const ends = [call.ends.caller, call.ends.callee];
      must(
        ends.some((end) => end !== undefined),
        'a call without ends is kept',
      );
      for (const end of ends) must(end === undefined || end.place?.call === call, 'an end is elsewhere');
    }
    for (const [deviceId, device] of devices) {
      must(device.endpoints.size > 0, 'a device without connections is kept');
      must(device.endpoints.size <= this.limits.maxConnections, 'too many connections');
      must(device.calls.size <= this.limits.maxCalls, 'too many calls');
      must(this.directory.find(deviceId) !== undefined, 'a device online is not in the directory');
      const places = [...device.endpoints].flatMap(({ place }) => (place === undefined ? [] : [place]));
      must(new Set(places.map(({ call }) => call)).size === places.length, 'two connections in one call');
      must(places.length === device.calls.size, 'the calls of a device are miscounted');
      for (const { call, end } of places) {
        must(
          calls.get(call.id) === call && device.calls.has(call),
          'a connection is in a call that is no more',
        );
        must(call.ends[end]?.device === device, 'a call has another connection at this end');
      }
      const isBusy = places.length === device.endpoints.size || device.calls.size >= this.limits.maxCalls;
      must(this.directory.find(deviceId)?.busy === isBusy, 'the directory is wrong about busy');
    }
    must(this.directory.size === devices.size, 'the directory has others than the devices online');
    for (const link of this.links) link.checkSpec();
  }
}

/** One connection: what the device sends waits on it until delivered; what the relay sends is judged at once. */
export class Link implements Wire {
  endpoint: Endpoint | undefined;
  isClosed = false;
  stuckSinceMs: number | undefined;
  lastProgressMs = 0;
  readonly callIds: string[] = [];
  #lastHeard: RelayMessage['type'] | undefined;
  #hasReacted = false;
  #spec: Spec = { phase: 'idle' };
  #failuresDue = 0;
  readonly #world: World;
  readonly #up: (CallMessage | 'data')[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** The device sends something; it is on its way. */
  say(message: CallMessage | 'data'): void {
    this.#up.push(message);
  }

  /** The device does what a good one would by what it heard last; it cannot know what is on its way to it. */
  react(callee: string, isYes: boolean): void {
    if (this.#hasReacted) return;
    const callId = this.callIds.at(-1) ?? '';
    if (this.#lastHeard === 'joined' && isYes) return this.say('data');
    this.#hasReacted = true;
    if (this.#lastHeard === 'incoming') this.say({ type: 'answer', callId, accept: isYes });
    else if (this.#lastHeard === 'joined' || this.#lastHeard === 'callEnded')
      this.say({ type: 'release', callId });
    else this.say({ type: 'connect', callee, info: { kind: 'document' } });
  }

  /** The oldest thing on its way reaches the relay. */
  deliver(): void {
    const message = this.#up.shift();
    if (message === undefined || this.endpoint === undefined || this.isClosed) return;
    const before = this.#spec;
    if (message === 'data') {
      const mayForward = before.phase === 'joined' && !before.hasReleased;
      const route = this.#world.switchboard.routeData(this.endpoint);
      if (typeof route === 'object') must(mayForward, 'data goes on outside a call');
      if (route === 'breach') this.close();
      return;
    }
    this.#expectAnswerTo(message);
    try {
      this.#world.switchboard.receive(this.endpoint, message);
    } catch (error) {
      if (!(error instanceof ProtocolBreach)) throw error;
      this.close();
    }
    must(this.isClosed || this.#failuresDue === 0, 'a connect request was not answered');
  }

  /** The connection breaks, or has closed. */
  drop(): void {
    this.isClosed = true;
    if (this.endpoint !== undefined) this.#world.switchboard.detach(this.endpoint);
    this.#world.links.splice(this.#world.links.indexOf(this), 1);
  }

  close(): void {
    this.isClosed = true;
  }

  dropData(): void {}

  sendData(): void {}

  send(message: RelayMessage): void {
    must(!this.isClosed, 'the relay speaks on a closed connection');
    this.#lastHeard = message.type;
    this.#hasReacted = false;
    if ('callId' in message) this.callIds.push(message.callId);
    this.#spec = this.#hear(this.#spec, message);
  }

  /** The switchboard's view of this connection is the one its messages give. */
  checkSpec(): void {
    if (this.endpoint === undefined || this.isClosed) return;
    const phase = this.#world.switchboard.phaseOf(this.endpoint);
    const told = this.#spec.phase === 'joined' && this.#spec.hasReleased ? ['released'] : [this.#spec.phase];
    must(told.includes(phase), `the relay takes for ${phase} what it said was ${told[0]}`);
  }

  #expectAnswerTo(message: CallMessage): void {
    const spec = this.#spec;
    if (message.type === 'connect') {
      if (spec.phase === 'idle') this.#spec = { phase: 'asking' };
      else if (spec.phase === 'asked') this.#failuresDue++;
    } else if (message.type === 'answer') {
      // A refusal is not answered.
      if (spec.phase === 'asked' && spec.callId === message.callId && !message.accept)
        this.#spec = { phase: 'idle' };
    } else if (message.type === 'release' && spec.phase === 'joined' && spec.callId === message.callId) {
      this.#spec = { ...spec, hasReleased: true };
    }
  }

  #hear(spec: Spec, message: RelayMessage): Spec {
    switch (message.type) {
      case 'incoming':
        must(spec.phase === 'idle', 'incoming on a connection that is not idle');
        return { phase: 'asked', callId: message.callId };
      case 'incomingGone':
        must(spec.phase === 'asked' && spec.callId === message.callId, 'incomingGone without incoming');
        return { phase: 'idle' };
      case 'connectFailed':
        if (spec.phase === 'asked') {
          must(this.#failuresDue > 0 && message.cause === 'busy', 'connectFailed without connect');
          this.#failuresDue--;
          return spec;
        }
        must(spec.phase === 'asking', 'connectFailed without connect');
        return { phase: 'idle' };
      case 'joined':
        must(
          spec.phase === 'asking' || (spec.phase === 'asked' && spec.callId === message.callId),
          'joined out of the blue',
        );
        return { phase: 'joined', callId: message.callId, hasReleased: false };
      case 'callEnded':
        must(
          spec.phase === 'joined' && spec.callId === message.callId && !spec.hasReleased,
          'callEnded without a call, or after its release',
        );
        return { phase: 'ended', callId: message.callId };
      case 'released':
        must(
          (spec.phase === 'ended' || (spec.phase === 'joined' && spec.hasReleased)) &&
            spec.callId === message.callId,
          'released without release',
        );
        return { phase: 'idle' };
      case 'loginAccepted':
      case 'loginRefused':
      case 'keepaliveAck':
      case 'directory':
      case 'directoryChange':
      case 'goingAway':
      case 'loggedOut':
      case 'error':
        break;
    }
    return spec;
  }
}

function must(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(otherwise);
}
