// A document source and a document sink in memory, for tests. The sink knows what is durable and what a crash loses.

import { createHash } from 'node:crypto';
import type { PageInfo } from '../../protocol/page.ts';
import type { DocumentHead, DocumentProgress, DocumentSink, DocumentSource } from './documentCall.types.ts';

export interface MemoryPage {
  info: PageInfo;
  data: Uint8Array;
}

export function makePage(seed: number, byteLength: number): MemoryPage {
  const data = Uint8Array.from(
    { length: byteLength },
    (_, index) => (index * 31 + seed * 7 + (index >> 8)) & 0xff,
  );
  const sha256 = createHash('sha256').update(data).digest('hex');
  return { info: { width: 1728, height: 2200, xDpi: 204, yDpi: 196, byteLength, sha256 }, data };
}

export interface MemorySource extends DocumentSource {
  pages: MemoryPage[];
  confirmations: number[];
}

export function makeSource(pages: MemoryPage[], more: Partial<DocumentSource> = {}): MemorySource {
  const confirmations: number[] = [];
  return {
    documentId: 'document-1',
    fromName: 'Kyoto office',
    to: 'osaka',
    pageCount: pages.length,
    subject: 'a test',
    purpose: 'fax',
    createdAt: '2026-11-22T10:00:00.000Z',
    pages,
    confirmations,
    page(index) {
      const page = pages[index];
      return page ? Promise.resolve(page) : Promise.reject(new Error(`no page ${index}`));
    },
    confirmed(pagesConfirmed) {
      confirmations.push(pagesConfirmed);
    },
    ...more,
  };
}

interface StoredDocument {
  head: DocumentHead;
  pages: MemoryPage[];
  stored: boolean;
  cancelled: boolean;
}

/** What is on disk: it outlives every sink that was opened on it. */
export interface MemoryDisk {
  documents: Map<string, StoredDocument>;
  /** Key of every document that came to stand in the inbox, each time it did. */
  delivered: string[];
}

export interface MemorySink extends DocumentSink {
  /** The process is killed: nothing of what was under way becomes durable any more. */
  crash(): void;
  interruptions: string[];
  /** What a store is doing at most at once, in bytes. */
  peakBytes(): number;
}

export function makeDisk(): MemoryDisk {
  return { documents: new Map(), delivered: [] };
}

export function makeSink(disk: MemoryDisk, more: Partial<DocumentSink> = {}): MemorySink {
  let crashed = false;
  let storing = 0;
  let peak = 0;
  const interruptions: string[] = [];

  /** The disk takes its time; a crash in between loses what was under way. */
  async function write(commit: () => void): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (crashed) throw new Error('the process is gone');
    commit();
  }

  function find(caller: string, documentId: string): StoredDocument {
    const document = disk.documents.get(keyOf(caller, documentId));
    if (!document) throw new Error('no such document');
    return document;
  }

  return {
    interruptions,
    crash() {
      crashed = true;
    },
    peakBytes: () => peak,
    progress(caller, documentId): DocumentProgress | undefined {
      const document = disk.documents.get(keyOf(caller, documentId));
      return document && { pagesStored: document.pages.length, documentStored: document.stored };
    },
    async open(head) {
      const key = keyOf(head.caller, head.documentId);
      await write(() => {
        const fresh = { head, pages: [], stored: false, cancelled: false };
        if (!disk.documents.has(key)) disk.documents.set(key, fresh);
      });
      const { pages, stored } = find(head.caller, head.documentId);
      return { pagesStored: pages.length, documentStored: stored };
    },
    async storePage(caller, documentId, index, info, data) {
      storing += data.byteLength;
      peak = Math.max(peak, storing);
      await write(() => {
        find(caller, documentId).pages[index] = { info, data };
      });
      storing -= data.byteLength;
    },
    storeDocument: (caller, documentId) =>
      write(() => {
        const document = find(caller, documentId);
        if (!document.stored) disk.delivered.push(keyOf(caller, documentId));
        document.stored = true;
      }),
    cancelled: (caller, documentId) =>
      write(() => {
        find(caller, documentId).cancelled = true;
      }),
    interrupted(caller, documentId) {
      interruptions.push(keyOf(caller, documentId));
    },
    ...more,
  };
}

export function keyOf(caller: string, documentId: string): string {
  return `${caller} ${documentId}`;
}

export const SILENT_LOG = { info() {}, warn() {}, error() {} };
