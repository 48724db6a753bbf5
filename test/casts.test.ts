/**
 * Casts that make a value another type without a reason that the compiler could check. A type, a guard or a
 * declaration (src/oidc/engine-types.d.ts) says the same, checked.
 */
import { describe, expect, it, test } from 'vitest';
import { readSources } from './support/architecture.ts';

/** Where the types of the database driver are completed. */
const exempt = /^src\/store\/(?:database|database-client|connection|runner|batch)\.ts$/;

const casts = /\bas (?:never\b|unknown as\b|object as\b|any(?= as\b|[^ \w]|$))|(?:[:<|] ?|, )any(?=[;,)>=|[\]]| =|$)/g;
/** In place of a cast; it stands in a comment. */
const silenced = /@ts-(?:ignore|expect-error|nocheck)/g;

function castsIn(text: string): string[] {
  const code = text.replace(/^\s*(?:\/\*\*?|\*|\/\/).*$/gm, '');
  return [
    ...code.split('\n').flatMap((line) => Array.from(line.matchAll(casts), () => line.trim())),
    ...Array.from(text.matchAll(silenced), ([found]) => found),
  ];
}

test('casts that check nothing are fewer than ten', () => {
  const judged = readSources(new URL('../', import.meta.url)).filter(({ path }) => !exempt.test(path));
  expect(judged.length).toBeGreaterThan(400);
  const found = judged.flatMap(({ path, text }) => castsIn(text).map((line) => `${path}: ${line}`));
  expect(found.length, found.join('\n')).toBeLessThan(10);
});

describe('the search', () => {
  it.each([
    'f(x as never);',
    'const a = b as unknown as C;',
    'const a = b as any;',
    'const a = (b as any).c;',
    'const a = b as object as C;',
    'const a: any = b;',
    'function f(a: any): void {}',
    'const m = new Map<string, any>();',
    'type A = B | any;',
    'const a = b as any',
    'const a: any[] = b;',
    '// @ts-expect-error later',
    '/* @ts-ignore */',
    '// @ts-nocheck',
  ])('finds %s', (line) => {
    expect(castsIn(line)).toHaveLength(1);
  });

  it.each([
    'const a = b as C;',
    'const a = [b] as const;',
    'const anyone: string = a;',
    "import type { A as Any } from 'a';",
  ])('leaves %s', (line) => {
    expect(castsIn(line)).toEqual([]);
  });
});
