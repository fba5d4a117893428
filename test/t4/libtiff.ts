// libtiff as a judge: its own programs code, decode and repair fax pages in a folder of their own.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Coding, FillOrder } from '../../fax/t4/coding.ts';
import { rowBytes } from './pages/page.ts';
import type { Page } from './pages/page.ts';
import { GROUP_3, GROUP_4, PLAIN, plainRaster, readTiff, writeTiff } from './tiffFile.ts';
import type { TiffImage } from './tiffFile.ts';

/** What a libtiff program wrote and said. */
export interface Judged {
  images: TiffImage[];
  /** The file with all of them. */
  file: Uint8Array;
  /** Its warnings and errors, empty when it was content. */
  complaints: string;
}

export interface Libtiff {
  /** `tiffcp` with these arguments over the images, or over a file. */
  copy(images: readonly TiffImage[] | Uint8Array, ...options: string[]): Promise<Judged>;
  /** The pixels of the images, black = 1, as libtiff decodes them. */
  pixels(images: readonly TiffImage[] | Uint8Array): Promise<{ rasters: Uint8Array[]; complaints: string }>;
  /** `fax2tiff` over raw streams of one width, one page each: what it makes of them, decoded. */
  receive(
    streams: readonly Uint8Array[],
    options: { coding: Coding; fillOrder: FillOrder; width: number },
  ): Promise<{ pages: { height: number; raster: Uint8Array }[]; said: string }>;
}

/** Runs `use` with a folder that is gone afterwards. */
export async function withLibtiff<T>(use: (libtiff: Libtiff) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hikyaku-libtiff-'));
  const at = (name: string) => path.join(folder, name);
  const libtiff: Libtiff = {
    async copy(images, ...options) {
      await writeFile(at('in.tif'), images instanceof Uint8Array ? images : writeTiff(images));
      const complaints = await run('tiffcp', [...options, at('in.tif'), at('out.tif')]);
      const file = await readFile(at('out.tif'));
      return { images: readTiff(file), file, complaints };
    },
    async pixels(images) {
      const judged = await libtiff.copy(images, '-c', 'none', '-f', 'msb2lsb');
      return { rasters: judged.images.map(plainRaster), complaints: judged.complaints };
    },
    async receive(streams, { coding, fillOrder, width }) {
      const files = streams.map((_, index) => at(`raw-${index}`));
      for (const [index, stream] of streams.entries()) await writeFile(files[index] ?? '', stream);
      const input = { MH: ['-3', '-1'], MR: ['-3', '-2'], MMR: ['-4'] }[coding];
      input.push(fillOrder === 'msb' ? '-M' : '-L', '-W', '-X', String(width));
      const output = ['-m', '-7', '-5', '-p', '-o', at('received.tif')];
      const said = await run('fax2tiff', ['-v', ...input, ...output, ...files]);
      await run('tiffcp', ['-c', 'none', '-f', 'msb2lsb', at('received.tif'), at('plain.tif')]);
      const images = readTiff(await readFile(at('plain.tif')));
      return { pages: images.map((image) => ({ height: image.height, raster: plainRaster(image) })), said };
    },
  };
  try {
    return await use(libtiff);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An uncompressed page. */
export function plainImage(page: Page): TiffImage {
  return image(page, [page.raster], { compression: PLAIN });
}

/** A page coded by us, as a TIFF says it. */
export function codedImage(page: Page, coding: Coding, fillOrder: FillOrder, data: Uint8Array): TiffImage {
  return image(page, [data], {
    compression: coding === 'MMR' ? GROUP_4 : GROUP_3,
    fillOrder: fillOrder === 'msb' ? 1 : 2,
    t4Options: coding === 'MR' ? 1 : 0,
  });
}

function image(
  { width, height, xDpi, yDpi }: Page,
  strips: Uint8Array[],
  kind: Pick<TiffImage, 'compression'> & Partial<TiffImage>,
): TiffImage {
  return {
    width,
    height,
    xDpi,
    yDpi,
    strips,
    fillOrder: 1,
    photometric: 0,
    t4Options: 0,
    rowsPerStrip: height,
    ...kind,
  };
}

/**
 * False for a page with a row of one-pixel runs from a black first pixel to the end: one run more than libtiff's (4.5)
 * one-dimensional decoder has room for. It gives up on its own coding of such a page, too.
 */
export function libtiffReadsOneDimensional({ width, height, raster }: Page): boolean {
  const stride = rowBytes(width);
  return !Array.from({ length: height }, (_, row) => row * stride).some(
    (start) => width >= 8 && raster.subarray(start, start + (width >> 3)).every((byte) => byte === 0xaa),
  );
}

/** Both outputs of a program that may complain but must end well. */
function run(command: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: 60_000, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout + stderr);
      else reject(new Error(`${command} failed: ${stderr.slice(0, 2000)}`, { cause: error }));
    });
  });
}
