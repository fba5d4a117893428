// Reads a password: a line from standard input for scripts, or typed without echo.

import { CommandError, EXIT, usageError } from './commandError.ts';

const MAX_PASSWORD_LENGTH = 256;

/** Throws a usage error where there is nobody to type it. */
export async function readPassword(fromStdin: boolean, prompt: string): Promise<string> {
  if (!fromStdin && !process.stdin.isTTY) {
    throw usageError('Give the password on standard input, with --password-stdin.');
  }
  const password = process.stdin.isTTY ? await typed(prompt) : await piped();
  if (password === '') throw new CommandError(EXIT.failed, 'INVALID_INPUT', 'The password is empty.');
  if (password.length > MAX_PASSWORD_LENGTH) {
    throw new CommandError(
      EXIT.failed,
      'INVALID_INPUT',
      `The password is longer than ${MAX_PASSWORD_LENGTH} characters.`,
    );
  }
  return password;
}

async function piped(): Promise<string> {
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.length > MAX_PASSWORD_LENGTH * 4) break;
  }
  // The newline that `echo` adds is no part of it; any other is.
  return text.replace(/\r?\n$/, '');
}

function typed(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(prompt);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  return new Promise((resolve, reject) => {
    let text = '';
    const finish = (): void => {
      stdin.off('data', onData);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
    };
    const onData = (chunk: Buffer | string): void => {
      for (const character of String(chunk)) {
        if (character === '\r' || character === '\n' || character === '\u0004') {
          finish();
          resolve(text);
          return;
        }
        if (character === '\u0003') {
          finish();
          reject(new CommandError(EXIT.interrupted, 'INTERRUPTED', 'Interrupted.'));
          return;
        }
        if (character === '\u007f' || character === '\b') text = text.replace(/.$/su, '');
        else text += character;
      }
    };
    stdin.on('data', onData);
    stdin.resume();
  });
}
