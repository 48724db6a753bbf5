/**
 * Each request of an authorization writes everything in one statement. If any part of it fails, nothing of it is stored, and
 * the same request, sent again, succeeds as a first try.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Batch } from '../../src/store/batch.ts';
import { writingFunctions } from '../../src/store/pool-shares.ts';
import { eventually } from '../support/eventually.ts';
import { authorizeUrl, callback, exchange, post, refresh } from '../support/oauth.ts';
import { formOf, newPerson, type Page, type Person } from '../support/person.ts';
import { rowsOf, waitingForLocks } from '../support/rows.ts';
import { addPerson, password, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.db.script(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the database goes down' USING ERRCODE = 'cannot_connect_now'; END $$`);
});
afterAll(() => server.stop());

/** Fails every write to a table while `work` runs. */
async function failing<T>(table: string, work: () => Promise<T>): Promise<T> {
  await server.db.script(`CREATE TRIGGER fails BEFORE INSERT OR UPDATE ON ${table} EXECUTE FUNCTION fail()`);
  try {
    return await work();
  } finally {
    await server.db.script(`DROP TRIGGER fails ON ${table}`);
  }
}

/** Everything that an authorization stores. */
async function stored(): Promise<unknown> {
  const tables = ['artifacts', 'sessions', 'consents', 'grants', 'authorization_codes'];
  const rows = tables.map((table) => rowsOf(server.db, `SELECT t::text AS row FROM ${table} t ORDER BY t::text`));
  const [audit] = await rowsOf(server.db, 'SELECT count(*)::int AS events FROM audit_events');
  return [audit, await Promise.all(rows)];
}

/** A request that can be sent again with the cookies that the browser has. */
type Step = () => Promise<Page>;

const steps = ['sign-in', 'way back from sign-in', 'consent', 'way back from consent'] as const;

/** Returns the request at this step of a new person's authorization, which has come so far. */
async function atStep(name: (typeof steps)[number]): Promise<Step> {
  const person = newPerson(server.issuer);
  const { email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
  const page = await person.visit(authorizeUrl(server));
  const signIn = () => send(person, page, '/sign-in', { email, password });
  if (name === 'sign-in') return signIn;
  const back = target(await signIn());
  if (name === 'way back from sign-in') return () => person.request(back);
  const consent = await person.visit(back);
  const allow = () => send(person, consent, '/consent', { decision: 'allow' });
  if (name === 'consent') return allow;
  const toApp = target(await allow());
  return () => person.request(toApp);
}

function send(person: Person, page: Page, action: string, fields: Record<string, string>): Promise<Page> {
  const form = formOf(page, action);
  const body = new URLSearchParams([...form.hidden, ...Object.entries(fields)]);
  return person.request(form.action, { method: 'POST', body });
}

const target = ({ headers }: Page): string => headers.get('location') as string;

it('no statement of an authorization that runs in a batch takes a cluster-wide lock', async () => {
  const submitted = vi.spyOn(Batch.prototype, 'submit');
  onTestFinished(() => submitted.mockRestore());
  const code = callback(await (await atStep('way back from consent'))()).get('code') as string;
  expect((await exchange(server, code)).status).toBe(200);
  const texts = submitted.mock.contexts.flatMap((batch) => (batch as Batch).texts);
  expect(new Set(texts).size).toBeGreaterThan(8);
  const wide = new RegExp(
    `${writingFunctions.source.replace('append_audit|', '').replace('queue_mail|', '')}|advisory|NOTIFY|LOCK TABLE`,
    'i',
  );
  expect(texts.filter((text) => wide.test(text))).toEqual([]);
});

describe.each([
  ['sign-in', ['audit_events', 'artifacts']],
  ['way back from sign-in', ['artifacts', 'sessions']],
  ['consent', ['consents', 'audit_events', 'artifacts']],
  ['way back from consent', ['grants', 'authorization_codes', 'artifacts', 'sessions']],
] as const)('the %s', (name, tables) => {
  it.each(tables)('stores nothing if it cannot write to %s, and succeeds when it can', async (table) => {
    const step = await atStep(name);
    const before = await stored();
    const refused = await failing(table, step);
    expect([refused.status, refused.headers.getSetCookie(), target(refused)]).toEqual([503, [], null]);
    expect(await stored()).toEqual(before);
    const again = await step();
    expect([again.status, target(again)]).toEqual([303, expect.stringMatching(/^(http|\/)/)]);
    expect(await stored()).not.toEqual(before);
    if (name === 'way back from consent') expect((await exchange(server, codeOf(again))).status).toBe(200);
  });

  it('leads to the same place when it is sent twice at once', async () => {
    const step = await atStep(name);
    const both = await Promise.all([step(), step()]);
    expect(target(both[0])).toBe(target(both[1]));
    if (name !== 'way back from consent') return;
    expect((await exchange(server, codeOf(both[1]))).status).toBe(200);
    expect((await exchange(server, codeOf(both[0]))).status).toBe(400);
  });
});

it('the way back from consent with a pushed request leads both clicks to the same code, however slow the first one is', async () => {
  const request = Object.fromEntries(new URL(authorizeUrl(server)).searchParams);
  const { body } = await post(server, '/oauth/par', request);
  const pushed = new URLSearchParams({ client_id: 'spa', request_uri: body.request_uri as string });
  const person = newPerson(server.issuer);
  const { email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
  const page = await person.visit(`/oauth/authorize?${pushed}`);
  const consent = await person.visit(target(await send(person, page, '/sign-in', { email, password })));
  const back = target(await send(person, consent, '/consent', { decision: 'allow' }));
  const holder = await server.db.pgPool.connect();
  try {
    await holder.query('BEGIN');
    await holder.query('SELECT FROM accounts WHERE email = $1 FOR UPDATE', [email]);
    // The pushed request is used up, and the code waits for the account.
    const first = person.request(back);
    await eventually(() => waitingForLocks(server.db)).toBeGreaterThan(0);
    const second = person.request(back);
    await sleep(500);
    await holder.query('COMMIT');
    const both = await Promise.all([first, second]);
    expect(target(both[0])).toBe(target(both[1]));
    expect((await exchange(server, codeOf(both[1]))).status).toBe(200);
  } finally {
    await holder.query('ROLLBACK');
    holder.release();
  }
});

it.each(['grants', 'authorization_codes'])('an exchange that cannot write to %s uses nothing up', async (table) => {
  const code = codeOf(await (await atStep('way back from consent'))());
  const before = await stored();
  expect((await failing(table, () => exchange(server, code))).status).toBe(503);
  expect(await stored()).toEqual(before);
  const { status, body } = await exchange(server, code);
  expect([status, (await refresh(server, body.refresh_token as string)).status]).toEqual([200, 200]);
});

it('a session that was moved with the code reaches a browser that missed the first redirect', async () => {
  const person = newPerson(server.issuer);
  const { email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
  const page = await person.visit(authorizeUrl(server));
  const consent = await person.visit(target(await send(person, page, '/sign-in', { email, password })));
  const back = target(await send(person, consent, '/consent', { decision: 'allow' }));
  const cookie = await person.jar.getCookieString(new URL(back, server.issuer).href);
  const missed = await fetch(new URL(back, server.issuer), { redirect: 'manual', headers: { cookie } });
  const again = await person.request(back);
  expect(target(again)).toBe(missed.headers.get('location'));
  expect((await person.visit('/account/apps')).url).toBe(`${server.issuer}/account/apps`);
});

const codeOf = (page: Page): string => callback(page).get('code') as string;
