/** The OpenAPI document is correct: every operation is sent as documented and answers as documented. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { adminScopes } from '../../../src/policy/scopes.ts';
import { makeKey } from '../../support/api-keys.ts';
import { obtainTokens } from '../../support/oauth.ts';
import { picture } from '../../support/pictures.ts';
import { auditOf } from '../../support/rows.ts';
import { addPerson, startTestServer, type TestServer } from '../../support/server.ts';
import { addAdmin, adminToken, call, type Reply } from './support.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document from outside
type Json = any;

let server: TestServer;
let token: string;
let document: Json;
/** Path parameter → an id that exists. */
const ids: Record<string, string> = {};

beforeAll(async () => {
  server = await startTestServer({ env: { REGISTRATION: 'invite' } });
  await addAdmin(server, 'admin');
  token = await adminToken(server, 'admin');
  document = (await call(server, '/openapi.json', {})).body;
});
afterAll(() => server.stop());

/** A schema of the document, with its references resolved, as a validator. */
function schemaOf(schema: Json): z.ZodType {
  const resolve = (part: Json): Json => {
    if (Array.isArray(part)) return part.map(resolve);
    if (typeof part !== 'object' || part === null) return part;
    if (typeof part.$ref === 'string') {
      return resolve(
        part.$ref
          .slice(2)
          .split('/')
          .reduce((at: Json, name: string) => at[name], document),
      );
    }
    return Object.fromEntries(Object.entries(part).map(([name, member]) => [name, resolve(member)]));
  };
  return z.fromJSONSchema(resolve(schema)) as z.ZodType;
}

function expectDocumented(operation: Json, reply: Reply): void {
  const answer = operation.responses[reply.status] ?? operation.responses.default;
  const result = schemaOf(answer.content['application/json'].schema).safeParse(reply.body);
  expect(result.success ? 'as documented' : z.prettifyError(result.error)).toBe('as documented');
  for (const name of Object.keys(answer.headers)) expect(reply.headers.get(name)).toMatch(/^\d+$/);
}

/** Each operation comes after those that make what it needs; those that end something come last. */
const order = [
  'clients.create',
  'clients.list',
  'third_party.decide',
  'third_party.rules',
  'third_party.apps',
  'leaked_secrets.revoke',
  'clients.get',
  'clients.update',
  'clients.insight',
  'clients.errors',
  'errors.list',
  'clients.submit',
  'clients.verify',
  'clients.send_back',
  'logos.set',
  'logos.remove',
  'secrets.create',
  'secrets.list',
  'secrets.delete',
  'webhooks.create',
  'webhooks.get',
  'webhooks.update',
  'webhooks.rotate_secret',
  'webhooks.test',
  'webhook_deliveries.list',
  'webhook_deliveries.get',
  'webhook_deliveries.replay',
  'webhooks.replay',
  'webhooks.delete',
  'signal_streams.list',
  'signal_streams.get',
  'signal_streams.update',
  'signal_streams.delete',
  'clients.disable',
  'clients.enable',
  'clients.read_document',
  'clients.give_back',
  'accounts.delete',
  'accounts.create',
  'accounts.list',
  'accounts.get',
  'accounts.update',
  'invitations.create',
  'invitations.list',
  'invitations.get',
  'invitations.resend',
  'invitations.withdraw',
  'sessions.list',
  'sessions.delete',
  'api_keys.list',
  'api_keys.get',
  'api_keys.usage',
  'api_keys.find',
  'api_keys.update',
  'api_keys.revoke',
  'grants.list',
  'grants.revoke',
  'grants.disconnect',
  'accounts.suspend',
  'accounts.restore',
  'accounts.require_password_change',
  'accounts.reset_second_step',
  'accounts.set_password',
  'accounts.sign_out_everywhere',
  'keys.list',
  'keys.rotate',
  'audit.list',
  'statistics.get',
  'clients.delete',
];

/** A person who has signed in to an app, for the operations that need one. */
async function prepare(id: string): Promise<void> {
  if (id === 'sessions.list') {
    await obtainTokens(server);
    ids.account_id = server.person.id;
    ids.session_id = await firstId(`/accounts/${server.person.id}/sessions`);
    ids.grant_id = await firstId(`/grants?account_id=${server.person.id}`);
  }
  if (id === 'api_keys.list') ids.key_id = (await makeKey(server)).key.id;
  if (id === 'secrets.delete') ids.secret_id = await firstId('/clients/example-notes/secrets');
  if (id === 'webhook_deliveries.get') {
    ids.delivery_id = await firstId('/clients/example-notes/webhook/deliveries');
  }
  if (id === 'clients.read_document') {
    // The answer says that the id must be a URL, and no host is asked.
    await server.db.script(`INSERT INTO client_documents (client_id, digest, fetched_at, fresh_until)
      VALUES ('example-notes', '', now(), now())`);
  }
  if (id === 'signal_streams.list') {
    await server.db.script(`INSERT INTO signal_streams (stream_id, client_id, events_requested, read_seq)
      VALUES ('s', 'example-notes', '{}', 0)`);
  }
  if (id === 'clients.give_back') {
    await server.db.script(`UPDATE clients SET registration_type = 'dynamic',
      admin_decisions = '{"redirect_uris": {"holds": [], "own": ["https://notes.example/callback"]}}'
      WHERE client_id = 'example-notes'`);
  }
  if (id === 'accounts.delete') ids.account_id = (await addPerson(server.db, 'leaving@example.com')).id;
  if (id === 'accounts.suspend') ids.account_id = await firstId('/accounts?email=ada@example.com');
}

async function firstId(path: string): Promise<string> {
  return (await call(server, path, { token })).body.data[0].id;
}

describe('every documented operation', () => {
  it('is tested here', () => {
    const documented = Object.values(document.paths).flatMap((path: Json) =>
      Object.values(path).map((operation: Json) => operation.operationId),
    );
    expect(documented.toSorted()).toEqual(order.toSorted());
  });

  it.each(order)('%s', async (id) => {
    await prepare(id);
    ids.client_id = 'example-notes';
    const [path, method, operation] = find(id);
    const content = operation.requestBody?.content['application/json'];
    const example = content && {
      ...content.example,
      ...(content.example?.account_id && { account_id: ids.account_id }),
    };
    if (content) expect(schemaOf(content.schema).safeParse(example).success).toBe(true);
    const address = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => ids[name] as string);
    const asked = new URLSearchParams();
    for (const part of operation.parameters) {
      if (part.in === 'query' && part.required) asked.set(part.name, ids[part.name] ?? part.example);
      if (part.in === 'path') expect(schemaOf(part.schema).safeParse(ids[part.name]).success).toBe(true);
    }
    const file = operation.requestBody?.content['image/png'] && { file: await picture(), type: 'image/png' };
    const reply = await call(server, `${address}?${asked}`, {
      method: method.toUpperCase(),
      body: example,
      ...file,
      token,
    });
    expect(String(reply.status)).toBe(Object.keys(operation.responses)[0]);
    expectDocumented(operation, reply);
    if (id === 'accounts.create') ids.account_id = reply.body.data.id;
    if (id === 'invitations.create') ids.invitation_id = reply.body.data.id;
    if (id === 'clients.create') ids.client_id = reply.body.data.client_id;
    expect(await scopesNeeded(address, method, operation)).toEqual(operation.security[0].oauth);
    expectDocumented(operation, await call(server, address, { method: method.toUpperCase() }));
  });
});

/** The scopes that the server itself names as required. */
async function scopesNeeded(address: string, method: string, operation: Json): Promise<string[]> {
  const needed: string[] = operation.security[0].oauth;
  const other = adminScopes.filter((scope) => !needed.includes(scope)).join(' ');
  const reply = await call(server, address, {
    method: method.toUpperCase(),
    token: await adminToken(server, 'admin', other),
  });
  expect(reply.status).toBe(403);
  return /scope="([^"]+)"/.exec(reply.headers.get('www-authenticate') ?? '')?.[1]?.split(' ') ?? [];
}

function find(id: string): [path: string, method: string, operation: Json] {
  for (const [path, methods] of Object.entries(document.paths) as [string, Json][]) {
    for (const [method, operation] of Object.entries(methods) as [string, Json][]) {
      if (operation.operationId === id) return [path, method, operation];
    }
  }
  throw new Error(`no ${id}`);
}

it('each change is in the audit log with its client and request', async () => {
  const verbs = (await auditOf(server.db, 'client:example-notes')).filter(({ actor }) => actor === 'client:admin');
  expect(verbs.map(({ action }) => action)).toEqual([
    'client.created',
    'client.updated',
    'client.submitted',
    'client.verified',
    'client.sent_back',
    'client.logo_set',
    'client.logo_removed',
    'client.secret_rotated',
    'client.secret_removed',
    'webhook.created',
    'webhook.updated',
    'webhook.secret_rotated',
    'webhook.tested',
    'webhook.replayed',
    'webhook.deleted',
    'signals.stream_updated',
    'signals.stream_deleted',
    'client.disabled',
    'client.enabled',
    'client.updated',
    'client.disabled',
    'client.deleted',
  ]);
  expect(verbs.every(({ request_id: id }) => /^req_/.test(String(id)))).toBe(true);
  const ada = (await auditOf(server.db, `account:${ids.account_id}`)).filter(({ actor }) => actor === 'client:admin');
  expect(ada.map(({ action }) => action)).toEqual([
    'account.created',
    'account.updated',
    'account.suspended',
    'account.restored',
    'account.password_change_required',
    'account.second_step_reset',
    'account.password_set',
    'account.signed_out_everywhere',
  ]);
  expect(ada.every(({ request_id: id }) => /^req_/.test(String(id)))).toBe(true);
  const people = (await auditOf(server.db, `account:${server.person.id}`)).map(({ action }) => action);
  expect(people).toContain('session.ended');
});

it('lists are paged and filtered', async () => {
  const page = await call(server, '/clients?per_page=3&page=2', { token });
  const { total } = page.body.pagination;
  expect(page.body.pagination).toEqual({
    page: 2,
    per_page: 3,
    total,
    total_pages: Math.ceil(total / 3),
    has_next: total > 6,
    has_previous: true,
  });
  expect(page.body.data).toHaveLength(3);
  const last = await call(server, `/clients?per_page=${total}`, { token });
  expect(last.body.pagination).toMatchObject({ total_pages: 1, has_next: false, has_previous: false });
  expect(last.body.data).toHaveLength(total);
  const idsOf = async (path: string) =>
    (await call(server, path, { token })).body.data.map((row: Json) => row.client_id ?? row.email ?? row.action);
  expect(await idsOf('/clients?search=PICK')).toEqual(['picky']);
  expect(await idsOf('/clients?search=%25')).toEqual([]);
  expect(await idsOf('/clients?type=native')).toEqual(['native']);
  expect(await idsOf('/clients?status=disabled')).toEqual([]);
  await call(server, '/clients/picky', { method: 'PATCH', body: { owner_email: 'PERSON@example.com' }, token });
  expect((await call(server, '/clients/picky', { token })).body.data).toMatchObject({
    owner_email: 'person@example.com',
    owner_account_id: server.person.id,
    state: 'draft',
  });
  await call(server, '/clients/picky/submit', { method: 'POST', token });
  expect((await call(server, '/clients/picky/submit', { method: 'POST', token })).status).toBe(409);
  expect(await idsOf('/clients?owner_email=person@EXAMPLE.com')).toEqual(['picky']);
  expect(await idsOf('/clients?state=in_review')).toEqual(['picky']);
  expect(await idsOf('/clients?state=draft&owner_email=person@example.com')).toEqual([]);
  expect(await idsOf('/accounts?email=PERSON@example.com')).toEqual(['person@example.com']);
  expect(await idsOf('/accounts?search=ada&role=user&status=active')).toEqual(['ada@example.com']);
  expect(await idsOf('/audit?target=client:picky&action=client.created')).toEqual(['client.created']);
  expect(await idsOf('/audit?action=client.deleted&actor=client:admin')).toEqual(['client.deleted']);
  await server.db.script(
    `SELECT append_audit('cli', 'thing.old', 't', '{}', NULL), append_audit('cli:ada@build-7', 'thing.new', 't', '{}', NULL)`,
  );
  expect(await idsOf('/audit?actor=cli')).toEqual(['thing.new', 'thing.old']);
  expect(await idsOf('/audit?actor=cli:ada@build-7')).toEqual(['thing.new']);
  expect(await idsOf('/audit?until=2020-01-01T00:00:00Z')).toEqual([]);
  expect(await idsOf('/audit?target=client:picky&since=2020-01-01T00:00:00%2B02:00&action=client.updated')).toEqual([
    'client.updated',
  ]);
  await obtainTokens(server);
  expect(await idsOf('/grants?client_id=spa')).toEqual(['spa']);
  expect(await idsOf('/grants?client_id=other')).toEqual([]);
});

it('the page shows every operation without a script', async () => {
  const response = await fetch(`${server.issuer}/admin/v1/docs`);
  const page = await response.text();
  expect(response.headers.get('content-type')).toMatch(/^text\/html/);
  expect(page).not.toMatch(/<script|style=/);
  expect(page).toContain('/assets/style.css');
  for (const id of order) expect(page).toContain(`id="${id}"`);
});
