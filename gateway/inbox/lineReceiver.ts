// Telephone calls that bring documents: each page durable before its sender is told, what came before a call broke kept.

import { isTelephone, numberOf, telephoneDestination } from '../../protocol/destination.ts';
import type { LiveCall } from '../../protocol/api/types.ts';
import type { CallProgress, CallReport } from '../../protocol/modem.ts';
import { StoreError } from '../call/documentCall.types.ts';
import type { CallLog } from '../calls/callLog.ts';
import type { IncomingAnswer, IncomingLineCall, LineCallEvents, ReceivedPage } from '../lines/lines.types.ts';
import { errorText, type Log } from '../log.ts';
import type { PollOffers } from '../polling/pollOffers.ts';
import type { Remotes } from '../remotes/remotes.ts';
import { withoutUndefined } from '../store/row.ts';
import type { Inbox } from './inbox.ts';

/** The end of a fax that the disk did not take is written again: first after, at most after. */
const WRITE_AGAIN_MS = 5_000;
const LONGEST_WRITE_AGAIN_MS = 5 * 60_000;

export interface LineReceiverOptions {
  inbox: Pick<Inbox, 'sink' | 'find' | 'accepts'>;
  calls: Pick<CallLog, 'begin'>;
  remotes: Pick<Remotes, 'hints' | 'learn'>;
  offers: Pick<PollOffers, 'present'>;
  /** The one form under which a number is known. Left out: as the caller gives it. */
  canonical?: (destination: string) => string;
  statusChanged(): void;
  log: Log;
}

/** Where the pages of one call go. */
export interface Reception {
  storePage(page: ReceivedPage): Promise<void>;
  /** The call is over: the document stands in the inbox, whole or partial; nothing does when no page came. */
  end(report: CallReport): Promise<void>;
  /** The document as the list of live calls names it. */
  document(): { id: string; pages: number } | undefined;
}

export interface LineReceiver {
  /** For `Lines`: how a call that rings is taken; `undefined` when it is not. */
  answering(call: IncomingLineCall): IncomingAnswer | undefined;
  /** For a call that fetches a document. */
  reception(call: { callId: string; number: string }): Reception;
  liveCalls(): LiveCall[];
  /** After the last call: resolves when its end is written down. */
  stop(): Promise<void>;
}

/** What is known of the caller. */
interface Caller {
  callId: string;
  /** By caller id, or as dialled by us. */
  number: string | undefined;
  name: string | undefined;
}

interface Receiving {
  readonly caller: Caller;
  readonly line: { lineId: string; lineName: string };
  readonly reception: Reception;
  readonly startedAt: string;
  progress: CallProgress | undefined;
}

export function createLineReceiver(options: LineReceiverOptions): LineReceiver {
  const { inbox, log } = options;
  const receiving = new Set<Receiving>();
  const ending = new Set<Promise<void>>();
  let stopped = false;

  return {
    answering(call) {
      const { callId, line, callerNumber, callerName } = call;
      const known = destinationOf(callerNumber);
      // Without a caller id nobody can be told apart, and a fax must not be lost for want of one.
      if (!inbox.accepts(known ?? 'tel:')) return undefined;
      const caller: Caller = { callId, number: callerNumber, name: callerName };
      const entry = options.calls.begin({ callId, line, direction: 'incoming', number: callerNumber ?? '' });
      const mine: Receiving = {
        caller,
        line: { lineId: line.id, lineName: line.name },
        reception: createReception(caller),
        startedAt: new Date().toISOString(),
        progress: undefined,
      };
      receiving.add(mine);
      options.statusChanged();
      const offered = options.offers.present();
      const events: LineCallEvents = {
        progress(progress) {
          mine.progress = progress;
          entry.progress(progress);
          options.statusChanged();
        },
        journal: (text) => entry.journal(text),
        pagesConfirmed: (pages) => offered.confirmed(pages),
        page: (index) => offered.page(index),
        storePage: (page) => mine.reception.storePage(page),
      };
      return {
        documents: offered.documents,
        pollAddress: offered.address,
        pollPassword: offered.password,
        hints: known === undefined ? undefined : options.remotes.hints(numberOf(known)),
        events,
        ended(report) {
          entry.end(report);
          if (known !== undefined) options.remotes.learn(numberOf(known), report);
          const end = mine.reception.end(report).finally(() => {
            ending.delete(end);
            receiving.delete(mine);
            options.statusChanged();
          });
          ending.add(end);
        },
      };
    },
    reception: ({ callId, number }) => createReception({ callId, number, name: undefined }),
    liveCalls: () => [...receiving].map(liveCallOf),
    async stop() {
      stopped = true;
      await Promise.all(ending);
    },
  };

  /** A fax that is there must not stand as arriving until somebody starts the program anew. */
  function completeLater(complete: () => Promise<void>, afterMs: number): void {
    if (stopped) return;
    const again = (): void => completeLater(complete, Math.min(afterMs * 2, LONGEST_WRITE_AGAIN_MS));
    setTimeout(() => void complete().catch(again), afterMs).unref();
  }

  function destinationOf(number: string | undefined): string | undefined {
    const destination = number === undefined ? undefined : telephoneDestination(number);
    return destination === undefined ? undefined : (options.canonical?.(destination) ?? destination);
  }

  function createReception({ callId, number, name }: Caller): Reception {
    let head: { caller: string; documentId: string } | undefined;
    /** Pages of the call by number, in the order in which they were stored. */
    const stored: number[] = [];
    let isWhole = true;
    return {
      async storePage(page) {
        // Asked again after its answer was lost: it is the same page.
        if (stored.includes(page.page)) return;
        head ??= await open(page);
        const { info, data, quality } = page;
        await inbox.sink.storePage(head.caller, head.documentId, stored.length, info, data, quality);
        stored.push(page.page);
        if (quality.partial === true) isWhole = false;
      },
      async end(report) {
        if (head === undefined) return;
        const { caller, documentId } = head;
        const complete = (): Promise<void> =>
          inbox.sink.storeDocument(caller, documentId, stored.length, !(report.complete && isWhole));
        try {
          await complete();
        } catch (error) {
          // Its pages are on disk; at the latest at the next start the document is completed from them.
          log.error('end of a received fax not noted', { callId, error: errorText(error) });
          completeLater(complete, WRITE_AGAIN_MS);
        }
      },
      document() {
        const row = head === undefined ? undefined : inbox.find(head.caller, head.documentId);
        return row === undefined ? undefined : { id: row.id, pages: row.pages };
      },
    };

    async function open(page: ReceivedPage): Promise<{ caller: string; documentId: string }> {
      const remoteId = page.remoteId?.trim() === '' ? undefined : page.remoteId?.trim();
      const caller = destinationOf(number) ?? destinationOf(remoteId) ?? 'tel:';
      const opened = await inbox.sink.open({
        caller,
        documentId: callId,
        fromName: name ?? remoteId ?? number ?? '',
        fromNumber: number ?? remoteId,
        to: '',
        purpose: 'fax',
        createdAt: new Date().toISOString(),
        telephone: {
          callId,
          remoteId,
          callerNumber: number,
          callerName: name,
          subaddress: page.subaddress,
        },
      });
      if ('refuse' in opened) {
        const isFull = opened.refuse === 'RECEIVER_DISK_FULL';
        throw new StoreError(
          isFull ? 'RECEIVER_DISK_FULL' : 'RECEIVER_ERROR',
          `the inbox says ${opened.refuse}`,
        );
      }
      return { caller, documentId: callId };
    }
  }

  function liveCallOf({ caller, line, reception, startedAt, progress }: Receiving): LiveCall {
    const document = reception.document();
    const number = caller.number ?? progress?.remoteId;
    const peer = destinationOf(number) ?? 'tel:';
    return withoutUndefined({
      callId: caller.callId,
      direction: 'incoming' as const,
      peer,
      peerName: caller.name ?? (isTelephone(peer) && peer.length > 4 ? undefined : progress?.remoteId),
      documentId: document?.id,
      pagesDone: document?.pages ?? 0,
      startedAt,
      line: {
        ...line,
        progress: progress ?? { phase: 'answering' as const, pagesSent: 0, pagesReceived: 0 },
      },
    });
  }
}
