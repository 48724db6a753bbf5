/** Authorization details (RFC 9396): an app that asks for some projects has tokens for these, and for no others. */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allowDevice, newDevice, poll, registerDevices } from '../support/devices.ts';
import { accessTokenType, addExchanger, billing, exchangeToken, resourcesSetting } from '../support/exchange.ts';
import {
  authorizeUrl,
  callback,
  exchange,
  introspect,
  obtainCode,
  obtainTokens,
  post,
  refresh,
} from '../support/oauth.ts';
import { checked, decide } from '../support/person.ts';
import { auditOf, rowsOf } from '../support/rows.ts';
import { secrets, startTestServer, type TestServer } from '../support/server.ts';
import { fewestStatements } from '../support/statements.ts';
import { ask, isQuestion, type Somebody, somebody } from '../support/unregistered.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { API_RESOURCES: resourcesSetting } });
  await registerDevices(server);
  await addExchanger(server, 'edge', { scope: 'projects:read', exchange_resource: billing });
});
afterAll(() => server.stop());

const type = 'vibecaas_project';
const detail = (identifier: string | undefined, actions: string[] = ['projects:read']) => ({
  type,
  ...(identifier !== undefined && { identifier }),
  actions,
});
const asked = (...details: object[]) => JSON.stringify(details);
const many = (count: number) => Array.from({ length: count }, (_, n) => detail(`proj_${String(n).padStart(3, '0')}`));
const claimsOf = (token: unknown) => decodeJwt(token as string);

/** The tokens of somebody new who allows what is asked for. */
async function allowed(details: string, params: Record<string, string> = {}) {
  const person = await somebody(server);
  const request = { authorization_details: details, ...params };
  const page = await ask(server, person, request);
  const code = callback(await decide(person, page, 'allow')).get('code') as string;
  const clientId = params.client_id ?? 'spa';
  const { body } = await exchange(server, code, clientId);
  return { person, request, page, body: body as Record<string, string> };
}

const again = async (person: Somebody, params: Record<string, string>) => {
  const page = await person.visit(authorizeUrl(server, params));
  return isQuestion(page) ? page : (callback(page).get('code') ?? callback(page).get('error'));
};

describe('an app that asks for some projects', () => {
  it('gets these in the answer, in the token, at introspection and with each refresh', async () => {
    const details = [detail('proj_a'), detail('proj_b', ['projects:read', 'projects:write'])];
    const { page, body } = await allowed(asked(...details), { scope: 'openid' });
    expect(page.text).toMatch(/Which projects[\s\S]*proj_a[\s\S]*proj_b/);
    expect(body.scope).toBe('openid projects:read projects:write');
    expect(body.authorization_details).toEqual(details);
    expect(claimsOf(body.access_token).authorization_details).toEqual(details);
    expect((await introspect(server, body.access_token as string)).body.authorization_details).toEqual(details);
    const next = await refresh(server, body.refresh_token as string);
    expect(next.body.authorization_details).toEqual(details);
    expect(claimsOf(next.body.access_token).authorization_details).toEqual(details);
  });

  it('is introspected with them by its refresh token', async () => {
    const { body } = await allowed(asked(detail('proj_a')), { client_id: 'web' });
    const { body: told } = await introspect(server, body.refresh_token as string, 'web');
    expect(told).toMatchObject({ active: true, authorization_details: [detail('proj_a')] });
  });

  it('may push its request', async () => {
    const person = await somebody(server);
    const url = new URL(authorizeUrl(server, { authorization_details: asked(detail('proj_a')) }));
    const { body: pushed } = await post(server, '/oauth/par', Object.fromEntries(url.searchParams));
    const request = { client_id: 'spa', request_uri: pushed.request_uri as string };
    const page = await ask(server, person, request);
    const code = callback(await decide(person, page, 'allow')).get('code') as string;
    expect((await exchange(server, code)).body.authorization_details).toEqual([detail('proj_a')]);
  });

  it('may be a device', async () => {
    const device = await newDevice(server, { authorization_details: asked(detail('proj_a')) });
    const person = await somebody(server);
    await ask(server, person, {});
    await allowDevice(server, person, device.user_code);
    const { body } = await poll(server, device.device_code);
    expect(body).toMatchObject({ scope: 'projects:read', authorization_details: [detail('proj_a')] });
  });

  it('may ask for less in a token request, for that token alone', async () => {
    const { body } = await allowed(asked(detail('proj_a', ['projects:read', 'projects:write']), detail('proj_b')));
    const narrow = { authorization_details: asked(detail('proj_a')) };
    const next = await refresh(server, body.refresh_token as string, 'spa', narrow);
    expect(next.body).toMatchObject({ scope: 'projects:read', authorization_details: [detail('proj_a')] });
    const whole = await refresh(server, next.body.refresh_token as string);
    expect(whole.body.authorization_details).toEqual(body.authorization_details);
  });

  it('cannot ask for more in a token request, which costs it nothing', async () => {
    const { body } = await allowed(asked(detail('proj_a')));
    for (const more of [detail('proj_b'), detail(undefined), detail('proj_a', ['projects:write'])]) {
      const refused = await refresh(server, body.refresh_token as string, 'spa', {
        authorization_details: asked(more),
      });
      expect([refused.status, refused.body.error]).toEqual([400, 'invalid_authorization_details']);
    }
    expect((await refresh(server, body.refresh_token as string)).status).toBe(200);
    const code = await obtainCode(server, { authorization_details: asked(detail('proj_a')) });
    const wrong = await exchange(server, code, 'spa', { authorization_details: asked(detail('proj_b')) });
    expect([wrong.status, wrong.body.error]).toEqual([400, 'invalid_authorization_details']);
    expect((await exchange(server, code)).status).toBe(200);
  });

  it('cannot ask for projects that leave nothing of the scope, which costs it nothing', async () => {
    const both = asked(detail('proj_a', ['projects:read', 'projects:write']));
    const useless = { scope: 'projects:read', authorization_details: asked(detail('proj_a', ['projects:write'])) };
    const { body } = await allowed(both);
    const refused = await refresh(server, body.refresh_token as string, 'spa', useless);
    expect([refused.status, refused.body.error]).toEqual([400, 'invalid_scope']);
    expect((await refresh(server, body.refresh_token as string)).status).toBe(200);
    const more = { ...useless, resource: billing };
    const exchanged = await exchangeToken(server, body.access_token as string, 'edge', more);
    expect([exchanged.status, exchanged.body.error]).toEqual([400, 'invalid_scope']);
  });

  it('may ask for less with a code, and has the rest with its refresh token', async () => {
    const code = await obtainCode(server, {
      prompt: 'consent',
      authorization_details: asked(detail('proj_a'), detail('proj_b')),
    });
    const { body } = await exchange(server, code, 'spa', { authorization_details: asked(detail('proj_b')) });
    expect(body.authorization_details).toEqual([detail('proj_b')]);
    const next = await refresh(server, body.refresh_token as string);
    expect(next.body.authorization_details).toEqual([detail('proj_a'), detail('proj_b')]);
  });

  it('is asked about again only for other projects', async () => {
    const { person, request } = await allowed(asked(detail('proj_a'), detail('proj_b')));
    expect(await again(person, request)).toEqual(expect.any(String));
    expect(await again(person, { authorization_details: asked(detail('proj_b')) })).toEqual(expect.any(String));
    const other = { authorization_details: asked(detail('proj_c')) };
    expect(await again(person, { ...other, prompt: 'none' })).toBe('consent_required');
    const page = await again(person, other);
    if (!page || typeof page === 'string') throw new Error('nobody was asked');
    await decide(person, page, 'allow');
    expect(await again(person, { authorization_details: asked(detail('proj_a'), detail('proj_c')) })).toEqual(
      expect.any(String),
    );
  });

  it('gets no more by a request that names none', async () => {
    const { person } = await allowed(asked(detail('proj_a')));
    const code = await again(person, {});
    const { body } = await exchange(server, code as string);
    expect(body.authorization_details).toEqual([detail('proj_a')]);
  });

  it('costs no more statements than one that asks for all', async () => {
    const { body } = await allowed(asked(detail('proj_a')));
    let token = body.refresh_token as string;
    const next = async () => {
      token = (await refresh(server, token)).body.refresh_token as string;
    };
    expect(await fewestStatements(server, next)).toBe(2);
    const { access_token: access } = await obtainTokens(server, { authorization_details: asked(detail('proj_a')) });
    expect(await fewestStatements(server, () => introspect(server, access))).toBe(1);
  });
});

describe('a token for more than 50 projects', () => {
  it('names its grant, of which introspection knows the projects', async () => {
    const { body } = await allowed(asked(...many(51)), { scope: '' });
    expect(body.authorization_details).toEqual(many(51));
    const { gid, authorization_details: own } = claimsOf(body.access_token);
    expect(own).toEqual([detail(`grant:${gid}`)]);
    expect((await introspect(server, body.access_token as string)).body.authorization_details).toEqual(many(51));
    const [row] = await rowsOf(server.db, `SELECT payload, authorization_details FROM grants WHERE id = '${gid}'`);
    expect(row).toMatchObject({
      authorization_details: many(51),
      payload: expect.not.objectContaining({ rar: expect.anything() }),
    });
    const same = { authorization_details: asked(...many(51)) };
    const again = await refresh(server, body.refresh_token as string, 'spa', same);
    expect(again.body.authorization_details).toEqual(many(51));
    const { refresh_token: unlimited } = await obtainTokens(server);
    const refused = await refresh(server, unlimited as string, 'spa', same);
    expect([refused.status, refused.body.error]).toEqual([400, 'invalid_authorization_details']);
    const few = { authorization_details: asked(...many(50)) };
    const next = await refresh(server, again.body.refresh_token as string, 'spa', few);
    expect(claimsOf(next.body.access_token).authorization_details).toEqual(many(50));
  });
});

describe('an exchanged token', () => {
  it('has the projects of its subject, or fewer', async () => {
    const { body } = await allowed(asked(...many(51)), { scope: '' });
    const to = (more: Record<string, string> = {}) =>
      exchangeToken(server, body.access_token as string, 'edge', { resource: billing, ...more });
    const whole = await to();
    expect(whole.body).toMatchObject({ issued_token_type: accessTokenType, authorization_details: many(51) });
    const less = await to({ authorization_details: asked(detail('proj_007')) });
    expect(claimsOf(less.body.access_token).authorization_details).toEqual([detail('proj_007')]);
    const more = await to({ authorization_details: asked(detail('proj_999')) });
    expect([more.status, more.body.error]).toEqual([400, 'invalid_authorization_details']);
  });
});

describe('a page that asks for all projects, where nothing can list them', () => {
  const everything = { authorization_details: asked(detail(undefined)) };

  it.each([
    ['and leaves the choice as it is', {}, [detail('proj_a')]],
    ['and chooses all', { projects: 'all' }, [detail(undefined)]],
  ])('gives what is chosen, to somebody who has limited the app %s', async (_, more, expected) => {
    const { person } = await allowed(asked(detail('proj_a')));
    const page = await ask(server, person, everything);
    expect(checked(page, 'projects')).toEqual(['only']);
    const code = callback(await decide(person, page, 'allow', [], more)).get('code') as string;
    expect((await exchange(server, code)).body.authorization_details).toEqual(expected);
  });

  it('shows the limit also if the app names no projects', async () => {
    const { person } = await allowed(asked(detail('proj_a')));
    const page = await ask(server, person, { prompt: 'consent' });
    expect(checked(page, 'project')).toEqual(['proj_a']);
    const code = callback(await decide(person, page, 'allow')).get('code') as string;
    expect((await exchange(server, code)).body.authorization_details).toEqual([detail('proj_a')]);
  });
});

describe('a consent', () => {
  it('is on record with its projects', async () => {
    const { person } = await allowed(asked(detail('proj_a'), detail('proj_b')));
    const given = (await auditOf(server.db, 'client:spa')).filter(
      ({ action, details }) => action === 'consent.given' && (details as { account: string }).account === person.id,
    );
    expect(given.map(({ details }) => (details as { projects: string[] }).projects)).toEqual([['proj_a', 'proj_b']]);
  });
});

it('is in the metadata', async () => {
  for (const path of ['oauth-authorization-server', 'openid-configuration']) {
    const response = await fetch(`${server.issuer}/.well-known/${path}`);
    expect(await response.json()).toMatchObject({ authorization_details_types_supported: [type] });
  }
});

it('is nothing for a client that acts for itself', async () => {
  expect(secrets.service).toBeDefined();
  const form = { grant_type: 'client_credentials', authorization_details: asked(detail('proj_a')) };
  const { status, body } = await post(server, '/oauth/token', form, 'service');
  expect([status, body.error]).toEqual([400, 'invalid_authorization_details']);
});
