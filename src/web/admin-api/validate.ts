/** Validation against a schema. Problems are worded to follow the field's name. */
import type { z } from 'zod';
import { problemWords } from '../../policy/problem-words.ts';
import { invalid } from './refusal.ts';

/** @throws Refusal that names every field with a problem */
export function validate(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = Object.create(null) as Record<string, string>;
  for (const issue of result.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      const at = issue.path.map(String);
      for (const key of issue.keys) problems[[...at, key].join('.')] = 'is not a field that we know';
    } else problems[issue.path.join('.') || 'body'] ??= problemWords(issue);
  }
  throw invalid(problems);
}
