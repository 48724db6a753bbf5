/** No result of a statement follows a table: a column that a migration adds changes nothing for a node that runs. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as columns from '../../src/store/columns.ts';
import { readSources } from '../support/architecture.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { rowsOf } from '../support/rows.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());

/** `*` as a list of columns, in SQL or by the query builder. Multiplication has operands, and count(*) returns a number. */
const wholeRow = /\b(?:SELECT|RETURNING)\s+\*|\b\w+\.\*|,\s*\*\s|\bselectAll\b|\breturningAll\b/g;

const starsIn = (text: string) =>
  Array.from(text.replace(/^\s*\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').matchAll(wholeRow), String);

test('no statement reads or returns whole rows', () => {
  const found = readSources(new URL('../../', import.meta.url))
    .filter(({ path }) => path.startsWith('src/store/'))
    .flatMap(({ path, text }) => starsIn(text).map((star) => `${path}: ${star}`));
  expect(found).toEqual([]);
});

test.each([
  'SELECT * FROM clients',
  'SELECT\n  * FROM clients',
  'SELECT c.* FROM clients c',
  'SELECT a, c.* FROM clients c',
  'DELETE FROM clients RETURNING *',
  "db.builder.selectFrom('clients').selectAll()",
  "selectAll('c')",
  'returningAll()',
])('%j would be found', (text) => {
  expect(starsIn(text)).toHaveLength(1);
});

test.each([
  'SELECT count(*) FROM clients',
  'SELECT $1 * interval',
  'extract(epoch FROM at) * 1000',
  '(page - 1) * size',
])('%j is no whole row', (text) => {
  expect(starsIn(text)).toEqual([]);
});

const lists: [table: string, list: readonly string[]][] = [
  ['clients', columns.clientColumns],
  ['failed_requests', columns.failedRequestColumns],
  ['signing_keys', columns.signingKeyColumns],
  ['webhooks', columns.webhookColumns],
  ['webhook_deliveries', columns.webhookDeliveryColumns],
];

test.each(lists)('the list of columns of %s is that of the table', async (table, list) => {
  const rows = await rowsOf(
    own.database,
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attnum > 0 AND NOT attisdropped`,
  );
  expect([...list].sort()).toEqual(rows.map(({ name }) => name).sort());
});

test('each list is checked here', () => {
  const text = readFileSync(new URL('../../src/store/columns.ts', import.meta.url), 'utf8');
  expect(text.match(/every<'\w+'>/g)).toHaveLength(lists.length);
});
