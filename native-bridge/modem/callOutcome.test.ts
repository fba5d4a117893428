import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OUTCOMES as T30_OUTCOMES } from '../../fax/t30/outcomeCatalogue.ts';
import { outcomeText } from '../../protocol/outcomeTexts.ts';
import type { OutcomeCode as T30Code } from '../../fax/t30/outcome.ts';
import { outcomeSchema } from '../../protocol/outcome.ts';
import { dialOutcome, hangupOutcome, readHangupCode, t30Outcome } from './callOutcome.ts';
import type { DialFailure } from './callOutcome.ts';

const T30_CODES = Object.keys(T30_OUTCOMES) as T30Code[];

test('only a T.30 call that confirmed everything is confirmed', () => {
  for (const code of T30_CODES) {
    for (const direction of ['outgoing', 'incoming'] as const) {
      const { code: mapped } = t30Outcome(
        { code, phase: 'D', detail: '', pagesSent: 1, pagesReceived: 0 },
        direction,
      );
      expect(mapped === 'CONFIRMED', code).toBe(code === 'OK');
    }
  }
});

test('every T.30 end is an outcome of the protocol that says exactly what happened', () => {
  for (const code of T30_CODES) {
    const mapped = t30Outcome(
      { code, phase: 'B', detail: 'so and so', pagesSent: 0, pagesReceived: 0 },
      'outgoing',
    );
    expect(outcomeSchema.parse(mapped)).toEqual(mapped);
    expect(mapped.detail).toBe(`${code}: so and so (phase B)`);
  }
});

test('a caller that falls silent has broken off; a machine that we called has not answered', () => {
  const end = { code: 'NO_POST_MESSAGE', phase: 'D', detail: '', pagesSent: 0, pagesReceived: 1 } as const;
  expect(t30Outcome(end, 'incoming').code).toBe('FAX_BROKEN_OFF');
  expect(t30Outcome(end, 'outgoing').code).toBe('FAX_NO_RESPONSE');
});

test('what T.30 holds final is never tried again', () => {
  for (const code of T30_CODES.filter((one) => T30_OUTCOMES[one].disposition === 'fail')) {
    const end = { code, phase: 'B', detail: '', pagesSent: 0, pagesReceived: 0 } as const;
    expect(t30Outcome(end, 'outgoing').disposition, code).toBe('fail');
  }
});

test('every failure to connect has its own words', () => {
  const failures: DialFailure[] = [
    'busy',
    'noAnswer',
    'noDialTone',
    'noFax',
    'voice',
    'delayed',
    'blacklisted',
    'notDialable',
    'modemSilent',
    'portLost',
    'cancelled',
  ];
  const details = failures.map((failure) => dialOutcome(failure).detail);
  expect(new Set(details).size).toBe(failures.length);
  expect(dialOutcome('busy')).toMatchObject({ code: 'TEL_BUSY', disposition: 'retry', phase: 'connect' });
  expect(dialOutcome('voice')).toMatchObject({ code: 'TEL_VOICE', disposition: 'fail' });
  expect(dialOutcome('notDialable', 'ERROR').detail).toMatch(/^notDialable: .*\(ERROR\)$/u);
});

test('hang-up codes mean what Class 2 says', () => {
  expect(hangupOutcome(0, 'outgoing').code).toBe('CONFIRMED');
  expect(hangupOutcome(11, 'outgoing').code).toBe('TEL_NO_FAX');
  expect(hangupOutcome(27, 'outgoing').code).toBe('FAX_TRAINING_FAILED');
  expect(hangupOutcome(54, 'outgoing').code).toBe('FAX_NO_RESPONSE');
  expect(hangupOutcome(73, 'incoming').code).toBe('FAX_BROKEN_OFF');
  expect(hangupOutcome(null, 'incoming').code).toBe('LINE_BROKEN');
});

test('a fax is tried again when modem and computer lost each other in it', () => {
  // A CONNECT that was lost on the way, or a computer that stood still: the next call may do better.
  expect(hangupOutcome(43, 'outgoing')).toMatchObject({ code: 'LINE_BROKEN', disposition: 'retry' });
  expect(hangupOutcome(93, 'incoming')).toMatchObject({ code: 'LINE_BROKEN', disposition: 'retry' });
});

test('any hang-up code is an outcome, and only 0 is a success', () => {
  fc.assert(
    fc.property(fc.integer({ min: -10, max: 1000 }), (code) => {
      const mapped = hangupOutcome(code, 'outgoing');
      expect(outcomeSchema.safeParse(mapped).success).toBe(true);
      expect(mapped.code === 'CONFIRMED').toBe(code === 0);
    }),
  );
});

test('the numbering of Class 2.0 is read as that of Class 2', () => {
  expect(readHangupCode(' 54 ', '2')).toBe(54);
  expect(readHangupCode('101', '2')).toBe(101);
  expect(readHangupCode('A1', '2')).toBeNull();
  expect(readHangupCode('25', '2.0')).toBe(25);
  expect(readHangupCode('92', '2.0')).toBe(94);
  expect(readHangupCode('A3', '2.1')).toBe(103);
  expect(readHangupCode('E0', '2.0')).toBe(0xe0);
  expect(readHangupCode('', '2')).toBeNull();
  expect(readHangupCode('normal', '2.0')).toBeNull();
});

test('any text in the place of a hang-up code is read or refused', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const code = readHangupCode(text, '2.0');
      expect(code === null || Number.isInteger(code)).toBe(true);
    }),
  );
});

test('the end of a call that came in is told in words for the end that was called', () => {
  const codes = [
    ...T30_CODES.map(
      (code) => t30Outcome({ code, phase: 'B', detail: '', pagesSent: 0, pagesReceived: 0 }, 'incoming').code,
    ),
    ...Array.from({ length: 256 }, (_, hangup) => hangupOutcome(hangup, 'incoming').code),
    hangupOutcome(null, 'incoming').code,
  ].filter((code) => code !== 'CONFIRMED');
  for (const code of codes) {
    const text = outcomeText(code, 'en', 'incoming');
    expect(text, code).not.toMatch(/other fax machine|Hikyaku (?:calls|tries)|the number/iu);
    expect(outcomeText(code, 'ja', 'incoming'), code).not.toMatch(/相手の|相手が|再試行|かけ直して/u);
  }
});

test('a caller with a wrong password is said to have given none or a wrong one', () => {
  const end = t30Outcome(
    { code: 'PASSWORD_REFUSED', phase: 'B', detail: '', pagesSent: 0, pagesReceived: 0 },
    'incoming',
  );
  expect(outcomeText(end.code, 'en', 'incoming')).toContain('The caller did not give the password');
  expect(outcomeText(end.code, 'en')).toContain('The other fax machine refused');
});

test('a page that was not stored is not said to have met a full disk', () => {
  const end = t30Outcome(
    { code: 'PAGE_NOT_STORED', phase: 'D', detail: 'why', pagesSent: 0, pagesReceived: 0 },
    'incoming',
  );
  expect(end).toMatchObject({ code: 'PAGE_NOT_STORED', disposition: 'fail' });
});
