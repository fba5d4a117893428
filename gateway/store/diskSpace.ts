// How much room is left, and how much is kept free for what is under way.

import { statfs } from 'node:fs/promises';

const RESERVE_BYTES = 32 * 1024 * 1024;
/** On a small disk the reserve is this share of it. */
const RESERVE_SHARE = 0.05;

export interface DiskSpace {
  freeBytes: number;
  /** Below this nothing new is begun. */
  reserveBytes: number;
}

export type ReadDiskSpace = (path: string) => Promise<DiskSpace>;

export const readDiskSpace: ReadDiskSpace = async (path) => {
  const found = await statfs(path);
  const totalBytes = found.blocks * found.bsize;
  return {
    freeBytes: found.bavail * found.bsize,
    reserveBytes: Math.min(RESERVE_BYTES, Math.floor(totalBytes * RESERVE_SHARE)),
  };
};
