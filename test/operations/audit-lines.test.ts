/**
 * A line of the audit log is committed or rolled back together with what it records (docs/security.md, 58): it is
 * written on the connection of its transaction. On another connection it would stay when the act is rolled back, but no
 * flow of ours rolls back after its line. So this test reads the code.
 */
import { expect, it } from 'vitest';
import { readSources } from '../support/architecture.ts';

const sources = readSources(new URL('../../', import.meta.url)).filter(({ path }) => path.startsWith('src/'));
const writing = /\b(?<!function )(record|recordClient|recordAccount|appendAudit)\((\w+), ?/g;

it('every line of the audit log is written in the transaction of what it records', () => {
  const calls = sources.flatMap(({ path, text }) =>
    [...text.matchAll(writing)].map(([call, , on]) => ({ path, call, on })),
  );
  expect(calls.length).toBeGreaterThan(30);
  expect(calls.filter(({ on }) => on !== 'trx')).toEqual([]);
});

it('only operations and the store write lines', () => {
  const writers = sources.filter(({ text }) => /\bappendAudit\b|append_audit\(/.test(text)).map(({ path }) => path);
  expect(writers.filter((path) => !/^src\/(operations|store)\//.test(path))).toEqual([]);
});
