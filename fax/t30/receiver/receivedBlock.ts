// The frames of one ECM block as they come in, in any order and over several bursts (T.30 Annex A, T.4 Annex A).

/** At most this many octets are held: 256 frames of 256. */
export const MOST_FRAMES = 256;
const MOST_OCTETS = 256;

export interface ReceivedBlock {
  /** By frame number. */
  frames: readonly (Uint8Array | null)[];
  held: number;
  /** Frames that the block has, as far as is known. */
  total: number;
}

export const EMPTY_BLOCK: ReceivedBlock = {
  frames: Array.from({ length: MOST_FRAMES }, () => null),
  held: 0,
  total: 0,
};

/** Takes what an FCD brought: number and data. A frame that is held already stays; impossible ones are passed over. */
export function addFrame(block: ReceivedBlock, number: number, data: Uint8Array): ReceivedBlock {
  if (number < 0 || number >= MOST_FRAMES || data.length === 0 || data.length > MOST_OCTETS) return block;
  if ((block.frames[number] ?? null) !== null) return block;
  // Its own copy: the line may use its buffer again.
  return { ...block, frames: block.frames.with(number, data.slice()), held: block.held + 1 };
}

/**
 * The burst is over and PPS announced `announced` frames; in a repetition that counts only those sent again, so the
 * block is never taken for smaller than it was. Every frame but the last must be as long as the others are, or is
 * asked for again: `frameOctets` by DCS, or what the first one has when the sender does not keep to it.
 */
export function closeBurst(block: ReceivedBlock, announced: number, frameOctets: number): ReceivedBlock {
  const highest = block.frames.findLastIndex((data) => data !== null);
  const total = Math.max(block.total, announced, highest + 1);
  const lengths = block.frames.slice(0, total - 1).flatMap((data) => (data === null ? [] : [data.length]));
  const octets = lengths.includes(frameOctets) ? frameOctets : (lengths[0] ?? frameOctets);
  const frames = block.frames.map((data, number) => {
    if (data === null || data.length === octets) return data;
    return number === total - 1 && data.length < octets ? data : null;
  });
  return { frames, total, held: frames.filter((data) => data !== null).length };
}

/** For frames 0 … total − 1 whether it is still wanted. */
export function wantedFrames(block: ReceivedBlock): readonly boolean[] {
  return block.frames.slice(0, block.total).map((data) => data === null);
}

/** The block's octets in order; of an incomplete one what is there. */
export function joinFrames(block: ReceivedBlock): Uint8Array {
  const octets = new Uint8Array(block.frames.reduce((sum, data) => sum + (data?.length ?? 0), 0));
  let position = 0;
  for (const data of block.frames) {
    if (data === null) continue;
    octets.set(data, position);
    position += data.length;
  }
  return octets;
}

/** The octets of the frames up to the first one that is missing. */
export function firstFrames(block: ReceivedBlock): Uint8Array {
  const missing = block.frames.indexOf(null);
  return missing < 0 ? joinFrames(block) : joinFrames({ ...block, frames: block.frames.slice(0, missing) });
}

/** A short mark of each frame, to know it again when its sender repeats what was confirmed. */
export function marksOf(block: ReceivedBlock): readonly number[] {
  return block.frames.map((data) => (data === null ? 0 : markOf(data)));
}

/** Whether every frame held is one of those that were marked. */
export function isRepetition(block: ReceivedBlock, marks: readonly number[]): boolean {
  return block.frames.every((data, number) => data === null || markOf(data) === marks[number]);
}

/** FNV-1a over the octets. */
function markOf(data: Uint8Array): number {
  let mark = 0x81_1c_9d_c5;
  for (const octet of data) mark = Math.imul(mark ^ octet, 0x01_00_01_93);
  return mark >>> 0;
}
