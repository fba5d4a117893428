// The API's services over one office: what the window, the browser and the command line can ask for.

import type { GatewayServices } from '../../protocol/api/services.ts';
import { ApiError, type GatewayStatus, type OnlineDevice, type Settings } from '../../protocol/api/types.ts';
import { createDraft, createDraftFrom } from '../outbox/drafts.ts';
import { outgoingView } from '../outbox/outgoingView.ts';
import { testRelayAccount } from '../relaySession/testRelayAccount.ts';
import type { Log } from '../log.ts';
import { shownAccount, type RelayLogin } from '../settings/settings.ts';
import { failedCount } from '../store/deliveryTable.ts';
import type { OutgoingRow } from '../store/outgoingTable.ts';
import { withoutUndefined } from '../store/row.ts';
import type { EventHub } from './eventHub.ts';
import type { GatewayCore } from './gatewayCore.ts';
import { createCallServices } from './callServices.ts';
import { createLineServices } from './lineServices.ts';
import { createPollingServices } from './pollingServices.ts';

const MOST_ATTEMPTS = 1_000;

export interface GatewayServicesOptions {
  core: GatewayCore;
  hub: EventHub;
  log: Log;
  software: string;
  version: string;
  startedAt: Date;
  diskFreeBytes(): number | undefined;
  /** Goes to the configured relay, or to the embedded one when there is none. */
  applyRelayAccount(login: RelayLogin | undefined): Promise<void>;
}

export function createGatewayStatus(options: Omit<GatewayServicesOptions, 'hub'>): () => GatewayStatus {
  const { core } = options;
  return () =>
    withoutUndefined({
      version: options.version,
      displayName: core.settings.get().displayName,
      startedAt: options.startedAt.toISOString(),
      relay: core.link.status(),
      calls: core.liveCalls(),
      lines: core.lines.list().map(({ id, name, state, text }) => ({ id, name, state, text })),
      counts: {
        inboxUnread: core.store.incoming.unreadCount(),
        outboxActive: core.store.outgoing.activeCount(),
        failed: failedCount(core.store.db),
      },
      diskFreeBytes: options.diskFreeBytes(),
      resumedAtStart: core.resumedAtStart,
    });
}

export function createGatewayServices(options: GatewayServicesOptions): GatewayServices {
  const { core, hub } = options;
  const { store, settings, contacts, outbox, inbox, link } = core;
  const view = (row: OutgoingRow) => outgoingView(store, row, core.routes);
  const outgoing = (documentId: string): OutgoingRow => {
    const row = store.outgoing.get(documentId);
    if (row === undefined) throw new ApiError('NOT_FOUND', 'This fax is no longer there.');
    return row;
  };
  const incoming = (documentId: string) => {
    const row = store.incoming.get(documentId);
    if (row === undefined) throw new ApiError('NOT_FOUND', 'This fax is no longer there.');
    return row;
  };

  return {
    ...createLineServices({
      lines: core.lines,
      settingsChanged() {
        core.contacts.renumber();
        hub.changed('settings');
      },
    }),
    ...createCallServices(core),
    ...createPollingServices(core),
    status: createGatewayStatus(options),
    events: (signal) => hub.events(signal),

    async online(request) {
      if (link.status().state !== 'online') {
        throw new ApiError(
          'RELAY_OFFLINE',
          'The relay is not connected, so nobody can be seen at the moment.',
        );
      }
      try {
        const { devices, more } = await link.directory(withoutUndefined(request));
        return { devices: devices.map((device) => named(device)), more };
      } catch (error) {
        options.log.warn('directory not read', { detail: error instanceof Error ? error.message : '' });
        throw new ApiError('RELAY_OFFLINE', 'The relay did not tell who is online. Try again in a moment.');
      }
    },

    async createDraft(request) {
      const id = createDraft(store, request, settings.get());
      core.preparer.wake();
      hub.outgoingChanged(id);
      return view(outgoing(id));
    },
    async createDraftFrom({ documentId }) {
      const id = createDraftFrom(store, documentId);
      hub.outgoingChanged(id);
      return view(outgoing(id));
    },
    async send({ documentId, recipients, title, sending }) {
      outbox.send(documentId, recipients, title, sending);
      return view(outgoing(documentId));
    },
    listOutgoing({ folder, limit, cursor, search }) {
      const rows = store.outgoing.list({ folder, limit: limit + 1, before: cursorOf(cursor), search });
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1)?.position : undefined;
      return withoutUndefined({ items: items.map(view), nextCursor: last?.toString() });
    },
    getOutgoing: (documentId) => view(outgoing(documentId)),
    outgoingPages: (documentId) => store.preparations.pages(outgoing(documentId).preparationId),
    attempts(documentId) {
      outgoing(documentId);
      return store.deliveries.attempts(documentId, MOST_ATTEMPTS);
    },
    async cancel({ documentId, deliveryIds }) {
      await outbox.cancel(documentId, deliveryIds);
      return view(outgoing(documentId));
    },
    async retry({ documentId, deliveryIds }) {
      outbox.retry(documentId, deliveryIds);
      return view(outgoing(documentId));
    },
    removeOutgoing: (documentId) => outbox.remove(documentId),

    listInbox({ limit, cursor, search }) {
      const rows = store.incoming.list({ limit: limit + 1, before: cursorOf(cursor), search });
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1)?.seq : undefined;
      return withoutUndefined({ items: items.map((row) => row.document), nextCursor: last?.toString() });
    },
    getIncoming: (documentId) => incoming(documentId).document,
    incomingPages: (documentId) => store.incoming.pages(incoming(documentId).id),
    markRead({ documentId, read }) {
      inbox.markRead(documentId, read);
      return incoming(documentId).document;
    },
    async removeIncoming(documentId) {
      inbox.remove(documentId);
    },
    restoreIncoming(documentId) {
      inbox.restore(documentId);
      return incoming(documentId).document;
    },

    listContacts: (search) => contacts.list(search),
    saveContact(contact) {
      const saved = contacts.save(contact);
      hub.changed('contacts');
      return saved;
    },
    removeContact(id) {
      contacts.remove(id);
      hub.changed('contacts');
    },

    settings: () => settings.get(),
    changeSettings(change) {
      const before = settings.get();
      const after = settings.change(change);
      hub.changed('settings');
      hub.statusChanged();
      if (sessionDiffers(before, after)) void link.reconnect();
      if (before.faxNumber !== after.faxNumber) core.lines.officeChanged();
      return after;
    },
    relayAccount() {
      const login = settings.relayLogin();
      return login === undefined ? undefined : shownAccount(login);
    },
    async setRelayAccount(account) {
      const login = settings.completeLogin(account);
      settings.setRelayLogin(login);
      hub.changed('settings');
      await options.applyRelayAccount(login);
      return shownAccount(login);
    },
    testRelayAccount(account) {
      const login = settings.completeLogin(account);
      const { displayName } = settings.get();
      return testRelayAccount({ ...login, software: options.software, displayName, log: options.log });
    },
    async forgetRelayAccount() {
      settings.setRelayLogin(undefined);
      hub.changed('settings');
      await options.applyRelayAccount(undefined);
    },
  };

  function named(device: {
    deviceId: string;
    displayName?: string | undefined;
    busy: boolean;
  }): OnlineDevice {
    return withoutUndefined({
      deviceId: device.deviceId,
      displayName: device.displayName,
      contactName: contacts.byDevice(device.deviceId)?.name,
      busy: device.busy,
    });
  }
}

/** What the relay was told at login. */
function sessionDiffers(before: Settings, after: Settings): boolean {
  return before.displayName !== after.displayName || before.maxConnections !== after.maxConnections;
}

function cursorOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const value = Number(cursor);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new ApiError('INVALID_INPUT', 'This place in the list is not known. Load the list again.');
  }
  return value;
}
