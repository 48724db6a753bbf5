/** The tables that docs/operations.md and docs/architecture.md list are those of the database, and what a purge prints. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { purge } from '../../src/operations/purge.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { rowsOf } from '../support/rows.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());

/** The names in the first column of the table below a heading. */
function namesIn(page: string, heading: string): Set<string> {
  const [, section = ''] = readFileSync(page, 'utf8').split(`\n## ${heading}\n`);
  const cells = section.split('\n## ')[0]?.match(/^\| [^|]+ \|/gm) ?? [];
  return new Set(cells.flatMap((cell) => Array.from(cell.matchAll(/`(\w+)`/g), ([, name = '']) => name)));
}

it('the table of the clean-up has every name that a purge prints', async () => {
  const listed = namesIn('docs/operations.md', 'Clean-up');
  const printed = Object.keys((await purge(own.database)) ?? {});
  expect(printed.length).toBeGreaterThan(20);
  expect(printed.filter((name) => !listed.has(name))).toEqual([]);
});

it('the table of the architecture has every table of the database, and no other', async () => {
  const rows = await rowsOf(
    own.database,
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1`,
  );
  const listed = namesIn('docs/architecture.md', 'Tables');
  expect([...listed].toSorted()).toEqual(rows.map(({ name }) => name));
});
