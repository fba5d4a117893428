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

const DISK_MIB = 16;

let stage: Stage;
beforeEach(() => {
  stage = openStage();
  onTestFailed(() => console.log(stage.logs()));
});
afterEach(() => stage.close());

test('a full disk at the receiver is told to the sender before anything is sent, and then in the middle', async (context) => {
  const { relay, kyoto } = await startSender(stage);
  const disk = path.join(stage.folder, 'small-disk');
  const reason = await mountSmallDisk(disk, DISK_MIB);
  if (reason !== undefined) {
    console.log(`NOT TESTED: a small disk cannot be mounted here: ${reason}`);
    context.skip(`a small disk cannot be mounted here: ${reason}`);
  }
  const osaka = await startGateway(stage, 'osaka', { dataFolder: path.join(disk, 'data') });
  await connectToRelay(osaka, relay);
  const complete = async () =>
    (await osaka.api().inbox.list.query({ limit: 10 })).items.filter(({ state }) => state === 'complete');
  // Two copies of ten pages in the finest resolution: more than what is kept free on such a disk.
  const file = fixtureFile('ten-pages.pdf');
  const sent = await kyoto.command('send', file, file, '--resolution', 'superfine', '--to', 'nobody-yet');
  const { id: unsent } = sent.json() as { id: string };
  await kyoto.command('cancel', unsent);
  const pages = await kyoto.api().outgoing.pages.query({ documentId: unsent });
  const documentBytes = pages.reduce((sum, page) => sum + page.byteLength, 0);

  // No room at all: nothing is begun.
  const filler = path.join(disk, 'filler');
  await fillUp(disk, filler, 64 * 1024);
  const again = await kyoto.command('send', file, file, '--resolution', 'superfine', '--to', 'osaka');
  const { id } = again.json() as { id: string };
  const refused = await expectOutcome(kyoto, id, 'RECEIVER_DISK_FULL', 60_000);
  expect(refused.deliveries[0]?.pagesConfirmed).toBe(0);
  expect(await complete()).toEqual([]);

  // Room for about half: it begins, and stops in the middle.
  await fillUp(disk, filler, DISK_MIB * 1024 * 1024 * 0.05 + documentBytes / 4);
  await kyoto.command('retry', id);
  const stopped = await kyoto.until('some pages are confirmed, and the disk is full', async () => {
    const document = await kyoto.api().outgoing.get.query({ documentId: id });
    const [delivery] = document.deliveries;
    const full = delivery?.status === 'waiting' && delivery.outcome?.code === 'RECEIVER_DISK_FULL';
    return full && delivery.pagesConfirmed > 0 ? delivery : undefined;
  });
  expect(stopped.pagesConfirmed).toBeLessThan(pages.length);
  expect(await complete()).toEqual([]);

  await rm(filler);
  const retried = await kyoto.command('retry', id);
  expect(retried.exitCode, retried.stderr).toBe(0);
  await expectOutcome(kyoto, id, 'CONFIRMED', 60_000);
  const inbox = await complete();
  expect(inbox).toHaveLength(1);
  const received = await osaka.api().inbox.pages.query({ documentId: inbox[0]?.id ?? '' });
  const prepared = await kyoto.api().outgoing.pages.query({ documentId: id });
  expect(received.map(({ sha256 }) => sha256)).toEqual(prepared.map(({ sha256 }) => sha256));
  // What was confirmed before is not sent twice: those pages are still the ones stored then.
  const before = received.slice(0, stopped.pagesConfirmed).map(({ storedAt }) => Date.parse(storedAt));
  const after = received.slice(stopped.pagesConfirmed).map(({ storedAt }) => Date.parse(storedAt));
  expect(Math.max(...before)).toBeLessThan(Math.min(...after));
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

/** Leaves about so many bytes free. */
async function fillUp(disk: string, filler: string, leaveBytes: number): Promise<void> {
  await rm(filler, { force: true });
  const { bavail, bsize } = await statfs(disk);
  await writeFile(filler, Buffer.alloc(Math.max(0, Math.floor(bavail * bsize - leaveBytes))));
}
