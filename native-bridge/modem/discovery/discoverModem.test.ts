import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ModemSetup } from '../../../protocol/modem.ts';
import { type DiscoveryResult, discoverModem, initialiseModem } from './discoverModem.ts';
import {
  FAX_ANSWERS,
  type FakeModem,
  type FakeModemOptions,
  fakeModem,
} from '../at/fakeModem.testSupport.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const SETUP: ModemSetup = {
  path: '/dev/fake',
  faxClass: 'auto',
  flowControl: 'auto',
  localId: '',
  toneDialling: true,
  blindDial: false,
  extraInit: [],
};

/** Time goes on as fast as it can. */
async function settled<T>(work: Promise<T>, limitMs = 200_000): Promise<T> {
  const state = { isDone: false };
  const done = work.finally(() => (state.isDone = true));
  for (let passedMs = 0; !state.isDone; passedMs += 100) {
    if (passedMs > limitMs) throw new Error(`not done after ${limitMs} ms`);
    await vi.advanceTimersByTimeAsync(100);
  }
  return done;
}

async function discover(
  options: FakeModemOptions,
  setup: Partial<ModemSetup> = {},
  usbId?: string,
): Promise<{ modem: FakeModem; found: DiscoveryResult }> {
  const modem = fakeModem(options);
  const wanted = { ...SETUP, ...setup };
  return {
    modem,
    found: await settled(discoverModem(modem.dialogue, modem.connection, wanted, async () => usbId)),
  };
}

test('A modem is asked who it is and what it can, and is left in its class', async () => {
  const { modem, found } = await discover({ answers: FAX_ANSWERS }, { profile: 'generic-class1' });
  expect(found).toMatchObject({
    facts: {
      faxClass: '1.0',
      transmitCodes: [24, 48, 72, 73, 74, 96, 97, 98, 121, 122, 145, 146],
      receiveCodes: [24, 48, 72, 96],
      class2Capabilities: [],
      adaptiveReception: false,
      tellsCallerId: true,
      profile: { name: 'generic-class1', flowControl: 'hardware' },
    },
    identity: {
      maker: 'Acme',
      model: 'Fax Thing',
      revision: '1.2',
      profile: 'generic-class1',
      classes: ['1', '1.0', '2'],
      faxClass: '1.0',
      sendRatesBps: [2400, 4800, 7200, 9600, 12_000, 14_400],
      receiveRatesBps: [2400, 4800, 7200, 9600],
      ecm: true,
    },
  });
  const classes = modem.commands.filter((command) => /^AT\+FCLASS=\d/.test(command));
  expect(classes.at(-1)).toBe('AT+FCLASS=1.0');
  expect(modem.flowControl).toBe('hardware');
});

test('With an unknown modem its own T.30 is preferred', async () => {
  const { found } = await discover({ answers: FAX_ANSWERS });
  expect(found).toMatchObject({
    facts: { faxClass: '2', profile: { name: 'generic' }, transmitCodes: [] },
    identity: { sendRatesBps: [2400, 4800, 7200, 9600, 12_000, 14_400], ecm: true },
  });
  expect('facts' in found && found.facts.class2Capabilities[1]).toEqual([0, 1, 2, 3, 4, 5]);
});

test('What its profile says is broken is left out', async () => {
  const { found } = await discover({ answers: FAX_ANSWERS }, { profile: 'conexant-1329' });
  expect(found).toMatchObject({
    facts: { faxClass: '1.0', receiveCodes: [24, 48, 72], adaptiveReception: true },
  });
});

test('A modem is known by its USB id', async () => {
  const { found } = await discover({ answers: FAX_ANSWERS }, {}, '0572:1340');
  expect(found).toMatchObject({ facts: { profile: { name: 'conexant-cx93010' }, faxClass: '1.0' } });
});

test('Adaptive reception is used only where the modem takes the command', async () => {
  const answers = { ...FAX_ANSWERS, 'AT+FAR=1': ['ERROR'] };
  const { found } = await discover({ answers }, { profile: 'conexant-cx93010' });
  expect(found).toMatchObject({ facts: { adaptiveReception: false } });
});

test('A modem that refuses to say who calls is known for it, unless the user has a command of its own', async () => {
  const answers = { ...FAX_ANSWERS, 'AT+VCID=1': ['ERROR'], 'AT#CID=1': ['ERROR'] };
  expect((await discover({ answers })).found).toMatchObject({ facts: { tellsCallerId: false } });
  const own = await discover({ answers }, { extraInit: ['AT%CCID=1'] });
  expect(own.found).toMatchObject({ facts: { tellsCallerId: true } });
});

test('An OK as the text of ATI, and the OK that ends it a moment later, are not taken for the next answers', async () => {
  const modem = fakeModem({ answers: { ...FAX_ANSWERS, ATI9: undefined, 'AT+FCLASS=?': undefined } });
  const sayAfter = (waitMs: number, text: string): unknown =>
    setTimeout(() => modem.say(`\r\n${text}\r\n`), waitMs);
  modem.dialogue.onTranscript((direction, text) => {
    if (direction !== 'sent') return;
    if (text === 'ATI9') [10, 40].forEach((waitMs) => sayAfter(waitMs, 'OK'));
    if (text === 'AT+FCLASS=?') sayAfter(60, '0,1,1.0,2\r\n\r\nOK');
  });
  const found = await settled(discoverModem(modem.dialogue, modem.connection, SETUP, async () => undefined));
  expect(found).toMatchObject({ identity: { classes: ['1', '1.0', '2'], faxClass: '2' } });
});

test('A class that the modem names but does not have is passed over', async () => {
  const answers = { ...FAX_ANSWERS, 'AT+FTM=?': ['ERROR'] };
  const { found } = await discover({ answers }, { profile: 'generic-class1' });
  expect(found).toMatchObject({ facts: { faxClass: '2' } });
});

test('A modem that does not tell its Class 2 capabilities is driven in Class 2 only if there is nothing else', async () => {
  const answers = { ...FAX_ANSWERS, 'AT+FDCC=?': ['ERROR'] };
  expect((await discover({ answers })).found).toMatchObject({ facts: { faxClass: '1.0' } });
  const only = { ...answers, 'AT+FCLASS=?': ['0,2', 'OK'] };
  expect((await discover({ answers: only })).found).toMatchObject({
    facts: { faxClass: '2', class2Capabilities: [] },
  });
});

test('The class that the user chose is kept', async () => {
  const { found } = await discover({ answers: FAX_ANSWERS }, { faxClass: '1' });
  expect(found).toMatchObject({ facts: { faxClass: '1' } });
});

test('A class that is not offered, or not working, is told in words', async () => {
  expect((await discover({ answers: FAX_ANSWERS }, { faxClass: '2.1' })).found).toEqual({
    problem: 'unfit',
    detail: 'This modem does not offer class 2.1; it offers 1, 1.0 and 2.',
  });
  const answers = { ...FAX_ANSWERS, 'AT+FRM=?': ['ERROR'] };
  expect((await discover({ answers }, { faxClass: '1' })).found).toEqual({
    problem: 'unfit',
    detail: 'This modem offers class 1, 1.0 and 2, but does not answer as it should in 1.',
  });
});

test('A modem without fax is told as unfit', async () => {
  expect((await discover({ answers: { 'AT+FCLASS=?': ['ERROR'] } })).found).toMatchObject({
    problem: 'unfit',
  });
  expect((await discover({ answers: { 'AT+FCLASS=?': ['0,8', 'OK'] } })).found).toMatchObject({
    problem: 'unfit',
  });
});

test('A profile that does not exist is told as unfit', async () => {
  const { found } = await discover({ answers: FAX_ANSWERS }, { profile: 'nonsense' });
  expect(found).toMatchObject({ problem: 'unfit' });
});

test('Silence is told within half a minute', async () => {
  const begun = performance.now();
  const { found } = await discover({ deafUntil: 'never' });
  expect(found).toMatchObject({ problem: 'silent' });
  expect('detail' in found && found.detail).toContain('/dev/fake');
  expect(performance.now() - begun).toBeLessThan(30_000);
});

test.each([
  ['talks all the time', '$GPGGA,123519,4807.038,N*47\r\n', 300],
  ['floods the port', 'x'.repeat(5000), 100],
  ['says CONNECT again and again', '\r\nCONNECT\r\n', 200],
])('A device that %s is no modem, and is told as silent', async (_what, chatter, everyMs) => {
  const begun = performance.now();
  const modem = fakeModem({ deafUntil: 'never' });
  const talking = setInterval(() => modem.say(chatter), everyMs);
  const found = await settled(discoverModem(modem.dialogue, modem.connection, SETUP, async () => undefined));
  clearInterval(talking);
  expect(found).toMatchObject({ problem: 'silent' });
  expect(performance.now() - begun).toBeLessThan(40_000);
});

test.each(['DLE ETX', 'CAN', '+++', 'DTR'] as const)(
  'A modem that only %s wakes is found',
  async (deafUntil) => {
    const { found } = await discover({ answers: FAX_ANSWERS, deafUntil, hasDtr: true });
    expect(found).toHaveProperty('facts');
  },
);

test('A modem that was told to give no results, in numbers, with echo, is found', async () => {
  const stored = { quiet: true, numeric: true, echo: true };
  const { found } = await discover({ answers: FAX_ANSWERS, stored });
  expect(found).toMatchObject({ identity: { maker: 'Acme', model: 'Fax Thing' } });
});

test('A modem that keeps another rate is found, and the port is left at it', async () => {
  const { modem, found } = await discover({ answers: FAX_ANSWERS, baudRate: 19_200 });
  expect(found).toMatchObject({ facts: { profile: { baudRate: 19_200 } } });
  expect(modem.baudRate).toBe(19_200);
});

test('The rate that the user chose is the only one tried', async () => {
  const { modem, found } = await discover({ baudRate: 19_200 }, { baudRate: 115_200 });
  expect(found).toMatchObject({ problem: 'silent' });
  expect(modem.baudRate).toBe(115_200);
});

test("The user's flow control and commands are used, as one line each", async () => {
  const { modem, found } = await discover(
    { answers: FAX_ANSWERS },
    { flowControl: 'software', extraInit: ['L0', 'AT&G2\rATDT112'] },
  );
  expect(modem.flowControl).toBe('software');
  expect(modem.commands).toContain('AT&K4');
  expect(modem.commands).toContain('ATL0');
  expect(modem.commands).toContain('AT&G2ATDT112');
  expect(found).toMatchObject({ facts: { profile: { flowControl: 'software' } } });
});

test('A maker whose modem forgets flow control on +FCLASS is told it again behind it', async () => {
  const { modem, found } = await discover({ answers: { ...FAX_ANSWERS, ATI3: ['Courier', 'OK'] } });
  const after = modem.commands.slice(modem.commands.lastIndexOf('AT+FCLASS=1'));
  expect(after).toContain('AT&H1&I0&R2');
  expect(found).toMatchObject({ facts: { profile: { name: 'usr-courier' }, faxClass: '1' } });
});

test('A port that goes away in the middle ends it at once', async () => {
  for (const vanishesAt of ['ATZ', 'AT+FMI?', 'AT+FCLASS=?', 'ATX4', 'AT+FTM=?', 'AT+FDCC=?']) {
    const { found } = await discover({ answers: FAX_ANSWERS, vanishesAt }, { profile: 'generic-class1' });
    const reaches = vanishesAt !== 'AT+FDCC=?';
    expect(found).toMatchObject(reaches ? { problem: 'silent' } : { facts: {} });
  }
});

test('A modem that falls silent in the middle ends it in time', async () => {
  const begun = performance.now();
  const answers = { ...FAX_ANSWERS, 'AT+FCLASS=?': undefined, AT: undefined };
  const { found } = await discover({ answers });
  expect(found).toMatchObject({ problem: 'unfit' });
  expect(performance.now() - begun).toBeLessThan(30_000);
});

test('No answer is too strange', async () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom('0,1,2', '(0-9)', '(', 'OK', 'RING', 'CONNECT', '2', ''),
  );
  const answer = fc
    .tuple(fc.array(line, { maxLength: 4 }), fc.constantFrom('OK', 'ERROR', 'NO CARRIER', 'CONNECT'))
    .map(([lines, result]) => [...lines, result]);
  const commands = [...Object.keys(FAX_ANSWERS), 'ATI3', 'ATZ', 'ATH', 'AT+FCC=?', 'AT+FCLASS=1', 'AT+FLO=2'];
  const answers = fc.dictionary(fc.constantFrom(...commands), answer);
  await fc.assert(
    fc.asyncProperty(answers, async (strange) => {
      const { found } = await discover({ answers: { ...FAX_ANSWERS, ...strange } });
      expect('problem' in found || found.facts.faxClass === found.identity.faxClass).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('A known modem is made ready again, or said not to be', async () => {
  const { modem, found } = await discover({ answers: FAX_ANSWERS });
  if (!('facts' in found)) throw new Error('not found');
  const ready = initialiseModem(modem.dialogue, modem.connection, SETUP, found.facts);
  expect(await settled(ready)).toBe(true);
  expect(modem.commands.findLast((command) => command.startsWith('AT+FCLASS='))).toBe('AT+FCLASS=2');
  const deaf = fakeModem({ deafUntil: 'never' });
  expect(await settled(initialiseModem(deaf.dialogue, deaf.connection, SETUP, found.facts))).toBe(false);
  const other = fakeModem({ answers: { 'AT+FCLASS=2': ['ERROR'] } });
  expect(await settled(initialiseModem(other.dialogue, other.connection, SETUP, found.facts))).toBe(false);
});
