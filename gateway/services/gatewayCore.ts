// One office: store, outbox, inbox and relay link put together. The gateway is one of these; the embedded relay's demo devices are more of them, without API and imaging.

import type { LiveCall, RelayStatus, Settings } from '../../protocol/api/types.ts';
import { receiveDocuments } from '../call/receiveDocuments.ts';
import { sendDocument } from '../call/sendDocument.ts';
import { createCallLog, type CallLog } from '../calls/callLog.ts';
import { createContacts, type Contacts } from '../contacts/contacts.ts';
import type { Imaging } from '../imaging/imaging.ts';
import { createInbox, type Inbox } from '../inbox/inbox.ts';
import { createLineReceiver } from '../inbox/lineReceiver.ts';
import { canonicalDestination, canonicalNumber } from '../../protocol/canonicalNumber.ts';
import { redialLimits } from '../../protocol/countryProfiles.ts';
import { createLines } from '../lines/lines.ts';
import type { Lines } from '../lines/lines.types.ts';
import { errorText, type Log } from '../log.ts';
import { createOutbox, type Outbox } from '../outbox/outbox.ts';
import type { Routes } from '../outbox/outbox.types.ts';
import { createCallHeader } from '../outbox/callHeader.ts';
import { createRelayRoute } from '../outbox/relayRoute.ts';
import { createTelephoneRoute } from '../outbox/telephoneRoute.ts';
import { createPreparer, type Preparer } from '../outbox/preparer.ts';
import { createPollFetches, type PollFetches } from '../polling/pollFetch.ts';
import { createPollOffers, type PollOffers } from '../polling/pollOffers.ts';
import { createRemotes, type Remotes } from '../remotes/remotes.ts';
import { createRelaySession } from '../relaySession/relaySession.ts';
import { createSettingsStore, type SettingsStore } from '../settings/settings.ts';
import type { ReadDiskSpace } from '../store/diskSpace.ts';
import { removeLooseFiles } from '../store/orphans.ts';
import { openStore, type Store } from '../store/store.ts';
import type { EventHub } from './eventHub.ts';
import { startHousekeeping } from './housekeeping.ts';
import { createIncomingCalls } from './incomingCalls.ts';
import { createRelayLink, type RelayLink } from './relayLink.ts';

const NEWEST_WAITING = { folder: 'outbox', limit: 200, before: undefined, search: undefined } as const;

export type CoreEvents = Pick<
  EventHub,
  | 'statusChanged'
  | 'outgoingChanged'
  | 'outgoingRemoved'
  | 'incomingChanged'
  | 'incomingRemoved'
  | 'callChanged'
  | 'changed'
> & {
  /** A whole document has come. */
  arrived(id: string): void;
  /** All deliveries of a document are over. */
  finished(documentId: string): void;
};

export interface GatewayCoreOptions {
  dataFolder: string;
  software: string;
  log: Log;
  imaging: Pick<Imaging, 'prepare' | 'drawHeaders'>;
  events: CoreEvents;
  /** Settings of a data folder that has none yet. */
  firstSettings?: Partial<Settings>;
  readDiskSpace?: ReadDiskSpace;
}

export interface GatewayCore {
  readonly store: Store;
  readonly settings: SettingsStore;
  readonly contacts: Contacts;
  readonly outbox: Outbox;
  readonly preparer: Preparer;
  readonly inbox: Inbox;
  readonly link: RelayLink;
  readonly lines: Lines;
  readonly routes: Routes;
  readonly calls: CallLog;
  readonly remotes: Remotes;
  readonly offers: PollOffers;
  readonly fetches: PollFetches;
  readonly resumedAtStart: number;
  liveCalls(): LiveCall[];
  /** Breaks calls off, leaves the relay, closes the store. */
  stop(): Promise<void>;
}

/** Opens the data folder and begins to work. Throws FolderInUseError, NewerDatabaseError, DataFolderError. */
export async function startGatewayCore(options: GatewayCoreOptions): Promise<GatewayCore> {
  const { log, events, software } = options;
  const store = openStore(
    options.dataFolder,
    options.readDiskSpace === undefined ? {} : { readDiskSpace: options.readDiskSpace },
  );
  try {
    await removeLooseFiles(store);
  } catch (error) {
    store.close();
    throw error;
  }
  const settings = createSettingsStore(store.db, options.firstSettings);
  const contactName = (deviceId: string): string | undefined => contacts.byDevice(deviceId)?.name;

  const inbox = createInbox({
    store,
    settings: () => settings.get(),
    isContact: (caller) => contacts.byDestination(caller) !== undefined,
    canonical: (caller) => canonical(caller),
    events,
    log,
  });
  let relayState: RelayStatus['state'] = 'notConfigured';
  const link = createRelayLink({
    createSession: createRelaySession,
    identity: () => {
      const { displayName, maxConnections } = settings.get();
      return { displayName, maxConnections };
    },
    software,
    log,
    events: {
      statusChanged(status) {
        outbox.relayStatusChanged(status);
        events.statusChanged();
        if (status.state === relayState) return;
        relayState = status.state;
        events.changed('online');
        // What waits shows the relay's state as its cause.
        for (const row of store.outgoing.list(NEWEST_WAITING)) events.outgoingChanged(row.id);
      },
      directoryChanged(change) {
        outbox.directoryChanged(change);
        events.changed('online');
      },
      answer: ({ caller }) => (inbox.accepts(caller) ? 'accept' : 'refused'),
      callJoined: (call) => incomingCalls.take(call),
    },
  });
  const incomingCalls = createIncomingCalls({
    inbox,
    receiveDocuments,
    deviceId: () => link.status().deviceId,
    contactName,
    statusChanged: () => events.statusChanged(),
    software,
    log,
  });
  const lines = createLines({
    db: store.db,
    settings,
    log,
    events: {
      changed() {
        events.changed('lines');
        events.statusChanged();
      },
      free: () => outbox.linesChanged(),
      answering: (call) => lineReceiver.answering(call),
    },
  });
  const canonical = (destination: string): string =>
    canonicalDestination(destination, lines.settings().country);
  const contacts = createContacts(store.db, canonical);
  const calls = createCallLog({
    table: store.calls,
    changed: (callId) => events.callChanged(callId),
    log,
  });
  const remotes = createRemotes({
    table: store.remotes,
    canonicalNumber: (number) => canonicalNumber(number, lines.settings().country),
    changed: () => events.changed('remotes'),
  });
  const callHeader = createCallHeader({ imaging: options.imaging, log });
  const offers = createPollOffers({
    store,
    changed: () => events.changed('pollOffers'),
    log,
    callHeader,
  });
  const lineReceiver = createLineReceiver({
    inbox,
    calls,
    remotes,
    offers,
    canonical,
    statusChanged: () => events.statusChanged(),
    log,
  });
  const fetches = createPollFetches({ lines, receiver: lineReceiver, calls, remotes, log });
  const routes: Routes = {
    relay: createRelayRoute({
      settings: () => settings.get(),
      relayStatus: () => link.status(),
      call: (peer, info, signal) => link.call(peer, info, signal),
      sendDocument,
      log,
      software,
    }),
    telephone: createTelephoneRoute({
      lines,
      settings: () => lines.settings(),
      redialLimits: () => redialLimits(lines.settings().country),
      calls,
      remotes,
      callHeader,
    }),
  };
  const preparer = createPreparer({
    store,
    imaging: options.imaging,
    log,
    events: {
      changed(preparationId) {
        for (const id of store.preparations.documentIds(preparationId)) events.outgoingChanged(id);
      },
      ended: (preparationId, failure) => outbox.preparationEnded(preparationId, failure),
    },
  });
  const outbox = createOutbox({
    store,
    settings: () => settings.get(),
    routes,
    discardPreparation: (id) => preparer.discard(id),
    withdrawPreparation: (id) => preparer.withdraw(id),
    wakePreparer: () => preparer.wake(),
    events,
    log,
  });

  calls.start();
  inbox.start();
  const resumedAtStart = outbox.start();
  preparer.wake();
  lines.start();
  const housekeeping = startHousekeeping({ store, inbox, outbox, preparer, calls, log });

  return {
    store,
    settings,
    contacts,
    outbox,
    preparer,
    inbox,
    link,
    lines,
    routes,
    calls,
    remotes,
    offers,
    fetches,
    resumedAtStart,
    liveCalls: () => [...outbox.liveCalls(), ...incomingCalls.liveCalls(), ...lineReceiver.liveCalls()],
    async stop() {
      const stopping = [
        housekeeping.stop(),
        preparer.stop(),
        outbox.stop(),
        incomingCalls.stop(),
        fetches.stop(),
        lines.stop(),
        link.stop(),
      ];
      for (const result of await Promise.allSettled(stopping)) {
        if (result.status === 'rejected')
          log.error('not stopped in order', { error: errorText(result.reason) });
      }
      await lineReceiver.stop();
      calls.stop();
      store.close();
    },
  };
}
