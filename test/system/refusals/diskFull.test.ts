// The receiver's disk fills up in the middle: the sender is told, and once there is room everything goes on, once.

import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, onTestFailed, test } from 'vitest';
import { fixtureFile } from '../../harness/fixtures.ts';
import { guard, shellWord } from '../../harness/guardian.ts';
import { runTool } from '../../harness/runTool.ts';
import { openStage, type Stage } from '../../harness/stage.ts';
import { connectToRelay, startGateway } from '../../harness/testGateway.ts';
import { expectOutcome, startSender } from './offices.ts';

let stage: Stage;
beforeEach(() => {
  stage = openStage();
  onTestFailed(() => console.log(stage.logs()));
});
afterEach(() => stage.close());

test('a full disk at the receiver is told to the sender, who goes on after the last confirmed page', async (context) => {
  const { relay, kyoto } = await startSender(stage);
  const disk = path.join(stage.folder, 'small-disk');
  const reason = await mountSmallDisk(disk, 24);
  if (reason !== undefined) {
    console.log(`NOT TESTED: a small disk cannot be mounted here: ${reason}`);
    context.skip(`a small disk cannot be mounted here: ${reason}`);
  }
  const osaka = await startGateway(stage, 'osaka', { dataFolder: path.join(disk, 'data') });
  await connectToRelay(osaka, relay);

  // Room for some pages, not for all.
  const filler = path.join(disk, 'filler');
  await fillUp(disk, filler, 96 * 1024);
  const sent = await kyoto.command('send', fixtureFile('ten-pages.pdf'), '--to', 'osaka');
  const { id } = sent.json() as { id: string };
  const waiting = await expectOutcome(kyoto, id, 'RECEIVER_DISK_FULL', 60_000);
  expect(waiting.deliveries[0]?.status).not.toBe('confirmed');
  const complete = async () =>
    (await osaka.api().inbox.list.query({ limit: 10 })).items.filter(({ state }) => state === 'complete');
  expect(await complete()).toEqual([]);

  await rm(filler);
  const retried = await kyoto.command('retry', id);
  expect(retried.exitCode, retried.stderr).toBe(0);
  await expectOutcome(kyoto, id, 'CONFIRMED', 60_000);
  const inbox = await complete();
  expect(inbox).toHaveLength(1);
  expect(inbox[0]?.pages).toBe(10);
  const received = await osaka.api().inbox.pages.query({ documentId: inbox[0]?.id ?? '' });
  const prepared = await kyoto.api().outgoing.pages.query({ documentId: id });
  expect(received.map(({ sha256 }) => sha256)).toEqual(prepared.map(({ sha256 }) => sha256));
});

/** Why not, found by trying; `undefined` when it is mounted. */
async function mountSmallDisk(folder: string, mebibytes: number): Promise<string | undefined> {
  await mkdir(folder);
  const unmount = `umount -l ${shellWord(folder)}`;
  const forget = guard(unmount);
  try {
    await runTool('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder]);
  } catch (error) {
    forget();
    return error instanceof Error ? error.message : String(error);
  }
  stage.onClose(async () => {
    await runTool('sh', ['-c', unmount]);
    forget();
  });
  return undefined;
}

/** Leaves so many bytes free. */
async function fillUp(disk: string, filler: string, leaveBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(disk);
  await writeFile(filler, Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes)));
}
