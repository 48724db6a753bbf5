/** Token exchange (RFC 8693): what a service gets for the token of a person, and what it never gets. */
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteClient } from '../../src/operations/client-deletion.ts';
import { disableClient, updateClient } from '../../src/operations/clients.ts';
import { newProofKey } from '../support/dpop.ts';
import {
  accessTokenType,
  addExchanger,
  billing,
  exchangeToken,
  grantType,
  reports,
  resourcesSetting,
} from '../support/exchange.ts';
import { basic, introspect, obtainTokens, post, refresh } from '../support/oauth.ts';
import { apiResource, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { fewestStatements } from '../support/statements.ts';

const actor = { id: 'test' };
const everything = 'projects:read projects:write analytics:read';
let server: TestServer;
let second: TestServer;
let subject: string;
beforeAll(async () => {
  const env = { API_RESOURCES: resourcesSetting };
  server = await startTestServer({ env });
  second = await startTestServer({ beside: server, env: { ...env, ISSUER: server.issuer } });
  await addExchanger(server, 'edge', { scope: everything, exchange_resource: `${billing} ${reports}` });
  const all = { gateway_resource: `${apiResource} ${billing} ${reports}`, scope: everything };
  await addExchanger(server, 'all', { ...all, exchange_resource: `${billing} ${reports}` });
  await addExchanger(server, 'narrow', { scope: 'projects:read', exchange_resource: billing });
  await addExchanger(server, 'scopeless', { exchange_resource: billing });
  await addExchanger(server, 'elsewhere', {
    gateway_resource: 'https://other.example',
    scope: everything,
    exchange_resource: billing,
  });
  subject = (await obtainTokens(server, { scope: everything })).access_token;
});
afterAll(async () => {
  await second.stop();
  await server.stop();
});

const claimsOf = (token: unknown) => decodeJwt(token as string);
const isActive = async (token: unknown, gateway = 'all', node = server) =>
  (await introspect(node, token as string, gateway)).body.active;
const exchanged = async (token: string, by = 'edge', more: Record<string, string> = {}, node = server) => {
  const { status, body } = await exchangeToken(node, token, by, { resource: billing, ...more });
  expect([status, body.error_description]).toEqual([200, undefined]);
  return body.access_token as string;
};
const refusal = async (token: string, by = 'edge', more: Record<string, string> = {}) => {
  const { status, body } = await exchangeToken(server, token, by, { resource: billing, ...more });
  return [status, body.error];
};

describe('an exchanged token', () => {
  it('is for the other resource, with the scopes that subject, client and resource have, and says who acts', async () => {
    const { body, headers } = await exchangeToken(server, subject, 'edge', { resource: billing });
    expect(body).toEqual({
      access_token: expect.any(String),
      issued_token_type: accessTokenType,
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      scope: 'projects:read projects:write',
    });
    expect(headers.get('cache-control')).toBe('no-store');
    const before = claimsOf(subject);
    expect(claimsOf(body.access_token)).toEqual({
      iss: server.issuer,
      aud: billing,
      sub: server.person.id,
      client_id: 'edge',
      scope: 'projects:read projects:write',
      jti: expect.not.stringMatching(before.jti as string),
      iat: expect.any(Number),
      exp: expect.any(Number),
      gid: before.gid,
      tier: before.tier,
      acr: before.acr,
      amr: before.amr,
      auth_time: before.auth_time,
      act: { sub: 'edge' },
      derived_from: [before.jti, 'trust 0 edge'],
    });
  });

  it('ends no later than the subject token', async () => {
    const { exp = 0, iat = 0 } = claimsOf(subject);
    // In the same second both would end together anyway.
    await sleep(Math.max(0, (iat + 2) * 1000 - Date.now()));
    const { body } = await exchangeToken(server, subject, 'edge', { resource: billing });
    expect(claimsOf(body.access_token).exp).toBeLessThanOrEqual(exp);
    expect(claimsOf(await exchanged(body.access_token as string, 'all')).exp).toBeLessThanOrEqual(exp);
  });

  it('is active for the gateways of its resource alone, which see who acts', async () => {
    const token = await exchanged(subject);
    const { body } = await introspect(server, token, 'all');
    expect(body).toMatchObject({ active: true, client_id: 'edge', act: { sub: 'edge' }, sub: server.person.id });
    expect(body).not.toHaveProperty('derived_from');
    expect(await isActive(token, 'gateway')).toBe(false);
  });

  it('opens neither UserInfo nor the admin API', async () => {
    const withOpenid = (await obtainTokens(server, { scope: 'openid projects:read' })).access_token;
    const token = await exchanged(withOpenid);
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`${server.issuer}/oauth/userinfo`, { headers })).status).toBe(403);
    expect((await fetch(`${server.issuer}/admin/v1/clients`, { headers })).status).toBe(401);
  });

  it('comes without a refresh token and without an ID token', async () => {
    const { body } = await exchangeToken(server, subject, 'edge', { resource: billing });
    expect([body.refresh_token, body.id_token]).toEqual([undefined, undefined]);
  });

  it('is found by `audience` and by `resource`, with and without a slash, and both together if they agree', async () => {
    for (const more of [{ audience: billing }, { resource: `${billing}/` }, { resource: billing, audience: billing }]) {
      const { body } = await exchangeToken(server, subject, 'edge', more as Record<string, string>);
      expect(claimsOf(body.access_token).aud).toBe(billing);
    }
  });

  it('is for the one resource of a client that has only one, if the request names none', async () => {
    const { body } = await exchangeToken(server, subject, 'narrow');
    expect(claimsOf(body.access_token)).toMatchObject({ aud: billing, scope: 'projects:read' });
  });
});

describe('widening is refused:', () => {
  it('a scope that the subject token does not have', async () => {
    const { access_token: little } = await obtainTokens(server, { scope: 'projects:read' });
    expect(await refusal(little, 'edge', { scope: 'projects:read projects:write' })).toEqual([400, 'invalid_scope']);
    expect(claimsOf(await exchanged(little)).scope).toBe('projects:read');
  });

  it('a scope that the client may not have', async () => {
    expect(await refusal(subject, 'narrow', { scope: 'projects:write' })).toEqual([400, 'invalid_scope']);
    expect(claimsOf(await exchanged(subject, 'narrow')).scope).toBe('projects:read');
  });

  it('a client that has no scopes', async () => {
    expect(await refusal(subject, 'scopeless')).toEqual([400, 'invalid_scope']);
  });

  it('a scope that an exchanged token has lost on the way', async () => {
    const token = await exchanged(subject, 'edge', { scope: 'projects:read' });
    expect(await refusal(token, 'all', { resource: reports, scope: 'analytics:read' })).toEqual([400, 'invalid_scope']);
  });

  it('a scope that an admin has taken from the app meanwhile', async () => {
    const { access_token: token } = await obtainTokens(server, {
      client_id: 'web',
      scope: 'projects:read projects:write',
    });
    const passedOn = await exchanged(token);
    const { scope: before } = await server.db.builder
      .selectFrom('clients')
      .select('scope')
      .where('client_id', '=', 'web')
      .executeTakeFirstOrThrow();
    await updateClient(server.db, 'web', { scope: 'projects:read' }, actor);
    expect(claimsOf(await exchanged(token)).scope).toBe('projects:read');
    expect((await introspect(server, passedOn, 'all')).body.scope).toBe('projects:read');
    await updateClient(server.db, 'web', { scope: before }, actor);
  });
});

describe('a foreign audience is refused:', () => {
  it.each([
    ['a resource that the client may not exchange for', 'narrow', { resource: reports }],
    ['a resource that nobody has', 'edge', { resource: 'https://evil.example' }],
    ['two resources', 'edge', { resource: billing, audience: reports }],
    ['none, of a client that has two', 'edge', { resource: '' }],
  ])('%s', async (_name, by, more) => {
    expect(await refusal(subject, by, more)).toEqual([400, 'invalid_target']);
  });

  it('the admin API, even if an admin listed it', async () => {
    const admin = `${server.issuer}/admin/v1`;
    const metadata = await (await fetch(`${server.issuer}/.well-known/oauth-protected-resource/admin/v1`)).json();
    expect(metadata.resource).toBe(admin);
    expect(await refusal(subject, 'edge', { resource: admin })).toEqual([400, 'invalid_target']);
    await addExchanger(server, 'reaching', { scope: everything, exchange_resource: billing });
    const row = server.db.builder.updateTable('clients').set({ exchange_resource: admin });
    await row.where('client_id', '=', 'reaching').execute();
    expect(await refusal(subject, 'reaching', { resource: admin })).toEqual([400, 'invalid_target']);
  });

  it('a subject token that was not sent to this client', async () => {
    expect(await refusal(subject, 'elsewhere')).toEqual([400, 'invalid_request']);
    expect(await refusal(await exchanged(subject), 'edge')).toEqual([400, 'invalid_request']);
  });
});

describe('a client', () => {
  it.each(['gateway', 'service', 'web', 'spa'])('that nobody allowed it to (%s) is refused', async (id) => {
    expect(await refusal(subject, id)).toEqual([400, 'unauthorized_client']);
  });

  it('that is no gateway cannot be registered for it', async () => {
    const alone = addExchanger(server, 'alone', { gateway_resource: null, exchange_resource: billing });
    await expect(alone).rejects.toThrow(/gateway/);
  });

  it('that loses the permission can exchange no more, and what it has is inactive, on another node too', async () => {
    await addExchanger(server, 'brief', { scope: everything, exchange_resource: billing });
    const token = await exchanged(subject, 'brief', {}, second);
    await updateClient(server.db, 'brief', { exchange_resource: null }, actor);
    const { body } = await exchangeToken(second, subject, 'brief', { resource: billing });
    expect(body.error).toBe('unauthorized_client');
    expect(await isActive(token, 'all', second)).toBe(false);
  });
});

describe('a subject token', () => {
  it.each<[string, () => Promise<string>]>([
    [
      'that was revoked',
      async () => {
        const { access_token: token } = await obtainTokens(server);
        await post(server, '/oauth/revoke', { token });
        return token;
      },
    ],
    [
      'of a family that has ended',
      async () => {
        const tokens = await obtainTokens(server);
        await post(server, '/oauth/revoke', { token: tokens.refresh_token as string });
        return tokens.access_token;
      },
    ],
    ['that is a refresh token', async () => (await obtainTokens(server)).refresh_token as string],
    [
      'that is an ID token',
      async () => (await obtainTokens(server, { scope: 'openid projects:read' })).id_token as string,
    ],
    [
      'of a service that acts for itself',
      async () =>
        (await post(server, '/oauth/token', { grant_type: 'client_credentials', scope: 'projects:read' }, 'service'))
          .body.access_token as string,
    ],
    ['with another signature', async () => `${subject.slice(0, -6)}AAAAAA`],
    ['that is no token', async () => 'x'],
  ])('%s is refused, and the answer is the same for all', async (_name, make) => {
    const { status, body } = await exchangeToken(server, await make(), 'edge', { resource: billing });
    expect([status, body]).toEqual([
      400,
      { error: 'invalid_request', error_description: 'the subject token is not one that this client may exchange' },
    ]);
  });

  it('that a fork of its family has replaced is refused', async () => {
    const tokens = await obtainTokens(server);
    const lost = (await refresh(server, tokens.refresh_token as string)).body.access_token as string;
    await server.db.pgPool.query("UPDATE grants SET rotated_at = now() - interval '1 hour' WHERE id = $1", [
      claimsOf(lost).gid,
    ]);
    await refresh(server, tokens.refresh_token as string);
    expect(await refusal(lost)).toEqual([400, 'invalid_request']);
  });

  it('passes through three services at most', async () => {
    let token = subject;
    const chain: string[] = [];
    for (const by of ['edge', 'all', 'all']) {
      token = await exchanged(token, by);
      chain.unshift(by);
    }
    expect(claimsOf(token).act).toEqual({ sub: 'all', act: { sub: 'all', act: { sub: 'edge' } } });
    const { body } = await exchangeToken(server, token, 'all', { resource: billing });
    expect(body.error).toBe('invalid_request');
    expect(body.error_description).toMatch(/three|3 services/);
  });
});

describe('what ends the subject token ends what was exchanged from it:', () => {
  const three = async () => {
    const tokens = await obtainTokens(server, { client_id: 'web', scope: 'projects:read' });
    const first = await exchanged(tokens.access_token);
    return { tokens, first, last: await exchanged(first, 'all') };
  };
  const both = async (first: string, last: string) => [await isActive(first), await isActive(last, 'all', second)];

  it('its own revocation', async () => {
    const { tokens, first, last } = await three();
    expect(await both(first, last)).toEqual([true, true]);
    await post(server, '/oauth/revoke', { token: tokens.access_token }, 'web');
    expect(await both(first, last)).toEqual([false, false]);
  });

  it('the revocation of an exchanged token, for those that come after it', async () => {
    const { tokens, first, last } = await three();
    await post(server, '/oauth/revoke', { token: first }, 'edge');
    expect(await both(first, last)).toEqual([false, false]);
    expect(await isActive(tokens.access_token, 'gateway')).toBe(true);
  });

  it('the end of its family', async () => {
    const { tokens, first, last } = await three();
    await post(server, '/oauth/revoke', { token: tokens.refresh_token as string }, 'web');
    expect(await both(first, last)).toEqual([false, false]);
  });

  it('the end of a service in between', async () => {
    await addExchanger(server, 'between', { scope: everything, exchange_resource: billing });
    const { access_token: token } = await obtainTokens(server);
    const last = await exchanged(await exchanged(token, 'between'), 'all');
    expect(await isActive(last)).toBe(true);
    await disableClient(server.db, 'between', actor, 'Tried');
    expect(await isActive(last, 'all', second)).toBe(false);
    await deleteClient(server.db, 'between', actor);
    expect(await isActive(last)).toBe(false);
  });
});

describe('a race of exchange and revocation on two nodes', () => {
  it('leaves no active token, whoever wins', async () => {
    for (let round = 0; round < 5; round += 1) {
      const tokens = await obtainTokens(server, { client_id: 'web' });
      const end = post(server, '/oauth/revoke', { token: tokens.refresh_token as string }, 'web');
      const made = await Promise.all(
        Array.from({ length: 6 }, (_, i) =>
          exchangeToken(i % 2 ? server : second, tokens.access_token, 'edge', { resource: billing }),
        ),
      );
      await end;
      const won = made.filter(({ status }) => status === 200).map(({ body }) => body.access_token as string);
      for (const token of won)
        expect([await isActive(token), await isActive(token, 'all', second)]).toEqual([false, false]);
    }
  });
});

describe('a subject token that is bound to a key', () => {
  it('is exchanged only with a proof, for a token that is bound to the key of the service', async () => {
    const [app, service] = [await newProofKey(), await newProofKey()];
    const url = `${server.issuer}/oauth/token`;
    const { refresh_token: refreshToken } = await obtainTokens(server, { client_id: 'web' });
    const bound = await fetch(url, {
      method: 'POST',
      headers: { authorization: basic('web', secrets.web as string), DPoP: await app.proof('POST', url) },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken as string }),
    });
    const { access_token: token } = (await bound.json()) as { access_token: string };
    expect(claimsOf(token).cnf).toEqual({ jkt: app.thumbprint });
    expect(await refusal(token)).toEqual([400, 'invalid_request']);
    const proof = await service.proof('POST', url);
    const send = () =>
      fetch(url, {
        method: 'POST',
        headers: { authorization: basic('edge', secrets.edge as string), DPoP: proof },
        body: new URLSearchParams({
          grant_type: grantType,
          subject_token: token,
          subject_token_type: accessTokenType,
          resource: billing,
        }),
      });
    const answer = (await (await send()).json()) as Record<string, string>;
    expect(answer.token_type).toBe('DPoP');
    expect(claimsOf(answer.access_token).cnf).toEqual({ jkt: service.thumbprint });
    expect((await (await send()).json()).error).toBe('invalid_dpop_proof');
  });
});

describe('the server', () => {
  it('names the grant type in its metadata', async () => {
    const metadata = await (await fetch(`${server.issuer}/.well-known/oauth-authorization-server`)).json();
    expect(metadata.grant_types_supported).toContain(grantType);
  });

  it('needs one statement for an exchange', async () => {
    await exchanged(subject);
    expect(await fewestStatements(server, () => exchanged(subject))).toBe(1);
  });
});
