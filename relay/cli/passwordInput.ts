// Gets a password: from standard input, or by asking at the terminal without showing it.

import type { ReadStream } from 'node:tty';
import { RelayError } from '../relayError.ts';

export const MAX_PASSWORD_CHARACTERS = 256;

/** @param fromStdin all of standard input is the password, but for one line end */
export async function readPassword(fromStdin: boolean): Promise<string> {
  const password = fromStdin ? await readAll() : await askTwice();
  if (password === '') throw new RelayError('noPassword', 'The password is empty.');
  if (password.length > MAX_PASSWORD_CHARACTERS) {
    throw new RelayError('badArgument', `The password is longer than ${MAX_PASSWORD_CHARACTERS} characters.`);
  }
  return password;
}

async function readAll(): Promise<string> {
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.length > 4 * MAX_PASSWORD_CHARACTERS) break;
  }
  return text.replace(/\r?\n$/, '');
}

async function askTwice(): Promise<string> {
  const { stdin } = process;
  if (!stdin.isTTY) {
    throw new RelayError('noPassword', 'There is no terminal to ask for the password: use --password-stdin.');
  }
  // Before the question is shown: what is typed at once must not be echoed either.
  stdin.setEncoding('utf8').setRawMode(true).resume();
  try {
    const password = await ask(stdin, 'Password: ');
    if ((await ask(stdin, 'Again: ')) === password) return password;
  } finally {
    stdin.setRawMode(false).pause();
  }
  throw new RelayError('noPassword', 'The two passwords differ.');
}

function ask(stdin: ReadStream, prompt: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = '';
    process.stderr.write(prompt);

    function finish(): void {
      stdin.off('data', onData);
      process.stderr.write('\n');
    }

    function onData(text: string | Buffer): void {
      for (const character of text.toString()) {
        if (character === '\r' || character === '\n') {
          finish();
          resolve(typed);
          return;
        }
        if (character === '\u0003' || character === '\u0004') {
          finish();
          reject(new RelayError('noPassword', 'No password was given.'));
          return;
        }
        if (character === '\u007f' || character === '\b') typed = typed.replace(/.$/su, '');
        else if (character >= ' ') typed += character;
      }
    }
    stdin.on('data', onData);
  });
}
