/** What zod found wrong with a value, in words to be read on after the field's name. */

import type { z } from 'zod';
import { type ProblemId, problemText } from './problem-texts.ts';

const kinds: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const tooMany: Readonly<Record<string, ProblemId>> = { string: 'tooManyCharacters', array: 'tooManyEntries' };

export function problemWords(issue: z.core.$ZodIssue): string {
  // The words of a schema that says itself what it expects. Those of zod begin otherwise.
  if (issue.message.startsWith('must ')) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      if (issue.message.endsWith('received undefined')) return problemText('missing');
      return `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'too_big':
      return problemText(tooMany[issue.origin] ?? 'tooMany', Number(issue.maximum));
    case 'too_small':
      return `must be at least ${issue.minimum}${unit(issue.origin)}`;
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(', ')}`.replace(/, ([^,]*)$/, ' or $1');
    case 'invalid_format':
      return issue.format === 'datetime' ? 'must be a time such as 2026-11-01T00:00:00Z' : 'is malformed';
    case 'unrecognized_keys':
      return `must not have ${issue.keys.join(', ')}`;
    default:
      return 'is not allowed';
  }
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' entries' : '';
}
