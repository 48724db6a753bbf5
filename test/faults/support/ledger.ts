/**
 * A mixed load, and a ledger of what clients were told. Afterwards each promise is checked: tokens that a client was given
 * work, and what was consumed or revoked does not.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { verifyAudit } from '../../../src/operations/verify-audit.ts';
import type { Database } from '../../../src/store/database.ts';
import { testKeys } from '../../support/audit.ts';
import { eventually } from '../../support/eventually.ts';
import { exchange, introspect, obtainCode, post, refresh, type Tokens } from '../../support/oauth.ts';
import type { TestServer } from '../../support/server.ts';

/** A family as its client knows it. */
interface Family {
  tokens: Tokens;
}

export interface Ledger {
  /** Answers that no client should get: an error other than “later”, for something that is its own. */
  readonly wrong: string[];
  /** How often each kind of work was done, and how often it was put off. */
  readonly done: Record<string, number>;
  /** Stops the load, and checks every promise. Requests go to the balancer. */
  settle(db: Database): Promise<void>;
  /** Waits until work of each kind was done since. */
  progress(): Promise<void>;
}

type Answer = { status: number; body: Record<string, unknown> };

/** Nothing was done, or nobody knows: the client sends the same again. */
const later = (status: number) => status === 0 || status === 502 || status === 503;

/** Never throws: a broken connection is status 0. */
const asked = (work: () => Promise<Answer>): Promise<Answer> => work().catch(() => ({ status: 0, body: {} }));

/** Starts the load on `server`: families that refresh, authorizations, codes that are sent twice, and revocations. */
export async function startLoad(server: TestServer, families = 6): Promise<Ledger> {
  const done: Record<string, number> = { refresh: 0, authorization: 0, revocation: 0, service: 0, 'put off': 0 };
  const wrong: string[] = [];
  const live: Family[] = [];
  const revoked: Tokens[] = [];
  const spent: string[] = [];
  const services: string[] = [];
  let on = true;

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
  const authorize = async (): Promise<Tokens | undefined> => {
    const code = await obtainCode(server).catch(() => undefined);
    if (code === undefined) {
      add('put off');
      return undefined;
    }
    const answer = await asked(() => exchange(server, code));
    if (!count('authorization', answer)) return undefined;
    return answer.body as unknown as Tokens;
  };
  const refreshing = async (family: Family) => {
    while (on) {
      const answer = await asked(() => refresh(server, family.tokens.refresh_token as string));
      if (count('refresh', answer)) family.tokens = answer.body as unknown as Tokens;
      await sleep(20);
    }
  };
  const authorizing = async () => {
    while (on) {
      const tokens = await authorize();
      if (!tokens) await sleep(200);
      else if (Math.random() < 0.5) live.push({ tokens });
      else await revoke(tokens);
    }
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
    const tokens = await authorize();
    if (tokens) live.push({ tokens });
  }
  for (let n = 0; n < 3; n += 1) {
    const code = await obtainCode(server);
    expect((await exchange(server, code)).status).toBe(200);
    spent.push(code);
  }
  const work = [...live.map(refreshing), authorizing(), authorizing(), serving()];

  return {
    wrong,
    done,
    async progress() {
      const before = { ...done };
      const kinds = ['refresh', 'authorization', 'service'];
      const stuck = () => kinds.filter((kind) => (done[kind] ?? 0) <= (before[kind] ?? 0));
      await eventually(stuck).toEqual([]);
    },
    async settle(db) {
      on = false;
      await Promise.all(work);
      expect(wrong).toEqual([]);
      for (const { tokens } of live) {
        expect((await introspect(server, tokens.access_token)).body, 'an access token that was given').toMatchObject({
          active: true,
        });
        expect((await refresh(server, tokens.refresh_token as string)).status, 'a refresh token that was given').toBe(
          200,
        );
      }
      for (const tokens of revoked) {
        expect((await introspect(server, tokens.access_token)).body, 'a revoked family').toEqual({ active: false });
        expect((await refresh(server, tokens.refresh_token as string)).status, 'a revoked family').toBe(400);
      }
      for (const token of services)
        expect((await introspect(server, token)).body, 'a revoked token').toEqual({ active: false });
      for (const code of spent) expect((await exchange(server, code)).status, 'a code that was used').toBe(400);
      const unsealed = async () => (await db.pgPool.query('SELECT event FROM audit_unsealed')).rowCount;
      await eventually(unsealed).toBe(0);
      expect(await verifyAudit(db, { keys: testKeys })).toMatchObject({ unsealed: 0 });
    },
  };
}
