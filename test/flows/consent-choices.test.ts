/** The consent page of an app that nobody registered: everything on it is up to the person, and the server holds to it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorizeUrl, callback, refresh } from '../support/oauth.ts';
import { checked, decide, newPerson } from '../support/person.ts';
import { rowsOf } from '../support/rows.ts';
import { redirectUri, startTestServer, type TestServer } from '../support/server.ts';
import {
  type Answer,
  addAgent,
  allow,
  ask,
  isQuestion,
  type Somebody,
  somebody,
  tokensAt,
} from '../support/unregistered.ts';

let server: TestServer;
let clientId: string;
let person: Somebody;
beforeAll(async () => {
  server = await startTestServer();
  clientId = await addAgent(server.db);
});
afterAll(() => server.stop());

const everything = 'openid profile email projects:read projects:write deployments:read ai:generate';
const fresh = async (scope = everything, more: Record<string, string> = {}) => {
  person = await somebody(server);
  return { client_id: clientId, scope, ...more };
};
const askFresh = async (scope?: string) => {
  const request = await fresh(scope);
  return ask(server, person, request);
};
const allowFresh = async (scope: string, answer?: Answer) => {
  const request = await fresh(scope);
  return allow(server, person, request, answer);
};
const remembered = async () =>
  (await rowsOf(server.db, `SELECT granted, refused FROM consents WHERE account_id = '${person.id}'`))[0];

describe('the page', () => {
  it('makes every scope optional, and ticks what the app only reads', async () => {
    const page = await askFresh();
    const boxes = [...page.text.matchAll(/name="scope" value="([^"]*)"/g)].map(([, value]) => value);
    expect(boxes.sort()).toEqual(everything.split(' ').slice(1).sort());
    expect(checked(page, 'scope').sort()).toEqual(['deployments:read', 'email', 'profile', 'projects:read']);
    expect(checked(page, 'read_only')).toEqual(['on']);
    expect(checked(page, 'duration')).toEqual(['2592000']);
  });

  it.each([
    ['only reads', 'projects:read'],
    ['only writes', 'projects:write ai:generate'],
    ['only says who the person is', 'openid'],
  ])('has no "Read only" switch where an app %s', async (_, scope) => {
    const page = await askFresh(scope);
    expect(page.text).not.toContain('name="read_only"');
    expect(checked(page, 'duration')).toEqual(['2592000']);
  });

  it('asks in its heading for no more than what is ticked', async () => {
    const page = await askFresh();
    expect(page.text).toMatch(/<h1>Let .*? see your projects\?<\/h1>/);
  });

  it('stays as it was for an app that somebody registered', async () => {
    person = await somebody(server);
    const page = await ask(server, person, { client_id: 'spa', scope: 'projects:read projects:write' });
    expect(isQuestion(page)).toBe(true);
    expect(page.text).not.toMatch(/name="(duration|read_only|scope)"/);
    const form = { duration: '3600', read_only: 'on' };
    const tokens = await tokensAt(server, await decide(person, page, 'allow', [], form), 'spa');
    expect(tokens).toMatchObject({ scope: 'projects:read projects:write', authorization_expires_in: 365 * 24 * 3600 });
  });
});

describe('an answer', () => {
  it('gives what was ticked, and says so in the scope of the token response', async () => {
    const scope = ['projects:read', 'projects:write'];
    const tokens = await tokensAt(server, await allowFresh(everything, { scope }), clientId);
    expect(tokens.scope?.split(' ').sort()).toEqual(['openid', ...scope]);
    expect(await remembered()).toMatchObject({
      granted: expect.arrayContaining(scope),
      refused: expect.arrayContaining(['ai:generate', 'deployments:read', 'email', 'profile']),
    });
  });

  it('with "Read only" gives nothing that changes or costs, whatever is ticked', async () => {
    const answer = { scope: everything.split(' '), readOnly: true };
    const tokens = await tokensAt(server, await allowFresh(everything, answer), clientId);
    expect(tokens.scope?.split(' ').sort()).toEqual([
      'deployments:read',
      'email',
      'openid',
      'profile',
      'projects:read',
    ]);
  });

  it('with nothing ticked is a denial, unless the app also asks who the person is', async () => {
    const denied = callback(await allowFresh('projects:read projects:write', { scope: [] }));
    expect(denied.get('error')).toBe('access_denied');
    expect(await remembered()).toBeUndefined();
    const known = await tokensAt(server, await allowFresh(everything, { scope: [] }), clientId);
    expect(known.scope).toBe('openid');
  });

  it('"Read only" with nothing but writes ticked is a denial too', async () => {
    const answer = { scope: ['projects:write'], readOnly: true };
    const denied = callback(await allowFresh('projects:read projects:write', answer));
    expect(denied.get('error')).toBe('access_denied');
  });

  it('to a request for `openid` alone signs the person in', async () => {
    const tokens = await tokensAt(server, await allowFresh('openid'), clientId);
    expect(tokens).toMatchObject({ scope: 'openid', id_token: expect.any(String) });
  });

  it('that was refused is asked again only with prompt=consent, and then left as it was answered', async () => {
    const request = await fresh('projects:read projects:write deployments:read');
    await allow(server, person, request, { scope: ['projects:read'] });
    expect(callback(await ask(server, person, request)).get('code')).toBeTruthy();
    const page = await ask(server, person, { ...request, prompt: 'consent' });
    expect(checked(page, 'scope')).toEqual(['projects:read']);
  });

  it('is asked each time for a native app, which shows what is allowed', async () => {
    const loopback = 'http://127.0.0.1/callback';
    const native = await addAgent(server.db, { type: 'native', redirect_uris: [loopback] });
    person = await somebody(server);
    const request = { client_id: native, redirect_uri: loopback, scope: 'projects:read projects:write' };
    await allow(server, person, request, { scope: ['projects:read', 'projects:write'], duration: 'until' });
    const page = await ask(server, person, request);
    expect(checked(page, 'scope').sort()).toEqual(['projects:read', 'projects:write']);
    expect(checked(page, 'duration')).toEqual(['until']);
    expect(page.text).toContain('name="read_only"');
    expect(checked(page, 'read_only')).toEqual([]);
  });
});

describe('what "Read only" left out', () => {
  const leaveOut = async () => {
    const request = await fresh('projects:read projects:write');
    const page = await allow(server, person, request, { readOnly: true });
    expect((await tokensAt(server, page, clientId)).scope).toBe('projects:read');
    return request;
  };

  it('is neither granted nor refused: the app asks again, and the page asks for that alone', async () => {
    const request = await leaveOut();
    expect(await remembered()).toEqual({ granted: ['projects:read'], refused: [] });
    const page = await ask(server, person, request);
    expect(page.text).toContain('asks for more than you allowed');
    expect([...page.text.matchAll(/name="scope" value="([^"]*)"/g)].map(([, value]) => value)).toEqual([
      'projects:write',
    ]);
    expect(page.text).not.toContain('name="read_only"');
    expect(checked(page, 'scope')).toEqual([]);
    const answered = await decide(person, page, 'allow', ['projects:write'], { duration: '3600' });
    expect((await tokensAt(server, answered, clientId)).scope).toBe('projects:read projects:write');
  });

  it('is refused by leaving it unticked then, and not asked a third time', async () => {
    const request = await leaveOut();
    await allow(server, person, request, { scope: [] });
    expect(await remembered()).toEqual({ granted: ['projects:read'], refused: ['projects:write'] });
    expect(callback(await ask(server, person, request)).get('code')).toBeTruthy();
  });

  it('is withdrawn if it was allowed before', async () => {
    const request = await fresh('projects:read projects:write');
    await tokensAt(server, await allow(server, person, request, { scope: request.scope.split(' ') }), clientId);
    await allow(server, person, { ...request, prompt: 'consent' }, { readOnly: true });
    expect(await remembered()).toEqual({ granted: ['projects:read'], refused: ['projects:write'] });
    expect(await rowsOf(server.db, `SELECT 1 FROM grants WHERE account_id = '${person.id}'`)).toHaveLength(1);
  });

  it('stays refused if the person has refused it before', async () => {
    const request = await leaveOut();
    await allow(server, person, request, { scope: [] });
    await allow(server, person, { ...request, prompt: 'consent' }, { readOnly: true });
    expect(await remembered()).toEqual({ granted: ['projects:read'], refused: ['projects:write'] });
  });

  it('is not given to this browser although another one allows it at the same moment', async () => {
    const request = await fresh('projects:read projects:write');
    const other = { ...person, ...newPerson(server.issuer) };
    const page = await ask(server, other, request);
    await allow(server, person, request, { scope: request.scope.split(' ') });
    const form = { duration: '3600', read_only: 'on' };
    const answered = await decide(other, page, 'allow', ['projects:read'], form);
    expect((await tokensAt(server, answered, clientId)).scope).toBe('projects:read');
    expect(await remembered()).toMatchObject({ granted: ['projects:read', 'projects:write'] });
  });
});

describe('a request for more', () => {
  it('asks for the new scope, says until when the rest was allowed, and sets an end for this connection alone', async () => {
    const request = await fresh('projects:read');
    const first = await tokensAt(server, await allow(server, person, request, { duration: '86400' }), clientId);
    const more = { ...request, scope: 'projects:read projects:write' };
    const page = await ask(server, person, more);
    expect(page.text).toContain('asks for more than you allowed');
    expect(page.text).toMatch(
      /You allowed it until <time[^>]*>.*? UTC<\/time>\. Your choice here is the end of this connection; earlier ones keep theirs\./,
    );
    expect(checked(page, 'duration')).toEqual(['86400']);
    expect(checked(page, 'scope')).toEqual([]);
    const answered = await decide(person, page, 'allow', ['projects:write'], { duration: '3600' });
    const tokens = await tokensAt(server, answered, clientId);
    expect(tokens.scope).toBe('projects:read projects:write');
    expect(tokens.authorization_expires_in).toBeLessThanOrEqual(3600);
    const { body } = await refresh(server, first.refresh_token, clientId);
    expect(body.authorization_expires_in).toBeGreaterThan(3600);
  });

  it('left out keeps the rest, with the new end', async () => {
    const request = await fresh('projects:read');
    await allow(server, person, request, { duration: 'until' });
    const more = { ...request, scope: 'projects:read projects:write' };
    const page = await allow(server, person, more, { scope: [], duration: '3600' });
    const tokens = await tokensAt(server, page, clientId);
    expect(tokens.scope).toBe('projects:read');
    expect(tokens.authorization_expires_in).toBeLessThanOrEqual(3600);
  });
});

it('a withdrawn scope is withdrawn on every device, as with every app', async () => {
  const request = await fresh('projects:read projects:write');
  const answer = { scope: ['projects:read', 'projects:write'] };
  await tokensAt(server, await allow(server, person, request, answer), clientId);
  await allow(server, person, { ...request, prompt: 'consent' }, { scope: ['projects:read'] });
  const grants = await rowsOf(server.db, `SELECT 1 FROM grants WHERE account_id = '${person.id}'`);
  expect(grants).toHaveLength(1);
});

it('a person who denies loses nothing that they allowed before', async () => {
  const request = await fresh('projects:read');
  await allow(server, person, request, { duration: '3600' });
  const page = await ask(server, person, { ...request, scope: 'projects:read projects:write' });
  expect(callback(await person.submit(page, '/consent', { decision: 'deny' })).get('error')).toBe('access_denied');
  expect(await remembered()).toEqual({ granted: ['projects:read'], refused: [] });
});

it('the answer to a pushed request is the same', async () => {
  const { client_id, scope } = await fresh('projects:read projects:write');
  const body = new URL(authorizeUrl(server, { client_id, scope, redirect_uri: redirectUri })).searchParams;
  const pushed = await fetch(`${server.issuer}/oauth/par`, { method: 'POST', body });
  const { request_uri: requestUri } = (await pushed.json()) as { request_uri: string };
  const page = await allow(server, person, { client_id, request_uri: requestUri }, { duration: '3600' });
  const tokens = await tokensAt(server, page, clientId);
  expect(tokens).toMatchObject({ scope: 'projects:read' });
  expect(tokens.authorization_expires_in).toBeLessThanOrEqual(3600);
});
