// A relay server of a test: the real program, started, killed and restarted on one port with one data folder.

import path from 'node:path';
import { mkdir } from 'node:fs/promises';
import { programCommand, runCommand, type CommandResult } from './commandLine.ts';
import { startProcess, type RunningProcess } from './runningProcess.ts';
import type { TestCertificates } from './certificates.ts';
import type { Stage } from './stage.ts';

export interface TestRelayOptions {
  name?: string;
  /** `HOST:PORT`; the default takes a free loopback port and keeps it over restarts. */
  listen?: string;
  tls?: TestCertificates;
  namespace?: string;
  /** Further arguments of `serve`. */
  args?: string[];
}

export interface TestRelay {
  readonly dataFolder: string;
  readonly port: number;
  /** What a gateway is given as the relay's address. */
  readonly url: string;
  process(): RunningProcess;
  command(...args: string[]): Promise<CommandResult>;
  /** Adds a device; its password is `passwordOf(id)`. */
  addDevice(deviceId: string): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
}

/** Every test device's password. */
export function passwordOf(deviceId: string): string {
  return `secret of ${deviceId}`;
}

const READY_LINE = / ready at /;

/** Starts a relay; the stage ends it. */
export async function startRelay(stage: Stage, options: TestRelayOptions = {}): Promise<TestRelay> {
  const name = options.name ?? 'relay';
  const dataFolder = path.join(stage.folder, name);
  await mkdir(dataFolder, { recursive: true });
  const { namespace, tls } = options;
  const serve = (listen: string) => {
    const security = tls === undefined ? [] : ['--tls-cert', tls.certificate, '--tls-key', tls.key];
    return startProcess({
      name,
      ...programCommand(
        'hikyaku-relay',
        ['serve', '--data', dataFolder, '--listen', listen, ...security, ...(options.args ?? [])],
        namespace,
      ),
      env: stage.env,
      readyLine: READY_LINE,
    });
  };

  let running = await serve(options.listen ?? '127.0.0.1:0');
  stage.own(running, name);
  const address = addressIn(running.readyLine);
  const command = (...args: string[]) =>
    runCommand('hikyaku-relay', [...args, '--data', dataFolder], { env: stage.env, namespace });

  return {
    dataFolder,
    port: address.port,
    url: `${tls === undefined ? 'ws' : 'wss'}://${address.host}:${address.port}`,
    process: () => running,
    command,
    addDevice: async (deviceId) => {
      const result = await runCommand(
        'hikyaku-relay',
        ['device', 'add', deviceId, '--password-stdin', '--data', dataFolder],
        { env: stage.env, namespace, input: `${passwordOf(deviceId)}\n` },
      );
      if (result.exitCode !== 0) throw new Error(`device ${deviceId} was not added: ${result.stderr}`);
    },
    kill: () => running.kill(),
    stop: async () => {
      await running.stop();
    },
    start: async () => {
      running = await serve(`${address.host}:${address.port}`);
      stage.own(running, name);
    },
  };
}

/** The host and port in a ready line. */
export function addressIn(line: string): { host: string; port: number } {
  const match = /(\d{1,3}(?:\.\d{1,3}){3}|localhost):(\d+)/.exec(line);
  if (match?.[1] === undefined || match[2] === undefined) throw new Error(`no address in "${line}"`);
  return { host: match[1], port: Number(match[2]) };
}
