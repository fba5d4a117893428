// Imaging in three lanes: `prepare` for files from anyone, `view` for pages on the screen and exports, `header` for calls
// that are being dialled, so that a slow file keeps neither a page from being looked at nor a call waiting.

import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Log } from '../log.ts';
import type { Imaging, PageImageRequest } from './imaging.ts';
import { createImagingLane, type ImagingLaneOptions } from './imagingLane.ts';
import { createPageImageCache } from './pageImageCache.ts';

const HOST_ENTRY = fileURLToPath(new URL('../../native-bridge/imaging/host.ts', import.meta.url));
const PREPARE_LIMIT_MS = 60 * 60 * 1_000;
const EXPORT_LIMIT_MS = 30 * 60 * 1_000;
const IMAGE_LIMIT_MS = 60_000;
/** A call needs it once, at its start. */
const HEADER_IDLE_MS = 10_000;
/** Somebody is looking: before the preparing of files, after the calls. */
const VIEW_NICENESS = 5;
const CACHE_BYTES = 32 * 1024 * 1024;

export interface ImagingSupervisorOptions {
  log: Log;
  hostEntry?: string;
  limits?: Partial<Omit<ImagingLaneOptions, 'name' | 'entry' | 'log'>>;
}

export function createImagingSupervisor(options: ImagingSupervisorOptions): Imaging {
  const { log } = options;
  const entry = options.hostEntry ?? HOST_ENTRY;
  const prepareLane = createImagingLane({ ...options.limits, name: 'prepare', entry, log });
  const viewLane = createImagingLane({
    ...options.limits,
    name: 'view',
    entry,
    log,
    niceness: VIEW_NICENESS,
  });
  const headerLane = createImagingLane({
    idleMs: HEADER_IDLE_MS,
    ...options.limits,
    name: 'header',
    entry,
    log,
    niceness: VIEW_NICENESS,
  });
  const cache = createPageImageCache(CACHE_BYTES);

  return {
    async prepare(request, events, signal) {
      const result = await prepareLane.run({
        request: { type: 'prepare', jobId: randomUUID(), ...request },
        limitMs: PREPARE_LIMIT_MS,
        signal,
        onReply(reply) {
          if (reply.type === 'page') events.page(reply.page);
          if (reply.type === 'progress') events.progress(reply.pagesDone, reply.pagesTotal);
        },
        onRestart: () => events.restarted(),
      });
      if ('failure' in result) return result;
      if (result.type !== 'prepared') return unexpected(result.type);
      return { pages: result.pages, substitutedFonts: result.substitutedFonts };
    },

    pageImage: (request) =>
      cache.get(keyOf(request), async () => {
        const { path, maxWidth, rotate } = request;
        const result = await viewLane.run({
          request: {
            type: 'pageImage',
            jobId: randomUUID(),
            path,
            // A picture for the screen has square pixels; the page's own bits stay as they are.
            square: maxWidth !== undefined,
            rotate,
            ...(maxWidth === undefined ? {} : { maxWidth }),
          },
          limitMs: IMAGE_LIMIT_MS,
        });
        if ('failure' in result) return result;
        return result.type === 'image' ? { png: result.png } : unexpected(result.type);
      }),

    async exportDocument(request) {
      const result = await viewLane.run({
        request: { type: 'export', jobId: randomUUID(), ...request },
        limitMs: EXPORT_LIMIT_MS,
      });
      if ('failure' in result) return result;
      return result.type === 'exported' ? { byteLength: result.byteLength } : unexpected(result.type);
    },

    async drawHeaders(request, withinMs) {
      const result = await headerLane.run({
        request: { type: 'headers', jobId: randomUUID(), ...request },
        limitMs: withinMs,
        // The waiting for jobs before it, and a second attempt, are within the limit.
        signal: AbortSignal.timeout(withinMs),
      });
      if ('failure' in result) return result;
      if (result.type !== 'headers') return unexpected(result.type);
      const { width, rows, strips } = result;
      return { width, rows, strips };
    },

    async stop() {
      await Promise.all([prepareLane.stop(), viewLane.stop(), headerLane.stop()]);
    },
  };
}

function keyOf({ path, maxWidth, rotate }: PageImageRequest): string {
  return `${path}\n${maxWidth ?? 'own'}\n${rotate}`;
}

function unexpected(type: string): {
  failure: { code: 'IMAGING_CRASHED'; detail: string; fileName: undefined };
} {
  return { failure: { code: 'IMAGING_CRASHED', detail: `unexpected reply ${type}`, fileName: undefined } };
}
