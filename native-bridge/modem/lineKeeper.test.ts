// A line that is plugged in, pulled out, held, silent, rung and tested: what the keeper says, and that it comes back.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { Told, facts, fakeModem, identity, quickTimes, setup } from './fakeLine.testSupport.ts';
import type { FakeModem } from './fakeLine.testSupport.ts';
import { LineKeeper } from './lineKeeper.ts';
import type { LineInUse, LineTimes } from './lineKeeper.types.ts';

const keepers: LineKeeper[] = [];

afterEach(async () => {
  await Promise.all(keepers.splice(0).map((keeper) => keeper.close(1_200)));
});

function aLine(times: Partial<LineTimes> = {}, modem: FakeModem = fakeModem()) {
  const told = new Told();
  const keeper = new LineKeeper(
    modem.parts,
    {
      state: (state, more) => told.tell({ type: 'line', state, ...more }),
      ring: (ring) => told.tell({ type: 'ring', ...ring }),
      ringEnded: () => told.tell({ type: 'ringEnded' }),
    },
    { ...quickTimes, ...times },
  );
  keepers.push(keeper);
  return { modem, told, keeper };
}

async function aReadyLine(times: Partial<LineTimes> = {}) {
  const line = aLine(times);
  line.keeper.open(setup);
  await line.told.untilState('ready');
  return line;
}

function borrowed(keeper: LineKeeper, purpose: 'dial' | 'answer' = 'dial'): LineInUse {
  const line = keeper.borrow(purpose);
  if ('refused' in line) throw new Error(line.refused);
  return line;
}

describe('a line that is opened', () => {
  it('is ready when the modem has said who it is', async () => {
    const { told } = await aReadyLine();
    expect(told.states).toEqual(['opening', 'ready']);
    expect(told.of('line').at(-1)?.modem).toEqual(identity);
  });

  it('that is not there comes by itself when it is plugged in', async () => {
    const { modem, told, keeper } = aLine();
    modem.fault = { kind: 'absent', detail: 'There is no port /dev/fax.' };
    keeper.open(setup);
    await told.untilState('absent');
    expect(told.of('line').at(-1)?.detail).toBe('There is no port /dev/fax.');
    modem.fault = undefined;
    await told.untilState('ready');
    expect(told.states).toEqual(['absent', 'opening', 'ready']);
  });

  it.each(['held', 'denied'] as const)('that is %s is tried again', async (kind) => {
    const { modem, told, keeper } = aLine();
    modem.fault = { kind, detail: 'words' };
    keeper.open(setup);
    await told.untilState(kind);
    modem.fault = undefined;
    await told.untilState('ready');
  });

  it('on which nothing answers is silent, told once, and tried again', async () => {
    const { modem, told, keeper } = aLine();
    modem.answer = (command) => (command === 'ATH' || command === 'AT' ? 'OK' : undefined);
    keeper.open(setup);
    await told.untilState('silent');
    await vi.waitFor(() => expect(modem.openings).toBeGreaterThan(2), { timeout: 5_000 });
    expect(told.states).toEqual(['opening', 'silent']);
    modem.answer = () => 'OK';
    await told.untilState('ready');
  });

  it('whose modem cannot fax as asked says so', async () => {
    const { modem, told, keeper } = aLine();
    modem.answer = (command) => (command === 'ATI' ? 'ERROR' : 'OK');
    keeper.open(setup);
    await told.untilState('unfit');
    expect(told.of('line').at(-1)?.detail).toBe('It cannot fax.');
  });

  it('with another setup is opened anew', async () => {
    const { modem, told, keeper } = await aReadyLine();
    keeper.open({ ...setup, path: '/dev/other' });
    await vi.waitFor(() => expect(modem.openings).toBe(2));
    await told.untilState('ready');
  });
});

describe('a line in use', () => {
  it('is not lent twice, and is made ready again after the call', async () => {
    const { modem, told, keeper } = await aReadyLine();
    const line = borrowed(keeper);
    expect(keeper.borrow('dial')).toEqual({ refused: 'a call is running on this line' });
    expect(told.states.at(-1)).toBe('inCall');
    line.giveBack();
    await told.untilState('ready');
    expect(modem.heard).toContain('ATH');
    expect(modem.heard.at(-1)).toBe('ATZ');
    expect(modem.openings).toBe(1);
    borrowed(keeper);
  });

  it('that vanishes is told when the call is over, and comes back', async () => {
    const { modem, told, keeper } = await aReadyLine();
    const line = borrowed(keeper);
    modem.vanish();
    expect((await line.lost).kind).toBe('absent');
    expect(told.states.at(-1)).toBe('inCall');
    line.giveBack();
    await told.untilState('absent');
    modem.fault = undefined;
    await told.untilState('ready');
  });

  it('that comes back under another name is found, and not taken for what has its old name now', async () => {
    const ports = new Map([[setup.path, 'modem A']]);
    const modem = fakeModem();
    modem.parts.usbPorts = {
      identityOf: async (path) => ports.get(path),
      find: async (identity) => [...ports].find(([, other]) => other === identity)?.[0],
    };
    const { told, keeper } = aLine({}, modem);
    keeper.open(setup);
    await told.untilState('ready');
    expect(modem.path).toBe(setup.path);
    ports.clear();
    modem.vanish();
    await told.untilState('absent');
    ports.set('/dev/other', 'modem A').set(setup.path, 'modem B');
    modem.fault = undefined;
    await told.untilState('ready');
    expect(modem.path).toBe('/dev/other');
    // A is taken away for good: who is at the path is the line's modem now.
    ports.delete('/dev/other');
    modem.vanish();
    modem.fault = undefined;
    await vi.waitFor(() => expect(modem.path).toBe(setup.path));
    await told.untilState('ready');
  });

  it('takes another setup only after the call', async () => {
    const { modem, told, keeper } = await aReadyLine();
    const line = borrowed(keeper);
    keeper.open({ ...setup, path: '/dev/other' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(modem.openings).toBe(1);
    line.giveBack();
    await vi.waitFor(() => expect(modem.openings).toBe(2));
    await told.untilState('ready');
  });

  it('is asked who it is anew when it does not recover from a call', async () => {
    const { modem, told, keeper } = await aReadyLine();
    const line = borrowed(keeper);
    modem.answer = (command) => (command === 'ATZ' ? 'ERROR' : 'OK');
    line.giveBack();
    await told.untilState('ready');
    expect(modem.heard.at(-1)).toBe('ATI');
  });

  it('is taken from a call by closing, and leaves the modem on hook', async () => {
    const { modem, keeper } = await aReadyLine();
    const line = borrowed(keeper);
    void line.lost.then(() => line.giveBack());
    await keeper.close(1_200);
    expect(modem.isOpen).toBe(false);
    expect(modem.heard.slice(-2)).toEqual(['ATH', 'AT']);
  });
});

describe('an idle modem', () => {
  it('is asked now and then whether it is there, and initialised when it is not', async () => {
    const { modem, told } = await aReadyLine({ checkMs: 30 });
    modem.heard.length = 0;
    await vi.waitFor(() => expect(modem.heard).toContain('AT'));
    let deaf = true;
    modem.answer = (command) => (deaf && command === 'AT' ? undefined : 'OK');
    await told.until('line', ({ state }) => state === 'opening');
    told.forget();
    await vi.waitFor(() => expect(told.states).toContain('opening'), { timeout: 10_000 });
    deaf = false;
    await vi.waitFor(() => expect(told.states.at(-1)).toBe('ready'), { timeout: 10_000 });
  }, 30_000);

  it('that is pulled out is absent at once', async () => {
    const { modem, told } = await aReadyLine();
    modem.vanish();
    await told.untilState('absent');
  });
});

describe('a call that comes in', () => {
  it('is told ring by ring, with who calls as soon as that is known', async () => {
    const { modem, told } = await aReadyLine();
    modem.say('RING');
    await told.until('ring');
    modem.say('NMBR = 0312345678');
    await told.until('ring', ({ callerNumber }) => callerNumber === '0312345678');
    expect(told.of('ring').at(-1)?.count).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 250));
    modem.say('RING');
    await told.until('ring', ({ count }) => count === 2);
    expect(told.of('ring').at(-1)?.callerNumber).toBe('0312345678');
    expect(told.states.at(-1)).toBe('ringing');
  });

  it('has its number due at the first ring, until that and a name beside it were told', async () => {
    const { modem, told } = await aReadyLine();
    modem.say('RING');
    expect((await told.until('ring')).callerIdDue).toBe(true);
    modem.say('NMBR = 0312345678');
    modem.say('NAME = OSAKA');
    const known = await told.until('ring', ({ callerIdDue }) => callerIdDue === undefined);
    expect(known).toMatchObject({ count: 1, callerNumber: '0312345678', callerName: 'OSAKA' });
  });

  it('has no number due for longer than one takes', async () => {
    const { modem, told } = await aReadyLine({ callerIdMs: 40 });
    modem.say('RING');
    await told.until('ring');
    await told.until('ring', ({ callerIdDue }) => callerIdDue === undefined);
    expect(told.of('ring').map(({ count, callerIdDue }) => [count, callerIdDue])).toEqual([
      [1, true],
      [1, undefined],
    ]);
  });

  it('has no number due behind its second ring', async () => {
    const { modem, told } = await aReadyLine({ callerIdMs: 60_000 });
    modem.say('RING');
    await told.until('ring');
    await new Promise((resolve) => setTimeout(resolve, 250));
    modem.say('RING');
    expect((await told.until('ring', ({ count }) => count === 2)).callerIdDue).toBeUndefined();
  });

  it('has no number due from a modem that refuses to tell one', async () => {
    const silentModem = fakeModem();
    silentModem.parts.discover = async () => ({ facts: { ...facts, tellsCallerId: false }, identity });
    const { modem, told, keeper } = aLine({}, silentModem);
    keeper.open(setup);
    await told.untilState('ready');
    modem.say('RING');
    expect((await told.until('ring')).callerIdDue).toBeUndefined();
  });

  it('keeps the number that was told before its first ring, while the modem was made ready after a call', async () => {
    const { modem, told, keeper } = await aReadyLine();
    const line = borrowed(keeper);
    modem.answer = (command) => (command === 'ATZ' ? 'NMBR = 0312345678\r\n\r\nOK' : 'OK');
    line.giveBack();
    await told.untilState('ready');
    modem.say('RING');
    const ring = await told.until('ring');
    expect(ring).toMatchObject({ count: 1, callerNumber: '0312345678' });
    expect(ring.callerIdDue).toBeUndefined();
  });

  it('that rings no more is over', async () => {
    const { modem, told } = await aReadyLine({ ringEndMs: 60 });
    modem.say('RING');
    await told.untilState('ringing');
    await told.until('ringEnded');
    await told.untilState('ready');
  });

  it('can be answered, and keeps the line from dialling', async () => {
    const { modem, told, keeper } = await aReadyLine({ ringEndMs: 60 });
    modem.say('RING');
    await told.untilState('ringing');
    expect(keeper.borrow('dial')).toEqual({ refused: 'somebody is calling' });
    borrowed(keeper, 'answer').giveBack();
    await told.untilState('ready');
    expect(told.of('ringEnded')).toEqual([]);
  });

  it('cannot flood the gateway', async () => {
    const { modem, told } = await aReadyLine();
    for (let count = 0; count < 50; count++) modem.say('RING');
    await told.until('ring');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(told.of('ring')).toHaveLength(1);
  });
});

describe('a line test', () => {
  const tested = (keeper: LineKeeper) => new Promise<unknown>((resolve) => keeper.test(resolve));

  it('asks the modem anew, listens for the dial tone without a digit, and shows the dialogue', async () => {
    const { modem, told, keeper } = await aReadyLine();
    modem.answer = (command) => (command.startsWith('ATDT') ? 'NO DIALTONE' : 'OK');
    const result = await tested(keeper);
    expect(result).toMatchObject({ answers: true, dialTone: 'notHeard', modem: identity });
    expect(result).toHaveProperty('dialogue', expect.arrayContaining(['> ATI', '< OK', '> ATDTW;']));
    await told.untilState('ready');
    expect(
      modem.heard.filter((command) => /\d/u.test(command.replace(/ATX4S7=8|ATS7=60|FCLASS=0/u, ''))),
    ).toEqual([]);
  });

  it('says of a port that cannot be opened why', async () => {
    const { modem, told, keeper } = aLine({ heldMs: [60_000] });
    modem.fault = { kind: 'held', detail: 'Another program is using it.' };
    keeper.open(setup);
    await told.untilState('held');
    expect(await tested(keeper)).toMatchObject({ answers: false, detail: 'Another program is using it.' });
  });

  it('shows what was said to a modem that does not answer', async () => {
    const { modem, told, keeper } = aLine({ silentMs: [60_000] });
    modem.answer = (command) => (command === 'ATI' ? undefined : 'OK');
    keeper.open(setup);
    await told.untilState('silent');
    expect(await tested(keeper)).toMatchObject({ answers: false, dialogue: ['> ATI'] });
  });

  it('is answered at once in a call, without a line, and when the line is closed', async () => {
    const { keeper } = await aReadyLine();
    const line = borrowed(keeper);
    expect(await tested(keeper)).toMatchObject({ answers: true, modem: identity });
    line.giveBack();
    await keeper.close(1_200);
    expect(await tested(keeper)).toMatchObject({ answers: false });
    expect(await tested(aLine().keeper)).toMatchObject({ answers: false, detail: 'no line is open' });
  });
});

describe('closing', () => {
  it('hangs up and releases the port', async () => {
    const { modem, keeper } = await aReadyLine();
    modem.heard.length = 0;
    await keeper.close(1_200);
    expect(modem.isOpen).toBe(false);
    expect(modem.heard).toContain('ATH');
    expect(modem.dtr.at(-1)).toBe(false);
  });

  it('does not wait for a modem that is being asked', async () => {
    const { modem, told, keeper } = aLine();
    modem.answer = () => undefined;
    keeper.open(setup);
    await told.untilState('opening');
    const begun = performance.now();
    await keeper.close(1_200);
    expect(performance.now() - begun).toBeLessThan(3_200);
    expect(modem.isOpen).toBe(false);
  });
});
