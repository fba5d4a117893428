// Lines as they are set up, watched, changed and looked for, over fake modem hosts as real child processes.

import { existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { makeCall, openLinesStage, takeCaller, type LinesStage } from './linesStage.testSupport.ts';

let stage: LinesStage;
afterEach(() => stage.close());

const processOf = (start: string | undefined): number => Number(start?.split(' ')[0]);
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a new line', () => {
  test('is there when its modem was found, and says what it is', async () => {
    stage = openLinesStage();
    const line = await stage.lines.add({ path: stage.port('ready') });
    expect(line).toMatchObject({
      name: 'Line 1',
      kind: 'telephone',
      state: 'ready',
      modem: { maker: 'Fake', faxClass: '1' },
      text: 'Ready: Fake Modem, class 1, 14,400 bit/s, error correction.',
    });
    expect(stage.lines.availability('100')).toBe('free');
  });

  test.each([
    ['absent', 'Plug the modem in'],
    ['held', 'Another program uses'],
    ['denied', 'not allowed to open'],
    ['silent', 'Nothing answers on'],
    ['unfit', 'cannot send or receive faxes in class 2.0; try class auto. unfit as its name says'],
    ['dies', 'It is being started again'],
  ])('is kept when its port is %s, and says why it is not ready', async (name, words) => {
    stage = openLinesStage();
    const line = await stage.lines.add({ path: stage.port(name), faxClass: '2.0' });
    expect(line.state).toBe(name === 'dies' ? 'starting' : name);
    expect(line.text).toContain(words);
    expect(line.detail).toBeDefined();
    expect(stage.lines.list()).toHaveLength(1);
    expect(stage.lines.availability('100')).toBe('notReady');
    expect(stage.lines.cause('100')).toMatchObject({
      code: 'LINE_NOT_READY',
      detail: expect.stringContaining(words),
    });
    const { outcome } = await makeCall(stage, '100', 1).report;
    expect(outcome.code).toBe('LINE_NOT_READY');
  });

  test('on what can never be a port is refused, and not kept', async () => {
    stage = openLinesStage();
    writeFileSync(stage.port('ready'), 'a letter');
    for (const [path, words] of [
      [stage.folder, 'is a folder, not a serial port. Look for'],
      [stage.port('ready'), 'is a file, not a serial port.'],
      [stage.port('ready/below'), 'cannot be a serial port.'],
      [`/${'x'.repeat(399)}`, 'cannot be a serial port.'],
      ['/dev/tty\u0000', 'no control characters'],
    ] as const) {
      await expect(stage.lines.add({ path })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        message: expect.stringContaining(words),
      });
    }
    expect(stage.lines.list()).toEqual([]);
    const { id } = await stage.lines.add({ path: stage.port('absent') });
    await expect(stage.lines.change(id, { path: stage.folder })).rejects.toThrow('is a folder');
    expect(stage.line(id).path).toBe(stage.port('absent'));
  });

  test('whose modem host says that its path is no port says so', async () => {
    stage = openLinesStage();
    const path = stage.port('letter.pdf');
    expect((await stage.lines.add({ path })).text).toContain(`${path} is not a serial port. Look for`);
  });

  test('whose modem says nothing in time is kept as it is', async () => {
    stage = openLinesStage({ settleMs: 300 });
    const { id, state } = await stage.lines.add({ path: stage.port('mute') });
    // On a busy computer its process may not have begun by then.
    expect(['starting', 'opening']).toContain(state);
    expect(await stage.untilState(id, 'opening')).toMatchObject({ path: stage.port('mute') });
  });

  test('cannot have the port of another one, by whatever name', async () => {
    stage = openLinesStage();
    symlinkSync(stage.port('ready'), stage.port('link'));
    // The path stands for something only when it exists.
    rmSync(stage.port('link'));
    symlinkSync('/dev/null', stage.port('absent'));
    symlinkSync('/dev/null', stage.port('held'));
    await stage.lines.add({ path: stage.port('absent'), name: 'Front' });
    await expect(stage.lines.add({ path: stage.port('absent') })).rejects.toThrow('“Front” uses this port');
    await expect(stage.lines.add({ path: stage.port('held') })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(stage.lines.list()).toHaveLength(1);
  });

  test('added twice at the same moment is added once', async () => {
    stage = openLinesStage();
    const path = stage.port('ready');
    const results = await Promise.allSettled([stage.lines.add({ path }), stage.lines.add({ path })]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test.each([
    [{ path: 'ttyACM0' }, 'whole path'],
    [{ path: '/dev/ttyACM0', localId: 'abc' }, 'digits, blanks and +'],
    [{ path: '/dev/ttyACM0', dialPrefix: '9;' }, 'A prefix has digits'],
    [{ path: '/dev/ttyACM0', profile: 'hayes' }, 'no modem profile “hayes”. It is auto, or one of usr5637, '],
    [{ path: '/dev/ttyACM0', extraInit: ['AT\rDT110'] }, 'such as AT&K4'],
  ])('is refused in words when it cannot be so: %j', async (line, words) => {
    stage = openLinesStage();
    await expect(stage.lines.add(line)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(words),
    });
    expect(stage.lines.list()).toEqual([]);
  });

  test('without a number of its own gives the office’s, and the new one when that changes', async () => {
    stage = openLinesStage();
    stage.settings.change({ faxNumber: '+81 (3) 1234-5678' });
    await stage.lines.add({ path: stage.port('ready') });
    const told = (): unknown[] =>
      stage
        .requests()
        .filter(({ type }) => type === 'open')
        .map((request) => (request['setup'] as { localId: string }).localId);
    expect(told().at(-1)).toBe('+81 3 1234 5678');
    stage.settings.change({ faxNumber: '03-9999-0000' });
    stage.lines.officeChanged();
    await stage.untilState(stage.lines.list()[0]?.id ?? '', 'ready');
    await makeCall(stage, '100', 1).report;
    expect(told().at(-1)).toBe('03 9999 0000');
  });
});

describe('a line that is there', () => {
  test('is there again after a restart', async () => {
    stage = openLinesStage();
    const { id } = await stage.lines.add({ path: stage.port('ready'), name: 'Front', answerAfterRings: 4 });
    await stage.reopen();
    expect(await stage.untilState(id, 'ready')).toMatchObject({ name: 'Front', answerAfterRings: 4 });
    expect(stage.starts()).toHaveLength(2);
  });

  test('changes at once what only we need, and tells its modem the rest', async () => {
    stage = openLinesStage();
    const { id } = await stage.lines.add({ path: stage.port('ready') });
    const opens = (): number => stage.requests().filter(({ type }) => type === 'open').length;
    const before = opens();
    expect(await stage.lines.change(id, { name: 'Back', answerAfterRings: 0 })).toMatchObject({
      name: 'Back',
    });
    expect(opens()).toBe(before);
    expect(await stage.lines.change(id, { faxClass: '1', profile: 'zyxel' })).toMatchObject({
      faxClass: '1',
      profile: 'zyxel',
      state: 'ready',
    });
    expect(await stage.lines.change(id, { profile: '' })).not.toHaveProperty('profile');
    expect(await stage.lines.change(id, { baudRate: 19_200 })).toMatchObject({ baudRate: 19_200 });
    expect(await stage.lines.change(id, { name: 'Front' })).toMatchObject({ baudRate: 19_200 });
    expect(await stage.lines.change(id, { baudRate: null })).not.toHaveProperty('baudRate');
    expect(opens()).toBeGreaterThan(before);
  });

  test('goes on with its call as it was set up, and changes when the call is over', async () => {
    stage = openLinesStage({ call: { hangUpMs: 200 } });
    const { id } = await stage.lines.add({ path: stage.port('ready') });
    const call = makeCall(stage, '107', 1);
    await call.connected;
    const changed = await stage.lines.change(id, { blindDial: true });
    expect(changed).toMatchObject({ blindDial: true, state: 'inCall' });
    await expect(stage.lines.remove(id)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(stage.lines.test(id, undefined)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(stage.requests().some(({ setup }) => JSON.stringify(setup)?.includes('"blindDial":true'))).toBe(
      false,
    );
    call.withdraw();
    await call.report;
    await stage.untilState(id, 'ready');
    expect(JSON.stringify(stage.requests())).toContain('"blindDial":true');
  });

  test('switched off releases its port, and on takes it again', async () => {
    stage = openLinesStage();
    const { id } = await stage.lines.add({ path: stage.port('ready') });
    const first = processOf(stage.starts()[0]);
    const off = await stage.lines.change(id, { enabled: false });
    expect(off).toMatchObject({ state: 'disabled', text: 'Switched off.' });
    expect(off).not.toHaveProperty('modem');
    expect(isAlive(first)).toBe(false);
    expect(stage.lines.availability('100')).toBe('notSetUp');
    expect(stage.lines.cause('100')?.code).toBe('LINE_NOT_SET_UP');
    expect(await stage.lines.change(id, { enabled: true })).toMatchObject({ state: 'ready' });
    expect(stage.line(id).detail).toBeUndefined();
  });

  test('goes to another port', async () => {
    stage = openLinesStage();
    const { id } = await stage.lines.add({ path: stage.port('absent') });
    await stage.lines.add({ path: stage.port('held') });
    await expect(stage.lines.change(id, { path: stage.port('held') })).rejects.toThrow('uses this port');
    expect(await stage.lines.change(id, { path: stage.port('ready') })).toMatchObject({ state: 'ready' });
  });

  test('removed is gone with its process and from the rules', async () => {
    stage = openLinesStage();
    const { id } = await stage.lines.add({ path: stage.port('ready') });
    const back = await stage.lines.add({ path: stage.port('absent'), name: 'Back' });
    stage.lines.changeSettings({ rules: [{ prefix: '+81', lines: [id, 'Back'] }] });
    await stage.lines.remove(id);
    expect(stage.lines.list().map(({ name }) => name)).toEqual(['Back']);
    expect(isAlive(processOf(stage.starts()[0]))).toBe(false);
    expect(stage.lines.settings().rules).toEqual([{ prefix: '+81', lines: ['Back'] }]);
    await expect(stage.lines.remove(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await stage.reopen();
    expect(stage.lines.list().map((line) => line.id)).toEqual([back.id]);
  });

  test.each([
    ['its id', (id: string) => id],
    ['its name', () => 'Front'],
    ['its pool', () => 'city'],
  ])('that a rule needs by %s is not removed, and the rule is named', async (_by, nameOf) => {
    stage = openLinesStage();
    const { id } = await stage.lines.add({ path: stage.port('ready'), name: 'Front', pool: 'city' });
    await stage.lines.add({ path: stage.port('absent'), name: 'Back' });
    stage.lines.changeSettings({ rules: [{ prefix: '+1', lines: [nameOf(id), 'gone'] }] });
    await expect(stage.lines.remove(id)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('Numbers that begin with +1 go over this line only.'),
    });
    expect(stage.line(id).state).toBe('ready');
    stage.lines.changeSettings({ rules: [] });
    await stage.lines.remove(id);
    expect(stage.lines.list()).toHaveLength(1);
  });

  test('whose modem host ends again and again is tried again, ever more slowly', async () => {
    stage = openLinesStage();
    await stage.lines.add({ path: stage.port('dies') });
    await stage.until(() => stage.starts().length >= 4);
    expect(stage.starts().length).toBeLessThan(20);
  });

  test('gives its modem host nothing of the environment that it does not need', async () => {
    process.env['HIKYAKU_SECRET'] = 'secret';
    stage = openLinesStage();
    await stage.lines.add({ path: stage.port('ready') });
    delete process.env['HIKYAKU_SECRET'];
    expect(stage.starts()[0]).toContain('PATH');
    expect(stage.starts()[0]).not.toContain('HIKYAKU_SECRET');
  });

  test('whose modem host does not end when asked to is released by force', async () => {
    stage = openLinesStage({ host: { closeMs: 200 } }, 'stubborn');
    const { id } = await stage.lines.add({ path: stage.port('ready') });
    const pid = processOf(stage.starts()[0]);
    expect(isAlive(pid)).toBe(true);
    await stage.lines.remove(id);
    expect(isAlive(pid)).toBe(false);
  });
});

describe('a line test', () => {
  test('says in words what was found', async () => {
    stage = openLinesStage();
    const { id } = await stage.lines.add({ path: stage.port('ready') });
    expect(await stage.lines.test(id, undefined)).toMatchObject({
      lineId: id,
      passed: true,
      dialTone: 'heard',
      dialogue: ['AT', 'OK'],
      text:
        'The modem answers: Fake Modem, class 1, 14,400 bit/s, error correction. ' +
        'The telephone line has a dial tone.',
    });
  });

  test('calls a number without sending anything, and has passed when a fax machine answered', async () => {
    stage = openLinesStage();
    const { id } = await stage.lines.add({ path: stage.port('ready') });
    const report = await stage.lines.test(id, '1-00');
    expect(report).toMatchObject({ passed: true, call: { outcome: { code: 'CONFIRMED' }, pagesSent: 0 } });
    expect(report.text).toContain('A fax machine answered the test call to 100, which calls itself “FAR”.');
    expect(report.dialogue).toContain('0.0 s dialled 100');
    const busy = await stage.lines.test(id, '105');
    expect(busy.passed).toBe(false);
    expect(busy.text).toContain('The test call to 105: The number is busy.');
    await expect(stage.lines.test(id, 'nobody')).rejects.toThrow('“nobody” is not a telephone number');
  });

  test.each(['absent', 'held', 'denied'])('of a port that is %s says so, and asks no modem', async (name) => {
    stage = openLinesStage();
    const line = await stage.lines.add({ path: stage.port(name) });
    const report = await stage.lines.test(line.id, '100');
    expect(report).toMatchObject({ passed: false, answers: false, text: line.text });
    expect(report.call).toBeUndefined();
  });

  test('of a modem host that does not answer it ends in words, too', async () => {
    stage = openLinesStage({ settleMs: 200, testMs: 200 });
    const { id } = await stage.lines.add({ path: stage.port('unfit') });
    expect(await stage.lines.test(id, undefined)).toMatchObject({ passed: false, answers: true });
  });

  test('does not disturb somebody who calls', async () => {
    stage = openLinesStage();
    const { id } = await stage.lines.add({ path: stage.port('rings-1'), answerAfterRings: 0 });
    await stage.untilState(id, 'ringing');
    await expect(stage.lines.test(id, undefined)).rejects.toThrow('Somebody is calling');
    stage.answers = () => takeCaller();
    await stage.lines.answer(id);
  });
});

describe('a scan', () => {
  test('says what is on each port, and leaves the ports of lines and pseudo terminals alone', async () => {
    stage = openLinesStage({ probeMs: 1_500 });
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = stage.folder;
    try {
      const line = await stage.lines.add({ path: stage.port('ready') });
      const found = await stage.lines.scan([stage.port('held'), stage.port('absent')]);
      expect(found).toMatchObject([
        { path: stage.port('ready'), state: 'inUse', lineId: line.id, modem: { maker: 'Fake' } },
        { path: stage.port('absent'), state: 'absent', detail: 'absent as its name says' },
        { path: stage.port('mute'), state: 'silent' },
        { path: stage.port('held'), state: 'held' },
      ]);
      expect(stage.starts()).toHaveLength(4);
      expect(stage.line(line.id).state).toBe('ready');
      await stage.lines.remove(line.id);
      const [free] = await stage.lines.scan();
      expect(free).toMatchObject({ state: 'ready', modem: { model: 'Modem' }, maker: 'Fake' });
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
    for (const start of stage.starts()) expect(isAlive(processOf(start))).toBe(false);
    expect(existsSync(stage.folder)).toBe(true);
  });
});
