/** The result of each way to ask for scopes, at every endpoint that reads them (RFC 6749 §3.3, §5.1, §5.2). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { apiScopes } from '../../src/policy/scopes.ts';
import { authorizeUrl, callback, exchange, obtainCode, obtainTokens, post, refresh } from '../support/oauth.ts';
import { newPerson, type Person } from '../support/person.ts';
import { secrets, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let person: Person;
beforeAll(async () => {
  server = await startTestServer();
  person = newPerson(server.issuer);
  const all = [...apiScopes, 'openid', 'profile', 'email'].join(' ');
  // The person consents to everything once, so that each later request is answered at once.
  for (const client of ['spa', 'other']) await obtainCode(server, { client_id: client, scope: all }, person);
});
afterAll(() => server.stop());

const catalogue = async (): Promise<string> => {
  const response = await fetch(`${server.issuer}/.well-known/oauth-authorization-server`);
  return ((await response.json()) as { scopes_supported: string[] }).scopes_supported.join(' ');
};
const words = (scope: unknown) => String(scope).split(' ').filter(Boolean).toSorted();

/** The scopes asked for and those granted, or none and a word of the reason. */
type Answer = readonly [asked: string | undefined, granted: string | undefined, why?: RegExp];

describe('authorization, by GET and by a pushed request', () => {
  // `spa` is registered with projects:read as its default, `other` with none.
  it.each<[client: string, ...Answer]>([
    ['spa', undefined, 'projects:read'],
    ['other', undefined, undefined, /names no scope/],
    ['spa', 'analytics:read', 'analytics:read'],
    ['spa', 'offline_access', 'projects:read'],
    ['spa', 'analytics:read offline_access', 'analytics:read'],
    ['spa', 'openid profile email', 'openid profile email projects:read'],
    ['other', 'openid profile email', 'openid profile email'],
    ['other', 'analytics:read nope', 'analytics:read'],
    ['other', 'nope analytics:read claudeai', 'analytics:read'],
    ['other', 'analytics:read analytics:read', 'analytics:read'],
    ['other', 'nope', undefined, /none of the requested scopes is known/],
    ['spa', 'nope', 'projects:read'],
    ['other', 'PROJECTS:READ', undefined, /none of the requested scopes is known/],
    ['other', 'projects:read,projects:write', undefined, /separated by spaces/],
    ['spa', 'openid,projects:read', undefined, /separated by spaces/],
    ['spa', 'openid projects:read,projects:write', undefined, /separated by spaces/],
    ['spa', 'openid, projects:read', undefined, /separated by spaces/],
    ['other', 'projects:read+projects:write', undefined, /none of the requested scopes is known/],
  ])('%s asks for %j: %j %s', async (client, asked, granted, why) => {
    const params = { client_id: client, scope: asked, nonce: undefined };
    const pushed = Object.fromEntries(new URL(authorizeUrl(server, params)).searchParams);
    const par = await post(server, '/oauth/par', pushed, client);
    const answer = callback(await person.visit(authorizeUrl(server, params)));
    if (granted === undefined) {
      expect([par.status, par.body.error]).toEqual([400, 'invalid_scope']);
      expect(answer.get('error')).toBe('invalid_scope');
      for (const description of [par.body.error_description, answer.get('error_description')]) {
        expect(description).toMatch(why as RegExp);
      }
      return;
    }
    expect(par.status).toBe(201);
    expect(answer.get('error_description')).toBeNull();
    const tokens = await obtainTokens(server, params, person);
    expect(words(tokens.scope)).toEqual(words(granted));
  });

  it('every scope is granted, and named in the answer', async () => {
    const all = await catalogue();
    expect(all).not.toContain('offline_access');
    const tokens = await obtainTokens(server, { scope: all }, person);
    expect(words(tokens.scope)).toEqual(words(all));
  });

  it('an error at the redirect URI has the parameters of RFC 6749 §4.1.2.1 and no other', async () => {
    const answer = callback(await person.visit(authorizeUrl(server, { client_id: 'other', scope: 'nope' })));
    expect([...answer.keys()].toSorted()).toEqual(['error', 'error_description', 'iss', 'state']);
  });
});

describe('client_credentials', () => {
  it.each<Answer>([
    ['projects:read', 'projects:read'],
    ['projects:read nope', 'projects:read'],
    ['nope', undefined, /none of the requested scopes is known/],
    ['PROJECTS:READ', undefined, /none of the requested scopes is known/],
    ['projects:read,projects:write', undefined, /separated by spaces/],
    ['projects:read, projects:write', undefined, /separated by spaces/],
    ['nope,neither', undefined, /none of the requested scopes is known/],
    ['openid', undefined, /not allowed/],
    ['offline_access', undefined, /not allowed/],
  ])('asks for %j: %j %s', async (asked, granted, why) => {
    for (const more of [{}, { resource: 'https://api.vibecaas.com' }]) {
      const form = { grant_type: 'client_credentials', scope: asked as string, ...more } as Record<string, string>;
      const { status, body } = await post(server, '/oauth/token', form, 'service');
      if (granted !== undefined) expect([status, words(body.scope)]).toEqual([200, words(granted)]);
      else {
        expect([status, body.error]).toEqual([400, 'invalid_scope']);
        expect(body.error_description).toMatch(why as RegExp);
      }
    }
  });

  it.each([
    ['clients:read', /resource/],
    ['clients:read nope', /resource/],
  ])('refuses scopes of the admin API alone without its resource: %j', async (scope, why) => {
    const client_id = `robot-${scope.length}`;
    const robot = { client_id, client_name: 'Robot', type: 'service', scope: 'projects:read clients:read' };
    secrets[client_id] = (await createClient(server.db, robot as never, { id: 'test' })).clientSecret as string;
    for (const more of [{}, { resource: 'https://api.vibecaas.com' }]) {
      const form = { grant_type: 'client_credentials', scope, ...more } as Record<string, string>;
      const { status, body } = await post(server, '/oauth/token', form, client_id);
      expect([status, body.error]).toEqual([400, 'invalid_scope']);
      expect(body.error_description).toMatch(why);
    }
    const both = { grant_type: 'client_credentials', scope: `projects:read ${scope}` };
    expect((await post(server, '/oauth/token', both, client_id)).body.scope).toBe('projects:read');
  });

  it('an answer names its scopes, unless it has none', async () => {
    const { body } = await post(server, '/oauth/token', { grant_type: 'client_credentials' }, 'service');
    expect(body.scope).toBeUndefined();
  });
});

describe('refresh', () => {
  it.each<Answer>([
    [undefined, 'projects:read analytics:read'],
    ['projects:read', 'projects:read'],
    ['nope', undefined, /scope/],
    ['projects:read nope', undefined, /scope/],
    ['projects:write', undefined, /scope/],
    ['projects:read,analytics:read', undefined, /separated by spaces/],
  ])('asks for %j: %j %s', async (asked, granted, why) => {
    const tokens = await obtainTokens(server, { scope: 'projects:read analytics:read' }, person);
    const more = asked === undefined ? {} : { scope: asked };
    const { status, body } = await refresh(server, tokens.refresh_token as string, 'spa', more as never);
    if (granted !== undefined) expect([status, words(body.scope)]).toEqual([200, words(granted)]);
    else {
      expect([status, body.error]).toEqual([400, 'invalid_scope']);
      expect(body.error_description).toMatch(why as RegExp);
    }
  });

  it('a scope beside a code is ignored, whatever it says (§4.1.3 has none)', async () => {
    const { status } = await exchange(server, await obtainCode(server, {}, person), 'spa', {
      scope: 'a,projects:read',
    });
    expect(status).toBe(200);
  });
});
