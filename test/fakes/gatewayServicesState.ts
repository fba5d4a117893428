// What the fake gateway knows, and the events it sends when that changes.

import { type UploadedFile } from '../../protocol/api/http.ts';
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
  type OnlineDevice,
  type OutgoingDocument,
  type RelayAccount,
  type RelayStatus,
  type Settings,
} from '../../protocol/api/types.ts';
import type {
  CallRecord,
  FoundPort,
  Line,
  RemoteProfile,
  TelephoneSettings,
} from '../../protocol/api/lines.ts';
import { DEFAULT_TELEPHONE_SETTINGS } from '../../protocol/api/telephoneDefaults.ts';
import type { CallReport, JournalLine, PageQualityReport } from '../../protocol/modem.ts';
import { type Outcome } from '../../protocol/outcome.ts';
import {
  officeData,
  sampleIncoming,
  sampleOutgoing,
  samplePages,
  sampleTemplates,
  type Sample,
} from './gatewayServicesData.ts';
import {
  outboxStates,
  overStates,
  inFailed,
  before,
  settle,
  sampleAttempts,
} from './gatewayServicesRules.ts';

import { sampleTelephone } from './gatewayServicesTelephone.ts';
import { fakeReport } from './gatewayServicesTelephoneCalls.ts';
import { FOUND_PORTS, RUNNING_CALL, RUNNING_PROGRESS, sampleLines } from './gatewayServicesTelephoneLines.ts';

export interface FakeGatewayOptions {
  /** `office`: a year of faxes. `empty`: just installed. */
  filledWith?: 'office' | 'empty';
  /** How many faxes stand in the inbox of an `office`; dozens by default. */
  incomingDocuments?: number;
  /** With telephone lines, calls over them and machines that are known; none by default. */
  telephone?: boolean;
  /** The moment the data is made for; all times lie before it. */
  now?: Date;
}

/** What the fake gateway knows of telephones. */
export interface FakeTelephone {
  settings: TelephoneSettings;
  /** Newest first. */
  calls: CallRecord[];
  journals: Map<string, JournalLine[]>;
  remotes: Map<string, RemoteProfile>;
  qualities: Map<string, PageQualityReport[]>;
  /** What a scan finds beside the lines, once `scanGate` is open. */
  foundPorts: FoundPort[];
  scanGate: Promise<void> | undefined;
}

export class FakeState {
  readonly now: Date;
  readonly incoming: IncomingDocument[];
  readonly outgoing: OutgoingDocument[];
  readonly templates = new Map<string, Sample>();
  readonly trash = new Map<string, IncomingDocument>();
  readonly attempts = new Map<string, Attempt[]>();
  readonly uploads = new Map<string, UploadedFile>();
  readonly listeners = new Set<(event: GatewayEvent) => void>();
  contacts: Contact[];
  online: OnlineDevice[];
  calls: LiveCall[] = [];
  readonly lines = new Map<string, Line>();
  readonly telephone: FakeTelephone = {
    settings: DEFAULT_TELEPHONE_SETTINGS,
    calls: [],
    journals: new Map(),
    remotes: new Map(),
    qualities: new Map(),
    foundPorts: FOUND_PORTS,
    scanGate: undefined,
  };
  settings: Settings;
  account: RelayAccount | undefined;
  relay: RelayStatus;
  #serial = 0;

  constructor(options: FakeGatewayOptions) {
    const now = options.now ?? new Date();
    const office = (options.filledWith ?? 'office') === 'office';
    const data = officeData();
    this.now = now;
    this.incoming = office ? sampleIncoming(now, options.incomingDocuments ?? 64, data) : [];
    this.outgoing = office ? sampleOutgoing(now, data) : [];
    this.contacts = office ? [...data.contacts] : [];
    this.online = office
      ? data.online.map((device) => this.withContactName(device))
      : data.online.filter((device) => device.deviceId === 'echo' || device.deviceId === 'demo-office');
    this.settings = {
      displayName: office ? 'Hayashi Trading, Kobe' : 'This office',
      faxNumber: office ? '+81 78 555 0132' : '',
      headerLine: true,
      paper: 'a4',
      accept: 'everyone',
      blockedDevices: office ? ['promo-blast'] : [],
      maxConnections: 8,
      giveUpAfterHours: 24,
    };
    this.account = office ? { url: 'wss://relay.hikyaku.example', deviceId: 'kobe-hayashi' } : undefined;
    this.relay = {
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
    for (const document of this.outgoing) this.attempts.set(document.id, sampleAttempts(document));
    if (office) this.#startSampleCalls();
    if (options.telephone === true) this.#connectTelephones();
  }

  #connectTelephones(): void {
    const sample = sampleTelephone(this.now);
    for (const line of sampleLines(this.now)) this.lines.set(line.id, line);
    for (const document of sample.outgoing.toReversed())
      insertNewest(this.outgoing, document, (it) => it.sentAt);
    for (const document of sample.incoming) insertNewest(this.incoming, document, (it) => it.receivedAt);
    for (const [id, attempts] of sample.attempts) this.attempts.set(id, attempts);
    this.telephone.calls = sample.calls;
    this.telephone.journals = sample.journals;
    this.telephone.qualities = sample.qualities;
    for (const remote of sample.remotes) this.telephone.remotes.set(remote.number, remote);
    const running = this.findOutgoing('out-tel-1');
    const [delivery] = running.deliveries;
    if (delivery === undefined) return;
    this.calls.unshift({
      ...this.liveCall(running, delivery),
      callId: RUNNING_CALL,
      line: {
        lineId: 'line-1',
        lineName: 'Front desk',
        progress: RUNNING_PROGRESS,
        remainingSeconds: 170,
      },
    });
  }

  putLine(line: Line): Line {
    this.lines.set(line.id, line);
    this.linesChanged();
    return line;
  }
  linesChanged(): void {
    this.emit({ type: 'lines' });
    this.emitStatus();
  }

  /** A call is up on this line; returns its id. */
  beginLineCall(lineId: string, number: string, direction: 'incoming' | 'outgoing'): string {
    const line = this.lines.get(lineId);
    if (line === undefined) throw new Error(`no line ${lineId}`);
    const callId = `call-line-${this.nextSerial()}`;
    const startedAt = new Date().toISOString();
    const progress = {
      phase: direction === 'incoming' ? ('answering' as const) : ('dialling' as const),
      pagesSent: 0,
      pagesReceived: 0,
    };
    this.telephone.calls = [
      {
        id: callId,
        lineId,
        lineName: line.name,
        direction,
        number,
        startedAt,
        progress,
        incomingIds: [],
        outgoingIds: [],
      },
      ...this.telephone.calls,
    ];
    const contact = this.contacts.find(({ telephone }) => telephone?.replaceAll(' ', '') === number);
    this.calls = [
      {
        callId,
        direction,
        peer: `tel:${number}`,
        ...(contact === undefined ? {} : { peerName: contact.name }),
        pagesDone: 0,
        startedAt,
        line: { lineId, lineName: line.name, progress },
      },
      ...this.calls,
    ];
    const { ringing: _over, ...rest } = line;
    this.putLine({ ...rest, state: 'inCall', callId, text: 'A call is up.' });
    this.emit({ type: 'call', callId });
    return callId;
  }

  endLineCall(callId: string, report: CallReport): void {
    this.telephone.calls = this.telephone.calls.map((call) =>
      call.id === callId ? { ...call, endedAt: new Date().toISOString(), report } : call,
    );
    this.calls = this.calls.filter((call) => call.callId !== callId);
    const line = [...this.lines.values()].find((candidate) => candidate.callId === callId);
    this.emit({ type: 'call', callId });
    if (line === undefined) return;
    const { callId: _over, ...rest } = line;
    this.putLine({ ...rest, state: 'ready', text: 'Ready.' });
  }

  /** A number that was not given before. */
  nextSerial(): number {
    this.#serial += 1;
    return this.#serial;
  }

  withContactName(device: OnlineDevice): OnlineDevice {
    const contact = this.contacts.find((candidate) => candidate.deviceId === device.deviceId);
    return contact === undefined ? device : { ...device, contactName: contact.name };
  }

  /** The sample outbox has one delivery in mid call; the this.status names it. */
  #startSampleCalls(): void {
    for (const document of this.outgoing) {
      for (const delivery of document.deliveries) {
        if (delivery.status !== 'sending') continue;
        this.calls.push(this.liveCall(document, delivery));
      }
    }
    const arriving = this.incoming.find((document) => document.state === 'receiving');
    if (arriving !== undefined) {
      this.calls.push({
        callId: `call-${arriving.id}`,
        direction: 'incoming',
        peer: arriving.from,
        peerName: arriving.contactName ?? arriving.fromName,
        documentId: arriving.id,
        pagesDone: arriving.pages,
        ...(arriving.pagesExpected === undefined ? {} : { pagesTotal: arriving.pagesExpected }),
        startedAt: before(this.now, 20),
      });
    }
  }

  liveCall(document: OutgoingDocument, delivery: Delivery): LiveCall {
    return {
      callId: `call-${delivery.id}`,
      direction: 'outgoing',
      peer: delivery.destination,
      ...(delivery.contactName === undefined ? {} : { peerName: delivery.contactName }),
      documentId: document.id,
      pagesDone: delivery.pagesConfirmed,
      pagesTotal: document.pagesExpected ?? document.pages,
      startedAt: new Date().toISOString(),
    };
  }

  status(): GatewayStatus {
    return {
      version: '0.1.0',
      displayName: this.settings.displayName,
      startedAt: before(this.now, 192 * 60),
      relay: this.relay,
      calls: this.calls,
      lines: [...this.lines.values()].map(({ id, name, state, text }) => ({ id, name, state, text })),
      counts: {
        inboxUnread: this.incoming.filter((document) => !document.read).length,
        outboxActive: this.outgoing.filter((document) => outboxStates.has(document.status)).length,
        failed: this.outgoing.filter(inFailed).length,
      },
      diskFreeBytes: 81_604_378_624,
      resumedAtStart: 0,
    };
  }

  emit(event: GatewayEvent): void {
    for (const listener of this.listeners) listener(event);
  }
  emitStatus(): void {
    this.emit({ type: 'status', status: this.status() });
  }

  findOutgoing(documentId: string): OutgoingDocument {
    const document = this.outgoing.find((candidate) => candidate.id === documentId);
    if (document === undefined) throw new ApiError('NOT_FOUND', 'There is no such document.');
    return document;
  }
  findIncoming(documentId: string): IncomingDocument {
    const document = this.incoming.find((candidate) => candidate.id === documentId);
    if (document === undefined) throw new ApiError('NOT_FOUND', 'There is no such document.');
    return document;
  }

  putOutgoing(document: OutgoingDocument): OutgoingDocument {
    const index = this.outgoing.findIndex((candidate) => candidate.id === document.id);
    if (index === -1) this.outgoing.unshift(document);
    else this.outgoing[index] = document;
    this.emit({ type: 'outgoing', documentId: document.id, removed: false });
    this.emitStatus();
    return document;
  }
  putIncoming(document: IncomingDocument): IncomingDocument {
    const index = this.incoming.findIndex((candidate) => candidate.id === document.id);
    if (index !== -1) this.incoming[index] = document;
    else {
      const place = this.incoming.findIndex((candidate) => candidate.receivedAt <= document.receivedAt);
      this.incoming.splice(place === -1 ? this.incoming.length : place, 0, document);
    }
    this.emit({ type: 'incoming', documentId: document.id, removed: false });
    this.emitStatus();
    return document;
  }

  putDelivery(documentId: string, delivery: Delivery): void {
    const document = this.findOutgoing(documentId);
    const deliveries = document.deliveries.map((old) => (old.id === delivery.id ? delivery : old));
    this.putOutgoing(settle({ ...document, deliveries }));
  }

  openDelivery(documentId: string, deliveryId: string | undefined): Delivery {
    const { deliveries } = this.findOutgoing(documentId);
    const found = deliveries.find((delivery) =>
      deliveryId === undefined ? !overStates.has(delivery.status) : delivery.id === deliveryId,
    );
    if (found === undefined) throw new Error(`no open delivery of ${documentId}`);
    return found;
  }

  endCall(deliveryId: string): void {
    const callId = `call-${deliveryId}`;
    if (this.telephone.calls.some(({ id, endedAt }) => id === callId && endedAt === undefined))
      this.endLineCall(callId, fakeReport('CANCELLED'));
    this.calls = this.calls.filter((call) => call.callId !== callId);
  }

  templateOf(documentId: string): Sample {
    return this.templates.get(documentId) ?? sampleTemplates(documentId, this.incoming, this.outgoing);
  }

  pagesOf(documentId: string, count: number, at: string): DocumentPage[] {
    const qualities = this.telephone.qualities.get(documentId);
    return samplePages(this.templateOf(documentId), count, at).map((page) => {
      const quality = qualities?.[page.index];
      return quality === undefined ? page : { ...page, quality };
    });
  }

  deliveriesNamed(document: OutgoingDocument, ids: string[] | undefined): Delivery[] {
    return document.deliveries.filter((delivery) => ids === undefined || ids.includes(delivery.id));
  }

  closeAttempt(documentId: string, deliveryId: string, pagesConfirmed: number, result: Outcome): void {
    const list = this.attempts.get(documentId) ?? [];
    this.attempts.set(
      documentId,
      list.map((attempt) =>
        attempt.deliveryId === deliveryId && attempt.endedAt === undefined
          ? { ...attempt, endedAt: new Date().toISOString(), pagesConfirmed, outcome: result }
          : attempt,
      ),
    );
  }
}

function insertNewest<T>(all: T[], item: T, timeOf: (item: T) => string | undefined): void {
  const place = all.findIndex((other) => (timeOf(other) ?? '') <= (timeOf(item) ?? ''));
  all.splice(place === -1 ? all.length : place, 0, item);
}
