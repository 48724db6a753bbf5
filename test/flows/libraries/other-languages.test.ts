/** The document of what clients can do says nothing that was not run, and names the clients of other languages that were not. */
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

it.each(['Authlib', 'requests-oauthlib', 'x/oauth2', 'Ruby oauth2'])(
  'the document says that %s was not run, for as long as no row is about it',
  (name) => {
    const text = readFileSync(documentPath, 'utf8');
    const isRun = rowsOf(text).some((line) => line.includes(`| ${name} `));
    expect(text.includes(`\n- ${name}: not run\n`), 'a client is run or it is not').toBe(!isRun);
  },
);
