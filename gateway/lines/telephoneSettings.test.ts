// How telephone numbers are dialled and tried again: defaults, changes, and what a person is told of a wrong one.

import { describe, expect, test } from 'vitest';
import type { TelephoneSettings } from '../../protocol/api/lines.ts';
import { createTelephoneSettings, type TelephoneSettingsStore } from './telephoneSettings.ts';

function open(stored?: string): TelephoneSettingsStore & { stored(): string | undefined } {
  let text = stored;
  const store = createTelephoneSettings({
    read: () => text,
    write: (_name, value) => void (text = value),
  });
  return { ...store, stored: () => text };
}

describe('telephone settings', () => {
  test('have sensible values from the start', () => {
    expect(open().get()).toMatchObject({
      country: '',
      retry: { busy: { delaySeconds: 60, tries: 12 } },
      cheapHours: { from: '22:00', to: '06:00' },
      wrongNumberGuard: 'note',
      copyQuality: { minGoodPercent: 95, maxBadRun: 5 },
      answerWithinSeconds: 60,
    });
  });

  test('are kept as changed', () => {
    const settings = open();
    settings.change({ country: 'jp', wrongNumberGuard: 'hangUp' });
    const again = open(settings.stored());
    expect(again.get()).toMatchObject({ country: 'jp', wrongNumberGuard: 'hangUp', answerWithinSeconds: 60 });
  });

  test.each<[Partial<TelephoneSettings>, string]>([
    [{ country: 'xx' }, 'The country is one of jp, us'],
    [{ country: 'Japan' }, 'The country is one of'],
    [{ cheapHours: { from: '25:00', to: '6' } }, 'Cheap hours are two times of day'],
    [{ receivePassword: 'abc' }, 'The password has digits, * and # only'],
    [{ answerWithinSeconds: 5 }, 'A number may ring for 20 to 180 seconds'],
    [{ rules: [{ prefix: 'abc', lines: [] }] }, 'A rule has the beginning of a number'],
    [{ copyQuality: { minGoodPercent: 101, maxBadRun: 5 } }, 'Copy quality is a percentage'],
  ])('%j is refused in words, and changes nothing', (change, words) => {
    const settings = open();
    const before = settings.get();
    expect(() => settings.change(change)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
    expect(() => settings.change(change)).toThrow(words);
    expect(settings.get()).toEqual(before);
    expect(settings.stored()).toBeUndefined();
  });

  test.each(['', '{', '[]', '7', '{"country":"zz zz","answerWithinSeconds":90}'])(
    'what cannot be read falls back to its default alone: %s',
    (text) => {
      const { country, answerWithinSeconds } = open(text).get();
      expect(country).toBe('');
      expect(answerWithinSeconds).toBe(text.includes('90') ? 90 : 60);
    },
  );
});
