import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { VirtualClock } from '../../../fax/t30/testing/virtualClock.ts';
import { ScriptedHost } from '../testing/scriptedHost.ts';
import { startVirtualExchange } from '../virtualExchange.ts';
import type { ModemOptions, VirtualExchange } from '../virtualExchange.ts';
import { PERSONALITIES } from './personalities.ts';

let exchange: VirtualExchange | null = null;
afterEach(() => exchange?.close());

async function begin(
  options: Partial<ModemOptions> = {},
): Promise<{ clock: VirtualClock; host: ScriptedHost; running: VirtualExchange }> {
  const clock = new VirtualClock();
  const host = new ScriptedHost(clock);
  const running = await startVirtualExchange({
    clock,
    modems: [{ number: '101', port: host.cable, ...options }],
    machines: [{ number: '200' }, { number: '201', echo: true }],
  });
  exchange = running;
  return { clock, host, running };
}

test('it echoes until ATE0, and says results in words or numbers', async () => {
  const { host } = await begin();
  expect(host.at('')).toBe('AT\r\r\nOK\r\n');
  host.at('E0');
  expect(host.at('')).toBe('\r\nOK\r\n');
  host.cable.hostWrites('ATV0\r');
  expect(host.until('0\r')).toBe('0\r');
  host.cable.hostWrites('AT+FOO\r');
  expect(host.until('4\r')).toBe('4\r');
  host.cable.hostWrites('ATV1Q1\r');
  host.cable.hostWrites('AT\r');
  expect(host.heard).toBe('');
});

test('noise before a command and an A/ behind it do no harm', async () => {
  const { host } = await begin();
  host.at('E0');
  host.cable.hostWrites('\x00\xff~xxAT+FCLASS?\r');
  expect(host.until('\r\nOK\r\n')).toContain('\r\n0\r\n');
  host.cable.hostWrites('A/');
  expect(host.until('\r\nOK\r\n')).toContain('\r\n0\r\n');
});

test('registers keep what they are given', async () => {
  const { host } = await begin();
  expect(host.at('S7=45S7?')).toContain('\r\n045\r\n');
  host.at('Z');
  expect(host.at('S7?')).toContain('\r\n060\r\n');
});

test.each(Object.values(PERSONALITIES))('a $name says who it is and what it can', async (personality) => {
  const { host } = await begin({ personality });
  expect(host.at('+FMI?;+FMM?')).toContain(personality.model);
  const classes = host.at('+FCLASS=?');
  for (const faxClass of personality.classes) {
    expect(classes).toContain(faxClass);
    host.at(`+FCLASS=${faxClass}`);
  }
  host.at('+FCLASS=7', 'ERROR');
});

test('a call rings with the caller’s number between the first two bursts, and S0 answers it', async () => {
  const { host, running } = await begin();
  host.at('E0+VCID=1;+FCLASS=1');
  host.at('S0=3');
  void running.machine('200').send('101', []);
  const rung = host.until('\r\nCONNECT\r\n');
  expect(rung).toMatch(/^\r\nRING\r\n\r\nDATE = \d{4}\r\n\r\nTIME = \d{4}\r\n\r\nNMBR = 200\r\n/);
  expect(rung.split('RING')).toHaveLength(4);
});

test('a call to a modem that is busy is busy, and one that is unplugged too', async () => {
  const { clock, host, running } = await begin();
  host.at('+FCLASS=1');
  host.cable.hostWrites('ATDT555\r');
  clock.run(clock.nowMs + 3000);
  const first = running.machine('200').send('101', []);
  clock.run(clock.nowMs + 5000);
  expect((await first).outcome.detail).toBe('busy');
  await running.modem('101').unplug();
  const second = running.machine('200').send('101', []);
  clock.run(clock.nowMs + 5000);
  expect((await second).outcome.detail).toBe('busy');
});

test('ATDT; tells whether there is a dial tone', async () => {
  const { host, running } = await begin();
  host.at('DT;');
  running.modem('101').control.socket.dialTone = false;
  host.at('DT;', 'NO DIALTONE');
});

test('faults strike the results that they name, and no others', async () => {
  const { clock, host } = await begin({
    faults: [
      { what: 'result', text: 'OK', nth: 2, do: { type: 'drop' } },
      { what: 'result', text: 'OK', nth: 3, do: { type: 'double' } },
      { what: 'result', text: 'OK', nth: 4, do: { type: 'replace', by: 'ERROR' } },
      { what: 'result', text: 'OK', nth: 5, do: { type: 'delay', ms: 700 } },
      { what: 'result', text: 'OK', nth: 6, do: { type: 'lowerCase' } },
      { what: 'result', text: 'OK', nth: 7, do: { type: 'garbage' } },
      { what: 'info', text: /^CX/, nth: 0, do: { type: 'drop' } },
    ],
    personality: 'conexantCx93010',
  });
  host.at('E0');
  host.cable.hostWrites('AT\r');
  clock.run(clock.nowMs + 5000);
  expect(host.heard).toBe('');
  host.at('');
  host.until('\r\nOK\r\n');
  host.at('', 'ERROR');
  const beginMs = clock.nowMs;
  host.at('');
  expect(clock.nowMs - beginMs).toBe(700);
  host.at('', 'ok');
  expect(host.at('')).toBe('\x00\xff\x7e\x8f\rA\xfe\r\nOK\r\n');
  expect(host.at('I3;+FMI?')).not.toContain('CX93');
});

test('what is said can come in pieces, or together with what follows', async () => {
  const { clock, host } = await begin({
    faults: [
      { text: 'OK', nth: 2, do: { type: 'split', octets: 2, everyMs: 30 } },
      { text: /^\d/, nth: 1, do: { type: 'merge', ms: 500 } },
    ],
  });
  host.at('E0');
  const pieces: string[] = [];
  const { onHostData } = host.cable;
  host.cable.onHostData = (octets) => {
    pieces.push(Buffer.from(octets).toString('latin1'));
    onHostData(octets);
  };
  host.at('');
  clock.run(clock.nowMs + 200);
  expect(pieces).toEqual(['\r\n', 'OK', '\r\n']);
  host.at('I');
  expect(pieces.at(-1)).toBe('\r\n56000\r\n\r\nOK\r\n');
});

test('a modem that hangs says nothing more until it is plugged anew', async () => {
  const { clock, host, running } = await begin({ faults: [{ text: 'OK', nth: 2, do: { type: 'hang' } }] });
  host.at('E0');
  host.cable.hostWrites('AT\rAT\r');
  clock.run(clock.nowMs + 10_000);
  expect(host.heard).toBe('');
  await running.modem('101').unplug();
  await running.modem('101').plug();
  host.at('');
});

test('a modem is unplugged where a rule says so', async () => {
  const { clock, host } = await begin({
    faults: [{ command: /FCLASS/, do: { type: 'unplug' } }],
  });
  host.at('');
  host.cable.hostWrites('AT+FCLASS=1\r');
  clock.run(clock.nowMs + 10);
  expect(host.cable.plugged).toBe(false);
});

test('whatever a host writes, the modem goes on to answer', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('1', '2', '2.0', '0'),
      fc.array(
        fc.oneof(
          fc.uint8Array({ maxLength: 40 }),
          fc.constantFrom('ATA\r', 'ATD200\r', 'AT+FDT\r', 'AT+FRH=3\r', 'AT+FTM=96\r', 'AT+FDR\r'),
        ),
      ),
      async (faxClass, writes) => {
        const { clock, host } = await begin();
        host.at(`E0+FCLASS=${faxClass}`);
        for (const write of writes) {
          host.cable.hostWrites(write);
          clock.run(clock.nowMs + 2000);
        }
        clock.run(clock.nowMs + 400_000);
        // Data mode, a command that is being typed, registers that were changed: all of it has an end.
        host.cable.hostWrites('\x10\x03\r');
        clock.run(clock.nowMs + 400_000);
        host.cable.hostWrites('ATE0Q0V1S3=13\r');
        clock.run(clock.nowMs + 1000);
        host.cable.hostWrites('AT\r');
        clock.run(clock.nowMs + 1000);
        expect(host.heard).toMatch(/OK\r\n$|0\r$/);
        await exchange?.close();
      },
    ),
    { numRuns: 60 },
  );
});
