// An in-memory gateway for tests of whatever stands above GatewayServices: UI, API server, CLI, screenshots.
// Nothing happens by itself: every step of a call or of page preparation is an explicit call on `control`.

import { type GatewayFiles } from '../../gateway/api/gatewayFiles.types.ts';
import { type GatewayServices } from '../../protocol/api/services.ts';
import {
  ApiError,
  type Contact,
  type Delivery,
  type GatewayEvent,
  type OutgoingDocument,
  type Sending,
} from '../../protocol/api/types.ts';
import { telephoneDestination } from '../../protocol/destination.ts';
import { outcome } from '../../protocol/outcome.ts';
import { createControl, type FakeGatewayControl } from './gatewayServicesControl.ts';
import { createFakeLineServices } from './gatewayServicesLines.ts';
import { exportFakeDocument, fakePageImage } from './gatewayServicesPages.ts';
import { outboxStates, overStates, inFailed, matches, list, settle } from './gatewayServicesRules.ts';
import { FakeState, type FakeGatewayOptions } from './gatewayServicesState.ts';

export type { FakeGatewayOptions, FakeGatewayControl };

export interface FakeGateway {
  services: GatewayServices;
  files: GatewayFiles;
  control: FakeGatewayControl;
}

export function createFakeGateway(options: FakeGatewayOptions = {}): FakeGateway {
  const state = new FakeState(options);
  const control = createControl(state);

  function draftOf(request: Parameters<GatewayServices['createDraft']>[0]): OutgoingDocument {
    const names = request.fileIds.map((fileId) => {
      const file = state.uploads.get(fileId);
      if (file === undefined) throw new ApiError('NOT_FOUND', 'A file is no longer there. Choose it again.');
      return file.name;
    });
    const id = `out-new-${state.nextSerial()}`;
    state.templates.set(id, {
      template: names.some((name) => /[^ -~]/.test(name)) ? 'order' : 'letter',
      seed: state.nextSerial(),
    });
    return state.putOutgoing({
      id,
      title: names[0] ?? 'Fax',
      status: 'draft',
      createdAt: new Date().toISOString(),
      options: request.options,
      pages: 0,
      pagesExpected: names.length * 2,
      prepared: false,
      substitutedFonts: names.some((name) => name.includes('font')) ? ['MS-Mincho'] : [],
      totalBytes: 0,
      sending: { priority: 'normal', cheapHours: false },
      deliveries: [],
    });
  }
  const services: GatewayServices = {
    ...createFakeLineServices(state),
    status: () => state.status(),
    async *events(signal) {
      const queue: GatewayEvent[] = [{ type: 'status', status: state.status() }];
      let wake = (): void => {};
      const listener = (event: GatewayEvent): void => {
        queue.push(event);
        wake();
      };
      const onAbort = (): void => wake();
      state.listeners.add(listener);
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        while (!signal.aborted) {
          const event = queue.shift();
          if (event !== undefined) yield event;
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        state.listeners.delete(listener);
        signal.removeEventListener('abort', onAbort);
      }
    },
    async online({ filter, limit, after }) {
      if (state.relay.state !== 'online')
        throw new ApiError('RELAY_OFFLINE', 'The state.relay is not connected.');
      const found = state.online
        .filter((device) => after === undefined || device.deviceId > after)
        .filter((device) => matches([device.deviceId, device.displayName, device.contactName], filter))
        .sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1));
      return { devices: found.slice(0, limit), more: found.length > limit };
    },
    async createDraft(request) {
      const draft = draftOf(request);
      const broken = request.fileIds
        .map((fileId) => state.uploads.get(fileId)?.name ?? '')
        .find((name) => name.includes('broken') || name.includes('locked'));
      if (broken !== undefined)
        control.failPreparation(
          draft.id,
          broken.includes('locked') ? 'FILE_ENCRYPTED' : 'FILE_BROKEN',
          broken,
        );
      else if (control.draftsPrepareThemselves) control.finishPreparation(draft.id);
      return state.findOutgoing(draft.id);
    },
    async createDraftFrom({ documentId }) {
      const { title, options, pages, pagesExpected, prepared, substitutedFonts, totalBytes, preparation } =
        state.findOutgoing(documentId);
      if (preparation?.disposition === 'fail')
        throw new ApiError('CONFLICT', 'This fax has no pages to send again. Choose its files anew.');
      const id = `out-new-${state.nextSerial()}`;
      state.templates.set(id, state.templateOf(documentId));
      return state.putOutgoing({
        id,
        title,
        status: 'draft',
        createdAt: new Date().toISOString(),
        options,
        pages,
        ...(pagesExpected === undefined ? {} : { pagesExpected }),
        prepared,
        substitutedFonts,
        totalBytes,
        sending: { priority: 'normal', cheapHours: false },
        deliveries: [],
      });
    },
    async send({ documentId, recipients, title, sending }) {
      const document = state.findOutgoing(documentId);
      if (document.status !== 'draft') throw new ApiError('CONFLICT', 'This document was sent already.');
      const deliveries = [...new Set(recipients)].map((destination, index): Delivery => {
        const contact = state.contacts.find(
          ({ deviceId, telephone }) =>
            deviceId === destination ||
            (telephone !== undefined && telephoneDestination(telephone) === destination),
        );
        return {
          id: `${documentId}-d${index + 1}`,
          destination,
          ...(contact === undefined ? {} : { contactName: contact.name }),
          status: 'waiting',
          pagesConfirmed: 0,
          attempts: 0,
        };
      });
      return state.putOutgoing(
        settle({
          ...document,
          title: title === undefined || title === '' ? document.title : title,
          status: document.prepared ? 'active' : 'preparing',
          sentAt: new Date().toISOString(),
          sending: { ...document.sending, ...withoutPassword(sending) },
          deliveries,
        }),
      );
    },
    listOutgoing({ folder, ...request }) {
      const inFolder = state.outgoing.filter((document) => {
        if (document.status === 'draft') return false;
        if (folder === 'outbox') return outboxStates.has(document.status);
        if (folder === 'sent') return document.status === 'confirmed';
        if (folder === 'failed') return inFailed(document);
        return true;
      });
      return list(inFolder, request, (document) => [
        document.title,
        ...document.deliveries.flatMap((delivery) => [delivery.destination, delivery.contactName]),
      ]);
    },
    getOutgoing: (documentId) => state.findOutgoing(documentId),
    outgoingPages(documentId) {
      const document = state.findOutgoing(documentId);
      return state.pagesOf(documentId, document.pages, document.createdAt);
    },
    attempts: (documentId) => state.attempts.get(state.findOutgoing(documentId).id) ?? [],
    async cancel({ documentId, deliveryIds }) {
      const document = state.findOutgoing(documentId);
      const named = new Set(state.deliveriesNamed(document, deliveryIds).map((delivery) => delivery.id));
      for (const id of named) state.endCall(id);
      const deliveries = document.deliveries.map((delivery): Delivery => {
        if (!named.has(delivery.id) || overStates.has(delivery.status)) return delivery;
        const { nextAttemptAt: _over, ...rest } = delivery;
        return { ...rest, status: 'cancelled', outcome: outcome('CANCELLED', 'queue') };
      });
      return state.putOutgoing(settle({ ...document, deliveries }));
    },
    async retry({ documentId, deliveryIds }) {
      const document = state.findOutgoing(documentId);
      const named = new Set(state.deliveriesNamed(document, deliveryIds).map((delivery) => delivery.id));
      const deliveries = document.deliveries.map((delivery): Delivery => {
        if (!named.has(delivery.id) || !['failed', 'cancelled', 'waiting'].includes(delivery.status))
          return delivery;
        const { nextAttemptAt: _over, outcome: _outcome, text: _text, ...rest } = delivery;
        return { ...rest, status: 'waiting' };
      });
      const { finishedAt: _finished, ...rest } = document;
      return state.putOutgoing(settle({ ...rest, status: 'active', deliveries }));
    },
    async removeOutgoing(documentId) {
      const document = state.findOutgoing(documentId);
      if (outboxStates.has(document.status))
        throw new ApiError('NOT_ALLOWED', 'Cancel the fax before deleting it.');
      state.outgoing.splice(state.outgoing.indexOf(document), 1);
      state.emit({ type: 'outgoing', documentId, removed: true });
      state.emitStatus();
    },
    listInbox: (request) =>
      list(state.incoming, request, (document) => [
        document.from,
        document.fromName,
        document.contactName,
        document.subject,
      ]),
    getIncoming: (documentId) => state.findIncoming(documentId),
    incomingPages(documentId) {
      const document = state.findIncoming(documentId);
      return state.pagesOf(documentId, document.pages, document.receivedAt);
    },
    markRead: ({ documentId, read }) => state.putIncoming({ ...state.findIncoming(documentId), read }),
    async removeIncoming(documentId) {
      const document = state.findIncoming(documentId);
      state.trash.set(documentId, document);
      state.incoming.splice(state.incoming.indexOf(document), 1);
      state.emit({ type: 'incoming', documentId, removed: true });
      state.emitStatus();
    },
    restoreIncoming(documentId) {
      const document = state.trash.get(documentId);
      if (document === undefined) throw new ApiError('NOT_FOUND', 'There is no such document.');
      state.trash.delete(documentId);
      return state.putIncoming(document);
    },
    listContacts: (search) =>
      state.contacts
        .filter((contact) => matches([contact.name, contact.deviceId, contact.telephone], search))
        .sort((a, b) => a.name.localeCompare(b.name)),
    saveContact({ id, ...fields }) {
      const contact: Contact = { id: id ?? `contact-new-${state.nextSerial()}`, ...fields };
      state.contacts = [...state.contacts.filter((old) => old.id !== contact.id), contact];
      state.emit({ type: 'contacts' });
      return contact;
    },
    removeContact(id) {
      state.contacts = state.contacts.filter((contact) => contact.id !== id);
      state.emit({ type: 'contacts' });
    },
    settings: () => state.settings,
    changeSettings(change) {
      state.settings = { ...state.settings, ...change };
      state.emit({ type: 'settings' });
      state.emitStatus();
      return state.settings;
    },
    relayAccount: () => state.account,
    async setRelayAccount({ password: _secret, ...shown }) {
      state.account = shown;
      state.relay = { ...state.relay, embedded: false, url: shown.url, deviceId: shown.deviceId };
      state.emit({ type: 'settings' });
      state.emitStatus();
      return state.account;
    },
    testRelayAccount: async () => control.relayTest,
    async forgetRelayAccount() {
      state.account = undefined;
      state.relay = { ...state.relay, embedded: true, url: 'ws://127.0.0.1:4381', deviceId: 'this-office' };
      state.emit({ type: 'settings' });
      state.emitStatus();
    },
  };

  const files: GatewayFiles = {
    async addFile(name, bytes) {
      let byteLength = 0;
      for await (const chunk of bytes) byteLength += chunk.byteLength;
      if (name.includes('huge')) throw new ApiError('TOO_LARGE', 'The file is too large.');
      const file = { fileId: `file-${state.nextSerial()}`, name, byteLength };
      state.uploads.set(file.fileId, file);
      return file;
    },
    async pageImage(folder, documentId, index, imageOptions) {
      const document =
        folder === 'incoming' ? state.findIncoming(documentId) : state.findOutgoing(documentId);
      if (index >= document.pages) throw new ApiError('NOT_FOUND', 'There is no such page.');
      return fakePageImage(state.templateOf(documentId), index, imageOptions);
    },
    async exportFile(folder, documentId, format) {
      const document =
        folder === 'incoming' ? state.findIncoming(documentId) : state.findOutgoing(documentId);
      return exportFakeDocument(documentId, document.pages, format);
    },
  };
  return { services: watched(services), files, control };

  /** Notes every call and throws the error that a test has asked for. */
  function watched(all: GatewayServices): GatewayServices {
    return new Proxy(all, {
      get(target, name, receiver) {
        const value: unknown = Reflect.get(target, name, receiver);
        if (typeof value !== 'function') return value;
        return (...parameters: unknown[]): unknown => {
          control.calls.push(String(name));
          if (control.nextError !== undefined) {
            const error = control.nextError;
            control.nextError = undefined;
            throw error;
          }
          return Reflect.apply(value, target, parameters) as unknown;
        };
      },
    });
  }
}

/** The password of a machine is never shown again. */
function withoutPassword({ password: _secret, ...shown }: Partial<Sending> = {}): Partial<Sending> {
  return shown;
}
