/** A role or a database with settings of its own changes no answer: races, times, passwords, limits. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedInAs } from '../support/admin.ts';
import { applySettings, hostileSettings } from '../support/hostile-settings.ts';
import { exchange, introspect, obtainCode, obtainTokens, refresh } from '../support/oauth.ts';
import { newPerson } from '../support/person.ts';
import { addPerson, password, startTestServer, type TestServer } from '../support/server.ts';
import { addAdmin, adminToken, call } from '../web/admin-api/support.ts';

const parallel = <T>(times: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: times }, (_, i) => work(i)));

const roles: [name: string, settings: Readonly<Record<string, string>>][] = [
  ['repeatable read', { default_transaction_isolation: 'repeatable read' }],
  ['serializable', { default_transaction_isolation: 'serializable' }],
  ['German dates', { DateStyle: 'German' }],
  ['every setting that changes meaning', hostileSettings],
];

describe.each(roles)('with a role of %s', (_, settings) => {
  let plain: TestServer;
  let server: TestServer;
  beforeAll(async () => {
    plain = await startTestServer();
    await applySettings(plain.db, settings);
    // Its connections are opened with the settings.
    server = await startTestServer({ beside: plain, env: { DATABASE_POOL_SIZE: '20' } });
  });
  afterAll(async () => {
    await server.stop();
    await plain.stop();
  });

  it('50 parallel refreshes get the same successor', async () => {
    const tokens = await obtainTokens(server);
    const answers = await parallel(50, () => refresh(server, tokens.refresh_token as string));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
  });

  it('at most one of 20 parallel exchanges of a code succeeds', async () => {
    const code = await obtainCode(server);
    const answers = await parallel(20, () => exchange(server, code));
    const tally = answers.map(({ status, body }) => `${status} ${body.error ?? ''}`);
    expect(tally.filter((line) => line === '200 ').length).toBeLessThanOrEqual(1);
    expect(tally.filter((line) => line !== '200 ' && line !== '400 invalid_grant')).toEqual([]);
  });

  it('parallel changes of one client by admins are all done, one after the other', async () => {
    const admin = 'settings-admin';
    await addAdmin(server, admin);
    const token = await adminToken(server, admin);
    const rename = (i: number) =>
      call(server, '/clients/other', { method: 'PATCH', body: { client_name: `Name ${i}` }, token });
    const answers = await parallel(10, rename);
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  });

  it('the right password signs in, and a wrong one does not, whoever tries at once', async () => {
    const { email } = await addPerson(server.db, 'settings@example.com');
    const pages = await parallel(6, async (i) => {
      const person = newPerson(server.issuer);
      const page = await person.visit('/sign-in');
      return person.submit(page, '/sign-in', { email, password: i % 2 === 0 ? password : 'not it at all' });
    });
    expect(pages.map(({ status }) => status)).toEqual([200, 422, 200, 422, 200, 422]);
  });

  it('times are right: tokens live an hour, and the app was connected today', async () => {
    const tokens = await obtainTokens(server);
    const { body } = await introspect(server, tokens.access_token);
    expect(Number(body.exp) - Number(body.iat)).toBe(3600);
    expect(Math.abs(Number(body.iat) - Date.now() / 1000)).toBeLessThan(120);
    const person = await signedInAs(server, server.person.email);
    expect((await person.visit('/account/apps')).text).toContain(`datetime="${new Date().toISOString().slice(0, 10)}`);
  });

  it('names keep their letters, and bytes stay what they are', async () => {
    const admin = 'letters-admin';
    await addAdmin(server, admin);
    const token = await adminToken(server, admin);
    const name = 'Notizbücher – 日本語 \\ "x"';
    const made = await call(server, '/clients', { body: { client_name: name, type: 'service' }, token });
    expect(made.status).toBe(201);
    const read = await call(plain, `/clients/${made.body.data.client_id}`, { token: await adminToken(plain, admin) });
    expect(read.body.data.client_name).toBe(name);
  });
});
