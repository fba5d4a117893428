// Calls over lines whose modem hosts work, die, hang, talk nonsense and count wrongly, as real child processes.

import { afterEach, describe, expect, test } from 'vitest';
import { StoreError } from '../call/documentCall.types.ts';
import type { LinesOptions } from './lines.ts';
import {
  makeCall,
  openLinesStage,
  PAGE_INFO,
  takeCaller,
  type LinesStage,
} from './linesStage.testSupport.ts';

let stage: LinesStage;
afterEach(() => stage.close());

async function readyLine(timing: LinesOptions['timing'] = {}, name = 'ready'): Promise<string> {
  stage = openLinesStage(timing);
  const { id } = await stage.lines.add({ path: stage.port(name) });
  return id;
}

describe('a call out', () => {
  test('hands pages over one by one, tells what is confirmed, and ends with the report of the modem host', async () => {
    const id = await readyLine();
    const call = makeCall(stage, '100', 3);
    expect(stage.line(id).state).toBe('inCall');
    const report = await call.report;
    expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesSent: 3, remoteId: 'FAR' });
    expect(call.pagesAsked).toEqual([0, 1, 2]);
    expect(call.confirmed).toEqual([1, 2, 3]);
    expect(call.journal).toEqual(['dialled 100']);
    expect(call.startedOn()?.id).toBe(id);
    await stage.untilState(id, 'ready');
    expect(stage.lines.availability('100')).toBe('free');
  });

  test('is dialled as the line and the country want it', async () => {
    stage = openLinesStage();
    await stage.lines.add({ path: stage.port('ready'), dialPrefix: '0,' });
    stage.lines.changeSettings({ country: 'jp' });
    const call = makeCall(stage, '+81312345678', 1, { expectedIdentities: ['+81 3 1234 5678', ''] });
    await call.report;
    expect(stage.requests().find(({ type }) => type === 'dial')).toMatchObject({
      number: '0,0312345678',
      guard: { expected: ['+81 3 1234 5678'], onMismatch: 'goOn' },
      answerWithinMs: 60_000,
    });
  });

  test('to a number with + says in its journal that it lacks a country', async () => {
    await readyLine();
    const call = makeCall(stage, '+81312345678', 1);
    await call.report;
    expect(call.journal).toEqual([
      'No country is set, so +81312345678 is dialled as 81312345678.',
      'dialled 81312345678',
    ]);
    stage.lines.changeSettings({ country: 'jp' });
    await stage.untilState(stage.lines.list()[0]?.id ?? '', 'ready');
    const known = makeCall(stage, '+81312345678', 1);
    await known.report;
    expect(known.journal).toEqual(['dialled 0312345678']);
  });

  test('to a number that cannot be dialled ends at once and takes no line', async () => {
    await readyLine({ call: { hangUpMs: 100 } });
    stage.lines.changeSettings({ country: 'jp' });
    const call = makeCall(stage, '119', 1);
    expect((await call.report).outcome).toMatchObject({ code: 'NUMBER_NOT_DIALABLE', disposition: 'fail' });
    expect(call.startedOn()).toBeUndefined();
    // It need not wait for a line to hear that.
    const busy = makeCall(stage, '107', 1);
    await busy.connected;
    expect(stage.lines.availability('119')).toBe('free');
    expect((await makeCall(stage, '119', 1).report).outcome.code).toBe('NUMBER_NOT_DIALABLE');
    busy.withdraw();
    await busy.report;
    await stage.untilState(stage.lines.list()[0]?.id ?? '', 'ready');
    const report = await stage.lines.test(stage.lines.list()[0]?.id ?? '', '119');
    expect(report.text).toContain('This number is not dialled. It is an emergency number');
  });

  test('that ends without a fax tells why', async () => {
    await readyLine();
    expect((await makeCall(stage, '105', 1).report).outcome.code).toBe('TEL_BUSY');
  });

  test('a second call waits: only one line, and only one call on it', async () => {
    const id = await readyLine({ stopCallMs: 100 });
    const first = makeCall(stage, '107', 1);
    await first.connected;
    expect(stage.lines.availability('100')).toBe('busy');
    expect(stage.lines.cause('100')).toBeUndefined();
    const second = await makeCall(stage, '100', 1).report;
    expect(second).toMatchObject({ outcome: { code: 'LINE_NOT_READY' }, pagesSent: 0 });
    expect(stage.line(id)).toMatchObject({ state: 'inCall', text: 'A call is up.' });
  });

  test('whoever waits for a line is told when the call is over', async () => {
    const id = await readyLine();
    const before = stage.frees();
    await makeCall(stage, '100', 1).report;
    await stage.untilState(id, 'ready');
    await stage.until(() => stage.frees() > before);
    expect(stage.frees()).toBe(before + 1);
  });

  test('withdrawn before it began is not dialled', async () => {
    await readyLine();
    const call = makeCall(stage, '100', 1, { expectedIdentities: [] });
    call.withdraw();
    expect((await call.report).outcome.code).toBe('CANCELLED');
  });

  test('a page that cannot be had is told to the modem host, with the reason', async () => {
    await readyLine();
    const call = makeCall(stage, '100', 1, { page: () => Promise.reject(new Error('the file is gone')) });
    expect((await call.report).outcome).toMatchObject({ code: 'INTERNAL_ERROR', detail: 'the file is gone' });
  });

  test('a person who hangs up ends it in order', async () => {
    await readyLine();
    const call = makeCall(stage, '100', 2, { page: () => new Promise(() => undefined) });
    await call.connected;
    const callId = stage.lines.list()[0]?.callId ?? '';
    await stage.lines.hangUp(callId);
    expect((await call.report).outcome.code).toBe('CANCELLED');
    await expect(stage.lines.hangUp(callId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('whatever becomes of the modem host', () => {
  test('when it dies, the call ends as broken with what was confirmed by then, and the line comes back', async () => {
    const id = await readyLine();
    const call = makeCall(stage, '101', 3);
    const report = await call.report;
    expect(report).toMatchObject({
      outcome: { code: 'LINE_BROKEN', disposition: 'retry' },
      pagesSent: 1,
      complete: false,
      remoteId: 'FAR',
      rateBps: 14_400,
    });
    await stage.untilState(id, 'ready');
    expect((await makeCall(stage, '100', 2).report).outcome.code).toBe('CONFIRMED');
  });

  test('when it hangs, it is noticed, ended and started anew', async () => {
    const id = await readyLine({ host: { quietMs: 200, answerMs: 300 } });
    const call = makeCall(stage, '102', 3);
    expect(await call.report).toMatchObject({ outcome: { code: 'LINE_BROKEN' }, pagesSent: 1 });
    await stage.untilState(id, 'ready');
    expect(stage.starts()).toHaveLength(2);
  });

  test('one that has nothing to tell, but answers, goes on', async () => {
    const id = await readyLine({ host: { quietMs: 50, answerMs: 5_000 }, stopCallMs: 100 });
    const call = makeCall(stage, '107', 1);
    await call.connected;
    const asked = Promise.withResolvers<void>();
    const look = setInterval(() => {
      if (stage.requests().filter(({ type }) => type === 'ping').length >= 3) asked.resolve();
    }, 20);
    await asked.promise;
    clearInterval(look);
    expect(stage.line(id).state).toBe('inCall');
    expect(stage.starts()).toHaveLength(1);
  });

  test('when it talks nonsense, it is ended and the call is broken', async () => {
    await readyLine();
    expect(await makeCall(stage, '103', 3).report).toMatchObject({
      outcome: { code: 'LINE_BROKEN' },
      pagesSent: 1,
    });
  });

  test('when it forgets its call, it is ended and the call is broken', async () => {
    await readyLine({ call: { silenceMs: 300 } });
    expect((await makeCall(stage, '107', 1).report).outcome).toMatchObject({
      code: 'LINE_BROKEN',
      detail: expect.stringContaining('forgot'),
    });
  });

  test('when it does not hang up, it is ended, and the call counts as withdrawn', async () => {
    const id = await readyLine({ call: { hangUpMs: 300 } });
    const call = makeCall(stage, '107', 1);
    await call.connected;
    call.withdraw();
    expect((await call.report).outcome.code).toBe('CANCELLED');
    await stage.untilState(id, 'ready');
  });

  test('one that calls a fax delivered without the confirmation of its pages is not believed', async () => {
    await readyLine();
    expect(await makeCall(stage, '106', 2).report).toMatchObject({
      outcome: { code: 'LINE_BROKEN' },
      pagesSent: 0,
    });
  });

  test('confirmations only ever grow, and never beyond the pages there are', async () => {
    await readyLine();
    const call = makeCall(stage, '108', 3);
    expect(await call.report).toMatchObject({ outcome: { code: 'FAX_HUNG_UP' }, pagesSent: 3 });
    expect(call.confirmed).toEqual([1, 2, 3]);
  });

  test('listeners that throw do not break the call', async () => {
    await readyLine();
    const bug = (): never => {
      throw new Error('a bug of the listener');
    };
    const page = { info: PAGE_INFO, data: Buffer.from('page') };
    const call = makeCall(stage, '100', 2, {
      events: { progress: bug, journal: bug, pagesConfirmed: bug, page: async () => page, storePage: bug },
    });
    expect(await call.report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesSent: 2 });
  });

  test('when everything stops, a call is hung up and no process is left', async () => {
    await readyLine({ stopCallMs: 300 });
    const call = makeCall(stage, '107', 1);
    await call.connected;
    const stopped = stage.lines.stop();
    // Withdrawn for the same reason, a moment later: it must not get more time for that.
    call.withdraw();
    await stopped;
    expect((await call.report).outcome.code).toBe('CANCELLED');
    const pid = Number(stage.starts()[0]?.split(' ')[0]);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});

describe('a call in', () => {
  const line = { path: '', answerAfterRings: 2 };
  async function rung(name: string, more: object = {}): Promise<string> {
    const { id } = await stage.lines.add({ ...line, path: stage.port(name), ...more });
    return id;
  }

  test('is answered after as many rings as asked for; its pages are stored, each once, and counted by us', async () => {
    stage = openLinesStage();
    stage.lines.changeSettings({ receivePassword: '123' });
    const taken = takeCaller();
    stage.answers = () => taken;
    const id = await rung('rings-2');
    expect(await taken.report).toMatchObject({
      outcome: { code: 'CONFIRMED' },
      direction: 'incoming',
      pagesReceived: 2,
      complete: true,
    });
    expect(taken.stored).toEqual([0, 1]);
    expect(taken.ends()).toBe(1);
    expect(stage.callers).toMatchObject([{ callerNumber: '0312345678', line: { id } }]);
    expect(stage.requests().find(({ type }) => type === 'answer')).toMatchObject({
      receives: true,
      receivePassword: '123',
      copyQuality: { minGoodPercent: 95, maxBadRun: 5 },
    });
  });

  test('a page that could not be stored is never confirmed', async () => {
    stage = openLinesStage();
    const taken = takeCaller(async ({ page }) => {
      if (page === 1) throw new StoreError('RECEIVER_DISK_FULL', 'the disk is full');
    });
    stage.answers = () => taken;
    await rung('rings-2');
    expect(await taken.report).toMatchObject({ outcome: { code: 'DISK_FULL' }, pagesReceived: 1 });
    expect(stage.requests().filter(({ type }) => type === 'pageStored')).toHaveLength(1);
    expect(stage.requests().find(({ type }) => type === 'pageNotStored')).toMatchObject({
      page: 1,
      detail: 'the disk is full',
      diskFull: true,
    });
  });

  test('a caller that is not taken is asked about once, however often it rings', async () => {
    stage = openLinesStage();
    const id = await rung('rings-5');
    await stage.until(() => stage.line(id).ringing?.count === 5);
    expect(stage.callers).toHaveLength(1);
    expect(stage.line(id)).toMatchObject({ state: 'ringing', text: 'Ringing: 0312345678.' });
    expect(stage.lines.availability('100')).toBe('busy');
  });

  test.each([
    ['too few rings', 'rings-1', {}],
    ['a line that is answered by hand', 'rings-5', { answerAfterRings: 0 }],
    ['a line for sending only', 'rings-5', { direction: 'send' }],
    ['a modem that is not ready yet', 'rings-5-unready', {}],
    ['another ringing than the one for faxes', 'rings-5', { answerCadences: ['double'] }],
  ])('%s: nobody is answered', async (_why, name, more) => {
    stage = openLinesStage();
    const id = await rung(name, more);
    const count = Number(/\d/.exec(name)?.[0]);
    await stage.until(() => stage.line(id).ringing?.count === count);
    expect(stage.callers).toEqual([]);
  });

  test('the ringing for faxes is answered', async () => {
    stage = openLinesStage();
    const taken = takeCaller();
    stage.answers = () => taken;
    await rung('rings-2-double', { answerCadences: ['double'] });
    expect((await taken.report).outcome.code).toBe('CONFIRMED');
  });

  test('a call to be answered at its first ring is answered when it is known who calls', async () => {
    stage = openLinesStage();
    const taken = takeCaller();
    stage.answers = () => taken;
    await rung('rings-1-tells', { answerAfterRings: 1 });
    expect((await taken.report).outcome.code).toBe('CONFIRMED');
    expect(stage.callers).toMatchObject([{ callerNumber: '0312345678', callerName: 'OSAKA' }]);
  });

  test('a caller that rang while the modem was made ready is answered as soon as it is', async () => {
    stage = openLinesStage();
    const taken = takeCaller();
    stage.answers = () => taken;
    await rung('rings-2-late');
    expect((await taken.report).outcome.code).toBe('CONFIRMED');
    expect(stage.callers).toHaveLength(1);
  });

  test('by hand a line answers when it rings, and takes over a call that a person has begun', async () => {
    stage = openLinesStage();
    const ringing = await rung('rings-1', { answerAfterRings: 0 });
    const quiet = await rung('ready');
    await stage.untilState(ringing, 'ringing');
    for (const id of [ringing, quiet]) {
      const taken = takeCaller();
      stage.answers = () => taken;
      await stage.lines.answer(id);
      expect((await taken.report).pagesReceived).toBe(2);
    }
  });

  test('by hand is refused in words where it cannot be', async () => {
    stage = openLinesStage();
    const sendOnly = await rung('ready', { direction: 'send' });
    const absent = await rung('absent');
    const notTaken = await rung('ready-2');
    await expect(stage.lines.answer(sendOnly)).rejects.toThrow('for sending only');
    await expect(stage.lines.answer(absent)).rejects.toThrow('Plug the modem in');
    await expect(stage.lines.answer(notTaken)).rejects.toThrow('not to be taken');
    await expect(stage.lines.answer('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
