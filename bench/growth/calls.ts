/** The measured operations, each on a random row of the whole table. */
import { randomInt, randomUUID } from 'node:crypto';
import { decodeJwt, importJWK, type JWTPayload, SignJWT } from 'jose';
import { createRefreshTokens } from '../../src/operations/refresh-token.ts';
import { loadOrCreateKeyRing } from '../../src/operations/signing-keys.ts';
import { formatPosition } from '../../src/policy/refresh.ts';
import { accessTokenAlgorithm } from '../../src/policy/signing-algorithms.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createSealer, type Sealer } from '../../src/store/sealer.ts';
import { firstAuthorization } from '../first-authorization.ts';
import { basic, json, post, throwIfRefused } from '../http.ts';
import { type Call, introspect } from '../operations.ts';
import { secret } from '../ours.ts';
import { emailOf, people, scope } from '../scenario.ts';
import type { Variant } from '../variant.ts';
import { type Batch, emailOfAccount, grantAt } from './shape.ts';

export type OperationName = 'refresh' | 'introspection' | 'first authorization' | 'revocation';

/** One number of `callers` for everything: each caller has its own share of the families, so that they never meet. */
export async function createCalls(variant: Variant, databaseUrl: string, callers: number) {
  const sealer = createSealer([secret]);
  const refreshTokens = createRefreshTokens(sealer);
  const template = await firstAuthorization(variant, emailOf(people));
  const claims = decodeJwt(template.access_token);
  const sign = await accessTokenSigner(databaseUrl, sealer, claims);
  /** The current token of each family that was refreshed; undefined for those that were revoked. */
  const current = new Map<number, string | undefined>();
  const signedUp = new Set([people]);
  let batches: readonly Batch[] = [];

  const grantsNow = () => batches.at(-1)?.last ?? 0;
  function anyFamily(caller: number): number {
    for (;;) {
      const n = 1 + caller + callers * randomInt(Math.floor(grantsNow() / callers));
      if (!current.has(n) || current.get(n) !== undefined) return n;
    }
  }
  function tokenOf(n: number): string {
    const { handle, generation } = grantAt(n, batches);
    return current.get(n) ?? refreshTokens.at(handle, { generation, branch: 0 });
  }
  function anyNewcomer(): number {
    for (;;) {
      const account = 1 + randomInt(batches.at(-1)?.lastAccount ?? people);
      if (signedUp.has(account)) continue;
      signedUp.add(account);
      return account;
    }
  }

  const operations: Record<OperationName | 'client_credentials', (caller: number) => Promise<void>> = {
    async refresh(caller) {
      const n = anyFamily(caller);
      const token = tokenOf(n);
      const form = { grant_type: 'refresh_token', client_id: grantAt(n, batches).app, refresh_token: token };
      const { refresh_token: next } = json<{ refresh_token: string }>(
        await post(`${variant.origin}/oauth/token`, form),
      );
      if (next === token) throw new Error('the refresh token was not rotated');
      current.set(n, next);
    },
    async introspection(caller) {
      const { id, account, app, generation } = grantAt(anyFamily(caller), batches);
      await introspect(variant, await sign({ sub: `acc_bench${account}`, client_id: app, gid: id, generation }));
    },
    async 'first authorization'() {
      await firstAuthorization(variant, emailOfAccount(anyNewcomer()));
    },
    async revocation(caller) {
      const n = anyFamily(caller);
      const form = { token: tokenOf(n), client_id: grantAt(n, batches).app };
      const answer = await post(`${variant.origin}/oauth/revoke`, form);
      throwIfRefused(answer);
      if (answer.status !== 200) throw new Error(`status ${answer.status}: ${answer.text.slice(0, 300)}`);
      current.set(n, undefined);
    },
    async client_credentials() {
      const form = { grant_type: 'client_credentials', scope };
      json(await post(`${variant.origin}/oauth/token`, form, basic(variant.service)));
    },
  };
  return {
    templateId: claims.gid as string,
    /** Tells which rows there are. */
    use(existing: readonly Batch[]): void {
      batches = existing;
    },
    of(name: OperationName): Call[] {
      return Array.from({ length: callers }, (_, caller) => () => operations[name](caller));
    },
    /** A mix of the busiest operations, for the level of memory. */
    mix(): Call[] {
      const names = ['refresh', 'introspection', 'client_credentials'] as const;
      return Array.from({ length: callers }, (_, caller) => {
        let turn = caller;
        return () => {
          turn += 1;
          return operations[names[turn % names.length] as (typeof names)[number]](caller);
        };
      });
    },
  };
}

export type Calls = Awaited<ReturnType<typeof createCalls>>;

interface Owner {
  readonly sub: string;
  readonly client_id: string;
  readonly gid: string;
  readonly generation: number;
}

/** Signs access tokens as the server would, so that any grant has one. Each has its own `jti`: no cache has seen it. */
async function accessTokenSigner(databaseUrl: string, sealer: Sealer, claims: JWTPayload) {
  const db = openDatabase({ url: databaseUrl, poolSize: 1 });
  const { published } = await loadOrCreateKeyRing(db, sealer).finally(() => db.close());
  const key = published.find(({ alg, state }) => alg === accessTokenAlgorithm && state === 'current');
  if (!key) throw new Error('the server has no signing key');
  const privateKey = await importJWK(key.privateJwk, accessTokenAlgorithm);
  const header = { alg: accessTokenAlgorithm, kid: key.kid, typ: 'at+jwt' };
  return ({ generation, ...owner }: Owner): Promise<string> => {
    const rot = generation > 0 ? { rot: formatPosition({ generation, branch: 0 }) } : {};
    const now = Math.floor(Date.now() / 1000);
    const own = { jti: randomUUID(), iat: now, exp: now + 3600 };
    return new SignJWT({ ...claims, ...owner, ...rot, ...own }).setProtectedHeader(header).sign(privateKey);
  };
}
