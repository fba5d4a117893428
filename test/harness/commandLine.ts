// Runs the product's own commands as a person or a script would: through bin/, as processes of their own.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const binFolder = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../bin');

export type Program = 'hikyaku' | 'hikyaku-relay';

export interface CommandResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  /** Standard output as JSON; throws when it is none. */
  json(): unknown;
}

export interface CommandOptions {
  env: NodeJS.ProcessEnv;
  input?: string;
  timeoutMs?: number;
  /** A network namespace to run in. */
  namespace?: string | undefined;
}

/** Command and arguments that run `program`, inside a network namespace when one is named. */
export function programCommand(
  program: Program,
  args: string[],
  namespace?: string,
): { command: string; args: string[] } {
  const file = path.join(binFolder, program);
  if (namespace === undefined) return { command: file, args };
  return { command: 'ip', args: ['netns', 'exec', namespace, file, ...args] };
}

/** Runs a command to its end, whatever its exit code; throws only when it does not end in time. */
export function runCommand(
  program: Program,
  args: string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const line = programCommand(program, args, options.namespace);
  return new Promise((resolve, reject) => {
    const child = spawn(line.command, line.args, {
      env: options.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? 60_000,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin.on('error', () => undefined); // It may end without reading its input.
    child.stdin.end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      if (signal !== null) {
        reject(new Error(`${program} ${args.join(' ')} ended by ${signal}:\n${stdout}\n${stderr}`));
        return;
      }
      const json = (): unknown => {
        try {
          return JSON.parse(stdout);
        } catch (error) {
          const said = `exit ${exitCode}, stdout "${stdout}", stderr "${stderr}"`;
          throw new Error(`${program} ${args.join(' ')} printed no JSON: ${said}`, { cause: error });
        }
      };
      resolve({ exitCode, stdout, stderr, json });
    });
  });
}
