// A partial page: up to 256 frames of a coded page (T.30 Annex A), and how its correction stands.

import type { EcmFrame } from '../ecm/frameStream.ts';
import { BLOCK_FRAMES } from '../frames/postMessage.ts';

export interface Block {
  /** Of the page, from 0. */
  index: number;
  /** Frames of the whole block, 1 … 256. */
  frames: number;
  isLast: boolean;
  /** Frames of this burst, ascending: all at first, then those asked for. */
  wanted: readonly number[];
  /** Bursts of this block, this one included. */
  burst: number;
  /** PPRs since the block began, or since the last CTC. */
  pprs: number;
  /** CTCs for this block. */
  corrections: number;
  training: 'long' | 'short';
}

/** Block `index` of a page of `octets` octets, to be sent whole. A page of nothing still has one frame. */
export function blockOf(
  octets: number,
  { index, frameOctets, training }: { index: number; frameOctets: number; training: 'long' | 'short' },
): Block {
  const pageFrames = Math.max(1, Math.ceil(octets / frameOctets));
  const first = index * BLOCK_FRAMES;
  const frames = Math.max(1, Math.min(BLOCK_FRAMES, pageFrames - first));
  return {
    index,
    frames,
    isLast: first + frames >= pageFrames,
    wanted: Array.from({ length: frames }, (_, frame) => frame),
    burst: 1,
    pprs: 0,
    corrections: 0,
    training,
  };
}

/** The frames of the burst with their data; the last one of a page is filled up with zeros (T.4 §A.3.6.2). */
export function framesOf(block: Block, data: Uint8Array, frameOctets: number): readonly EcmFrame[] {
  return block.wanted.map((number) => {
    const start = (block.index * BLOCK_FRAMES + number) * frameOctets;
    const frame = data.subarray(start, start + frameOctets);
    if (frame.length === frameOctets) return { number, data: frame };
    const padded = new Uint8Array(frameOctets);
    padded.set(frame);
    return { number, data: padded };
  });
}

/**
 * The burst that a PPR asks for. Bits beyond the block stay 1 in every PPR and mean nothing. One that asks for nothing
 * and yet is no MCF gets the last frame again, so that the far end has something to confirm.
 */
export function blockWanting(block: Block, wanted: readonly boolean[]): Block {
  const again = Array.from({ length: block.frames }, (_, frame) => frame).filter(
    (frame) => wanted[frame] === true,
  );
  return {
    ...block,
    wanted: again.length > 0 ? again : [block.frames - 1],
    burst: block.burst + 1,
    pprs: block.pprs + 1,
    training: 'short',
  };
}
