// `hikyaku t4`: raw fax pages to pictures and back, without a gateway. Decoding also repairs: what is damaged is
// replaced, and coding the picture again gives a sound page.

import { WIDEST_LINE } from '../../../fax/t4/coding.ts';
import type { Coding, FillOrder } from '../../../fax/t4/coding.ts';
import { decodePage } from '../../../fax/t4/pageDecoder.ts';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import { CommandError, EXIT } from '../commandError.ts';
import type { ExitCode } from '../commandError.ts';
import { counted } from '../output.ts';
import type { Output } from '../output.ts';
import { parsePortableBitmap, portableBitmapHeader } from '../portableBitmap.ts';
import type { Bitmap } from '../portableBitmap.ts';
import { STANDARD_STREAM, readWholeFile, writeWholeFile } from '../wholeFile.ts';

export interface DecodeCommandOptions {
  coding: Coding;
  width: number;
  fillOrder: FillOrder;
}

export interface EncodeCommandOptions {
  coding: Coding;
  k?: number;
  minScanBits?: number;
  eol?: boolean;
  fillOrder: FillOrder;
}

const LARGEST_CODED_BYTES = 64 * 1024 * 1024;
const MOST_ROWS = 65_535;
/** The widest and longest page and its header with some room for comments. */
const LARGEST_PICTURE_BYTES = (WIDEST_LINE / 8) * MOST_ROWS + 65_536;

/** Writes the page as PBM and tells one line of JSON: its rows, how many were good and bad, why it ended. */
export async function decodeT4(
  output: Output,
  input: string,
  target: string,
  options: DecodeCommandOptions,
): Promise<ExitCode> {
  const data = await readWholeFile(input, LARGEST_CODED_BYTES);
  const { raster, quality, end } = decodePage(data, { ...options, maxRows: MOST_ROWS });
  const { rows, goodRows, badRows, longestBadRun } = quality;
  if (rows > 0) await writeWholeFile(target, [portableBitmapHeader(options.width, rows), raster]);
  const told = JSON.stringify({ rows, good: goodRows, bad: badRows, longestBadRun, end });
  if (target === STANDARD_STREAM) output.warn(told);
  else process.stdout.write(`${told}\n`);
  if (rows > 0) return EXIT.done;
  output.warn(
    `hikyaku: There is no row of ${options.width} pixels in ${nameOf(input)}; nothing was written.`,
  );
  return EXIT.failed;
}

/** Codes a PBM picture as one page. */
export async function encodeT4(
  output: Output,
  input: string,
  target: string,
  options: EncodeCommandOptions,
): Promise<ExitCode> {
  const { width, height, raster } = pictureOf(await readWholeFile(input, LARGEST_PICTURE_BYTES), input);
  const { minScanBits = 0 } = options;
  // Fill stands before an EOL, so a line that shall have some must end with one.
  const eol = options.eol === true || minScanBits > 0;
  const data = encodePage(raster, width, height, { ...options, eol });
  await writeWholeFile(target, [data]);
  if (target !== STANDARD_STREAM) {
    const told = { rows: height, width, bytes: data.length };
    output.result(told, `${counted(height, 'row')} of ${width} pixels in ${counted(data.length, 'byte')}.`);
  }
  return EXIT.done;
}

function pictureOf(bytes: Uint8Array, input: string): Bitmap {
  let picture: Bitmap;
  try {
    picture = parsePortableBitmap(bytes);
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    throw new CommandError(EXIT.failed, 'FILE_NOT_SUPPORTED', `${nameOf(input)}: ${sentence}`, {
      cause: error,
    });
  }
  const { width, height } = picture;
  if (width > WIDEST_LINE || height > MOST_ROWS) {
    const most = `${WIDEST_LINE} × ${MOST_ROWS}`;
    const sentence = `${nameOf(input)} has ${width} × ${height} pixels; a page has at most ${most}.`;
    throw new CommandError(EXIT.failed, 'FILE_TOO_LARGE', sentence);
  }
  return picture;
}

function nameOf(input: string): string {
  return input === STANDARD_STREAM ? 'standard input' : input;
}
