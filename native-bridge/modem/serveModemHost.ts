// The process around a modem host: messages in and out, and a line that is hung up however the process ends.

import { constants, setPriority } from 'node:os';
import type { ModemReply } from '../../protocol/modem.ts';
import { ModemHost } from './modemHost.ts';
import type { ModemHostParts } from './modemHost.ts';
import { withinTime } from './serial/withinTime.ts';

const EXIT_FAULT = 70;
/** Making the modem hang up, when the process is broken. */
const ABANDON_MS = 9_000;
/** What was told last is still on its way to the gateway. */
const DRAIN_MS = 500;
const MOST_SAID = 2_000;

/** Serves the gateway that forked this process, until it asks for the end or is gone. */
export function serveModemHost(parts: Omit<ModemHostParts, 'tell' | 'closed'>): void {
  let onTheirWay = 0;
  let drained: (() => void) | undefined;
  const tell = (reply: ModemReply): void => {
    if (!process.connected) return;
    onTheirWay++;
    // The channel closing is noticed by 'disconnect'.
    process.send?.(reply, undefined, undefined, () => {
      onTheirWay--;
      if (onTheirWay === 0) drained?.();
    });
  };
  const exit = async (code: number): Promise<void> => {
    const empty = new Promise<void>((resolve) => {
      drained = resolve;
      if (onTheirWay === 0 || !process.connected) resolve();
    });
    await withinTime(empty, DRAIN_MS);
    process.exit(code);
  };
  const host = new ModemHost({ ...parts, tell, closed: () => void exit(0) });

  let isBroken = false;
  const broken = (fault: unknown): void => {
    if (isBroken) return;
    isBroken = true;
    const text = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
    process.stderr.write(`modem host: ${text.slice(0, MOST_SAID)}\n`);
    void withinTime(host.abandon(), ABANDON_MS).then(() => exit(EXIT_FAULT));
  };
  process.on('uncaughtException', broken);
  process.on('unhandledRejection', broken);

  const end = (): void => {
    void host.close().then(() => exit(0));
  };
  process.on('message', (message: unknown) => host.take(message));
  // The gateway is gone: nobody would store a page any more.
  process.on('disconnect', () => void host.orphaned().then(() => exit(0)));
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
  // Nobody reads what it says there when the gateway is gone.
  process.stderr.on('error', () => undefined);

  // A call waits for nobody: results of the modem are answered within some 10 ms.
  try {
    setPriority(constants.priority.PRIORITY_ABOVE_NORMAL);
  } catch {
    // Most systems allow it to administrators only; the others of this program are modest instead.
  }
  tell({ type: 'started' });
}
