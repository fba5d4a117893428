// The gateway's presence at its relay: keeps connections up, opens spares, hands out calls, tells its status.

import type { RelayStatus } from '../../protocol/api/types.ts';
import { outcome, type Outcome } from '../../protocol/outcome.ts';
import type { CallInfo } from '../../protocol/relay.ts';
import { createBackOff } from './backOff.ts';
import { connectFailedOutcome, fault, type ConnectFault } from './connectFault.ts';
import { mayTakeIdle, planConnections, type ConnectionView } from './connectionPolicy.ts';
import { createDirectoryClient } from './directoryClient.ts';
import {
  openRelayConnection,
  type ConnectionLogin,
  type RelayConnection,
  type RequestResult,
} from './relayConnection.ts';
import { sessionTiming, type RelaySessionOptions } from './relaySessionOptions.ts';
import type { RelaySession, RelaySessionEvents } from './relaySession.types.ts';
import { rememberSession } from './liveSessions.ts';
import { createStatusTeller } from './statusTeller.ts';

/** Attempts of one call on connections on which the relay's own offer came first. */
const CROSSED_ATTEMPTS = 5;

/** A relay that said it goes away, and did not, is believed no longer than this beyond the time it named. */
const GOING_AWAY_SLACK_MS = 30_000;

interface WaitingCall {
  /** Takes the idle connection at once, so that nobody else does. */
  begin(connection: RelayConnection): void;
  fail(outcome: Outcome): void;
}

/** A session at one relay with one account; another account is another session. Nothing happens before `start`. */
export function createRelaySession(options: RelaySessionOptions, events: RelaySessionEvents): RelaySession {
  const timing = sessionTiming(options);
  const { log } = options;
  const backOff = createBackOff(options.random, timing.backOff);
  /** For further connections while others are up: their failures say nothing about the relay. */
  const spareBackOff = createBackOff(options.random, timing.backOff);
  const connections = new Map<number, RelayConnection>();
  const waiting: WaitingCall[] = [];
  const directory = createDirectoryClient(timing.directoryMs);
  const status = createStatusTeller(readStatus, (next) =>
    guard('statusChanged', () => events.statusChanged(next)),
  );
  let running = false;
  let nextId = 1;
  let login: ConnectionLogin | undefined;
  /** The connection on which directory changes come. */
  let watchedBy: number | undefined;
  let lastFault: ConnectFault | undefined;
  let goingAway: { backAfterMs: number; untilMs: number } | undefined;
  let attemptTimer: NodeJS.Timeout | undefined;
  let nextAttemptAtMs: number | undefined;
  let spareNotBeforeMs = 0;
  let reviewTimer: NodeJS.Timeout | undefined;
  let lastContactAtMs: number | undefined;
  let watchdog: NodeJS.Timeout | undefined;
  let forget: () => void = () => {};

  function views(): ConnectionView[] {
    const list: ConnectionView[] = [];
    for (const connection of connections.values()) {
      const phase = connection.phase();
      if (phase !== 'over') list.push({ id: connection.id, phase, sinceMs: connection.sinceMs() });
    }
    return list;
  }

  function loggedIn(): RelayConnection[] {
    return [...connections.values()].filter((one) => one.phase() === 'idle' || one.phase() === 'busy');
  }

  function maxConnections(): number {
    return Math.max(1, Math.min(options.maxConnections, login?.limits.maxConnections ?? 1));
  }

  /** Looks at what there is and does what is missing. Called whenever something changed. */
  function review(): void {
    if (!running) return;
    serveWaiting();
    clearTimeout(reviewTimer);
    reviewTimer = undefined;
    if (loggedIn().length === 0) {
      // Only one connection may begin a session: a second would replace the first. What is still closing has yet to say why.
      if (connections.size === 0 && nextAttemptAtMs === undefined) open(undefined);
    } else {
      planFurther();
      watchDirectory();
    }
    status.changed();
  }

  function planFurther(): void {
    const nowMs = performance.now();
    const plan = planConnections(
      { connections: views(), waitingCalls: waiting.length, maxConnections: maxConnections(), nowMs },
      timing.surplusMs,
    );
    for (const id of plan.close) {
      const surplus = connections.get(id);
      forgetConnection(id);
      surplus?.close();
    }
    let againAtMs = plan.againAtMs;
    if (plan.open > 0 && !isGoingAway()) {
      if (nowMs >= spareNotBeforeMs)
        for (let count = 0; count < plan.open; count += 1) open(login?.sessionToken);
      else againAtMs = Math.min(againAtMs ?? Infinity, spareNotBeforeMs);
    }
    if (againAtMs !== undefined) reviewTimer = setTimeout(review, Math.max(1, againAtMs - nowMs));
  }

  function open(sessionToken: string | undefined): void {
    const id = nextId;
    nextId += 1;
    const connection = openRelayConnection(id, options, sessionToken, {
      loggedIn(accepted) {
        takeLogin(accepted);
      },
      phaseChanged: review,
      answer: (incoming) => (running ? events.answer(incoming) : 'busy'),
      callJoined(call) {
        guard('callJoined', () => events.callJoined(call));
      },
      directory: (message) => directory.take(message),
      directoryChanged(change) {
        guard('directoryChanged', () => events.directoryChanged(change));
      },
      goingAway(backAfterMs) {
        log.info('the relay is going away', { backAfterMs });
        goingAway = { backAfterMs, untilMs: performance.now() + backAfterMs + GOING_AWAY_SLACK_MS };
        status.changed();
      },
      closed(cause) {
        takeClosed(id, cause);
      },
    });
    connections.set(id, connection);
  }

  function takeLogin(accepted: ConnectionLogin): void {
    if (loggedIn().length === 0) {
      log.info('online at the relay', { relay: accepted.relayName, deviceId: options.deviceId });
    }
    login = accepted;
    lastFault = undefined;
    goingAway = undefined;
    nextAttemptAtMs = undefined;
    clearTimeout(attemptTimer);
    const nowMs = performance.now();
    backOff.succeeded(nowMs);
    spareBackOff.succeeded(nowMs);
    forget();
    forget = rememberSession(options, accepted.sessionToken);
  }

  function takeClosed(id: number, cause: ConnectFault): void {
    const connection = connections.get(id);
    if (!connection) return;
    forgetConnection(id);
    if (!running) return;
    const nowMs = performance.now();
    if (loggedIn().length > 0) {
      if (connection.lastContactAtMs() === undefined) {
        spareNotBeforeMs = nowMs + spareBackOff.failed(cause.backOff, nowMs);
        log.warn('a further connection to the relay failed', { detail: cause.outcome.detail });
      }
    } else if (connections.size === 0 && nextAttemptAtMs === undefined) {
      goOffline(cause, nowMs);
    }
    review();
  }

  function forgetConnection(id: number): void {
    noteContact(connections.get(id));
    connections.delete(id);
    if (watchedBy === id) watchedBy = undefined;
    directory.lost(id);
  }

  function goOffline(cause: ConnectFault, nowMs: number): void {
    const actual =
      goingAway && isGoingAway()
        ? fault('RELAY_STOPPING', 'the relay said so', { kind: 'pause', retryAfterMs: goingAway.backAfterMs })
        : cause;
    goingAway = undefined;
    lastFault = actual;
    forget();
    const delayMs = backOff.failed(actual.backOff, nowMs);
    log.warn('offline from the relay', {
      code: actual.outcome.code,
      detail: actual.outcome.detail,
      nextAttemptMs: Math.round(delayMs),
    });
    nextAttemptAtMs = Date.now() + delayMs;
    attemptTimer = setTimeout(attempt, delayMs);
    for (const call of waiting.splice(0)) call.fail(actual.outcome);
  }

  function attempt(): void {
    clearTimeout(attemptTimer);
    nextAttemptAtMs = undefined;
    review();
  }

  /** A PC that slept through the moment of the next attempt makes it as soon as it wakes, not the rest of the pause later. */
  function lookAtClock(): void {
    if (nextAttemptAtMs !== undefined && Date.now() >= nextAttemptAtMs) attempt();
  }

  function noteContact(connection: RelayConnection | undefined): void {
    const atMs = connection?.lastContactAtMs();
    if (atMs !== undefined) lastContactAtMs = Math.max(lastContactAtMs ?? 0, atMs);
  }

  function watchDirectory(): void {
    const [first] = loggedIn();
    if (watchedBy !== undefined || !first) return;
    watchedBy = first.id;
    first.tell({ type: 'watchDirectory', on: true });
  }

  function isGoingAway(): boolean {
    return goingAway !== undefined && performance.now() < goingAway.untilMs;
  }

  function serveWaiting(): void {
    while (waiting.length > 0) {
      const maxCalls = login?.limits.maxCalls ?? 0;
      if (!mayTakeIdle(views(), Math.min(maxConnections(), maxCalls + 1))) return;
      const idle = [...connections.values()].find((one) => one.phase() === 'idle');
      if (!idle) return;
      waiting.shift()?.begin(idle);
    }
  }

  /** Asks on an idle connection; waits for one while the relay is reached, or is being reached for the first time. */
  function request(peer: string, info: CallInfo, signal: AbortSignal): Promise<RequestResult | Outcome> {
    if (!running) return Promise.resolve(outcome('RELAY_UNREACHABLE', 'relay', 'the session is stopped'));
    if (isGoingAway()) return Promise.resolve(outcome('RELAY_STOPPING', 'relay'));
    if (lastFault && loggedIn().length === 0) return Promise.resolve(lastFault.outcome);
    return new Promise((resolve) => {
      const settle = (result: Outcome | Promise<RequestResult>) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', withdrawn);
        const index = waiting.indexOf(entry);
        if (index >= 0) waiting.splice(index, 1);
        resolve(result);
      };
      const entry: WaitingCall = {
        begin: (connection) => settle(connection.request(peer, info, signal)),
        fail: settle,
      };
      const timer = setTimeout(() => {
        const code = loggedIn().length > 0 ? 'RELAY_BUSY' : 'RELAY_UNREACHABLE';
        settle(outcome(code, 'relay', 'no connection to the relay became free'));
      }, timing.idleWaitMs);
      const withdrawn = () => settle(outcome('CANCELLED', 'connect'));
      signal.addEventListener('abort', withdrawn, { once: true });
      waiting.push(entry);
      review();
    });
  }

  async function call(peer: string, info: CallInfo, signal: AbortSignal): ReturnType<RelaySession['call']> {
    for (let attempts = 0; attempts < CROSSED_ATTEMPTS; attempts += 1) {
      if (signal.aborted) return { outcome: outcome('CANCELLED', 'connect') };
      const result = await request(peer, info, signal);
      if ('code' in result) return { outcome: result };
      if ('call' in result) {
        if (!signal.aborted) return { call: result.call };
        // Withdrawn in the moment of the answer.
        void result.call.release();
        return { outcome: outcome('CANCELLED', 'connect') };
      }
      if (result.failed === 'lost') return { outcome: { ...result.fault.outcome, phase: 'connect' } };
      if (result.failed !== 'crossed') return { outcome: connectFailedOutcome(result.failed) };
    }
    return { outcome: outcome('DEVICE_BUSY', 'connect', 'calls kept crossing each other') };
  }

  function readStatus(): RelayStatus {
    const all = views();
    const online = all.filter(({ phase }) => phase !== 'opening').length;
    for (const connection of connections.values()) noteContact(connection);
    const state = online > 0 ? 'online' : all.length > 0 ? 'connecting' : 'offline';
    return {
      state,
      embedded: options.embedded,
      url: options.url,
      deviceId: options.deviceId,
      encrypted: options.url.startsWith('wss:'),
      connections: online,
      idleConnections: all.filter(({ phase }) => phase === 'idle').length,
      ...(login ? { relayName: login.relayName } : {}),
      ...(lastContactAtMs === undefined ? {} : { lastContactAt: new Date(lastContactAtMs).toISOString() }),
      ...(lastFault && online === 0 ? { outcome: lastFault.outcome } : {}),
      ...(nextAttemptAtMs === undefined ? {} : { nextAttemptAt: new Date(nextAttemptAtMs).toISOString() }),
    };
  }

  /** What others do with an event must not harm the session. */
  function guard(event: string, tell: () => void): void {
    try {
      tell();
    } catch (error) {
      log.error('an event of the relay session was not taken', { event, detail: String(error) });
    }
  }

  return {
    start() {
      if (running) return;
      running = true;
      watchdog = setInterval(lookAtClock, timing.tickMs);
      review();
    },
    async stop() {
      if (!running) return;
      running = false;
      clearInterval(watchdog);
      clearTimeout(attemptTimer);
      clearTimeout(reviewTimer);
      nextAttemptAtMs = undefined;
      forget();
      const stopped = outcome('RELAY_UNREACHABLE', 'relay', 'the session was stopped');
      for (const one of waiting.splice(0)) one.fail(stopped);
      await logOut();
      status.changed();
    },
    status: () => status.now(),
    call,
    directory(request) {
      const online = loggedIn();
      const connection = online.find((one) => one.phase() === 'idle') ?? online[0];
      return connection
        ? directory.ask(connection, request)
        : Promise.reject(new Error('offline: the relay is not connected'));
    },
  };

  async function logOut(): Promise<void> {
    const cause = fault('RELAY_UNREACHABLE', 'the session was stopped');
    // One that is just logging in would begin the session anew right behind the logout.
    for (const connection of connections.values()) {
      if (connection.phase() === 'opening') connection.terminate(cause);
    }
    loggedIn()[0]?.tell({ type: 'logout' });
    const deadlineMs = performance.now() + timing.logoutMs;
    while (loggedIn().length > 0 && performance.now() < deadlineMs) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    for (const connection of connections.values()) connection.terminate(cause);
  }
}
