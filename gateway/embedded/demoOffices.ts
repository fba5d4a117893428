// The two devices beside this office at the embedded relay: one sends back what it gets, one just accepts.
// Each is an office like any other, with its own data folder, without API and imaging.

import { join } from 'node:path';
import { errorText, logWith, type Log } from '../log.ts';
import { draftOfReceived } from '../outbox/sendReceived.ts';
import { startGatewayCore, type CoreEvents, type GatewayCore } from '../services/gatewayCore.ts';
import type { RelayLogin } from '../settings/settings.ts';
import { EMBEDDED_DEVICES } from './embeddedDevices.ts';

const DEMO_KEEPS = 50;

export interface DemoOffice {
  connect(login: RelayLogin): Promise<void>;
  stop(): Promise<void>;
}

export interface DemoOfficeOptions {
  /** The folder in which the office's own data folder lies. */
  folder: string;
  software: string;
  log: Log;
}

/** Sends every whole document back to its sender, page bits as they came, and forgets it once that is over. */
export async function startEchoOffice(options: DemoOfficeOptions): Promise<DemoOffice> {
  const { deviceId, name } = EMBEDDED_DEVICES.echo;
  const log = logWith(options.log, { office: deviceId });
  const turns = createTurn(log);
  const core = await startOffice(options, deviceId, name, log, {
    arrived: (id) => turns.add(() => sendBack(id)),
    finished: (documentId) => turns.add(() => forget(documentId)),
  });

  // What was left when the program ended.
  for (const row of core.store.outgoing.finished('echo', 1_000)) turns.add(() => forget(row.id));
  for (const purpose of ['fax', 'echo'] as const) {
    for (const row of core.store.incoming.completeOf(purpose)) turns.add(() => sendBack(row.id));
  }
  return officeOf(core, turns);

  async function sendBack(id: string): Promise<void> {
    const row = core.store.incoming.get(id);
    if (row === undefined || row.state !== 'complete') return;
    // An echo is never sent back: two echo devices would never end.
    if (row.purpose === 'echo') {
      await core.inbox.purge(id);
      return;
    }
    const documentId = core.store.outgoing.byEchoOf(id)?.id ?? (await draftOfReceived(core.store, row));
    if (core.store.outgoing.get(documentId)?.status === 'draft') {
      core.outbox.send(documentId, [row.caller], undefined);
    }
  }

  async function forget(documentId: string): Promise<void> {
    const row = core.store.outgoing.get(documentId);
    if (row === undefined) return;
    await core.outbox.remove(documentId);
    await core.preparer.discard(row.preparationId);
    if (row.echoOf !== undefined) await core.inbox.purge(row.echoOf);
  }
}

/** Accepts everything and keeps the newest. */
export async function startDemoOffice(options: DemoOfficeOptions): Promise<DemoOffice> {
  const { deviceId, name } = EMBEDDED_DEVICES.demo;
  const log = logWith(options.log, { office: deviceId });
  const turns = createTurn(log);
  const core = await startOffice(options, deviceId, name, log, {
    arrived: () => turns.add(dropOldest),
    finished: () => undefined,
  });
  turns.add(dropOldest);
  return officeOf(core, turns);

  async function dropOldest(): Promise<void> {
    for (const id of core.store.incoming.olderThanNewest(DEMO_KEEPS)) await core.inbox.purge(id);
  }
}

function startOffice(
  options: DemoOfficeOptions,
  deviceId: string,
  displayName: string,
  log: Log,
  events: Pick<CoreEvents, 'arrived' | 'finished'>,
): Promise<GatewayCore> {
  return startGatewayCore({
    dataFolder: join(options.folder, deviceId),
    software: options.software,
    log,
    imaging: { prepare: noPages, drawHeaders: noPages },
    firstSettings: { displayName, accept: 'everyone', maxConnections: 4 },
    events: {
      statusChanged: () => undefined,
      outgoingChanged: () => undefined,
      outgoingRemoved: () => undefined,
      incomingChanged: () => undefined,
      callChanged: () => undefined,
      incomingRemoved: () => undefined,
      changed: () => undefined,
      ...events,
    },
  });
}

function noPages(): Promise<never> {
  return Promise.reject(new Error('a demo office makes no pages'));
}

function officeOf(core: GatewayCore, turns: Turns): DemoOffice {
  return {
    connect: (login) => core.link.connect(login, true),
    async stop() {
      await turns.stop();
      await core.stop();
    },
  };
}

interface Turns {
  add(work: () => Promise<void>): void;
  stop(): Promise<void>;
}

/** Work one after the other; a failure is noted and taken up again at the next start. */
function createTurn(log: Log): Turns {
  let last = Promise.resolve();
  let stopped = false;
  return {
    add(work) {
      last = last.then(async () => {
        if (stopped) return;
        try {
          await work();
        } catch (error) {
          log.error('demo office failed', { error: errorText(error) });
        }
      });
    },
    async stop() {
      stopped = true;
      await last;
    },
  };
}
