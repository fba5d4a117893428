// efax (Debian's), a fax program for Class 1 modems without ECM, as a host on a modem of the exchange or of ours.

import path from 'node:path';
import { startProcess } from '../../harness/runningProcess.ts';
import type { RunningProcess } from '../../harness/runningProcess.ts';
import type { Stage } from '../../harness/stage.ts';
import { writeCodedFile } from '../codedFile.ts';

/**
 * White lines that efax puts above a page for its header, even an empty one.
 * It also adds white lines below a page that has no RTC.
 */
export const EFAX_HEADER_LINES = 20;

/** efax divides by the seconds that a page took: an exchange in fast pacing must leave it more than one. */
export const EFAX_SPEED = 20;

export interface EfaxOptions {
  stage: Stage;
  /** The modem's port. */
  device: string;
  /** `1`, `2` or `2.0`; 1. */
  class?: '1' | '2' | '2.0';
  localId?: string;
  /** Commands sent before all others, without AT: `S0=1`. */
  setUp?: string[];
}

/** What efax's exit status says (efax(1), return values). */
export type EfaxOutcome = 'done' | 'busy' | 'error' | 'badModem' | 'noModem' | 'terminated' | 'unknown';

export interface EfaxRun {
  readonly process: RunningProcess;
  /** Resolves when efax ends. */
  outcome(): Promise<EfaxOutcome>;
}

const OUTCOMES: readonly EfaxOutcome[] = ['done', 'busy', 'error', 'badModem', 'noModem', 'terminated'];

/** Sends the pages of TIFF files, one file per page as efax wants it, fine resolution, MH. */
export async function efaxSends(
  options: EfaxOptions,
  to: string,
  pages: readonly string[],
): Promise<EfaxRun> {
  const files: string[] = [];
  for (const [index, page] of pages.entries()) {
    const file = path.join(options.stage.folder, `efax-${index + 1}.tif`);
    await writeCodedFile(page, file, 'MH');
    files.push(file);
  }
  return startEfax(options, ['-h', '', '-t', to, ...files], /opened|command/);
}

/** Waits for one call and receives it into `<stage folder>/efax-received.001`, `.002`, …; resolves when it waits. */
export function efaxReceives(options: EfaxOptions): Promise<EfaxRun> {
  const prefix = path.join(options.stage.folder, 'efax-received');
  return startEfax(options, ['-w', '-r', prefix], /waiting for activity/);
}

async function startEfax(options: EfaxOptions, words: string[], readyLine: RegExp): Promise<EfaxRun> {
  const { stage, device } = options;
  const setUp = (options.setUp ?? []).map((command) => `-i${command}`);
  const modemClass = { '1': ['-o1'], '2': ['-o2'], '2.0': ['-o0'] }[options.class ?? '1'];
  const identity = options.localId === undefined ? [] : ['-l', options.localId];
  // Fine, 14 400 bit/s, A4, unlimited length, MH, no ECM.
  const abilities = ['-c', '1,5,0,2,0,0,0,0'];
  // Its log goes to standard error; a shell turns it round for those who wait for a line of it.
  const process = await startProcess({
    name: 'efax',
    command: '/bin/sh',
    args: [
      '-c',
      'exec efax "$@" 2>&1',
      'efax',
      '-v',
      'ewinchma',
      '-d',
      device,
      ...modemClass,
      ...identity,
      ...abilities,
    ].concat(setUp, words),
    env: stage.env,
    readyLine,
  });
  stage.own(process, 'efax');
  return {
    process,
    outcome: async () => {
      const status = await process.exited;
      return (typeof status === 'number' ? OUTCOMES[status] : 'terminated') ?? 'unknown';
    },
  };
}
