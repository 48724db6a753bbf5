/** How often an app may change its own registration (RFC 7592), and what of it the audit log keeps. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { authorizeUrl } from '../support/oauth.ts';
import { decide, newPerson, signIn } from '../support/person.ts';
import { type Registration, registered, sendRegistration } from '../support/registering.ts';
import { rowsOf } from '../support/rows.ts';
import { addPerson, redirectUri, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let second: TestServer;
beforeAll(async () => {
  const env = { RATE_LIMITS: 'on', TRUST_PROXY: 'true' };
  server = await startTestServer({ env });
  second = await startTestServer({ beside: server, env });
});
afterAll(async () => {
  await second.stop();
  await server.stop();
});

let made = 0;
const newApp = () => {
  made += 1;
  const about = { client_name: `App ${made}`, redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' };
  return registered(server, about);
};

function put(app: Registration, change: object = {}, node = server) {
  const { client_id, client_name, redirect_uris, token_endpoint_auth_method } = app;
  const whole = { client_id, client_name, redirect_uris, token_endpoint_auth_method, ...change };
  const { registration_access_token: token } = app;
  return sendRegistration(`${node.issuer}/oauth/register/${client_id}`, whole, { method: 'PUT', token });
}

const eventsOf = async (app: Registration) =>
  (
    await rowsOf(
      server.db,
      `SELECT details FROM audit_events WHERE target = 'client:${app.client_id}' AND action = 'client.updated' ORDER BY seq`,
    )
  ).map(({ details }) => details as Record<string, unknown>);

it('An app changes its registration ten times an hour, on all nodes together', async () => {
  const app = await newApp();
  const flood = Array.from({ length: 30 }, (_, n) => put(app, { client_name: `Name ${n}` }, n % 2 ? server : second));
  const answers = await Promise.all(flood);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(20);
  const wait = Number(refused[0]?.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(3_500);
  expect(wait).toBeLessThanOrEqual(3_600);
  expect(await eventsOf(app)).toHaveLength(10);
  expect((await put(await newApp(), { client_name: 'Another' })).status).toBe(200);
  await server.db.pgPool.query(
    "UPDATE client_registrations SET changes_end_at = changes_end_at - interval '1 hour' WHERE client_id = $1",
    [app.client_id],
  );
  expect((await put(app, { client_name: 'An hour later' })).status).toBe(200);
});

it('A registration that stays as it is writes nothing and counts for nothing', async () => {
  const app = await newApp();
  const rows = () =>
    rowsOf(
      server.db,
      `SELECT c.updated_at, c.revision, r.changes, r.digest FROM clients c JOIN client_registrations r ON r.client_id = c.client_id
        WHERE c.client_id = '${app.client_id}'`,
    );
  const before = await rows();
  for (let n = 0; n < 15; n += 1) expect((await put(app)).status).toBe(200);
  expect(await rows()).toEqual(before);
  expect(await eventsOf(app)).toEqual([]);
  for (let n = 0; n < 10; n += 1) expect((await put(app, { client_name: `Name ${n}` })).status).toBe(200);
  expect((await put(app, { client_name: 'Name 9' })).status).toBe(200);
  expect((await put(app, { client_name: 'Name 10' })).status).toBe(429);
});

it('The audit log names what differs, however much was sent', async () => {
  const app = await newApp();
  const uris = (path: string) => Array.from({ length: 20 }, (_, n) => `https://app.example/${path.repeat(300)}/${n}`);
  expect((await put(app, { redirect_uris: uris('a') })).status).toBe(200);
  expect((await put(app, { redirect_uris: [...uris('a').slice(1), redirectUri] })).status).toBe(200);
  const [first, then] = await eventsOf(app);
  expect(JSON.stringify(first).length).toBeLessThan(1_000);
  expect(then).toMatchObject({
    before: { redirect_uris: [expect.stringContaining('https://app.example/aaa'), '… 19 in both'] },
    after: { redirect_uris: [redirectUri, '… 19 in both'] },
  });
});

it('A page that is open while its app changes or removes itself does not say that VibeCaaS did', async () => {
  const app = await newApp();
  const { email } = await addPerson(server.db, 'meanwhile@example.com');
  const person = newPerson(server.issuer);
  await signIn(person, await person.visit('/sign-in'), email);
  const ask = () => person.visit(authorizeUrl(server, { client_id: app.client_id }));
  const [before, open] = [await ask(), await ask()];
  const changed = await put(app, { client_name: 'Another name' });
  const refused = await decide(person, before, 'allow');
  expect([refused.status, refused.text]).toEqual([410, expect.stringContaining('This app has changed')]);
  const token = changed.body.registration_access_token;
  await sendRegistration(`${server.issuer}/oauth/register/${app.client_id}`, undefined, { method: 'DELETE', token });
  const gone = await decide(person, open, 'allow');
  expect([gone.status, gone.text]).toEqual([
    410,
    expect.stringContaining('It was suspended or removed after it asked'),
  ]);
  for (const { text } of [refused, gone]) expect(text).not.toMatch(/VibeCaaS (changed|suspended)/);
});
