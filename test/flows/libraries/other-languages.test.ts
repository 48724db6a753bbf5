/** Clients in other languages that this machine may not have. The probe decides, so nothing is said to work that was not run. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { documentPath, fileOf, replaceRows, rowsOf, staleRows } from '../../support/conformance.ts';

it('the document of what clients can do names no test file that is gone', () => {
  const files = new Set(rowsOf(readFileSync(documentPath, 'utf8')).map(fileOf));
  expect(files.size).toBeGreaterThan(0);
  for (const file of files) expect(() => readFileSync(file), file).not.toThrow();
});

it('a comparison names rows that are missing and rows that nobody saw, of the file that ran only', () => {
  const [old, fresh, other] = [
    '| a | b | c | passed | `x` |',
    '| d | b | c | passed | `x` |',
    '| e | b | c | passed | `y` |',
  ];
  const head = '| Scenario | Specification | Client | Result | Test |\n| --- | --- | --- | --- | --- |\n';
  const text = replaceRows(`Words.\n\n${head}${other}\n`, 'x', [old]);
  expect(staleRows(text, 'x', [fresh])).toEqual([`missing: ${fresh}`, `not seen: ${old}`]);
  expect(staleRows(text, 'x', [old])).toEqual([]);
  expect(rowsOf(replaceRows(text, 'x', [fresh]))).toEqual([fresh, other]);
});

const python = (module: string) => ['python3', '-c', `import ${module}`];
it.each([
  ['Authlib', python('authlib')],
  ['requests-oauthlib', python('requests_oauthlib')],
  ['x/oauth2', ['go', 'version']],
  ['Ruby oauth2', ['ruby', '-e', 'require "oauth2"']],
] as const)('the document says that %s was not run, where the machine does not have it', (name, [program, ...args]) => {
  const there = spawnSync(program as string, args as string[]).status === 0;
  const line = readFileSync(documentPath, 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`- ${name}: `));
  // Where the machine has it, the line is still true of the machine that wrote the document.
  expect(line, there ? 'a test of it can be written here' : '').toBe(`- ${name}: not run: not on this machine`);
});
