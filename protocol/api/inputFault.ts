// What is wrong with something that was given, in a sentence for each thing.

import type { z } from 'zod';

/** Names the field and what it takes: `password: It has digits, * and # only, at most 20.` */
export function inputFault(error: z.ZodError): string {
  const sentences = error.issues.map((issue) => {
    const field = issue.path.findLast((part) => typeof part === 'string');
    const words = faultWords(issue);
    return field === undefined ? words : `${field}: ${words}`;
  });
  return [...new Set(sentences)].join(' ');
}

/** A schema's own message, or words in place of zod's own, which are written for programmers. */
export function faultWords(issue: z.core.$ZodIssue): string {
  const { code, message } = issue;
  const isZods = /^(?:Invalid|Too|Unrecognized)\b/.test(message);
  if (!isZods) return message;
  if (code === 'too_big') {
    return issue.origin === 'string'
      ? `It is longer than ${issue.maximum} characters.`
      : `It is more than ${issue.maximum}.`;
  }
  if (code === 'too_small') {
    if (issue.origin === 'string' && issue.minimum === 1) return 'It is empty.';
    return `It is less than ${issue.minimum}.`;
  }
  if (code === 'invalid_value') return `It is one of ${issue.values.map(String).join(', ')}.`;
  if (code === 'unrecognized_keys') return `Nothing is known of ${issue.keys.join(', ')}.`;
  return 'It is not written as it should be.';
}
