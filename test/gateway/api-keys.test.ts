/** API keys at the verifier: what it asks and remembers, what makes it forget, and which keys it refuses. Two nodes, two verifiers. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TokenError } from '../../src/gateway/errors.ts';
import { arrivalsUntilNow, createRevocationList } from '../../src/gateway/revocation-list.ts';
import { createVerifier, type Verifier, type VerifierOptions } from '../../src/gateway/verifier.ts';
import { updateAccountFields } from '../../src/operations/account-update.ts';
import { restoreAccount, suspendAccount } from '../../src/operations/accounts.ts';
import { revokeApiKey, rotateApiKey, updateApiKey } from '../../src/operations/api-keys.ts';
import { formatApiKey } from '../../src/policy/api-keys.ts';
import { listApiKeys } from '../../src/store/api-keys.ts';
import { makeKey } from '../support/api-keys.ts';
import { addPerson, apiResource, startTestServer, type TestServer } from '../support/server.ts';
import { eventually, standingClocks } from './running-gateway.ts';
import { countingFetch, gatewayCredentials } from './tokens.ts';

const actor = { id: 'test' };
const asking = '/oauth/introspect/keys';
let server: TestServer;
let other: TestServer;
const open: Verifier[] = [];
beforeAll(async () => {
  server = await startTestServer();
  other = await startTestServer({ beside: server });
});
afterAll(async () => {
  for (const one of open) await one.close();
  await other.stop();
  await server.stop();
});

/** Its list stays fresh for as long as `clocks` stand still. */
async function start(options: Partial<VerifierOptions> = {}) {
  const clocks = standingClocks();
  const counting = countingFetch();
  const feed = cuttable(counting.fetch);
  const all = { issuer: server.issuer, audience: apiResource, credentials: gatewayCredentials(), apiKeys: true };
  const verifier = createVerifier({ ...all, fetch: feed.fetch, ...options }, clocks);
  open.push(verifier);
  await verifier.ready();
  return { verifier, clocks, counting, cutFeed: feed.cut, asked: () => counting.count(asking) };
}

/** Once it is cut, nothing of the feed arrives any more, as on a line that loses all packets. */
function cuttable(send: typeof fetch) {
  let isCut = false;
  const passing = () => new TransformStream({ transform: (chunk, to) => void (isCut || to.enqueue(chunk)) });
  return {
    cut: () => {
      isCut = true;
    },
    fetch: (async (input, init) => {
      const { body, status, headers } = await send(input, init);
      const isFeed = String(input).includes('/oauth/revocations');
      return new Response(isFeed && body ? body.pipeThrough(passing()) : body, { status, headers });
    }) as typeof fetch,
  };
}

const address = '198.51.100.7';
const unknownKey = () => formatApiKey('live', randomBytes(32));

async function refusal(work: Promise<unknown>) {
  const error = (await work.then(
    () => new Error('was accepted'),
    (cause: unknown) => cause,
  )) as TokenError;
  return { status: error.status, error: error.error, description: error.description ?? error.message };
}
const unknown = { status: 401, error: 'invalid_token', description: 'The API key is unknown, or was revoked' };

describe('a key', () => {
  it('is asked about once, and then costs no request', async () => {
    const { verifier, asked } = await start();
    const { key, secret } = await makeKey(server);
    expect(verifier.recall(secret)).toBeUndefined();
    const claims = await verifier.verify(secret, { scope: 'projects:read', address });
    expect(claims).toEqual({
      iss: server.issuer,
      aud: apiResource,
      sub: server.person.id,
      scope: 'projects:read ai:generate',
      tier: 'free',
      key_id: key.id,
      environment: 'live',
    });
    expect(Object.isFrozen(claims)).toBe(true);
    for (let call = 0; call < 50; call += 1) {
      expect(await verifier.verify(secret, { address })).toBe(claims);
      expect(verifier.recall(secret, { scope: 'ai:generate' })).toBe(claims);
    }
    expect([asked(), verifier.status.cachedKeys]).toEqual([1, 1]);
  });

  it('is asked about together with others, each in its turn', async () => {
    const { verifier, asked } = await start();
    const made = await Promise.all(
      Array.from({ length: 250 }, (_, index) => (index < 90 ? makeKey(server) : unknownKey())),
    );
    const secrets = made.map((one) => (typeof one === 'string' ? one : one.secret));
    const results = await Promise.allSettled(
      secrets.map((secret, index) => verifier.verify(secret, { address: `192.0.2.${index % 5}` })),
    );
    for (const [index, result] of results.entries()) {
      const one = made[index];
      if (typeof one === 'string') expect(result.status).toBe('rejected');
      else expect(result).toMatchObject({ status: 'fulfilled', value: { key_id: one?.key.id } });
    }
    expect(asked()).toBe(3);
    const again = await start();
    const { secret } = made[0] as { secret: string };
    await Promise.all(Array.from({ length: 100 }, () => again.verifier.verify(secret)));
    expect(again.asked()).toBe(1);
    await revokeApiKey(server.db, (await listApiKeys(server.db, server.person.id))[0]?.id as string, actor);
    await server.db.script(`DELETE FROM api_keys`);
  });

  it('that was changed has what it has now, at every node', async () => {
    const [here, there] = [await start(), await start({ issuer: other.issuer, endpoints: {} })];
    const { key, secret } = await makeKey(server);
    const scopes = () => Promise.all([here, there].map(async ({ verifier }) => (await verifier.verify(secret)).scope));
    expect(await scopes()).toEqual(['projects:read ai:generate', 'projects:read ai:generate']);
    await updateApiKey(server.db, key.id, { scope: ['projects:read'] }, actor);
    expect(await eventually(async () => (await scopes()).every((scope) => scope === 'projects:read'))).toBe(true);
    await updateAccountFields(server.db, server.person.id, { tier: 'pro' }, actor);
    const isPro = async () => (await here.verifier.verify(secret)).tier === 'pro';
    expect(await eventually(isPro)).toBe(true);
    await updateAccountFields(server.db, server.person.id, { tier: 'free' }, actor);
  });

  it.each<[string, (id: string, accountId: string) => Promise<unknown>]>([
    ['revoked', (id) => revokeApiKey(server.db, id, actor)],
    ['replaced without an overlap', (id) => rotateApiKey(server.db, id, { overlapSeconds: 0 }, actor)],
    ['the owner is suspended', (_id, account) => suspendAccount(server.db, account, actor)],
    ['the owner is deleted', (_id, account) => server.db.script(`DELETE FROM accounts WHERE id = '${account}'`)],
    [
      'another program changes the row',
      (id) => server.db.script(`UPDATE api_keys SET revoked_at = now() WHERE id = '${id}'`),
    ],
  ])('is soon refused at every node, and by a verifier that starts later: %s', async (_what, end) => {
    const person = await addPerson(server.db, `${randomBytes(6).toString('hex')}@example.com`);
    const { key, secret } = await makeKey({ db: server.db, person });
    const verifiers = [await start(), await start({ issuer: other.issuer })].map(({ verifier }) => verifier);
    await Promise.all(verifiers.map((one) => one.verify(secret)));
    await end(key.id, person.id);
    for (const one of verifiers) {
      expect(await eventually(async () => (await refusal(one.verify(secret))).status === 401)).toBe(true);
      expect(await refusal(one.verify(secret))).toEqual(unknown);
    }
    expect(await refusal((await start()).verifier.verify(secret))).toEqual(unknown);
  });

  it('whose owner is restored works again within half a minute', async () => {
    const { verifier, clocks } = await start();
    const person = await addPerson(server.db, `${randomBytes(6).toString('hex')}@example.com`);
    const { secret } = await makeKey({ db: server.db, person });
    await suspendAccount(server.db, person.id, actor);
    expect(await refusal(verifier.verify(secret))).toEqual(unknown);
    await restoreAccount(server.db, person.id, actor);
    clocks.pass(4_000);
    expect(await refusal(verifier.verify(secret))).toEqual(unknown);
    clocks.sleepFromNow(30_000);
    expect(await verifier.verify(secret)).toMatchObject({ sub: person.id });
  });

  it('that is revoked while its answer is on the way is asked about again', async () => {
    let hold: Promise<unknown> = Promise.resolve();
    let asked = 0;
    const holding: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (String(input).endsWith(asking)) {
        asked += 1;
        await hold;
      }
      return response;
    };
    const { verifier } = await start({ fetch: holding });
    const { key, secret } = await makeKey(server);
    const entries = verifier.status.revocationEntries;
    const released = Promise.withResolvers<void>();
    hold = released.promise;
    const first = verifier.verify(secret);
    expect(await eventually(() => asked === 1)).toBe(true);
    await revokeApiKey(server.db, key.id, actor);
    expect(await eventually(() => verifier.status.revocationEntries > entries)).toBe(true);
    released.resolve();
    expect(await refusal(first)).toEqual(unknown);
    expect(asked).toBe(2);
  });

  it('does not share an answer that was asked for before', async () => {
    let hold: Promise<unknown> = Promise.resolve();
    let asked = 0;
    const holding: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (String(input).endsWith(asking)) asked += 1;
      if (asked === 1) await hold;
      return response;
    };
    const { verifier } = await start({ fetch: holding });
    const { key, secret } = await makeKey(server);
    const entries = verifier.status.revocationEntries;
    const released = Promise.withResolvers<void>();
    hold = released.promise;
    const first = verifier.verify(secret).catch(() => {});
    expect(await eventually(() => asked === 1)).toBe(true);
    await revokeApiKey(server.db, key.id, actor);
    expect(await eventually(() => verifier.status.revocationEntries > entries)).toBe(true);
    expect(await refusal(verifier.verify(secret))).toEqual(unknown);
    released.resolve();
    await first;
    expect(await refusal(verifier.verify(secret))).toEqual(unknown);
  });
});

describe('a key is refused', () => {
  it.each([
    ['vcs_sk_live_', 'empty'],
    [`${unknownKey().slice(0, -1)}`, 'short'],
    [unknownKey().replace('_live_', '_test_'), 'with another environment'],
    [`vcs_sk_live_${'a'.repeat(49)}`, 'with a wrong checksum'],
    [`vcs_sk_live_${'a'.repeat(100_000)}`, 'huge'],
    [`${unknownKey()}=`, 'with padding'],
  ])('without a question if it cannot be one: %2$s', async (text) => {
    const { verifier, asked } = await start();
    expect(await refusal(verifier.verify(text))).toMatchObject({ status: 401, description: 'This is not an API key' });
    expect(asked()).toBe(0);
  });

  it('without a question by a verifier that takes no keys', async () => {
    const { verifier, asked } = await start({ apiKeys: false });
    const { secret } = await makeKey(server);
    expect(await refusal(verifier.verify(secret))).toMatchObject({ description: 'API keys are not accepted here' });
    expect([verifier.recall(secret), asked()]).toEqual([undefined, 0]);
  });

  it('when it has expired, by the clock', async () => {
    const { verifier, clocks, asked } = await start();
    const { secret } = await makeKey(server, { expiresAt: new Date(Date.now() + 600_000) });
    await verifier.verify(secret);
    clocks.sleepFromNow(660_000);
    expect((await refusal(verifier.verify(secret))).status).toBe(401);
    const { verifier: fresh } = await start();
    await fresh.verify(secret);
    expect(asked()).toBeLessThanOrEqual(2);
  });

  it('outside of its networks, also where the address is not known', async () => {
    const { verifier, asked } = await start();
    const { secret } = await makeKey(server, { networks: ['203.0.113.0/24', '2001:db8::/32'] });
    for (const from of [
      '203.0.113.9',
      '::ffff:203.0.113.9',
      '203.0.113.9:4711',
      '2001:db8:1::1',
      '[2001:db8:1::1]:4711',
    ]) {
      expect(await verifier.verify(secret, { address: from })).toMatchObject({ sub: server.person.id });
    }
    for (const from of ['198.51.100.7', '2001:db9::1', 'unknown', '', undefined]) {
      const description = 'The API key may not be used from this address';
      expect(await refusal(verifier.verify(secret, { address: from }))).toMatchObject({ status: 401, description });
    }
    expect(asked()).toBe(1);
  });

  it('for other resources, scopes and sign-ins than it has, and by DPoP', async () => {
    const { verifier } = await start({ otherAudiences: ['https://api.vibecaas.com/mcp'] });
    const { secret } = await makeKey(server);
    const dpop = { proof: 'p', method: 'GET', url: 'https://api.vibecaas.com/v1/projects' };
    const refused = async (request: object) => {
      const { status, error } = await refusal(verifier.verify(secret, request));
      return `${status} ${error}`;
    };
    expect(await refused({ audience: 'https://api.vibecaas.com/mcp' })).toBe('401 invalid_token');
    expect(await refused({ dpop })).toBe('401 invalid_token');
    expect(await refused({ scope: 'projects:read projects:write' })).toBe('403 insufficient_scope');
    expect(await refused({ acr: 'urn:vibecaas:acr:1' })).toBe('401 insufficient_user_authentication');
    expect(await refused({ maxAgeSeconds: 60 })).toBe('401 insufficient_user_authentication');
    expect(await verifier.verify(secret, { scope: 'ai:generate projects:read' })).toBeDefined();
  });

  it('if it is for some projects, which nobody checks yet', async () => {
    const { verifier } = await start();
    const { secret } = await makeKey(server, { projects: ['p'] });
    expect(await refusal(verifier.verify(secret))).toMatchObject({ status: 403, error: 'insufficient_scope' });
  });

  it('if the server’s answer is not one', async () => {
    const { secret } = await makeKey(server);
    const whole = {
      active: true,
      token_type: 'api_key',
      iss: server.issuer,
      aud: apiResource,
      sub: 's',
      scope: '',
      tier: 'free',
      key_id: 'k',
      environment: 'live',
    };
    const answers = [
      {},
      { keys: [] },
      { keys: [null] },
      { keys: [{}] },
      { keys: [{ ...whole, active: 'yes' }] },
      { keys: [{ ...whole, token_type: 'Bearer' }] },
      { keys: [{ ...whole, sub: undefined }] },
      { keys: [{ ...whole, environment: 'prod' }] },
      { keys: [{ ...whole, networks: ['all'] }] },
      { keys: [{ ...whole, networks: '0.0.0.0/0' }] },
      { keys: [{ ...whole, projects: 'all' }] },
      { keys: [{ ...whole, exp: 'never' }] },
      { keys: [whole, whole] },
    ];
    for (const answer of answers) {
      const said: typeof fetch = (input, init) =>
        String(input).endsWith(asking) ? Promise.resolve(Response.json(answer)) : fetch(input, init);
      const { verifier } = await start({ fetch: said });
      expect([answer, await refusal(verifier.verify(secret))]).toEqual([
        answer,
        expect.objectContaining({ status: 503 }),
      ]);
    }
  });
});

describe('an unknown key', () => {
  it('is remembered as such for half a minute', async () => {
    const { verifier, clocks, asked } = await start();
    const key = unknownKey();
    for (let call = 0; call < 20; call += 1) expect(await refusal(verifier.verify(key, { address }))).toEqual(unknown);
    expect(asked()).toBe(1);
    clocks.sleepFromNow(31_000);
    await refusal(verifier.verify(key, { address }));
    expect(asked()).toBe(2);
  });

  it('is asked about a hundred times in a minute for one address, and others are not kept waiting', async () => {
    const { verifier, clocks } = await start();
    const { secret: known } = await makeKey(server);
    await verifier.verify(known, { address });
    const flood = (from: string) =>
      Promise.all(
        Array.from(
          { length: 130 },
          async () => (await refusal(verifier.verify(unknownKey(), { address: from }))).status,
        ),
      );
    const { secret: unseen } = await makeKey(server);
    // All of them at one moment, since an address regains some with time.
    const running = flood(address);
    const late = refusal(verifier.verify(unseen, { address }));
    expect((await running).toSorted()).toEqual([...Array(100).fill(401), ...Array(30).fill(429)]);
    expect(await late).toMatchObject({ status: 429, error: 'too_many_requests' });
    expect(await verifier.verify(known, { address })).toBeDefined();
    expect(await verifier.verify(unseen, { address: '198.51.100.8' })).toBeDefined();
    const spread = await Promise.all(
      Array.from(
        { length: 130 },
        async (_, index) =>
          (await refusal(verifier.verify(unknownKey(), { address: `2001:db8::${index.toString(16)}` }))).status,
      ),
    );
    expect(spread.filter((status) => status === 429)).toHaveLength(30);
    clocks.sleepFromNow(61_000);
    expect((await flood(address)).filter((status) => status === 401)).toHaveLength(100);
  });

  it.each<[string, (n: number) => string]>([
    ['whatever port a proxy names beside it', (n) => `198.51.100.9:${4_000 + n}`],
    [
      'in whatever form it is written',
      (n) => ['198.51.100.9', '::ffff:198.51.100.9', '::FFFF:c633:6409'][n % 3] as string,
    ],
    ['and what is not an address counts as one', (n) => `nobody-${n}`],
  ])('is asked about a hundred times for one address, %s', async (_, from) => {
    const { verifier } = await start();
    const asked = Array.from({ length: 130 }, (_, n) => refusal(verifier.verify(unknownKey(), { address: from(n) })));
    const refused = (await Promise.all(asked)).filter(({ status }) => status === 429);
    expect(refused).toHaveLength(30);
  });

  it('limits nobody whose keys are known to the server', async () => {
    const { verifier } = await start();
    const made = await Promise.all(Array.from({ length: 60 }, () => makeKey(server)));
    for (let round = 0; round < 3; round += 1) {
      const fresh = (await start()).verifier;
      await Promise.all(made.map(({ secret }) => fresh.verify(secret, { address })));
    }
    for (const { secret } of made) await verifier.verify(secret, { address });
    for (let call = 0; call < 90; call += 1)
      expect((await refusal(verifier.verify(unknownKey(), { address }))).status).toBe(401);
    await server.db.script('DELETE FROM api_keys');
  });
});

describe('while the feed is cut off', () => {
  it('each call asks, and sees a revocation at once', async () => {
    const { verifier, clocks, cutFeed, asked } = await start();
    const { key, secret } = await makeKey(server);
    await verifier.verify(secret);
    cutFeed();
    clocks.sleep(6_000);
    expect(verifier.recall(secret)).toBeUndefined();
    await verifier.verify(secret);
    await verifier.verify(secret);
    expect(asked()).toBe(3);
    await revokeApiKey(server.db, key.id, actor);
    expect(await refusal(verifier.verify(secret))).toEqual(unknown);
  });

  it('and nobody answers, every key is refused, or remembered ones are accepted where that was asked for', async () => {
    const { secret } = await makeKey(server);
    const [strict, lax] = [await start(), await start({ acceptRevokedTokensWhileCutOff: true })];
    for (const { verifier, clocks, cutFeed, counting } of [strict, lax]) {
      await verifier.verify(secret);
      cutFeed();
      counting.failFor((path) => path === asking);
      clocks.sleep(6_000);
    }
    expect(await refusal(strict.verifier.verify(secret))).toMatchObject({
      status: 503,
      error: 'temporarily_unavailable',
    });
    expect(await lax.verifier.verify(secret)).toMatchObject({ sub: server.person.id });
    const { secret: unseen } = await makeKey(server);
    expect(await refusal(lax.verifier.verify(unseen))).toMatchObject({ status: 503 });
  });

  it('failed questions are not counted as unknown keys', async () => {
    const { verifier, counting } = await start();
    const { secret } = await makeKey(server);
    counting.failFor((path) => path === asking);
    for (let call = 0; call < 120; call += 1)
      expect((await refusal(verifier.verify(secret, { address }))).status).toBe(503);
    counting.failFor(() => false);
    expect(await verifier.verify(secret, { address })).toBeDefined();
  });
});

describe('the list', () => {
  it('says nothing of what was before a new snapshot', () => {
    const first = createRevocationList();
    const before = arrivalsUntilNow();
    expect(first.isUnchanged('key_1', before)).toBe(true);
    const second = createRevocationList();
    expect(second.isUnchanged('key_1', before)).toBe(false);
    expect(second.isUnchanged('key_1', arrivalsUntilNow())).toBe(true);
  });

  it('knows a change of a key until its entry has ended', () => {
    const list = createRevocationList();
    const before = arrivalsUntilNow();
    list.apply([{ kind: 'key_id', value: 'key_1', expires_at: 100 }]);
    expect([list.isUnchanged('key_1', before), list.isUnchanged('key_2', before)]).toEqual([false, true]);
    expect(list.isUnchanged('key_1', arrivalsUntilNow())).toBe(true);
    list.prune(100_000);
    expect(list.isUnchanged('key_1', before)).toBe(true);
    expect(list.size).toBe(0);
  });
});

it('the server is told when a key was used last, and from where', async () => {
  const { verifier } = await start();
  const { key, secret } = await makeKey(server);
  await verifier.verify(secret, { address: '203.0.113.1' });
  verifier.recall(secret, { address: '203.0.113.2' });
  await verifier.verify(secret, { scope: 'projects:write', address: '203.0.113.3' }).catch(() => {});
  await verifier.close();
  const find = async () => (await listApiKeys(server.db, server.person.id)).find(({ id }) => id === key.id);
  expect(await eventually(async () => (await find())?.last_used_at !== null)).toBe(true);
  expect(await find()).toMatchObject({ last_used_address: '203.0.113.2' });
});

it('a verifier without credentials takes no keys', () => {
  const options = { issuer: server.issuer, audience: apiResource, acceptRevokedTokensWhileCutOff: true };
  expect(() => createVerifier({ ...options, apiKeys: true })).toThrow('apiKeys: needs credentials');
});
