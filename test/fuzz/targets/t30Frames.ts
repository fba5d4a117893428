// What a far machine says in V.21, and what a fast carrier brings in ECM: any octets are read or refused, none throws.

import { Deframer } from '../../../fax/t30/ecm/deframer.ts';
import { buildEcmBurst } from '../../../fax/t30/ecm/frameStream.ts';
import { buildCapabilities, parseCapabilities } from '../../../fax/t30/frames/capabilities.ts';
import { describeCapabilities, describeParameters } from '../../../fax/t30/frames/describeCapabilities.ts';
import { appendFcs, hasGoodFcs } from '../../../fax/t30/frames/fcs.ts';
import { buildFrame, parseFrame } from '../../../fax/t30/frames/frame.ts';
import { frameLabel } from '../../../fax/t30/frames/frameLabel.ts';
import { FRAME_NAMES } from '../../../fax/t30/frames/frameNames.ts';
import { buildIdentity, parseIdentity } from '../../../fax/t30/frames/identity.ts';
import { parseNonStandard } from '../../../fax/t30/frames/nonStandard.ts';
import { buildParameters, parseContinueRate, parseParameters } from '../../../fax/t30/frames/parameters.ts';
import { parseEor, parsePpr, parsePps } from '../../../fax/t30/frames/postMessage.ts';
import { seededRandom } from '../../harness/seededRandom.ts';
import type { SeededRandom } from '../../harness/seededRandom.ts';
import { must } from '../fuzzTarget.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

export const t30FramesTarget: FuzzTarget = {
  name: 'T.30 frames',
  prepare() {
    const random = seededRandom(30);
    const fif = (size: number) => Uint8Array.from({ length: size }, () => random.integer(0, 256));
    const frames = FRAME_NAMES.flatMap((name) => [
      buildFrame(name, { x: true }),
      ...[3, 9, 20, 32].map((size) => buildFrame(name, { x: random.next() < 0.5, fif: fif(size) })),
    ]);
    frames.push(buildFrame('CSI', { x: false, fif: buildIdentity('+81 75 123 4567') }));
    return { choose: (chooser) => ({ bytes: chooser.pick(frames), others: frames, check: checkFrame }) };
  },
};

function checkFrame(octets: Uint8Array): void {
  const frame = parseFrame(octets);
  must(octets.length === 0 || hasGoodFcs(appendFcs(octets)), () => 'a frame’s own FCS is not good');
  const fif = frame?.fif ?? octets;
  const capabilities = parseCapabilities(fif);
  must(oneLine(describeCapabilities(capabilities)), () => 'capabilities in more than one short line');
  const parameters = parseParameters(fif);
  must(oneLine(describeParameters(parameters)), () => 'parameters in more than one short line');
  const sayable = parseCapabilities(buildCapabilities(capabilities));
  same('capabilities', sayable, parseCapabilities(buildCapabilities(sayable)));
  const chosen = parseParameters(buildParameters(parameters));
  same('parameters', chosen, parseParameters(buildParameters(chosen)));
  const identity = parseIdentity(fif);
  must(/^[ -~]{0,20}$/.test(identity), () => `identity ${JSON.stringify(identity)}`);
  must(buildIdentity(identity).length === 20, () => 'an identity is not 20 octets');
  const { maker, stationName } = parseNonStandard(fif);
  must(oneLine(maker) && /^[ -~]{0,40}$/.test(stationName ?? ''), () => `maker ${maker}, ${stationName}`);
  parseContinueRate(fif);
  if (frame === null) return;
  must(oneLine(frameLabel(frame)), () => 'a label in more than one short line');
  parseEor(frame);
  const page = parsePps(frame);
  must(page === null || (page.frames >= 1 && page.frames <= 256), () => `a burst of ${page?.frames} frames`);
  const wanted = parsePpr(frame);
  must(wanted === null || wanted.length === 256, () => 'not 256 frames are asked for or not');
}

/** What the standard can say stays as it is, however often it is built and read. */
function same<Value>(what: string, meant: Value, read: Value): void {
  const [one, other] = [meant, read].map((value) => JSON.stringify(value));
  must(one === other, () => `${what} ${one} become ${other}`);
}

function oneLine(text: string): boolean {
  return text.length < 600 && !/[\n\r]/.test(text);
}

const LONGEST_FRAME = 320;

export const ecmTarget: FuzzTarget = {
  name: 'ECM bursts',
  prepare() {
    const random = seededRandom(256);
    const bursts = [64, 256].flatMap((octets) =>
      [1, 2, 5].map((count) =>
        buildEcmBurst(
          Array.from({ length: count }, (_, number) => ({
            number,
            data: Uint8Array.from({ length: octets }, () =>
              random.next() < 0.4 ? 0xff : random.integer(0, 256),
            ),
          })),
          { rateBps: 2400 },
        ),
      ),
    );
    return { choose: (chooser) => ({ bytes: chooser.pick(bursts), others: bursts, check: checkCarrier }) };
  },
};

function checkCarrier(octets: Uint8Array, random: SeededRandom): void {
  const whole = framesOf(octets, [octets.length]);
  const pieces = framesOf(octets, random.pick([[1], [1, 2, 3], [0, 40], [255, 256]]));
  must(
    whole.length === pieces.length,
    () => `${pieces.length} frames in pieces, ${whole.length} in the whole`,
  );
  for (const [index, { frame, good }] of whole.entries()) {
    const other = pieces[index];
    must(
      other !== undefined && other.good === good && Buffer.compare(other.frame, frame) === 0,
      () => `frame ${index} is another one in pieces`,
    );
    must(frame.length <= LONGEST_FRAME, () => `a frame of ${frame.length} octets`);
    parseFrame(frame);
  }
  // A frame has at least five octets and a flag.
  must(whole.length * 5 <= octets.length + 5, () => `${whole.length} frames out of ${octets.length} octets`);

  function framesOf(data: Uint8Array, sizes: readonly number[]): { frame: Uint8Array; good: boolean }[] {
    const frames: { frame: Uint8Array; good: boolean }[] = [];
    const deframer = new Deframer((frame, good) => frames.push({ frame, good }));
    for (let at = 0; at < data.length;) {
      const size = sizes.length === 1 ? (sizes[0] ?? 1) : random.pick(sizes);
      deframer.push(data.subarray(at, at + size));
      at += size;
    }
    deframer.end();
    return frames;
  }
}
