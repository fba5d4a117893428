// Makes fax pages of files, one preparation after the other, each page durable before it is shown.

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreparedPage } from '../../protocol/imaging.ts';
import { outcome, type Outcome } from '../../protocol/outcome.ts';
import { MAX_PAGES } from '../../protocol/page.ts';
import type { Imaging, ImagingFailure } from '../imaging/imaging.ts';
import { errorText, type Log } from '../log.ts';
import { isDiskFull } from '../store/database.ts';
import { pagePath, syncFile, syncFolder } from '../store/durableFile.ts';
import type { Preparation } from '../store/preparationTable.ts';
import type { Store } from '../store/store.ts';
import { pause } from './pause.ts';

const WRITE_AGAIN_MS = 10_000;

export interface PreparerEvents {
  /** Pages or state of a preparation changed. */
  changed(preparationId: string): void;
  /** All pages are there, or none will come. Called once the rows say so. */
  ended(preparationId: string, failure: Outcome | undefined): void;
}

export interface Preparer {
  /** There is something to prepare. */
  wake(): void;
  /** No document uses it any more: stops its work and takes it away. */
  discard(preparationId: string): Promise<void>;
  /** Everyone who waited for its pages has cancelled: it fails as cancelled. */
  withdraw(preparationId: string): Promise<void>;
  stop(): Promise<void>;
}

export interface PreparerOptions {
  store: Store;
  imaging: Pick<Imaging, 'prepare'>;
  log: Log;
  events: PreparerEvents;
}

export function createPreparer(options: PreparerOptions): Preparer {
  const { store, imaging, log, events } = options;
  const stopping = new AbortController();
  let current: { id: string; abort: AbortController; done: Promise<void> } | undefined;
  let working: Promise<void> | undefined;
  let wanted = false;

  const wake = (): void => {
    wanted = true;
    if (stopping.signal.aborted || working !== undefined) return;
    wanted = false;
    working = work()
      .catch(async (error: unknown) => {
        log.error('preparing stopped short', { error: errorText(error) });
        wanted = await pause(WRITE_AGAIN_MS, stopping.signal);
      })
      .finally(() => {
        working = undefined;
        // Something may have come in between the last look and here.
        if (wanted) wake();
      });
  };

  return {
    wake,
    async discard(preparationId) {
      if (current?.id === preparationId) {
        current.abort.abort();
        await current.done;
      }
      if (store.preparations.documentIds(preparationId).length > 0) return;
      store.preparations.remove(preparationId);
      await rm(folderOf(preparationId), { recursive: true, force: true });
    },
    async withdraw(preparationId) {
      if (current?.id === preparationId) {
        current.abort.abort();
        await current.done;
      } else if (store.preparations.get(preparationId)?.state === 'open') {
        store.preparations.markFailed(preparationId, ABORTED, undefined);
      }
      events.changed(preparationId);
    },
    async stop() {
      stopping.abort();
      current?.abort.abort();
      await working;
    },
  };

  async function work(): Promise<void> {
    for (;;) {
      const next = stopping.signal.aborted ? undefined : store.preparations.oldestOpen();
      if (next === undefined) return;
      const abort = new AbortController();
      const done = prepare(next, abort.signal);
      current = { id: next.id, abort, done };
      await done;
      current = undefined;
    }
  }

  /** Leaves the preparation ready or failed; open only when the program stops or it is to be begun anew. Never throws. */
  async function prepare(preparation: Preparation, signal: AbortSignal): Promise<void> {
    try {
      const failure = await makePages(preparation, signal);
      if (signal.aborted) {
        // Somebody may have come to want these pages while they were being stopped: then they are begun anew.
        if (!stopping.signal.aborted && !isWanted(preparation.id)) {
          store.preparations.markFailed(preparation.id, ABORTED, undefined);
        }
        return;
      }
      if (failure !== undefined) await fail(preparation.id, failure);
      else await tell(preparation.id, undefined);
    } catch (error) {
      const full = isDiskFull(error);
      log.error('pages not prepared', { preparation: preparation.id, error: errorText(error) });
      await fail(preparation.id, {
        code: full ? 'DISK_FULL' : 'INTERNAL_ERROR',
        detail: error instanceof Error ? error.message : 'unknown',
        fileName: undefined,
      }).catch(async (second: unknown) => {
        // Not even the failure can be written down: it stays open and is tried again after a while.
        log.error('failed preparation not noted', { preparation: preparation.id, error: errorText(second) });
        await pause(WRITE_AGAIN_MS, stopping.signal);
      });
    }
  }

  /** A document that has not been cancelled uses these pages, or is going to. */
  function isWanted(id: string): boolean {
    return store.preparations
      .documentIds(id)
      .some((documentId) => store.outgoing.get(documentId)?.status !== 'cancelled');
  }

  async function makePages(
    preparation: Preparation,
    signal: AbortSignal,
  ): Promise<ImagingFailure | undefined> {
    const { id } = preparation;
    const files = store.preparations.files(id);
    if (files.length === 0 || files.length < store.preparations.fileCount(id)) {
      return { code: 'FILE_MISSING', detail: 'an uploaded file is gone', fileName: undefined };
    }
    const space = await store.readDiskSpace(store.folder.path);
    if (space.freeBytes < space.reserveBytes) {
      return { code: 'DISK_FULL', detail: `${space.freeBytes} bytes free`, fileName: undefined };
    }
    await startOver(id);
    const storing = createPageStoring(id, signal);
    const result = await imaging.prepare(
      {
        files: files.map((file) => ({ path: join(store.folder.uploads, file.uploadId), name: file.name })),
        options: preparation.options,
        ...(preparation.header === undefined ? {} : { header: preparation.header }),
        outputFolder: folderOf(id),
        maxPages: MAX_PAGES,
      },
      {
        page: (page) => storing.add(page),
        progress(_pagesDone, pagesTotal) {
          if (pagesTotal === undefined || pagesTotal === storing.expected) return;
          storing.expected = pagesTotal;
          try {
            store.preparations.expectPages(id, pagesTotal);
            events.changed(id);
          } catch (error) {
            // Only the display suffers; what keeps the pages themselves from being stored is told there.
            log.warn('number of pages not noted', { preparation: id, error: errorText(error) });
          }
        },
        async restarted() {
          await storing.settled();
          storing.reset();
          await startOver(id);
        },
      },
      signal,
    );
    await storing.settled();
    if (signal.aborted) return undefined;
    if ('failure' in result) return result.failure;
    const stored = store.preparations.get(id)?.pages ?? 0;
    if (stored !== result.pages) {
      return {
        code: 'INTERNAL_ERROR',
        detail: `${stored} of ${result.pages} pages stored`,
        fileName: undefined,
      };
    }
    store.preparations.markReady(id, result.substitutedFonts);
    return undefined;
  }

  /** Pages are stored one after the other, in the order in which they come. */
  function createPageStoring(
    id: string,
    signal: AbortSignal,
  ): {
    expected: number | undefined;
    add(page: PreparedPage): void;
    settled(): Promise<void>;
    reset(): void;
  } {
    let chain = Promise.resolve();
    let failed: unknown;
    let next = 0;
    return {
      expected: undefined,
      add(page) {
        chain = chain.then(async () => {
          if (failed !== undefined || signal.aborted) return;
          try {
            await keepPage(id, next, page);
            next += 1;
          } catch (error) {
            failed = error;
          }
        });
      },
      async settled() {
        await chain;
        if (failed !== undefined) throw failed;
      },
      reset() {
        next = 0;
      },
    };
  }

  async function keepPage(id: string, index: number, page: PreparedPage): Promise<void> {
    const path = pagePath(folderOf(id), index);
    if (page.index !== index || page.path !== path) {
      throw new Error(`the imaging host told of page ${page.index} where page ${index} was due`);
    }
    await syncFile(path);
    await syncFolder(folderOf(id));
    store.preparations.addPage(id, page, Date.now());
    events.changed(id);
  }

  async function startOver(id: string): Promise<void> {
    store.preparations.clearPages(id);
    await rm(folderOf(id), { recursive: true, force: true });
    await mkdir(folderOf(id), { recursive: true, mode: 0o700 });
    await syncFolder(store.folder.outgoingPages);
  }

  async function fail(id: string, failure: ImagingFailure): Promise<void> {
    const how = outcome(failure.code, 'prepare', failure.detail);
    log.warn('pages not prepared', { preparation: id, code: failure.code, detail: failure.detail });
    // The pages first: on a full disk it is their room in which the failure can be written down.
    await rm(folderOf(id), { recursive: true, force: true });
    store.db.transaction(() => {
      store.preparations.clearPages(id);
      store.preparations.markFailed(id, how, failure.fileName);
    });
    await tell(id, how);
  }

  /** Again and again if the disk does not take what follows from it: neither pages nor deliveries may be lost by that. */
  async function tell(id: string, failure: Outcome | undefined): Promise<void> {
    for (;;) {
      try {
        events.ended(id, failure);
        return;
      } catch (error) {
        log.error('end of a preparation not told', { preparation: id, error: errorText(error) });
        if (!(await pause(WRITE_AGAIN_MS, stopping.signal))) return;
      }
    }
  }

  function folderOf(id: string): string {
    return join(store.folder.outgoingPages, id);
  }
}

const ABORTED = outcome('CANCELLED', 'prepare');
