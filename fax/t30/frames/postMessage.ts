// The post-message frames of error correction (T.30 Annex A): PPS with its page, block and frame counters, the map of a
// PPR, and EOR.

import { fcfOctet, frameOfFcf } from './fcf.ts';
import { buildFrame, type Frame } from './frame.ts';

/** What follows: more blocks of the page (NULL), more pages, a new phase B, the end; PRI-: and call the operator. */
export type PostMessageCommand = (typeof COMMANDS)[number];

/** Frames in an ECM block at most: their number is one octet. */
export const BLOCK_FRAMES = 256;

export interface PartialPage {
  command: PostMessageCommand;
  /** Page of the call, 0 … 255, then from 0 again. */
  page: number;
  /** Block of the page, 0 … 255. */
  block: number;
  /** Frames sent in this burst, 1 … 256; in a repetition only those sent again. */
  frames: number;
}

/** A whole PPS frame. Counters beyond an octet wrap as the standard has them. */
export function buildPps(options: PartialPage & { x: boolean }): Uint8Array {
  const { x, command, page, block, frames } = options;
  const fif = Uint8Array.of(commandOctet(command, x), page, block, frames - 1);
  return buildFrame('PPS', { x, fif });
}

/** What a PPS says; null when it is none, is too short or names no command. Further octets are ignored. */
export function parsePps(frame: Frame): PartialPage | null {
  const [fcf2, page, block, lastFrame] = frame.fif;
  const command = commandOf(fcf2);
  if (
    frame.name !== 'PPS' ||
    command === null ||
    page === undefined ||
    block === undefined ||
    lastFrame === undefined
  ) {
    return null;
  }
  return { command, page, block, frames: lastFrame + 1 };
}

/**
 * A whole PPR frame asking for the frames whose entry in `wanted` is true. Entries beyond its end stay asked for: the
 * map starts from all ones and only good frames are cleared (T.4 §A.4.4).
 */
export function buildPpr(options: { x: boolean; wanted: readonly boolean[] }): Uint8Array {
  const { x, wanted } = options;
  const fif = new Uint8Array(BLOCK_FRAMES / 8).fill(0xff);
  wanted.slice(0, BLOCK_FRAMES).forEach((isWanted, frame) => {
    if (!isWanted) {
      fif[frame >> 3] = (fif[frame >> 3] ?? 0) & ~(1 << (frame & 7));
    }
  });
  return buildFrame('PPR', { x, fif });
}

/** For each of 256 frames whether the far end wants it again; null when it is no PPR or too short. */
export function parsePpr(frame: Frame): readonly boolean[] | null {
  if (frame.name !== 'PPR' || frame.fif.length < BLOCK_FRAMES / 8) {
    return null;
  }
  return Array.from(
    { length: BLOCK_FRAMES },
    (_, index) => (((frame.fif[index >> 3] ?? 0) >> (index & 7)) & 1) === 1,
  );
}

/** A whole EOR frame: correction of this block ends, then what `command` says. */
export function buildEor(options: { x: boolean; command: PostMessageCommand }): Uint8Array {
  const { x, command } = options;
  return buildFrame('EOR', { x, fif: Uint8Array.of(commandOctet(command, x)) });
}

/** What follows an EOR; null when it is none or names no command. */
export function parseEor(frame: Frame): PostMessageCommand | null {
  return frame.name === 'EOR' ? commandOf(frame.fif[0]) : null;
}

const COMMANDS = ['NULL', 'MPS', 'EOM', 'EOP', 'EOS', 'PRI-MPS', 'PRI-EOM', 'PRI-EOP'] as const;

/** FCF2: the FCF of the command, X bit included; zero for none. */
function commandOctet(command: PostMessageCommand, x: boolean): number {
  return command === 'NULL' ? 0 : fcfOctet(command, x);
}

/** FCF2 with either X: some machines leave it out here. */
function commandOf(octet: number | undefined): PostMessageCommand | null {
  if (octet === undefined) {
    return null;
  }
  if ((octet & 0xfe) === 0) {
    return 'NULL';
  }
  const name = frameOfFcf(octet)?.name;
  return COMMANDS.find((command) => command === name) ?? null;
}
