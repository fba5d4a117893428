// An in-memory gateway for tests of whatever stands above GatewayServices: UI, API server, CLI, screenshots.
// Nothing happens by itself: every step of a call or of page preparation is an explicit call on `control`.

import type { GatewayFiles } from '../../gateway/api/gatewayFiles.types.ts';
import type { UploadedFile } from '../../protocol/api/http.ts';
import type { ListRequest, GatewayServices } from '../../protocol/api/services.ts';
import {
  ApiError,
  type Attempt,
  type Contact,
  type Delivery,
  type DocumentPage,
  type GatewayEvent,
  type GatewayStatus,
  type IncomingDocument,
  type LiveCall,
  type Listing,
  type OnlineDevice,
  type OutgoingDocument,
  type OutgoingStatus,
  type RelayAccount,
  type RelayStatus,
  type Settings,
} from '../../protocol/api/types.ts';
import { outcome, type Outcome, type OutcomeCode } from '../../protocol/outcome.ts';
import { outcomeText } from '../../protocol/outcomeTexts.ts';
import {
  officeData,
  sampleIncoming,
  sampleOutgoing,
  samplePages,
  sampleTemplates,
  type Sample,
} from './gatewayServicesData.ts';
import { exportFakeDocument, fakePageImage } from './gatewayServicesPages.ts';

export interface FakeGatewayOptions {
  /** `office`: a year of faxes. `empty`: just installed. */
  filledWith?: 'office' | 'empty';
  /** How many faxes stand in the inbox of an `office`; dozens by default. */
  incomingDocuments?: number;
  /** The moment the data is made for; all times lie before it. */
  now?: Date;
}

/** The steps a test takes by hand; each sends the events that the real gateway would. */
export interface FakeGatewayControl {
  /** One more page of a draft or prepared document; the last one completes the preparation. */
  makePage(documentId: string): void;
  /** All pages at once; also what new drafts do by themselves while `draftsPrepareThemselves` is true (the default). */
  finishPreparation(documentId: string): void;
  draftsPrepareThemselves: boolean;
  failPreparation(documentId: string, code: OutcomeCode, fileName?: string): void;
  /** The delivery's call is up. Without a delivery id: the first that is not over. */
  startCall(documentId: string, deliveryId?: string): void;
  /** The far end confirms one more page; after the last the delivery is confirmed and its call over. */
  confirmPage(documentId: string, deliveryId?: string): void;
  /** The attempt ends with this outcome: waiting again when it is to be retried, failed when not. */
  endAttempt(documentId: string, code: OutcomeCode, deliveryId?: string): void;
  /** A new fax begins to arrive. */
  beginIncoming(from: string, pages: number, options?: { subject?: string; fromName?: string }): string;
  /** One more page of it is stored; the last completes it. */
  receivePage(documentId: string): void;
  breakIncoming(documentId: string): void;
  setRelay(change: Partial<RelayStatus>): void;
  setOnline(devices: OnlineDevice[]): void;
  /** What the next `testRelay` answers. */
  relayTest: Outcome | 'online';
  /** Thrown by the next call of any method, once. */
  failNext(error: Error): void;
  /** How often each method was called, in order. */
  readonly calls: string[];
}

export interface FakeGateway {
  services: GatewayServices;
  files: GatewayFiles;
  control: FakeGatewayControl;
}

const outboxStates = new Set<OutgoingStatus>(['preparing', 'active']);
const overStates = new Set<Delivery['status']>(['confirmed', 'failed', 'cancelled']);

export function createFakeGateway(options: FakeGatewayOptions = {}): FakeGateway {
  const now = options.now ?? new Date();
  const office = (options.filledWith ?? 'office') === 'office';
  const data = officeData();
  const incoming: IncomingDocument[] = office
    ? sampleIncoming(now, options.incomingDocuments ?? 64, data)
    : [];
  const outgoing: OutgoingDocument[] = office ? sampleOutgoing(now, data) : [];
  const templates = new Map<string, Sample>();
  const trash = new Map<string, IncomingDocument>();
  const attempts = new Map<string, Attempt[]>();
  const uploads = new Map<string, UploadedFile>();
  let contacts: Contact[] = office ? [...data.contacts] : [];
  let online: OnlineDevice[] = office
    ? data.online.map((device) => withContactName(device))
    : data.online.filter((device) => device.deviceId === 'echo' || device.deviceId === 'demo-office');
  let calls: LiveCall[] = [];
  let settings: Settings = {
    displayName: office ? 'Hayashi Trading, Kobe' : 'This office',
    faxNumber: office ? '+81 78 555 0132' : '',
    headerLine: true,
    paper: 'a4',
    accept: 'everyone',
    blockedDevices: office ? ['promo-blast'] : [],
    maxConnections: 8,
    giveUpAfterHours: 24,
  };
  let account: RelayAccount | undefined = office
    ? { url: 'wss://relay.hikyaku.example', deviceId: 'kobe-hayashi' }
    : undefined;
  let relay: RelayStatus = {
    state: 'online',
    embedded: !office,
    url: office ? 'wss://relay.hikyaku.example' : 'ws://127.0.0.1:4381',
    deviceId: office ? 'kobe-hayashi' : 'this-office',
    relayName: office ? 'relay.hikyaku.example' : 'built-in test relay',
    encrypted: office,
    since: before(now, 191 * 60),
    lastContactAt: before(now, 8),
    connections: 2,
    idleConnections: 2,
  };
  let serial = 0;
  let nextError: Error | undefined;
  const listeners = new Set<(event: GatewayEvent) => void>();

  for (const document of outgoing) attempts.set(document.id, sampleAttempts(document));
  if (office) startSampleCalls();

  function withContactName(device: OnlineDevice): OnlineDevice {
    const contact = contacts.find((candidate) => candidate.deviceId === device.deviceId);
    return contact === undefined ? device : { ...device, contactName: contact.name };
  }

  /** The sample outbox has one delivery in mid call; the status names it. */
  function startSampleCalls(): void {
    for (const document of outgoing) {
      for (const delivery of document.deliveries) {
        if (delivery.status !== 'sending') continue;
        calls.push(liveCall(document, delivery));
      }
    }
    const arriving = incoming.find((document) => document.state === 'receiving');
    if (arriving !== undefined) {
      calls.push({
        callId: `call-${arriving.id}`,
        direction: 'incoming',
        peer: arriving.from,
        peerName: arriving.contactName ?? arriving.fromName,
        documentId: arriving.id,
        pagesDone: arriving.pages,
        ...(arriving.pagesExpected === undefined ? {} : { pagesTotal: arriving.pagesExpected }),
        startedAt: before(now, 20),
      });
    }
  }

  function liveCall(document: OutgoingDocument, delivery: Delivery): LiveCall {
    return {
      callId: `call-${delivery.id}`,
      direction: 'outgoing',
      peer: delivery.deviceId,
      ...(delivery.contactName === undefined ? {} : { peerName: delivery.contactName }),
      documentId: document.id,
      pagesDone: delivery.pagesConfirmed,
      pagesTotal: document.pagesExpected ?? document.pages,
      startedAt: new Date().toISOString(),
    };
  }

  function status(): GatewayStatus {
    return {
      version: '0.1.0',
      displayName: settings.displayName,
      startedAt: before(now, 192 * 60),
      relay,
      calls,
      counts: {
        inboxUnread: incoming.filter((document) => !document.read).length,
        outboxActive: outgoing.filter((document) => outboxStates.has(document.status)).length,
        failed: outgoing.filter(inFailed).length,
      },
      diskFreeBytes: 81_604_378_624,
      resumedAtStart: 0,
    };
  }

  function emit(event: GatewayEvent): void {
    for (const listener of listeners) listener(event);
  }
  const emitStatus = (): void => emit({ type: 'status', status: status() });

  function findOutgoing(documentId: string): OutgoingDocument {
    const document = outgoing.find((candidate) => candidate.id === documentId);
    if (document === undefined) throw new ApiError('NOT_FOUND', 'There is no such document.');
    return document;
  }
  function findIncoming(documentId: string): IncomingDocument {
    const document = incoming.find((candidate) => candidate.id === documentId);
    if (document === undefined) throw new ApiError('NOT_FOUND', 'There is no such document.');
    return document;
  }

  function putOutgoing(document: OutgoingDocument): OutgoingDocument {
    const index = outgoing.findIndex((candidate) => candidate.id === document.id);
    if (index === -1) outgoing.unshift(document);
    else outgoing[index] = document;
    emit({ type: 'outgoing', documentId: document.id, removed: false });
    emitStatus();
    return document;
  }
  function putIncoming(document: IncomingDocument): IncomingDocument {
    const index = incoming.findIndex((candidate) => candidate.id === document.id);
    if (index !== -1) incoming[index] = document;
    else {
      const place = incoming.findIndex((candidate) => candidate.receivedAt <= document.receivedAt);
      incoming.splice(place === -1 ? incoming.length : place, 0, document);
    }
    emit({ type: 'incoming', documentId: document.id, removed: false });
    emitStatus();
    return document;
  }

  function putDelivery(documentId: string, delivery: Delivery): void {
    const document = findOutgoing(documentId);
    const deliveries = document.deliveries.map((old) => (old.id === delivery.id ? delivery : old));
    putOutgoing(settle({ ...document, deliveries }));
  }

  function openDelivery(documentId: string, deliveryId: string | undefined): Delivery {
    const { deliveries } = findOutgoing(documentId);
    const found = deliveries.find((delivery) =>
      deliveryId === undefined ? !overStates.has(delivery.status) : delivery.id === deliveryId,
    );
    if (found === undefined) throw new Error(`no open delivery of ${documentId}`);
    return found;
  }

  function endCall(deliveryId: string): void {
    calls = calls.filter((call) => call.callId !== `call-${deliveryId}`);
  }

  const templateOf = (documentId: string): Sample =>
    templates.get(documentId) ?? sampleTemplates(documentId, incoming, outgoing);

  function pagesOf(documentId: string, count: number, at: string): DocumentPage[] {
    return samplePages(templateOf(documentId), count, at);
  }

  function deliveriesNamed(document: OutgoingDocument, ids: string[] | undefined): Delivery[] {
    return document.deliveries.filter((delivery) => ids === undefined || ids.includes(delivery.id));
  }

  const control: FakeGatewayControl = {
    draftsPrepareThemselves: true,
    relayTest: 'online',
    calls: [],
    makePage(documentId) {
      const document = findOutgoing(documentId);
      const pages = document.pages + 1;
      const prepared = pages >= (document.pagesExpected ?? pages);
      putOutgoing(
        settle({
          ...document,
          pages,
          prepared,
          totalBytes: document.totalBytes + 31_000 + ((pages * 7_919) % 23_000),
        }),
      );
    },
    finishPreparation(documentId) {
      while (!findOutgoing(documentId).prepared) control.makePage(documentId);
    },
    failPreparation(documentId, code, fileName) {
      const document = findOutgoing(documentId);
      putOutgoing(
        settle({
          ...document,
          preparation: outcome(code, 'prepare'),
          preparationText: outcomeText(code),
          ...(fileName === undefined ? {} : { failedFileName: fileName }),
        }),
      );
    },
    startCall(documentId, deliveryId) {
      const document = findOutgoing(documentId);
      const delivery = openDelivery(documentId, deliveryId);
      calls = [...calls, liveCall(document, delivery)];
      const list = attempts.get(documentId) ?? [];
      attempts.set(documentId, [
        ...list,
        {
          deliveryId: delivery.id,
          number: delivery.attempts + 1,
          startedAt: new Date().toISOString(),
          pagesConfirmed: delivery.pagesConfirmed,
        },
      ]);
      const { nextAttemptAt: _over, ...rest } = delivery;
      putDelivery(documentId, { ...rest, status: 'sending', attempts: delivery.attempts + 1 });
    },
    confirmPage(documentId, deliveryId) {
      const document = findOutgoing(documentId);
      const delivery = openDelivery(documentId, deliveryId);
      const pagesConfirmed = delivery.pagesConfirmed + 1;
      calls = calls.map((call) =>
        call.callId === `call-${delivery.id}` ? { ...call, pagesDone: pagesConfirmed } : call,
      );
      if (pagesConfirmed < document.pages || !document.prepared) {
        putDelivery(documentId, { ...delivery, status: 'sending', pagesConfirmed });
        return;
      }
      endCall(delivery.id);
      closeAttempt(documentId, delivery.id, pagesConfirmed, outcome('CONFIRMED', 'call'));
      putDelivery(documentId, {
        ...delivery,
        status: 'confirmed',
        pagesConfirmed,
        outcome: outcome('CONFIRMED', 'call'),
        text: outcomeText('CONFIRMED'),
        confirmedAt: new Date().toISOString(),
      });
    },
    endAttempt(documentId, code, deliveryId) {
      const delivery = openDelivery(documentId, deliveryId);
      const result = outcome(code, 'call');
      endCall(delivery.id);
      closeAttempt(documentId, delivery.id, delivery.pagesConfirmed, result);
      putDelivery(documentId, {
        ...delivery,
        status: result.disposition === 'retry' ? 'waiting' : 'failed',
        outcome: result,
        text: outcomeText(code),
        ...(result.disposition === 'retry'
          ? { nextAttemptAt: new Date(Date.now() + 60_000).toISOString() }
          : {}),
      });
    },
    beginIncoming(from, pages, extra = {}) {
      const contact = contacts.find((candidate) => candidate.deviceId === from);
      const id = `in-new-${(serial += 1)}`;
      calls = [
        ...calls,
        {
          callId: `call-${id}`,
          direction: 'incoming',
          peer: from,
          peerName: contact?.name ?? extra.fromName ?? from,
          documentId: id,
          pagesDone: 0,
          pagesTotal: pages,
          startedAt: new Date().toISOString(),
        },
      ];
      putIncoming({
        id,
        from,
        fromName: extra.fromName ?? from,
        ...(contact === undefined ? {} : { contactName: contact.name }),
        ...(extra.subject === undefined ? {} : { subject: extra.subject }),
        purpose: from === 'echo' ? 'echo' : 'fax',
        pages: 0,
        pagesExpected: pages,
        state: 'receiving',
        read: false,
        receivedAt: new Date().toISOString(),
      });
      return id;
    },
    receivePage(documentId) {
      const document = findIncoming(documentId);
      const pages = document.pages + 1;
      const complete = pages >= (document.pagesExpected ?? pages);
      calls = calls
        .map((call) => (call.documentId === documentId ? { ...call, pagesDone: pages } : call))
        .filter((call) => !(complete && call.documentId === documentId));
      putIncoming({
        ...document,
        pages,
        ...(complete ? { state: 'complete', completedAt: new Date().toISOString() } : {}),
      });
    },
    breakIncoming(documentId) {
      calls = calls.filter((call) => call.documentId !== documentId);
      putIncoming({ ...findIncoming(documentId), state: 'broken' });
    },
    setRelay(change) {
      relay = { ...relay, ...change };
      emitStatus();
    },
    setOnline(devices) {
      online = devices;
      emit({ type: 'online' });
    },
    failNext(error) {
      nextError = error;
    },
  };

  function closeAttempt(
    documentId: string,
    deliveryId: string,
    pagesConfirmed: number,
    result: Outcome,
  ): void {
    const list = attempts.get(documentId) ?? [];
    attempts.set(
      documentId,
      list.map((attempt) =>
        attempt.deliveryId === deliveryId && attempt.endedAt === undefined
          ? { ...attempt, endedAt: new Date().toISOString(), pagesConfirmed, outcome: result }
          : attempt,
      ),
    );
  }

  function draftOf(request: Parameters<GatewayServices['createDraft']>[0]): OutgoingDocument {
    const names = request.fileIds.map((fileId) => {
      const file = uploads.get(fileId);
      if (file === undefined) throw new ApiError('NOT_FOUND', 'A file is no longer there. Choose it again.');
      return file.name;
    });
    const id = `out-new-${(serial += 1)}`;
    templates.set(id, {
      template: names.some((name) => /[^ -~]/.test(name)) ? 'order' : 'letter',
      seed: serial,
    });
    return putOutgoing({
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
      deliveries: [],
    });
  }

  const services: GatewayServices = {
    status,
    async *events(signal) {
      const queue: GatewayEvent[] = [{ type: 'status', status: status() }];
      let wake = (): void => {};
      const listener = (event: GatewayEvent): void => {
        queue.push(event);
        wake();
      };
      const onAbort = (): void => wake();
      listeners.add(listener);
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        while (!signal.aborted) {
          const event = queue.shift();
          if (event !== undefined) yield event;
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        listeners.delete(listener);
        signal.removeEventListener('abort', onAbort);
      }
    },
    async online({ filter, limit, after }) {
      if (relay.state !== 'online') throw new ApiError('RELAY_OFFLINE', 'The relay is not connected.');
      const found = online
        .filter((device) => after === undefined || device.deviceId > after)
        .filter((device) => matches([device.deviceId, device.displayName, device.contactName], filter))
        .sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1));
      return { devices: found.slice(0, limit), more: found.length > limit };
    },
    async createDraft(request) {
      const draft = draftOf(request);
      const broken = request.fileIds
        .map((fileId) => uploads.get(fileId)?.name ?? '')
        .find((name) => name.includes('broken') || name.includes('locked'));
      if (broken !== undefined)
        control.failPreparation(
          draft.id,
          broken.includes('locked') ? 'FILE_ENCRYPTED' : 'FILE_BROKEN',
          broken,
        );
      else if (control.draftsPrepareThemselves) control.finishPreparation(draft.id);
      return findOutgoing(draft.id);
    },
    async send({ documentId, recipients, title }) {
      const document = findOutgoing(documentId);
      if (document.status !== 'draft') throw new ApiError('CONFLICT', 'This document was sent already.');
      const deliveries = [...new Set(recipients)].map((deviceId, index): Delivery => {
        const contact = contacts.find((candidate) => candidate.deviceId === deviceId);
        return {
          id: `${documentId}-d${index + 1}`,
          deviceId,
          ...(contact === undefined ? {} : { contactName: contact.name }),
          status: 'waiting',
          pagesConfirmed: 0,
          attempts: 0,
        };
      });
      return putOutgoing(
        settle({
          ...document,
          title: title === undefined || title === '' ? document.title : title,
          status: document.prepared ? 'active' : 'preparing',
          sentAt: new Date().toISOString(),
          deliveries,
        }),
      );
    },
    listOutgoing({ folder, ...request }) {
      const inFolder = outgoing.filter((document) => {
        if (document.status === 'draft') return false;
        if (folder === 'outbox') return outboxStates.has(document.status);
        if (folder === 'sent') return document.status === 'confirmed';
        if (folder === 'failed') return inFailed(document);
        return true;
      });
      return list(inFolder, request, (document) => [
        document.title,
        ...document.deliveries.flatMap((delivery) => [delivery.deviceId, delivery.contactName]),
      ]);
    },
    getOutgoing: findOutgoing,
    outgoingPages(documentId) {
      const document = findOutgoing(documentId);
      return pagesOf(documentId, document.pages, document.createdAt);
    },
    attempts: (documentId) => attempts.get(findOutgoing(documentId).id) ?? [],
    async cancel({ documentId, deliveryIds }) {
      const document = findOutgoing(documentId);
      const named = new Set(deliveriesNamed(document, deliveryIds).map((delivery) => delivery.id));
      for (const id of named) endCall(id);
      const deliveries = document.deliveries.map((delivery): Delivery => {
        if (!named.has(delivery.id) || overStates.has(delivery.status)) return delivery;
        const { nextAttemptAt: _over, ...rest } = delivery;
        return { ...rest, status: 'cancelled', outcome: outcome('CANCELLED', 'queue') };
      });
      return putOutgoing(settle({ ...document, deliveries }));
    },
    async retry({ documentId, deliveryIds }) {
      const document = findOutgoing(documentId);
      const named = new Set(deliveriesNamed(document, deliveryIds).map((delivery) => delivery.id));
      const deliveries = document.deliveries.map((delivery): Delivery => {
        if (!named.has(delivery.id) || !['failed', 'cancelled', 'waiting'].includes(delivery.status))
          return delivery;
        const { nextAttemptAt: _over, outcome: _outcome, text: _text, ...rest } = delivery;
        return { ...rest, status: 'waiting' };
      });
      const { finishedAt: _finished, ...rest } = document;
      return putOutgoing(settle({ ...rest, status: 'active', deliveries }));
    },
    async removeOutgoing(documentId) {
      const document = findOutgoing(documentId);
      if (outboxStates.has(document.status))
        throw new ApiError('NOT_ALLOWED', 'Cancel the fax before deleting it.');
      outgoing.splice(outgoing.indexOf(document), 1);
      emit({ type: 'outgoing', documentId, removed: true });
      emitStatus();
    },
    listInbox: (request) =>
      list(incoming, request, (document) => [
        document.from,
        document.fromName,
        document.contactName,
        document.subject,
      ]),
    getIncoming: findIncoming,
    incomingPages(documentId) {
      const document = findIncoming(documentId);
      return pagesOf(documentId, document.pages, document.receivedAt);
    },
    markRead: ({ documentId, read }) => putIncoming({ ...findIncoming(documentId), read }),
    async removeIncoming(documentId) {
      const document = findIncoming(documentId);
      trash.set(documentId, document);
      incoming.splice(incoming.indexOf(document), 1);
      emit({ type: 'incoming', documentId, removed: true });
      emitStatus();
    },
    restoreIncoming(documentId) {
      const document = trash.get(documentId);
      if (document === undefined) throw new ApiError('NOT_FOUND', 'There is no such document.');
      trash.delete(documentId);
      return putIncoming(document);
    },
    listContacts: (search) =>
      contacts
        .filter((contact) => matches([contact.name, contact.deviceId, contact.telephone], search))
        .sort((a, b) => a.name.localeCompare(b.name)),
    saveContact({ id, ...fields }) {
      const contact: Contact = { id: id ?? `contact-new-${(serial += 1)}`, ...fields };
      contacts = [...contacts.filter((old) => old.id !== contact.id), contact];
      emit({ type: 'contacts' });
      return contact;
    },
    removeContact(id) {
      contacts = contacts.filter((contact) => contact.id !== id);
      emit({ type: 'contacts' });
    },
    settings: () => settings,
    changeSettings(change) {
      settings = { ...settings, ...change };
      emit({ type: 'settings' });
      emitStatus();
      return settings;
    },
    relayAccount: () => account,
    async setRelayAccount({ password: _secret, ...shown }) {
      account = shown;
      relay = { ...relay, embedded: false, url: shown.url, deviceId: shown.deviceId };
      emit({ type: 'settings' });
      emitStatus();
      return account;
    },
    testRelayAccount: async () => control.relayTest,
    async forgetRelayAccount() {
      account = undefined;
      relay = { ...relay, embedded: true, url: 'ws://127.0.0.1:4381', deviceId: 'this-office' };
      emit({ type: 'settings' });
      emitStatus();
    },
  };

  const files: GatewayFiles = {
    async addFile(name, bytes) {
      let byteLength = 0;
      for await (const chunk of bytes) byteLength += chunk.byteLength;
      if (name.includes('huge')) throw new ApiError('TOO_LARGE', 'The file is too large.');
      const file = { fileId: `file-${(serial += 1)}`, name, byteLength };
      uploads.set(file.fileId, file);
      return file;
    },
    async pageImage(folder, documentId, index, imageOptions) {
      const document = folder === 'incoming' ? findIncoming(documentId) : findOutgoing(documentId);
      if (index >= document.pages) throw new ApiError('NOT_FOUND', 'There is no such page.');
      return fakePageImage(templateOf(documentId), index, imageOptions);
    },
    async exportFile(folder, documentId, format) {
      const document = folder === 'incoming' ? findIncoming(documentId) : findOutgoing(documentId);
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
          if (nextError !== undefined) {
            const error = nextError;
            nextError = undefined;
            throw error;
          }
          return Reflect.apply(value, target, parameters) as unknown;
        };
      },
    });
  }
}

const inFailed = (document: OutgoingDocument): boolean =>
  document.status === 'failed' || document.status === 'partly' || document.status === 'cancelled';

const before = (now: Date, seconds: number): string => new Date(now.getTime() - seconds * 1000).toISOString();

function matches(words: (string | undefined)[], search: string | undefined): boolean {
  if (search === undefined || search.trim() === '') return true;
  const text = words.join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function list<T extends { id: string }>(
  all: T[],
  request: ListRequest,
  words: (item: T) => (string | undefined)[],
): Listing<T> {
  const found = all.filter((item) => matches(words(item), request.search));
  const start = request.cursor === undefined ? 0 : found.findIndex((item) => item.id === request.cursor) + 1;
  const items = found.slice(start, start + request.limit);
  const last = items.at(-1);
  return last !== undefined && start + items.length < found.length
    ? { items, nextCursor: last.id }
    : { items };
}

/** The document's status as its deliveries make it. */
function settle(document: OutgoingDocument): OutgoingDocument {
  if (document.status === 'draft') return document;
  const { deliveries } = document;
  if (document.preparation !== undefined && document.preparation.disposition === 'fail')
    return { ...document, status: 'failed', finishedAt: new Date().toISOString() };
  if (deliveries.some((delivery) => !overStates.has(delivery.status)))
    return { ...document, status: document.prepared ? 'active' : 'preparing' };
  const confirmed = deliveries.filter((delivery) => delivery.status === 'confirmed').length;
  const status: OutgoingStatus =
    confirmed === deliveries.length
      ? 'confirmed'
      : confirmed > 0
        ? 'partly'
        : deliveries.some((delivery) => delivery.status === 'failed')
          ? 'failed'
          : 'cancelled';
  return { ...document, status, finishedAt: new Date().toISOString() };
}

function sampleAttempts(document: OutgoingDocument): Attempt[] {
  const start = Date.parse(document.sentAt ?? document.createdAt);
  return document.deliveries.flatMap((delivery) =>
    Array.from({ length: delivery.attempts }, (_, index): Attempt => {
      const last = index === delivery.attempts - 1;
      const running = last && delivery.status === 'sending';
      const result = last ? delivery.outcome : outcome('DEVICE_OFFLINE', 'connect');
      return {
        deliveryId: delivery.id,
        number: index + 1,
        startedAt: new Date(start + index * 300_000).toISOString(),
        ...(running ? {} : { endedAt: new Date(start + index * 300_000 + 4_200).toISOString() }),
        pagesConfirmed: last ? delivery.pagesConfirmed : 0,
        ...(running || result === undefined ? {} : { outcome: result }),
      };
    }),
  );
}
