// Cleans up what a test made even when the test process itself is killed: a shell in a session of its own keeps
// one file per clean-up command and runs those that are left as soon as the test process is gone.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

let folder: string | undefined;
let counter = 0;

/**
 * Runs `command` (POSIX shell) if this process ends before the returned function is called.
 * Commands run newest first, so that a mount is undone before its folder is removed.
 */
export function guard(command: string): () => void {
  folder ??= startGuardian();
  counter += 1;
  const file = path.join(folder, String(1_000_000 - counter));
  writeFileSync(file, command);
  return () => rmSync(file, { force: true });
}

/** Quotes one word for a POSIX shell. */
export function shellWord(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function startGuardian(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'hikyaku-guardian-'));
  // The shell's standard input closes when this process ends, however it ends.
  const script = 'cat >/dev/null; for f in "$1"/*; do [ -f "$f" ] && sh "$f"; done; rm -rf "$1"';
  const shell = spawn('/bin/sh', ['-c', script, 'guardian', made], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', (error) => {
    throw new Error('the guardian shell could not be started', { cause: error });
  });
  shell.unref();
  // The pipe must not keep this process alive; it closes by itself at the end.
  const { stdin } = shell;
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return made;
}
