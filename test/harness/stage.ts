// One test's world: a temporary folder, processes, clean-ups. Closing it leaves nothing behind, and proves it.

import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { guard, shellWord } from './guardian.ts';
import type { RunningProcess } from './runningProcess.ts';

export interface Stage {
  /** A fresh folder of this stage's own. */
  readonly folder: string;
  /** For every process of the stage: little of the person's own environment, and a mark to find survivors by. */
  readonly env: NodeJS.ProcessEnv;
  /** Destroys it at the end, newest first. */
  own(process: RunningProcess, name: string): void;
  onClose(undo: () => Promise<void> | void): void;
  /** What every process said so far: for a test that failed. */
  logs(): string;
  /** Ends everything; throws when a process of this stage is still there although its parent was destroyed. */
  close(): Promise<void>;
}

const MARK = 'HIKYAKU_TEST_STAGE';

/**
 * Opens a stage; close it in `afterEach` or `finally`. Its processes share a compile cache, which makes the many starts
 * of a test quicker; without it they start as they do for a person.
 */
export function openStage(options: { compileCache: boolean } = { compileCache: true }): Stage {
  const id = randomBytes(8).toString('hex');
  const folder = mkdtempSync(path.join(tmpdir(), 'hikyaku-test-'));
  const forgetFolder = guard(`rm -rf ${shellWord(folder)}`);
  const undos: (() => Promise<void> | void)[] = [];
  const owned: { name: string; process: RunningProcess }[] = [];
  return {
    folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      ...(options.compileCache ? { NODE_COMPILE_CACHE: path.join(folder, 'compile-cache') } : {}),
      [MARK]: id,
    },
    own: (running, name) => {
      owned.push({ name, process: running });
      undos.push(() => running.destroy());
    },
    onClose: (undo) => {
      undos.push(undo);
    },
    logs: () => owned.map(({ name, process: running }) => `--- ${name}\n${running.output()}`).join('\n'),
    close: async () => {
      const errors: unknown[] = [];
      for (const undo of undos.toReversed()) {
        try {
          await undo();
        } catch (error) {
          errors.push(error);
        }
      }
      const survivors = processesWithMark(id);
      for (const { pid } of survivors) process.kill(pid, 'SIGKILL');
      await rm(folder, { recursive: true, force: true });
      forgetFolder();
      if (survivors.length > 0) {
        const list = survivors.map(({ pid, commandLine }) => `${pid} ${commandLine}`).join('\n');
        errors.push(new Error(`processes outlived what started them:\n${list}`));
      }
      if (errors.length > 0) throw new AggregateError(errors, 'the stage could not be closed cleanly');
    },
  };
}

function processesWithMark(id: string): { pid: number; commandLine: string }[] {
  const mark = `${MARK}=${id}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const environment = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0');
        if (!environment.includes(mark)) return [];
        const commandLine = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return [{ pid: Number(name), commandLine }];
      } catch {
        return []; // It ended while we looked.
      }
    });
}
