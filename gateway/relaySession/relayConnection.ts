// One connection to the relay: its socket, its state machine, its keepalive, and the call it may be in.

import {
  relayMessageSchema,
  RELAY_PROTOCOL_VERSION,
  type CallCause,
  type CallInfo,
  type DeviceMessage,
  type DirectoryEntry,
  type RelayLimits,
  type RelayMessage,
} from '../../protocol/relay.ts';
import { fault, loginFault, type ConnectFault } from './connectFault.ts';
import {
  stepConnection,
  type CallOffer,
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionState,
  type JoinedCall,
} from './connectionState.ts';
import { createRelayCall, type CarriedCall } from './relayCall.ts';
import type { IncomingCall, RelayCall } from './relaySession.types.ts';
import { sessionTiming, type RelayEndpointOptions } from './relaySessionOptions.ts';
import { openRelayTransport } from './relayTransport.ts';
import { createSilenceWatch, type SilenceWatch } from './silenceWatch.ts';

/** Long enough for any real limit, and short enough for a timer. */
const LONGEST_LIMIT_MS = 60 * 60_000;

export interface ConnectionLogin {
  sessionToken: string;
  relayName: string;
  limits: RelayLimits;
}

export interface RelayConnectionEvents {
  loggedIn(login: ConnectionLogin): void;
  /** It became idle, or no longer is. */
  phaseChanged(): void;
  answer(incoming: IncomingCall): 'accept' | 'refused' | 'busy';
  callJoined(call: RelayCall): void;
  directory(message: Extract<RelayMessage, { type: 'directory' }>): void;
  directoryChanged(change: { online: boolean; device: DirectoryEntry }): void;
  goingAway(backAfterMs: number): void;
  /** Exactly once; nothing comes after it. */
  closed(cause: ConnectFault): void;
}

/** What became of a connect request: the call, or why not. `crossed`: try another connection. `lost`: the connection went. */
export type RequestResult =
  | { call: RelayCall }
  | { failed: CallCause }
  | { failed: 'crossed' }
  | { failed: 'lost'; fault: ConnectFault };

export interface RelayConnection {
  readonly id: number;
  phase(): 'opening' | 'idle' | 'busy' | 'over';
  sinceMs(): number;
  /** When bytes last came, as time of day; `undefined` before the login. */
  lastContactAtMs(): number | undefined;
  /** (6) On an idle connection only. `signal` withdraws the request. */
  request(callee: string, info: CallInfo, signal: AbortSignal): Promise<RequestResult>;
  /** Directory messages and logout: any time after the login. */
  tell(message: DeviceMessage): void;
  close(): void;
  terminate(cause: ConnectFault): void;
}

export function openRelayConnection(
  id: number,
  options: RelayEndpointOptions,
  sessionToken: string | undefined,
  events: RelayConnectionEvents,
): RelayConnection {
  const timing = sessionTiming(options);
  let state: ConnectionState = { phase: 'loggingIn' };
  let phase: ReturnType<RelayConnection['phase']> = 'opening';
  let sinceMs = performance.now();
  let limits: RelayLimits | undefined;
  let watch: SilenceWatch | undefined;
  let ticking: NodeJS.Timeout | undefined;
  let lastContactAtMs: number | undefined;
  let carried: CarriedCall | undefined;
  let requesting: ((result: RequestResult) => void) | undefined;
  let releasing: { promise: Promise<void>; resolve: () => void } | undefined;
  /** The limit of what is awaited from the relay now. */
  let waitLimit: NodeJS.Timeout | undefined;

  const transport = openRelayTransport(options, {
    opened: logIn,
    received() {
      watch?.heard(performance.now());
      if (limits) lastContactAtMs = Date.now();
    },
    control: takeControl,
    data(bytes) {
      if (state.phase === 'inCall') carried?.push(bytes);
      // After the release what the other end still says is of no more use; at any other time there is no call.
      else if (state.phase !== 'releasing' && state.phase !== 'over') breach(`data while ${state.phase}`);
    },
    drained: () => carried?.drained(),
    closed: takeClosed,
  });
  limitWait(timing.connectMs, fault('RELAY_UNREACHABLE', 'no answer within the time limit'));

  function logIn(): void {
    send({
      type: 'login',
      deviceId: options.deviceId,
      password: options.password,
      versions: [RELAY_PROTOCOL_VERSION],
      software: options.software.slice(0, 200),
      ...(options.displayName === undefined ? {} : { displayName: options.displayName.slice(0, 200) }),
      ...(sessionToken === undefined ? {} : { sessionToken }),
    });
  }

  function takeControl(text: string): void {
    const message = parseControl(text);
    if (message === 'malformed') return breach('a message that is none');
    // A later relay may say more than this program knows.
    if (message === 'unknown') return;
    if (message.type === 'directory') events.directory(message);
    else if (message.type === 'directoryChange') {
      events.directoryChanged({ online: message.online, device: message.device });
    } else if (message.type === 'goingAway')
      events.goingAway(Math.min(message.backAfterMs, LONGEST_LIMIT_MS));
    else if (message.type === 'error') {
      options.log.warn('the relay complains', { code: message.code, detail: message.detail });
      if (!message.fatal) return;
      // The close that follows says by its code what it means; it is not waited for long.
      leave();
      limitWait(timing.logoutMs, fault('RELAY_UNREACHABLE', `the relay complains: ${message.code}`));
    } else take({ type: 'message', message });
  }

  function take(input: ConnectionInput): void {
    const step = stepConnection(state, input);
    state = step.state;
    for (const effect of step.effects) perform(effect);
    const next = phaseOf(state);
    if (phase === next || phase === 'over') return;
    phase = next;
    sinceMs = performance.now();
    events.phaseChanged();
  }

  function perform(effect: ConnectionEffect): void {
    switch (effect.type) {
      case 'send':
        send(effect.message);
        if (effect.message.type === 'release') {
          limitWait(timing.releaseMs, fault('RELAY_UNREACHABLE', 'the call was never released'));
        }
        return;
      case 'loggedIn':
        limits = withinReason(effect.limits);
        startKeepalive(limits.keepaliveIntervalMs);
        events.loggedIn({ sessionToken: effect.sessionToken, relayName: effect.relayName, limits });
        return;
      case 'loginRefused':
        terminate(loginFault(effect.refusal));
        return;
      case 'ask':
        answerOffer(effect.offer);
        return;
      case 'requestFailed':
        settleRequest({ failed: effect.crossed ? 'crossed' : effect.cause });
        return;
      case 'joined':
        join(effect.call);
        return;
      case 'callEnded':
        carried?.end(effect.cause);
        return;
      case 'idle':
        limitWait(undefined);
        carried = undefined;
        releasing?.resolve();
        releasing = undefined;
        return;
      case 'breach':
        breach(effect.detail);
        return;
    }
  }

  function answerOffer(offer: CallOffer): void {
    let answer: 'accept' | 'refused' | 'busy';
    try {
      answer = events.answer({ caller: offer.caller, info: offer.info });
    } catch (error) {
      options.log.error('an incoming call could not be judged', { detail: String(error) });
      answer = 'busy';
    }
    if (answer === 'accept') limitAnswer();
    take({ type: 'answered', offer, answer });
  }

  function join(joined: JoinedCall): void {
    limitWait(undefined);
    const stallMs = (limits?.stallTimeoutMs ?? 0) + timing.stallSlackMs;
    // The connection outlives the call: whoever still holds an old one must not touch the next.
    const isCurrent = () =>
      (state.phase === 'inCall' || state.phase === 'releasing') && state.callId === joined.callId;
    carried = createRelayCall(joined, {
      sendData: (bytes) => transport.sendData(bytes),
      bufferedBytes: () => transport.bufferedBytes(),
      setReading(on) {
        watch?.reading(on, performance.now());
        if (on) transport.resume();
        else transport.pause();
      },
      release: () => (isCurrent() ? release() : Promise.resolve()),
      abort() {
        if (isCurrent()) terminate(fault('RELAY_UNREACHABLE', 'a call was broken off'));
      },
      maxFrameBytes: limits?.maxFrameBytes ?? 1,
      stallMs,
    });
    const { call } = carried;
    if (joined.direction === 'outgoing') settleRequest({ call });
    else events.callJoined(call);
  }

  /** Of the call that this connection carries now; after it ended, the release is under way already. */
  function release(): Promise<void> {
    releasing ??= Promise.withResolvers<void>();
    const { promise } = releasing;
    take({ type: 'release' });
    return promise;
  }

  function settleRequest(result: RequestResult): void {
    const settle = requesting;
    requesting = undefined;
    settle?.(result);
  }

  function startKeepalive(intervalMs: number): void {
    const tickMs = Math.min(timing.tickMs, intervalMs / 4);
    const nowMs = performance.now();
    const wallMs = Date.now();
    lastContactAtMs = wallMs;
    limitWait(undefined);
    watch = createSilenceWatch({ intervalMs, tickMs, probeMs: timing.probeMs, nowMs, wallMs });
    ticking = setInterval(() => {
      const verdict = watch?.tick(performance.now(), Date.now());
      if (verdict === 'sendKeepalive') send({ type: 'keepalive' });
      else if (verdict === 'dead') terminate(fault('RELAY_UNREACHABLE', 'the relay went silent'));
    }, tickMs);
  }

  function limitAnswer(): void {
    const limitMs = (limits?.answerTimeoutMs ?? 0) + timing.answerSlackMs;
    limitWait(limitMs, fault('RELAY_UNREACHABLE', 'the relay did not answer a connect request'));
  }

  function limitWait(limitMs: number | undefined, cause?: ConnectFault): void {
    clearTimeout(waitLimit);
    waitLimit = undefined;
    if (limitMs === undefined || !cause) return;
    waitLimit = setTimeout(() => terminate(cause), limitMs);
  }

  function send(message: DeviceMessage): void {
    transport.sendControl(JSON.stringify(message));
  }

  function breach(detail: string): void {
    options.log.warn('the relay broke the protocol', { detail });
    terminate(fault('RELAY_UNREACHABLE', `the relay broke the protocol: ${detail}`));
  }

  function terminate(cause: ConnectFault): void {
    leave();
    transport.terminate(cause);
  }

  /** From here on it takes no more calls, whenever the socket is gone. */
  function leave(): void {
    state = { phase: 'over' };
    clearInterval(ticking);
    limitWait(undefined);
    phase = 'over';
    // What would be sent from here on goes nowhere: it must not look sent until the socket is gone.
    carried?.end('connectionLost');
  }

  function takeClosed(cause: ConnectFault): void {
    leave();
    carried?.end('connectionLost');
    carried = undefined;
    settleRequest({ failed: 'lost', fault: cause });
    releasing?.resolve();
    releasing = undefined;
    events.closed(cause);
  }

  return {
    id,
    phase: () => phase,
    sinceMs: () => sinceMs,
    lastContactAtMs: () => lastContactAtMs,
    request(callee, info, signal) {
      if (state.phase !== 'idle' || requesting) return Promise.resolve({ failed: 'crossed' });
      return new Promise((resolve) => {
        const withdraw = () => {
          take({ type: 'withdraw' });
          // Whatever the relay still says to it, the connection deals with by itself.
          settleRequest({ failed: 'cancelled' });
        };
        requesting = (result) => {
          signal.removeEventListener('abort', withdraw);
          resolve(result);
        };
        signal.addEventListener('abort', withdraw, { once: true });
        limitAnswer();
        take({ type: 'request', callee, info });
      });
    },
    tell: send,
    close() {
      leave();
      transport.close();
    },
    terminate,
  };
}

function phaseOf(state: ConnectionState): ReturnType<RelayConnection['phase']> {
  switch (state.phase) {
    case 'loggingIn':
      return 'opening';
    case 'idle':
      return 'idle';
    case 'waiting':
    case 'inCall':
    case 'releasing':
      return 'busy';
    case 'over':
      return 'over';
  }
}

function parseControl(text: string): RelayMessage | 'malformed' | 'unknown' {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'malformed';
  }
  const message = relayMessageSchema.safeParse(json);
  if (message.success) return message.data;
  const isKnown = relayMessageSchema.options.some(({ shape }) => shape.type.safeParse(typeOf(json)).success);
  return isKnown || typeof typeOf(json) !== 'string' ? 'malformed' : 'unknown';
}

function typeOf(json: unknown): unknown {
  return typeof json === 'object' && json !== null && 'type' in json ? json.type : undefined;
}

/** A relay's limits are kept to, but none may make a timer run wild. */
function withinReason(limits: RelayLimits): RelayLimits {
  const time = (ms: number, leastMs: number) => Math.min(LONGEST_LIMIT_MS, Math.max(leastMs, ms));
  return {
    ...limits,
    keepaliveIntervalMs: time(limits.keepaliveIntervalMs, 50),
    answerTimeoutMs: time(limits.answerTimeoutMs, 100),
    stallTimeoutMs: time(limits.stallTimeoutMs, 100),
  };
}
