// `hikyaku t4` as a person or a script runs it: raw fax pages to PBM pictures and back, without any gateway.

import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { programCommand, runCommand } from '../harness/commandLine.ts';
import type { CommandResult } from '../harness/commandLine.ts';
import { runTool } from '../harness/runTool.ts';

const WIDTH = 1728;
const ROWS = 300;
const STRIDE = WIDTH / 8;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hikyaku-t4-'));
  const header = `P4\n# a page\n${WIDTH} # wide\n${ROWS}\n`;
  await writeFile(join(folder, 'page.pbm'), Buffer.concat([Buffer.from(header), page()]));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Bars that move from row to row, with blank rows between: short and long runs of both colours. */
function page(): Buffer {
  const raster = Buffer.alloc(STRIDE * ROWS);
  for (let row = 0; row < ROWS; row++) {
    if (row % 10 === 0) continue;
    for (let byte = 0; byte < STRIDE; byte++) {
      raster[row * STRIDE + byte] = (byte + (row >> 2)) % 7 < 3 ? 0xff >> (row % 5) : 0;
    }
  }
  return raster;
}

function t4(...args: string[]): Promise<CommandResult> {
  const places = args.map((arg) => (/\.\w+$/.test(arg) ? join(folder, arg) : arg));
  return runCommand('hikyaku', ['t4', ...places], { env: { PATH: process.env['PATH'] } });
}

async function rasterOf(name: string): Promise<Buffer> {
  const file = await readFile(join(folder, name));
  return file.subarray(file.length - STRIDE * ROWS);
}

describe('a page is coded and decoded again', () => {
  it.each([
    ['MH, rows bare', 'mh', [], 'endOfData'],
    ['MH as on a line', 'mh', ['--eol'], 'endOfPage'],
    ['MH with a least length of lines', 'mh', ['--min-scan-bits', '288'], 'endOfPage'],
    ['MR', 'MR', [], 'endOfPage'],
    ['MR with K = 2 and fill', 'mr', ['--k', '2', '--min-scan-bits', '144'], 'endOfPage'],
    ['MMR', 'mmr', [], 'endOfPage'],
  ])('%s', async (_, coding, options, end) => {
    for (const fillOrder of ['msb', 'lsb']) {
      const order = ['--coding', coding, '--fill-order', fillOrder];
      const encoded = await t4('encode', ...order, ...options, 'page.pbm', 'page.fax');
      expect(encoded).toMatchObject({ exitCode: 0, stderr: '' });
      expect(encoded.stdout).toMatch(/^300 rows of 1728 pixels in \d+ bytes\.\n$/);
      const decoded = await t4('decode', ...order, '--width', String(WIDTH), 'page.fax', 'again.pbm');
      expect(decoded).toMatchObject({ exitCode: 0, stderr: '' });
      const told = { rows: ROWS, good: ROWS, bad: 0, longestBadRun: 0, end };
      expect(decoded.stdout).toBe(`${JSON.stringify(told)}\n`);
      expect((await rasterOf('again.pbm')).equals(page())).toBe(true);
    }
  });

  it('and a line has at least the bits that were asked for', async () => {
    await t4('encode', '--coding', 'mh', '--min-scan-bits', '2000', 'page.pbm', 'page.fax');
    expect((await readFile(join(folder, 'page.fax'))).length).toBeGreaterThanOrEqual((ROWS * 2000) / 8);
  });

  it('through pipes, with what is told on standard error', async () => {
    const { command } = programCommand('hikyaku', []);
    const script =
      '"$0" t4 encode --coding mmr - - <"$1" | "$0" t4 decode --coding mmr --width 1728 - - 2>"$2" >"$3"';
    const files = ['page.pbm', 'told.txt', 'again.pbm'].map((name) => join(folder, name));
    await runTool('sh', ['-c', script, command, ...files]);
    expect(JSON.parse(await readFile(join(folder, 'told.txt'), 'utf8'))).toMatchObject({ rows: ROWS });
    expect((await rasterOf('again.pbm')).equals(page())).toBe(true);
  });

  it('in place of a file, behind a link and into a device', async () => {
    await writeFile(join(folder, 'old.fax'), 'old');
    await symlink('old.fax', join(folder, 'link.fax'));
    expect(await t4('encode', '--coding', 'mmr', 'page.pbm', 'link.fax')).toMatchObject({ exitCode: 0 });
    expect((await readFile(join(folder, 'old.fax'))).length).toBeGreaterThan(3);
    expect(await t4('encode', '--coding', 'mmr', 'page.pbm', '/dev/null')).toMatchObject({ exitCode: 0 });
    expect((await readdir(folder)).toSorted()).toEqual(['link.fax', 'old.fax', 'page.pbm']);
    const json = await t4('encode', '--coding', 'mmr', '--json', 'page.pbm', 'link.fax');
    expect(json.json()).toMatchObject({ rows: ROWS, width: WIDTH });
  });
});

describe('a file that is replaced', () => {
  it('can be read by the same people as before', async () => {
    for (const mode of [0o600, 0o664]) {
      await writeFile(join(folder, 'old.fax'), 'old');
      await chmod(join(folder, 'old.fax'), mode);
      expect(await t4('encode', '--coding', 'mmr', 'page.pbm', 'old.fax')).toMatchObject({ exitCode: 0 });
      expect((await stat(join(folder, 'old.fax'))).mode & 0o777).toBe(mode);
    }
  });

  it('is named when it cannot be written, whatever stands in for it meanwhile', async () => {
    expect(await t4('encode', '--coding', 'mmr', 'page.pbm', '/dev/full')).toMatchObject({
      exitCode: 1,
      stderr: 'hikyaku: No disk space is left for /dev/full\n',
    });
    const nowhere = await t4('encode', '--coding', 'mmr', 'page.pbm', '/proc/page');
    expect(nowhere.exitCode).toBe(1);
    expect(nowhere.stderr).toMatch(/^hikyaku: [^\n]* \/proc(\/page)?\n$/);
  });
});

it('standard output that takes no more is told in a sentence', async () => {
  const { command } = programCommand('hikyaku', []);
  const script = '"$0" t4 encode --coding mmr "$1" - 2>"$2" >/dev/full; echo $?';
  const files = ['page.pbm', 'told.txt'].map((name) => join(folder, name));
  expect(await runTool('sh', ['-c', script, command, ...files])).toBe('1\n');
  const told = await readFile(join(folder, 'told.txt'), 'utf8');
  expect(told).toBe('hikyaku: No disk space is left for standard output\n');
});

describe('a damaged page', () => {
  it('is repaired row by row, and the damage is told', async () => {
    await t4('encode', '--coding', 'mh', '--eol', 'page.pbm', 'page.fax');
    const damaged = await readFile(join(folder, 'page.fax'));
    const middle = damaged.length >> 1;
    damaged.fill(0x55, middle, middle + 3);
    await writeFile(join(folder, 'page.fax'), damaged);
    const decoded = await t4('decode', '--coding', 'mh', '--width', String(WIDTH), 'page.fax', 'again.pbm');
    const told = decoded.json() as { rows: number; good: number; bad: number; longestBadRun: number };
    expect(decoded.exitCode).toBe(0);
    expect(told.bad).toBeGreaterThan(0);
    expect(told.good).toBeGreaterThanOrEqual(ROWS - 3);
    expect(told.good + told.bad).toBe(told.rows);
    const file = await readFile(join(folder, 'again.pbm'));
    const header = `P4\n${WIDTH} ${told.rows}\n`;
    expect(file.toString('latin1').startsWith(header)).toBe(true);
    expect(file.length).toBe(header.length + told.rows * STRIDE);
    await t4('encode', '--coding', 'mmr', 'again.pbm', 'sound.fax');
    const sound = await t4('decode', '--coding', 'mmr', '--width', String(WIDTH), 'sound.fax', 'last.pbm');
    expect(sound.json()).toMatchObject({ rows: told.rows, bad: 0, end: 'endOfPage' });
  });

  it('without a single row gives no file, but says so', async () => {
    await writeFile(join(folder, 'noise.fax'), Buffer.alloc(5000));
    const decoded = await t4('decode', '--coding', 'mmr', '--width', '1728', '--json', 'noise.fax', 'x.pbm');
    expect(decoded.exitCode).toBe(1);
    expect(decoded.json()).toMatchObject({ rows: 0, good: 0, bad: 0, longestBadRun: 0 });
    const place = join(folder, 'noise.fax');
    expect(decoded.stderr).toBe(
      `hikyaku: There is no row of 1728 pixels in ${place}; nothing was written.\n`,
    );
    expect((await readdir(folder)).toSorted()).toEqual(['noise.fax', 'page.pbm']);
  });

  it('that never ends is decoded up to the limit of rows', async () => {
    await writeFile(join(folder, 'endless.fax'), Buffer.alloc(1 << 20, 0xff));
    const decoded = await t4('decode', '--coding', 'mmr', '--width', '8', 'endless.fax', 'again.pbm');
    expect(decoded.json()).toMatchObject({ rows: 65_535, end: 'limit' });
  });
});

describe('what cannot be done is said in a sentence, and nothing is left behind', () => {
  const decode = ['decode', '--coding', 'mh', '--width', '8'];
  const encode = ['encode', '--coding', 'mh'];
  it.each([
    [['decode', '--coding', 'mh', 'page.pbm', 'x.pbm'], 2, '--width <pixels>'],
    [['decode', '--width', '1728', 'page.pbm', 'x.pbm'], 2, '--coding <coding>'],
    [['decode', '--coding', 'g5', '--width', '8', 'page.pbm', 'x.pbm'], 2, 'It is mh, mr or mmr.'],
    [['decode', '--coding', 'mh', '--width', '0', 'page.pbm', 'x.pbm'], 2, 'from 1 to 20000'],
    [['decode', '--coding', 'mh', '--width', 'wide', 'page.pbm', 'x.pbm'], 2, 'from 1 to 20000'],
    [[...decode, '--fill-order', 'big', 'page.pbm', 'x.pbm'], 2, 'lsb, msb'],
    [[...decode, 'gone.fax', 'x.pbm'], 1, 'There is no such file'],
    [[...decode, 'folder.d', 'x.pbm'], 1, 'folder'],
    [[...decode, 'giant.fax', 'x.pbm'], 1, 'larger than a page can be (64 MiB)'],
    [[...encode, 'giant.fax', 'x.fax'], 1, 'larger than a page can be'],
    [['encode', '--coding', 'mr', '--k', '0', 'page.pbm', 'x.fax'], 2, 'whole number above 0'],
    [[...encode, '--min-scan-bits', '-1', 'page.pbm', 'x.fax'], 2, 'from 0 to 65536'],
    [[...encode, 'text.pbm', 'x.fax'], 1, 'plain text (P1)'],
    [[...encode, 'short.pbm', 'x.fax'], 1, 'cut short: it has 1 whole row of 3'],
    [[...encode, 'wide.pbm', 'x.fax'], 1, 'at most 20000 × 65535'],
    [[...encode, 'page.pbm', 'folder.d'], 1, 'This is a folder'],
    [[...encode, 'page.pbm', 'nowhere/x.fax'], 1, 'There is no such file or folder'],
  ])('%j ends with %i: %s', async (args, exitCode, sentence) => {
    await writeFile(join(folder, 'text.pbm'), 'P1\n8 1\n0 1 0 1 0 1 0 1\n');
    await writeFile(join(folder, 'short.pbm'), 'P4\n8 3\nx');
    await writeFile(
      join(folder, 'wide.pbm'),
      Buffer.concat([Buffer.from('P4 20001 1 '), Buffer.alloc(2501)]),
    );
    await writeFile(join(folder, 'giant.fax'), '');
    await truncate(join(folder, 'giant.fax'), 2 ** 30);
    await mkdir(join(folder, 'folder.d'));
    const before = await readdir(folder);
    const result = await t4(...args);
    expect([result.exitCode, result.stdout]).toEqual([exitCode, '']);
    expect(result.stderr).toContain(sentence);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
    expect(await readdir(folder)).toEqual(before);
  });

  it('and the help says how to repair a page', async () => {
    const help = await t4('decode', '--help');
    expect(help.stdout.replaceAll(/\s+/g, ' ')).toContain('decoding and encoding again repairs a page');
  });
});
