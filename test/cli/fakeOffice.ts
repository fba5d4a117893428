// An office for tests of the command line: the fake gateway behind the real API server, found by endpoint.json.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { startApiServer } from '../../gateway/api/apiServer.ts';
import { createFakeGateway } from '../fakes/gatewayServices.ts';
import type { FakeGateway, FakeGatewayOptions } from '../fakes/gatewayServices.ts';
import { programCommand, runCommand } from '../harness/commandLine.ts';
import type { CommandOptions, CommandResult } from '../harness/commandLine.ts';

const log = { info: () => undefined, warn: () => undefined, error: console.error };

export interface FakeOffice extends FakeGateway {
  readonly folder: string;
  readonly dataFolder: string;
  readonly env: NodeJS.ProcessEnv;
  /** `hikyaku ARGS --data FOLDER`. */
  run(args: string[], options?: Partial<CommandOptions>): Promise<CommandResult>;
  /** The same with a handle on the process, for signals and for output while it runs. */
  begin(args: string[]): RunningCommand;
  /** Resolves once `question` answers true, asked after every call of the gateway's services. */
  until(question: () => boolean): Promise<void>;
  /** The API server goes away … */
  goAway(): Promise<void>;
  /** … and is there again, on another port and with another key. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

export interface RunningCommand {
  kill(signal: NodeJS.Signals): void;
  closeOutput(): void;
  /** Resolves with everything said so far once it matches. */
  says(pattern: RegExp): Promise<string>;
  readonly ended: Promise<{ exitCode: number | null; stdout: string; stderr: string }>;
}

export async function openFakeOffice(options: FakeGatewayOptions = {}): Promise<FakeOffice> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hikyaku-cli-'));
  const dataFolder = folder;
  const gateway = createFakeGateway(options);
  const env = { PATH: process.env['PATH'], HOME: folder, LANG: 'C.UTF-8', TZ: 'UTC' };
  const onCall = new Set<() => void>();
  const services = new Proxy(gateway.services, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== 'function') return value;
      return (...parameters: unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, target, parameters);
        queueMicrotask(() => {
          for (const check of onCall) check();
        });
        return result;
      };
    },
  });
  let generation = 0;
  const open = async () => {
    const key = `key-${(generation += 1)}`;
    const server = await startApiServer({ services, files: gateway.files, listen: '127.0.0.1:0', key, log });
    const endpoint = { origin: server.origin, key, pid: process.pid };
    await writeFile(path.join(dataFolder, 'endpoint.json'), JSON.stringify(endpoint));
    return server;
  };
  let server = await open();
  return {
    ...gateway,
    folder,
    dataFolder,
    env,
    run: (args, more) => runCommand('hikyaku', [...args, '--data', dataFolder], { env, ...more }),
    begin: (args) => begin([...args, '--data', dataFolder], env),
    until: (question) =>
      new Promise((resolve) => {
        const check = () => {
          if (!question()) return;
          onCall.delete(check);
          resolve();
        };
        onCall.add(check);
        check();
      }),
    goAway: async () => {
      await rm(path.join(dataFolder, 'endpoint.json'));
      await server.close();
    },
    comeBack: async () => {
      server = await open();
    },
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function begin(args: string[], env: NodeJS.ProcessEnv): RunningCommand {
  const line = programCommand('hikyaku', args);
  const child = spawn(line.command, line.args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
  let stdout = '';
  let stderr = '';
  const checks = new Set<() => void>();
  const told = () => {
    for (const check of checks) check();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    told();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    told();
  });
  return {
    kill: (signal) => void child.kill(signal),
    closeOutput: () => {
      child.stdout.destroy();
    },
    says: (pattern) =>
      new Promise((resolve) => {
        const check = () => {
          if (pattern.test(stdout + stderr)) resolve(stdout + stderr);
        };
        checks.add(check);
        check();
      }),
    ended: new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (exitCode) => {
        resolve({ exitCode, stdout, stderr });
      });
    }),
  };
}
