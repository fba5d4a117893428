// A real imaging host in a process of its own, and jobs for it.

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodePage } from '../../fax/t4/pageDecoder.ts';
import { readT6Tiff } from '../../fax/t4/tiff.ts';
import { imagingReplySchema } from '../../protocol/imaging.ts';
import type {
  HeaderLine,
  ImagingReply,
  ImagingRequest,
  PageOptions,
  PreparedPage,
} from '../../protocol/imaging.ts';

const HOST = fileURLToPath(new URL('../../native-bridge/imaging/host.ts', import.meta.url));

type Failed = Extract<ImagingReply, { type: 'failed' }>;

export interface Prepared {
  pages: PreparedPage[];
  substitutedFonts: string[];
  failed: Failed | undefined;
  progress: Extract<ImagingReply, { type: 'progress' }>[];
}

export interface ImagingProcess {
  readonly child: ChildProcess;
  /** An own, empty folder. */
  folder(): Promise<string>;
  prepare(
    files: string | string[],
    options?: Partial<PageOptions> & { header?: HeaderLine; maxPages?: number },
  ): Promise<Prepared>;
  /** Sends any request and gives its last reply. */
  run(request: ImagingRequest): Promise<ImagingReply>;
  stop(): Promise<void>;
}

/** Without system fonts, so that every computer draws the same. */
export async function startImaging(...hostArguments: string[]): Promise<ImagingProcess> {
  const child = fork(HOST, ['--no-system-fonts', ...hostArguments], { serialization: 'advanced' });
  const root = await mkdtemp(path.join(tmpdir(), 'hikyaku-imaging-'));
  const listeners = new Map<string, (reply: ImagingReply) => void>();
  let jobs = 0;
  child.on('message', (message) => {
    const reply = imagingReplySchema.parse(message);
    if (reply.type !== 'ready') listeners.get(reply.jobId)?.(reply);
  });
  await once(child, 'message');

  const run = (request: ImagingRequest, onReply: (reply: ImagingReply) => void = () => {}) =>
    new Promise<ImagingReply>((resolve, reject) => {
      const gone = () => reject(new Error('the imaging host ended'));
      child.once('exit', gone);
      listeners.set(request.jobId, (reply) => {
        onReply(reply);
        if (reply.type === 'page' || reply.type === 'progress') return;
        listeners.delete(request.jobId);
        child.off('exit', gone);
        resolve(reply);
      });
      child.send(request);
    });

  const folder = () => mkdtemp(path.join(root, 'job-'));
  return {
    child,
    folder,
    run,
    async prepare(files, options = {}) {
      const { header, maxPages = 100, ...pageOptions } = options;
      const result: Prepared = { pages: [], substitutedFonts: [], failed: undefined, progress: [] };
      const last = await run(
        {
          type: 'prepare',
          jobId: `prepare-${jobs++}`,
          files: [files].flat().map((file) => ({ path: file, name: path.basename(file) })),
          options: { resolution: 'fine', paper: 'a4', placement: 'fit', mode: 'auto', ...pageOptions },
          ...(header === undefined ? {} : { header }),
          outputFolder: await folder(),
          maxPages,
        },
        (reply) => {
          if (reply.type === 'page') result.pages.push(reply.page);
          if (reply.type === 'progress') result.progress.push(reply);
        },
      );
      if (last.type === 'failed') result.failed = last;
      if (last.type === 'prepared') result.substitutedFonts = last.substitutedFonts;
      return result;
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        child.disconnect();
        await exited;
      }
      await rm(root, { recursive: true, force: true });
    },
  };
}

export interface PagePixels {
  width: number;
  height: number;
  /** True where the pixel is black. */
  black(x: number, y: number): boolean;
  /** Black pixels within a rectangle (the whole page when not given), right and bottom not included. */
  ink(left?: number, top?: number, right?: number, bottom?: number): number;
}

/** The pixels of a prepared page, by our own decoder. */
export async function pagePixels(page: { path: string }): Promise<PagePixels> {
  const [stored] = readT6Tiff(await readFile(page.path));
  if (stored === undefined) throw new Error(`no page in ${page.path}`);
  const { width, height } = stored.info;
  const { raster, quality } = decodePage(stored.data, { coding: 'MMR', width, maxRows: height });
  if (quality.rows !== height) throw new Error(`${page.path} is damaged`);
  const stride = Math.ceil(width / 8);
  const black = (x: number, y: number) => (((raster[y * stride + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) === 1;
  return {
    width,
    height,
    black,
    ink(left = 0, top = 0, right = width, bottom = height) {
      let count = 0;
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) if (black(x, y)) count++;
      return count;
    },
  };
}
