// Looks at the computer's serial ports for modems, each with a modem host of its own for a few seconds.

import type { FoundPort } from '../../protocol/api/lines.ts';
import type { ModemPort, ModemReply, ModemSetup } from '../../protocol/modem.ts';
import type { Log } from '../log.ts';
import { withoutUndefined } from '../store/row.ts';
import { portBehind } from './lineSetup.ts';
import { startModemHost } from './modemHostProcess.ts';

export interface PortScanOptions {
  /** Looked at beside the ports that are found. */
  paths: readonly string[];
  /** Who uses a port already: told, and not disturbed. */
  lines: readonly { id: string; path: string; modem?: FoundPort['modem'] }[];
  log: Log;
  signal: AbortSignal;
  hostEntry?: string | undefined;
  listMs?: number | undefined;
  probeMs?: number | undefined;
}

const LIST_MS = 10_000;
const PROBE_MS = 10_000;
const MOST_AT_ONCE = 4;

/** Never rejects. In the order of the devices, named paths last. */
export async function scanPorts(options: PortScanOptions): Promise<FoundPort[]> {
  const listed = await listPorts(options);
  const ports = new Map<string, ModemPort>();
  for (const port of listed) ports.set(await portBehind(port.device), port);
  for (const path of options.paths) {
    const device = await portBehind(path);
    if (!ports.has(device)) ports.set(device, { path, device });
  }
  const lineByPort = new Map<string, PortScanOptions['lines'][number]>();
  for (const line of options.lines) lineByPort.set(await portBehind(line.path), line);

  const found: FoundPort[] = [];
  const waiting = [...ports].entries();
  const work = async (): Promise<void> => {
    for (const [index, [device, port]] of waiting) {
      const line = lineByPort.get(device);
      const what: Pick<FoundPort, 'state' | 'lineId' | 'modem' | 'detail'> =
        line === undefined
          ? await probe(port.path, options)
          : withoutUndefined({ state: 'inUse' as const, lineId: line.id, modem: line.modem });
      const { path, maker, usbId, serialNumber } = port;
      found[index] = withoutUndefined({ path, maker, usbId, serialNumber, ...what });
    }
  };
  await Promise.all(Array.from({ length: MOST_AT_ONCE }, work));
  return found;
}

async function listPorts(options: PortScanOptions): Promise<ModemPort[]> {
  const ports = await withHost(options, options.listMs ?? LIST_MS, {
    begin: (send) => send({ type: 'listPorts' }),
    take: (reply) => (reply.type === 'ports' ? reply.ports : undefined),
  });
  return ports ?? [];
}

async function probe(
  path: string,
  options: PortScanOptions,
): Promise<Pick<FoundPort, 'state' | 'modem' | 'detail'>> {
  const setup: ModemSetup = {
    path,
    faxClass: 'auto',
    flowControl: 'auto',
    localId: '',
    toneDialling: true,
    blindDial: false,
    extraInit: [],
  };
  const found = await withHost(options, options.probeMs ?? PROBE_MS, {
    begin: (send) => send({ type: 'open', setup }),
    take: (reply) => (reply.type === 'line' && reply.state !== 'opening' ? reply : undefined),
  });
  if (found === undefined) return { state: 'silent', detail: 'nothing was found in time' };
  const { modem, detail } = found;
  // A modem that rings at this moment is there all the same.
  const state = found.state === 'ringing' || found.state === 'inCall' ? 'ready' : found.state;
  return withoutUndefined({ state, modem, detail });
}

interface Question<T> {
  begin(send: (request: Parameters<ReturnType<typeof startModemHost>['send']>[0]) => void): void;
  take(reply: ModemReply): T | undefined;
}

/** Asks a modem host one thing, and lets it go. `undefined`: no answer in time. */
async function withHost<T>(
  options: PortScanOptions,
  withinMs: number,
  question: Question<T>,
): Promise<T | undefined> {
  if (options.signal.aborted) return undefined;
  const answer = Promise.withResolvers<T | undefined>();
  const none = (): void => answer.resolve(undefined);
  const host = startModemHost({
    log: options.log,
    entry: options.hostEntry,
    restarts: false,
    events: {
      started: () => question.begin((request) => host.send(request)),
      reply(reply) {
        const taken = question.take(reply);
        if (taken !== undefined) answer.resolve(taken);
      },
      gone: none,
    },
  });
  const timer = setTimeout(none, withinMs);
  options.signal.addEventListener('abort', none, { once: true });
  const result = await answer.promise;
  clearTimeout(timer);
  options.signal.removeEventListener('abort', none);
  await host.close();
  return result;
}
