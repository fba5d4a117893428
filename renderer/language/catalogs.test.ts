import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import { expect, test } from 'vitest';
import { en } from './en.ts';
import { ja } from './ja.ts';

const catalogs = { en: Object.entries(en), ja: Object.entries(ja) };

/** Names in braces, at any depth. */
const valuesOf = (message: string): string[] =>
  [...new Set([...message.matchAll(/\{(\w+)(?=[,}])/g)].map((match) => match[1] ?? ''))].sort();

test('both languages have the same messages', () => {
  expect(Object.keys(ja).sort()).toEqual(Object.keys(en).sort());
});

test.each(Object.entries(catalogs))(
  'every message in %s can be compiled and says something',
  (_language, messages) => {
    for (const [id, message] of messages) {
      expect(message.trim(), id).not.toBe('');
      expect(() => compileMessageOrThrow(message), id).not.toThrow();
    }
  },
);

test('a message takes the same values in both languages', () => {
  const japanese = new Map<string, string>(catalogs.ja);
  for (const [id, message] of catalogs.en)
    expect(valuesOf(japanese.get(id) ?? ''), id).toEqual(valuesOf(message));
});

/** Numbers, names and signs only: the same in every language. */
const SAME_EVERYWHERE = [
  'strip.withLeft',
  'strip.line',
  'save.tif',
  'viewer.pageOf',
  'outgoing.toTwo',
  'delivery.confirmedByNumber',
  'dialling.answerWithinHint',
  'dialling.timeHint',
  'dialling.maxBadRunHint',
];

test('Japanese messages are Japanese, except for names of formats and mere numbers', () => {
  const untranslated = catalogs.ja.filter(
    ([id, message]) => !/[ぁ-んァ-ヶ一-龠]/.test(message) && id !== 'save.pdf',
  );
  expect(untranslated.map(([id]) => id)).toEqual(SAME_EVERYWHERE);
});
