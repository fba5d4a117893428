// A gateway of a test: the real program with a data folder of its own, its commands, its API, its sudden death.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { API_PATH } from '../../protocol/api/http.ts';
import { createApiClient, type ApiClient } from '../../protocol/api/carrier.ts';
import type { GatewayStatus } from '../../protocol/api/types.ts';
import { programCommand, runCommand, type CommandOptions, type CommandResult } from './commandLine.ts';
import { startProcess, type RunningProcess } from './runningProcess.ts';
import { descendants } from './processTree.ts';
import { passwordOf, type TestRelay } from './testRelay.ts';
import { withTimeout } from './withTimeout.ts';
import type { Stage } from './stage.ts';

export interface TestGatewayOptions {
  listen?: string;
  namespace?: string;
  dataFolder?: string;
  env?: NodeJS.ProcessEnv;
  args?: string[];
}

export interface TestGateway {
  readonly name: string;
  readonly dataFolder: string;
  process(): RunningProcess;
  /** `hikyaku ARGS --data FOLDER --json`. */
  command(...args: string[]): Promise<CommandResult>;
  commandWith(options: Partial<CommandOptions>, ...args: string[]): Promise<CommandResult>;
  /** The API of the process that runs now. */
  api(): ApiClient['api'];
  /** Where its HTTP routes are, and the key for them. */
  endpoint(): { origin: string; key: string };
  /**
   * Asks `question` now and after each of the gateway's events until it answers something, and hands that back.
   * `undefined` means not yet.
   */
  until<T>(
    describe: string,
    question: (gateway: TestGateway) => Promise<T | undefined>,
    timeoutMs?: number,
  ): Promise<T>;
  /** Waits until its status is so. */
  untilStatus(
    describe: string,
    test: (status: GatewayStatus) => boolean,
    timeoutMs?: number,
  ): Promise<GatewayStatus>;
  online(timeoutMs?: number): Promise<void>;
  /** Processes that this gateway started: the imaging host. */
  children(): number[];
  /** SIGKILL to the gateway process alone. */
  kill(): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

const bridgeFile = fileURLToPath(new URL('namespaceBridge.ts', import.meta.url));
const READY_LINE = /is ready: http/;

/** Starts a gateway without a relay. */
export async function startGateway(
  stage: Stage,
  name: string,
  options: TestGatewayOptions = {},
): Promise<TestGateway> {
  const dataFolder = options.dataFolder ?? path.join(stage.folder, name);
  const env = { ...stage.env, ...options.env };
  const { namespace } = options;
  let running: RunningProcess;
  let client: ApiClient | undefined;
  let endpoint = { origin: '', key: '' };

  const start = async () => {
    running = await startProcess({
      name: `gateway ${name}`,
      ...programCommand(
        'hikyaku',
        [
          'serve',
          '--data',
          dataFolder,
          '--listen',
          options.listen ?? '127.0.0.1:0',
          '--no-embedded-relay',
          ...(options.args ?? []),
        ],
        namespace,
      ),
      env,
      readyLine: READY_LINE,
    });
    stage.own(running, name);
    endpoint = JSON.parse(await readFile(path.join(dataFolder, 'endpoint.json'), 'utf8')) as typeof endpoint;
    client = connectApi(await reachable(endpoint.origin), endpoint.key);
  };
  /** The API's address as this process can reach it. */
  const reachable = async (origin: string) => {
    const url = new URL(API_PATH, origin.replace(/^http/, 'ws'));
    if (namespace === undefined) return url.href;
    const socket = path.join(stage.folder, `${name}-${url.port}.sock`);
    const bridge = await startProcess({
      name: `bridge to ${name}`,
      command: 'ip',
      args: ['netns', 'exec', namespace, process.execPath, bridgeFile, socket, url.port],
      env,
      readyLine: /bridge ready/,
    });
    stage.own(bridge, `bridge to ${name}`);
    return `ws+unix://${socket}:${API_PATH}`;
  };
  const disconnect = () => {
    client?.close();
    client = undefined;
  };
  stage.onClose(disconnect);
  const api = () => {
    if (client === undefined) throw new Error(`gateway ${name} is not running`);
    return client.api;
  };
  const commandWith = (extra: Partial<CommandOptions>, ...args: string[]) =>
    runCommand('hikyaku', [...args, '--data', dataFolder, '--json'], { env, namespace, ...extra });

  await start();
  const gateway: TestGateway = {
    name,
    dataFolder,
    process: () => running,
    command: (...args) => commandWith({}, ...args),
    commandWith,
    api,
    endpoint: () => endpoint,
    until: (describe, question, timeoutMs = 30_000) => untilAnswer(gateway, describe, question, timeoutMs),
    untilStatus: (describe, test, timeoutMs) =>
      gateway.until(
        describe,
        async () => {
          const status = await api().status.query();
          return test(status) ? status : undefined;
        },
        timeoutMs,
      ),
    online: async (timeoutMs) => {
      await gateway.untilStatus('online', (status) => status.relay.state === 'online', timeoutMs);
    },
    children: () => descendants(running.pid).map((child) => child.pid),
    kill: async () => {
      disconnect();
      await running.kill();
    },
    stop: async () => {
      disconnect();
      await running.stop();
    },
    start,
  };
  return gateway;
}

/** Gives the gateway its account at a relay, as a person would, and waits until it is online. */
export async function connectToRelay(
  gateway: TestGateway,
  relay: Pick<TestRelay, 'url'>,
  options: { deviceId?: string; password?: string; ca?: string; wait?: boolean } = {},
): Promise<CommandResult> {
  const deviceId = options.deviceId ?? gateway.name;
  const result = await gateway.commandWith(
    { input: `${options.password ?? passwordOf(deviceId)}\n` },
    'relay',
    'set',
    relay.url,
    '--device',
    deviceId,
    '--password-stdin',
    ...(options.ca === undefined ? [] : ['--ca', options.ca]),
  );
  if (options.wait ?? true) {
    if (result.exitCode !== 0) throw new Error(`relay set failed: ${result.stderr}`);
    await gateway.online();
  }
  return result;
}

function connectApi(url: string, key: string): ApiClient {
  class WebSocketWithKey extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols, { headers: { Authorization: `Bearer ${key}` } });
    }
  }
  return createApiClient({
    url,
    WebSocket: WebSocketWithKey as unknown as typeof globalThis.WebSocket,
  });
}

async function untilAnswer<T>(
  gateway: TestGateway,
  describe: string,
  question: (gateway: TestGateway) => Promise<T | undefined>,
  timeoutMs: number,
): Promise<T> {
  const found = Promise.withResolvers<T>();
  let asking = false;
  let askAgain = false;
  let lastAnswer = 'never asked';
  const ask = async () => {
    if (asking) {
      askAgain = true;
      return;
    }
    asking = true;
    do {
      askAgain = false;
      const answer = await question(gateway);
      if (answer !== undefined) found.resolve(answer);
      lastAnswer = `asked last at ${new Date().toISOString()}`;
    } while (askAgain);
    asking = false;
  };
  // The first event comes at once (the present status), so the question is asked at least once.
  const subscription = gateway.api().events.subscribe(undefined, {
    onData: () => void ask().catch(found.reject),
    onError: found.reject,
  });
  try {
    return await withTimeout(found.promise, timeoutMs, () => {
      return `${gateway.name} did not become so: ${describe} (${lastAnswer})\n${gateway.process().output()}`;
    });
  } finally {
    subscription.unsubscribe();
  }
}
