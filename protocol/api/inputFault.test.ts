// What people are told of input that cannot be taken.

import { expect, test } from 'vitest';
import { z } from 'zod';
import { inputFault } from './inputFault.ts';
import { newPollOfferSchema, telephoneSettingsSchema } from './lines.ts';

const faultOf = (schema: z.ZodType, value: unknown): string => {
  const { error } = schema.safeParse(value);
  return error === undefined ? 'nothing' : inputFault(error);
};

test.each<[z.ZodType, unknown, string]>([
  [
    newPollOfferSchema,
    { documentId: 'a', address: 'abc' },
    'address: It has digits, * and # only, at most 20.',
  ],
  [newPollOfferSchema, { documentId: '' }, 'documentId: It is empty.'],
  [newPollOfferSchema, { documentId: 'x'.repeat(65) }, 'documentId: It is longer than 64 characters.'],
  [
    telephoneSettingsSchema.pick({ answerWithinSeconds: true }),
    { answerWithinSeconds: 5 },
    'answerWithinSeconds: It is less than 20.',
  ],
  [
    telephoneSettingsSchema.pick({ wrongNumberGuard: true }),
    { wrongNumberGuard: 'on' },
    'wrongNumberGuard: It is one of off, note, hangUp.',
  ],
  [
    telephoneSettingsSchema.pick({ country: true }),
    { country: 'Japan' },
    'country: It is not written as it should be.',
  ],
  [z.object({}).strict(), { more: 1 }, 'Nothing is known of more.'],
  [z.object({ a: z.string() }), {}, 'a: It is not written as it should be.'],
  [z.string(), 4, 'It is not written as it should be.'],
])('%# one sentence, without the words of programmers', (schema, value, sentence) => {
  expect(faultOf(schema, value)).toBe(sentence);
});
