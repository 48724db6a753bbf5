/** What an app gets for each way in which apps name scopes: no library may fail on an answer (RFC 6749 §3.3, §4.1.2.1, §5.1). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updateClient } from '../../src/operations/clients.ts';
import { allowDevice, askByDevice, poll, registerDevices } from '../support/devices.ts';
import { authorizeUrl, callback, obtainTokens, post } from '../support/oauth.ts';
import { newPerson } from '../support/person.ts';
import { apiResource, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await registerDevices(server);
});
afterAll(() => server.stop());

const catalogue = 'projects:read projects:write deployments:read deployments:write analytics:read ai:generate';

describe('an authorization', () => {
  it.each<[what: string, scope: string | undefined, granted: string]>([
    ['without scope gets the default scopes', undefined, 'projects:read'],
    ['with an empty scope gets them too', '', 'projects:read'],
    [
      'for offline_access gets no such scope, and a refresh token anyway',
      'projects:read offline_access',
      'projects:read',
    ],
    ['for the whole catalogue gets it', `${catalogue} openid profile email`, `${catalogue} openid profile email`],
    ['for an unknown scope beside known ones is told that it was dropped', 'projects:read mcp:tools', 'projects:read'],
    [
      'for openid profile email alone gets the default scopes too',
      'openid profile email',
      'openid profile email projects:read',
    ],
    ['with a scope twice gets it once', 'projects:read projects:read', 'projects:read'],
    ['with spaces around gets what it names', ' projects:read  deployments:read ', 'projects:read deployments:read'],
  ])('%s', async (_what, scope, granted) => {
    for (const resource of [undefined, `${apiResource}/`]) {
      const tokens = await obtainTokens(server, { scope, resource, prompt: 'consent' });
      expect(tokens.scope?.split(' ').sort()).toEqual(granted.split(' ').sort());
      expect(tokens.refresh_token).toMatch(/^vcs_rt_/);
    }
  });

  it.each<[what: string, scope: string, says: string]>([
    ['that are all unknown', 'claudeai mcp:tools', 'none of the requested scopes is known here'],
    ['with commas', 'projects:read,projects:write', 'scopes are separated by spaces, not by commas'],
    ['with commas and spaces', 'projects:read, projects:write', 'scopes are separated by spaces, not by commas'],
  ])('for scopes %s is refused, and says why', async (_what, scope, says) => {
    const refused = callback(
      await newPerson(server.issuer).request(authorizeUrl(server, { client_id: 'other', scope })),
    );
    expect([refused.get('error'), refused.get('state')]).toEqual(['invalid_scope', 'a-state']);
    expect(refused.get('error_description')).toContain(says);
  });

  it('is not offered offline_access by the metadata', async () => {
    const metadata = await (await fetch(`${server.issuer}/.well-known/oauth-authorization-server`)).json();
    expect(metadata.scopes_supported.sort()).toEqual([...catalogue.split(' '), 'openid', 'profile', 'email'].sort());
  });
});

describe('a device', () => {
  const ask = (scope: string | undefined, resource?: string) =>
    askByDevice(server, { ...(scope !== undefined && { scope }), ...(resource && { resource }) });

  it.each<[what: string, scope: string | undefined, granted: string]>([
    ['without scope gets the default scopes', undefined, 'projects:read'],
    ['with an empty scope gets them too', '', 'projects:read'],
    ['for offline_access gets no such scope', 'projects:read offline_access', 'projects:read'],
    ['for the whole catalogue gets it', `${catalogue} openid profile email`, `${catalogue} openid profile email`],
    ['for an unknown scope beside known ones is told that it was dropped', 'projects:read mcp:tools', 'projects:read'],
    ['for openid alone gets the default scopes too', 'openid', 'openid projects:read'],
    ['with spaces around gets what it names', ' projects:read  deployments:read ', 'projects:read deployments:read'],
  ])('%s', async (_what, scope, granted) => {
    for (const resource of [undefined, `${apiResource}/`]) {
      const { device_code: code, user_code: userCode } = (await ask(scope, resource)).body as never;
      await allowDevice(server, newPerson(server.issuer), userCode);
      const { body } = await poll(server, code);
      expect(String(body.scope).split(' ').sort()).toEqual(granted.split(' ').sort());
      expect(body.refresh_token).toMatch(/^vcs_rt_/);
    }
  });

  it.each<[what: string, scope: string, says: string]>([
    ['that are all unknown', 'claudeai mcp:tools', 'none of the requested scopes is known here'],
    ['with commas', 'projects:read,projects:write', 'scopes are separated by spaces, not by commas'],
  ])('that names scopes %s is refused, and says why', async (_what, scope, says) => {
    await updateClient(server.db, 'device', { default_scope: '' }, { id: 'test' });
    const { status, body } = await ask(scope);
    expect([status, body.error]).toEqual([400, 'invalid_scope']);
    expect(body.error_description).toContain(says);
  });
});

describe('a service', () => {
  const ask = (scope: string) => post(server, '/oauth/token', { grant_type: 'client_credentials', scope }, 'service');

  it('that names an unknown scope beside known ones is told that it was dropped', async () => {
    expect((await ask('projects:read mcp:tools')).body.scope).toBe('projects:read');
  });

  it.each<[what: string, scope: string, says: string]>([
    ['that are all unknown', 'claudeai', 'none of the requested scopes is known here'],
    ['with commas', 'projects:read,projects:write', 'scopes are separated by spaces, not by commas'],
  ])('that names scopes %s is refused, and says why', async (_what, scope, says) => {
    const { status, body } = await ask(scope);
    expect([status, body.error]).toEqual([400, 'invalid_scope']);
    expect(body.error_description).toContain(says);
  });
});
