// How telephone numbers are dialled and tried again, kept among the settings.

import { z } from 'zod';
import { ApiError } from '../../protocol/api/types.ts';
import { telephoneSettingsSchema, type TelephoneSettings } from '../../protocol/api/lines.ts';
import { DEFAULT_TELEPHONE_SETTINGS } from '../../protocol/api/telephoneDefaults.ts';
import { inputFault } from '../../protocol/api/inputFault.ts';
import { COUNTRY_PROFILES } from '../../protocol/countryProfiles.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { withoutUndefined } from '../store/row.ts';

export interface TelephoneSettingsStore {
  get(): TelephoneSettings;
  /** Throws ApiError INVALID_INPUT, in a person's words. */
  change(change: Partial<TelephoneSettings>): TelephoneSettings;
}

/** What each setting may be, for whoever gave something else. */
const HINTS: Record<keyof TelephoneSettings, string> = {
  country: `The country is one of ${Object.keys(COUNTRY_PROFILES).join(', ')}, or empty.`,
  retry: 'A retry rule has a delay of 5 seconds to 24 hours and 1 to 100 tries.',
  cheapHours: 'Cheap hours are two times of day, such as 22:00 and 06:00.',
  wrongNumberGuard: 'The wrong-number guard is off, note or hangUp.',
  rules:
    'A rule has the beginning of a number (digits, *, #, and + in front; at most 20) and 1 to 50 lines or pools.',
  copyQuality: 'Copy quality is a percentage of good rows from 0 to 100 and a run of 0 to 1000 bad rows.',
  receivePassword: 'The password has digits, * and # only, at most 20 of them.',
  answerWithinSeconds: 'A number may ring for 20 to 180 seconds.',
};

export function createTelephoneSettings(
  settings: Pick<SettingsStore, 'read' | 'write'>,
): TelephoneSettingsStore {
  let current = load(settings.read('telephone'));
  return {
    get: () => current,
    change(change) {
      const next = { ...current, ...withoutUndefined(change) };
      const checked = telephoneSettingsSchema.safeParse(next);
      if (!checked.success) throw new ApiError('INVALID_INPUT', reasons(checked.error));
      if (!isKnownCountry(next.country)) throw new ApiError('INVALID_INPUT', HINTS.country);
      if (!/^[0-9*#]*$/.test(next.receivePassword)) {
        throw new ApiError('INVALID_INPUT', HINTS.receivePassword);
      }
      settings.write('telephone', JSON.stringify(checked.data));
      current = checked.data;
      return current;
    },
  };
}

function isKnownCountry(country: string): boolean {
  return country === '' || Object.hasOwn(COUNTRY_PROFILES, country);
}

function reasons(error: z.ZodError): string {
  const names = new Set(error.issues.map(({ path }) => path[0]));
  const hints = Object.entries(HINTS).flatMap(([name, hint]) => (names.has(name) ? [hint] : []));
  return hints.length === 0 ? inputFault(error) : hints.join(' ');
}

/** A setting that a later version added or tightened falls back to its default alone. */
function load(text: string | undefined): TelephoneSettings {
  if (text === undefined) return DEFAULT_TELEPHONE_SETTINGS;
  const stored = z.record(z.string(), z.unknown()).safeParse(parsed(text)).data ?? {};
  const kept = Object.entries(telephoneSettingsSchema.shape).filter(
    ([name, schema]) => schema.safeParse(stored[name]).success,
  );
  return telephoneSettingsSchema.parse({
    ...DEFAULT_TELEPHONE_SETTINGS,
    ...Object.fromEntries(kept.map(([name]) => [name, stored[name]])),
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
