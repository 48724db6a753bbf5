/** An unverified app has a maximum number of users: existing users go on, and nobody new comes in. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyClient } from '../../src/operations/client-review.ts';
import { createClient, updateClient } from '../../src/operations/clients.ts';
import { rememberConsent } from '../../src/operations/consents.ts';
import { saveConsent } from '../../src/store/consents.ts';
import type { Db } from '../../src/store/database.ts';
import { eventually } from '../support/eventually.ts';
import { authorizeUrl, callback, exchange, refresh } from '../support/oauth.ts';
import { decide, newPerson, type Page, type Person, signIn } from '../support/person.ts';
import { registered } from '../support/registering.ts';
import { auditOf, rowsOf } from '../support/rows.ts';
import { addPerson, redirectUri, startTestServer, type TestServer } from '../support/server.ts';

const limit = 3;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { UNVERIFIED_PEOPLE_LIMIT: String(limit) } });
});
afterAll(() => server.stop());

const by = { id: 'test' };
let made = 0;
/** An app that has this many users already. */
async function appWith(people: number, more: object = {}): Promise<string> {
  made += 1;
  const clientId = `app-${made}`;
  const input = { client_id: clientId, client_name: `App ${made}`, type: 'spa', redirect_uris: [redirectUri], ...more };
  await createClient(server.db, input as never, by);
  for (let n = 0; n < people; n += 1) {
    const { id } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    await saveConsent(server.db, { accountId: id, clientId, granted: ['projects:read'], refused: [] });
  }
  return clientId;
}

async function somebody(): Promise<Person & { id: string; email: string }> {
  const account = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
  return { ...account, ...newPerson(server.issuer) };
}

/** The page that a person sees who has just signed in for this app. */
async function asked(person: Person & { email: string }, clientId: string): Promise<Page> {
  const page = await person.visit(authorizeUrl(server, { client_id: clientId }));
  return page.text.includes('autocomplete="current-password"') ? signIn(person, page, person.email) : page;
}

const isQuestion = (page: Page) => page.text.includes('value="allow"');
const peopleOf = async (clientId: string) =>
  (await rowsOf(server.db, `SELECT count(*)::int AS n FROM consents WHERE client_id = '${clientId}'`))[0]?.n;

describe('a new person', () => {
  it('is let in as the last one', async () => {
    const clientId = await appWith(limit - 1);
    const person = await somebody();
    const page = await asked(person, clientId);
    expect(isQuestion(page)).toBe(true);
    expect(callback(await decide(person, page, 'allow')).get('code')).toBeTruthy();
    expect(await peopleOf(clientId)).toBe(limit);
  });

  it('sees the reason instead of the question, and the app is told when they go back', async () => {
    const clientId = await appWith(limit);
    const person = await somebody();
    const page = await asked(person, clientId);
    expect(page.status).toBe(403);
    expect(isQuestion(page)).toBe(false);
    expect(page.text).toContain('can’t take more people yet');
    expect(page.text).toContain('at most 3 people can use it');
    expect(page.text).toContain('Ask VibeCaaS to verify your app');
    const back = callback(await decide(person, page, 'leave'));
    expect(Object.fromEntries(back)).toMatchObject({
      error: 'access_denied',
      error_description: 'This app is not verified and has as many people as it may have',
      state: 'a-state',
      iss: server.issuer,
    });
    expect(await peopleOf(clientId)).toBe(limit);
    expect((await auditOf(server.db, `client:${clientId}`)).map(({ action }) => action)).toEqual(['client.created']);
  });

  it('is told on answering if the app filled up after the question was shown', async () => {
    const clientId = await appWith(limit - 1);
    const [first, second] = [await somebody(), await somebody()];
    const [one, two] = [await asked(first, clientId), await asked(second, clientId)];
    expect([isQuestion(one), isQuestion(two)]).toEqual([true, true]);
    await decide(first, one, 'allow');
    const late = await decide(second, two, 'allow');
    expect(late.status).toBe(403);
    expect(late.text).toContain('can’t take more people yet');
    expect(callback(await decide(second, late, 'leave')).get('error')).toBe('access_denied');
    expect(await peopleOf(clientId)).toBe(limit);
  });

  it('gets nothing by making up an answer for a full app', async () => {
    const clientId = await appWith(limit);
    const person = await somebody();
    const page = await asked(person, clientId);
    expect((await decide(person, page, 'allow')).status).toBe(403);
    expect(await peopleOf(clientId)).toBe(limit);
  });

  it('is let in at the same moment as nine others only as far as there is room', async () => {
    const clientId = await appWith(limit - 1);
    const people = await Promise.all(Array.from({ length: 10 }, somebody));
    const pages = await Promise.all(people.map((person) => asked(person, clientId)));
    const answers = await Promise.all(
      people.map((person, i) => decide(person, pages[i] as Page, 'allow').then(({ status }) => status)),
    );
    expect(answers.filter((status) => status !== 403)).toHaveLength(1);
    expect(await peopleOf(clientId)).toBe(limit);
  });

  it('is saved outside of any transaction, also with a refusal: a process that freezes keeps nobody else out', async () => {
    const clientId = await appWith(0, { optional_scope: 'ai:generate' });
    const { id: accountId } = await somebody();
    const withoutTransactions: Db = { ...server.db, transaction: () => Promise.reject(new Error('a transaction')) };
    const consent = { accountId, clientId, granted: ['projects:read'], refused: ['ai:generate'] };
    const saved = await rememberConsent(withoutTransactions, consent, { maxPeople: limit, actor: by });
    expect(saved).toMatchObject({ granted: ['projects:read'], refused: ['ai:generate'] });
    expect(await auditOf(server.db, `client:${clientId}`)).toContainEqual(
      expect.objectContaining({ action: 'consent.given', details: expect.objectContaining({ taken_away: [] }) }),
    );
  });

  it('takes the last place once with a double click', async () => {
    const clientId = await appWith(limit - 1);
    const { id: accountId } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    const consent = { accountId, clientId, granted: ['projects:read'], refused: [] };
    const saved = await Promise.all([1, 2].map(() => saveConsent(server.db, consent, limit)));
    expect(saved).toEqual([1, 2].map(() => ({ granted: ['projects:read'], refused: [] })));
  });

  it('with prompt=none makes the app learn that consent is needed, as always', async () => {
    const clientId = await appWith(limit);
    const person = await somebody();
    await asked(person, clientId);
    const silent = await person.request(authorizeUrl(server, { client_id: clientId, prompt: 'none' }));
    expect(callback(silent).get('error')).toBe('consent_required');
  });

  it('is let in from the page that said no, if the app was verified meanwhile', async () => {
    const clientId = await appWith(limit);
    const person = await somebody();
    const page = await asked(person, clientId);
    await verifyClient(server.db, clientId, by, 'Tried');
    await eventually(async () => isQuestion(await person.visit(page.url))).toBe(true);
    const question = await person.visit(page.url);
    expect(callback(await decide(person, question, 'allow')).get('code')).toBeTruthy();
    expect(await peopleOf(clientId)).toBe(limit + 1);
  });

  it('finds room when somebody disconnects', async () => {
    const clientId = await appWith(limit);
    const person = await somebody();
    expect(isQuestion(await asked(person, clientId))).toBe(false);
    await server.db.pgPool.query(
      'DELETE FROM consents WHERE account_id = (SELECT account_id FROM consents WHERE client_id = $1 LIMIT 1) AND client_id = $1',
      [clientId],
    );
    expect(isQuestion(await asked(person, clientId))).toBe(true);
  });
});

it('people who allowed it before go on: refresh, another device, more than before', async () => {
  const clientId = await appWith(limit - 1);
  const person = await somebody();
  await decide(person, await asked(person, clientId), 'allow');
  const code = callback(await person.request(authorizeUrl(server, { client_id: clientId }))).get('code') as string;
  const { body } = await exchange(server, code, clientId);
  expect(isQuestion(await asked(await somebody(), clientId))).toBe(false);

  expect((await refresh(server, body.refresh_token as string, clientId)).status).toBe(200);
  const again = await person.request(authorizeUrl(server, { client_id: clientId }));
  expect(callback(again).get('code')).toBeTruthy();
  const more = await person.visit(authorizeUrl(server, { client_id: clientId, scope: 'projects:read analytics:read' }));
  expect(isQuestion(more)).toBe(true);
  expect(callback(await decide(person, more, 'allow')).get('code')).toBeTruthy();
  expect(await peopleOf(clientId)).toBe(limit);
});

it('first-party and verified apps have no such limit; services have no people', async () => {
  const own = await appWith(limit, { first_party: true });
  const first = await somebody();
  await first.visit(authorizeUrl(server, { client_id: own }));
  expect(callback(await asked(first, own)).get('code')).toBeTruthy();
  expect(await peopleOf(own)).toBe(limit + 1);

  const checked = await appWith(limit);
  await verifyClient(server.db, checked, by, 'Tried');
  const second = await somebody();
  expect(callback(await decide(second, await asked(second, checked), 'allow')).get('code')).toBeTruthy();
  await updateClient(server.db, checked, { redirect_uris: [redirectUri, 'https://app.example/other'] }, by);
  // Back in review, it takes nobody new.
  await eventually(async () => isQuestion(await asked(await somebody(), checked))).toBe(false);
});

it('an app that many people of one network register becomes another client before it is full', async () => {
  const about = { client_name: 'Agent', redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' };
  const again = async () => (await registered(server, about)).client_id;
  const allowAll = async (clientId: string, people: number) => {
    for (let n = 0; n < people; n += 1) {
      const person = await somebody();
      expect(callback(await decide(person, await asked(person, clientId), 'allow')).get('code')).toBeTruthy();
    }
  };
  const first = await again();
  await allowAll(first, 1);
  expect(await again()).toBe(first);
  await allowAll(first, 1);
  const next = await again();
  expect(next).not.toBe(first);
  expect(await again()).toBe(next);
  await allowAll(first, 1);
  await allowAll(next, 2);
  const last = await again();
  expect([first, next]).not.toContain(last);
  await allowAll(last, 1);
});

it('a server of an earlier release shares the client however many people it has', async () => {
  const about = { client_name: 'Old', redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' };
  const { client_id: clientId } = await registered(server, about);
  for (let n = 0; n < limit; n += 1) {
    const { id } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    await saveConsent(server.db, { accountId: id, clientId, granted: ['projects:read'], refused: [] });
  }
  for (const limits of ['NULL', 'ARRAY[200, 2000, 20000]']) {
    const [row] = await rowsOf(
      server.db,
      `SELECT known, room FROM client_registrations r, claim_registration(r.network, r.region, r.digest, ${limits})
        WHERE r.client_id = '${clientId}'`,
    );
    expect(row).toEqual({ known: clientId, room: true });
  }
});
