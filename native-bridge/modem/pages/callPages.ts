// The pages of one call: what the driver asks for and hands over, as messages to the gateway and back.

import type { PageQualityReport, ModemReply, ModemRequest } from '../../../protocol/modem.ts';
import type { PageQuality } from '../../../fax/t4/coding.ts';
import type { PageHost } from '../faxDriver.types.ts';
import { IncomingPages } from './incomingPages.ts';
import type { NotStored } from './incomingPages.ts';
import { OutgoingPages } from './outgoingPages.ts';

export interface CallPagesOptions {
  callId: string;
  /** Of all documents that may be sent in the call. */
  pageCount: number;
  tell: (reply: ModemReply) => void;
  /** How long the gateway may take to answer. */
  pageAnswerMs?: number;
  storeAnswerMs?: number;
}

/** What the gateway says about the pages of a call. */
export type PageAnswer = Extract<
  ModemRequest,
  { type: 'page' | 'pageUnavailable' | 'pageStored' | 'pageNotStored' }
>;

export interface CallPages {
  host: PageHost;
  /** Asks for the first page while the number is still being dialled. */
  expectFirst(): void;
  take(answer: PageAnswer): void;
  /** Why a received page was not stored, if one was not. */
  whyNotStored(): NotStored | undefined;
  /** The call is over: settles everything that waits. */
  close(reason: string): void;
}

export function createCallPages(options: CallPagesOptions): CallPages {
  const { callId, pageCount, tell } = options;
  let sender: { remoteId?: string; subaddress?: string } = {};
  const outgoing = new OutgoingPages({
    pageCount,
    ask: (page) => tell({ type: 'pageWanted', callId, page }),
    ...(options.pageAnswerMs === undefined ? {} : { answerMs: options.pageAnswerMs }),
  });
  const incoming = new IncomingPages({
    offer: (page, { info, data, quality }, how) =>
      tell({ type: 'pageReceived', callId, page, info, data, quality: reported(quality, how), ...sender }),
    ...(options.storeAnswerMs === undefined ? {} : { answerMs: options.storeAnswerMs }),
  });
  return {
    host: {
      prepare: (page, format) => outgoing.prepare(page, format),
      begin: (page, parameters) => incoming.begin(page, parameters),
      push: (page, octets) => incoming.push(page, octets),
      open: (page) => incoming.open(page),
      store: (page, damaged) => incoming.store(page, damaged),
      keep: (page) => incoming.keep(page),
      drop: (page) => incoming.drop(page),
      quality: (page) => incoming.quality(page),
      setSender({ remoteId, subaddress }) {
        sender = {
          ...(remoteId === undefined ? {} : { remoteId: remoteId.slice(0, 40) }),
          ...(subaddress === undefined ? {} : { subaddress: subaddress.slice(0, 20) }),
        };
      },
    },
    expectFirst: () => outgoing.expect(0),
    take(answer) {
      switch (answer.type) {
        case 'page':
          outgoing.give(answer.page, { info: answer.info, data: answer.data });
          return;
        case 'pageUnavailable':
          outgoing.refuse(answer.page, answer.detail);
          return;
        case 'pageStored':
          incoming.stored(answer.page);
          return;
        case 'pageNotStored':
          incoming.notStored(answer.page, answer.detail, answer.diskFull === true ? 'diskFull' : 'failed');
      }
    },
    whyNotStored: () => incoming.whyNotStored,
    close(reason) {
      outgoing.close(reason);
      incoming.close(reason);
    },
  };
}

function reported(
  { rows, badRows, longestBadRun }: PageQuality,
  { ecm, partial }: { ecm: boolean; partial: boolean },
): PageQualityReport {
  return { rows, badRows, longestBadRun, ecm, ...(partial ? { partial } : {}) };
}
