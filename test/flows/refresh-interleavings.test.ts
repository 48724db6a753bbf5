/**
 * An owner and a thief have the same refresh token. Every order in which they may come, six requests long, is sent to a real
 * server, and the answer and the row are compared with what the pure function says. The leeway passes before each request.
 *
 * Orders that lead to the same state are followed once: where they part, the family's row is put back to what it was there. A
 * request that changes nothing is followed no further: what may come after it is sent in its place as well.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessTokenUse, type FamilyState, type Position, presentRefreshToken } from '../../src/policy/refresh.ts';
import { introspect, obtainTokens, refresh } from '../support/oauth.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const depth = 6;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { DATABASE_POOL_SIZE: '10' } });
});
afterAll(() => server.stop());

/** What somebody has received. */
interface Held extends Position {
  readonly refresh: string;
  readonly access: string;
}
interface World {
  readonly stolen: Held;
  /** Undefined once the family has ended. */
  readonly state: FamilyState | undefined;
  readonly owner: Held;
  readonly thief: Held;
  /** How often each was answered. */
  readonly answered: { readonly owner: number; readonly thief: number };
}

/** `lost`: the request is served, and the answer does not arrive. A thief loses none, and keeps what it stole. */
const steps = [
  { who: 'owner', does: 'refreshes' },
  { who: 'owner', does: 'refreshes, lost' },
  { who: 'owner', does: 'uses its access token' },
  { who: 'thief', does: 'refreshes' },
  { who: 'thief', does: 'refreshes with what it stole' },
  { who: 'thief', does: 'uses its access token' },
] as const;
type Step = (typeof steps)[number];

/** A family of its own for one lane, and the row that it is put back to. */
async function openLane() {
  const tokens = await obtainTokens(server);
  const { gid } = JSON.parse(Buffer.from(tokens.access_token.split('.')[1] as string, 'base64url').toString());
  const pool = server.db.pgPool;
  const [{ row }] = (await pool.query('SELECT to_jsonb(g) AS row FROM grants g WHERE id = $1', [gid])).rows;
  const first = { generation: 0, branch: 0, refresh: tokens.refresh_token as string, access: tokens.access_token };
  return {
    first,
    async putBack(state: FamilyState | undefined) {
      const { generation, branch, predecessorBranch, used, rotatedAt } = state as FamilyState;
      await pool.query(
        `WITH living AS (DELETE FROM token_revocation WHERE value = $1)
        INSERT INTO grants SELECT * FROM jsonb_populate_record(null::grants, $2::jsonb || jsonb_build_object(
          'generation', $3::int, 'branch', $4::int, 'predecessor_branch', $5::int, 'current_used', $6::boolean,
          'rotated_at', CASE WHEN $7 THEN clock_timestamp() - interval '11 seconds' END))
        ON CONFLICT (id) DO UPDATE SET generation = excluded.generation, branch = excluded.branch,
          predecessor_branch = excluded.predecessor_branch, current_used = excluded.current_used, rotated_at = excluded.rotated_at`,
        [gid, JSON.stringify(row), generation, branch, predecessorBranch, used, rotatedAt !== null],
      );
    },
    async read(): Promise<FamilyState | undefined> {
      const text = `SELECT generation, branch, predecessor_branch AS "predecessorBranch", current_used AS used,
        CASE WHEN rotated_at IS NOT NULL THEN 0 END AS "rotatedAt" FROM grants WHERE id = $1`;
      return (await pool.query(text, [gid])).rows[0];
    },
  };
}
type Lane = Awaited<ReturnType<typeof openLane>>;

/** What the pure function says of a step, eleven seconds after the last rotation. */
function expectedOf(state: FamilyState, step: Step, held: Held): { ok: boolean; state: FamilyState | undefined } {
  if (step.does === 'uses its access token') {
    const use = accessTokenUse(state, held);
    return { ok: use !== 'replaced', state: use === 'first' ? { ...state, used: true } : state };
  }
  const before = { ...state, rotatedAt: state.rotatedAt === null ? null : -11 };
  const answer = presentRefreshToken(before, held, { at: 0, leewaySeconds: 10 });
  return 'state' in answer ? { ok: true, state: answer.state } : { ok: false, state: undefined };
}

async function take(lane: Lane, world: World, step: Step): Promise<World> {
  const held = step.does === 'refreshes with what it stole' ? world.stolen : world[step.who];
  const expected = expectedOf(world.state as FamilyState, step, held);
  await lane.putBack(world.state);
  if (step.does === 'uses its access token') {
    const { body } = await introspect(server, held.access);
    expect([body.active, await lane.read()], JSON.stringify(step)).toEqual([expected.ok, expected.state]);
    return { ...world, state: expected.state };
  }
  const { status, body } = await refresh(server, held.refresh);
  expect([status, await lane.read()], JSON.stringify(step)).toEqual([expected.ok ? 200 : 400, expected.state]);
  if (!expected.state || step.does === 'refreshes, lost') return { ...world, state: expected.state };
  const { generation, branch } = expected.state;
  const now: Held = {
    generation,
    branch,
    refresh: body.refresh_token as string,
    access: body.access_token as string,
  };
  const answered = { ...world.answered, [step.who]: world.answered[step.who] + 1 };
  return { ...world, state: expected.state, answered, [step.who]: now };
}

/** Both have the first token of a family. */
function firstWorld({ first }: Lane): World {
  const state = { generation: 0, branch: 0, predecessorBranch: 0, used: false, rotatedAt: null };
  return { state, owner: first, thief: first, stolen: first, answered: { owner: 0, thief: 0 } };
}

async function works(lane: Lane, { state }: World, held: readonly Held[]): Promise<boolean> {
  for (const { refresh: token } of held) {
    await lane.putBack(state);
    if ((await refresh(server, token)).status === 200) return true;
  }
  return false;
}

/**
 * What decides how a world goes on: positions as distances from the family's generation, and who was answered twice. Two worlds
 * with the same key differ only in how many rotations they are old, so that one of them stands for both.
 */
function keyOf({ stolen, owner, thief, state, answered }: World): string {
  const from = state?.generation ?? 0;
  const places = [stolen, owner, thief].map(({ generation, branch }) => [generation - from, branch]);
  const enough = [answered.owner, answered.thief].map((times) => Math.min(times, 2));
  return JSON.stringify([places, enough, { ...state, generation: 0 }]);
}

const counts = { worlds: 0, requests: 0, ended: 0, decided: 0 };
const seen = new Set<string>();

/** Sends the requests that may come next, and returns the worlds that nobody has been in. */
async function follow(lane: Lane, world: World, next: readonly Step[] = steps): Promise<World[]> {
  const found: World[] = [];
  for (const step of next) {
    counts.requests += 1;
    const after = await take(lane, world, step);
    if (!after.state) counts.ended += 1;
    const key = keyOf(after);
    if (after.state === world.state || !after.state || seen.has(key)) continue;
    seen.add(key);
    counts.worlds += 1;
    found.push(after);
    if (after.answered.owner < 2 || after.answered.thief < 2) continue;
    counts.decided += 1;
    const both = [await works(lane, after, [after.owner]), await works(lane, after, [after.thief, after.stolen])];
    expect(both).toContain(false);
  }
  return found;
}

it('an owner and a thief never both have a working token after each was answered twice, in any order of six requests', async () => {
  const lanes = await Promise.all(
    steps.map(async (first) => {
      const lane = await openLane();
      return { lane, worlds: await follow(lane, firstWorld(lane), [first]) };
    }),
  );
  // All worlds of one length before the next: whoever comes to a world later comes with fewer requests left.
  for (let length = 2; length <= depth; length += 1) {
    await Promise.all(
      lanes.map(async (one) => {
        const found: World[] = [];
        for (const world of one.worlds) found.push(...(await follow(one.lane, world)));
        one.worlds = found;
      }),
    );
  }
  expect(counts.worlds).toBeGreaterThan(300);
  expect(counts.requests).toBeGreaterThan(1_000);
  expect(counts.ended).toBeGreaterThan(300);
  expect(counts.decided).toBeGreaterThan(20);
});
