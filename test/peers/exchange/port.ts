// A bare serial port, for tests that speak AT themselves.

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { ReadStream } from 'node:tty';
import type { Stage } from '../../harness/stage.ts';
import { withTimeout } from '../../harness/withTimeout.ts';

export interface Port {
  write(data: string | Uint8Array): void;
  /** Resolves when a line with these characters has come, after those that earlier waits have passed. */
  says(line: string): Promise<void>;
  /** Writes the command with a carriage return and waits for the line. */
  command(text: string, answer: string): Promise<void>;
  /** Resolves when the port is closed, by us or by its vanishing. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

const PATIENCE_MS = 15_000;

/** Opens a port and closes it with the stage. */
export async function openPort(path: string, stage: Stage): Promise<Port> {
  const handle = await open(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  const stream = new ReadStream(handle.fd);
  const gone = Promise.withResolvers<void>();
  let heard = '';
  let wake = Promise.withResolvers<void>();
  stream.setEncoding('latin1').on('data', (text: string) => {
    heard += text;
    wake.resolve();
    wake = Promise.withResolvers();
  });
  let ended = false;
  // The stream has a descriptor of its own: the port is closed when both are.
  const end = () => {
    if (ended) return;
    ended = true;
    stream.destroy();
    handle.close().then(gone.resolve, gone.reject);
  };
  stream.on('end', end).on('error', end).on('close', end);

  const says = async (line: string) => {
    const found = async () => {
      for (;;) {
        const at = heard.indexOf(line);
        if (at >= 0) {
          heard = heard.slice(at + line.length);
          return;
        }
        await wake.promise;
      }
    };
    await withTimeout(
      found(),
      PATIENCE_MS,
      () => `the modem did not say ${line}; it said ${JSON.stringify(heard)}`,
    );
  };
  const write = (data: string | Uint8Array) => {
    void handle.write(typeof data === 'string' ? Buffer.from(data, 'latin1') : data).catch(end);
  };
  const close = async () => {
    end();
    await gone.promise;
  };
  stage.onClose(close);
  return {
    write,
    says,
    command: async (text, answer) => {
      write(`${text}\r`);
      await says(answer);
    },
    closed: gone.promise,
    close,
  };
}
