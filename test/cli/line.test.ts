// `hikyaku line …` as a person or a script runs it: the real program against a fake gateway.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFakeOffice } from './fakeOffice.ts';
import type { FakeOffice } from './fakeOffice.ts';

let office: FakeOffice;

beforeEach(async () => {
  office = await openFakeOffice();
});
afterEach(() => office.close());

const words = (...lines: string[]): string[] => lines.join(' ').split(' ');

describe('hikyaku line add', () => {
  it('takes any path, says what became of the modem, and answers in JSON with the line', async () => {
    const result = await office.run(
      words(
        'line add --device /dev/pts/7 --kind telephone --class 1.0 --local-id +81312345678 --name Front',
        '--answer-after 3 --pool city --direction both --prefix 0, --flow hardware --baud 115200 --json',
      ),
    );
    expect(result.exitCode).toBe(0);
    expect(result.json()).toMatchObject({
      id: 'line-1',
      path: '/dev/pts/7',
      kind: 'telephone',
      faxClass: '1.0',
      localId: '+81312345678',
      name: 'Front',
      answerAfterRings: 3,
      pool: 'city',
      dialPrefix: '0,',
      flowControl: 'hardware',
      baudRate: 115_200,
      state: 'ready',
    });
    const text = await office.run(
      words('line add --device ttyACM9 --pulse --blind-dial --local-id (03)1234-5678'),
    );
    expect(text.stdout).toContain('/dev/ttyACM9');
    expect(text.stdout).toContain('Ready.');
    expect(office.services.listLines()[1]).toMatchObject({
      toneDialling: false,
      blindDial: true,
      localId: '03 1234 5678',
    });
  });

  it('refuses what cannot be, naming the option', async () => {
    const wrongId = await office.run(['line', 'add', '--device', '/dev/a', '--local-id', 'abc']);
    expect(wrongId).toMatchObject({ exitCode: 1, stdout: '' });
    expect(wrongId.stderr).toBe(
      'hikyaku: --local-id: A fax number has digits, blanks and + only, at most 20 of them.\n',
    );
    const wrongClass = await office.run(['line', 'add', '--device', '/dev/a', '--class', '3']);
    expect(wrongClass.exitCode).toBe(2);
    expect((await office.run(['line', 'add'])).exitCode).toBe(2);
    const rings = await office.run(['line', 'add', '--device', '/dev/a', '--answer-after', '99']);
    expect(rings.stderr).toContain('It is a whole number from 0 to 20.');
    expect(office.services.listLines()).toEqual([]);
  });

  it('takes no empty path for the folder that it is run in', async () => {
    for (const args of [
      ['line', 'add', '--device', ''],
      ['line', 'add', '--device', '  '],
      ['line', 'scan', ''],
      ['line', 'change', 'Front', '--device', ''],
    ]) {
      const result = await office.run([...args, '--json']);
      expect(result).toMatchObject({ exitCode: 2 });
      expect(result.json()).toMatchObject({
        error: { code: 'USAGE', message: expect.stringContaining('Give the port, such as') as string },
      });
    }
    expect(office.services.listLines()).toEqual([]);
  });

  it('says that the port is taken', async () => {
    await office.run(['line', 'add', '--device', '/dev/a']);
    const again = await office.run(['line', 'add', '--device', '/dev/a', '--json']);
    expect(again.exitCode).toBe(1);
    expect(again.json()).toMatchObject({ error: { code: 'CONFLICT' } });
  });
});

describe('a line', () => {
  beforeEach(async () => {
    await office.services.addLine({ path: '/dev/a', name: 'Front' });
    await office.services.addLine({ path: '/dev/b', name: 'Back' });
  });

  it('is listed, in the status too', async () => {
    const list = await office.run(['line', 'list']);
    expect(list.stdout).toMatch(/ID +NAME +PORT +CLASS +USE +STATE/);
    expect(list.stdout).toMatch(/line-1 +Front +\/dev\/a +auto +both ways +Ready\./);
    expect((await office.run(['line', 'list', '--json'])).json()).toHaveLength(2);
    const status = await office.run(['status']);
    expect(status.stdout).toMatch(/Lines +Front: Ready\.\n +Back: Ready\./);
    expect((await office.run(['status', '--json'])).json()).toMatchObject({
      lines: [
        { id: 'line-1', name: 'Front', state: 'ready', text: 'Ready.' },
        { id: 'line-2', name: 'Back', state: 'ready', text: 'Ready.' },
      ],
    });
  });

  it('is found by id, name or port, changed and removed', async () => {
    await office.run(['line', 'change', 'Front', '--answer-after', '0', '--profile', 'auto']);
    await office.run(['line', 'change', '/dev/a', '--off']);
    await office.run(['line', 'change', 'line-1', '--name', 'Hall', '--no-blind-dial', '--tone']);
    expect(office.services.listLines()[0]).toMatchObject({
      name: 'Hall',
      answerAfterRings: 0,
      profile: '',
      enabled: false,
      toneDialling: true,
      blindDial: false,
    });
    await office.run(['line', 'change', 'Hall', '--baud', '9600']);
    expect(office.services.listLines()[0]).toMatchObject({ baudRate: 9_600 });
    await office.run(['line', 'change', 'Hall', '--baud', 'auto']);
    expect(office.services.listLines()[0]).not.toHaveProperty('baudRate');
    expect((await office.run(['line', 'change', 'Hall'])).exitCode).toBe(2);
    expect((await office.run(['line', 'remove', 'Hall', '--json'])).json()).toEqual({ removed: 'line-1' });
    const gone = await office.run(['line', 'remove', 'Hall']);
    expect(gone).toMatchObject({ exitCode: 1, stderr: 'hikyaku: There is no line “Hall”.\n' });
  });

  it('is tested, and a test that fails ends with 1', async () => {
    const well = await office.run(['line', 'test', 'Front', '--dialogue']);
    expect(well).toMatchObject({ exitCode: 0 });
    expect(well.stdout).toMatch(/^The modem answers and the line has a dial tone\.\n\n> AT/);
    expect((await office.run(['line', 'test', 'Front', '--call', '100', '--json'])).json()).toMatchObject({
      passed: true,
    });
    const report = await office.services.testLine({ lineId: 'line-1' });
    office.services.testLine = async () => ({ ...report, passed: false, text: 'No dial tone.' });
    expect(await office.run(['line', 'test', 'Front'])).toMatchObject({
      exitCode: 1,
      stdout: 'No dial tone.\n',
    });
  });

  it('is answered and hung up by hand', async () => {
    const answered = await office.run(['line', 'answer', 'Front', '--json']);
    const { callId } = office.services.listLines()[0] ?? {};
    expect(callId).toBeDefined();
    expect(answered.json()).toEqual({ lineId: 'line-1', callId });
    expect(await office.run(['line', 'answer', 'Front'])).toMatchObject({
      exitCode: 1,
      stderr: 'hikyaku: Nobody is calling on this line.\n',
    });
    const ended = await office.run(['line', 'hangup', 'Front']);
    expect(ended).toMatchObject({ exitCode: 0, stdout: 'The call is being ended.\n' });
    const noCall = await office.run(['line', 'hangup', 'Front', '--json']);
    expect(noCall.json()).toEqual({
      error: { code: 'NOT_FOUND', message: 'There is no call on this line.' },
    });
  });
});

describe('hikyaku line scan', () => {
  it('shows what is on the ports, and looks at the paths named', async () => {
    let asked: string[] | undefined;
    office.services.scanLines = async (request) => {
      asked = request?.paths;
      return [
        { path: '/dev/ttyACM0', state: 'silent', maker: 'Acme', usbId: '0572:1340' },
        { path: '/dev/pts/3', state: 'held' },
      ];
    };
    const result = await office.run(['line', 'scan', '/dev/pts/3']);
    expect(asked).toEqual(['/dev/pts/3']);
    expect(result.stdout).toMatch(/\/dev\/ttyACM0 +no answer +Acme +0572:1340/);
    expect(result.stdout).toMatch(/\/dev\/pts\/3 +used by another program/);
    office.services.scanLines = async () => [];
    expect((await office.run(['line', 'scan'])).stdout).toContain('There are no serial ports.');
    expect((await office.run(['line', 'scan', '--json'])).json()).toEqual([]);
  });
});

describe('how numbers are dialled', () => {
  it('shows and changes the retry rules, one cause at a time', async () => {
    const all = await office.run(['line', 'retry']);
    expect(all.stdout).toMatch(/busy +12 +60 s +the number is busy/);
    const changed = await office.run(['line', 'retry', 'busy', '--delay', '90', '--tries', '4', '--json']);
    expect(changed.json()).toMatchObject({
      busy: { delaySeconds: 90, tries: 4 },
      noAnswer: { delaySeconds: 300, tries: 3 },
    });
    await office.run(['line', 'retry', 'broken', '--tries', '9']);
    expect(office.services.telephoneSettings().retry.broken).toEqual({ delaySeconds: 60, tries: 9 });
    expect((await office.run(['line', 'retry', 'busy', '--json'])).json()).toEqual({
      delaySeconds: 90,
      tries: 4,
    });
    expect((await office.run(['line', 'retry', 'weather', '--tries', '2'])).exitCode).toBe(2);
    expect((await office.run(['line', 'retry', '--tries', '2'])).exitCode).toBe(2);
    expect((await office.run(['line', 'retry', 'busy', '--delay', '1'])).stderr).toContain('from 5 to 86400');
  });

  it('shows and changes the telephone settings, and names lines and pools in rules', async () => {
    await office.services.addLine({ path: '/dev/a', name: 'Front', pool: 'city' });
    const result = await office.run(
      words(
        'line settings --country JP --guard hangUp --cheap-hours 21:30-05:00 --copy-quality 90/10',
        '--answer-within 45 --receive-password 12* --rule +1=Front --rule 0=city --json',
      ),
    );
    expect(result.json()).toMatchObject({
      country: 'jp',
      wrongNumberGuard: 'hangUp',
      cheapHours: { from: '21:30', to: '05:00' },
      copyQuality: { minGoodPercent: 90, maxBadRun: 10 },
      answerWithinSeconds: 45,
      receivePassword: '12*',
      rules: [
        { prefix: '+1', lines: ['line-1'] },
        { prefix: '0', lines: ['city'] },
      ],
    });
    const shown = await office.run(['line', 'settings']);
    expect(shown.stdout).toMatch(/Rules +\+1 over line-1\n +0 over city/);
    expect((await office.run(['line', 'settings', '--rule', '1=nobody'])).stderr).toBe(
      'hikyaku: There is no line or pool “nobody”.\n',
    );
    await office.run(['line', 'settings', '--no-rules', '--country', 'none', '--receive-password', '']);
    expect(office.services.telephoneSettings()).toMatchObject({
      rules: [],
      country: '',
      receivePassword: '',
    });
    for (const wrong of [
      ['--cheap-hours', '9'],
      ['--copy-quality', 'good'],
      ['--country', 'japan'],
      ['--rule', 'x'],
    ]) {
      expect((await office.run(['line', 'settings', ...wrong])).exitCode).toBe(2);
    }
  });
});
