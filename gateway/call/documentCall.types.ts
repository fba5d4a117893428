// Between the call protocol and the store: where pages come from and where they go.

import type { PageQualityReport } from '../../protocol/modem.ts';
import type { PageInfo } from '../../protocol/page.ts';
import type { OutcomeCode } from '../../protocol/outcome.ts';

/** A document to be sent in a call. Page data is raw T.6. */
export interface DocumentSource {
  /** The same for every attempt at this recipient, and never used for another: it makes delivery exactly once. */
  readonly documentId: string;
  readonly fromName: string;
  readonly fromNumber?: string | undefined;
  readonly to: string;
  readonly pageCount: number;
  readonly subject?: string | undefined;
  readonly purpose: 'fax' | 'echo';
  readonly createdAt: string;
  /** Shape and T.6 bytes of page `index` (from 0). */
  page(index: number): Promise<{ info: PageInfo; data: Uint8Array }>;
  /** The receiver says that pages 0 … pagesConfirmed − 1 are durable there. */
  confirmed(pagesConfirmed: number): void;
}

export interface DocumentHead {
  caller: string;
  documentId: string;
  fromName: string;
  fromNumber?: string | undefined;
  to: string;
  pageCount?: number | undefined;
  subject?: string | undefined;
  purpose: 'fax' | 'echo';
  createdAt: string;
  /** It comes over a telephone line. */
  telephone?: TelephoneHead | undefined;
}

/** What a telephone call says of a document beside its pages. */
export interface TelephoneHead {
  callId: string;
  /** TSI. */
  remoteId: string | undefined;
  /** Caller id. */
  callerNumber: string | undefined;
  callerName: string | undefined;
  /** SUB. */
  subaddress: string | undefined;
}

export interface DocumentProgress {
  pagesStored: number;
  documentStored: boolean;
}

/** Where received documents go. A document is known by its caller and document id together. */
export interface DocumentSink {
  /** How far this document of this caller is, without beginning it; `undefined` when it is not known. */
  progress(caller: string, documentId: string): DocumentProgress | undefined;
  /** Begins the document or takes it up again. Idempotent. */
  open(head: DocumentHead): Promise<DocumentProgress | { refuse: OutcomeCode; detail?: string }>;
  /** Resolves only when the page is on disk: file written and fsynced, row committed. Throws StoreError. Storing the same page twice is one page. */
  storePage(
    caller: string,
    documentId: string,
    index: number,
    info: PageInfo,
    data: Uint8Array,
    /** Of a page that came over a telephone line. */
    quality?: PageQualityReport,
  ): Promise<void>;
  /** Resolves only when the whole document stands in the inbox, durably. Idempotent. */
  storeDocument(
    caller: string,
    documentId: string,
    pageCount: number,
    /** The telephone call ended early: this is all there will be. */
    partial?: boolean,
  ): Promise<void>;
  /** The sender withdrew it. */
  cancelled(caller: string, documentId: string): Promise<void>;
  /** The call broke; the sender is expected to come again. */
  interrupted(caller: string, documentId: string): void;
}

/** The store could not keep something; `code` is what the other end is told. */
export class StoreError extends Error {
  readonly code: Extract<OutcomeCode, 'RECEIVER_DISK_FULL' | 'RECEIVER_ERROR' | 'PAGE_NOT_ACCEPTED'>;
  constructor(code: StoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}
