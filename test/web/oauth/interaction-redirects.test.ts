import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { authorizeUrl, callback, exchange } from '../../support/oauth.ts';
import { decide, formOf, newPerson, type Page, type Person, signIn } from '../../support/person.ts';
import { rowsOf } from '../../support/rows.ts';
import { addPerson, password, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let second: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  second = await startTestServer({ beside: server, env: { ISSUER: server.issuer } });
});
afterAll(async () => {
  await second.stop();
  await server.stop();
});

it('an answer sent again, when the first has led back to the app, leads there with the same code', async () => {
  const person = newPerson(server.issuer);
  const consent = await atConsent(person);
  const first = await decide(person, consent, 'allow');
  const second = await decide(person, consent, 'allow');
  expect(callback(first).get('code')).toBeTruthy();
  expect(second.headers.get('location')).toBe(first.headers.get('location'));
});

it('an answer sent twice at once leads to one code', async () => {
  const person = newPerson(server.issuer);
  const consent = await atConsent(person);
  const both = await Promise.all([decide(person, consent, 'allow'), decide(person, consent, 'allow')]);
  const codes = both.map((page) => page.headers.get('location') && callback(page).get('code')).filter(Boolean);
  expect(new Set(codes).size).toBe(1);
});

it('the first answer counts: it cannot be taken back by another one', async () => {
  const person = newPerson(server.issuer);
  const consent = await atConsent(person);
  await decide(person, consent, 'deny');
  expect(callback(await decide(person, consent, 'allow')).get('error')).toBe('access_denied');
});

it('a sign-in sent twice leads to the one consent page', async () => {
  const person = newPerson(server.issuer);
  const { email } = await addPerson(server.db, 'twice@example.com');
  const page = await person.visit(authorizeUrl(server));
  const first = await signIn(person, page, email);
  const second = await signIn(person, page, email);
  expect(first.text).toContain('name="decision"');
  expect(second.url).toBe(first.url);
});

it('without its anti-forgery value nobody learns where an answer led', async () => {
  const person = newPerson(server.issuer);
  const consent = await atConsent(person);
  await decide(person, consent, 'allow');
  const body = new URLSearchParams({ decision: 'allow', csrf: 'x' });
  const answer = await person.request(`${consent.url}/consent`, { method: 'POST', body });
  expect(answer.status).toBe(403);
  expect(answer.headers.get('location')).toBeNull();
});

describe('on another node', () => {
  it('an answer that is sent again leads to the app with the same code, which works once', async () => {
    const person = newPerson(server.issuer);
    const consent = await atConsent(person);
    const first = await decide(person, consent, 'allow');
    const again = await click(person, consent, '/consent', { decision: 'allow' }, second);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    const code = callback(again).get('code') as string;
    expect((await exchange(server, code)).status).toBe(200);
    expect(await codes(person)).toBe(1);
  });

  it('a second answer waits for the redirect of the first while that is in progress', async () => {
    const person = newPerson(server.issuer);
    const consent = await atConsent(person);
    const [first, again] = await held('authorization_codes', async (): Promise<[Promise<Page>, Promise<Page>]> => {
      const one = decide(person, consent, 'allow');
      await eventually(() => rowsOf(server.db, underWay)).toHaveLength(1);
      return [one, click(person, consent, '/consent', { decision: 'allow' }, second)];
    });
    expect(callback(first).get('code')).toBeTruthy();
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(await codes(person)).toBe(1);
  });

  it('two answers that return to the engine at once give one code, and both lead to it', async () => {
    const person = newPerson(server.issuer);
    const consent = await atConsent(person);
    const answered = await person.request(`${consent.url}/consent`, form(consent, '/consent', { decision: 'allow' }));
    const back = new URL(answered.headers.get('location') as string).pathname;
    // The cookies as they were when both started.
    const cookie = await person.jar.getCookieString(server.issuer + back);
    const resume = (node: TestServer) =>
      fetch(node.issuer + back, { redirect: 'manual', headers: { accept: 'text/html', cookie } });
    const ways = await held('artifacts', async () => [server, second, server, second].map(resume));
    const places = ways.map(({ headers }) => headers.get('location'));
    expect(new Set(places).size).toBe(1);
    expect(new URL(places[0] as string).searchParams.get('code')).toBeTruthy();
    expect(await codes(person)).toBe(1);
    const strangers = await fetch(server.issuer + back, { redirect: 'manual', headers: { accept: 'text/html' } });
    expect([strangers.status, strangers.headers.get('location')]).toEqual([400, null]);
  });

  it('a denial that is sent again leads to the same denial', async () => {
    const person = newPerson(server.issuer);
    const consent = await atConsent(person);
    const first = await decide(person, consent, 'deny');
    const again = await click(person, consent, '/consent', { decision: 'allow' }, second);
    expect(callback(again).get('error')).toBe('access_denied');
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(await codes(person)).toBe(0);
  });

  it('a sign-in sent again leads to the consent page, with the cookies that the browser missed', async () => {
    const person = newPerson(server.issuer);
    const { email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    const page = await person.visit(authorizeUrl(server));
    // A browser that cancels the first navigation keeps nothing of its answers.
    const called = newPerson(server.issuer);
    for (const cookie of await person.jar.getCookies(page.url)) await called.jar.setCookie(cookie, page.url);
    const resume = page.url.replace('/interaction/', '/oauth/authorize/');
    for (const cookie of await person.jar.getCookies(resume)) await called.jar.setCookie(cookie, resume);
    const first = await signIn(called, page, email);
    const again = await click(person, page, '/sign-in', { email, password }, second);
    expect(first.text).toContain('name="decision"');
    expect([again.url, again.status]).toEqual([first.url, 200]);
    expect(callback(await decide(person, again, 'allow')).get('code')).toBeTruthy();
  });

  it('a redirect is given only to the browser of the page, and only for half a minute', async () => {
    const person = newPerson(server.issuer);
    const consent = await atConsent(person);
    await decide(person, consent, 'allow');
    const stranger = await click(newPerson(server.issuer), consent, '/consent', { decision: 'allow' }, second);
    expect([stranger.status, stranger.headers.get('location')]).toEqual([403, null]);
    await server.db.script(
      `UPDATE artifacts SET expires_at = expires_at - interval '31 seconds' WHERE model = 'Answer'`,
    );
    const late = await click(person, consent, '/consent', { decision: 'allow' }, second);
    expect([late.status, late.headers.get('location')]).toEqual([410, null]);
  });
});

it('a browser that comes back with another session is refused, and goes on with its own', async () => {
  const person = newPerson(server.issuer);
  await decide(person, await atConsent(person), 'allow');
  const consent = await person.visit(authorizeUrl(server, { prompt: 'consent' }));
  const answered = await person.request(`${consent.url}/consent`, form(consent, '/consent', { decision: 'allow' }));
  const back = answered.headers.get('location') as string;
  const cookies = await person.jar.getCookies(back);
  const others = cookies.filter(({ key }) => !key.startsWith('vcauth_session')).map((cookie) => cookie.cookieString());
  const headers = { accept: 'text/html', cookie: others.join('; ') };
  expect((await fetch(back, { redirect: 'manual', headers })).status).toBe(400);
  expect(callback(await person.request(back)).get('code')).toBeTruthy();
});

it('a redirect cannot be read in the database', async () => {
  const person = newPerson(server.issuer);
  const first = await decide(person, await atConsent(person), 'allow');
  const [{ kept, rows }] = (await rowsOf(
    server.db,
    `SELECT count(*)::int AS rows, string_agg(encode(payload, 'escape'), ' ') AS kept
      FROM artifacts WHERE model = 'Answer'`,
  )) as [{ kept: string; rows: number }];
  expect(rows).toBeGreaterThan(0);
  for (const part of [callback(first).get('code') as string, 'app.example', 'a-state', 'code=', 'session=']) {
    expect(kept).not.toContain(part);
  }
});

it('a redirect that was copied to another interaction in the database leads nobody anywhere', async () => {
  const [person, thief] = [newPerson(server.issuer), newPerson(server.issuer)];
  await decide(person, await atConsent(person), 'allow');
  const newest = "SELECT id_hash FROM artifacts WHERE model = 'Answer' ORDER BY expires_at DESC LIMIT 1";
  const [{ id_hash: theirs }] = (await rowsOf(server.db, newest)) as [{ id_hash: Buffer }];
  const consent = await atConsent(thief);
  await decide(thief, consent, 'allow');
  const [{ id_hash: own }] = (await rowsOf(server.db, newest)) as [{ id_hash: Buffer }];
  expect(own).not.toEqual(theirs);
  await server.db.pgPool.query(
    'UPDATE artifacts SET payload = (SELECT payload FROM artifacts WHERE id_hash = $1) WHERE id_hash = $2',
    [theirs, own],
  );
  // It does not open, as nothing does that somebody has changed in the database.
  const again = await decide(thief, consent, 'allow');
  expect([again.status, again.headers.get('location')]).toEqual([500, null]);
});

it('an answer is told to start again if a node of an earlier release has taken the interaction and stopped', async () => {
  const person = newPerson(server.issuer);
  const consent = await atConsent(person);
  await server.db.script(`UPDATE artifacts SET consumed_at = now() WHERE model = 'Interaction'`);
  const again = await click(person, consent, '/consent', { decision: 'allow' }, second);
  expect(again.status).toBe(410);
});

/**
 * Sends the form of `page` to a node, perhaps not the one that showed it, and follows the redirect at the first node.
 */
function click(
  person: Person,
  page: Page,
  action: string,
  fields: Record<string, string>,
  node: TestServer,
): Promise<Page> {
  return person.visit(page.url.replace(server.issuer, node.issuer) + action, form(page, action, fields));
}

function form(page: Page, action: string, fields: Record<string, string>): RequestInit {
  return { method: 'POST', body: new URLSearchParams([...formOf(page, action).hidden, ...Object.entries(fields)]) };
}

/** Lets nobody write to a table until `work` has begun, and a moment longer; then waits for all of it. */
async function held<T extends Promise<unknown>[]>(table: string, work: () => Promise<T>) {
  const client = await server.db.pgPool.connect();
  try {
    await client.query(`BEGIN; LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE`);
    const begun = await work();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await client.query('COMMIT');
    return await Promise.all(begun);
  } finally {
    client.release();
  }
}

/** A request that stores a code, and has to wait. */
const underWay = `SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database
  WHERE datname = current_database() AND relation = 'authorization_codes'::regclass AND NOT granted`;

/** The number of codes that a person's apps were given. */
async function codes(person: Person): Promise<number> {
  const rows = await rowsOf(
    server.db,
    `SELECT FROM authorization_codes c JOIN grants g ON g.id = c.grant_id JOIN accounts a ON a.id = g.account_id
      WHERE a.email = '${emails.get(person)}'`,
  );
  return rows.length;
}

const emails = new Map<Person, string>();

/** The consent page, for a person who has allowed nothing yet. */
async function atConsent(person: Person): Promise<Page> {
  const { email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
  emails.set(person, email);
  return signIn(person, await person.visit(authorizeUrl(server)), email);
}
