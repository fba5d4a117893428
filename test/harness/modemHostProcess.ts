// A real modem host in a process of its own, as the gateway forks it, with everything that it says.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { modemReplySchema } from '../../protocol/modem.ts';
import type { LineStateName, ModemReply, ModemRequest } from '../../protocol/modem.ts';
import { withTimeout } from './withTimeout.ts';

const HOST = fileURLToPath(new URL('../../native-bridge/modem/host.ts', import.meta.url));
const LONGEST_WAIT_MS = 60_000;

type Reply<T extends ModemReply['type']> = Extract<ModemReply, { type: T }>;

export interface ModemHostOfTest {
  readonly pid: number;
  /** All that it has said so far, in order. */
  readonly replies: readonly ModemReply[];
  /** Anything at all, so that nonsense can be sent too. */
  sendAny(message: unknown): void;
  send(request: ModemRequest): void;
  /** The first such reply from now on, or the one that has come since the last `until` for this type. */
  until<T extends ModemReply['type']>(type: T, is?: (reply: Reply<T>) => boolean): Promise<Reply<T>>;
  untilState(state: LineStateName): Promise<Reply<'line'>>;
  /** Called with every reply as it comes. */
  onReply: (reply: ModemReply) => void;
  /** The gateway dies: the channel closes. */
  disconnect(): void;
  kill(signal: NodeJS.Signals): void;
  /** How it ended. */
  readonly exited: Promise<number | NodeJS.Signals>;
  /** Ends it if it is still there. */
  stop(): Promise<void>;
}

export async function startModemHostProcess(entry: string = HOST): Promise<ModemHostOfTest> {
  const child = fork(entry, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const replies: ModemReply[] = [];
  const seen = new Map<string, number>();
  const watchers = new Set<() => void>();
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
  });
  const exited = once(child, 'exit').then(([code, signal]: (number | NodeJS.Signals | null)[]) => {
    for (const watch of watchers) watch();
    return signal ?? code ?? -1;
  });
  const host: ModemHostOfTest = {
    pid: child.pid ?? 0,
    replies,
    sendAny: (message) => {
      if (child.connected) child.send(message as object, () => undefined);
    },
    send: (request) => host.sendAny(request),
    until<T extends ModemReply['type']>(type: T, is: (reply: Reply<T>) => boolean = () => true) {
      const isWanted = (reply: ModemReply): reply is Reply<T> => reply.type === type;
      const found = new Promise<Reply<T>>((resolve, reject) => {
        const look = (): void => {
          const from = seen.get(type) ?? 0;
          const at = replies.findIndex((reply, index) => index >= from && isWanted(reply) && is(reply));
          const reply = replies[at];
          if (reply !== undefined && isWanted(reply)) {
            watchers.delete(look);
            seen.set(type, at + 1);
            resolve(reply);
          } else if (child.exitCode !== null || child.signalCode !== null) {
            reject(new Error(`the modem host ended: ${said}`));
          }
        };
        watchers.add(look);
        look();
      });
      return withTimeout(found, LONGEST_WAIT_MS, () => {
        const last = replies.slice(-40).map((reply) => JSON.stringify(reply).slice(0, 300));
        return `no ${type} from the modem host; it said:\n${last.join('\n')}\n${said}`;
      });
    },
    untilState: (state) => host.until('line', (line) => line.state === state),
    onReply: () => undefined,
    disconnect: () => child.disconnect(),
    kill: (signal) => {
      child.kill(signal);
    },
    exited,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
    },
  };
  child.on('message', (message) => {
    const reply = modemReplySchema.parse(message);
    replies.push(reply);
    host.onReply(reply);
    for (const watch of watchers) watch();
  });
  await host.until('started');
  return host;
}
