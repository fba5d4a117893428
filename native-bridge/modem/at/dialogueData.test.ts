// Data between commands and results, and any octets, cut anywhere.

import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { createAtDialogue } from './atDialogue.ts';
import { SOON, startDialogue, turn, type TestDialogue } from './dialogue.testSupport.ts';

let dialogue: TestDialogue['dialogue'];
let sent: TestDialogue['sent'];
let heard: TestDialogue['heard'];
let answers: TestDialogue['answers'];
let say: TestDialogue['say'];

beforeEach(() => {
  ({ dialogue, sent, heard, answers, say } = startDialogue());
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
    sent.length = 0;
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
        const { dialogue: made, heard: told } = startDialogue();
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
        expect(told).toEqual([
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
        const { dialogue: made, answers: replies } = startDialogue();
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
        replies['AT'] = '\r\nOK\r\n';
        made.reset();
        expect(await made.command('AT', SOON)).toEqual({ result: 'OK', lines: [] });
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
