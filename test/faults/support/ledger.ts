/**
 * A mixed load, and a ledger of what clients were told. Afterwards each promise is checked: tokens that a client was given
 * work, what was consumed or revoked does not, and an API that follows the feed knows what was revoked.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { verifyAudit } from '../../../src/operations/verify-audit.ts';
import type { Database } from '../../../src/store/database.ts';
import { testKeys } from '../../support/audit.ts';
import { eventually } from '../../support/eventually.ts';
import { exchange, introspect, obtainCode, post, refresh, type Tokens } from '../../support/oauth.ts';
import type { TestServer } from '../../support/server.ts';
import { startVerifying } from './verifying.ts';

/** A family as its client knows it. */
interface Family {
  tokens: Tokens;
  /** Its first refresh token, and how often it was rotated since. */
  readonly first: string;
  rotations: number;
}

/** A code that was exchanged. Its family is given up: to send the code again ends it (RFC 6749 §4.1.2). */
interface Spent {
  readonly code: string;
  readonly tokens: Tokens;
  /** By performance.now(). */
  readonly exchangedAt: number;
}

/** How many codes are kept for a replay, and for how long: a code that has expired is refused whether or not it was used. */
const spentBounds = { codes: 12, ms: 50_000 };

export interface Ledger {
  /** Access tokens of the families whose revocation was answered, and of those that a code that was sent twice has ended. */
  readonly revokedTokens: () => string[];
  /** Access tokens of families that nobody ends before the load does. */
  readonly liveTokens: () => string[];
  /** Answers that no client should get: an error other than “later”, for something that is its own. */
  readonly wrong: string[];
  /** How often each kind of work was done, and how often it was put off. */
  readonly done: Record<string, number>;
  /** Stops the load, and checks every promise. Requests go to the balancer. */
  settle(db: Database): Promise<void>;
  /** Waits until work of each kind was done since. Then it sends the codes again that were exchanged a moment ago. */
  progress(): Promise<void>;
}

type Answer = { status: number; body: Record<string, unknown> };

/** Nothing was done, or nobody knows: the client sends the same again. */
const later = (status: number) => status === 0 || status === 502 || status === 503;

/** Never throws: a broken connection is status 0. */
const asked = (work: () => Promise<Answer>): Promise<Answer> => work().catch(() => ({ status: 0, body: {} }));

const familyOf = (tokens: Tokens): Family => ({ tokens, first: tokens.refresh_token as string, rotations: 0 });

/** Starts the load on `server`: families that refresh, authorizations, codes that are sent twice, and revocations. */
export async function startLoad(server: TestServer, families = 6): Promise<Ledger> {
  const done: Record<string, number> = {
    refresh: 0,
    authorization: 0,
    revocation: 0,
    service: 0,
    replay: 0,
    'put off': 0,
  };
  const wrong: string[] = [];
  const live: Family[] = [];
  const revoked: Tokens[] = [];
  let spent: Spent[] = [];
  const services: string[] = [];
  let on = true;
  const verifying = await startVerifying(server);

  const add = (kind: string) => {
    done[kind] = (done[kind] ?? 0) + 1;
  };
  const count = (kind: string, { status, body }: Answer, fine = [200]): boolean => {
    if (fine.includes(status)) add(kind);
    else if (later(status)) add('put off');
    else wrong.push(`${kind}: ${status} ${JSON.stringify(body)}`);
    return fine.includes(status);
  };
  /** A code, and its tokens. An exchange whose answer was lost is not sent again: that would be reuse. */
  const authorize = async (): Promise<Spent | undefined> => {
    const code = await obtainCode(server).catch(() => undefined);
    if (code === undefined) {
      add('put off');
      return undefined;
    }
    const answer = await asked(() => exchange(server, code));
    if (!count('authorization', answer)) return undefined;
    return { code, tokens: answer.body as unknown as Tokens, exchangedAt: performance.now() };
  };
  const refreshing = async (family: Family) => {
    while (on) {
      const answer = await asked(() => refresh(server, family.tokens.refresh_token as string));
      if (count('refresh', answer)) {
        family.tokens = answer.body as unknown as Tokens;
        family.rotations += 1;
      }
      await sleep(20);
    }
  };
  const authorizing = async () => {
    while (on) {
      const one = await authorize();
      const chance = Math.random();
      if (!one) await sleep(200);
      else if (chance < 0.4 && spent.length < spentBounds.codes) spent.push(one);
      else if (chance < 0.7) live.push(familyOf(one.tokens));
      else await revoke(one.tokens);
    }
  };
  /** A code that was used is refused, and what it was exchanged for ends. */
  const replay = async (one: Spent): Promise<void> => {
    const answer = await asked(() => exchange(server, one.code));
    if (later(answer.status)) {
      add('put off');
      await sleep(200);
      return replay(one);
    }
    if (answer.status !== 400 || answer.body.error !== 'invalid_grant')
      wrong.push(`replay: ${answer.status} ${JSON.stringify(answer.body)}`);
    add('replay');
    revoked.push(one.tokens);
    return undefined;
  };
  const replaySpent = async () => {
    const [all, now] = [spent, performance.now()];
    spent = [];
    const isRecent = ({ exchangedAt }: Spent) => now - exchangedAt < spentBounds.ms;
    live.push(...all.filter((one) => !isRecent(one)).map(({ tokens }) => familyOf(tokens)));
    await Promise.all(all.filter(isRecent).map(replay));
  };
  const revoke = async (tokens: Tokens) => {
    while (on) {
      const answer = await asked(() => post(server, '/oauth/revoke', { token: tokens.refresh_token as string }));
      if (count('revocation', answer)) return void revoked.push(tokens);
      await sleep(200);
    }
  };
  const serving = async () => {
    while (on) {
      const issued = await asked(() => post(server, '/oauth/token', { grant_type: 'client_credentials' }, 'service'));
      const token = issued.body.access_token as string;
      if (issued.status === 200) {
        const answer = await asked(() => post(server, '/oauth/revoke', { token }, 'service'));
        if (count('service', answer)) services.push(token);
      } else count('service', issued);
      await sleep(50);
    }
  };
  while (live.length < families) {
    const one = await authorize();
    if (one) live.push(familyOf(one.tokens));
  }
  while (spent.length < 2) {
    const one = await authorize();
    if (one) spent.push(one);
  }
  const work = [...live.map(refreshing), authorizing(), authorizing(), serving()];

  return {
    revokedTokens: () => revoked.map(({ access_token }) => access_token),
    liveTokens: () => live.map(({ tokens }) => tokens.access_token),
    wrong,
    done,
    async progress() {
      const before = { ...done };
      const kinds = ['refresh', 'authorization', 'service'];
      const stuck = () => kinds.filter((kind) => (done[kind] ?? 0) <= (before[kind] ?? 0));
      await eventually(stuck).toEqual([]);
      await replaySpent();
    },
    async settle(db) {
      on = false;
      await Promise.all(work);
      await replaySpent();
      expect(wrong).toEqual([]);
      expect(done.replay, 'codes that were sent twice').toBeGreaterThan(0);
      for (const { tokens } of live)
        expect((await introspect(server, tokens.access_token)).body, 'an access token that was given').toMatchObject({
          active: true,
        });
      await verifying.expectToKnow({
        revoked: [...revoked.map(({ access_token }) => access_token), ...services],
        live: live.map(({ tokens }) => tokens.access_token),
      });
      for (const family of live) {
        const answer = await refresh(server, family.tokens.refresh_token as string);
        expect(answer.status, 'a refresh token that was given').toBe(200);
        family.tokens = answer.body as unknown as Tokens;
        family.rotations += 1;
      }
      for (const tokens of revoked) {
        expect((await introspect(server, tokens.access_token)).body, 'a revoked family').toEqual({ active: false });
        expect((await refresh(server, tokens.refresh_token as string)).status, 'a revoked family').toBe(400);
      }
      for (const token of services)
        expect((await introspect(server, token)).body, 'a revoked token').toEqual({ active: false });
      const rotated = live.filter(({ rotations }) => rotations > 1);
      await expectNoReuse(server, rotated);
      await verifying.expectToKnow({ revoked: rotated.map(({ tokens }) => tokens.access_token), live: [] });
      const unsealed = async () => (await db.pgPool.query('SELECT event FROM audit_unsealed')).rowCount;
      await eventually(unsealed).toBe(0);
      expect(await verifyAudit(db, { keys: testKeys })).toMatchObject({ unsealed: 0 });
    },
  };
}

/** Presents the first refresh token of each family, which is older than the predecessor: it is refused, and the family ends. */
async function expectNoReuse(server: TestServer, families: readonly Family[]): Promise<void> {
  expect(families.length, 'families that were rotated').toBeGreaterThan(0);
  for (const { first, tokens } of families) {
    const { status, body } = await refresh(server, first);
    expect([status, body.error], 'a refresh token of long ago').toEqual([400, 'invalid_grant']);
    expect((await introspect(server, tokens.access_token)).body, 'a family after reuse').toEqual({ active: false });
  }
}
