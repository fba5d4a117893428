// The commands as a person or a script runs them: the real program against an office whose every step is ours.

import { truncateSync, watch } from 'node:fs';
import { chmod, mkdir, readFile, readdir, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startProcess } from '../harness/runningProcess.ts';
import { programCommand, runCommand } from '../harness/commandLine.ts';
import { openFakeOffice } from './fakeOffice.ts';
import type { FakeOffice } from './fakeOffice.ts';

let office: FakeOffice;

beforeEach(async () => {
  office = await openFakeOffice();
});
afterEach(() => office.close());

async function file(name: string, content = 'Text.\n'): Promise<string> {
  const target = path.join(office.folder, name);
  await writeFile(target, content);
  return target;
}

describe('every command', () => {
  it('says in one sentence that no gateway runs, and ends with 3', async () => {
    await office.goAway();
    const sentence = `No gateway is running on this data folder. Start it with: hikyaku serve --data ${office.dataFolder}`;
    const commands = [
      ['status'],
      ['online'],
      ['inbox'],
      ['outbox'],
      ['sent'],
      ['failed'],
      ['show', 'x'],
      ['export', 'x', 'x.pdf'],
      ['cancel', 'x'],
      ['retry', 'x'],
      ['contacts', 'list'],
      ['settings'],
      ['relay', 'show'],
      ['relay', 'test'],
      ['relay', 'forget'],
    ];
    const results = await Promise.all(commands.map((args) => office.run(args)));
    for (const result of results) {
      expect(result).toMatchObject({ exitCode: 3, stdout: '', stderr: `hikyaku: ${sentence}\n` });
    }
    const json = await office.run(['status', '--json']);
    expect(json.json()).toEqual({ error: { code: 'NOT_RUNNING', message: sentence } });
    await office.comeBack();
  });

  it('does not believe the endpoint of a process that is gone', async () => {
    const file = path.join(office.dataFolder, 'endpoint.json');
    const endpoint = JSON.parse(await readFile(file, 'utf8')) as object;
    const gone = await startProcess({
      name: 'short',
      command: 'sh',
      args: ['-c', 'echo ready'],
      env: office.env,
      readyLine: /ready/,
    });
    await gone.exited;
    await writeFile(file, JSON.stringify({ ...endpoint, pid: gone.pid }));
    expect(await office.run(['status'])).toMatchObject({ exitCode: 3 });
    for (const broken of ['', '{', '{}', '[]', '{"origin":"http://127.0.0.1:1","key":"x"}']) {
      await writeFile(file, broken);
      expect(await office.run(['status'])).toMatchObject({ exitCode: 3 });
    }
  });

  it('ends with 2 when it is written wrongly, in one sentence', async () => {
    const wrong = [
      ['nonsense'],
      ['send', 'a.txt'],
      ['send', '--to', 'x'],
      ['send', 'a.txt', '--to', 'x', '--resolution', 'best'],
      ['send', 'a.txt', '--to', 'x', '--timeout', '-1'],
      ['inbox', '--limit', '0'],
      ['export', 'x', 'x.doc'],
      ['preview', 'a.txt'],
      ['settings', 'set', 'colour', 'red'],
      ['contacts', 'add', 'x'],
      ['relay', 'set', 'http://relay.example', '--device', 'x', '--keep-password'],
      ['relay', 'set', 'wss://relay.example', '--device', 'Not An Id', '--keep-password'],
    ];
    for (const args of wrong) {
      const result = await office.run([...args, '--json']);
      expect([args, result.exitCode, result.stderr.trimEnd().split('\n').length]).toEqual([args, 2, 1]);
      expect(result.json()).toMatchObject({ error: { code: 'USAGE' } });
    }
  });

  it('works through links, from anywhere, without Node on the path', async () => {
    const link = path.join(office.folder, 'my hikyaku');
    await mkdir(path.join(office.folder, 'bin'));
    await symlink(programCommand('hikyaku', []).command, path.join(office.folder, 'bin', 'first'));
    await symlink('bin/first', link);
    const running = await startProcess({
      name: 'through links',
      command: '/bin/sh',
      args: ['-c', `cd / && PATH=/usr/bin:/bin "${link}" --version`],
      env: { PATH: '/nowhere' },
      readyLine: /^\d+\.\d+\.\d+$/,
    });
    expect(await running.exited).toBe(0);
  });

  it('finds its data by HIKYAKU_DATA too', async () => {
    const env = { ...office.env, HIKYAKU_DATA: office.dataFolder };
    expect(await runCommand('hikyaku', ['status', '--json'], { env })).toMatchObject({ exitCode: 0 });
  });

  it('is quiet when its reader has read enough', async () => {
    const running = office.begin(['inbox']);
    running.closeOutput();
    const { exitCode, stderr } = await running.ended;
    expect([exitCode, stderr]).toEqual([141, '']);
  });
});

describe('lists', () => {
  it('are JSON arrays, or tables for a person', async () => {
    const inbox = (await office.run(['inbox', '--json'])).json() as Record<string, unknown>[];
    expect(inbox).toHaveLength(64);
    expect(inbox[0]).toMatchObject({
      id: expect.any(String) as string,
      from: expect.any(String) as string,
      pages: expect.any(Number) as number,
      receivedAt: expect.any(String) as string,
    });
    const table = (await office.run(['inbox', '--limit', '3'])).stdout.trimEnd().split('\n');
    expect(table).toHaveLength(4);
    expect(table[0]).toMatch(/^ID +FROM +PAGES +RECEIVED/);
    const sent = (await office.run(['sent', '--json'])).json() as { status: string }[];
    expect(new Set(sent.map((document) => document.status))).toEqual(new Set(['confirmed']));
  });

  it('tell a page that is perhaps incomplete', async () => {
    await office.close();
    office = await openFakeOffice({ telephone: true });
    const inbox = (await office.run(['inbox', '--json'])).json() as { id: string }[];
    expect(inbox.find(({ id }) => id === 'in-tel-2')).toMatchObject({
      state: 'partial',
      quality: [{ badRows: 44 }, { badRows: 1, partial: true }],
    });
    expect((await office.run(['inbox'])).stdout).toMatch(
      /^in-tel-2 .* partial +1 page perhaps incomplete, 2 damaged pages \(45 lines\)$/m,
    );
    const shown = (await office.run(['show', 'in-tel-2'])).stdout;
    expect(shown).toMatch(/^2 .* perhaps incomplete, 1 of 2291 lines damaged$/m);
  });

  it('page through everything only when asked', async () => {
    await office.close();
    office = await openFakeOffice({ incomingDocuments: 1_203 });
    const count = async (...args: string[]) =>
      ((await office.run(['inbox', '--json', ...args])).json() as unknown[]).length;
    expect(await count()).toBe(1_000);
    expect(await count('--all')).toBe(1_203);
    expect(await count('--limit', '700')).toBe(700);
    expect((await office.run(['inbox'])).stdout.trimEnd().split('\n')).toHaveLength(101);
  });

  it('show who is online, all of them', async () => {
    const devices = Array.from({ length: 150 }, (_, index) => ({
      deviceId: `device-${String(index).padStart(3, '0')}`,
      busy: false,
    }));
    office.control.setOnline(devices);
    expect((await office.run(['online', '--json'])).json()).toHaveLength(150);
    expect(((await office.run(['online', '--json', '--filter', '00'])).json() as unknown[]).length).toBe(11);
    const shown = await office.run(['online']);
    expect(shown.stdout.trimEnd().split('\n')).toHaveLength(101);
    expect(shown.stderr).toContain('--all');
    office.control.setRelay({ state: 'offline' });
    expect((await office.run(['online', '--json'])).json()).toMatchObject({
      error: { code: 'RELAY_OFFLINE' },
    });
  });
});

describe('documents', () => {
  it('are shown and exported whichever folder they are in', async () => {
    const incoming = office.services.listInbox({ limit: 1 }).items[0]?.id ?? '';
    const outgoing = office.services.listOutgoing({ limit: 1, folder: 'sent' }).items[0]?.id ?? '';
    for (const [id, folder] of [
      [incoming, 'incoming'],
      [outgoing, 'outgoing'],
    ] as const) {
      expect((await office.run(['show', id, '--json'])).json()).toMatchObject({ id, folder });
      expect((await office.run(['show', id])).stdout).toContain(id);
      const target = path.join(office.folder, `${folder}.pdf`);
      expect(await office.run(['export', id, target])).toMatchObject({ exitCode: 0, stdout: '' });
      expect(await readFile(target, 'latin1')).toMatch(/^%PDF/);
    }
    expect((await office.run(['show', 'nothing', '--json'])).json()).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
  });

  it('are never half exported', async () => {
    const id = office.services.listInbox({ limit: 1 }).items[0]?.id ?? '';
    const folder = path.join(office.folder, 'exports');
    await mkdir(folder);
    const target = path.join(folder, 'fax.pdf');
    await writeFile(target, 'the old one');
    const exportFile = office.files.exportFile.bind(office.files);
    const source = path.join(office.folder, 'source');
    await writeFile(source, '');
    await truncate(source, 400_000_000);
    office.files.exportFile = async () => ({
      path: source,
      fileName: 'fax.pdf',
      dispose: async () => undefined,
    });
    // As soon as the download begins its source becomes shorter, so that it cannot be finished.
    const watcher = watch(folder, () => {
      watcher.close();
      truncateSync(source, 0);
    });
    const broken = await office.run(['export', id, target]);
    expect(broken).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('broke') as string });
    expect(await readFile(target, 'utf8')).toBe('the old one');
    expect(await readdir(folder)).toEqual(['fax.pdf']);
    office.files.exportFile = exportFile;
    expect(await office.run(['export', id, path.join(folder, 'no', 'fax.pdf')])).toMatchObject({
      exitCode: 1,
    });
    expect(await office.run(['export', id, target])).toMatchObject({ exitCode: 0 });
    expect(await readFile(target, 'latin1')).toMatch(/^%PDF/);
    expect(await readdir(folder)).toEqual(['fax.pdf']);
  });

  it('are previewed without leaving a trace in the outbox', async () => {
    const target = path.join(office.folder, 'out.tif');
    const result = await office.run(['preview', await file('a.txt'), target, '--json']);
    expect(result.json()).toMatchObject({ file: target, format: 'tif', pages: 2 });
    expect((await readFile(target)).length).toBeGreaterThan(0);
    expect(office.control.calls).toContain('removeOutgoing');
    expect(office.control.calls).not.toContain('send');
  });

  it('are cancelled and tried again', async () => {
    const { id } = (await office.run(['send', await file('a.txt'), '--to', 'kyoto', '--json'])).json() as {
      id: string;
    };
    expect((await office.run(['cancel', id, '--json'])).json()).toMatchObject({ id, status: 'cancelled' });
    expect((await office.run(['retry', id, '--json'])).json()).toMatchObject({ id, status: 'active' });
  });
});

describe('contacts and settings', () => {
  it('are changed', async () => {
    const added = await office.run(['contacts', 'add', '京都支店', '--device', 'kyoto-1', '--json']);
    expect(added.json()).toMatchObject({ name: '京都支店', deviceId: 'kyoto-1' });
    const again = await office.run(['contacts', 'add', '京都支店', '--device', 'kyoto-2', '--json']);
    expect(again.json()).toEqual({ ...(added.json() as object), deviceId: 'kyoto-2' });
    const found = await office.run(['contacts', 'list', '--search', '京都支店']);
    expect(found.stdout).toContain('kyoto-2');
    expect(await office.run(['contacts', 'remove', '京都支店'])).toMatchObject({ exitCode: 0 });
    expect(await office.run(['contacts', 'remove', '京都支店'])).toMatchObject({ exitCode: 1 });
    expect((await office.run(['settings', 'set', 'accept', 'contacts', '--json'])).json()).toMatchObject({
      accept: 'contacts',
    });
    expect((await office.run(['settings'])).stdout).toMatch(/accept +contacts/);
    expect(await office.run(['settings', 'set', 'accept', 'friends'])).toMatchObject({ exitCode: 1 });
  });
});

describe('the relay', () => {
  it('is set with a password from standard input, without its newline', async () => {
    const given: unknown[] = [];
    const set = office.services.setRelayAccount.bind(office.services);
    office.services.setRelayAccount = (account) => {
      given.push(account);
      return set(account);
    };
    const ca = await file('ca.pem', '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n');
    const args = ['relay', 'set', 'wss://relay.example', '--device', 'kobe', '--password-stdin'];
    const result = await office.run([...args, '--ca', ca, '--proxy', 'http://proxy:3128', '--json'], {
      input: ' pass word \n',
    });
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    expect(result.stdout).not.toContain('pass word');
    expect(given).toEqual([
      {
        url: 'wss://relay.example',
        deviceId: 'kobe',
        password: ' pass word ',
        ca: await readFile(ca, 'utf8'),
        proxy: 'http://proxy:3128',
      },
    ]);
  });

  it('warns of an address without encryption, except on this PC', async () => {
    const set = (url: string) =>
      office.run(['relay', 'set', url, '--device', 'kobe', '--password-stdin'], { input: 'x\n' });
    expect((await set('ws://relay.example')).stderr).toContain('not encrypted');
    expect((await set('ws://127.0.0.1:4381')).stderr).toBe('');
  });

  it('needs a password from somewhere', async () => {
    const result = await office.run(['relay', 'set', 'wss://relay.example', '--device', 'kobe']);
    expect(result).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--password-stdin') as string,
    });
    const empty = await office.run([
      'relay',
      'set',
      'wss://r.example',
      '--device',
      'kobe',
      '--password-stdin',
    ]);
    expect(empty).toMatchObject({ exitCode: 1 });
  });

  it('is shown, tested and forgotten', async () => {
    expect((await office.run(['relay', 'show', '--json'])).json()).toMatchObject({
      account: { deviceId: 'kobe-hayashi' },
      status: { state: 'online' },
    });
    expect(await office.run(['relay', 'test'])).toMatchObject({ exitCode: 0 });
    office.control.relayTest = { code: 'RELAY_LOGIN_REFUSED', disposition: 'retry', phase: 'relay' };
    expect((await office.run(['relay', 'test', '--json'])).json()).toMatchObject({
      error: { code: 'RELAY_LOGIN_REFUSED' },
    });
    expect(await office.run(['relay', 'forget'])).toMatchObject({ exitCode: 0 });
    expect((await office.run(['relay', 'test'])).stderr).toContain('No relay is set up');
  });
});

describe('files that cannot be sent', () => {
  it('are refused before anything is uploaded', async () => {
    const secret = await file('secret.txt');
    await chmod(secret, 0);
    const cases: [string, string][] = [
      [path.join(office.folder, 'missing.pdf'), 'There is no such file or folder'],
      [office.folder, 'This is a folder'],
      ['/dev/null', 'Not a file'],
    ];
    if (process.getuid?.() !== 0) cases.push([secret, 'No permission']);
    for (const [name, sentence] of cases) {
      const result = await office.run(['send', await file('good.txt'), name, '--to', 'kyoto']);
      expect(result).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(sentence) as string });
    }
    expect(office.control.calls).not.toContain('createDraft');
  });
});
