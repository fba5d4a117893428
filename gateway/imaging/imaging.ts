// What the gateway asks of imaging: pages of files, pictures of pages, documents as files. Runs in child processes.

import type { HeaderLine, PageOptions, PreparedPage } from '../../protocol/imaging.ts';
import type { OutcomeCode } from '../../protocol/outcome.ts';

export interface ImagingFailure {
  code: OutcomeCode;
  detail: string;
  fileName: string | undefined;
}

export interface PrepareRequest {
  files: { path: string; name: string }[];
  options: PageOptions;
  header?: HeaderLine;
  /** Exists and is empty. */
  outputFolder: string;
  maxPages: number;
}

export interface PrepareEvents {
  page(page: PreparedPage): void;
  progress(pagesDone: number, pagesTotal: number | undefined): void;
  /** The host crashed and the job begins anew: what was told so far is void. The folder must be empty again when this resolves. */
  restarted(): Promise<void>;
}

export interface PageImageRequest {
  path: string;
  /** Pixels; left out, the page's own bits. */
  maxWidth?: number | undefined;
  rotate: 0 | 90 | 180 | 270;
}

export interface ExportRequest {
  pages: string[];
  format: 'pdf' | 'tif' | 'png';
  title: string;
  outputPath: string;
}

export interface HeadersRequest {
  header: HeaderLine;
  /** Those that the pages were made with. */
  options: PageOptions;
  /** From 0; the strips go from here to the last page. */
  firstPage: number;
  pagesTotal: number;
}

/** What stands in the top `rows` rows of pages that are `width` pixels wide: T.6, one strip for each page. */
export interface Headers {
  width: number;
  rows: number;
  strips: Uint8Array[];
}

/** Failures are values; an aborted job answers CANCELLED. */
export interface Imaging {
  prepare(
    request: PrepareRequest,
    events: PrepareEvents,
    signal: AbortSignal,
  ): Promise<{ pages: number; substitutedFonts: string[] } | { failure: ImagingFailure }>;
  pageImage(request: PageImageRequest): Promise<{ png: Uint8Array } | { failure: ImagingFailure }>;
  exportDocument(request: ExportRequest): Promise<{ byteLength: number } | { failure: ImagingFailure }>;
  /** Answers within `withinMs`: a call waits for it. */
  drawHeaders(request: HeadersRequest, withinMs: number): Promise<Headers | { failure: ImagingFailure }>;
  stop(): Promise<void>;
}
