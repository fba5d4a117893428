// `hikyaku call`, `remote` and `poll` as a person in a hurry writes them, and times to send at: the real program against a
// fake gateway. Whatever is wrong is said in one sentence, and in JSON in one document.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openFakeOffice, type FakeOffice } from './fakeOffice.ts';

/** It is not read: the time is judged before. */
const LETTER = 'letter.txt';
let office: FakeOffice;

beforeEach(async () => {
  office = await openFakeOffice({ filledWith: 'empty' });
});
afterEach(() => office.close());

it.each<[string[], number, string, string]>([
  [['call', 'journal', 'BAD'], 1, 'NOT_FOUND', 'There is no call and no fax “BAD”.'],
  [['call', 'journal', ''], 1, 'NOT_FOUND', 'There is no call and no fax “”.'],
  [['call', 'journal', 'x'.repeat(65)], 1, 'NOT_FOUND', `There is no call and no fax “${'x'.repeat(65)}”.`],
  [['remote', 'set', '03', '--identity', 'a\u0007'], 1, 'INVALID_INPUT', 'no control characters.'],
  [
    ['remote', 'set', '03', '--max-rate', '33600'],
    2,
    'USAGE',
    'It is 2400, 4800, 7200, 9600, 12000, 14400 or none.',
  ],
  [['remote', 'set', ''], 2, 'USAGE', 'Say what to change; --help lists it.'],
  [['remote', 'show', ''], 1, 'INVALID_INPUT', 'number: It is empty.'],
  [['poll', 'fetch', '1'.repeat(61)], 1, 'INVALID_INPUT', 'number: It is longer than 60 characters.'],
  [
    ['poll', 'fetch', '03', '--address', 'abc'],
    1,
    'INVALID_INPUT',
    'address: It has digits, * and # only, at most 20.',
  ],
  [['send', LETTER, '--to', 'tel:200', '--at', '2020-01-01T08:00'], 2, 'USAGE', 'This time is over.'],
  [['send', LETTER, '--to', 'tel:200', '--at', '2027-02-30T08:00'], 2, 'USAGE', 'It is HH:MM, or such as'],
  [['line', 'change', 'Front', '--on', '--off'], 2, 'USAGE', 'A line is switched --on or --off, not both.'],
  [['line', 'add', '--device', '/dev/a', '--tone', '--pulse'], 2, 'USAGE', '--tone or --pulse, not both.'],
])('%j ends with %i', async (args, exitCode, code, words) => {
  const result = await office.run([...args, '--json']);
  expect(result).toMatchObject({ exitCode });
  expect(result.json()).toMatchObject({ error: { code, message: expect.stringContaining(words) as string } });
  expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
});

it('sets what is known of a machine by hand, and takes it back', async () => {
  const set = await office.run(['remote', 'set', '0312345678', '--max-rate', '9600', '--no-ecm', '--json']);
  expect(set.json()).toMatchObject({ number: '0312345678', maxRateBps: 9_600, avoidEcm: true });
  const cleared = await office.run(['remote', 'set', '0312345678', '--max-rate', 'none', '--json']);
  expect(cleared.json()).toMatchObject({ avoidEcm: true });
  expect(cleared.json()).not.toHaveProperty('maxRateBps');
});

it('says of a fax without a telephone call that it had none', async () => {
  const letter = path.join(office.folder, 'letter.txt');
  await writeFile(letter, 'Text.\n');
  const { stdout: id } = await office.run(['send', letter, '--to', 'kyoto']);
  const result = await office.run(['call', 'journal', id.trim()]);
  expect(result).toMatchObject({
    exitCode: 1,
    stderr: 'hikyaku: No telephone call was made for this fax yet.\n',
  });
});
