/** The statement that rotates a family does what the pure function says, for every state and every token. */
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FamilyState, type Position, presentRefreshToken } from '../../src/policy/refresh.ts';
import type { Database } from '../../src/store/database.ts';
import { type Family, findFamily, noteUse, rotateFamily, startFamily } from '../../src/store/grants.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { standardName } from '../support/database-names.ts';

let own: TestDatabase;
let db: Database;
let accountId: string;
const handleHash = Buffer.alloc(32, 7);
const expiresAt = Math.floor(Date.now() / 1000) + 3600;
beforeAll(async () => {
  own = await createTestDatabase(standardName);
  db = own.database;
  const { rows } = await db.pgPool.query(
    `INSERT INTO grants (id, account_id, client_id, payload, expires_at, expires_on)
      SELECT 'family', id, 'spa', '{}', now() + interval '1 hour', current_date + 1 FROM accounts LIMIT 1 RETURNING account_id`,
  );
  accountId = rows[0].account_id;
  const codeHash = Buffer.alloc(32, 8);
  await db.pgPool.query(
    `INSERT INTO authorization_codes (code_hash, grant_id, payload, expires_at) VALUES ($1, 'family', '{}', now())`,
    [codeHash],
  );
  await startFamily(db, { grantId: 'family', accountId, handleHash, payload: {}, expiresAt, codeHash });
});
afterAll(() => own.drop());

/** Seconds since the last rotation; the leeway is between them. */
const ages = [5, 15];
const leeway = 10;

async function set(state: Omit<FamilyState, 'rotatedAt'>, age: number | null): Promise<void> {
  await db.pgPool.query(
    `UPDATE grants SET generation = $1, branch = $2, predecessor_branch = $3, current_used = $4,
      rotated_at = clock_timestamp() - make_interval(secs => $5) WHERE id = 'family'`,
    [state.generation, state.branch, state.predecessorBranch, state.used, age],
  );
}
const read = async () => {
  const family = await findFamily(db, { handleHash });
  if (!family) throw new Error('there is no family');
  const { generation, branch, predecessorBranch, used, rotatedAt, readAt } = family;
  return { state: { generation, branch, predecessorBranch, used, rotatedAt }, readAt, seen: family };
};

const states = [
  { generation: 0, branch: 0, predecessorBranch: 0, used: false, age: null },
  ...[0, 1, 2].flatMap((branch) =>
    [0, 1, 2]
      .filter((one) => one <= branch)
      .flatMap((predecessorBranch) =>
        [false, true].flatMap((used) => ages.map((age) => ({ generation: 2, branch, predecessorBranch, used, age }))),
      ),
  ),
];
const tokens: Position[] = [0, 1, 2, 3].flatMap((generation) => [0, 1, 2, 3].map((branch) => ({ generation, branch })));

it.each([0, leeway])(
  'every token in every state leads where policy says, with a leeway of %i s',
  async (leewaySeconds) => {
    const kinds = new Set<string>();
    for (const { age, ...given } of states) {
      for (const token of tokens) {
        await set(given, age);
        const { state, readAt, seen } = await read();
        const expected = presentRefreshToken(state, token, { at: readAt, leewaySeconds });
        kinds.add(expected.kind);
        const about = JSON.stringify({ state, token, expected });
        const got = await rotateFamily(db, { ...token, handleHash, seen, leewaySeconds, expiresAt });
        const { state: after } = await read();
        if (!('state' in expected)) {
          expect([got, after], about).toEqual([undefined, state]);
          continue;
        }
        const { rotatedAt, ...rest } = expected.state;
        expect(got, about).toEqual({ generation: rest.generation, branch: rest.branch });
        expect(after, about).toMatchObject(rest);
        // The statement counts from its own clock, which is a moment later.
        if (expected.kind === 'repeated') expect(after.rotatedAt, about).toBe(rotatedAt);
        else expect(after.rotatedAt, about).toBeGreaterThanOrEqual(rotatedAt as number);
      }
    }
    const all = ['forked', 'repeated', 'reused', 'rotated', 'unknown'];
    expect([...kinds].sort()).toEqual(leewaySeconds === 0 ? all.slice(2) : all);
  },
  60_000,
);

describe('a note that the current token was used', () => {
  it.each<[Position, 'current' | 'rotated' | undefined, boolean]>([
    [{ generation: 2, branch: 1 }, 'current', true],
    [{ generation: 1, branch: 1 }, 'rotated', false],
    [{ generation: 2, branch: 0 }, undefined, false],
    [{ generation: 3, branch: 2 }, undefined, false],
  ])('by %o is answered %s', async (issued, answer, used) => {
    await set({ generation: 2, branch: 1, predecessorBranch: 0, used: false }, 5);
    expect(await noteUse(db, { grantId: 'family', accountId }, issued)).toBe(answer);
    expect((await read()).state.used).toBe(used);
  });

  it('stays when an older one comes, and goes with a fork or a rotation', async () => {
    await set({ generation: 2, branch: 1, predecessorBranch: 1, used: true }, 5);
    await noteUse(db, { grantId: 'family', accountId }, { generation: 1, branch: 1 });
    expect((await read()).state.used).toBe(true);
    const { seen } = await read();
    const token = { generation: 2, branch: 1, handleHash, seen, leewaySeconds: leeway, expiresAt };
    expect(await rotateFamily(db, token)).toEqual({ generation: 3, branch: 1 });
    expect((await read()).state.used).toBe(false);
  });
});

it.each([
  [9.999_999, { generation: 2, branch: 1 }],
  [10, { generation: 2, branch: 2 }],
])('a predecessor that comes %d s after the rotation, with a leeway of 10 s, leads to %o', async (passed, next) => {
  const rotatedAt = Math.floor(Date.now() / 1000) - 3600;
  await set({ generation: 2, branch: 1, predecessorBranch: 0, used: false }, 0);
  await db.pgPool.query("UPDATE grants SET rotated_at = to_timestamp($1) WHERE id = 'family'", [rotatedAt]);
  const seen = { ...(await read()).seen, readAt: rotatedAt + passed };
  const token = { generation: 1, branch: 0, handleHash, seen, leewaySeconds: leeway, expiresAt };
  expect(await rotateFamily(db, token)).toEqual(next);
});

describe('with a leeway of three seconds', () => {
  const present = async (generation: number, seen: Family) =>
    rotateFamily(db, { generation, branch: 0, handleHash, seen, leewaySeconds: 3, expiresAt });
  /** Does this while another transaction holds the row for longer than the leeway. */
  const whileLocked = async <T>(work: () => Promise<T>): Promise<T> => {
    const holder = await db.pgPool.connect();
    try {
      await holder.query("BEGIN; SELECT 1 FROM grants WHERE id = 'family' FOR UPDATE");
      const working = work();
      await setTimeout(3_300);
      await holder.query('COMMIT');
      return await working;
    } finally {
      holder.release();
    }
  };

  it.each([
    ['rotation', 2, 0, { generation: 3, branch: 0 }],
    ['fork', 1, 5, { generation: 2, branch: 1 }],
  ])(
    'a %s that waited for the row is repeated, since the leeway begins when it has the row',
    async (_what, generation, age, next) => {
      await set({ generation: 2, branch: 0, predecessorBranch: 0, used: false }, age);
      const { seen } = await read();
      expect(await whileLocked(() => present(generation, seen))).toEqual(next);
      expect(await present(generation, (await read()).seen)).toEqual(next);
    },
  );

  it.each([
    ['rotation', 2, { generation: 3, branch: 0 }],
    ['fork', 1, { generation: 2, branch: 1 }],
  ])(
    'a %s is repeated for a caller who could not see it, however long its commit took',
    async (_what, generation, next) => {
      await set({ generation: 2, branch: 0, predecessorBranch: 0, used: false }, 20);
      const { seen } = await read();
      expect(await present(generation, seen)).toEqual(next);
      await db.pgPool.query("UPDATE grants SET rotated_at = rotated_at - interval '9 s' WHERE id = 'family'");
      expect(await present(generation, seen)).toEqual(next);
      // Somebody who saw it is told apart.
      const { seen: later } = await read();
      expect(await present(generation, later)).toEqual({ ...next, branch: next.branch + 1 });
    },
  );
});

describe('the expiry of a family', () => {
  const month = 30 * 24 * 3600;
  const present = async (generation: number, age: number, ttlSeconds: number) => {
    await set({ generation: 2, branch: 0, predecessorBranch: 0, used: false }, age);
    await db.pgPool.query(
      `UPDATE grants SET refresh_expires_at = '2100-01-01', expires_at = '2100-01-01', expires_on = '2100-01-01' WHERE id = 'family'`,
    );
    const { readAt: at, seen } = await read();
    const token = { generation, branch: 0, handleHash, seen, leewaySeconds: leeway };
    await rotateFamily(db, { ...token, expiresAt: Math.floor(at) + ttlSeconds });
    const seconds = (column: string) => `round(extract(epoch FROM ${column} - to_timestamp($1)))::float8`;
    const { rows } = await db.pgPool.query(
      `SELECT ${seconds('refresh_expires_at')} AS token, ${seconds('expires_at')} AS family,
        expires_on = expires_at::date AS same_day, expires_at = '2100-01-01' AND refresh_expires_at = '2100-01-01' AS kept
      FROM grants WHERE id = 'family'`,
      [Math.floor(at)],
    );
    return rows[0];
  };

  it.each([
    ['a rotation', 2, 5],
    ['a fork', 1, 15],
  ])('is that of its new token after %s', async (_what, generation, age) => {
    expect(await present(generation, age, month)).toEqual({ token: month, family: month, same_day: true, kept: false });
  });

  it('is not before that of an access token issued with its last refresh token', async () => {
    const { token, family, same_day } = await present(2, 5, 60);
    expect([token, same_day]).toEqual([60, true]);
    expect(family).toBeGreaterThanOrEqual(7200);
    expect(family).toBeLessThan(7260);
  });

  it('stays when a rotation is repeated', async () => {
    expect(await present(1, 5, month)).toMatchObject({ same_day: true, kept: true });
  });
});

describe.each([
  ['account', "accounts SET status = 'suspended' WHERE id = (SELECT account_id FROM grants WHERE id = 'family')"],
  ['client', "clients SET status = 'disabled' WHERE client_id = 'spa'"],
])('a family whose %s is not active', (_what, change) => {
  it('is not found, not rotated and not started', async () => {
    await set({ generation: 2, branch: 0, predecessorBranch: 0, used: false }, 5);
    const { state, seen } = await read();
    const codeHash = crypto.getRandomValues(Buffer.alloc(32));
    await db.pgPool.query(
      `INSERT INTO authorization_codes (code_hash, grant_id, payload, expires_at) VALUES ($1, 'family', '{}', now())`,
      [codeHash],
    );
    await db.pgPool.query(`UPDATE ${change}`);
    try {
      expect(await findFamily(db, { handleHash })).toBeUndefined();
      const token = { generation: 2, branch: 0, handleHash, seen, leewaySeconds: leeway, expiresAt };
      expect(await rotateFamily(db, token)).toBeUndefined();
      expect(
        await startFamily(db, { grantId: 'family', accountId, handleHash, payload: {}, expiresAt, codeHash }),
      ).toBe(false);
    } finally {
      await db.pgPool.query(`UPDATE ${change.replace(/'(suspended|disabled)'/, "'active'")}`);
    }
    expect((await read()).state).toEqual(state);
  });
});
