/** The pure parts of `npm run bench:growth`, and that SQL and Node agree about the rows that it fills. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ratioOf } from '../../bench/growth/report.ts';
import { type Batch, grantAt, grantColumns, nextBatch } from '../../bench/growth/shape.ts';
import { growthOf } from '../../bench/memory.ts';
import { people } from '../../bench/scenario.ts';
import { sha256 } from '../../src/store/sealer.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const first = nextBatch(undefined, 1_000);
const batches: readonly Batch[] = [first, nextBatch(first, 1_501)];

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

describe('The rows of the growth benchmark', () => {
  it('A batch begins where the one before ends, and has an account for each four grants', () => {
    expect(batches).toEqual([
      { first: 1, last: 1_000, firstAccount: people + 1, lastAccount: people + 250 },
      { first: 1_001, last: 1_501, firstAccount: people + 251, lastAccount: people + 376 },
    ]);
  });

  it('A grant is the same in SQL and in Node', async () => {
    for (const n of [1, 250, 251, 1_000, 1_001, 1_501]) {
      const { first, firstAccount, lastAccount } = batches.find(({ last }) => n <= last) as Batch;
      const { id, account, app, handleHash, generation } = grantColumns;
      const text = `SELECT ${id} AS id, ${account} AS account, ${app} AS app, ${handleHash} AS "handleHash", ${generation} AS generation
        FROM (VALUES (${n}, ${n - first})) numbers (n, k)`;
      const [row] = await test.database.run({ name: `growth-${n}`, text }, [
        firstAccount,
        lastAccount - firstAccount + 1,
      ]);
      const grant = grantAt(n, batches);
      expect(row).toEqual({
        id: grant.id,
        account: `acc_bench${grant.account}`,
        app: grant.app,
        handleHash: sha256(Buffer.from(grant.handle, 'base64url')),
        generation: grant.generation,
      });
    }
  });
});

describe('The verdicts of the growth benchmark', () => {
  it('A cost is compared with that in the smallest database, server and database together', () => {
    const cost = (server: number) => ({ server, database: 100, hit: 0, read: 0 });
    expect(ratioOf({ operation: 'refresh', grants: 1e6, cost: cost(500), smallest: cost(300) })).toBe(1.5);
  });

  it('Memory that only grows at the beginning is level', () => {
    expect(growthOf([1, 2, 3, 4, 4, 4, 4, 4, 4])).toBe(0);
    expect(growthOf([1, 1, 1, 2, 2, 2, 3, 3, 3])).toBe(0.5);
  });
});
