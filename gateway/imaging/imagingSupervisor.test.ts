// The imaging supervisor with hosts that crash, hang and talk nonsense, as real child processes.

import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pageOptionsSchema } from '../../protocol/imaging.ts';
import type { Imaging, PrepareEvents } from './imaging.ts';
import { createImagingSupervisor } from './imagingSupervisor.ts';
import { createPageImageCache } from './pageImageCache.ts';

let folder: string;
let imaging: Imaging;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hikyaku-imaging-'));
  await writeFile(join(folder, 'host.mjs'), hostScript());
  imaging = supervisor();
});
afterEach(async () => {
  await imaging.stop();
  rmSync(folder, { recursive: true, force: true });
});

function supervisor(limits: { idleMs?: number; silenceMs?: number; mostQueued?: number } = {}): Imaging {
  return createImagingSupervisor({
    log: { info() {}, warn() {}, error() {} },
    hostEntry: join(folder, 'host.mjs'),
    limits: { silenceMs: 5_000, ...limits },
  });
}

const sha256 = 'a'.repeat(64);

/**
 * A host whose first file's name says what it does. It notes each start in `starts`, and each job in `jobs`.
 */
function hostScript(): string {
  return `
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
const folder = import.meta.dirname;
appendFileSync(folder + '/starts', process.pid + '\\n');
const page = (index) => ({ width: 8, height: 8, xDpi: 204, yDpi: 196, byteLength: 3, sha256: '${sha256}',
  index, path: folder + '/page', warnings: [] });
process.on('message', (job) => {
  const { jobId } = job;
  const say = (reply) => process.send({ jobId, ...reply });
  appendFileSync(folder + '/jobs', job.type + '\\n');
  if (job.type === 'pageImage') {
    const environment = Object.keys(process.env).sort().join(' ');
    say({ type: 'image', png: Buffer.from(process.pid + ' ' + job.path + ' ' + environment) });
    return;
  }
  if (job.type === 'headers') {
    if (job.header.from === 'crash') process.abort();
    if (job.header.from !== 'hang') say({ type: 'headers', width: 8, rows: 1, strips: [Buffer.of(1)] });
    return;
  }
  const what = job.files[0].name;
  if (what === 'good') {
    say({ type: 'progress', pagesDone: 0, pagesTotal: 1 });
    say({ type: 'page', page: page(0) });
    say({ type: 'prepared', pages: 1, substitutedFonts: ['Ryumin'] });
  }
  if (what === 'broken') say({ type: 'failed', code: 'FILE_BROKEN', detail: 'no', fileName: what });
  if (what === 'crash' || (what === 'crash once' && !existsSync(folder + '/crashed'))) {
    writeFileSync(folder + '/crashed', '');
    say({ type: 'page', page: page(0) });
    process.stderr.write('Segmentation fault');
    setTimeout(() => process.abort(), 50);
    return;
  }
  if (what === 'crash once') say({ type: 'prepared', pages: 0 + 1, substitutedFonts: [] });
  if (what === 'hang') say({ type: 'progress', pagesDone: 0 });
  if (what === 'spin') { say({ type: 'progress', pagesDone: 0 }); setTimeout(() => { for (;;); }, 20); }
  if (what === 'nonsense') say({ type: 'prepared', pages: 'many' });
  if (what === 'flood') setInterval(() => { for (let n = 0; n < 500; n += 1) say({ type: 'progress', pagesDone: n }); }, 1);
  if (what === 'disconnect') process.disconnect();
});
process.send({ type: 'ready' });
`;
}

function prepare(name: string, events: Partial<PrepareEvents> = {}, signal = new AbortController().signal) {
  return imaging.prepare(
    {
      files: [{ path: join(folder, 'file'), name }],
      options: pageOptionsSchema.parse({}),
      outputFolder: folder,
      maxPages: 10,
    },
    {
      page: () => undefined,
      progress: () => undefined,
      restarted: async () => undefined,
      ...events,
    },
    signal,
  );
}

async function linesOf(name: string): Promise<string[]> {
  return (await readFile(join(folder, name), 'utf8')).trim().split('\n');
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('preparing', () => {
  test('tells pages and progress, and what fonts were replaced', async () => {
    const told: string[] = [];
    const result = await prepare('good', {
      page: (page) => told.push(`page ${page.index}`),
      progress: (done, total) => told.push(`${done} of ${total}`),
    });
    expect(result).toEqual({ pages: 1, substitutedFonts: ['Ryumin'] });
    expect(told).toEqual(['0 of 1', 'page 0']);
  });

  test('hands on why a file cannot be read', async () => {
    expect(await prepare('broken')).toEqual({
      failure: { code: 'FILE_BROKEN', detail: 'no', fileName: 'broken' },
    });
  });

  test('one job after the other in one host', async () => {
    await Promise.all([prepare('good'), prepare('good'), prepare('good')]);
    expect(await linesOf('starts')).toHaveLength(1);
  });

  test('a job whose host crashes is done again, after what was told is taken back', async () => {
    const told: string[] = [];
    const result = await prepare('crash once', {
      page: () => told.push('page'),
      restarted: async () => {
        told.push('restarted');
      },
    });
    expect(result).toEqual({ pages: 1, substitutedFonts: [] });
    expect(told).toEqual(['page', 'restarted']);
    expect(await linesOf('starts')).toHaveLength(2);
  });

  test('a host that died between two jobs does not count against the next job', async () => {
    await prepare('good');
    const [pid] = await linesOf('starts');
    process.kill(Number(pid), 'SIGKILL');
    await expect.poll(() => isThere(Number(pid))).toBe(false);
    expect(await prepare('crash once')).toEqual({ pages: 1, substitutedFonts: [] });
    expect(await linesOf('starts')).toHaveLength(3);
  });

  test.each(['crash', 'nonsense', 'flood', 'disconnect'])(
    'a file that makes every host %s fails alone; the next one is fine',
    async (name) => {
      const [bad, good] = await Promise.all([prepare(name), prepare('good')]);
      expect(bad).toMatchObject({ failure: { code: 'IMAGING_CRASHED' } });
      expect(good).toMatchObject({ pages: 1 });
    },
  );

  test.each(['hang', 'spin'])('a file on which the host does %s is too slow', async (name) => {
    imaging = supervisor({ silenceMs: 300 });
    expect(await prepare(name)).toMatchObject({ failure: { code: 'FILE_TOO_SLOW' } });
    expect(await prepare('good')).toMatchObject({ pages: 1 });
  });

  test('ends at once when it is withdrawn', async () => {
    const abort = new AbortController();
    const result = prepare('hang', { progress: () => abort.abort() }, abort.signal);
    expect(await result).toMatchObject({ failure: { code: 'CANCELLED' } });
  });

  test('never lets more jobs wait than it should', async () => {
    imaging = supervisor({ mostQueued: 2 });
    const results = await Promise.all(['good', 'good', 'good', 'good', 'good'].map((name) => prepare(name)));
    expect(results.filter((result) => 'failure' in result)).toHaveLength(2);
  });
});

describe('viewing', () => {
  const image = async (path: string): Promise<string> => {
    const result = await imaging.pageImage({ path, rotate: 0 });
    if ('failure' in result) throw new Error(result.failure.detail);
    return Buffer.from(result.png).toString();
  };

  test('goes on while a file hangs in the other lane', async () => {
    const abort = new AbortController();
    const hanging = prepare('hang', {}, abort.signal);
    expect(await image('a')).toMatch(/^\d+ a /);
    abort.abort();
    await hanging;
  });

  test('draws a page once, however often it is asked for', async () => {
    await Promise.all([image('a'), image('a')]);
    await image('a');
    await image('b');
    expect(await linesOf('jobs')).toEqual(['pageImage', 'pageImage']);
  });

  test('starts no process before it is needed, and ends it when it is idle', async () => {
    imaging = supervisor({ idleMs: 50 });
    await expect(readFile(join(folder, 'starts'))).rejects.toThrow();
    const pid = Number((await image('a')).split(' ')[0]);
    await expect.poll(() => alive(pid)).toBe(false);
    expect(Number((await image('b')).split(' ')[0])).not.toBe(pid);
  });

  test('gives the host nothing of the environment that it does not need', async () => {
    process.env['HIKYAKU_TEST_SECRET'] = 'secret';
    try {
      const environment = await image('a');
      expect(environment).not.toMatch(/HIKYAKU_TEST_SECRET/);
      expect(environment).toMatch(/NODE_COMPILE_CACHE/);
    } finally {
      delete process.env['HIKYAKU_TEST_SECRET'];
    }
  });
});

describe('the header line of a call', () => {
  const draw = (from: string, withinMs = 10_000) =>
    imaging.drawHeaders(
      {
        header: { stamp: '2026-03-09 14:05', from },
        options: pageOptionsSchema.parse({}),
        firstPage: 0,
        pagesTotal: 1,
      },
      withinMs,
    );

  test('is drawn while a file hangs in the lane of the files', async () => {
    const abort = new AbortController();
    const hanging = prepare('hang', {}, abort.signal);
    expect(await draw('Kyoto')).toEqual({ width: 8, rows: 1, strips: [Buffer.of(1)] });
    abort.abort();
    await hanging;
  });

  test('is given up in time, also by those that wait behind it, and had by the next call', async () => {
    const results = await Promise.all([draw('hang', 1_000), draw('hang', 1_000), draw('hang', 1_000)]);
    expect(results.map((result) => 'failure' in result)).toEqual([true, true, true]);
    expect(await draw('crash')).toMatchObject({ failure: { code: 'IMAGING_CRASHED' } });
    expect(await draw('Kyoto')).toMatchObject({ rows: 1 });
  });
});

describe('the cache of page pictures', () => {
  test('keeps the ones used last, within its bytes', async () => {
    const cache = createPageImageCache(100);
    let drawn: string[] = [];
    const get = (key: string, bytes: number) =>
      cache.get(key, async () => {
        drawn.push(key);
        return { png: new Uint8Array(bytes) };
      });
    for (const key of ['a', 'b', 'c', 'd']) await get(key, 25);
    await get('a', 25);
    await get('e', 25);
    drawn = [];
    await get('a', 25);
    await get('b', 25);
    expect(drawn).toEqual(['b']);
  });

  test('keeps no failure and nothing that would push everything else out', async () => {
    const cache = createPageImageCache(100);
    let times = 0;
    const failing = () =>
      cache.get('x', async () => {
        times += 1;
        return { failure: { code: 'IMAGING_CRASHED' as const, detail: '', fileName: undefined } };
      });
    await failing();
    await failing();
    expect(times).toBe(2);
    const large = () =>
      cache.get('y', async () => {
        times += 1;
        return { png: new Uint8Array(26) };
      });
    await large();
    await large();
    expect(times).toBe(4);
  });
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
