/** The statement that rotates a family does what the pure function says, for every state and every token. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FamilyState, type Position, presentRefreshToken } from '../../src/policy/refresh.ts';
import type { Database } from '../../src/store/database.ts';
import { findFamily, noteUse, rotateFamily, startFamily } from '../../src/store/grants.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { standardName } from '../support/database-names.ts';

let own: TestDatabase;
let db: Database;
const handleHash = Buffer.alloc(32, 7);
const expiresAt = Math.floor(Date.now() / 1000) + 3600;
beforeAll(async () => {
  own = await createTestDatabase(standardName);
  db = own.database;
  await db.pgPool.query(
    `INSERT INTO grants (id, account_id, client_id, payload, expires_at, expires_on)
      SELECT 'family', id, 'spa', '{}', now() + interval '1 hour', current_date + 1 FROM accounts LIMIT 1`,
  );
  const codeHash = Buffer.alloc(32, 8);
  await db.pgPool.query(
    `INSERT INTO authorization_codes (code_hash, grant_id, payload, expires_at) VALUES ($1, 'family', '{}', now())`,
    [codeHash],
  );
  await startFamily(db, { grantId: 'family', handleHash, payload: {}, expiresAt, codeHash });
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
  const family = await findFamily(db, handleHash);
  if (!family) throw new Error('there is no family');
  const { generation, branch, predecessorBranch, used, rotatedAt, readAt } = family;
  return { state: { generation, branch, predecessorBranch, used, rotatedAt }, readAt };
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
        const { state, readAt } = await read();
        const expected = presentRefreshToken(state, token, { at: readAt, leewaySeconds });
        kinds.add(expected.kind);
        const about = JSON.stringify({ state, token, expected });
        const got = await rotateFamily(db, { ...token, handleHash, at: readAt, leewaySeconds, expiresAt });
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
    expect(await noteUse(db, 'family', issued)).toBe(answer);
    expect((await read()).state.used).toBe(used);
  });

  it('stays when an older one comes, and goes with a fork or a rotation', async () => {
    await set({ generation: 2, branch: 1, predecessorBranch: 1, used: true }, 5);
    await noteUse(db, 'family', { generation: 1, branch: 1 });
    expect((await read()).state.used).toBe(true);
    const { readAt: at } = await read();
    const token = { generation: 2, branch: 1, handleHash, at, leewaySeconds: leeway, expiresAt };
    expect(await rotateFamily(db, token)).toEqual({ generation: 3, branch: 1 });
    expect((await read()).state.used).toBe(false);
  });
});
