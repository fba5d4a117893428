import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type FakeModem, type FakeModemOptions, fakeModem } from '../at/fakeModem.testSupport.ts';
import { GENERIC_PROFILE } from '../profiles/profiles.ts';
import type { FaxClass } from '../../../protocol/modem.ts';
import { answer, type CallResult, type CallTools, dial } from './dial.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Situation extends FakeModemOptions {
  faxClass?: FaxClass;
  tools?: Partial<CallTools>;
}

function toolsOf(modem: FakeModem, { faxClass = '1', tools = {} }: Situation): CallTools {
  return {
    dialogue: modem.dialogue,
    facts: {
      profile: GENERIC_PROFILE,
      faxClass,
      transmitCodes: [],
      receiveCodes: [],
      class2Capabilities: [],
      adaptiveReception: false,
    },
    toneDialling: true,
    blindDial: false,
    nowMs: () => performance.now(),
    ...tools,
  };
}

/** Dials 123; time goes on until it is over. */
async function dialled(
  situation: Situation,
  options: { number?: string; abortAtMs?: number; during?: (modem: FakeModem) => void } = {},
): Promise<{ modem: FakeModem; result: CallResult; tookMs: number }> {
  const modem = fakeModem(situation);
  const abort = new AbortController();
  if (options.abortAtMs !== undefined) setTimeout(() => abort.abort(), options.abortAtMs);
  const begun = performance.now();
  const call = dial(toolsOf(modem, situation), options.number ?? '123', {
    answerWithinMs: 60_000,
    signal: abort.signal,
  });
  await vi.advanceTimersByTimeAsync(500);
  options.during?.(modem);
  const state = { isDone: false };
  void call.finally(() => (state.isDone = true));
  for (let passedMs = 0; !state.isDone && passedMs < 200_000; passedMs += 100) {
    await vi.advanceTimersByTimeAsync(100);
  }
  return { modem, result: await call, tookMs: performance.now() - begun };
}

test.each([
  ['CONNECT', '1', { kind: 'connected' }],
  ['OK', '2.0', { kind: 'connected' }],
  ['BUSY', '1', { code: 'busy' }],
  ['NO ANSWER', '1', { code: 'noAnswer' }],
  ['NO DIALTONE', '1', { code: 'noDialTone' }],
  ['NO CARRIER', '1', { code: 'noFax' }],
  ['OK', '1', { code: 'noFax' }],
  ['VOICE', '1', { code: 'voice' }],
  ['DELAYED 00:02:00', '1', { code: 'delayed' }],
  ['BLACKLISTED', '1', { code: 'blacklisted' }],
  ['ERROR', '1', { code: 'notDialable' }],
] as const)('%s to a call in class %s is told apart', async (said, faxClass, expected) => {
  const { result } = await dialled({ faxClass, answers: { ATDT123: [said] } });
  expect(result).toMatchObject(expected);
});

test.each([
  ['+FHNG: 3', 'noDialTone'],
  ['+FHNG: 4', 'noAnswer'],
  ['+FHS:11', 'noFax'],
  ['FHNG:1', 'noFax'],
])('%s of a modem that runs T.30 itself is %s', async (line, code) => {
  for (const result of ['OK', 'ERROR', 'NO CARRIER']) {
    const answers = { ATDT123: ['+FCON', line, result] };
    expect((await dialled({ faxClass: '2', answers })).result).toMatchObject({ kind: 'failed', code });
  }
});

test('What the far machine told while connecting is handed on', async () => {
  const answers = { ATDT123: ['+FCON', '+FCSI:"1"', 'OK'] };
  expect((await dialled({ faxClass: '2', answers })).result).toEqual({
    kind: 'connected',
    lines: ['+FCON', '+FCSI:"1"'],
  });
});

test('The number is dialled by tone or pulse, with pauses and waits, without what people write between', async () => {
  const tone = await dialled({ answers: { 'ATDT0,W075*12': ['CONNECT'] } }, { number: '0,w 075-(*12)' });
  expect(tone.result.kind).toBe('connected');
  expect(tone.modem.commands).toContain('ATX4');
  const pulse = await dialled({
    answers: { ATDP123: ['CONNECT'] },
    tools: { toneDialling: false, blindDial: true },
  });
  expect(pulse.result.kind).toBe('connected');
  expect(pulse.modem.commands).toContain('ATX3');
});

test('What is no number is never sent to the modem', async () => {
  const number = fc.string().filter((text) => !/^[\s().\-/0-9*#a-dw,]*$/i.test(text) || !/\d/.test(text));
  await fc.assert(
    fc.asyncProperty(number, async (text) => {
      const { modem, result } = await dialled({}, { number: text });
      expect(result).toMatchObject({ code: 'notDialable' });
      expect(modem.commands).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test('A person ends dialling at once, and the modem is interrupted', async () => {
  const situation = { answers: { ATDT123: undefined }, whenInterrupted: 'NO CARRIER' };
  const { modem, result, tookMs } = await dialled(situation, { abortAtMs: 3000 });
  expect(result).toMatchObject({ code: 'cancelled' });
  expect(modem.characters).toEqual([0x18]);
  expect(tookMs).toBeLessThan(4000);
});

test('Without any result the call ends in its time: unanswered, or with a dead modem', async () => {
  const unanswered = await dialled({ answers: { ATDT123: undefined }, whenInterrupted: 'NO CARRIER' });
  expect(unanswered.result).toMatchObject({ code: 'noAnswer' });
  expect(unanswered.tookMs).toBeGreaterThan(60_000);
  expect(unanswered.tookMs).toBeLessThan(75_000);
  const dead = await dialled({ answers: { ATDT123: undefined } });
  expect(dead.result).toMatchObject({ code: 'modemSilent' });
  expect(dead.tookMs).toBeLessThan(75_000);
});

test('A port that goes away is told as that', async () => {
  expect((await dialled({ vanishesAt: 'ATDT123' })).result).toMatchObject({ code: 'portLost' });
  expect((await dialled({ vanishesAt: 'ATX4' })).result).toMatchObject({ code: 'portLost' });
});

test('A call that comes in at the same moment is no silence of the far end', async () => {
  const { result } = await dialled(
    { answers: { ATDT123: undefined } },
    { during: (modem) => modem.say('\r\nRING\r\n\r\nNO CARRIER\r\n') },
  );
  expect(result).toMatchObject({ code: 'busy', detail: expect.stringContaining('a call came in') });
});

test('Another carrier than V.21 right after dialling is waited out', async () => {
  const connects = { answers: { ATDT123: ['+FCERROR'], 'AT+FRH=3': ['CONNECT'] } };
  expect((await dialled(connects)).result.kind).toBe('connected');
  const never = { answers: { ATDT123: ['+FCERROR'], 'AT+FRH=3': ['+FCERROR'] } };
  const { modem, result } = await dialled(never);
  expect(result).toMatchObject({ code: 'noFax' });
  expect(modem.commands.filter((command) => command === 'AT+FRH=3').length).toBe(3);
});

test('FAX is an announcement, not the end', async () => {
  const { result } = await dialled(
    { answers: { ATDT123: ['FAX'] } },
    { during: (modem) => modem.say('\r\nCONNECT\r\n') },
  );
  expect(result.kind).toBe('connected');
});

test('A later ERROR is about the call, not about the number', async () => {
  const { result } = await dialled(
    { answers: { ATDT123: undefined } },
    { during: (modem) => void setTimeout(() => modem.say('\r\nERROR\r\n'), 5000) },
  );
  expect(result).toMatchObject({ code: 'noFax' });
});

test('Answering ends connected, or with why not', async () => {
  const signal = new AbortController().signal;
  const answered = async (said: string, faxClass: FaxClass): Promise<CallResult> => {
    const situation = { answers: { ATA: [said] }, faxClass };
    return answer(toolsOf(fakeModem(situation), situation), { signal });
  };
  expect(await answered('CONNECT', '1.0')).toMatchObject({ kind: 'connected' });
  expect(await answered('OK', '2')).toMatchObject({ kind: 'connected' });
  expect(await answered('NO CARRIER', '1')).toMatchObject({ code: 'noFax' });
  expect(await answered('ERROR', '1')).toMatchObject({ code: 'noFax' });
});
