// The command line with the real gateway and its embedded relay: the first minute of a new office.

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { programCommand, runCommand } from '../harness/commandLine.ts';
import { startProcess } from '../harness/runningProcess.ts';
import type { RunningProcess } from '../harness/runningProcess.ts';

let folder: string;
let dataFolder: string;
let env: NodeJS.ProcessEnv;
let gateway: RunningProcess;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hikyaku-office-'));
  dataFolder = path.join(folder, 'data');
  env = { PATH: process.env['PATH'], HOME: folder, LANG: 'C.UTF-8' };
  gateway = await serve('--listen', '127.0.0.1:0', '--json');
});
afterAll(async () => {
  await gateway.destroy();
  await rm(folder, { recursive: true, force: true });
});

function serve(...args: string[]): Promise<RunningProcess> {
  return startProcess({
    name: 'gateway',
    ...programCommand('hikyaku', ['serve', '--data', dataFolder, ...args]),
    env,
    readyLine: /./,
  });
}

const run = (...args: string[]) => runCommand('hikyaku', [...args, '--data', dataFolder], { env });

it('says in one line that it is ready', () => {
  expect(JSON.parse(gateway.readyLine)).toEqual({
    event: 'ready',
    origin: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
  });
  expect(gateway.output().trimEnd().split('\n')).toHaveLength(1);
});

it('keeps its key from everybody else on the PC', async () => {
  const file = path.join(dataFolder, 'endpoint.json');
  const { key } = JSON.parse(await readFile(file, 'utf8')) as { key: string };
  expect(((await stat(dataFolder)).mode & 0o777).toString(8)).toBe('700');
  expect(gateway.output()).not.toContain(key);
});

it('lets nobody else serve the same folder or the same port', async () => {
  expect(await run('serve', '--listen', '127.0.0.1:0', '--json')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('already running') as string,
  });
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const listen = `127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  const other = await runCommand('hikyaku', ['serve', '--data', path.join(folder, 'b'), '--listen', listen], {
    env,
  });
  taken.close();
  expect(other).toMatchObject({
    exitCode: 1,
    stderr: `hikyaku: Another program already listens on ${listen}. Choose another address with --listen.\n`,
  });
  const remote = await runCommand(
    'hikyaku',
    ['serve', '--data', path.join(folder, 'c'), '--listen', '0.0.0.0:0', '--json'],
    { env },
  );
  expect(remote.json()).toMatchObject({ error: { code: 'NOT_ALLOWED' } });
});

it('sends to echo exactly the pages that were previewed', async () => {
  const letter = path.join(folder, '手紙.txt');
  await writeFile(letter, 'Dear Sir,\n拝啓\n');
  // The header line is stamped with the minute; without it two makings are the same to the bit.
  await run('settings', 'set', 'headerLine', 'off');
  const preview = path.join(folder, 'preview.tif');
  expect(await run('preview', letter, preview)).toMatchObject({ exitCode: 0, stdout: '1 page\n' });
  const sent = await run('send', letter, '--to', 'Echo (test)', '--wait', '--json', '--timeout', '60');
  expect(sent).toMatchObject({ exitCode: 0 });
  expect(sent.json()).toMatchObject({
    status: 'confirmed',
    recipients: [{ device: 'echo', code: 'CONFIRMED', pagesConfirmed: 1 }],
  });
  expect((await run('outbox', '--json')).json()).toEqual([]);
  const { id } = sent.json() as { id: string };
  const exported = path.join(folder, 'sent.tif');
  expect(await run('export', id, exported)).toMatchObject({ exitCode: 0 });
  expect((await readFile(exported)).equals(await readFile(preview))).toBe(true);
});

it('refuses what is no document and leaves nothing in the outbox', async () => {
  const program = path.join(folder, 'program');
  await writeFile(program, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 0, 1, 2, 3, 0, 255, 254]));
  const refused = await run('send', program, '--to', 'echo', '--json');
  expect(refused).toMatchObject({ exitCode: 1 });
  expect(refused.json()).toMatchObject({ error: { code: 'FILE_NOT_SUPPORTED' } });
  expect((await run('outbox', '--json')).json()).toEqual([]);
});

it('ends in order when it is told to, and takes its endpoint with it', async () => {
  expect(await gateway.stop(20_000)).toBe(0);
  await expect(stat(path.join(dataFolder, 'endpoint.json'))).rejects.toThrow('ENOENT');
  expect(await run('status')).toMatchObject({ exitCode: 3 });
});
