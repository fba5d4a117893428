// From one coding to another: what comes out is what decoding, converting and coding one after the other give.

import type { Coding, DecodeOptions, EncodeOptions } from '../../../fax/t4/coding.ts';
import { decodePage } from '../../../fax/t4/pageDecoder.ts';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import { convertRaster } from '../../../fax/t4/rasterConversion.ts';
import { Transcoder, transcode } from '../../../fax/t4/transcode.ts';
import type { Resizing } from '../../../fax/t4/transcode.ts';
import type { SeededRandom } from '../../harness/seededRandom.ts';
import { must } from '../fuzzTarget.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';
import { smallPages } from './smallPages.ts';

const CODINGS: readonly Coding[] = ['MH', 'MR', 'MMR'];
const MAX_ROWS = 60;

export const transcodingTarget: FuzzTarget = {
  name: 'transcoding',
  prepare() {
    const seeds = smallPages().map((page, index) => {
      const coding = CODINGS[index % 3] ?? 'MH';
      return { page, coding, bytes: encodePage(page.raster, page.width, page.height, { coding }) };
    });
    const others = seeds.map(({ bytes }) => bytes);
    return {
      choose(random) {
        const { page, coding, bytes } = random.pick(seeds);
        const from: DecodeOptions = { coding, width: page.width, maxRows: MAX_ROWS };
        return { bytes, others, check: (data, choices) => checkTranscoding(data, from, choices) };
      },
    };
  },
};

function checkTranscoding(data: Uint8Array, from: DecodeOptions, random: SeededRandom): void {
  const to: EncodeOptions = {
    coding: random.pick(CODINGS),
    k: random.pick([2, 4]),
    minScanBits: random.pick([0, 0, 288]),
    fillOrder: random.pick(['msb', 'lsb']),
  };
  const resizing = random.integer(0, 3) === 0 ? chooseResizing(random, from.width) : undefined;
  const { data: whole, quality, end } = transcode(data, from, to, resizing);
  const decoded = decodePage(data, from);
  must(
    end === decoded.end && JSON.stringify(quality) === JSON.stringify(decoded.quality),
    () => `${end} ${JSON.stringify(quality)} is not ${decoded.end} ${JSON.stringify(decoded.quality)}`,
  );
  const { width } = from;
  const page = { raster: decoded.raster, width, height: quality.rows, xDpi: 204, yDpi: 196 };
  const { raster, ...size } =
    resizing === undefined
      ? page
      : convertRaster({ ...page, xDpi: resizing.xDpi, yDpi: resizing.yDpi }, resizing.target);
  const expected = encodePage(raster, size.width, size.height, to);
  must(
    Buffer.compare(whole, expected) === 0,
    () => `not what one step after the other gives: ${JSON.stringify({ from, to, resizing, size })}`,
  );

  const transcoder = new Transcoder(from, to, resizing);
  const parts: Uint8Array[] = [];
  const step = random.pick([1, 7, 100]);
  for (let at = 0; at < data.length; at += data.length > 20_000 ? 1_000 : step) {
    transcoder.push(data.subarray(at, at + (data.length > 20_000 ? 1_000 : step)));
    if (random.integer(0, 4) === 0) parts.push(transcoder.take().slice());
  }
  // What was ready before the end must not be lost.
  parts.push(transcoder.take().slice());
  transcoder.end();
  parts.push(transcoder.take().slice());
  must(Buffer.compare(Buffer.concat(parts), whole) === 0, () => 'the pieces give other data than the whole');
}

function chooseResizing(random: SeededRandom, width: number): Resizing {
  return {
    xDpi: 204,
    yDpi: random.pick([98, 196]),
    target: {
      width: random.pick([width, random.integer(1, 300)]),
      xDpi: random.pick([204, 300]),
      yDpi: random.pick([98, 196, 391]),
      fit: random.pick(['shrink', 'crop']),
    },
  };
}
