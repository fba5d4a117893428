// The `hikyaku` program: runs one command and turns whatever becomes of it into an exit code and a sentence.

import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CommanderError } from 'commander';
import { commandErrorOf, EXIT, systemErrorText, usageError } from './commandError.ts';
import type { CommandError } from './commandError.ts';
import { createProgram } from './program.ts';

const wantsJson = process.argv.includes('--json');

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads our output has read enough, as `head` does.
  if (error.code === 'EPIPE') process.exit(141);
  error.path ??= 'standard output';
  process.stderr.write(`hikyaku: ${systemErrorText(error)}\n`);
  process.exit(EXIT.failed);
});
process.stderr.on('error', () => undefined);

const program = createProgram(readVersion(), (exitCode) => {
  process.exitCode = exitCode;
});
prepare(program);
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError && error.exitCode === 0) process.exitCode = EXIT.done;
  else tell(error instanceof CommanderError ? usageErrorOf(error) : commandErrorOf(error));
}

/** Commander shall throw, not exit, and leave the telling to us. */
function prepare(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined });
  for (const child of command.commands) prepare(child);
}

function usageErrorOf(error: CommanderError): CommandError {
  // The help was shown already.
  if (error.code === 'commander.help') return usageError('No command was given.');
  const sentence = error.message.replace(/^error: /, '').replace(/\n+/g, ' ');
  return usageError(`${sentence.charAt(0).toUpperCase()}${sentence.slice(1).replace(/\.?$/, '.')}`);
}

function tell(error: CommandError): void {
  process.exitCode = error.exitCode;
  if (error.exitCode === EXIT.interrupted && process.stderr.isTTY) process.stderr.write('\n');
  process.stderr.write(`hikyaku: ${error.message}\n`);
  if (wantsJson) {
    const { code, message } = error;
    process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
  }
  // Whatever is still under way is of no interest to whoever pressed Ctrl+C.
  if (error.exitCode === EXIT.interrupted) process.exit();
}

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const manifest: unknown = JSON.parse(text);
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return 'unknown';
  return String(manifest.version);
}
