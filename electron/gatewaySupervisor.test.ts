import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GatewayHost, GatewayReady } from '../gateway/starter/hostStarter.ts';
import { GatewaySupervisor } from './gatewaySupervisor.ts';

const READY: GatewayReady = { origin: 'http://127.0.0.1:4380', key: 'key' };

class ScriptedHost implements GatewayHost {
  readonly ready: Promise<GatewayReady>;
  readonly exited: Promise<number | null>;
  serve: () => void = () => {};
  fail: (cause: Error) => void = () => {};
  exit: (code: number) => void = () => {};
  stops = 0;

  constructor() {
    this.ready = new Promise((resolve, reject) => {
      this.serve = () => resolve(READY);
      this.fail = reject;
    });
    this.exited = new Promise((resolve) => {
      this.exit = resolve;
    });
  }

  async stop(): Promise<void> {
    this.stops += 1;
    this.exit(0);
    await this.exited;
  }
}

function supervise() {
  const hosts: ScriptedHost[] = [];
  const said: string[] = [];
  const supervisor = new GatewaySupervisor(
    () => {
      const host = new ScriptedHost();
      hosts.push(host);
      return host;
    },
    {
      ready: () => said.push('ready'),
      lost: (exitCode, restartInMs) => said.push(`lost ${exitCode}, again in ${restartInMs}`),
      failed: (cause) => said.push(`failed: ${cause.message}`),
    },
  );
  const last = (): ScriptedHost => {
    const host = hosts.at(-1);
    if (host === undefined) throw new Error('No host was started.');
    return host;
  };
  /** The life of one process: serves, lives so long, crashes. */
  const crash = async (aliveMs: number): Promise<void> => {
    last().serve();
    await vi.advanceTimersByTimeAsync(aliveMs);
    last().exit(139);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { supervisor, hosts, said, last, crash };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

test('a gateway that crashes again and again is started ever later, at most every half minute', async () => {
  const { supervisor, said, hosts, crash } = supervise();
  supervisor.start();
  const pauses: number[] = [];
  for (let crashes = 0; crashes < 9; crashes += 1) {
    await crash(10);
    const pause = Number(said.at(-1)?.split(' ').at(-1));
    pauses.push(pause);
    await vi.advanceTimersByTimeAsync(pause - 1);
    expect(hosts).toHaveLength(crashes + 1);
    await vi.advanceTimersByTimeAsync(1);
    expect(hosts).toHaveLength(crashes + 2);
  }
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

test('a crash after a minute of service counts as the first one', async () => {
  const { supervisor, said, crash } = supervise();
  supervisor.start();
  await crash(10);
  await vi.advanceTimersByTimeAsync(500);
  await crash(60_000);
  expect(said).toEqual(['ready', 'lost 139, again in 500', 'ready', 'lost 139, again in 500']);
});

test('a gateway that never came up is told with its cause and not started again', async () => {
  const { supervisor, said, hosts, last } = supervise();
  supervisor.start();
  last().fail(new Error('Another gateway uses this folder.'));
  last().exit(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(said).toEqual(['failed: Another gateway uses this folder.']);
  expect(hosts).toHaveLength(1);
});

test('there is no connection between a crash and the next start', async () => {
  const { supervisor, last, crash } = supervise();
  supervisor.start();
  expect(supervisor.connection).toBeUndefined();
  await crash(10);
  expect(supervisor.connection).toBeUndefined();
  await vi.advanceTimersByTimeAsync(500);
  last().serve();
  await vi.advanceTimersByTimeAsync(0);
  expect(supervisor.connection).toEqual({ host: last(), ready: READY });
});

test('after stop nothing is started again, even when the stop comes between a crash and the restart', async () => {
  const { supervisor, said, hosts, crash } = supervise();
  supervisor.start();
  await crash(10);
  await supervisor.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(hosts).toHaveLength(1);
  expect(said).toEqual(['ready', 'lost 139, again in 500']);
});

test('stop asks the running gateway and waits for its end', async () => {
  const { supervisor, said, last } = supervise();
  supervisor.start();
  last().serve();
  await vi.advanceTimersByTimeAsync(0);
  await supervisor.stop();
  expect(last().stops).toBe(1);
  expect(said).toEqual(['ready']);
});
