import { expect, test } from 'vitest';
import type { Line, TelephoneSettings } from '../../protocol/api/lines.ts';
import { DEFAULT_TELEPHONE_SETTINGS } from '../../protocol/api/telephoneDefaults.ts';
import { diallingChange, diallingErrors, diallingFieldsOf, retryFieldsOf } from './diallingFields.ts';
import { type LineFields, lineChange, lineErrors, lineFieldsOf } from './lineFields.ts';

const line: Line = {
  id: 'line-1',
  name: 'Front desk',
  path: '/dev/ttyACM0',
  kind: 'telephone',
  enabled: true,
  direction: 'both',
  faxClass: 'auto',
  flowControl: 'auto',
  localId: '',
  toneDialling: true,
  blindDial: false,
  dialPrefix: '',
  answerAfterRings: 0,
  answerCadences: [],
  pool: '',
  extraInit: [],
  state: 'ready',
  since: '',
  text: '',
};
const fields = lineFieldsOf(line);

test('a line that nobody touched has nothing to save', () => {
  expect(lineChange(line, fields)).toEqual({});
  expect(lineErrors(fields)).toEqual({});
  const set: Line = {
    ...line,
    profile: 'usr5637',
    answerAfterRings: 3,
    extraInit: ['AT&K4'],
    answerCadences: ['A', 'B'],
  };
  expect(lineChange(set, lineFieldsOf(set))).toEqual({});
});

test('only what was changed is saved, as the gateway takes it', () => {
  expect(
    lineChange(line, {
      ...fields,
      name: ' Orders ',
      answering: 'rings',
      rings: '4',
      cadences: 'A  B',
      extraInit: 'AT&K4\n\n AT+MS=1 ',
      profile: 'zyxel',
    }),
  ).toEqual({
    name: 'Orders',
    answerAfterRings: 4,
    answerCadences: ['A', 'B'],
    extraInit: ['AT&K4', 'AT+MS=1'],
    profile: 'zyxel',
  });
});

test('an empty profile lets the modem be recognised again', () => {
  const set: Line = { ...line, profile: 'zyxel' };
  expect(lineChange(set, { ...lineFieldsOf(set), profile: 'auto' })).toEqual({ profile: '' });
});

test.each([
  [{ name: ' ' }, 'name'],
  [{ path: '' }, 'path'],
  [{ answering: 'rings', rings: '0' }, 'rings'],
  [{ answering: 'rings', rings: 'two' }, 'rings'],
  [{ localId: 'Kobe' }, 'localId'],
  [{ dialPrefix: '0-' }, 'dialPrefix'],
  [{ extraInit: 'x'.repeat(81) }, 'extraInit'],
] as const satisfies readonly (readonly [Partial<LineFields>, string])[])('%o is told of', (change, name) => {
  expect(Object.keys(lineErrors({ ...fields, ...change }))).toEqual([name]);
});

const { retry: DEFAULT_RETRY } = DEFAULT_TELEPHONE_SETTINGS;
const settings: TelephoneSettings = {
  country: 'jp',
  retry: { ...DEFAULT_RETRY, busy: { tries: 5, delaySeconds: 90 } },
  cheapHours: { to: '06:00', from: '22:00' },
  wrongNumberGuard: 'note',
  rules: [{ prefix: '+81', lines: ['line-1', 'out'] }],
  copyQuality: { minGoodPercent: 95, maxBadRun: 5 },
  receivePassword: '',
  answerWithinSeconds: 60,
};
const lines = [{ id: 'line-1', name: 'Front desk' }];

test('telephone settings that nobody touched have nothing to save, and lines in rules go by name', () => {
  const shown = diallingFieldsOf(settings, lines);
  expect(shown.rules).toEqual([{ key: 0, prefix: '+81', lines: 'Front desk, out' }]);
  expect(diallingChange(settings, shown, lines)).toEqual({});
  expect(diallingErrors(shown, lines)).toEqual({});
});

test('changed telephone settings are saved part by part', () => {
  const shown = diallingFieldsOf(settings, lines);
  expect(
    diallingChange(
      settings,
      {
        ...shown,
        country: 'us',
        cheapFrom: '21:00',
        retry: retryFieldsOf(DEFAULT_RETRY),
        rules: [...shown.rules, { key: 1, prefix: '+1 (206)', lines: 'Front desk' }],
      },
      lines,
    ),
  ).toEqual({
    country: 'us',
    cheapHours: { from: '21:00', to: '06:00' },
    retry: DEFAULT_RETRY,
    rules: [
      { prefix: '+81', lines: ['line-1', 'out'] },
      { prefix: '+1206', lines: ['line-1'] },
    ],
  });
});

test('what is wrong with telephone settings is told of, an empty field too', () => {
  const shown = diallingFieldsOf(settings, lines);
  expect(
    diallingErrors(
      {
        ...shown,
        answerWithin: '10',
        cheapTo: '',
        minGood: '101',
        maxBadRun: '',
        password: 'secret',
        retry: { ...shown.retry, busy: { delay: '', tries: '3' } },
        rules: [{ key: 0, prefix: 'abc', lines: '' }],
      },
      lines,
    ),
  ).toEqual({
    answerWithin: 'dialling.badAnswerWithin',
    cheapTo: 'dialling.badTime',
    minGood: 'dialling.badMinGood',
    maxBadRun: 'dialling.badMaxBadRun',
    password: 'dialling.badPassword',
    retry: 'dialling.badRetry',
    rules: 'dialling.badRule',
  });
});

test.each([
  ['21:30', '21:30'],
  ['9:30', '09:30'],
  ['930', '09:30'],
  ['２１：３０', '21:30'],
  ['7時', '07:00'],
  ['7時05分', '07:05'],
  ['0', '00:00'],
])('“%s” is the time %s in every language', (typed, from) => {
  const shown = { ...diallingFieldsOf(settings, lines), cheapFrom: typed };
  expect(diallingErrors(shown, lines)).toEqual({});
  expect(diallingChange(settings, shown, lines)).toEqual({ cheapHours: { from, to: '06:00' } });
});

test.each(['', '24:00', '12:60', 'noon', '9:5', '10 pm'])('“%s” is no time of day', (typed) => {
  const shown = { ...diallingFieldsOf(settings, lines), cheapFrom: typed };
  expect(diallingErrors(shown, lines)).toEqual({ cheapFrom: 'dialling.badTime' });
});
