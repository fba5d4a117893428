// Receives a document in a call: answers how far it is known, stores page after page, and says `pageStored` only for
// what is durable. It reads no further while it stores, so that it never holds more than one page.

import type { CallMessage } from '../../protocol/call.ts';
import { outcome, type Outcome } from '../../protocol/outcome.ts';
import type { RelayCall } from '../relaySession/relaySession.types.ts';
import { createCallChannel, ListeningStopped, type CallChannel } from './callChannel.ts';
import { CallFault, protocolFault, toCallFault } from './callFault.ts';
import { CAPABILITIES, pageObstacle } from './capabilities.ts';
import {
  StoreError,
  type DocumentHead,
  type DocumentProgress,
  type DocumentSink,
} from './documentCall.types.ts';
import {
  checkVersion,
  giveBack,
  helloOf,
  partAfterFault,
  sayLast,
  timingOf,
  type DocumentCallOptions,
} from './documentCall.ts';
import { createIncomingPage, type IncomingPage } from './incomingPage.ts';

export interface ReceiveDocumentsOptions extends DocumentCallOptions {
  /** Whose documents are taken: this gateway's own device id. */
  deviceId: string;
}

/**
 * Receives what the caller of a call just joined brings, one document, and gives the call back to the relay.
 * CONFIRMED: the document stands in the inbox. CANCELLED: the caller withdrew it, or brought nothing. Otherwise why not;
 * the sink was told with `interrupted` when a document was begun. Never throws.
 */
export async function receiveDocuments(
  call: RelayCall,
  sink: DocumentSink,
  options: ReceiveDocumentsOptions,
): Promise<Outcome> {
  const channel = createCallChannel(call);
  const timing = timingOf(options);
  const receiving = createReceiving(call, channel, sink, options);
  let result: Outcome;
  try {
    result =
      (await receiving.run()) === 'stored' ? outcome('CONFIRMED', 'call') : outcome('CANCELLED', 'call');
  } catch (error) {
    const fault =
      error instanceof ListeningStopped
        ? new CallFault('CALL_BROKEN', 'end', 'broken off by this end')
        : toCallFault(error);
    receiving.interrupt();
    options.log.warn('document not received', {
      peer: call.peer,
      documentId: receiving.documentId(),
      code: fault.outcome.code,
      detail: fault.outcome.detail,
    });
    await partAfterFault(call, channel, fault, timing.farewellMs);
    // Once the document is durable no later fault takes that back.
    return receiving.stored() ? outcome('CONFIRMED', 'call') : fault.outcome;
  }
  await sayLast(call, () => channel.send({ type: 'end' }), timing.farewellMs);
  giveBack(call);
  return result;
}

interface Receiving {
  /** Takes the whole conversation up to the caller's `end` or `cancel`; throws for everything else. */
  run(): Promise<'stored' | 'nothing' | 'cancelled'>;
  documentId(): string | undefined;
  stored(): boolean;
  /** Tells the sink that a document it began is not going on now. */
  interrupt(): void;
}

function createReceiving(
  call: RelayCall,
  channel: CallChannel,
  sink: DocumentSink,
  options: ReceiveDocumentsOptions,
): Receiving {
  const timing = timingOf(options);
  const capabilities = options.capabilities ?? CAPABILITIES;
  const caller = call.peer;
  let head: DocumentHead | undefined;
  let promised: string | undefined;
  let pagesStored = 0;
  let stored = false;
  let page: IncomingPage | undefined;

  async function run(): Promise<'stored' | 'nothing' | 'cancelled'> {
    const hello = await channel.next(timing.peerSilenceMs, options.signal);
    if (hello.type === 'end') return 'nothing';
    if (hello.type !== 'hello') throw protocolFault(`${hello.type} instead of hello`);
    checkVersion(hello);
    promised = hello.documentId;
    const known = promised === undefined ? undefined : progressOf(promised);
    const progress =
      promised === undefined || known === undefined ? {} : { progress: { documentId: promised, ...known } };
    await channel.send(helloOf(options, progress));
    const heartbeat = setInterval(() => sayAlive(), timing.heartbeatMs / 2);
    try {
      for (;;) {
        const message = await channel.next(timing.peerSilenceMs, options.signal);
        const ending = await take(message);
        if (ending) return ending;
      }
    } finally {
      clearInterval(heartbeat);
    }
  }

  async function take(message: CallMessage): Promise<'stored' | 'nothing' | 'cancelled' | undefined> {
    switch (message.type) {
      case 'document':
        await takeDocument(message);
        return undefined;
      case 'page':
        takePage(message.index, message.page);
        return undefined;
      case 'pageData':
        await takePageData(message.index, message.body);
        return undefined;
      case 'documentEnd':
        await takeDocumentEnd(message.documentId, message.pageCount);
        return undefined;
      case 'cancel':
        return takeCancel(message.documentId);
      case 'end':
        if (stored) return 'stored';
        if (!head) return known() ? 'stored' : 'nothing';
        throw new CallFault('CALL_BROKEN', 'end', 'the caller ended the call before the document was whole');
      case 'refuse':
        throw new CallFault(
          message.code === 'PEER_PROTOCOL' || message.code === 'PEER_VERSION' ? message.code : 'CALL_BROKEN',
          'end',
          `the caller gave up: ${message.code} ${message.detail ?? ''}`,
        );
      case 'hello':
      case 'ready':
      case 'pageStored':
      case 'documentStored':
        throw protocolFault(`${message.type} from the caller`);
    }
  }

  /** The caller named a document in its hello that was stored before, and left with that. */
  function known(): boolean {
    return promised !== undefined && progressOf(promised)?.documentStored === true;
  }

  function progressOf(documentId: string): DocumentProgress | undefined {
    try {
      return sink.progress(caller, documentId);
    } catch (error) {
      throw storeFault(error);
    }
  }

  async function takeDocument(message: Extract<CallMessage, { type: 'document' }>): Promise<void> {
    if (head) throw protocolFault('a second document in one call');
    if (promised !== undefined && promised !== message.documentId) {
      throw protocolFault('another document than the hello named');
    }
    if (message.to !== options.deviceId) {
      throw new CallFault('DEVICE_REFUSED', 'refuse', `this is ${options.deviceId}, not ${message.to}`);
    }
    const { type: _, ...fields } = message;
    const opening: DocumentHead = { caller, ...fields };
    const opened = await sink.open(opening).catch((error: unknown) => {
      throw storeFault(error);
    });
    if ('refuse' in opened) {
      throw new CallFault(opened.refuse, 'refuse', opened.detail ?? 'the document is not taken');
    }
    head = opening;
    ({ pagesStored } = opened);
    stored = opened.documentStored;
    if (!stored && head.pageCount !== undefined && pagesStored > head.pageCount) {
      throw protocolFault(
        `${pagesStored} pages of this document are stored, ${head.pageCount} are announced`,
      );
    }
    await sayReady();
  }

  function takePage(index: number, info: IncomingPage['info']): void {
    if (!head || stored) throw protocolFault('a page without a document');
    if (page) throw protocolFault(`page ${index} while page ${page.index} is not complete`);
    if (index !== pagesStored) throw protocolFault(`page ${index} instead of ${pagesStored}`);
    if (head.pageCount !== undefined && index >= head.pageCount) {
      throw protocolFault(`page ${index} of a document of ${head.pageCount}`);
    }
    const obstacle = pageObstacle(info, capabilities);
    if (obstacle) throw new CallFault('PAGE_NOT_ACCEPTED', 'refuse', `page ${index + 1}: ${obstacle}`);
    page = createIncomingPage(index, info);
  }

  async function takePageData(index: number, body: Uint8Array | undefined): Promise<void> {
    if (!head || !page || index !== page.index || !body) throw protocolFault(`data for no page (${index})`);
    const data = page.take(body);
    if (!data) return;
    const { info } = page;
    await sink.storePage(caller, head.documentId, index, info, data).catch((error: unknown) => {
      throw storeFault(error);
    });
    page = undefined;
    pagesStored = index + 1;
    await channel.send({ type: 'pageStored', index, sha256: info.sha256 });
  }

  async function takeDocumentEnd(documentId: string, pageCount: number): Promise<void> {
    if (!head || stored || documentId !== head.documentId) throw protocolFault('the end of no document');
    if (page) throw protocolFault(`the end of the document within page ${page.index}`);
    if (pageCount !== pagesStored || pageCount !== (head.pageCount ?? pageCount)) {
      throw protocolFault(`the end after ${pagesStored} pages, ${pageCount} are claimed`);
    }
    await sink.storeDocument(caller, documentId, pageCount).catch((error: unknown) => {
      throw storeFault(error);
    });
    stored = true;
    await channel.send({ type: 'documentStored', documentId });
  }

  async function takeCancel(documentId: string): Promise<'stored' | 'cancelled'> {
    // What is confirmed is the recipient's: a cancel that crossed the confirmation comes too late.
    if (stored) return 'stored';
    if (!head || documentId !== head.documentId) throw protocolFault('cancel of no document');
    page = undefined;
    await sink.cancelled(caller, documentId).catch((error: unknown) => {
      throw storeFault(error);
    });
    return 'cancelled';
  }

  async function sayReady(): Promise<void> {
    if (!head) return;
    const progress = { documentId: head.documentId, pagesStored, documentStored: stored };
    await channel.send({ type: 'ready', progress });
  }

  /** While the disk is slow, or the line is and much is on its way, the sender must hear that this end lives. */
  function sayAlive(): void {
    if (!head || stored || performance.now() - channel.lastSentMs() < timing.heartbeatMs) return;
    // When it cannot be sent the call is over, which the conversation itself notices.
    sayReady().catch(() => {});
  }

  return {
    run,
    documentId: () => head?.documentId,
    stored: () => stored,
    interrupt() {
      page = undefined;
      if (!head || stored) return;
      try {
        sink.interrupted(caller, head.documentId);
      } catch (error) {
        options.log.error('the store could not note a broken call', { detail: String(error) });
      }
    },
  };
}

function storeFault(error: unknown): CallFault {
  const detail = error instanceof Error ? error.message : String(error);
  const code = error instanceof StoreError ? error.code : 'RECEIVER_ERROR';
  return new CallFault(code, 'refuse', detail, { cause: error });
}
