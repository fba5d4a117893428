// Runs a foreign program to its end and hands back what it said.

import { execFile } from 'node:child_process';

/** Standard output as text. Throws with standard error when the program fails or takes longer than `timeoutMs`. */
export function runTool(
  command: string,
  args: string[],
  options: { timeoutMs?: number; input?: string } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      { timeout: options.timeoutMs ?? 60_000, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${command} ${args.join(' ')} failed: ${stderr.trim()}`, { cause: error }));
      },
    );
    // A program that reads nothing may be gone before the input is; how it ended is what counts.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input ?? '');
  });
}
