// Commands and what the modem says, asked for or not.

import { beforeEach, describe, expect, test } from 'vitest';
import { createAtDialogue } from './atDialogue.ts';
import type { Unsolicited } from './atDialogue.types.ts';
import { SOON, startDialogue, turn, type TestDialogue } from './dialogue.testSupport.ts';

let dialogue: TestDialogue['dialogue'];
let sent: TestDialogue['sent'];
let heard: TestDialogue['heard'];
let answers: TestDialogue['answers'];
let say: TestDialogue['say'];
let sentText: TestDialogue['sentText'];

beforeEach(() => {
  ({ dialogue, sent, heard, answers, say, sentText } = startDialogue());
});

describe('Commands and their answers', () => {
  test('A command is sent with CR and answered by its lines and its result', async () => {
    answers['AT+FCLASS=?'] = 'AT+FCLASS=?\r\r\n0,1,1.0,2\r\n\r\nOK\r\n';
    expect(await dialogue.command('AT+FCLASS=?', SOON)).toEqual({ result: 'OK', lines: ['0,1,1.0,2'] });
    expect(sentText()).toBe('AT+FCLASS=?\r');
  });

  test.each([
    ['\r\nOK\r\n', 'OK'],
    ['OK\r\n', 'OK'],
    ['\rOK\r', 'OK'],
    ['\n\nOK\n', 'OK'],
    ['\x11\r\x13\nO\x11K\r\n', 'OK'],
    ['\0\r\nOK \r\n', 'OK'],
    ['\r\nCONNECT 14400/FAX\r\n', 'CONNECT'],
    ['\r\nNO CARRIER\r\n', 'NO CARRIER'],
    ['\r\nERROR\r\n', 'ERROR'],
    ['\r\n+CME ERROR: 3\r\n', 'ERROR'],
    ['\r\nNO DIALTONE\r\n', 'NO DIALTONE'],
    ['\r\nNO DIAL TONE\r\n', 'NO DIALTONE'],
    ['\r\nBUSY\r\n', 'BUSY'],
    ['\r\nNO ANSWER\r\n', 'NO ANSWER'],
    ['\r\nVOICE\r\n', 'VOICE'],
    ['\r\nFAX\r\n', 'FAX'],
    ['\r\nDELAYED 00:02:00\r\n', 'DELAYED'],
    ['\r\nBLACKLISTED\r\n', 'BLACKLISTED'],
    ['\r\n+FCERROR\r\n', '+FCERROR'],
    ['\r\n+FRH:3\r\n', '+FRH:3'],
    ['0\r', 'OK'],
    ['ATX\r0\r', 'OK'],
    ['1\r', 'CONNECT'],
    ['3\r', 'NO CARRIER'],
    ['4\r', 'ERROR'],
    ['6\r', 'NO DIALTONE'],
    ['7\r', 'BUSY'],
    ['8\r', 'NO ANSWER'],
    ['+F4\r', '+FCERROR'],
  ])('%j is read as %s', async (said, result) => {
    answers['ATX'] = said;
    expect(await dialogue.command('ATX', SOON)).toEqual({ result, lines: [] });
  });

  test('A line that contains or resembles a result is information', async () => {
    answers['ATI'] = '\r\nOOK\r\nNOT OK\r\nOK?\r\nRINGING\r\nCONNECTED\r\n12\r\n\r\nOK\r\n';
    const lines = ['OOK', 'NOT OK', 'OK?', 'RINGING', 'CONNECTED', '12'];
    expect(await dialogue.command('ATI', SOON)).toEqual({ result: 'OK', lines });
  });

  test('A number alone in an answer in words is information', async () => {
    answers['AT'] = '\r\nOK\r\n';
    answers['AT+FAXERR?'] = '\r\n0\r\n\r\nOK\r\n';
    await dialogue.command('AT', SOON);
    expect(await dialogue.command('AT+FAXERR?', SOON)).toEqual({ result: 'OK', lines: ['0'] });
  });

  test('A modem that has answered in words and begins to answer in numbers is understood', async () => {
    answers['AT'] = '\r\nOK\r\n';
    answers['ATZ'] = 'ATZ\r0\r';
    answers['ATI'] = 'a modem\r\n0\r';
    await dialogue.command('AT', SOON);
    expect(await dialogue.command('ATZ', SOON)).toEqual({ result: 'OK', lines: [] });
    expect(await dialogue.command('ATI', SOON)).toEqual({ result: 'OK', lines: ['a modem'] });
  });

  test('A second command waits for the answer to the first', async () => {
    const first = dialogue.command('AT1', SOON);
    const second = dialogue.command('AT2', SOON);
    await turn();
    expect(sentText()).toBe('AT1\r');
    say('\r\nERROR\r\n');
    expect(await first).toMatchObject({ result: 'ERROR' });
    await turn();
    expect(sentText()).toBe('AT1\rAT2\r');
    say('\r\nOK\r\n');
    expect(await second).toMatchObject({ result: 'OK' });
  });

  test('A command that gets no answer ends in its time, and its late answer is not taken for the next one', async () => {
    expect(await dialogue.command('AT1', { timeoutMs: 20 })).toEqual({ result: 'timeout', lines: [] });
    say('\r\nERROR\r\n');
    answers['AT2'] = '\r\nOK\r\n';
    expect(await dialogue.command('AT2', SOON)).toEqual({ result: 'OK', lines: [] });
    expect(heard).toEqual([{ type: 'line', text: 'ERROR' }]);
  });

  test('A result whose line end was lost counts when the time is over', async () => {
    answers['AT'] = '\r\nOK';
    expect(await dialogue.command('AT', { timeoutMs: 20 })).toEqual({ result: 'OK', lines: [] });
  });

  test('An aborted command ends at once', async () => {
    const abort = new AbortController();
    const answer = dialogue.command('ATD1', { timeoutMs: 60_000, signal: abort.signal });
    await turn();
    abort.abort();
    expect(await answer).toMatchObject({ result: 'aborted' });
    expect(await dialogue.command('AT', { timeoutMs: 10, signal: abort.signal })).toMatchObject({
      result: 'aborted',
    });
  });

  test('Each line is told as it comes', async () => {
    const told: string[] = [];
    const answer = dialogue.command('AT+FDT', { ...SOON, onLine: (line) => told.push(line) });
    await turn();
    say('\r\n+FCSI:"123"\r\n');
    expect(told).toEqual(['+FCSI:"123"']);
    say('\r\nOK\r\n');
    expect(await answer).toEqual({ result: 'OK', lines: ['+FCSI:"123"'] });
  });

  test('An endless line and endless lines are cut', async () => {
    const answer = dialogue.command('ATI', SOON);
    await turn();
    say('x'.repeat(100_000));
    say('\r\n');
    for (let line = 0; line < 1000; line += 1) say('y\r\n');
    say('OK\r\n');
    const { lines } = await answer;
    expect(lines.length).toBe(200);
    expect(lines[0]?.length).toBe(512);
  });

  test('A pause is kept between a result and the next command when one is set', async () => {
    answers['AT'] = '\r\nOK\r\n';
    dialogue.setCommandGap(60);
    await dialogue.command('AT', SOON);
    const begun = performance.now();
    await dialogue.command('AT', SOON);
    expect(performance.now() - begun).toBeGreaterThan(50);
  });

  test('When the port goes, whatever waits ends, and so does whatever is begun', async () => {
    const answer = dialogue.command('AT', SOON);
    await turn();
    dialogue.closed();
    expect(await answer).toMatchObject({ result: 'closed' });
    expect(await dialogue.command('AT', SOON)).toMatchObject({ result: 'closed' });
    expect(await dialogue.nextResult(SOON)).toMatchObject({ result: 'closed' });
    expect(await dialogue.receiveData(() => undefined, { silenceMs: 1000 })).toBe('closed');
    expect(await dialogue.sendData(Uint8Array.of(1), { last: true })).toBe('closed');
    expect(await dialogue.sendRaw(Uint8Array.of(1))).toBe('closed');
    expect(await dialogue.interrupt(1000)).toMatchObject({ result: 'closed' });
    expect(await dialogue.waitForOctet(0x11, 1000)).toBe(false);
  });

  test('A write that fails answers closed', async () => {
    const broken = createAtDialogue({ write: () => Promise.reject(new Error('gone')) });
    expect(await broken.command('AT', SOON)).toMatchObject({ result: 'closed' });
  });
});

describe('What comes without being asked for', () => {
  test.each([
    ['RING', { type: 'ring' }],
    ['RING A', { type: 'ring', cadence: 'A' }],
    ['RING 2', { type: 'ring', cadence: '2' }],
    ['NMBR = 5551234', { type: 'callerId', number: '5551234' }],
    ['NAME = SMITH J', { type: 'callerId', name: 'SMITH J' }],
    ['CIDNUM: 0755551234', { type: 'callerId', number: '0755551234' }],
    ['CALLER NUMBER: +81 75 555', { type: 'callerId', number: '+81 75 555' }],
    ['FM:0755551234 TO:12', { type: 'callerId', number: '0755551234' }],
    ['+CLIP: "0755551234",129,,,"Kyoto"', { type: 'callerId', number: '0755551234', name: 'Kyoto' }],
    ['MESG = 040A3039323831363435353531325F', { type: 'callerId', number: '55' }],
    [
      'MESG = 8014010830393238313634350204353535310702414225',
      { type: 'callerId', number: '5551', name: 'AB' },
    ],
    ['NO CARRIER', { type: 'line', text: 'NO CARRIER' }],
    ['+FHNG: 11', { type: 'line', text: '+FHNG: 11' }],
  ])('"%s" is told at once', (line, event) => {
    say(`\r\n${line}\r\n`);
    expect(heard).toEqual([event]);
  });

  test.each(['NMBR = P', 'NMBR = O', 'NAME = PRIVATE', 'DATE = 0415', 'TIME = 1322'])(
    '"%s" tells nothing about who calls',
    (line) => {
      say(`\r\n${line}\r\n`);
      expect(heard).toEqual([]);
    },
  );

  test('A ring in numbers is a ring', () => {
    say('2\r');
    expect(heard).toEqual([{ type: 'ring' }]);
  });

  test('The lengths of a distinctive ring are told with it', () => {
    say('\r\nDRON=11\r\n\r\nDROF=40\r\n\r\nDRON=11\r\n\r\nRING\r\n\r\nRING\r\n');
    expect(heard).toEqual([{ type: 'ring', cadence: '11-40-11' }, { type: 'ring' }]);
  });

  test('A ring and a caller in the middle of an answer are no part of it', async () => {
    answers['AT+FMI?'] = '\r\nRING\r\n\r\nMaker\r\n\r\nNMBR = 123\r\n\r\nOK\r\n';
    expect(await dialogue.command('AT+FMI?', SOON)).toEqual({ result: 'OK', lines: ['Maker'] });
    expect(heard).toEqual([{ type: 'ring' }, { type: 'callerId', number: '123' }]);
  });

  test('Without a ring before it, a line like a caller in an answer belongs to the answer', async () => {
    answers['ATI'] = '\r\nNAME: Modem\r\n\r\nOK\r\n';
    expect(await dialogue.command('ATI', SOON)).toEqual({ result: 'OK', lines: ['NAME: Modem'] });
  });

  test('Who calls, told before the first ring, is heard in the middle of an answer, too', async () => {
    answers['AT'] =
      '\r\nDATE = 1123\r\n\r\nTIME = 0930\r\n\r\nNAME = KYOTO\r\n\r\nNMBR = 0755551234\r\n\r\nOK\r\n';
    expect(await dialogue.command('AT', SOON)).toEqual({ result: 'OK', lines: [] });
    expect(heard).toEqual([
      { type: 'callerId', name: 'KYOTO' },
      { type: 'callerId', number: '0755551234' },
    ]);
  });

  test.each(['DATE: 03/12/1999', 'NUMBER: 12', 'CID: 1', 'MESG = 00'])(
    '"%s" in an answer may be the answer',
    async (line) => {
      answers['ATI'] = `\r\n${line}\r\n\r\nOK\r\n`;
      expect(await dialogue.command('ATI', SOON)).toEqual({ result: 'OK', lines: [line] });
    },
  );

  test('A listener that has left is told nothing', () => {
    const told: Unsolicited[] = [];
    const leave = dialogue.onUnsolicited((what) => told.push(what));
    say('RING\r\n');
    leave();
    say('RING\r\n');
    expect(told).toEqual([{ type: 'ring' }]);
  });
});

describe('Interrupting', () => {
  test('A character ends dialling, and both learn the result', async () => {
    const dialling = dialogue.command('ATDT1', { timeoutMs: 60_000 });
    await turn();
    const interrupted = dialogue.interrupt(1000);
    await turn();
    expect(sent.at(-1)).toEqual(Buffer.of(0x18));
    say('\r\nNO CARRIER\r\n');
    expect(await interrupted).toMatchObject({ result: 'NO CARRIER' });
    expect(await dialling).toMatchObject({ result: 'NO CARRIER' });
  });

  test('A modem that does not care ends it in its time', async () => {
    const dialling = dialogue.command('ATDT1', { timeoutMs: 50 });
    await turn();
    expect(await dialogue.interrupt(20)).toMatchObject({ result: 'timeout' });
    expect(await dialling).toMatchObject({ result: 'timeout' });
  });

  test('A carrier that comes at the same moment is gone through', async () => {
    const waiting = dialogue.command('AT+FRH=3', { timeoutMs: 60_000 });
    await turn();
    const interrupted = dialogue.interrupt(1000);
    say('\r\nCONNECT\r\n\xff\x13ab');
    expect(await waiting).toMatchObject({ result: 'CONNECT' });
    await turn();
    say('cd\x10\x03\r\nOK\r\n');
    expect(await interrupted).toMatchObject({ result: 'OK' });
  });

  test('Endless data do not keep it beyond its time', async () => {
    answers['AT+FRM=96'] = '\r\nCONNECT\r\n';
    await dialogue.command('AT+FRM=96', SOON);
    const noise = setInterval(() => say('abcdef'), 5);
    expect(await dialogue.interrupt(60)).toMatchObject({ result: 'timeout' });
    clearInterval(noise);
  });

  test('After a reset nothing that waited is left', async () => {
    const first = dialogue.command('AT1', SOON);
    await turn();
    dialogue.reset();
    expect(await first).toMatchObject({ result: 'aborted' });
    answers['AT2'] = '\r\nOK\r\n';
    expect(await dialogue.command('AT2', SOON)).toMatchObject({ result: 'OK' });
  });
});

test('A reset ends what is held back and what waits for its turn', async () => {
  const stuck = createAtDialogue({ write: () => new Promise(() => undefined) });
  const sending = stuck.sendData(new Uint8Array(10), { last: true });
  const command = stuck.command('AT', SOON);
  await turn();
  stuck.reset();
  expect(await sending).toBe('aborted');
  expect(await command).toMatchObject({ result: 'aborted' });
});
