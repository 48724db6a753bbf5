/**
 * A person allows what the document of an app said at that moment. The owner of its host can change it at any time. A changed
 * document takes effect for a person only after they have seen what changed.
 */

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type DocumentHost, startDocumentHost } from '../support/document-host.ts';
import { eventually } from '../support/eventually.ts';
import { authorizeUrl, callback, exchange, obtainCode, obtainTokens, refresh } from '../support/oauth.ts';
import { decide, newPerson, type Page, type Person, signIn } from '../support/person.ts';
import { auditOf, rowsOf, waitingForLocks } from '../support/rows.ts';
import { redirectUri, startTestServer, type TestNode } from '../support/server.ts';

const other = 'https://other.example/callback';
let host: DocumentHost;
let server: TestNode;
let second: TestNode;
let person: Person;
let documents = 0;
let name: string;
let clientId: string;
beforeAll(async () => {
  host = await startDocumentHost();
  server = await startTestServer({ outbound: host.outbound });
  second = await startTestServer({ outbound: host.outbound, beside: server });
});
afterAll(async () => {
  await second.stop();
  await server.stop();
  await host.stop();
});
beforeEach(() => {
  documents += 1;
  name = `pinned-${documents}.json`;
  clientId = host.serve(name, { redirect_uris: [redirectUri] });
  person = newPerson(server.issuer);
});

/** Serves another document, which is read with the next authorization. */
async function change(document: object, { isRead = true } = {}): Promise<void> {
  host.serve(name, { redirect_uris: [redirectUri], ...document });
  if (isRead) await makeStale();
}

async function makeStale(): Promise<void> {
  await server.db.pgPool.query('UPDATE client_documents SET fresh_until = now() WHERE client_id = $1', [clientId]);
  await server.db.notify('clients', clientId);
  await Promise.all([server.hasHeard(), second.hasHeard()]);
}

const ask = (more: Record<string, string> = {}) => person.visit(authorizeUrl(server, { client_id: clientId, ...more }));
const isQuestion = (page: Page) => page.text.includes('value="allow"');
const allowOnce = () => obtainTokens(server, { client_id: clientId }, person);
const changedText = 'is not what you allowed before';

it('An unchanged document is not asked about again', async () => {
  await allowOnce();
  await makeStale();
  expect(callback(await ask()).has('code')).toBe(true);
  expect(host.requests(name)).toHaveLength(2);
});

it.each([
  ['name', { client_name: 'VibeCaaS Support' }, 'VibeCaaS Support'],
  ['name in another language', { 'client_name#ja': 'サポート' }, 'name in another language'],
  ['redirect URIs', { redirect_uris: [redirectUri, other] }, 'other.example'],
  [
    'keys',
    { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://agent.example/keys' },
    'with other keys',
  ],
])(
  'A document with another %s is asked about again, with what changed, and then not any more',
  async (_, document, text) => {
    await allowOnce();
    await change(document);
    const page = await ask();
    expect([isQuestion(page), page.text.includes(changedText), page.text.includes(text)]).toEqual([true, true, true]);
    await decide(person, page, 'allow');
    await makeStale();
    expect(callback(await ask()).has('code')).toBe(true);
  },
);

it('What else changes in a document is not asked about', async () => {
  await allowOnce();
  await change({ client_uri: 'https://agent.example/', contacts: ['a@agent.example'], redirect_uris: [redirectUri] });
  expect(callback(await ask()).has('code')).toBe(true);
});

it('A person who denies a changed document keeps what they allowed before, and is asked the next time', async () => {
  const tokens = await allowOnce();
  await change({ client_name: 'Agent Jones' });
  const answer = callback(await decide(person, await ask(), 'deny'));
  expect(answer.get('error')).toBe('access_denied');
  expect((await refresh(server, tokens.refresh_token as string, clientId)).status).toBe(200);
  expect((await ask()).text).toContain(changedText);
});

it('prompt=none gives no code for a changed document', async () => {
  await allowOnce();
  await change({ client_name: 'Agent Jones' });
  expect(callback(await ask({ prompt: 'none' })).get('error')).toBe('consent_required');
});

it('An app that somebody marked as VibeCaaS’s own in the database is asked about nevertheless', async () => {
  await ask();
  await server.db.pgPool.query('UPDATE clients SET first_party = true WHERE client_id = $1', [clientId]);
  await server.db.notify('clients', clientId);
  await server.hasHeard();
  const page = await signIn(person, await ask(), server.person.email);
  expect(isQuestion(page)).toBe(true);
});

it('Families live on with a changed document, and an old redirect URI is refused for new authorizations', async () => {
  const tokens = await allowOnce();
  await change({ redirect_uris: [other] });
  const page = await ask();
  expect([page.status, page.text.includes('invalid_redirect_uri')]).toEqual([400, true]);
  expect((await refresh(server, tokens.refresh_token as string, clientId)).status).toBe(200);
});

it('A document that changes while its consent page is open makes that page void', async () => {
  const page = await signIn(person, await ask(), server.person.email);
  await change({ client_name: 'Agent Jones' });
  // Somebody else’s request reads it.
  await newPerson(second.issuer).visit(authorizeUrl(second, { client_id: clientId }));
  const end = await decide(person, page, 'allow');
  expect([end.status, end.text.includes('changed')]).toEqual([410, true]);
  expect(await rowsOf(server.db, `SELECT 1 FROM consents WHERE client_id = '${clientId}'`)).toEqual([]);
});

it('A document that changes between the answer and the code is asked about again', async () => {
  const page = await signIn(person, await ask(), server.person.email);
  const action = /action="([^"]*\/consent)"/.exec(page.text)?.[1] as string;
  const hidden = [...page.text.matchAll(/type="hidden" name="(csrf)" value="([^"]*)"/g)].map(([, key, value]) => [
    key,
    value,
  ]);
  const body = new URLSearchParams([
    ...hidden,
    ['decision', 'allow'],
    ['scope', 'projects:read'],
    ['duration', '3600'],
  ] as string[][]);
  const back = (await person.request(action, { method: 'POST', body })).headers.get('location') as string;
  await change({ client_name: 'Agent Jones' });
  await newPerson(second.issuer).visit(authorizeUrl(second, { client_id: clientId }));
  const again = await person.visit(back);
  expect([isQuestion(again), again.text.includes(changedText), again.text.includes('Agent Jones')]).toEqual([
    true,
    true,
    true,
  ]);
});

it('A consent never pins what its page did not show, even when the document changes in that moment', async () => {
  const page = await signIn(person, await ask(), server.person.email);
  // The change of another node holds the row, and is committed while the answer waits for it.
  const changing = await server.db.pgPool.connect();
  try {
    await changing.query('BEGIN');
    await changing.query("UPDATE clients SET client_name = 'Agent Jones' WHERE client_id = $1", [clientId]);
    const answered = decide(person, page, 'allow');
    await eventually(() => waitingForLocks(server.db)).toBeGreaterThan(0);
    await changing.query('COMMIT');
    expect((await answered).status).toBe(410);
  } finally {
    changing.release();
  }
  expect(await rowsOf(server.db, `SELECT 1 FROM consents WHERE client_id = '${clientId}'`)).toEqual([]);
});

it('A change is in the audit log, with what was there before', async () => {
  await allowOnce();
  await change({ client_name: 'Agent Jones' });
  await ask();
  const events = await auditOf(server.db, `client:${clientId}`);
  expect(events.map(({ action }) => action)).toContain('client.created');
  expect(events.find(({ action }) => action === 'client.document_changed')?.details).toMatchObject({
    before: { client_name: 'Agent Smith' },
    after: { client_name: 'Agent Jones' },
  });
});

it('A code of before the change is exchanged, unless its redirect URI is gone', async () => {
  const code = await obtainCode(server, { client_id: clientId }, person);
  await change({ client_name: 'Agent Jones' });
  await ask();
  expect((await exchange(server, code, clientId)).status).toBe(200);
});
