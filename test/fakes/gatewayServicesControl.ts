// The steps that a test makes the fake gateway take.

import { type OnlineDevice, type RelayStatus } from '../../protocol/api/types.ts';
import type { FoundPort, Line } from '../../protocol/api/lines.ts';
import type { CallProgress } from '../../protocol/modem.ts';
import { outcome, type Outcome, type OutcomeCode } from '../../protocol/outcome.ts';
import { outcomeText } from '../../protocol/outcomeTexts.ts';
import { settle } from './gatewayServicesRules.ts';
import type { FakeState } from './gatewayServicesState.ts';

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
  setLine(lineId: string, change: Partial<Line>): void;
  /** A line rings once more. */
  ring(lineId: string, caller?: { callerNumber?: string; callerName?: string }): void;
  /** A call over a line goes on; `remainingSeconds` is told with it. */
  progress(callId: string, change: Partial<CallProgress>, remainingSeconds?: number): void;
  /** What a scan finds beside the lines. */
  setFoundPorts(ports: FoundPort[]): void;
  /** The next scans take until the function given back is called. */
  holdScans(): () => void;
  setRelay(change: Partial<RelayStatus>): void;
  setOnline(devices: OnlineDevice[]): void;
  /** What the next `testRelay` answers. */
  relayTest: Outcome | 'online';
  /** Thrown by the next call of any method, once. */
  failNext(error: Error): void;
  nextError: Error | undefined;
  /** How often each method was called, in order. */
  readonly calls: string[];
}

export function createControl(state: FakeState): FakeGatewayControl {
  const control: FakeGatewayControl = {
    draftsPrepareThemselves: true,
    relayTest: 'online',
    calls: [],
    makePage(documentId) {
      const document = state.findOutgoing(documentId);
      const pages = document.pages + 1;
      const prepared = pages >= (document.pagesExpected ?? pages);
      state.putOutgoing(
        settle({
          ...document,
          pages,
          prepared,
          totalBytes: document.totalBytes + 31_000 + ((pages * 7_919) % 23_000),
        }),
      );
    },
    finishPreparation(documentId) {
      while (!state.findOutgoing(documentId).prepared) control.makePage(documentId);
    },
    failPreparation(documentId, code, fileName) {
      const document = state.findOutgoing(documentId);
      state.putOutgoing(
        settle({
          ...document,
          preparation: outcome(code, 'prepare'),
          preparationText: outcomeText(code),
          ...(fileName === undefined ? {} : { failedFileName: fileName }),
        }),
      );
    },
    startCall(documentId, deliveryId) {
      const document = state.findOutgoing(documentId);
      const delivery = state.openDelivery(documentId, deliveryId);
      state.calls = [...state.calls, state.liveCall(document, delivery)];
      const list = state.attempts.get(documentId) ?? [];
      state.attempts.set(documentId, [
        ...list,
        {
          deliveryId: delivery.id,
          number: delivery.attempts + 1,
          startedAt: new Date().toISOString(),
          pagesConfirmed: delivery.pagesConfirmed,
        },
      ]);
      const { nextAttemptAt: _over, ...rest } = delivery;
      state.putDelivery(documentId, { ...rest, status: 'sending', attempts: delivery.attempts + 1 });
    },
    confirmPage(documentId, deliveryId) {
      const document = state.findOutgoing(documentId);
      const delivery = state.openDelivery(documentId, deliveryId);
      const pagesConfirmed = delivery.pagesConfirmed + 1;
      state.calls = state.calls.map((call) =>
        call.callId === `call-${delivery.id}` ? { ...call, pagesDone: pagesConfirmed } : call,
      );
      if (pagesConfirmed < document.pages || !document.prepared) {
        state.putDelivery(documentId, { ...delivery, status: 'sending', pagesConfirmed });
        return;
      }
      state.endCall(delivery.id);
      state.closeAttempt(documentId, delivery.id, pagesConfirmed, outcome('CONFIRMED', 'call'));
      state.putDelivery(documentId, {
        ...delivery,
        status: 'confirmed',
        pagesConfirmed,
        outcome: outcome('CONFIRMED', 'call'),
        text: outcomeText('CONFIRMED'),
        confirmedAt: new Date().toISOString(),
      });
    },
    endAttempt(documentId, code, deliveryId) {
      const delivery = state.openDelivery(documentId, deliveryId);
      const result = outcome(code, 'call');
      state.endCall(delivery.id);
      state.closeAttempt(documentId, delivery.id, delivery.pagesConfirmed, result);
      state.putDelivery(documentId, {
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
      const contact = state.contacts.find((candidate) => candidate.deviceId === from);
      const id = `in-new-${state.nextSerial()}`;
      state.calls = [
        ...state.calls,
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
      state.putIncoming({
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
      const document = state.findIncoming(documentId);
      const pages = document.pages + 1;
      const complete = pages >= (document.pagesExpected ?? pages);
      state.calls = state.calls
        .map((call) => (call.documentId === documentId ? { ...call, pagesDone: pages } : call))
        .filter((call) => !(complete && call.documentId === documentId));
      state.putIncoming({
        ...document,
        pages,
        ...(complete ? { state: 'complete', completedAt: new Date().toISOString() } : {}),
      });
    },
    breakIncoming(documentId) {
      state.calls = state.calls.filter((call) => call.documentId !== documentId);
      state.putIncoming({ ...state.findIncoming(documentId), state: 'broken' });
    },
    setLine(lineId, change) {
      const line = state.lines.get(lineId);
      if (line === undefined) throw new Error(`no line ${lineId}`);
      state.putLine({ ...line, ...change });
    },
    ring(lineId, caller = {}) {
      const count = (state.lines.get(lineId)?.ringing?.count ?? 0) + 1;
      control.setLine(lineId, { state: 'ringing', ringing: { count, ...caller }, text: 'Ringing.' });
    },
    progress(callId, change, remainingSeconds) {
      state.calls = state.calls.map((call) =>
        call.callId === callId && call.line !== undefined
          ? {
              ...call,
              line: {
                ...call.line,
                progress: { ...call.line.progress, ...change },
                ...(remainingSeconds === undefined ? {} : { remainingSeconds }),
              },
            }
          : call,
      );
      state.emit({ type: 'call', callId });
      state.emitStatus();
    },
    setFoundPorts(ports) {
      state.telephone.foundPorts = ports;
    },
    holdScans() {
      const gate = Promise.withResolvers<void>();
      state.telephone.scanGate = gate.promise;
      return () => {
        state.telephone.scanGate = undefined;
        gate.resolve();
      };
    },
    setRelay(change) {
      state.relay = { ...state.relay, ...change };
      state.emitStatus();
    },
    setOnline(devices) {
      state.online = devices;
      state.emit({ type: 'online' });
    },
    nextError: undefined,
    failNext(error) {
      control.nextError = error;
    },
  };

  return control;
}
