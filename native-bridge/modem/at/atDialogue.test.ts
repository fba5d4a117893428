import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Unsolicited } from './atDialogue.types.ts';
import { createAtDialogue, type ModemDialogue } from './atDialogue.ts';

let sent: Buffer[];
let heard: Unsolicited[];
let dialogue: ModemDialogue;
/** What the modem answers to each command, at once. */
let answers: Record<string, string>;

beforeEach(() => {
  vi.useRealTimers();
  sent = [];
  heard = [];
  answers = {};
  dialogue = start();
});

function start(): ModemDialogue {
  const made = createAtDialogue({
    write: async (octets) => {
      sent.push(Buffer.from(octets));
      const answer = answers[Buffer.from(octets).toString('latin1').trim()];
      if (answer !== undefined) made.receive(Buffer.from(answer, 'latin1'));
    },
  });
  made.onUnsolicited((what) => heard.push(what));
  return made;
}

function say(text: string): void {
  dialogue.receive(Buffer.from(text, 'latin1'));
}

function sentText(): string {
  return Buffer.concat(sent).toString('latin1');
}

/** Until what was begun has been sent. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

const SOON = { timeoutMs: 1000 };

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

describe('Data', () => {
  async function receive(options?: { silenceMs?: number; singleDle?: boolean }): Promise<[string, number[]]> {
    const octets: number[] = [];
    const how = await dialogue.receiveData((part) => octets.push(...part), { silenceMs: 1000, ...options });
    return [how, octets];
  }

  test('CONNECT, a frame and its result in one chunk are told apart', async () => {
    answers['AT+FRH=3'] = '\r\nCONNECT\r\n\xff\x13\x84\xea\x7d\x10\x03\r\nOK\r\n';
    expect(await dialogue.command('AT+FRH=3', SOON)).toMatchObject({ result: 'CONNECT' });
    expect(await receive()).toEqual(['ended', [0xff, 0x13, 0x84, 0xea, 0x7d]]);
    expect(await dialogue.nextResult(SOON)).toEqual({ result: 'OK', lines: [] });
  });

  test('Behind CONNECT in numbers a line feed is data', async () => {
    answers['AT+FRM=96'] = '1\r\n\x10\x033\r';
    expect(await dialogue.command('AT+FRM=96', SOON)).toMatchObject({ result: 'CONNECT' });
    expect(await receive()).toEqual(['ended', [0x0a]]);
    expect(await dialogue.nextResult(SOON)).toMatchObject({ result: 'NO CARRIER' });
  });

  test('DLE DLE is DLE, DLE SUB two, another pair nothing; XON, XOFF, CR and NUL are data', async () => {
    answers['AT+FRM=96'] = '\r\nCONNECT\r\n\x11\x13\r\n\0\x10\x10\x10\x1a\x10\x41\x42\x10\x03\r\nOK\r\n';
    await dialogue.command('AT+FRM=96', SOON);
    expect(await receive()).toEqual(['ended', [0x11, 0x13, 0x0d, 0x0a, 0, 0x10, 0x10, 0x10, 0x42]]);
  });

  test('A modem that does not double DLE is understood', async () => {
    answers['AT+FRM=96'] = '\r\nCONNECT\r\n\x10\x41\x10\x42\x10\x10\x03\r\nOK\r\n';
    await dialogue.command('AT+FRM=96', SOON);
    expect((await receive({ singleDle: true }))[1]).toEqual([0x10, 0x41, 0x10, 0x42, 0x10]);
  });

  test.each(['NO CARRIER', 'ERROR', '+FCERROR', 'OK'])(
    '%s in the place of data ends them',
    async (result) => {
      answers['AT+FRH=3'] = `\r\nCONNECT\r\n\xff\x13\r\n${result}\r\n`;
      await dialogue.command('AT+FRH=3', SOON);
      expect(await receive()).toEqual(['result', [0xff, 0x13]]);
      expect(await dialogue.nextResult(SOON)).toMatchObject({ result });
    },
  );

  test('What looks like a result is data when more follows', async () => {
    answers['AT+FRM=96'] = '\r\nCONNECT\r\na\r\nOK\r\nb\r\r\nOKc\r\n\x10\x03\r\nNO CARRIER\r\n';
    await dialogue.command('AT+FRM=96', SOON);
    const [how, octets] = await receive();
    expect([how, Buffer.from(octets).toString()]).toEqual(['ended', 'a\r\nOK\r\nb\r\r\nOKc\r\n']);
  });

  test('Silence ends data with all that came', async () => {
    answers['AT+FRM=96'] = '\r\nCONNECT\r\nab\r';
    await dialogue.command('AT+FRM=96', SOON);
    expect(await receive({ silenceMs: 30 })).toEqual(['timeout', [0x61, 0x62, 0x0d]]);
  });

  test('An abort ends data at once, and interrupting then gives the result', async () => {
    const abort = new AbortController();
    answers['AT+FRM=96'] = '\r\nCONNECT\r\nab';
    await dialogue.command('AT+FRM=96', SOON);
    const receiving = dialogue.receiveData(() => undefined, { silenceMs: 10_000, signal: abort.signal });
    await turn();
    abort.abort();
    expect(await receiving).toBe('aborted');
    const interrupted = dialogue.interrupt(1000);
    await turn();
    expect(sent.at(-1)).toEqual(Buffer.of(0x18));
    say('cdef\x10\x03\r\nOK\r\n');
    expect(await interrupted).toMatchObject({ result: 'OK' });
  });

  test('Data are sent with DLE doubled and DLE ETX behind them, and the result is kept for who asks', async () => {
    answers['AT+FTM=96'] = '\r\nCONNECT\r\n';
    await dialogue.command('AT+FTM=96', SOON);
    expect(await dialogue.sendData(Uint8Array.of(1, 0x10, 2), { last: false })).toBe('sent');
    expect(await dialogue.sendData(Uint8Array.of(0x10), { last: true })).toBe('sent');
    expect(Buffer.concat(sent.slice(1))).toEqual(Buffer.of(1, 0x10, 0x10, 2, 0x10, 0x10, 0x10, 3));
    say('\r\nOK\r\n');
    await turn();
    expect(await dialogue.nextResult(SOON)).toMatchObject({ result: 'OK' });
  });

  test('A result in the middle of sending stops it', async () => {
    let writes = 0;
    const slow = createAtDialogue({
      write: async () => {
        writes += 1;
        await turn();
        if (writes === 3) slow.receive(Buffer.from('\r\nERROR\r\n'));
      },
    });
    expect(await slow.sendData(new Uint8Array(100_000), { last: true })).toBe('sent');
    expect(writes).toBeLessThan(6);
    expect(await slow.nextResult(SOON)).toMatchObject({ result: 'ERROR' });
  });

  test('An XOFF behind the last data does not hold back the data of the next command', async () => {
    const full = createAtDialogue({
      write: async (part) => {
        sent.push(Buffer.from(part));
        if (part.length > 50) full.receive(Uint8Array.of(0x13));
        else if (part[0] === 0x41) full.receive(Buffer.from('\r\nCONNECT\r\n', 'latin1'));
      },
    });
    await full.command('AT+FTM=146', SOON);
    expect(await full.sendData(new Uint8Array(100), { last: true })).toBe('sent');
    const result = full.nextResult(SOON);
    await turn();
    full.receive(Buffer.from('\x11\r\nOK\r\n', 'latin1'));
    expect(await result).toMatchObject({ result: 'OK' });
    await full.command('AT+FTH=3', SOON);
    sent = [];
    void full.sendData(Uint8Array.of(0xff, 0x03), { last: true });
    await turn();
    expect(Buffer.concat(sent)).toEqual(Buffer.of(0xff, 0x03, 0x10, 0x03));
  });

  test('XOFF holds data back and XON lets them go', async () => {
    say('\r\n');
    const octets = (): number => sent.reduce((sum, part) => sum + part.length, 0);
    const slow = createAtDialogue({
      write: async (part) => {
        sent.push(Buffer.from(part));
        if (octets() > 1000) slow.receive(Uint8Array.of(0x13));
        await turn();
      },
    });
    const sending = slow.sendData(new Uint8Array(4000), { last: true });
    await new Promise((resolve) => setTimeout(resolve, 30));
    const before = octets();
    expect(before).toBeLessThan(2000);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(octets()).toBe(before);
    slow.receive(Uint8Array.of(0x11));
    await turn();
    expect(octets()).toBeGreaterThan(before);
    slow.closed();
    expect(await sending).toBe('closed');
  });

  test('A sender that is held back ends at an abort', async () => {
    const abort = new AbortController();
    const stuck = createAtDialogue({ write: () => new Promise(() => undefined) });
    const sending = stuck.sendData(new Uint8Array(10), { last: true, signal: abort.signal });
    await turn();
    abort.abort();
    expect(await sending).toBe('aborted');
  });

  test('A start octet is found among what came and what comes, and is gone then', async () => {
    answers['AT+FDT'] = '\r\nCONNECT\r\n\x11';
    await dialogue.command('AT+FDT', SOON);
    expect(await dialogue.waitForOctet(0x11, 1000)).toBe(true);
    expect(await dialogue.waitForOctet(0x11, 20)).toBe(false);
    const waiting = dialogue.waitForOctet(0x12, 1000);
    say('\x12');
    expect(await waiting).toBe(true);
  });

  test('A start octet before CONNECT is one, but none of an earlier command', async () => {
    answers['AT+FDT'] = '\x11\r\nCONNECT\r\n';
    await dialogue.command('AT+FDT', SOON);
    expect(await dialogue.waitForOctet(0x11, 20)).toBe(true);
    expect(await dialogue.waitForOctet(0x11, 20)).toBe(false);
    answers['AT'] = '\x11\r\nOK\r\n';
    await dialogue.command('AT', SOON);
    answers['AT+FDT'] = '\r\nCONNECT\r\n';
    await dialogue.command('AT+FDT', SOON);
    expect(await dialogue.waitForOctet(0x11, 20)).toBe(false);
  });

  test('A result instead of the start octet ends the waiting and stays readable', async () => {
    answers['AT+FDT'] = '\r\nCONNECT\r\n';
    await dialogue.command('AT+FDT', SOON);
    const waiting = dialogue.waitForOctet(0x11, 10_000);
    say('\r\n+FHNG: 50\r\n\r\nERROR\r\n');
    expect(await waiting).toBe(false);
    expect(await dialogue.nextResult(SOON)).toEqual({ result: 'ERROR', lines: ['+FHNG: 50'] });
  });

  test('Data that nobody took are no part of the next answer', async () => {
    answers['AT+FRM=96'] = '\r\nCONNECT\r\n\xffgarbage\r\nOK\r\n';
    answers['ATH'] = '\r\nOK\r\n';
    await dialogue.command('AT+FRM=96', SOON);
    expect(await dialogue.command('ATH', SOON)).toEqual({ result: 'OK', lines: [] });
    expect(heard).toEqual([]);
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

describe('Any octets, cut anywhere', () => {
  const STREAM = Buffer.from(
    'AT+FRM=145\r\r\n+FRH:3\r\n\r\nCONNECT\r\n\xff\x03\x10\x10\x84\r\nOK\r\n\x11\x10\x03\r\nOK\r\n' +
      '\r\nRING\r\n\r\nNMBR = 075\r\n\r\nNO CARRIER\r\n',
    'latin1',
  );

  test('Every way to cut the same octets gives the same events', async () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: STREAM.length - 1 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(cuts, fc.boolean(), async (places, pauses) => {
        heard = [];
        const made = start();
        const events: unknown[] = [];
        const call = (async () => {
          events.push(await made.command('AT+FRM=145', SOON));
          events.push(await made.nextResult(SOON));
          const data: number[] = [];
          events.push(await made.receiveData((part) => data.push(...part), { silenceMs: 1000 }), data);
          events.push(await made.nextResult(SOON));
        })();
        await turn();
        let from = 0;
        for (const to of [...places.sort((one, other) => one - other), STREAM.length]) {
          made.receive(STREAM.subarray(from, to));
          if (pauses) await turn();
          from = to;
        }
        await call;
        expect(events).toEqual([
          { result: '+FRH:3', lines: [] },
          { result: 'CONNECT', lines: [] },
          'ended',
          [0xff, 0x03, 0x10, 0x84, ...Buffer.from('\r\nOK\r\n'), 0x11],
          { result: 'OK', lines: [] },
        ]);
        expect(heard).toEqual([
          { type: 'ring' },
          { type: 'callerId', number: '075' },
          { type: 'line', text: 'NO CARRIER' },
        ]);
      }),
      { numRuns: 200 },
    );
  });

  test('No octets at no point of a dialogue throw or hang', async () => {
    const octets = fc.uint8Array({ maxLength: 300 });
    const step = fc.oneof(
      octets.map((noise) => ({ noise })),
      fc
        .constantFrom('\r\nOK\r\n', '\r\nCONNECT\r\n', '\x10\x03', '\r\nRING\r\n', '0\r', '\r\nNAME = ')
        .map((text) => ({ noise: Buffer.from(text, 'latin1') })),
      fc
        .constantFrom('command', 'next', 'receive', 'send', 'octet', 'interrupt', 'reset')
        .map((operation) => ({ operation })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const made = start();
        const running: Promise<unknown>[] = [];
        for (const one of steps) {
          if ('noise' in one) made.receive(one.noise);
          else if (one.operation === 'command') running.push(made.command('AT', { timeoutMs: 3 }));
          else if (one.operation === 'next') running.push(made.nextResult({ timeoutMs: 3 }));
          else if (one.operation === 'receive')
            running.push(made.receiveData(() => undefined, { silenceMs: 3 }));
          else if (one.operation === 'send') running.push(made.sendData(Uint8Array.of(0x10), { last: true }));
          else if (one.operation === 'octet') running.push(made.waitForOctet(0x11, 3));
          else if (one.operation === 'interrupt') running.push(made.interrupt(3));
          else made.reset();
        }
        await Promise.all(running);
        answers['AT'] = '\r\nOK\r\n';
        made.reset();
        expect(await made.command('AT', SOON)).toEqual({ result: 'OK', lines: [] });
        answers = {};
      }),
      { numRuns: 150 },
    );
  });

  test('What nobody takes is bounded', async () => {
    answers['AT+FRM=96'] = '\r\nCONNECT\r\n';
    await dialogue.command('AT+FRM=96', SOON);
    const before = process.memoryUsage().arrayBuffers;
    for (let mebibyte = 0; mebibyte < 64; mebibyte += 1) dialogue.receive(new Uint8Array(1 << 20));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(96 << 20);
    let octets = 0;
    await dialogue.receiveData((part) => (octets += part.length), { silenceMs: 10 });
    expect(octets).toBeGreaterThan(200 * 1024);
    expect(octets).toBeLessThanOrEqual(256 * 1024);
  });
});
