/** What a command shows once: it is made again as long as nothing was shown, and shown no more than once. */
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createOutput } from '../../src/cli/output.ts';
import { openStdout } from '../../src/cli/stdout.ts';
import type { Db } from '../../src/store/database.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { rowsOf } from '../support/rows.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
  await own.database.script(`CREATE TABLE made (secret text PRIMARY KEY);
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      RAISE EXCEPTION 'on purpose' USING ERRCODE = '40P01';
    END $$;
    CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON made DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW WHEN (new.secret LIKE 'lost%') EXECUTE FUNCTION fail()`);
});
afterAll(() => own.drop());

let printed = '';
let runs = 0;
beforeEach(() => {
  [printed, runs] = ['', 0];
});

/** Makes a secret and shows it. `standsStill`: the first time, PostgreSQL ends the transaction before the secret is there. */
function once(secret: string, { standsStill = false } = {}): Promise<string> {
  const stream = new PassThrough().on('data', (chunk) => (printed += chunk));
  const fail = () => expect.unreachable('the output can be written');
  const out = createOutput({ json: false, stdout: openStdout(stream, fail), stderr: () => {} });
  const make = async (trx: Db) => {
    runs += 1;
    if (standsStill && runs === 1) {
      await trx.script('SET LOCAL idle_in_transaction_session_timeout = 50');
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    await trx.run({ name: 'make', text: 'INSERT INTO made VALUES ($1)' }, [secret]);
    return secret;
  };
  return out.once(own.database, make, (made) => out.raw(`${made}\n`));
}

it('a secret is made again if its transaction ended before it was shown', async () => {
  expect(await once('new', { standsStill: true })).toBe('new');
  expect([runs, printed]).toEqual([2, 'new\n']);
  expect(await rowsOf(own.database, 'SELECT secret FROM made')).toEqual([{ secret: 'new' }]);
});

it('a secret that was shown is not made again if its commit fails', async () => {
  await expect(once('lost one')).rejects.toThrow('on purpose');
  expect([runs, printed]).toEqual([1, 'lost one\n']);
});
