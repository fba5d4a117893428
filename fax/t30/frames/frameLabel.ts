// What the journal calls a frame.

import type { Frame } from './frame.ts';
import { parseEor, parsePps } from './postMessage.ts';

/** The frame's name, with its post-message part where it has one: `PPS-EOP`, `PPS-NULL`, `EOR-MPS`, `MCF`. */
export function frameLabel(frame: Frame): string {
  const command = parsePps(frame)?.command ?? parseEor(frame);
  return command === null ? frame.name : `${frame.name}-${command}`;
}
