// Sends one document in a call: hello, document, pages in a window of unconfirmed ones, and the other end's word for each.

import { createHash } from 'node:crypto';
import { MAX_CALL_BODY_BYTES, type CallMessage, type Capabilities } from '../../protocol/call.ts';
import { outcome, type Outcome } from '../../protocol/outcome.ts';
import { CallEndedError, type RelayCall } from '../relaySession/relaySession.types.ts';
import { createCallChannel, ListeningStopped, type CallChannel } from './callChannel.ts';
import { CallFault, protocolFault, toCallFault } from './callFault.ts';
import { pageObstacle } from './capabilities.ts';
import type { DocumentSource } from './documentCall.types.ts';
import {
  checkNotOver,
  checkVersion,
  clip,
  giveBack,
  helloOf,
  partAfterFault,
  sayLast,
  timingOf,
  type DocumentCallOptions,
} from './documentCall.ts';

/** Pages on their way without confirmation. */
const PAGE_WINDOW = 4;

export interface SendDocumentOptions extends DocumentCallOptions {
  /** Pages on their way without confirmation; 4. */
  windowPages?: number | undefined;
}

/**
 * Sends a document to the other end of a call just joined, and gives the call back to the relay. CONFIRMED only on the
 * other end's `documentStored`. When `signal` aborts the document is withdrawn: CANCELLED, unless the other end turns
 * out to have stored it before it heard. Never throws.
 */
export async function sendDocument(
  call: RelayCall,
  source: DocumentSource,
  options: SendDocumentOptions,
): Promise<Outcome> {
  const channel = createCallChannel(call);
  const timing = timingOf(options);
  const sending = createSending(channel, source, options);
  try {
    await sending.run();
  } catch (error) {
    if (options.signal?.aborted && !(error instanceof CallFault && error.farewell === 'refuse')) {
      return await withdraw(call, channel, sending, timing.farewellMs);
    }
    const fault = toCallFault(error);
    options.log.warn('document not delivered', {
      documentId: source.documentId,
      peer: call.peer,
      code: fault.outcome.code,
      detail: fault.outcome.detail,
    });
    await partAfterFault(call, channel, fault, timing.farewellMs);
    return fault.outcome;
  }
  await sayGoodbye(call, channel, timing.farewellMs);
  return outcome('CONFIRMED', 'call');
}

async function sayGoodbye(call: RelayCall, channel: CallChannel, farewellMs: number): Promise<void> {
  await sayLast(
    call,
    async () => {
      await channel.send({ type: 'end' });
      while ((await channel.next(farewellMs)).type !== 'end');
    },
    farewellMs,
  );
  giveBack(call);
}

/** Takes the document back. What the other end said before it heard of this still counts. */
async function withdraw(
  call: RelayCall,
  channel: CallChannel,
  sending: Sending,
  farewellMs: number,
): Promise<Outcome> {
  await sayLast(
    call,
    async () => {
      if (sending.offered()) {
        await channel.send({ type: 'cancel', documentId: sending.documentId });
      } else {
        await channel.send({ type: 'end' });
      }
      for (;;) {
        const message = await channel.next(farewellMs);
        if (message.type === 'end' || message.type === 'refuse') break;
        if (sending.offered()) sending.take(message);
      }
      if (sending.offered()) await channel.send({ type: 'end' });
    },
    farewellMs,
  );
  giveBack(call);
  return sending.stored() ? outcome('CONFIRMED', 'call') : outcome('CANCELLED', 'call');
}

interface Sending {
  readonly documentId: string;
  /** Speaks the whole conversation up to `documentStored`; throws for everything else. */
  run(): Promise<void>;
  /** Takes one message of the receiver once the document is offered; throws CallFault when it is wrong. */
  take(message: CallMessage): void;
  /** The other end knows of the document, so that it must be told when it is withdrawn. */
  offered(): boolean;
  /** The other end has the whole document. */
  stored(): boolean;
}

function createSending(channel: CallChannel, source: DocumentSource, options: SendDocumentOptions): Sending {
  const timing = timingOf(options);
  const windowPages = options.windowPages ?? PAGE_WINDOW;
  const { signal } = options;
  const { documentId, pageCount } = source;
  /** Checksums of the pages wholly sent and not confirmed yet. */
  const unconfirmed = new Map<number, string>();
  const at = {
    /** The other end knows of the document. */
    offered: false,
    /** It has said from which page on it wants it. */
    started: false,
    /** Pages that it has, from the first on. */
    confirmed: 0,
    confirmedAtMs: performance.now(),
    endSaid: false,
    /** It has the whole document. */
    stored: false,
    /** Nothing more is to be sent. */
    over: false,
  };
  let wake: () => void = () => {};

  async function run(): Promise<void> {
    if (signal?.aborted) throw new ListeningStopped();
    await channel.send(helloOf(options, { documentId }));
    const hello = await channel.next(timing.peerSilenceMs, signal);
    checkNotOver(hello);
    if (hello.type !== 'hello') throw protocolFault(`${hello.type} instead of hello`);
    checkVersion(hello);
    if (hello.progress?.documentStored && hello.progress.documentId === documentId) {
      finish();
      return;
    }
    at.offered = true;
    await channel.send(documentOf(source));
    while (!at.started && !at.stored) take(await channel.next(timing.peerSilenceMs, signal));
    if (at.stored) return;
    await transfer(hello.capabilities);
  }

  /** Pages go out and confirmations come in, side by side. The one that fails first ends both. */
  async function transfer(capabilities: Capabilities): Promise<void> {
    const stop = new AbortController();
    const listening = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    let failure: { error: unknown } | undefined;
    const replies = readReplies(listening).catch((error: unknown) => {
      failure ??= { error };
    });
    const pages = sendPages(capabilities).catch((error: unknown) => {
      // A call that ended may still hold the reason, or even the confirmation, in what came before: read on.
      if (error instanceof CallEndedError) return;
      failure ??= { error };
      stop.abort();
    });
    await replies;
    at.over = true;
    wake();
    // With the document stored, or the call lost, there is nothing left to be said by the other side of this function;
    // when its send hangs, the last words that follow are what is limited.
    if (failure) throw failure.error;
    await pages;
  }

  async function readReplies(listening: AbortSignal): Promise<void> {
    at.confirmedAtMs = performance.now();
    while (!at.stored) {
      const pageMs = at.confirmedAtMs + timing.pageLimitMs - performance.now();
      take(await channel.next(Math.min(timing.peerSilenceMs, pageMs), listening));
    }
  }

  async function sendPages(capabilities: Capabilities): Promise<void> {
    for (let index = at.confirmed; index < pageCount; index += 1) {
      while (!at.over && index - at.confirmed >= windowPages) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (at.over || signal?.aborted) return;
      const { info, data } = await readPage(source, index);
      const obstacle = pageObstacle(info, capabilities);
      if (obstacle) throw new CallFault('PAGE_NOT_ACCEPTED', 'end', `page ${index + 1}: ${obstacle}`);
      await channel.send({ type: 'page', index, coding: 'T6', page: info });
      for (let offset = 0; offset < data.byteLength; offset += MAX_CALL_BODY_BYTES) {
        if (at.over || signal?.aborted) return;
        const body = data.subarray(offset, offset + MAX_CALL_BODY_BYTES);
        // Nobody can have stored a page whose last bytes have not left.
        if (offset + body.byteLength === data.byteLength) unconfirmed.set(index, info.sha256);
        await channel.send({ type: 'pageData', index, body });
      }
    }
    if (at.over || signal?.aborted) return;
    at.endSaid = true;
    await channel.send({ type: 'documentEnd', documentId, pageCount });
  }

  function take(message: CallMessage): void {
    checkNotOver(message);
    if (message.type === 'ready') takeReady(message.progress);
    else if (message.type === 'pageStored') takePageStored(message.index, message.sha256);
    else if (message.type === 'documentStored') takeDocumentStored(message.documentId);
    else throw protocolFault(`${message.type} from the receiver`);
  }

  function takeDocumentStored(id: string): void {
    if (id !== documentId || !at.endSaid || at.confirmed !== pageCount) {
      throw protocolFault('documentStored before every page was confirmed');
    }
    finish();
  }

  function takeReady(progress: { documentId: string; pagesStored: number; documentStored: boolean }): void {
    if (progress.documentId !== documentId) throw protocolFault('ready for another document');
    if (progress.pagesStored > pageCount) {
      throw protocolFault(`${progress.pagesStored} pages stored of ${pageCount}`);
    }
    if (at.started) {
      // A sign of life; it can say nothing that the confirmations have not said.
      if (progress.pagesStored !== at.confirmed || progress.documentStored) {
        throw protocolFault('ready with another progress than was confirmed');
      }
      return;
    }
    at.started = true;
    if (progress.documentStored) finish();
    else confirm(progress.pagesStored);
  }

  function takePageStored(index: number, sha256: string): void {
    if (!at.started || index !== at.confirmed)
      throw protocolFault(`pageStored ${index} instead of ${at.confirmed}`);
    const expected = unconfirmed.get(index);
    if (expected === undefined) throw protocolFault(`pageStored ${index}, which was not sent`);
    if (expected !== sha256) throw protocolFault(`pageStored ${index} with another checksum`);
    unconfirmed.delete(index);
    confirm(index + 1);
  }

  function confirm(pages: number): void {
    at.confirmed = pages;
    at.confirmedAtMs = performance.now();
    if (pages > 0) source.confirmed(pages);
    wake();
  }

  function finish(): void {
    at.stored = true;
    if (at.confirmed < pageCount) confirm(pageCount);
  }

  return { documentId, run, take, offered: () => at.offered, stored: () => at.stored };
}

function documentOf(source: DocumentSource): CallMessage {
  return {
    type: 'document',
    documentId: source.documentId,
    fromName: clip(source.fromName),
    ...(source.fromNumber === undefined ? {} : { fromNumber: clip(source.fromNumber) }),
    to: source.to,
    pageCount: source.pageCount,
    ...(source.subject === undefined ? {} : { subject: clip(source.subject) }),
    purpose: source.purpose,
    createdAt: source.createdAt,
  };
}

/** A page that is not what its record says must not leave: the receiver would refuse it again and again. */
async function readPage(source: DocumentSource, index: number): ReturnType<DocumentSource['page']> {
  const page = await source.page(index);
  const { info, data } = page;
  const sha256 = createHash('sha256').update(data).digest('hex');
  if (data.byteLength !== info.byteLength || sha256 !== info.sha256) {
    throw new CallFault('INTERNAL_ERROR', 'end', `page ${index + 1} is damaged on this computer`);
  }
  return page;
}
