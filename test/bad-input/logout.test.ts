/**
 * Signing out at an app's request (OpenID Connect RP-Initiated Logout): it asks first, and redirects only where it may.
 */
import { UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteClient } from '../../src/operations/client-deletion.ts';
import { createClient, disableClient, updateClient } from '../../src/operations/clients.ts';
import { obtainTokens } from '../support/oauth.ts';
import { newPerson, type Person, signIn } from '../support/person.ts';
import { rowsOf } from '../support/rows.ts';
import { redirectUri, startTestServer, type TestServer } from '../support/server.ts';
import { addDisabledClient } from './clients.ts';
import { itAnswers, type Row, tooLargePage } from './table.ts';

let server: TestServer;
let disabled: { id: string };
let app: string;
let hint: string;
const afterwards = 'https://app.example/bye';
const leaver = {
  client_name: 'Leaver',
  type: 'spa',
  redirect_uris: [redirectUri],
  post_logout_redirect_uris: [afterwards],
} as const;
beforeAll(async () => {
  server = await startTestServer();
  disabled = await addDisabledClient(server);
  app = (await createClient(server.db, leaver, { id: 'test' })).client.client_id;
  hint = (await obtainTokens(server, { client_id: app, scope: 'openid' })).id_token as string;
});
afterAll(() => server.stop());

const path = '/oauth/logout';
const html = { Accept: 'text/html' };
const by = (params: Record<string, string>) => ({ path: `${path}?${new URLSearchParams(params)}`, headers: html });
const page = { status: 400, text: /<main/ };
const jwt = (claims: object) => new UnsecuredJWT({ ...claims }).encode();

describe('asking', () => {
  itAnswers(() => server, [
    { name: 'an unknown client', send: by({ client_id: 'nobody' }), ...page },
    {
      name: 'an unknown client, by a program',
      send: { path: `${path}?client_id=nobody` },
      status: 400,
      error: 'invalid_client',
    },
    { name: 'a disabled client', send: () => by({ client_id: disabled.id }), ...page },
    { name: 'client __proto__', send: by({ client_id: '__proto__' }), ...page },
    { name: 'the client twice', send: { path: `${path}?client_id=spa&client_id=web`, headers: html }, ...page },
    { name: 'a hint of garbage', send: by({ id_token_hint: 'garbage' }), ...page },
    {
      name: 'a hint without signature',
      send: () => by({ id_token_hint: jwt({ aud: app, sub: 'a', iss: server.issuer }) }),
      ...page,
    },
    { name: 'a hint for an object', send: by({ id_token_hint: jwt({ aud: { a: 1 } }) }), ...page },
    { name: 'a hint for several', send: by({ id_token_hint: jwt({ aud: ['spa', 'web'] }) }), ...page },
    { name: 'a hint for a number', send: by({ id_token_hint: jwt({ aud: 1 }) }), ...page },
    { name: 'a hint for nobody', send: by({ id_token_hint: jwt({}) }), ...page },
    { name: 'a hint for a client with NUL', send: by({ id_token_hint: jwt({ aud: 'a\0b' }) }), ...page },
    { name: 'a hint of another client', send: () => by({ id_token_hint: hint, client_id: 'spa' }), ...page },
    { name: 'a hint of 10 KB', send: by({ id_token_hint: 'a'.repeat(10_000) }), ...page },
    ...[
      'https://evil.example/',
      `${afterwards}/`,
      `${afterwards}?a`,
      '//evil.example',
      'javascript:alert(1)',
      redirectUri,
    ].map(
      (uri): Row => ({
        name: `back to ${uri}`,
        send: () => by({ client_id: app, post_logout_redirect_uri: uri }),
        ...page,
        also: ({ headers }) => expect(headers.get('location')).toBeNull(),
      }),
    ),
    { name: 'NUL in the state', send: by({ state: 'a\0b' }), ...page },
    {
      name: 'POST as JSON',
      send: { path, body: '{}', headers: { ...html, 'Content-Type': 'application/json' } },
      ...page,
    },
    { name: 'POST of 57 KB', send: { path, body: `state=${'a'.repeat(57 * 1024)}`, headers: html }, ...tooLargePage },
    { name: 'POST of 13 KB', send: { path, body: `state=${'a'.repeat(13_000)}`, headers: html }, ...page },
    { name: 'POST with NUL', send: { path, body: 'state=%00', headers: html }, ...page },
    { name: 'PUT', send: { path, method: 'PUT', body: '', headers: html }, status: 405, text: /<main/ },
    {
      name: 'success for an unknown client',
      send: { path: `${path}/success?client_id=nobody`, headers: html },
      ...page,
    },
    {
      name: 'success for a client twice',
      send: { path: `${path}/success?client_id=a&client_id=b`, headers: html },
      ...page,
    },
    {
      name: 'success for a client that is markup',
      send: { path: `${path}/success?client_id=%3Cscript%3E`, headers: html },
      ...page,
      also: ({ text }) => expect(text).not.toContain('<script>'),
    },
  ] satisfies Row[]);

  it('a redirect address without a client is not followed', async () => {
    const person = newPerson(server.issuer);
    const end = await person.visit(`${path}?post_logout_redirect_uri=https://evil.example/`);
    expect(end.url).toBe(`${server.issuer}/oauth/logout/success`);
  });
});

describe('confirming', () => {
  itAnswers(() => server, [
    { name: 'nobody', send: { path: `${path}/confirm`, body: 'xsrf=a&logout=yes', headers: html }, ...page },
    { name: 'nothing', send: { path: `${path}/confirm`, body: '', headers: html }, ...page },
    {
      name: 'JSON',
      send: { path: `${path}/confirm`, body: '{}', headers: { ...html, 'Content-Type': 'application/json' } },
      ...page,
    },
    { name: 'twice', send: { path: `${path}/confirm`, body: 'xsrf=a&xsrf=b', headers: html }, ...page },
    {
      name: '57 KB',
      send: { path: `${path}/confirm`, body: `xsrf=${'a'.repeat(57 * 1024)}`, headers: html },
      ...tooLargePage,
    },
    { name: 'NUL', send: { path: `${path}/confirm`, body: 'xsrf=%00', headers: html }, ...page },
    { name: 'GET', send: { path: `${path}/confirm`, headers: html }, status: 405, text: /<main/ },
  ] satisfies Row[]);

  const stillHere = async (person: Person) => (await person.visit('/account/apps')).url.endsWith('/account/apps');
  const asked = async (query = '') => {
    const person = newPerson(server.issuer);
    await signIn(person, await person.visit('/sign-in'), server.person.email);
    return { person, page: await person.visit(`${path}${query}`) };
  };

  it.each([
    ['no value', { xsrf: [] }],
    ['garbage', { xsrf: 'A'.repeat(43) }],
    ['__proto__', { xsrf: '__proto__' }],
  ])('%s is refused with 400, and the person is still signed in', async (_name, fields) => {
    const { person, page } = await asked();
    expect(page.text).toContain('Sign out of VibeCaaS?');
    const answer = await person.submit(page, '/logout/confirm', { logout: 'yes', ...fields });
    expect(answer.status).toBe(400);
    expect(await stillHere(person)).toBe(true);
  });

  it('the value of another session is refused with 400, and the person is still signed in', async () => {
    const { person, page } = await asked();
    const other = await asked();
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(other.page.text)?.[1] as string;
    expect((await person.submit(page, '/logout/confirm', { logout: 'yes', xsrf })).status).toBe(400);
    expect(await stillHere(person)).toBe(true);
  });

  it('a person can stay signed in', async () => {
    const { person, page } = await asked();
    await person.submit(page, '/logout/confirm', {});
    expect(await stillHere(person)).toBe(true);
  });

  it('a person is signed out once, and led by 303 to the registered address with its state', async () => {
    const query = `?${new URLSearchParams({ client_id: app, post_logout_redirect_uri: afterwards, state: 'a\r\nb' })}`;
    const { person, page } = await asked(query);
    const answer = await person.submit(page, '/logout/confirm', { logout: 'yes' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `${afterwards}?state=a%0D%0Ab`]);
    expect(await stillHere(person)).toBe(false);
    expect((await person.submit(page, '/logout/confirm', { logout: 'yes' })).status).toBe(400);
  });

  describe('the client as it is when the page is answered decides where the page leads', () => {
    const actor = { id: 'test' };
    const changes: [string, (id: string) => Promise<unknown>][] = [
      ['its address was removed', (id) => updateClient(server.db, id, { post_logout_redirect_uris: [] }, actor)],
      [
        'its address got another query',
        (id) => updateClient(server.db, id, { post_logout_redirect_uris: [`${afterwards}?a=b`] }, actor),
      ],
      ['it was suspended', (id) => disableClient(server.db, id, actor, 'Tried')],
      ['it was deleted', (id) => deleteClient(server.db, id, actor)],
      [
        'its address was removed and nobody was told',
        (id) =>
          server.db.pgPool.query(`UPDATE clients SET post_logout_redirect_uris = '{}' WHERE client_id = $1`, [id]),
      ],
    ];

    it.each(changes.flatMap(([what, change]) => ['yes', undefined].map((logout) => ({ what, change, logout }))))(
      '$what; logout $logout',
      async ({ change, logout }) => {
        const { client } = await createClient(server.db, leaver, actor);
        const { client_id } = client;
        const params = { client_id, post_logout_redirect_uri: afterwards, state: 'a b' };
        const { person, page } = await asked(`?${new URLSearchParams(params)}`);
        await change(client_id);
        const answer = await person.submit(page, '/logout/confirm', logout ? { logout } : {});
        expect(answer.headers.get('location')).toBeNull();
        expect(answer.url).toBe(`${server.issuer}/oauth/logout/success`);
        expect(await stillHere(person)).toBe(logout === undefined);
      },
    );

    it('an address that was added meanwhile changes nothing', async () => {
      const { client } = await createClient(server.db, leaver, actor);
      const params = { client_id: client.client_id, post_logout_redirect_uri: afterwards, state: 'ä+&=b' };
      const { person, page } = await asked(`?${new URLSearchParams(params)}`);
      const uris = ['https://app.example/first', afterwards];
      await updateClient(server.db, client.client_id, { post_logout_redirect_uris: uris }, actor);
      const answer = await person.submit(page, '/logout/confirm', { logout: 'yes' });
      expect(new URL(answer.headers.get('location') as string).searchParams.get('state')).toBe('ä+&=b');
    });
  });

  it('a person who is not signed in goes on at once, without a page or script, and nothing is stored', async () => {
    await server.db.pgPool.query('DELETE FROM sessions');
    const plain = await newPerson(server.issuer).request(path);
    expect([plain.status, plain.headers.get('location'), plain.text]).toEqual([
      303,
      '/oauth/logout/success',
      expect.not.stringContaining('<script'),
    ]);
    const query = new URLSearchParams({ client_id: app, post_logout_redirect_uri: afterwards, state: 'a\r\n"b' });
    const back = await newPerson(server.issuer).request(`${path}?${query}`);
    expect([back.status, back.headers.get('location')]).toEqual([303, `${afterwards}?state=a%0D%0A%22b`]);
    expect(await rowsOf(server.db, 'SELECT 1 FROM sessions')).toEqual([]);
  });
});
