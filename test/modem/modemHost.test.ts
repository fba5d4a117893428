// The real modem host process on a pseudo terminal: a port that comes, goes and is held, a modem that rings, and how the
// line is left behind however the process ends. The modem is a few lines of this test.

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { ModemSetup } from '../../protocol/modem.ts';
import { startModemHostProcess } from '../harness/modemHostProcess.ts';
import type { ModemHostOfTest } from '../harness/modemHostProcess.ts';
import { stagedTest } from '../harness/stagedTest.ts';
import { openPtyCable } from '../virtual-modem/pty.ts';
import type { SerialCable } from '../virtual-modem/pty.ts';

const CR = 0x0d;

interface ScriptedModem {
  cable: SerialCable;
  heard: string[];
  /** Resolves when a command that matches was heard from `from` on. */
  untilHeard(pattern: RegExp, from?: number): Promise<string>;
  /** It dials for ever: nobody answers. */
  dialling: boolean;
  /** Undefined: no answer. */
  answer: (command: string) => string | undefined;
  say(text: string): void;
}

interface Rig {
  port: string;
  /** A Class 1 modem of little depth: it says who it is, and OK. */
  plugIn(): Promise<ScriptedModem>;
  aHost(entry?: string): Promise<ModemHostOfTest>;
  setup(changes?: Partial<ModemSetup>): ModemSetup;
}

const test = stagedTest.extend<{ rig: Rig }>({
  rig: async ({ stage }, use) => {
    const port = path.join(stage.folder, 'fax');
    await use({
      port,
      plugIn: async () => {
        const modem = await plugIn(port);
        stage.onClose(() => modem.cable.close());
        return modem;
      },
      aHost: async (entry) => {
        const host = await startModemHostProcess(entry);
        stage.onClose(() => host.stop());
        return host;
      },
      setup: (changes = {}) => ({
        path: port,
        faxClass: 'auto',
        flowControl: 'auto',
        localId: '+81 75 000 0001',
        toneDialling: true,
        blindDial: false,
        extraInit: [],
        ...changes,
      }),
    });
  },
});

async function plugIn(port: string): Promise<ScriptedModem> {
  const cable = await openPtyCable(port);
  const watchers = new Set<() => void>();
  let typed = '';
  const modem: ScriptedModem = {
    cable,
    heard: [],
    dialling: false,
    answer: usual,
    say: (text) => cable.write(Buffer.from(`\r\n${text}\r\n`, 'latin1')),
    untilHeard: (pattern, from = 0) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = modem.heard.slice(from).find((command) => pattern.test(command));
          if (found === undefined) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      }),
  };
  cable.onData = (octets) => {
    for (const octet of octets) {
      // Any character ends a call that is being dialled.
      if (modem.dialling) {
        modem.dialling = false;
        modem.say('NO CARRIER');
      } else if (octet !== CR) {
        typed += octet < 0x20 ? '' : String.fromCharCode(octet);
      } else {
        modem.heard.push(typed);
        const answer = modem.answer(typed.toUpperCase());
        typed = '';
        if (answer !== undefined) modem.say(answer);
        for (const watch of watchers) watch();
      }
    }
  };
  return modem;
}

function usual(command: string): string | undefined {
  if (!command.startsWith('AT')) return undefined;
  if (command.endsWith('+FCLASS=?')) return '0,1,1.0\r\n\r\nOK';
  if (/\+F[TR]M=\?$/u.test(command)) return '24,48,72,73,74,96,97,98,121,122,145,146\r\n\r\nOK';
  if (/\+FT[HS]=\?$|\+FR[HS]=\?$/u.test(command)) return '3\r\n\r\nOK';
  if (command.endsWith('+FMM?')) return 'Scripted Modem\r\n\r\nOK';
  return 'OK';
}

const dial = {
  type: 'dial',
  callId: 'call-1',
  number: '0312345678',
  documents: [{ pages: [{ width: 1728, height: 100, xDpi: 204, yDpi: 196 }] }],
  hints: { avoidModulations: [], avoidCodings: [], avoidEcm: false },
  answerWithinMs: 60_000,
} as const;

function dialsForEver(modem: ScriptedModem): void {
  modem.answer = (command) => {
    modem.dialling = command.startsWith('ATD');
    return modem.dialling ? undefined : usual(command);
  };
}

test.concurrent('a modem that is plugged in later becomes ready, is gone when it is unplugged, and comes back', async ({
  rig,
}) => {
  const host = await rig.aHost();
  host.send({ type: 'open', setup: rig.setup() });
  const absent = await host.untilState('absent');
  expect(absent.detail).toContain(rig.port);
  const modem = await rig.plugIn();
  const ready = await host.untilState('ready');
  expect(ready.modem).toMatchObject({ model: 'Scripted Modem', classes: ['1', '1.0'] });
  await modem.cable.unplug();
  await host.untilState('absent');
  await modem.cable.plug();
  await host.untilState('ready');
});

test.concurrent('a port that another process has is held, and taken when that lets go', async ({ rig }) => {
  const modem = await rig.plugIn();
  const first = await rig.aHost();
  first.send({ type: 'open', setup: rig.setup() });
  await first.untilState('ready');
  const second = await rig.aHost();
  second.send({ type: 'open', setup: rig.setup() });
  await second.untilState('held');
  expect(second.replies.findLast(({ type }) => type === 'line')).toMatchObject({
    detail: expect.stringContaining('Another line has this port'),
  });
  const before = modem.heard.length;
  first.send({ type: 'close' });
  expect(await first.exited).toBe(0);
  await second.untilState('ready');
  expect(modem.heard.length).toBeGreaterThan(before);
});

test.concurrent('a modem that does not answer is silent, and its test shows what it was asked', async ({
  rig,
}) => {
  const modem = await rig.plugIn();
  modem.answer = () => undefined;
  const host = await rig.aHost();
  // At one rate only, which takes less long.
  host.send({ type: 'open', setup: rig.setup({ baudRate: 115_200 }) });
  await host.untilState('silent');
  host.send({ type: 'test', testId: 'test-1' });
  const { result } = await host.until('tested');
  expect(result).toMatchObject({ answers: false, dialTone: 'unknown' });
  expect(result.dialogue.join('\n')).toContain('> AT');
});

test.concurrent('a line test tells the modem, its classes, and that there is no dial tone', async ({
  rig,
}) => {
  const modem = await rig.plugIn();
  modem.answer = (command) => (/^ATDT?W/u.test(command) ? 'NO DIALTONE' : usual(command));
  const host = await rig.aHost();
  host.send({ type: 'open', setup: rig.setup() });
  await host.untilState('ready');
  host.send({ type: 'test', testId: 'test-1' });
  const { result } = await host.until('tested');
  expect(result).toMatchObject({ answers: true, dialTone: 'notHeard', modem: { classes: ['1', '1.0'] } });
  await host.untilState('ready');
});

test.concurrent('rings are counted with who calls, until the caller gives up', async ({ rig }) => {
  const modem = await rig.plugIn();
  const host = await rig.aHost();
  host.send({ type: 'open', setup: rig.setup() });
  await host.untilState('ready');
  modem.say('RING');
  await host.until('ring', ({ count }) => count === 1);
  modem.say('NMBR = 0312345678');
  await host.until('ring', ({ callerNumber }) => callerNumber === '0312345678');
  await host.untilState('ringing');
  await host.until('ringEnded');
  await host.untilState('ready');
});

test.concurrent('a call during which the port vanishes ends as broken off, and the line comes back', async ({
  rig,
}) => {
  const modem = await rig.plugIn();
  dialsForEver(modem);
  const host = await rig.aHost();
  host.send({ type: 'open', setup: rig.setup() });
  await host.untilState('ready');
  host.sendAny(dial);
  await modem.untilHeard(/^ATD/u);
  await modem.cable.unplug();
  const { report } = await host.until('ended');
  expect(report).toMatchObject({ outcome: { code: 'LINE_BROKEN' }, pagesSent: 0, complete: false });
  await host.untilState('absent');
  modem.answer = usual;
  await modem.cable.plug();
  await host.untilState('ready');
});

test.concurrent('a call that is hung up while it rings ends at once', async ({ rig }) => {
  const modem = await rig.plugIn();
  dialsForEver(modem);
  const host = await rig.aHost();
  host.send({ type: 'open', setup: rig.setup() });
  await host.untilState('ready');
  host.sendAny(dial);
  await modem.untilHeard(/^ATD/u);
  const before = modem.heard.length;
  host.send({ type: 'hangUp', callId: 'call-1' });
  const { report } = await host.until('ended');
  expect(report.outcome.code).toBe('CANCELLED');
  await modem.untilHeard(/^ATH/u, before);
  await host.untilState('ready');
});

// One after the other: time counts here.
test.for([
  ['its gateway is gone', (host: ModemHostOfTest) => host.disconnect()],
  ['it is asked to end', (host: ModemHostOfTest) => host.send({ type: 'close' })],
  ['it is told to terminate', (host: ModemHostOfTest) => host.kill('SIGTERM')],
] as const)('a host leaves no line off hook when %s in mid call', async ([, end], { rig }) => {
  const modem = await rig.plugIn();
  dialsForEver(modem);
  const host = await rig.aHost();
  host.send({ type: 'open', setup: rig.setup() });
  await host.untilState('ready');
  host.sendAny(dial);
  await modem.untilHeard(/^ATD/u);
  const before = modem.heard.length;
  const begun = performance.now();
  end(host);
  await modem.untilHeard(/^ATH/u, before);
  expect(await host.exited).toBe(0);
  // As long as the gateway waits before it kills.
  expect(performance.now() - begun).toBeLessThan(2_500);
});

test.concurrent('a host that fails in mid call hangs up before it ends', async ({ rig }) => {
  const modem = await rig.plugIn();
  modem.answer = (command) => (command.startsWith('ATD') ? '+FCSI: "somebody"' : usual(command));
  const host = await rig.aHost(fileURLToPath(new URL('./brokenModemHost.ts', import.meta.url)));
  host.send({ type: 'open', setup: rig.setup() });
  await host.untilState('ready');
  const before = modem.heard.length;
  host.sendAny(dial);
  await modem.untilHeard(/^ATH/u, before);
  expect(await host.exited).toBe(70);
});

test.concurrent('a host that was killed in mid call is followed by one that hangs up first', async ({
  rig,
}) => {
  const modem = await rig.plugIn();
  dialsForEver(modem);
  const first = await rig.aHost();
  first.send({ type: 'open', setup: rig.setup() });
  await first.untilState('ready');
  first.sendAny(dial);
  await modem.untilHeard(/^ATD/u);
  first.kill('SIGKILL');
  await first.exited;
  const before = modem.heard.length;
  const second = await rig.aHost();
  second.send({ type: 'open', setup: rig.setup() });
  await second.untilState('ready');
  const after = modem.heard.slice(before);
  expect(after.findIndex((command) => command.startsWith('ATH'))).toBeGreaterThanOrEqual(0);
  expect(after.findIndex((command) => command.startsWith('ATH'))).toBeLessThan(
    after.findIndex((command) => /\+F/u.test(command)),
  );
});

test.concurrent('requests that make no sense end nothing', async ({ rig }) => {
  await rig.plugIn();
  const host = await rig.aHost();
  host.send({ type: 'open', setup: rig.setup() });
  await host.untilState('ready');
  const nonsense: unknown[] = [
    'open',
    7,
    {},
    [],
    { type: 'open' },
    { type: 'open', setup: { ...rig.setup(), path: '' } },
    { ...dial, callId: 'bad', number: '1\rATS0=1' },
    { type: 'page', callId: 'call-1', page: -1, info: {}, data: 'none' },
    { type: 'hangUp', callId: 'nobody' },
    { type: 'pageStored', callId: 'nobody', page: 0 },
    { type: 'test' },
    { type: 'answer', callId: 'bad-answer', receives: 'yes' },
  ];
  for (const message of nonsense) host.sendAny(message);
  const refused = await host.until('ended', ({ callId }) => callId === 'bad');
  expect(refused.report.outcome.code).toBe('NUMBER_NOT_DIALABLE');
  const answer = await host.until('ended', ({ callId }) => callId === 'bad-answer');
  expect(answer.report).toMatchObject({ direction: 'incoming', outcome: { code: 'INTERNAL_ERROR' } });
  host.send({ type: 'ping' });
  await host.until('pong');
  expect(host.replies.filter(({ type }) => type === 'line').at(-1)).toMatchObject({ state: 'ready' });
});

test.concurrent('the ports of the computer can be listed without opening one', async ({ rig }) => {
  const host = await rig.aHost();
  host.send({ type: 'listPorts' });
  const { ports } = await host.until('ports');
  expect(ports.every((found) => found.path !== '')).toBe(true);
});
