/**
 * With THIRD_PARTY_POLICY=ask an admin allows an app as it is. What it becomes later has to be allowed again: by its registration
 * (RFC 7592), its document or its owner.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updateClient } from '../../src/operations/clients.ts';
import { setRule } from '../../src/operations/third-party.ts';
import { getClient } from '../../src/store/clients.ts';
import { findRule } from '../../src/store/third-party.ts';
import { ruleDocument } from '../../src/store/unregistered-apps.ts';
import { type DocumentHost, startDocumentHost } from '../support/document-host.ts';
import { authorizeUrl } from '../support/oauth.ts';
import { newPerson, signIn } from '../support/person.ts';
import { type Registration, registered, sendRegistration } from '../support/registering.ts';
import { auditOf } from '../support/rows.ts';
import { addPerson, redirectUri, startTestServer, type TestNode } from '../support/server.ts';

let host: DocumentHost;
let server: TestNode;
beforeAll(async () => {
  host = await startDocumentHost();
  server = await startTestServer({ outbound: host.outbound, env: { THIRD_PARTY_POLICY: 'ask' } });
});
afterAll(async () => {
  await server.stop();
  await host.stop();
});

const admin = { id: 'account:admin', powers: 'everything' } as const;
const other = 'https://evil.example/cb';
const ofApp = (value: string) => ({ kind: 'client', value }) as const;
const allow = (clientId: string, options = {}) =>
  setRule(server.db, ofApp(clientId), 'allow', admin, 'Looked at it.', options);
const changed = async (clientId: string) => {
  const rule = await findRule(server.db, ofApp(clientId));
  return rule && ruleDocument(rule).changed;
};
let made = 0;
/** An equal public app would be the same client. */
const newName = () => {
  made += 1;
  return `Good Notes ${made}`;
};
const first = {
  redirect_uris: [redirectUri],
  token_endpoint_auth_method: 'none',
  scope: 'projects:read projects:write',
};

async function change(app: Registration, more: object): Promise<void> {
  const body = { ...first, client_name: app.client_name, client_id: app.client_id, ...more };
  const sender = { method: 'PUT', token: app.registration_access_token };
  expect((await sendRegistration(app.registration_client_uri as string, body, sender)).status).toBe(200);
}

/** What a person sees who wants to use the app. */
async function shown(client_id: string, redirect_uri = redirectUri): Promise<string> {
  await server.hasHeard();
  const person = newPerson(server.issuer);
  const page = await signIn(
    person,
    await person.visit(authorizeUrl(server, { client_id, redirect_uri, scope: 'projects:read' })),
    server.person.email,
  );
  if (page.status === 403 && page.text.includes('value="wait"')) return 'waits';
  return page.text.includes('value="allow"') ? 'question' : `${page.status}`;
}

async function allowedApp(said: object = first): Promise<Registration> {
  const app = await registered(server, { client_name: newName(), ...said });
  expect(await shown(app.client_id)).toBe('waits');
  await allow(app.client_id);
  expect([await shown(app.client_id), await changed(app.client_id)]).toEqual(['question', []]);
  return app;
}

describe('An app that an admin has allowed and that registers again', () => {
  it.each([
    ['another name', { client_name: 'Google Drive' }, 'name'],
    ['another name in one language', { 'client_name#fr': 'Google Drive' }, 'name'],
    ['another redirect URI', { redirect_uris: [redirectUri, other] }, 'redirect_uris'],
    ['more scopes', { scope: `${first.scope} deployments:write` }, 'scope'],
  ])('has to be allowed again with %s, and the record says what was allowed', async (_, more, what) => {
    const app = await allowedApp();
    await change(app, more);
    expect([await shown(app.client_id), await changed(app.client_id)]).toEqual(['waits', [what]]);
    await allow(app.client_id);
    expect([await shown(app.client_id), await changed(app.client_id)]).toEqual(['question', []]);
    const events = await auditOf(server.db, `client:${app.client_id}`);
    const rules = events.filter(({ action }) => action === 'client.policy_changed');
    expect(rules[0]?.details).toMatchObject({ seen: { client_name: app.client_name, scope: first.scope } });
  });

  it('has to be allowed again with other keys', async () => {
    const keys = { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://notes.example/keys' };
    const app = await allowedApp({ ...first, ...keys });
    await change(app, { ...keys, jwks_uri: 'https://evil.example/keys' });
    expect([await shown(app.client_id), await changed(app.client_id)]).toEqual(['waits', ['keys']]);
  });

  it('goes on with less, with what nobody sees, and when it is what was allowed once more', async () => {
    const app = await allowedApp();
    await change(app, { scope: 'projects:read', client_uri: 'https://notes.example/' });
    expect(await shown(app.client_id)).toBe('question');
    await change(app, { client_name: 'Google Drive' });
    expect(await shown(app.client_id)).toBe('waits');
    await change(app, {});
    expect([await shown(app.client_id), await changed(app.client_id)]).toEqual(['question', []]);
  });

  it('is not allowed by an admin who saw another revision of it', async () => {
    const app = await registered(server, { ...first, client_name: newName() });
    const { revision } = await getClient(server.db, app.client_id);
    await change(app, { redirect_uris: [redirectUri, other] });
    await expect(allow(app.client_id, { revision })).rejects.toMatchObject({ kind: 'conflict' });
    expect(await findRule(server.db, ofApp(app.client_id))).toBe(undefined);
  });

  it('is not allowed by a decision of a host’s rule meanwhile', async () => {
    const app = await allowedApp();
    await change(app, { client_name: 'Google Drive' });
    await setRule(server.db, { kind: 'host', value: 'evil.example' }, 'allow', admin);
    expect(await shown(app.client_id)).toBe('waits');
  });
});

describe('A change of an allowed app', () => {
  it('by an admin goes on to be allowed, unless the app had changed before', async () => {
    const app = await allowedApp();
    await updateClient(server.db, app.client_id, { client_name: 'Notes' }, admin);
    expect([await shown(app.client_id), await changed(app.client_id)]).toEqual(['question', []]);
    await change(app, { redirect_uris: [redirectUri, other] });
    await updateClient(server.db, app.client_id, { client_name: 'More notes' }, admin);
    expect(await shown(app.client_id)).toBe('waits');
  });

  it('by its owner has to be allowed again', async () => {
    const app = await allowedApp();
    const { email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    await updateClient(server.db, app.client_id, { owner_email: email }, admin);
    expect(await shown(app.client_id)).toBe('question');
    await updateClient(server.db, app.client_id, { client_name: 'Google Drive' }, admin, { byOwner: true });
    expect([await shown(app.client_id), await changed(app.client_id)]).toEqual(['waits', ['name']]);
  });
});

describe('A document that an admin has allowed', () => {
  const reread = async (clientId: string) => {
    await server.db.pgPool.query('UPDATE client_documents SET fresh_until = now() WHERE client_id = $1', [clientId]);
    await server.db.notify('clients', clientId);
    await server.hasHeard();
    await newPerson(server.issuer).visit(authorizeUrl(server, { client_id: clientId }));
  };

  it('has to be allowed again when it changes', async () => {
    const id = host.serve('allowed.json', { redirect_uris: [redirectUri] });
    expect(await shown(id)).toBe('waits');
    await allow(id);
    expect(await shown(id)).toBe('question');
    host.serve('allowed.json', { client_name: 'Google Drive', redirect_uris: [redirectUri, other] });
    await reread(id);
    expect([await shown(id), await changed(id)]).toEqual(['waits', ['name', 'redirect_uris']]);
  });

  it('before anybody has read it is what it says first, also when it comes back', async () => {
    const id = host.serve('unread.json', { redirect_uris: [redirectUri] });
    await allow(id);
    expect(await shown(id)).toBe('question');
    await server.db.pgPool.query('DELETE FROM clients WHERE client_id = $1', [id]);
    await server.db.notify('clients', id);
    host.serve('unread.json', { client_name: 'Google Drive', redirect_uris: [redirectUri] });
    await reread(id);
    expect([await shown(id), await changed(id)]).toEqual(['waits', ['name']]);
  });

  it('by its host is allowed whatever it becomes', async () => {
    const id = host.serve('of-host.json', { redirect_uris: [redirectUri] });
    await setRule(server.db, { kind: 'host', value: new URL(id).hostname }, 'allow', admin);
    expect(await shown(id)).toBe('question');
    host.serve('of-host.json', { client_name: 'Google Drive', redirect_uris: [redirectUri] });
    await reread(id);
    expect(await shown(id)).toBe('question');
    await setRule(server.db, { kind: 'host', value: new URL(id).hostname }, null, admin);
  });
});

describe('A rule', () => {
  it('from before this was kept allows an app until it changes', async () => {
    const app = await allowedApp();
    await server.db.pgPool.query('UPDATE third_party_rules SET seen = NULL WHERE value = $1', [app.client_id]);
    await setRule(server.db, { kind: 'host', value: 'other.example' }, 'allow', admin);
    expect(await shown(app.client_id)).toBe('question');
    await change(app, { client_name: 'Google Drive' });
    expect([await shown(app.client_id), await changed(app.client_id)]).toEqual(['waits', ['unknown']]);
  });

  it('that an older node writes allows the app as it is then', async () => {
    const app = await allowedApp();
    await change(app, { client_name: 'Google Drive' });
    await server.db.pgPool.query(
      `INSERT INTO third_party_rules (kind, value, policy, decided_by) VALUES ('client', $1, 'allow', 'test')
        ON CONFLICT (kind, value) DO UPDATE SET policy = excluded.policy, decided_at = clock_timestamp()`,
      [app.client_id],
    );
    expect((await findRule(server.db, ofApp(app.client_id)))?.seen).toMatchObject({ client_name: 'Google Drive' });
  });
});
