// The calls that bring documents at this moment, and what they bring.

import type { LiveCall } from '../../protocol/api/types.ts';
import type { Outcome } from '../../protocol/outcome.ts';
import type { DocumentSink } from '../call/documentCall.types.ts';
import type { Inbox } from '../inbox/inbox.ts';
import { errorText, type Log } from '../log.ts';
import type { RelayCall } from '../relaySession/relaySession.types.ts';
import { withoutUndefined } from '../store/row.ts';

export interface IncomingCallsOptions {
  inbox: Inbox;
  receiveDocuments(
    call: RelayCall,
    sink: DocumentSink,
    options: { deviceId: string; software: string; log: Log },
  ): Promise<Outcome>;
  /** This gateway's own device id. */
  deviceId(): string | undefined;
  contactName(deviceId: string): string | undefined;
  statusChanged(): void;
  software: string;
  log: Log;
}

export interface IncomingCalls {
  /** Takes over a call that was joined and sees it to its end. */
  take(call: RelayCall): void;
  liveCalls(): LiveCall[];
  /** Breaks them off; the senders come again. */
  stop(): Promise<void>;
}

interface Receiving {
  readonly call: RelayCall;
  readonly startedAt: string;
  documentId: string | undefined;
  done: Promise<void>;
}

export function createIncomingCalls(options: IncomingCallsOptions): IncomingCalls {
  const { inbox, log } = options;
  const receiving = new Set<Receiving>();
  let stopped = false;

  return {
    take(call) {
      const deviceId = options.deviceId();
      if (stopped || deviceId === undefined) {
        call.abort();
        return;
      }
      const mine: Receiving = {
        call,
        startedAt: new Date().toISOString(),
        documentId: undefined,
        done: Promise.resolve(),
      };
      receiving.add(mine);
      mine.done = receive(mine, deviceId);
      options.statusChanged();
    },
    liveCalls: () => [...receiving].map((one) => liveCallOf(one)),
    async stop() {
      stopped = true;
      for (const { call } of receiving) call.abort();
      await Promise.all([...receiving].map((one) => one.done));
    },
  };

  async function receive(mine: Receiving, deviceId: string): Promise<void> {
    const { call } = mine;
    const sink: DocumentSink = {
      ...inbox.sink,
      open(head) {
        mine.documentId = head.documentId;
        return inbox.sink.open(head);
      },
    };
    try {
      await options.receiveDocuments(call, sink, { deviceId, software: options.software, log });
    } catch (error) {
      log.error('receiving failed inside', { peer: call.peer, error: errorText(error) });
    } finally {
      await call.release();
      receiving.delete(mine);
      options.statusChanged();
    }
  }

  function liveCallOf({ call, startedAt, documentId }: Receiving): LiveCall {
    const document = documentId === undefined ? undefined : inbox.find(call.peer, documentId)?.document;
    return withoutUndefined({
      callId: call.callId,
      direction: 'incoming' as const,
      peer: call.peer,
      peerName: options.contactName(call.peer) ?? document?.fromName ?? call.info.displayName,
      documentId: document?.id,
      pagesDone: document?.pages ?? 0,
      pagesTotal: document?.pagesExpected,
      startedAt,
    });
  }
}
