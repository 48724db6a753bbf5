/** A verification covers the values that it was made on: a change of one, by any way, puts the app back in review. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setLogo } from '../../src/operations/client-logos.ts';
import { sendBackClient, verifyClient } from '../../src/operations/client-review.ts';
import { createClient, updateClient } from '../../src/operations/clients.ts';
import { readLogo } from '../../src/operations/logo-image.ts';
import type { CheckedField } from '../../src/policy/client/verification.ts';
import { checkedFields } from '../../src/policy/client/verification.ts';
import { getClient } from '../../src/store/clients.ts';
import { saveConsent } from '../../src/store/consents.ts';
import { signedInAdmin } from '../support/admin.ts';
import { authorizeUrl, callback } from '../support/oauth.ts';
import { newPerson, signIn } from '../support/person.ts';
import { picture } from '../support/pictures.ts';
import { auditOf } from '../support/rows.ts';
import { addPerson, redirectUri, startTestServer, type TestServer } from '../support/server.ts';
import { addAdmin, adminToken, call } from '../web/admin-api/support.ts';

let server: TestServer;
let token: string;
let admin: Awaited<ReturnType<typeof signedInAdmin>>;
beforeAll(async () => {
  server = await startTestServer({ env: { UNVERIFIED_PEOPLE_LIMIT: '1' } });
  await addAdmin(server, 'robot');
  token = await adminToken(server, 'robot');
  admin = await signedInAdmin(server);
});
afterAll(() => server.stop());

const by = { id: 'test' };
let made = 0;

/** A verified app with every checked value set. */
async function verifiedApp(): Promise<string> {
  made += 1;
  const clientId = `app-${made}`;
  await createClient(
    server.db,
    {
      client_id: clientId,
      client_name: 'Careful Notes',
      description: 'Keeps notes.',
      type: 'spa',
      owner_name: 'Careful Ltd',
      owner_email: server.person.email,
      client_uri: 'https://notes.example',
      policy_uri: 'https://notes.example/privacy',
      tos_uri: 'https://notes.example/terms',
      redirect_uris: [redirectUri, 'https://app.example/second'],
      post_logout_redirect_uris: ['https://app.example/bye'],
      scope: 'projects:read',
    },
    by,
  );
  await setLogo(server.db, clientId, await readLogo(Buffer.from(await picture('png'))), by);
  await verifyClient(server.db, clientId, by, 'Register checked');
  return clientId;
}

const stateOf = async (clientId: string) => {
  const { verified_at, submitted_at } = await getClient(server.db, clientId);
  return verified_at ? 'verified' : submitted_at ? 'in review' : 'draft';
};

/** The page that a new person reads about this app. */
async function seen(clientId: string): Promise<string> {
  return (await newPerson(server.issuer).visit(authorizeUrl(server, { client_id: clientId }))).text;
}

describe('a verified app', () => {
  const otherPerson = `owner-${crypto.randomUUID()}@example.com`;
  beforeAll(() => addPerson(server.db, otherPerson));
  /** One change of each checked field; a field without an entry fails the test below. */
  const changes: Record<CheckedField, object> = {
    client_name: { client_name: 'PayPal Login' },
    'client_name#en': { 'client_name#en': 'PayPal' },
    'client_name#de': { 'client_name#de': 'PayPal' },
    'client_name#es': { 'client_name#es': 'PayPal' },
    'client_name#fr': { 'client_name#fr': 'PayPal' },
    'client_name#ja': { 'client_name#ja': 'PayPal' },
    description: { description: 'Signs you in to your bank.' },
    owner_name: { owner_name: 'Somebody Else Inc' },
    owner_account_id: { owner_email: otherPerson },
    client_uri: { client_uri: 'https://elsewhere.example' },
    logo_hash: {},
    policy_uri: { policy_uri: null },
    tos_uri: { tos_uri: 'https://elsewhere.example/terms' },
    support_uri: { support_uri: 'https://elsewhere.example/help' },
    redirect_uris: { redirect_uris: [redirectUri, 'https://elsewhere.example/callback'] },
    post_logout_redirect_uris: { post_logout_redirect_uris: [] },
  };
  const fields = checkedFields.filter((field) => field !== 'logo_hash');

  it.each(fields)('is in review on every page after an admin changes %s through the admin API', async (field) => {
    const clientId = await verifiedApp();
    expect(await seen(clientId)).not.toContain('Not checked');
    const { status, body } = await call(server, `/clients/${clientId}`, {
      method: 'PATCH',
      token,
      body: changes[field],
    });
    expect([status, body.data.state, body.data.verified_at]).toEqual([200, 'in_review', null]);
    expect(body.data.verification).toMatchObject({ checked_by: 'test', changed: [field] });
    expect(await seen(clientId)).not.toMatch(/<b>Verified/);
    expect(await stateOf(clientId)).toBe('in review');
    const [line, reopened] = (await auditOf(server.db, `client:${clientId}`)).slice(-2);
    expect(line).toMatchObject({ action: 'client.updated', actor: 'client:robot' });
    expect(reopened).toMatchObject({
      action: 'client.review_reopened',
      actor: 'client:robot',
      details: { changed: [field], reason: expect.stringMatching(/^Changed: /) },
    });
  });

  it('is in review after its logo is replaced or removed', async () => {
    const clientId = await verifiedApp();
    await setLogo(
      server.db,
      clientId,
      await readLogo(Buffer.from(await picture('png', { width: 30, height: 60 }))),
      by,
    );
    expect(await stateOf(clientId)).toBe('in review');
    await verifyClient(server.db, clientId, by, 'Looked again');
    const removed = await call(server, `/clients/${clientId}/logo?reason=Copied`, { method: 'DELETE', token });
    expect(removed.body.data.state).toBe('in_review');
    expect((await auditOf(server.db, `client:${clientId}`)).map(({ action }) => action).slice(-5)).toEqual([
      'client.logo_set',
      'client.review_reopened',
      'client.verified',
      'client.logo_removed',
      'client.review_reopened',
    ]);
  });

  it('stays verified when its logo is replaced by the same one', async () => {
    const clientId = await verifiedApp();
    await setLogo(server.db, clientId, await readLogo(Buffer.from(await picture('png'))), by);
    expect(await stateOf(clientId)).toBe('verified');
  });

  it.each([
    ['the order of redirect URIs', { redirect_uris: ['https://app.example/second', redirectUri] }],
    ['contacts', { contacts: ['help@notes.example'] }],
    ['the ceiling', { scope: 'projects:read analytics:read' }],
    ['a name to the same one', { client_name: 'Careful Notes' }],
  ])('stays verified when an admin changes %s', async (_what, change) => {
    const clientId = await verifiedApp();
    await updateClient(server.db, clientId, change, by);
    expect(await stateOf(clientId)).toBe('verified');
  });

  it('comes back in review when it was changed while it was suspended', async () => {
    const clientId = await verifiedApp();
    await call(server, `/clients/${clientId}/disable`, { token, body: { reason: 'Reported' } });
    await updateClient(server.db, clientId, { client_name: 'Other' }, by);
    const { body } = await call(server, `/clients/${clientId}/enable`, { token, body: {} });
    expect(body.data.state).toBe('in_review');
  });
});

it('keeps what was checked, and by whom, until it is verified again or sent back', async () => {
  const clientId = await verifiedApp();
  const first = await getClient(server.db, clientId);
  expect(first).toMatchObject({ checked_by: 'test', checked_values: { client_name: 'Careful Notes' } });
  expect(first.checked_at).toEqual(first.verified_at);
  await updateClient(server.db, clientId, { client_name: 'New Name' }, by);
  expect(await getClient(server.db, clientId)).toMatchObject({ checked_values: { client_name: 'Careful Notes' } });
  await verifyClient(server.db, clientId, { id: 'account:reviewer', powers: 'everything' }, 'Renamed in the register');
  expect(await getClient(server.db, clientId)).toMatchObject({
    checked_by: 'account:reviewer',
    checked_values: { client_name: 'New Name' },
  });
  await sendBackClient(server.db, clientId, by, 'Sold');
  expect(await getClient(server.db, clientId)).toMatchObject({
    checked_at: null,
    checked_by: null,
    checked_values: null,
  });
});

it('shows the reviewer what was checked beside what it says now', async () => {
  const clientId = await verifiedApp();
  const form = await admin.visit(`/admin/client/${clientId}/edit`);
  expect(form.text).toContain('This app is verified.');
  await updateClient(server.db, clientId, { owner_name: 'Somebody Else Inc' }, by);
  const page = await admin.visit(`/admin/client/${clientId}/review`);
  expect(page.text).toMatch(/Changed since[\s\S]*Run by[\s\S]*Careful Ltd[\s\S]*Somebody Else Inc/);
  expect((await admin.visit(`/admin/client/${clientId}/edit`)).text).not.toContain('This app is verified.');
});

it('keeps its people in review, however many they are; only new ones wait for the reviewer', async () => {
  const clientId = await verifiedApp();
  const allowed = { clientId, granted: ['projects:read'], refused: [] };
  const people = await Promise.all([1, 2, 3].map((n) => addPerson(server.db, `person-${n}-${clientId}@example.com`)));
  for (const { id } of people) await saveConsent(server.db, { ...allowed, accountId: id });
  await updateClient(server.db, clientId, { tos_uri: 'https://notes.example/terms-2' }, by);
  for (const { email } of people) {
    const person = newPerson(server.issuer);
    const page = await person.visit(authorizeUrl(server, { client_id: clientId }));
    expect(callback(await signIn(person, page, email)).get('code')).toBeTruthy();
  }
  const { email } = await addPerson(server.db, `stranger-${clientId}@example.com`);
  const stranger = newPerson(server.issuer);
  const page = await stranger.visit(authorizeUrl(server, { client_id: clientId }));
  expect((await signIn(stranger, page, email)).status).toBe(403);
});

describe('a field that a verification does not cover', () => {
  const changes = {
    scope: 'projects:read projects:write ai:generate',
    contacts: ['new@notes.example'],
    allowed_origins: ['https://more.example'],
  } as const;

  it.each(Object.entries(changes))(
    'a change of %s leaves it verified, and is shown to the reviewer',
    async (field, value) => {
      const clientId = await verifiedApp();
      await updateClient(server.db, clientId, { [field]: value }, by);
      expect((await getClient(server.db, clientId)).verified_at).not.toBeNull();
      const { verification } = (await call(server, `/clients/${clientId}`, { token })).body.data;
      expect([verification.changed, verification.also_changed]).toEqual([[], [field]]);
      const page = await admin.visit(`/admin/client/${clientId}/review`);
      expect(page.text).toContain('What changed since it was verified');
      for (const one of [value].flat().join(' ').split(' ')) expect(page.text).toContain(`<bdi>${one}</bdi>`);
    },
  );

  it('includes the address of its keys', async () => {
    const service = {
      client_id: 'keyed',
      client_name: 'Keyed',
      type: 'service',
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: 'https://keys.example/jwks',
    };
    await createClient(server.db, service as never, by);
    await verifyClient(server.db, 'keyed', by, 'Register checked');
    await updateClient(server.db, 'keyed', { jwks_uri: 'https://other.example/jwks' }, by);
    const page = await admin.visit('/admin/client/keyed/review');
    expect(page.text).toMatch(/Where its public keys are.*keys\.example.*other\.example/s);
    expect((await getClient(server.db, 'keyed')).verified_at).not.toBeNull();
  });

  it('is shown beside what reopened the review', async () => {
    const clientId = await verifiedApp();
    await updateClient(server.db, clientId, { scope: 'projects:read ai:generate', client_name: 'Others' }, by);
    const { text } = await admin.visit(`/admin/client/${clientId}/review`);
    expect(text).toMatch(
      /<caption[^>]*>What changed since it was verified.*<bdi>Others<\/bdi>.*<bdi>ai:generate<\/bdi>/s,
    );
  });

  it('is unknown for a verification from before changes were kept', async () => {
    const clientId = await verifiedApp();
    await server.db.pgPool.query(`UPDATE clients SET checked_values = checked_values - 'scope' WHERE client_id = $1`, [
      clientId,
    ]);
    await updateClient(server.db, clientId, { scope: 'projects:read ai:generate' }, by);
    expect((await call(server, `/clients/${clientId}`, { token })).body.data.verification.also_changed).toEqual([]);
  });
});
