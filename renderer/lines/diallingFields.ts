// The telephone settings as a form holds them: texts as typed, what is wrong with them, and what has changed.

import {
  RETRY_CAUSES,
  type RetryCause,
  type TelephoneSettings,
  telephoneSettingsSchema,
} from '../../protocol/api/lines.ts';
import type { MessageId } from '../language/en.ts';

type RetryRule = TelephoneSettings['retry'][RetryCause];

export interface RuleFields {
  key: number;
  prefix: string;
  /** Lines by name and pools, separated by commas. */
  lines: string;
}

export interface DiallingFields {
  country: string;
  answerWithin: string;
  cheapFrom: string;
  cheapTo: string;
  guard: TelephoneSettings['wrongNumberGuard'];
  minGood: string;
  maxBadRun: string;
  password: string;
  retry: Record<RetryCause, { delay: string; tries: string }>;
  rules: readonly RuleFields[];
}

/** Lines are kept by id and shown by name. */
export type NamedLine = Readonly<{ id: string; name: string }>;

export function diallingFieldsOf(settings: TelephoneSettings, lines: readonly NamedLine[]): DiallingFields {
  return {
    country: settings.country,
    answerWithin: String(settings.answerWithinSeconds),
    cheapFrom: settings.cheapHours.from,
    cheapTo: settings.cheapHours.to,
    guard: settings.wrongNumberGuard,
    minGood: String(settings.copyQuality.minGoodPercent),
    maxBadRun: String(settings.copyQuality.maxBadRun),
    password: settings.receivePassword,
    retry: retryFieldsOf(settings.retry),
    rules: settings.rules.map((rule, index) => ({
      key: index,
      prefix: rule.prefix,
      lines: rule.lines.map((line) => lines.find(({ id }) => id === line)?.name ?? line).join(', '),
    })),
  };
}

export function retryFieldsOf(retry: Readonly<Record<RetryCause, RetryRule>>): DiallingFields['retry'] {
  return byCause((cause) => ({
    delay: String(retry[cause].delaySeconds),
    tries: String(retry[cause].tries),
  }));
}

export type DiallingProblem =
  | 'answerWithin'
  | 'cheapFrom'
  | 'cheapTo'
  | 'minGood'
  | 'maxBadRun'
  | 'password'
  | 'retry'
  | 'rules';

export function diallingErrors(
  fields: DiallingFields,
  lines: readonly NamedLine[],
): Partial<Record<DiallingProblem, MessageId>> {
  const { shape } = telephoneSettingsSchema;
  const settings = settingsOf(fields, lines);
  const { minGoodPercent, maxBadRun } = shape.copyQuality.shape;
  return {
    ...(shape.answerWithinSeconds.safeParse(settings.answerWithinSeconds).success
      ? {}
      : { answerWithin: 'dialling.badAnswerWithin' }),
    ...(isTime(settings.cheapHours.from) ? {} : { cheapFrom: 'dialling.badTime' }),
    ...(isTime(settings.cheapHours.to) ? {} : { cheapTo: 'dialling.badTime' }),
    ...(minGoodPercent.safeParse(settings.copyQuality.minGoodPercent).success
      ? {}
      : { minGood: 'dialling.badMinGood' }),
    ...(maxBadRun.safeParse(settings.copyQuality.maxBadRun).success
      ? {}
      : { maxBadRun: 'dialling.badMaxBadRun' }),
    ...(/^[0-9*#]{0,20}$/.test(settings.receivePassword) ? {} : { password: 'dialling.badPassword' }),
    ...(shape.retry.safeParse(settings.retry).success ? {} : { retry: 'dialling.badRetry' }),
    ...(shape.rules.safeParse(settings.rules).success ? {} : { rules: 'dialling.badRule' }),
  };
}

/** Only what differs from what is saved; empty when nothing does. */
export function diallingChange(
  saved: TelephoneSettings,
  fields: DiallingFields,
  lines: readonly NamedLine[],
): Partial<TelephoneSettings> {
  const after = settingsOf(fields, lines);
  const differs = (name: keyof TelephoneSettings): boolean =>
    JSON.stringify(after[name]) !== JSON.stringify(ordered(saved)[name]);
  return {
    ...(differs('country') ? { country: after.country } : {}),
    ...(differs('answerWithinSeconds') ? { answerWithinSeconds: after.answerWithinSeconds } : {}),
    ...(differs('cheapHours') ? { cheapHours: after.cheapHours } : {}),
    ...(differs('wrongNumberGuard') ? { wrongNumberGuard: after.wrongNumberGuard } : {}),
    ...(differs('copyQuality') ? { copyQuality: after.copyQuality } : {}),
    ...(differs('receivePassword') ? { receivePassword: after.receivePassword } : {}),
    ...(differs('retry') ? { retry: after.retry } : {}),
    ...(differs('rules') ? { rules: after.rules } : {}),
  };
}

function settingsOf(fields: DiallingFields, lines: readonly NamedLine[]): TelephoneSettings {
  return {
    country: fields.country,
    answerWithinSeconds: numberIn(fields.answerWithin),
    cheapHours: { from: clockTime(fields.cheapFrom), to: clockTime(fields.cheapTo) },
    wrongNumberGuard: fields.guard,
    copyQuality: { minGoodPercent: numberIn(fields.minGood), maxBadRun: numberIn(fields.maxBadRun) },
    receivePassword: fields.password.trim(),
    retry: byCause((cause) => ({
      delaySeconds: numberIn(fields.retry[cause].delay),
      tries: numberIn(fields.retry[cause].tries),
    })),
    rules: fields.rules.map((rule) => ({
      prefix: rule.prefix.replaceAll(/[\s()-]/g, ''),
      lines: rule.lines
        .split(/[,、，;]/)
        .map((name) => name.trim())
        .filter((name) => name !== '')
        .map((name) => lines.find((line) => line.name === name)?.id ?? name),
    })),
  };
}

/** With its parts in the order of `settingsOf`, so that the two can be compared as text. */
function ordered(settings: TelephoneSettings): TelephoneSettings {
  return {
    ...settings,
    cheapHours: { from: settings.cheapHours.from, to: settings.cheapHours.to },
    copyQuality: {
      minGoodPercent: settings.copyQuality.minGoodPercent,
      maxBadRun: settings.copyQuality.maxBadRun,
    },
    retry: byCause((cause) => ({
      delaySeconds: settings.retry[cause].delaySeconds,
      tries: settings.retry[cause].tries,
    })),
    rules: settings.rules.map(({ prefix, lines }) => ({ prefix, lines })),
  };
}

const isTime = (text: string): boolean => /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text);

/** `09:30` for what people type: 9:30, 930, ９：３０, 9時30分; what is no time stays as it is. */
function clockTime(text: string): string {
  const parts = /^(\d{1,2})(?::|時|(?=\d\d$)|$)(\d\d)?分?$/.exec(text.normalize('NFKC').trim());
  return parts === null ? text : `${(parts[1] ?? '').padStart(2, '0')}:${parts[2] ?? '00'}`;
}

/** Not a number where nothing is typed: an empty field is not a zero. */
const numberIn = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

function byCause<T>(make: (cause: RetryCause) => T): Record<RetryCause, T> {
  const all: Partial<Record<RetryCause, T>> = {};
  for (const cause of RETRY_CAUSES) all[cause] = make(cause);
  return all as Record<RetryCause, T>;
}
